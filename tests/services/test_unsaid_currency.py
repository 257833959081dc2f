"""A file without a column of currencies says nothing of them: dollars that are known stay dollars."""

from datetime import date
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.imports.cfdi_files import U1, cfdi
from tests.services.cfdi_run import Office

HEAD = "CODIGO,CODIGO CONCEPTO,SERIE,FOLIO,UUID,FECHA DOCUMENTO,MONTO ORIGINAL\n"
DOLLARS = HEAD.replace("MONTO", "MONEDA,MONTO") + "CL1,4,A,7,,01/07/2019,USD,116\n"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1")
    return made


def owed(office: Office) -> list[tuple[str, int]]:
    return [(row.currency, row.total) for row in office.documents()]


@pytest.mark.parametrize("known", [DOLLARS, cfdi(U1, Moneda="USD")])
@pytest.mark.parametrize("row", ["4,A,7,", f"4,A,7,{U1}", ",A,7,", "4,A,007,", "4,,A-7,"])
def test_what_is_known_in_dollars_stays_so(office: Office, known: str, row: str) -> None:
    """It became as many pesos, and the XML of SAT was refused from then on."""
    office.load(known)
    text = f"{HEAD}CL1,{row},01/07/2019,116\n"
    assert office.counts(text)[0][0] == 0
    assert office.counts(text, known) == [(0, 0, 1, 0), (0, 0, 1, 0)]
    assert owed(office) == [("USD", 11600)]


@pytest.mark.parametrize("row", [",A,7,", ",A,007,", ",,A-7,"])
def test_of_two_in_two_currencies_it_is_the_one_in_pesos(office: Office, row: str) -> None:
    """It was a third one, or refused."""
    office.load(DOLLARS, DOLLARS.replace("L1,4", "L1,5").replace("USD", "MXN"))
    assert office.counts(f"{HEAD}CL1,{row},01/07/2019,116\n") == [(0, 0, 1, 0)]


def test_what_is_new_is_in_pesos_and_so_is_what_a_blank_cell_says(office: Office) -> None:
    assert office.counts(f"{HEAD}CL1,4,A,7,,01/07/2019,116\n") == [(1, 0, 0, 0)]
    assert owed(office) == [("MXN", 11600)]
    office.load(DOLLARS)
    assert office.counts(DOLLARS.replace("USD", "")) == [(0, 1, 0, 0)]
    assert owed(office) == [("MXN", 11600)]


def test_another_total_of_a_cfdi_is_refused_in_pesos(office: Office) -> None:
    office.load(cfdi(U1, Moneda="USD"))
    assert office.problems(f"{HEAD}CL1,4,A,7,,01/07/2019,117\n") == [("MONTO ORIGINAL", "117.00 MXN", "other_total")]


@pytest.mark.parametrize("row", ["4,A,7,", f"4,A,7,{U1}"])
def test_another_total_of_what_is_known_in_dollars_is_refused(office: Office, row: str) -> None:
    """It may be in pesos: 100 dollars became 1,950 of them."""
    office.load(DOLLARS.replace("7,,", f"7,{U1},"))
    assert office.problems(f"{HEAD}CL1,{row},01/07/2019,1950\n") == [("MONEDA", "", "missing")]
    assert owed(office) == [("USD", 11600)]


def test_what_is_known_in_a_currency_without_cents_is_refused(office: Office) -> None:
    office.add_document(concept_code="4", currency="JPY", total=116, issued=date(2019, 7, 1))
    assert office.problems(f"{HEAD}CL1,4,A,7,,01/07/2019,116\n") == [("MONEDA", "", "missing")]
    assert owed(office) == [("JPY", 116)]


@pytest.mark.parametrize(("said", "refused"), [("USD", []), ("", []), ("PESOS", [("MONEDA", "MXN", "other_currency")])])
def test_a_payment_that_says_another_currency_than_its_document_s_is_refused(
    office: Office, said: str, refused: list[tuple[str, str, str]]
) -> None:
    """It was taken off an invoice in dollars as so many dollars."""
    office.load(DOLLARS)
    text = f"CODIGO,SERIE,FOLIO,FECHA PAGO,ABONO,MONEDA\nCL1,A,7,02/07/2019,50,{said}\n"
    assert office.problems(text) == refused
