"""That folios with leading zeros, or in one column, are looked up, and not compared each with each: it took hours."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.store.database import Database
from tests.imports.cfdi_files import U1
from tests.services.cfdi_run import Office

DOCUMENTS = "CODIGO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\nCL1,A,{},01/07/2019,100\n"
PAYMENTS = "CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,A,{},15/07/2019,10\n"


JOINED = DOCUMENTS.replace("SERIE,", "").replace("A,", "A-")


@pytest.mark.parametrize("text", [DOCUMENTS, PAYMENTS, JOINED])
def test_sqlite_finds_folios_despite_zeros_and_in_one_column_by_an_index(
    sqlite_database: Database, tmp_path: Path, text: str
) -> None:
    office = Office(sqlite_database, tmp_path)
    office.add_customer("CL1")
    office.load(DOCUMENTS.format("7"))
    plans = []

    def explain(connection: Any, _: object, statement: str, parameters: Any, *_context: object) -> None:  # noqa: ANN401 - SQLAlchemy's
        if "UPDATE incoming" in statement:
            driver = connection.connection.driver_connection
            plans.append([step[3] for step in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)])

    event.listen(sqlite_database.engine, "before_cursor_execute", explain)
    assert office.counts(text.format("007")) in ([(0, 0, 1, 0)], [(1, 0, 0, 0)])
    event.remove(sqlite_database.engine, "before_cursor_execute", explain)
    assert not any("SEARCH documents USING AUTOMATIC" in step for plan in plans for step in plan)
    despite_form = [plan for plan in plans if "MATERIALIZE plain_folios" in plan]
    by_index = [any("plain_folios USING AUTOMATIC" in step for step in plan) for plan in despite_form]
    assert by_index
    assert all(by_index)


@pytest.mark.parametrize("folio", ["1001.0", "1001.00"])
def test_a_folio_with_the_decimals_of_a_number_is_the_one_without(
    sqlite_database: Database, tmp_path: Path, folio: str
) -> None:
    """Excel saves a column of numbers with its decimals as CSV: each invoice would have been owed twice."""
    office = Office(sqlite_database, tmp_path)
    office.add_customer("CL1")
    both = DOCUMENTS.format("1001") + DOCUMENTS.format(folio).splitlines()[1]
    assert office.counts(both) == [(1, 0, 1, 0)], "in the first file too"
    assert office.counts(DOCUMENTS.format(folio)) == [(0, 0, 1, 0)]
    assert office.counts(PAYMENTS.format(folio)) == [(1, 0, 0, 0)]
    assert office.counts(DOCUMENTS.format("1.5")) == [(1, 0, 0, 0)]
    assert office.counts(DOCUMENTS.format("2019.1.0")) == [(1, 0, 0, 0)]


CANCELLED = "CODIGO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,CANCELADO\nCL1,A,{},01/07/2019,100,SI\n"


@pytest.mark.parametrize("first", ["8", "8.00"])
def test_a_folio_that_a_document_has_with_its_decimals_is_of_that_one_until_it_is_cancelled(
    database: Database, tmp_path: Path, first: str
) -> None:
    """Who has an invoice twice can take the second out; payments of it paid the first one again."""
    office = Office(database, tmp_path)
    office.add_customer("CL1")
    for folio in dict.fromkeys((first, "8", "8.00")):
        office.add_document(folio, concept_code="", total=100_00, issued=date(2019, 7, 1), due=date(2019, 7, 1))
    assert office.counts(PAYMENTS.format("8.00"), PAYMENTS.format("8.0")) == [(1, 0, 0, 0), (1, 0, 0, 0)]
    assert sorted(folio for folio, *_ in office.applications()) == ["8", "8.00"]
    assert office.counts(DOCUMENTS.format("8.00"), DOCUMENTS.format("8")) == [(0, 0, 1, 0), (0, 0, 1, 0)]

    assert office.counts(CANCELLED.format("8.00")) == [(0, 1, 0, 0)]
    assert office.counts(CANCELLED.format("8.00")) == [(0, 0, 1, 0)]
    assert {row.folio: row.cancelled for row in office.documents()} == {"8": False, "8.00": True}

    # From then on it is as if it were not there.
    assert office.counts(DOCUMENTS.format("8.00")) == [(0, 0, 1, 0)]
    assert office.counts(PAYMENTS.format("8.00")) == [(0, 0, 1, 0)]
    assert office.counts(PAYMENTS.format("8.00").replace(",10", ",20")) == [(1, 0, 0, 0)]
    assert [folio for folio, *_ in office.applications()].count("8") == 2


def test_an_invoice_known_by_its_uuid_leaves_another_the_folio_with_decimals(
    sqlite_database: Database, tmp_path: Path
) -> None:
    office = Office(sqlite_database, tmp_path)
    office.add_customer("CL1")
    office.add_document("8", concept_code="", uuid=U1, total=100_00, issued=date(2019, 7, 1), due=date(2019, 7, 1))
    office.add_document("8.00", concept_code="", total=100_00, issued=date(2019, 7, 1), due=date(2019, 7, 1))
    head, row = DOCUMENTS.format("8.00").splitlines()
    assert office.counts(f"{head},UUID\n{row},{U1}\n{row.replace('8.00', '8')},{U1}\n") == [(0, 0, 2, 0)]


@pytest.mark.parametrize("other", [{"customer": "CL2"}, {"series": "B"}, {"concept_code": "9"}])
def test_a_folio_with_decimals_of_another_customer_series_or_concept_is_no_reason_to_keep_them(
    sqlite_database: Database, tmp_path: Path, other: dict[str, str]
) -> None:
    office = Office(sqlite_database, tmp_path)
    office.add_customer("CL1")
    office.add_customer("CL2")
    office.add_document("8", concept_code="4")
    office.add_document("8.00", **{"concept_code": "4", **other})
    head, row = PAYMENTS.format("8.00").splitlines()
    assert office.counts(f"CLAVE CONCEPTO,{head}\n4,{row}\n") == [(1, 0, 0, 0)]
    assert [folio for folio, *_ in office.applications()] == ["8"]
