"""Series and folio in one column of a file are the document that CFDI, ERP or another file know with both apart."""

from datetime import date
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.imports.cfdi_files import U1, U2, U3, U4, cfdi, doc, pago, rep
from tests.services.cfdi_run import Office

ISSUED = date(2019, 7, 1)
HEAD = "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\n"
APART = "CODIGO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\nCL1,A,7,01/07/2019,116\n"


def joined(folio: str = "A-7", day: str = "01/07/2019", total: str = "116") -> str:
    return f"{HEAD}CL1,{folio},{day},{total}\n"


TWICE = APART.replace(",7,", ",A-7,")


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1")
    return made


def places(office: Office) -> list[tuple[str, str, str | None]]:
    return [(row.series, row.folio, row.uuid) for row in office.documents()]


@pytest.mark.parametrize("known", [cfdi(), APART])
def test_a_row_with_both_in_one_column_is_the_document_that_has_them_apart(office: Office, known: str) -> None:
    office.load(known)
    before = places(office)
    for folio in ("A-7", "A 7", "A7", "a-007"):
        assert office.counts(joined(folio))[0][0] == 0
        assert office.counts(joined(folio), known)[0] == (0, 0, 1, 0)
    assert places(office) == before


@pytest.mark.parametrize(("known", "uuid"), [(cfdi(), U1), (APART, None)])
@pytest.mark.parametrize("folio", ["A-7", "A7", "A 007", "A-0000007"])
def test_and_the_other_way_round_it_stays_as_it_was_written_first(
    office: Office, known: str, uuid: str | None, folio: str
) -> None:
    office.load(joined(folio))
    assert office.counts(known)[0][0] == 0
    assert office.counts(known, joined(folio)) == [(0, 0, 1, 0)] * 2
    assert places(office) == [("", folio, uuid)]


def test_another_way_of_writing_both_in_one_column_is_the_same_document(office: Office) -> None:
    office.load(joined("A-7"))
    assert [office.counts(joined(folio)) for folio in ("A 7", "A7")] == [[(0, 0, 1, 0)]] * 2


@pytest.mark.parametrize("known", [cfdi(), APART, joined()])
def test_a_series_that_stands_in_both_columns_is_the_same_too(office: Office, known: str) -> None:
    office.load(known)
    assert [file[0] for file in office.counts(TWICE, known)] == [0, 0]
    assert len(office.documents()) == 1


@pytest.mark.parametrize("known", [cfdi(), APART, joined(), joined("A7"), joined("a 007")])
def test_and_so_it_is_where_the_file_came_first(office: Office, known: str) -> None:
    office.load(TWICE)
    assert [file[0] for file in office.counts(known, TWICE)] == [0, 0]
    assert len(office.documents()) == 1


def test_a_series_that_ends_in_a_digit_is_found_by_day_and_total(office: Office) -> None:
    office.load(cfdi(Serie="F2"))
    assert office.counts(joined("F27")) == [(0, 0, 1, 0)]


@pytest.mark.parametrize("known", [cfdi(), APART])
@pytest.mark.parametrize("over", [{"total": "117"}, {"day": "02/07/2019", "total": "117"}])
def test_another_total_is_refused_for_it_may_be_the_same(office: Office, known: str, over: dict[str, str]) -> None:
    office.load(known)
    assert office.problems(joined(**over)) == [("FOLIO", "A-7", "other_columns")]
    assert len(office.documents()) == 1


def test_another_day_is_refused_unless_a_cfdi_alone_told_of_it(office: Office) -> None:
    office.load(APART)
    assert office.problems(joined(day="02/07/2019")) == [("FOLIO", "A-7", "other_columns")]
    office.load(cfdi(U2, Folio="8"))
    assert office.counts(joined("A-8", day="02/07/2019")) == [(0, 1, 0, 0)]


@pytest.mark.parametrize(
    ("known", "other"),
    [
        (("", "123"), ("1", "23")),
        (("", "A1-7"), ("A", "17")),
        (("A", "17"), ("", "A1 7")),
        (("1", "23"), ("12", "3")),
        (("", "1-23"), ("", "123")),
    ],
)
def test_where_it_is_seen_where_the_folio_begins_digits_of_a_series_are_none_of_the_folio(
    office: Office, known: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = (APART.replace("A,7", ",".join(place)) for place in (known, other))
    # Series and folio in one column are looked for where there are any.
    office.load(joined("B-1"), first)
    payment = f"CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,{','.join(other)},10/07/2019,16\n"
    assert office.problems(payment) == [("FOLIO", " ".join(filter(None, ("CL1", *other))), "unknown_document")]
    assert office.counts(cfdi(Serie=other[0], Folio=other[1]), second) == [(0, 1, 0, 0), (1, 0, 0, 0)]
    assert places(office)[1:] == [(*known, None), (*other, U1)]


def test_what_reads_like_several_is_none_of_them_and_another_series_is_another_document(office: Office) -> None:
    office.add_document(issued=ISSUED)
    office.add_document(concept_code="42018", issued=ISSUED)
    assert office.problems(joined()) == [("FOLIO", "A-7", "other_columns")]
    assert office.counts(joined("B-7"), joined("A-70"), joined("7", "02/07/2019")) == [(1, 0, 0, 0)] * 3
    # Its concept's code says which it is, and that it is none of them.
    coded = HEAD.replace("FOLIO", "FOLIO,CODIGO CONCEPTO")
    assert office.counts(f"{coded}CL1,A-7,42018,01/07/2019,116\n") == [(0, 0, 1, 0)]
    assert office.counts(f"{coded}CL1,A-7,42019,01/07/2019,116\n") == [(1, 0, 0, 0)]


def test_a_row_with_a_uuid_leaves_the_series_its_column(office: Office) -> None:
    office.load(cfdi(U4))
    with_uuid = f"{HEAD.replace('FOLIO', 'FOLIO,UUID')}CL1,A-7,{U4},02/07/2019,116\n"
    assert office.counts(with_uuid) == [(0, 1, 0, 0)]
    assert places(office) == [("A", "7", U4)]
    coded = with_uuid.replace("FOLIO", "FOLIO,CODIGO CONCEPTO").replace("A-7", "A-7,42")
    assert office.counts(coded) == [(0, 1, 0, 0)]
    assert [(row.concept_code, row.series, row.folio) for row in office.documents()] == [("42", "A", "7")]
    # Another UUID is another document.
    assert office.counts(with_uuid.replace(U4, U3)) == [(1, 0, 0, 0)]


def test_a_payment_of_one_of_several_is_not_that_of_another_in_one_column(office: Office) -> None:
    office.add_document()
    office.add_document(concept_code="42018")
    office.load(f"{HEAD.replace('FOLIO', 'FOLIO,CODIGO CONCEPTO')}CL1,A-7,42019,01/07/2019,200\n")
    payment = "CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,A,7,10/07/2019,16\n"
    assert office.problems(payment) == [("FOLIO", "CL1 A 7", "ambiguous_document")]


@pytest.mark.parametrize(("known", "folio"), [(APART, "A-7"), (APART, "A7"), (joined(), "7"), (joined("A 7"), "7")])
def test_a_payment_finds_its_document_too(office: Office, known: str, folio: str) -> None:
    office.load(known)
    series = "A" if folio == "7" else ""
    assert office.counts(f"CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,{series},{folio},10/07/2019,16\n") == [(1, 0, 0, 0)]
    # So does a REP, whose document no UUID is known of.
    assert office.counts(rep(payments=[pago(doc(U2, "10.00", Serie="A", Folio="7"), Monto="10.00")])) == [(1, 0, 0, 0)]


CODED = "CODIGO,CODIGO CONCEPTO,FOLIO,TIPO,FECHA DOCUMENTO,MONTO ORIGINAL\n"


@pytest.mark.parametrize("known", [cfdi(), APART, APART.replace(",7,", ",007,")])
def test_payments_find_by_its_concept_s_code_what_a_file_with_it_told_of_later(office: Office, known: str) -> None:
    office.load(known)
    folio = "7" if ",007," in known else "A-7"
    series = "A" if folio == "7" else ""
    head = CODED.replace("FOLIO", "SERIE,FOLIO")
    assert office.counts(f"{head}CL1,4,{series},{folio},factura,01/07/2019,116\n")[0][0] == 0
    payment = f"CODIGO,CODIGO CONCEPTO,SERIE,FOLIO,FECHA,ABONO\nCL1,4,{series},{folio},10/07/2019,16\n"
    assert office.counts(payment) == [(1, 0, 0, 0)]
    assert office.counts(known) == [(0, 0, 1, 0)]


def test_it_has_no_code_under_which_there_is_another_document(office: Office) -> None:
    office.add_document(concept_code="4", issued=ISSUED, total=20000)
    office.load(cfdi(Folio="8"))
    office.add_document("8", concept_code="4", issued=ISSUED, total=20000)
    assert office.counts(f"{CODED}CL1,4,A-8,factura,01/07/2019,116\n") == [(0, 0, 1, 0)]
    assert [(row.concept_code, row.folio) for row in office.documents()] == [("4", "7"), ("", "8"), ("4", "8")]


def test_a_credit_note_that_a_cfdi_brought_is_no_second_one_under_the_code_of_a_file(office: Office) -> None:
    office.load(cfdi(U1), cfdi(U2, TipoDeComprobante="E", Serie="NC", Folio="5", Total="50.00"))
    note = f"{CODED}CL1,7,NC-5,nota de crédito,01/07/2019,50\n"
    assert office.counts(note) == [(0, 1, 0, 0)]
    assert office.counts(note) == [(0, 0, 1, 0)]
    assert [(row.concept_code, row.series, row.folio) for row in office.documents()] == [
        ("", "A", "7"),
        ("7", "NC", "5"),
    ]


def test_a_file_without_series_or_code_leaves_those_of_what_it_names_by_its_uuid(office: Office) -> None:
    """The second of two series was refused as repeated, and payments found the first by its code no more."""
    office.add_document(uuid=U1, issued=ISSUED, due=ISSUED)
    office.add_document(uuid=U2, series="B", issued=ISSUED, due=ISSUED)
    known = [(row.concept_code, row.series, row.folio) for row in office.documents()]
    head = "CODIGO,FOLIO,UUID,FECHA DOCUMENTO,MONTO ORIGINAL\n"
    assert office.counts(f"{head}CL1,7,{U1},01/07/2019,116\nCL1,007,{U2},01/07/2019,116\n") == [(0, 0, 2, 0)]
    assert [(row.concept_code, row.series, row.folio) for row in office.documents()] == known


@pytest.mark.parametrize(("known", "folio"), [("A,0007", "A-0007"), ("A,0007", "A-7"), (",A-7", "A-0007")])
def test_a_payment_with_both_in_one_column_finds_a_folio_with_zeros_or_without(
    office: Office, known: str, folio: str
) -> None:
    office.load(APART.replace("A,7", known), APART.replace("A,7", "A,70"))
    assert office.counts(f"CODIGO,FOLIO,FECHA,ABONO\nCL1,{folio},10/07/2019,16\n") == [(1, 0, 0, 0)]
    assert [paid for paid, *_ in office.applications()] == [known.partition(",")[2]]


def test_a_payment_of_one_of_several_is_not_that_of_another_with_zeros(office: Office) -> None:
    office.add_document()
    office.add_document(concept_code="42018")
    office.add_document("007", concept_code="", concept="")
    payment = "CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,A,7,10/07/2019,16\n"
    assert office.problems(payment) == [("FOLIO", "CL1 A 7", "ambiguous_document")]


@pytest.mark.parametrize(("series", "folio"), [("A1", "7"), ("A1", "007"), ("A", "17")])
def test_a_payment_is_not_of_a_folio_that_begins_elsewhere(office: Office, series: str, folio: str) -> None:
    office.load(APART.replace("A,7", f"{series},{folio}"))
    written = "A1-7" if series == "A" else "A17"
    assert office.problems(f"CODIGO,FOLIO,FECHA,ABONO\nCL1,{written},10/07/2019,16\n") == [
        ("FOLIO", f"CL1 {written}", "unknown_document")
    ]


@pytest.mark.parametrize(
    ("known", "paid"), [(",AB-7", ",A-B7"), (",11-7", ",1-1-7"), (",12A", ",1-2A"), (",AB", ",A-B"), ("A-B,7", "AB,7")]
)
def test_a_payment_of_what_is_unknown_is_not_of_what_has_its_letters_and_digits(
    office: Office, known: str, paid: str
) -> None:
    office.load(APART.replace("A,7", known))
    assert office.problems(f"CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,{paid},10/07/2019,16\n")[0][2] == "unknown_document"


def test_a_payment_is_of_the_folio_of_its_series_before_that_of_one_column(office: Office) -> None:
    office.add_document("a-0007", series="", concept_code="", concept="")
    office.add_document("0007", concept_code="5")
    assert office.counts("CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,A,7,10/07/2019,16\n") == [(1, 0, 0, 0)]
    assert [paid for paid, *_ in office.applications()] == ["0007"]


def test_it_has_no_code_under_which_the_file_has_another_document(office: Office) -> None:
    """The other one was refused as repeated, and took the place of the first when the file came again."""
    office.load(APART)
    head = CODED.replace("FOLIO", "SERIE,FOLIO")
    both = f"{head}CL1,4,A,007,factura,01/07/2019,116\nCL1,4,A,7,factura,05/07/2019,200\n"
    assert office.counts(both, both) == [(1, 0, 1, 0), (0, 0, 2, 0)]


def test_an_office_without_series_finds_by_its_folios_what_cfdi_brought_with_one(office: Office) -> None:
    """Its report names the UUID, its payments do not: all of them were refused."""
    office.load(cfdi())
    head = "CODIGO,CODIGO CONCEPTO,FOLIO,UUID,FECHA DOCUMENTO,MONTO ORIGINAL\n"
    assert office.counts(f"{head}CL1,4,7,{U1},01/07/2019,116\n") == [(0, 1, 0, 0)]
    assert office.counts("CODIGO,FOLIO,FECHA,ABONO\nCL1,7,10/07/2019,16\n") == [(1, 0, 0, 0)]
    without = f"{head}CL1,4,7,,01/07/2019,116\n"
    assert office.counts(without, cfdi()) == [(0, 0, 1, 0), (0, 0, 1, 0)]
