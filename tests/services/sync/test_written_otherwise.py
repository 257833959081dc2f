"""A document that a file has with series and folio in one column, or with zeros, is the ERP's, whichever came first."""

from pathlib import Path

import pytest

from bot.services.imports import import_files
from tests.contpaqi_company import DEBIT_NOTE, INVOICE
from tests.imports.cfdi_files import RFC, U1, cfdi
from tests.services.sync.office import MAR, Office

HEAD = "CODIGO,FOLIO,SERIE,FECHA DOCUMENTO,MONTO ORIGINAL\n"


@pytest.mark.parametrize("folio", ["CFDI-21002,", "CFDI 0021002,", "cfdi21002,", "CFDI-21002,CFDI"])
@pytest.mark.parametrize("erp_first", [True, False])
def test_series_and_folio_in_one_column_are_the_erp_s_document(
    office: Office,
    tmp_path: Path,
    folio: str,
    erp_first: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    company, path = office.company, tmp_path / "a.csv"
    customer, concept = company.customer("CL1"), company.concept("4")
    made = company.document(customer, concept, INVOICE, 100.0, MAR, CSERIEDOCUMENTO="CFDI", CFOLIO=21002.0)
    path.write_text("CODIGO,NOMBRE\nCL1,Juan\n", encoding="utf-8")
    import_files(office.database.transaction, [path], today=MAR, now=office.now)
    if erp_first:
        office.sync()
    path.write_text(f"{HEAD}CL1,{folio},10/03/2019,100\n", encoding="utf-8")
    report = import_files(office.database.transaction, [path], today=MAR, now=office.now)
    assert report.refused == 0
    assert office.sync().mismatches == ()
    assert office.balances() == {made: 10000}
    (document,) = office.documents().values()
    assert (document.series, document.folio) == ("CFDI", "21002")


def test_of_another_total_the_file_s_is_not_the_erp_s(sqlite_office: Office, tmp_path: Path) -> None:
    company, path = sqlite_office.company, tmp_path / "a.csv"
    customer, concept = company.customer("CL1"), company.concept("4")
    sqlite_office.sync()
    path.write_text(f"{HEAD}CL1,CFDI-21002,,10/03/2019,99\n", encoding="utf-8")
    import_files(sqlite_office.database.transaction, [path], today=MAR, now=sqlite_office.now)
    made = company.document(customer, concept, INVOICE, 100.0, MAR, CSERIEDOCUMENTO="CFDI", CFOLIO=21002.0)
    report = sqlite_office.sync()
    assert sqlite_office.balances()[made] == 10000
    assert [str(mismatch.here) for mismatch in report.mismatches] == ["199.00"]


@pytest.mark.parametrize("text", [cfdi(U1, Serie="", Folio="A1-7"), f"{HEAD}CL1,A1 7,,10/03/2019,116\n"])
def test_of_another_series_whose_digits_are_the_folio_s_the_erp_s_is_another(
    sqlite_office: Office, tmp_path: Path, text: str
) -> None:
    company = sqlite_office.company
    customer, concept = company.customer("CL1", CRFC=RFC), company.concept("4")
    made = company.document(customer, concept, INVOICE, 116.0, MAR, CSERIEDOCUMENTO="A", CFOLIO=17.0)
    paths = [tmp_path / name for name in ("a.csv", "b.xml" if text.startswith("<") else "b.csv")]
    paths[0].write_text(f"CODIGO,NOMBRE,RFC\nCL1,Juan,{RFC}\n", encoding="utf-8")
    paths[1].write_text(text, encoding="utf-8")
    import_files(sqlite_office.database.transaction, paths, today=MAR, now=sqlite_office.now)
    sqlite_office.sync()
    documents = sqlite_office.documents()
    assert (documents[made].folio, documents[made].uuid, len(documents)) == ("17", None, 2)


@pytest.mark.parametrize("first", [INVOICE, DEBIT_NOTE])
def test_of_two_with_one_folio_and_total_a_cfdi_is_that_of_its_uuid(
    sqlite_office: Office, tmp_path: Path, first: int
) -> None:
    company, path = sqlite_office.company, tmp_path / "a.xml"
    customer, made = company.customer("CL1", CRFC=RFC), {}
    for kind in (first, INVOICE + DEBIT_NOTE - first):
        concept = company.concept(str(kind), kind)
        made[kind] = company.document(customer, concept, kind, 116.0, MAR, CSERIEDOCUMENTO="A", CFOLIO=7.0)
        if kind == DEBIT_NOTE:
            company.stamp_cfdi(made[kind], concept, U1)
    path.write_text(cfdi(U1), encoding="utf-8")
    paths = [tmp_path / "a.csv", path]
    paths[0].write_text(f"CODIGO,NOMBRE,RFC\nCL1,Juan,{RFC}\n", encoding="utf-8")
    import_files(sqlite_office.database.transaction, paths, today=MAR, now=sqlite_office.now)
    report = sqlite_office.sync()
    assert (report.documents.problems, report.mismatches) == ((), ())
    assert {erp_id: one.uuid for erp_id, one in sqlite_office.documents().items()} == {
        made[INVOICE]: None,
        made[DEBIT_NOTE]: U1,
    }
