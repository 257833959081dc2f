"""What its CFDI had applied of a credit note is taken back where a file cancels that or the invoice afterwards."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain.receivables import ApplicationKind
from bot.store.database import Database
from bot.store.models import DocumentRow
from tests.imports.cfdi_files import U1, U2, U3, cfdi, related
from tests.services.cfdi_run import Office

NOTE = cfdi(
    U2, TipoDeComprobante="E", Total="16.00", Fecha="2019-07-05T00:00:00", Folio="9", relations=related("01", U1)
)
# One of that amount that stands in for it.
AGAIN = NOTE.replace(U2, U3).replace('Folio="9"', 'Folio="10"')
TAKEN_BACK = [("16.00", "credit_taken_back")]
HEADINGS = "CODIGO,CONCEPTO,SERIE,FOLIO,UUID,FECHA DOCUMENTO,MONTO ORIGINAL,TIPO,CANCELADO\n"
CANCELLED_INVOICE = f"{HEADINGS}CL1,,A,7,{U1},01/07/2019,116,factura,si\n"
# The credit note of 5 July as a file lists it, and its application as a file of payments does.
APPLIED = "CODIGO,SERIE,FOLIO,CONCEPTO,FECHA,ABONO,TIPO\nCL1,A,7,Factura,05/07/2019,16,nota de credito\n"
REVERSED = APPLIED.replace("05/07/2019,16", "06/07/2019,-16")


def listed(cancelled: str, names: str = f"50 / Nota,A,9,{U2}") -> str:
    return f"{HEADINGS}CL1,{names},05/07/2019,16,nota de credito,{cancelled}\n"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1")
    return made


def owed(office: Office) -> list[int]:
    """What is left of each document in force, in cents."""
    return [row.total - row.applied for row in office.documents() if not row.cancelled]


@pytest.mark.parametrize("cancelled", [listed("si"), listed("si", ",A,9,")])
def test_an_invoice_is_owed_whole_again_once_a_file_has_its_credit_note_cancelled(
    office: Office, cancelled: str
) -> None:
    office.load(cfdi(), NOTE)
    assert owed(office) == [10000, 0]
    assert office.warnings(cancelled) == TAKEN_BACK
    assert (owed(office), office.applications()) == ([11600], [])
    assert office.warnings(cancelled, NOTE) == []
    assert (office.counts(cancelled, NOTE), owed(office)) == ([(0, 0, 1, 0), (0, 0, 1, 0)], [11600])


def test_the_credit_note_of_an_invoice_that_a_file_cancels_waits_as_where_that_came_first(office: Office) -> None:
    office.load(cfdi(), NOTE)
    assert office.warnings(CANCELLED_INVOICE) == [("16.00", "credit_waits")]
    assert (owed(office), office.applications()) == ([1600], [])
    assert (office.warnings(CANCELLED_INVOICE, NOTE), owed(office)) == ([], [1600])


def test_of_an_invoice_and_its_credit_note_cancelled_in_one_file_nothing_is_left(office: Office) -> None:
    office.load(cfdi(), NOTE)
    both = f"{listed('si')}CL1,,A,7,{U1},01/07/2019,116,factura,si\n"
    assert (office.warnings(both), owed(office), office.applications()) == (TAKEN_BACK, [], [])


def test_what_was_cancelled_while_nobody_took_back_anything_lowers_its_invoice_no_more(office: Office) -> None:
    office.load(cfdi(), NOTE)
    office.load(listed("no"))
    with office.database.transaction() as session:
        session.execute(update(DocumentRow).where(DocumentRow.folio == "9").values(cancelled=True))
    assert (office.warnings(listed("si")), owed(office)) == (TAKEN_BACK, [11600])
    assert (office.warnings(listed("si")), owed(office)) == ([], [11600])


def test_a_credit_note_that_a_file_had_cancelled_before_its_cfdi_leaves_the_same(office: Office) -> None:
    office.load(cfdi(), listed("si"))
    assert (office.warnings(NOTE), owed(office)) == ([], [11600])


def test_a_credit_note_that_is_in_force_again_waits_for_the_erp_to_apply_it(office: Office) -> None:
    for text in (cfdi(), NOTE, listed("si", ",A,9,")):
        office.load(text)
    for text in (listed("no", ",A,9,"), NOTE):
        office.load(text)
        assert owed(office) == [11600, 1600]


@pytest.mark.parametrize("order", [(APPLIED, NOTE), (NOTE, APPLIED)])
def test_what_the_erp_has_applied_too_is_the_erps_to_take_back(office: Office, order: tuple[str, str]) -> None:
    office.load(cfdi())
    for text in order:
        office.load(text)
    assert office.warnings(listed("si")) == []
    assert office.applications()[:1] == [("7", date(2019, 7, 5), 1600, ApplicationKind.CREDIT_NOTE, None)]
    assert owed(office) == [10000]


@pytest.mark.parametrize(
    "order",
    [(NOTE, APPLIED, AGAIN, listed("si")), (NOTE, APPLIED, listed("si"), AGAIN), (APPLIED, AGAIN, NOTE, listed("si"))],
)
def test_of_two_equal_notes_one_of_which_is_cancelled_what_the_erp_has_applied_is_the_other_s(
    office: Office, order: tuple[str, ...]
) -> None:
    for text in (cfdi(), *order, APPLIED):
        office.load(text)
    assert sum(minor for folio, _, minor, *_ in office.applications() if folio == "7") == 1600
    assert owed(office) == [10000, 0]


@pytest.mark.parametrize(
    "order",
    [(listed("si"), REVERSED, AGAIN), (REVERSED, listed("si"), AGAIN), (REVERSED, AGAIN, listed("si"))],
)
def test_what_the_erp_has_applied_and_reversed_of_a_cancelled_note_is_not_that_of_the_note_that_stands_in_for_it(
    office: Office, order: tuple[str, ...]
) -> None:
    for text in (cfdi(), NOTE, APPLIED, *order):
        office.load(text)
    assert owed(office) == [10000, 0]


@pytest.mark.parametrize("told", ["7", "9", "79"])
def test_what_the_erp_has_applied_of_it_too_is_the_erps_on_either_side(office: Office, told: str) -> None:
    sides = {"7": APPLIED, "9": APPLIED.replace("A,7,Factura", "A,9,Nota de crédito")}
    office.load(cfdi(), NOTE, *(sides[folio] for folio in told))
    office.load(listed("si"))
    assert [folio for folio, *_ in office.applications() if folio in told] == list(told)
    assert owed(office) == [10000 if "7" in told else 11600]


@pytest.mark.parametrize("told", ["A,7,Factura", "A,9,Nota de crédito"])
def test_a_credit_note_that_the_erp_has_applied_too_does_not_wait(office: Office, told: str) -> None:
    office.load(cfdi(), NOTE, APPLIED.replace("A,7,Factura", told))
    assert (office.warnings(CANCELLED_INVOICE), owed(office)) == ([], [0])
