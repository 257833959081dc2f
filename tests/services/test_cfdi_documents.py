from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from bot.domain.incoming import FileKind
from bot.domain.receivables import ApplicationKind, DocumentKind, PaymentMethod
from bot.services.imports import import_files
from bot.store.database import Database
from bot.store.models import DocumentRow
from tests.imports.cfdi_files import RFC, U1, U2, U3, U4, cfdi, doc, pago, related, rep
from tests.services.cfdi_run import TODAY, Office

PDF = b"%PDF-1.7"
CREDIT = ApplicationKind.CREDIT_NOTE
ISSUED = date(2019, 7, 1)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1", credit_days=30)
    return made


def note(uuid: str = U2, *related_to: str, relation: str = "01", **over: object) -> str:
    """A credit note of $16.00, of 5 July, related to U1."""
    values: dict[str, Any] = {
        "TipoDeComprobante": "E",
        "Total": "16.00",
        "Fecha": "2019-07-05T00:00:00",
        "Folio": "7",
        "relations": related(relation, *(related_to or (U1,))),
        **over,
    }
    return cfdi(uuid, **values)


def test_an_invoice_of_a_known_rfc_becomes_a_document(office: Office) -> None:
    assert office.counts(cfdi()) == [(1, 0, 0, 0)]
    (row,) = office.documents()
    assert (row.series, row.folio, row.uuid, row.kind, row.concept, row.concept_code, row.method) == (
        *("A", "7", U1, DocumentKind.INVOICE, "Factura", "", PaymentMethod.PPD),
    )
    assert (row.issued, row.due, row.total, row.currency, row.settled_on) == (
        *(ISSUED, date(2019, 7, 31), 11600, "MXN", None),
    )
    assert office.counts(cfdi()) == [(0, 0, 1, 0)]


def test_an_invoice_without_folio_is_called_by_its_uuid_and_one_of_nothing_is_settled(office: Office) -> None:
    assert office.counts(cfdi(Serie=None, Folio=None, Total="0.00")) == [(1, 0, 0, 0)]
    (row,) = office.documents()
    assert (row.folio, row.settled_on) == (U1[:8], ISSUED)


def test_an_invoice_that_the_erp_has_by_uuid_only_completes_it(office: Office) -> None:
    office.add_document(uuid=U1, series="F", folio="99", due=date(2019, 8, 20))
    assert office.counts(cfdi()) == [(0, 1, 0, 0)]
    assert office.counts(cfdi()) == [(0, 0, 1, 0)]
    (row,) = office.documents()
    assert (row.series, row.folio, row.due, row.method) == ("F", "99", date(2019, 8, 20), PaymentMethod.PPD)


@pytest.mark.parametrize(("series", "folio"), [("A", "7"), ("a", "7"), ("A", "0007")])
def test_an_invoice_is_found_by_series_folio_and_rfc_and_gives_its_uuid(
    office: Office, series: str, folio: str
) -> None:
    office.add_document()
    assert office.counts(cfdi(Serie=series, Folio=folio)) == [(0, 1, 0, 0)]
    assert [(row.uuid, row.concept_code, row.folio) for row in office.documents()] == [(U1, "42017", "7")]


def test_of_several_customers_with_the_rfc_the_one_with_the_document_has_it(office: Office) -> None:
    office.add_customer("CL2")
    assert office.problems(cfdi()) == [("1.xml", RFC, "several_customers")]
    office.add_document(customer="CL2")
    assert office.counts(cfdi()) == [(0, 1, 0, 0)]


@pytest.mark.parametrize("generic", ["XAXX010101000", "XEXX010101000"])
def test_a_generic_rfc_is_nobodys_until_the_document_is_known(office: Office, generic: str) -> None:
    office.add_customer("CL2", rfc=generic)
    assert office.problems(cfdi(rfc=generic)) == [("1.xml", generic, "generic_rfc")]
    office.add_document(customer="CL2")
    assert office.counts(cfdi(rfc=generic)) == [(0, 1, 0, 0)]


def test_the_same_folio_in_two_concepts_is_told_apart_by_the_total(office: Office) -> None:
    office.add_document()
    office.add_document(concept_code="42018", total=500)
    assert office.counts(cfdi()) == [(0, 1, 0, 0)]
    assert [row.uuid for row in office.documents()] == [U1, None]


def test_what_contradicts_the_tables_is_refused(office: Office) -> None:
    assert office.problems(cfdi(rfc="EKU9003173C9")) == [("1.xml", "EKU9003173C9", "unknown_rfc")]
    office.add_document()
    assert office.problems(cfdi(Total="117.00")) == [("1.xml", "117.00 MXN", "other_total")]
    assert office.problems(cfdi(Moneda="USD")) == [("1.xml", "116.00 USD", "other_total")]
    office.add_document(concept_code="42018")
    assert office.problems(cfdi()) == [("1.xml", "A-7", "ambiguous_document")]
    office.add_document("8", uuid=U2)
    assert office.problems(cfdi(U2, Total="1.00")) == [("1.xml", "1.00 MXN", "other_total")]
    assert office.problems(cfdi(U2, TipoDeComprobante="E")) == [("1.xml", "A-7", "other_kind")]
    office.add_document("9", concept_code="", uuid=U3)
    assert office.problems(cfdi(U4, Folio="9")) == [("1.xml", "A-9", "folio_taken")]
    assert office.problems(cfdi(U4, Serie="S" * 26)) == [("1.xml", "S" * 26, "too_long")]
    assert len(office.documents()) == 4


def test_an_erp_that_tells_of_a_document_later_tells_of_the_same_one(office: Office) -> None:
    office.load(cfdi(), note(U2, U4))
    heading = "CODIGO,CONCEPTO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,TIPO\n"
    csv = (
        f"{heading}CL1,42 / Factura CFDI,A,7,01/07/2019,116,factura\nCL1,50 / Nota,A,7,05/07/2019,16,nota de credito\n"
    )
    assert office.counts(csv) == [(0, 2, 0, 0)]
    assert [(row.concept_code, row.uuid) for row in office.documents()] == [("42", U1), ("50", U2)]
    assert office.counts(csv, cfdi(), note(U2, U4)) == [(0, 0, 2, 0), (0, 0, 1, 0), (0, 0, 1, 0)]
    assert office.counts(f"{heading}CL1,43 / Otra,A,7,01/07/2019,116,factura\n") == [(1, 0, 0, 0)]


def test_a_debit_note_is_a_charge_of_its_own(office: Office) -> None:
    office.load(cfdi(), cfdi(U2, Folio="8", relations=related("02", U1)))
    assert [(row.kind, row.concept) for row in office.documents()] == [
        (DocumentKind.INVOICE, "Factura"),
        (DocumentKind.DEBIT_NOTE, "Nota de cargo"),
    ]


@pytest.mark.parametrize("relation", ["01", "03"])
def test_a_credit_note_for_one_known_invoice_lowers_it_and_is_used_up(office: Office, relation: str) -> None:
    texts = (note(relation=relation), cfdi())
    assert office.counts(*texts) == [(1, 0, 0, 0), (1, 0, 0, 0)]
    assert office.applications() == [
        ("7", date(2019, 7, 5), 1600, CREDIT, None),
        ("7", date(2019, 7, 5), 1600, CREDIT, None),
    ]
    assert {(row.kind, row.concept_code): row.settled_on for row in office.documents()} == {
        (DocumentKind.INVOICE, ""): None,
        (DocumentKind.CREDIT_NOTE, "NC"): date(2019, 7, 5),
    }
    assert office.counts(*texts) == [(0, 0, 1, 0), (0, 0, 1, 0)]
    assert len(office.applications()) == 2


@pytest.mark.parametrize(
    "text",
    [
        note(relation="04"),
        note(relation="07"),
        note(U2, U1, U3),
        note(U2, U4),
        note(Moneda="USD"),
        note(Total="116.01"),
        note(relations=""),
    ],
)
def test_any_other_credit_note_waits_as_a_credit(office: Office, text: str) -> None:
    office.load(cfdi(), text)
    assert office.applications() == []
    assert [row.settled_on for row in office.documents()] == [None, None]


def test_a_credit_note_for_a_cancelled_invoice_waits(office: Office) -> None:
    office.add_document(uuid=U1, cancelled=True)
    office.load(note())
    assert office.applications() == []


def test_a_credit_note_that_waited_is_applied_when_its_invoice_is_known(office: Office) -> None:
    assert office.counts(note()) == [(1, 0, 0, 0)]
    office.load(cfdi())
    assert office.counts(note()) == [(0, 1, 0, 0)]
    assert office.counts(note()) == [(0, 0, 1, 0)]
    assert len(office.applications()) == 2


def test_a_credit_note_that_the_erp_has_is_the_erps_to_apply(office: Office) -> None:
    office.add_document("7", concept_code="50", kind=DocumentKind.CREDIT_NOTE, total=1600)
    assert office.counts(cfdi(), note()) == [(1, 0, 0, 0), (0, 1, 0, 0)]
    assert office.applications() == []


def test_a_credit_that_the_erp_has_applied_already_is_not_applied_twice(office: Office) -> None:
    office.load(cfdi())
    csv = "CODIGO,SERIE,FOLIO,FECHA,ABONO,TIPO\nCL1,A,7,06/07/2019,16,nota de credito\n"
    assert office.counts(csv) == [(1, 0, 0, 0)]
    office.load(note(Folio="3"))
    assert [(on, amount) for _, on, amount, _, _ in office.applications()] == [(date(2019, 7, 6), 1600)] * 2
    assert office.counts(csv, note(Folio="3")) == [(0, 0, 1, 0), (0, 0, 1, 0)]


@pytest.mark.parametrize("kind", ["nota de credito", "devolución", "descuento"])
@pytest.mark.parametrize("day", ["05", "06"])
@pytest.mark.parametrize("erp_first", [True, False])
def test_a_credit_note_is_the_erps_reduction_of_its_amount_whatever_that_is_called_and_whenever(
    office: Office,
    kind: str,
    day: str,
    erp_first: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    csv = f"CODIGO,SERIE,FOLIO,FECHA,ABONO,TIPO\nCL1,A,7,{day}/07/2019,16,{kind}\n"
    office.load(cfdi())
    for text in (csv, note(Folio="3")) if erp_first else (note(Folio="3"), csv):
        office.load(text)
    assert [(folio, amount) for folio, _, amount, _, _ in office.applications()] == [("7", 1600), ("3", 1600)]
    assert office.counts(csv, note(Folio="3")) == [(0, 0, 1, 0), (0, 0, 1, 0)]


@pytest.mark.parametrize("cfdi_first", [True, False])
def test_a_credit_note_of_which_the_erp_has_applied_a_part_is_told_once(
    office: Office,
    cfdi_first: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    csv = "CODIGO,SERIE,FOLIO,FECHA,ABONO,TIPO\nCL1,A,7,06/07/2019,10,nota de credito\nCL1,A,7,06/07/2019,5,pago\n"
    office.load(cfdi())
    texts, told = (csv, note(Folio="3")), ("16.00", "similar_credit")
    if cfdi_first:
        texts, told = (note(Folio="3"), csv), ("10.00", "similar_note")
    assert [office.warnings(text) for text in texts] == [[], [told]]
    assert [office.warnings(text) for text in texts] == [[], []]
    # Where all of it is there as well, the other is another.
    both = csv.replace("CL1,A,7,06/07/2019,10", "CL1,A,7,06/07/2019,16")
    assert office.warnings(both + "CL1,A,7,07/07/2019,4,descuento\n") == []


def test_a_credit_note_never_takes_what_a_payment_of_an_earlier_day_has_paid(office: Office) -> None:
    payment = rep(payments=[pago(doc(), FechaPago="2019-07-04T00:00:00")], Fecha="2019-08-01T00:00:00")
    assert office.counts(note(), payment, cfdi()) == [(1, 0, 0, 0)] * 3
    assert [(amount, uuid) for _, _, amount, _, uuid in office.applications()] == [(11600, U3)]


def test_a_cfdi_that_replaces_one_in_force_says_so(office: Office) -> None:
    replacing = cfdi(U2, Folio="8", relations=related("04", U1, U4))
    assert office.warnings(cfdi(), replacing) == [(U1, "replaced_in_force")]
    with office.database.transaction() as session:
        session.scalars(select(DocumentRow).where(DocumentRow.uuid == U1)).one().cancelled = True
    assert office.warnings(replacing) == []


def test_an_invoice_that_comes_in_a_later_run_than_its_substitute_is_told_of_too(office: Office) -> None:
    replacing = cfdi(U2, Folio="8", relations=related("04", U1))
    assert office.warnings(replacing) == []
    assert office.warnings(cfdi()) == [(U2, "replaces_in_force")]
    # Read again together, once; and no more when either is cancelled.
    assert len(office.warnings(cfdi(), replacing)) == 1
    with office.database.transaction() as session:
        session.scalars(select(DocumentRow).where(DocumentRow.uuid == U1)).one().cancelled = True
    assert office.warnings(cfdi(), replacing) == []


def test_what_another_company_issued_is_told_where_it_becomes_a_debt(office: Office, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(cfdi(), encoding="utf-8")
    told = [
        [(w.value, w.reason) for file in run.files for w in file.warnings]
        for issuer in ("eku-9003173c9", "DBA010101AB7", "DBA010101AB7", "")
        for run in [
            import_files(
                office.database.transaction,
                [tmp_path / "a.xml"],
                today=TODAY,
                issuer=issuer,
                dry_run=issuer.startswith("eku"),
            )
        ]
    ]
    assert told == [[], [("EKU9003173C9", "other_issuer")], [], []]


@pytest.mark.parametrize(("issuer", "reason"), [("dba-010101-ab7", "own_rfc"), ("", "unknown_rfc")])
def test_what_the_company_bought_asks_for_no_customer(office: Office, tmp_path: Path, issuer: str, reason: str) -> None:
    (tmp_path / "a.xml").write_text(cfdi(rfc="DBA010101AB7"), encoding="utf-8")
    run = import_files(office.database.transaction, [tmp_path / "a.xml"], today=TODAY, issuer=issuer)
    assert [(p.value, p.reason) for file in run.files for p in file.problems] == [("DBA010101AB7", reason)]


def test_an_odd_rfc_is_told_once_and_stops_nothing(office: Office) -> None:
    office.add_customer("CL2", rfc="KIJ0906199R2")
    odd = [cfdi(uuid, rfc="KIJ0906199R2", Folio=uuid[:1]) for uuid in (U1, U2)]
    assert office.warnings(*odd) == [("KIJ0906199R2", "odd_rfc")]
    assert len(office.documents()) == 2


def test_a_folder_is_read_to_its_depth_and_each_file_is_told(office: Office) -> None:
    deep = office.folder / "in" / "2019" / "07"
    deep.mkdir(parents=True)
    (deep / "a.XML").write_text(cfdi(), encoding="utf-8")
    (deep / "A.pdf").write_bytes(PDF)
    (deep / "a.pdf").write_bytes(PDF)
    (deep / "._a.xml").write_bytes(b"\0")
    (office.folder / "in" / "b.xml").write_text("<b/>", encoding="utf-8")
    (office.folder / "in" / "c.csv").write_text("CODIGO,NOMBRE\nCL5,Eva\n", encoding="utf-8")
    report = office.run(office.folder / "in")
    assert [(file.path.name, file.kind, file.new, file.refused) for file in report.files] == [
        ("c.csv", FileKind.CUSTOMERS, 1, 0),
        ("a.XML", FileKind.CFDI, 1, 0),
        ("b.xml", FileKind.CFDI, 0, 1),
    ]
    assert [path.name for path in office.vault.find(U1)] == [f"{U1}.xml", f"{U1}.pdf"]


def test_the_entries_of_a_zip_are_told_by_number_and_name(office: Office) -> None:
    path = office.folder / "a.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("x/1.xml", cfdi())
        archive.writestr("x/1.pdf", PDF)
        archive.writestr("x/2.xml", "<b/>")
        archive.writestr("x/3.xml", cfdi(U2, Folio="8"))
        archive.writestr("x/3.pdf", "no PDF")
        archive.writestr("x/4.zip", b"PK")
        archive.writestr("pagos.xlsx", b"PK")
        archive.writestr("readme.txt", "")
    (file,) = office.run(path).files
    assert (file.new, file.refused) == (2, 2)
    assert [(p.row, p.column, p.value, p.reason) for p in file.problems] == [
        (3, "x/2.xml", "b", "not_cfdi"),
        (6, "x/4.zip", "", "zip_nested"),
    ]
    assert [(p.row, p.column, p.value, p.reason) for p in file.warnings] == [
        (4, "x/3.xml", "x/3.pdf", "pdf_unusable"),
        (7, "pagos.xlsx", "", "zip_spreadsheet"),
    ]
    assert [len(office.vault.find(uuid)) for uuid in (U1, U2)] == [2, 1]


def test_a_zip_that_is_none_or_holds_no_xml_is_refused_whole(office: Office) -> None:
    empty, broken = office.folder / "a.zip", office.folder / "b.zip"
    with ZipFile(empty, "w") as archive:
        archive.writestr("pagos.csv", "")
    broken.write_bytes(b"PK\x03\x04")
    assert [[(p.row, p.value, p.reason) for p in file.problems] for file in office.run(empty, broken).files] == [
        [(0, "a.zip", "zip_without_xml")],
        [(0, "b.zip", "zip_broken")],
    ]


def test_kind_cfdi_reads_a_file_of_any_name_and_leaves_the_tables_of_a_folder(office: Office) -> None:
    (office.folder / "a.txt").write_text(cfdi(), encoding="utf-8")
    (office.folder / "in").mkdir()
    (office.folder / "in" / "c.csv").write_text("CODIGO,NOMBRE\nCL5,Eva\n", encoding="utf-8")
    paths = [office.folder / "a.txt", office.folder / "in", office.folder / "none.xml"]
    report = import_files(office.database.transaction, paths, today=TODAY, kind=FileKind.CFDI)
    assert [(file.path.name, file.new, file.refused) for file in report.files] == [("a.txt", 1, 0), ("none.xml", 0, 1)]
    other = import_files(office.database.transaction, paths[1:2], today=TODAY, kind=FileKind.CUSTOMERS)
    assert [file.path.name for file in other.files] == ["c.csv"]


@pytest.mark.parametrize("how", ["strict", "dry_run"])
def test_what_is_not_kept_leaves_neither_row_nor_file(office: Office, how: str) -> None:
    files = office.load(cfdi(), "<b/>", **{how: True})
    assert [(file.new, file.refused) for file in files] == [(1, 0), (0, 1)]
    assert (office.documents(), office.vault.find(U1)) == ([], [])


def test_a_file_that_is_refused_is_not_kept(office: Office) -> None:
    office.load(cfdi(rfc="EKU9003173C9"))
    assert office.vault.find(U1) == []


def test_no_row_names_a_file_that_could_not_be_kept(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(cfdi(), encoding="utf-8")
    (tmp_path / "vault").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(OSError, match="vault"):
        office.run(path)
    assert office.documents() == []


def test_a_known_document_leaves_the_due_date_and_the_customer_to_the_erp(office: Office) -> None:
    office.add_customer("CL2", rfc="EKU9003173C9")
    office.add_document(customer="CL2", uuid=U1, issued=date(2019, 6, 30), payment_method=PaymentMethod.PUE)
    before = [(row.customer_id, row.issued, row.due) for row in office.documents()]
    assert office.counts(cfdi(MetodoPago=None)) == [(0, 0, 1, 0)]
    assert [(row.customer_id, row.issued, row.due) for row in office.documents()] == before
    assert [row.method for row in office.documents()] == [PaymentMethod.PUE]
