"""Which document a row is, where folios repeat and CFDI came first; and that every refusal can be said."""

import re
from datetime import date
from pathlib import Path

import pytest

import bot.store
from bot.domain.receivables import DocumentKind
from bot.i18n import LANGUAGES, language
from bot.presenters.imports import REASONS, problem_line
from bot.services.imports import import_files
from bot.store.database import Database
from tests.imports.cfdi_files import U1, U2, U3, U4, cfdi, doc, pago, related, rep
from tests.services.cfdi_run import TODAY, Office

DOCUMENTS = "CODIGO,CONCEPTO,SERIE,FOLIO,UUID,FECHA DOCUMENTO,MONEDA,MONTO ORIGINAL\n"
PAYMENTS = "CODIGO,CONCEPTO,SERIE,FOLIO,FECHA,ABONO,REP UUID,TOTAL DEL PAGO,MONEDA DEL PAGO,TIPO DE CAMBIO\n"
PROMISES = "CODIGO,SERIE,FOLIO,PROMESA,FECHA,USUARIO,AGENDADO,COMENTARIO,MONTO\n"
INVOICE = "CL1,Factura,A,7,,01/07/2019,MXN,1000\n"
CHARGE = "CL1,Nota de cargo,A,7,,10/07/2019,MXN,50\n"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1")
    return made


def kept(office: Office) -> list[tuple[str, str, int]]:
    return [(row.concept_code, row.concept, row.total) for row in office.documents()]


def test_the_folio_of_another_concept_without_a_code_is_refused_and_overwrites_nothing(office: Office) -> None:
    assert office.counts(DOCUMENTS + INVOICE) == [(1, 0, 0, 0)]
    assert office.problems(DOCUMENTS + CHARGE) == [("CONCEPTO", "Nota de cargo", "other_concept")]
    assert office.problems(DOCUMENTS + CHARGE.replace(",,", f",{U2},")) == [
        ("CONCEPTO", "Nota de cargo", "other_concept")
    ]
    assert kept(office) == [("", "Factura", 100000)]
    assert office.counts(DOCUMENTS + INVOICE) == [(0, 0, 1, 0)]


def test_two_concepts_with_one_folio_in_one_file_are_two_documents_once_the_second_has_its_code(office: Office) -> None:
    assert office.problems(DOCUMENTS + INVOICE + CHARGE) == [("", "CL1 A 7", "repeated_folio")]
    with_code = DOCUMENTS + INVOICE + CHARGE.replace("Nota", "2 / Nota")
    assert office.counts(with_code) == [(1, 0, 1, 0)]
    assert office.counts(with_code) == [(0, 0, 2, 0)]
    assert kept(office) == [("", "Factura", 100000), ("2", "Nota de cargo", 5000)]
    assert office.counts(f"{PAYMENTS}CL1,Nota de cargo,A,7,11/07/2019,50,,,,\n") == [(1, 0, 0, 0)]
    assert [row.settled_on is None for row in office.documents()] == [True, False]


@pytest.mark.parametrize("concept", ["FACTURA", "Factúra ", "", "Factura de crédito"])
def test_the_same_document_is_known_again_however_its_concept_is_written(office: Office, concept: str) -> None:
    office.load(DOCUMENTS + INVOICE)
    (counted,) = office.counts(DOCUMENTS + INVOICE.replace("Factura", concept))
    assert (counted[0], counted[3]) == (0, 0)
    amended = INVOICE.replace("Factura", concept).replace("1000", "900")
    assert office.counts(DOCUMENTS + amended) == [(0, 1, 0, 0)]
    assert [row.total for row in office.documents()] == [90000]


def test_a_cfdi_s_document_is_the_erp_s_of_its_total_and_of_no_other(office: Office) -> None:
    office.load(cfdi())
    other = "CL1,43 / Otra,A,7,,01/05/2018,USD,77\n"
    assert office.problems(DOCUMENTS + other) == [("MONTO ORIGINAL", "77.00 USD", "other_total")]
    both = f"{DOCUMENTS}{other}CL1,42 / Factura X,A,7,,01/07/2019,MXN,116\n"
    assert office.counts(both) == [(1, 1, 0, 0)]
    assert office.counts(both, cfdi()) == [(0, 0, 2, 0), (0, 0, 1, 0)]
    assert kept(office) == [("42", "Factura X", 11600), ("43", "Otra", 7700)]
    assert [row.uuid for row in office.documents()] == [U1, None]


@pytest.mark.parametrize("concept", ["FACTURA", "Factúra "])
def test_capitals_and_accents_make_no_other_concept_of_it_though_its_total_changed(
    office: Office, concept: str
) -> None:
    office.load(DOCUMENTS + INVOICE)
    amended = INVOICE.replace("Factura", concept).replace("1000", "900")
    assert office.counts(DOCUMENTS + amended) == [(0, 1, 0, 0)]


@pytest.mark.parametrize("concept", ["", "Factura", "Nota de cargo"])
def test_a_file_without_uuid_and_code_does_not_change_the_total_of_a_cfdi(office: Office, concept: str) -> None:
    office.load(cfdi())
    row = f"CL1,{concept},A,7,,02/07/2019,MXN,117\n"
    assert office.problems(DOCUMENTS + row) == [("MONTO ORIGINAL", "117.00 MXN", "other_total")]
    assert kept(office) == [("", "Factura", 11600)]
    assert office.counts(DOCUMENTS + row.replace("117", "116")) == [(0, 1, 0, 0)]


def test_a_row_with_a_uuid_that_gives_a_document_to_another_customer_says_whose_it_was(office: Office) -> None:
    office.add_customer("CL2", rfc="AARR750315CD2")
    office.load(cfdi())
    row = f"{DOCUMENTS}CL2,,A,7,{U1},01/07/2019,MXN,116\n"
    assert office.warnings(row) == [("CL2", "other_customer")]
    assert (office.warnings(row), office.counts(row)) == ([], [(0, 0, 1, 0)])


@pytest.mark.parametrize("cfdi_first", [True, False])
def test_a_row_and_the_cfdi_of_its_uuid_agree_that_it_is_cancelled_with_a_total_of_zero(
    office: Office, *, cfdi_first: bool
) -> None:
    """The XML was refused for good, and so was the row where dollars were known."""
    xml = cfdi(Moneda="USD")
    emptied = f"{DOCUMENTS[:-1].replace('MONEDA,', '')},CANCELADO\nCL1,42 / F,A,7,{U1},01/07/2019,0,si\n"
    for text in (xml, emptied) if cfdi_first else (emptied, xml):
        assert office.problems(text) == []
    assert [(row.uuid, row.total, row.cancelled) for row in office.documents()] == [(U1, 0, True)]
    assert office.counts(emptied, xml) == [(0, 0, 1, 0), (0, 0, 1, 0)]
    # Without UUID nobody knows that it is this one.
    again = cfdi(U2, Fecha="2019-07-15T10:00:00")
    assert office.counts(again) == [(1, 0, 0, 0)]


SEVEN = "CL1,{},{},7,,01/07/2019,MXN,116\n"


@pytest.mark.parametrize(
    ("known", "row"),
    [
        (SEVEN.format("Factura", "A"), SEVEN.format("", "")),
        (SEVEN.format("4 / Factura", "A"), SEVEN.format("4 / Factura", "")),
        (SEVEN.format("", ""), SEVEN.format("4 / Factura", "A")),
    ],
)
def test_what_may_be_a_known_document_without_series_is_refused_and_two_in_one_file_are_two(
    office: Office, known: str, row: str
) -> None:
    """It was owed twice."""
    office.load(DOCUMENTS + known)
    assert office.problems(DOCUMENTS + row) == [("FOLIO", "7", "alike")]
    assert office.counts(DOCUMENTS + known + row) == [(1, 0, 1, 0)]
    assert office.counts(DOCUMENTS + row) == [(0, 0, 1, 0)]


def test_neither_is_a_cfdi_owed_twice_whose_series_the_file_does_not_have(office: Office) -> None:
    bare = DOCUMENTS + SEVEN.format("", "")
    office.load(cfdi())
    assert office.problems(bare) == [("FOLIO", "7", "alike")]
    office.load(bare.replace("7,,01", "8,,01"))
    assert office.problems(cfdi(U2, Folio="08")) == [("1.xml", "A-08", "cfdi_alike")]
    office.load(bare.replace("7,,01", f"8,{U2},01"))
    assert office.counts(cfdi(U2, Folio="08")) == [(0, 1, 0, 0)]


@pytest.mark.parametrize("place", ["A,7", ",A-7"])
@pytest.mark.parametrize("cfdi_first", [True, False])
def test_a_debit_note_that_a_cfdi_brought_as_an_invoice_is_one_document_and_paid(
    office: Office, place: str, *, cfdi_first: bool
) -> None:
    """It was owed twice where the XML came first."""
    note = f"{DOCUMENTS[:-1]},TIPO\nCL1,2 / Nota de cargo,{place},,01/07/2019,MXN,116,nota de cargo\n"
    for text in (cfdi(), note) if cfdi_first else (note, cfdi()):
        office.load(text)
    assert [(row.concept_code, row.uuid, row.kind) for row in office.documents()] == [
        ("2", U1, DocumentKind.DEBIT_NOTE)
    ]
    assert office.counts(f"{PAYMENTS}CL1,2 / Nota de cargo,A,7,11/07/2019,50,,,,\n") == [(1, 0, 0, 0)]
    assert office.counts(note, cfdi()) == [(0, 0, 1, 0), (0, 0, 1, 0)]


def test_the_invoice_of_a_file_takes_its_cfdi_before_a_debit_note_of_its_folio_day_and_total(office: Office) -> None:
    rows = "CL1,2 / Nota de cargo,A,7,,01/07/2019,MXN,116,nota de cargo\n"
    rows += "CL1,4 / Factura,A,7,,01/07/2019,MXN,116,factura\n"
    office.load(cfdi())
    assert office.counts(f"{DOCUMENTS[:-1]},TIPO\n{rows}") == [(1, 1, 0, 0)]
    assert sorted((row.concept_code, row.uuid) for row in office.documents()) == [("2", None), ("4", U1)]


def test_a_debit_note_without_a_code_is_found_despite_its_zeros_beside_the_credit_note_of_its_folio(
    office: Office,
) -> None:
    office.load(cfdi(), cfdi(U2, TipoDeComprobante="E", Total="16"))
    rows = "CL1,Nota de cargo,A,0007,,01/07/2019,MXN,116,nota de cargo\n"
    rows += "CL1,Nota de crédito,A,0007,,01/07/2019,MXN,16,nota de credito\n"
    assert office.counts(f"{DOCUMENTS[:-1]},TIPO\n{rows}") == [(0, 2, 0, 0)]


def test_of_two_rows_with_the_total_of_a_cfdi_the_first_is_it_and_again_nothing_changes(office: Office) -> None:
    office.load(cfdi())
    rows = "CL1,42 / Factura X,A,7,,01/07/2019,MXN,116\nCL1,43 / Otra,A,7,,01/07/2019,MXN,116\n"
    assert office.counts(DOCUMENTS + rows) == [(1, 1, 0, 0)]
    assert office.counts(DOCUMENTS + rows) == [(0, 0, 2, 0)]
    assert [(row.concept_code, row.uuid) for row in office.documents()] == [("42", U1), ("43", None)]


@pytest.mark.parametrize("erp_first", [True, False])
@pytest.mark.parametrize(("series", "folio"), [("A", "7"), ("A", "0007"), ("a", "0000000007")])
@pytest.mark.parametrize("of_cfdi", ["7", "007"])
def test_leading_zeros_of_a_folio_make_no_second_document_of_a_cfdi(
    office: Office,
    series: str,
    folio: str,
    of_cfdi: str,
    erp_first: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    erp = f"{DOCUMENTS}CL1,42 / Factura X,{series},{folio},,01/07/2019,MXN,116\n"
    for text in (erp, cfdi(Folio=of_cfdi)) if erp_first else (cfdi(Folio=of_cfdi), erp):
        office.load(text)
    assert [(row.concept_code, row.folio, row.uuid) for row in office.documents()] == [("42", folio, U1)]
    assert office.counts(erp, cfdi(Folio=of_cfdi)) == [(0, 0, 1, 0), (0, 0, 1, 0)]


def test_a_file_that_lost_the_zeros_of_its_folios_doubles_no_debt(office: Office) -> None:
    row = "CL1,{},A,{},,01/07/2019,MXN,{}\n"
    office.load(DOCUMENTS + row.format("Factura", "0007", 100))
    assert office.counts(DOCUMENTS + row.format("Factura", "7", 100)) == [(0, 0, 1, 0)]
    # Of another concept or total it is another: nobody knows that it is not.
    others = row.format("2 / Nota de cargo", "07", 100) + row.format("Factura", "07", 90)
    assert office.counts(DOCUMENTS + others) == [(2, 0, 0, 0)]
    # And a file that has both is of two.
    both = row.format("Factura", "7", 100) + row.format("Factura", "0007", 100)
    assert office.counts(DOCUMENTS + both) == [(1, 0, 1, 0)]
    assert office.counts(DOCUMENTS + both) == [(0, 0, 2, 0)]
    office.load(DOCUMENTS + row.format("Remisión", "0008", 100))
    assert office.counts(DOCUMENTS + row.format("3 / REMISIÓN", "8", 100)) == [(0, 1, 0, 0)]


@pytest.mark.parametrize("code", ["", "42"])
def test_a_folio_with_zeros_that_another_document_has_stays_that_one_s(office: Office, code: str) -> None:
    office.add_document("7", concept_code="42", total=10000, issued=date(2019, 7, 1))
    office.add_document("007", concept_code="42", total=20000, issued=date(2019, 7, 2))
    coded = f"{DOCUMENTS.replace('CONCEPTO', 'CODIGO CONCEPTO')}CL1,{code},A,007,,01/07/2019,MXN,100\n"
    known = [(row.folio, row.total) for row in office.documents()]
    # With its concept's code it says that this one has other values now.
    assert office.counts(coded) == [(0, 1, 0, 0) if code else (0, 0, 1, 0)]
    assert [(row.folio, row.total) for row in office.documents()] == ([("7", 10000), ("007", 10000)] if code else known)


@pytest.mark.parametrize(("of_document", "of_payment"), [("0042", "42"), ("42", "0042"), ("00", "0")])
def test_a_payment_finds_its_document_despite_leading_zeros(office: Office, of_document: str, of_payment: str) -> None:
    office.add_document(of_document)
    payment = f"{PAYMENTS}CL1,,A,{of_payment},15/07/2019,10,,,,\n"
    assert office.counts(payment) == [(1, 0, 0, 0)]
    assert office.counts(payment) == [(0, 0, 1, 0)]


def test_a_payment_is_of_the_folio_as_it_is_written_if_there_is_one_and_of_none_of_two_others(office: Office) -> None:
    for folio in ("42", "042", "0007", "007"):
        office.add_document(folio)
    office.load(f"{PAYMENTS}CL1,,A,042,15/07/2019,10,,,,\n")
    assert [folio for folio, *_ in office.applications()] == ["042"]
    assert office.problems(f"{PAYMENTS}CL1,,A,7,15/07/2019,10,,,,\n") == [("FOLIO", "CL1 A 7", "ambiguous_document")]


def test_of_equal_payments_each_keeps_its_rep_in_whatever_order_they_come(office: Office) -> None:
    office.add_document("7")
    rows = [f"CL1,,A,7,15/07/2019,10,{uuid},,,\n" for uuid in (U1, "", U2)]
    assert office.counts(PAYMENTS + "".join(rows)) == [(3, 0, 0, 0)]
    assert office.counts(PAYMENTS + "".join(reversed(rows))) == [(0, 0, 3, 0)]
    assert sorted(rep for *_, rep in office.applications() if rep) == [U1, U2]


def test_of_equal_payments_the_one_that_names_a_rep_is_the_one_that_the_rep_brought(office: Office) -> None:
    office.add_document("7", uuid=U1)
    one, other = (rep(uuid, [pago(doc(U1, "10.00"))]) for uuid in (U3, U4))
    rows = "".join(f"CL1,,A,7,10/07/2019,10,{uuid},,,\n" for uuid in ("", U3))
    assert office.counts(one) == [(1, 0, 0, 0)]
    assert office.counts(PAYMENTS + rows) == [(1, 0, 1, 0)]
    assert office.counts(other) == [(0, 1, 0, 0)]
    assert sorted(str(uuid) for *_, uuid in office.applications()) == [U3, U4]
    assert office.counts(PAYMENTS + rows, one, other) == [(0, 0, 2, 0), (0, 0, 1, 0), (0, 0, 1, 0)]


def test_every_reason_why_the_tables_refuse_a_row_can_be_said(office: Office) -> None:
    office.add_customer("CL2", rfc="AARR750315CD2")
    office.add_customer("CL3", rfc="AARR750315CD2")
    office.add_document("1", uuid=U1)
    office.add_document("2", uuid=U2)
    office.add_document("3", concept_code="", concept="Factura")
    office.add_document("4")
    office.add_document("4", concept_code="43")
    office.add_document("5", currency="USD")
    office.add_document("6", kind=DocumentKind.CREDIT_NOTE)
    office.add_document("8", currency="JPY")
    office.load(cfdi(U3, Folio="9"), f"{PAYMENTS}CL1,,A,2,11/07/2019,10,,,,\n")
    office.load(rep(U2, [pago(doc(U1, "6.00"))]), f"{PROMISES}CL1,A,2,1,20/07/2019,Eva,10/07/2019,,\n")
    documents = (
        f"{DOCUMENTS}CL9,,A,10,,01/07/2019,MXN,5\nCL1,42017 / F,A,2,{U4},01/07/2019,MXN,5\n"
        f"CL1,42017 / F,A,4,{U1},01/07/2019,MXN,5\nCL1,Nota,A,3,,01/07/2019,MXN,5\nCL1,,A,9,,01/07/2019,MXN,5\n"
        f"CL1,,A,11,,01/07/2019,MXN,5\nCL1,,A,11,,01/07/2019,MXN,6\nCL1,,{'S' * 26},12,,01/07/2019,MXN,5\n"
        "CL1,,,A-5,,01/07/2019,MXN,5\nCL1,,,4,,16/07/2019,MXN,116\n"
    )
    payments = (
        f"{PAYMENTS}CL1,,A,4,11/07/2019,1,,,,\nCL1,,A,99,11/07/2019,1,,,,\nCL1,,A,8,11/07/2019,1.5,,,,\n"
        "CL1,,A,2,11/07/2019,5,,1,MXN,1\nCL1,,A,5,11/07/2019,5,,100,EUR,20\nCL1,,A,1,12/07/2019,6,,,,\n"
    )
    promises = (
        f"{PROMISES}CL1,A,2,1,21/07/2019,Eva,10/07/2019,,\nCL1,A,2,4,21/07/2019,Eva,10/07/2019,,\n"
        "CL1,A,1,1,21/08/2019,Eva,10/08/2019,,\nCL1,A,1,1,21/07/2019,Eva,10/07/2019,,9999\n"
        "CL1,A,6,1,21/07/2019,Eva,10/07/2019,,\n"
    )
    later = U4.replace("4D", "5D", 1)
    texts = [
        *("CODIGO,NOMBRE\nCL4,Eva\nCL4,Ana\n", documents, payments, promises),
        cfdi(U4, rfc="EKU9003173C9"),
        cfdi(U4, rfc="AARR750315CD2"),
        cfdi(U4, rfc="XAXX010101000"),
        cfdi(U1, TipoDeComprobante="E"),
        cfdi(U4.replace("4D", "8D", 1), Serie=None, Folio="4", Fecha="2019-07-16T10:00:00"),
        cfdi(U4, Folio="3", relations=related("04", U2, later)),
        rep(U3, [pago(doc(U1, "1.00", MonedaDR="USD"))]),
        rep(U3, [pago(doc(U1, "999.00"))]),
    ]
    # It replaces a REP before anything is read beside it.
    replacing = rep(U3, [pago(doc(U2, "10.00"))], relations=related("04", U2))
    files = [*office.load(*texts), *office.load(replacing), *office.load(cfdi(later, Folio="99"))]
    methods = [
        f"CODIGO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,METODO DE PAGO\nCL1,A,99,01/07/2019,116,{each}\n"
        for each in ("PUE", "PPD")
    ]
    parts = [f"{PAYMENTS[:-1]},TIPO\nCL1,,A,99,12/07/2019,{each},,,,,descuento\n" for each in (2, 3)]
    its = U1.replace("1D", "6D", 1)
    note = cfdi(its, TipoDeComprobante="E", Total="4.00", relations=related("01", later))
    notes = f"{DOCUMENTS[:-1]},TIPO,CANCELADO\nCL1,2 / N,A,7,{its},01/07/2019,MXN,4,nota de credito,si\n"
    notes += f"CL1,,A,99,{later},01/07/2019,MXN,116,factura,si\n"
    notes += "CL1,,A,11,,02/07/2019,MXN,5,nota de credito,no\n"
    eighth = note.replace(its, its.replace("6D", "7D", 1)).replace('Folio="7"', 'Folio="8"')
    stamped = cfdi(later, Folio="99", MetodoPago="PUE")
    unsaid = "CODIGO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\nCL1,A,12,02/07/2019,5\n"
    yen = f"{DOCUMENTS}CL1,,A,12,,02/07/2019,JPY,5\n"
    moved = f"{DOCUMENTS}CL2,,A,1,{U1},01/07/2019,MXN,116\n"
    for text in (methods[0], methods[1], stamped, parts[0], note, parts[1], eighth, notes, yen, unsaid, moved):
        files += office.load(text)
    bought = office.folder / "bought.xml"
    bought.write_text(cfdi(its.replace("6D", "5D", 1), rfc="DBA010101AB7"), encoding="utf-8")
    files += import_files(office.database.transaction, [bought], today=TODAY, issuer="DBA010101AB7").files
    told = [p for file in files for p in (*file.problems, *file.warnings)]
    for code in LANGUAGES:
        assert all(problem_line(problem, language(code)) for problem in told)
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(bot.store.__file__).parent.rglob("*.py"))
    # The name of a reason, and of a column.
    named = set(re.findall(r'"(\w+)"', sources)) & REASONS.keys() - {"currency"}
    assert {problem.reason for problem in told} == named
