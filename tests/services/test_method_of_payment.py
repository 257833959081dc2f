"""Whether an invoice is PUE or PPD is what its CFDI says, whatever files say; another word is told once."""

from pathlib import Path

import pytest

from bot.domain.people import COMMAND_LINE
from bot.domain.receivables import PaymentMethod
from bot.store.database import Database
from bot.store.rep_ledger import paid_since
from tests.imports.cfdi_files import U1, cfdi, doc, pago, rep
from tests.services.cfdi_run import TODAY, Office

PUE = "CODIGO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,METODO DE PAGO\nCL1,A,7,01/07/2019,116,PUE\n"
PPD = PUE.replace("PUE", "PPD")
PAYMENT = "CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,A,7,10/07/2019,16\n"
STAMPED = [("MetodoPago=PPD", "cfdi_method")]
SAID = [("PUE", "other_method")]


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1")
    return made


def methods(office: Office) -> list[PaymentMethod | None]:
    """How what was paid this year is to be paid, as those see it who look for missing REP."""
    with office.database.transaction() as session:
        return [book.method for book in paid_since(session, COMMAND_LINE, TODAY.replace(month=1)).values()]


@pytest.mark.parametrize(
    ("texts", "told"),
    [((PUE, cfdi()), [[], STAMPED]), ((cfdi(), PUE), [[], SAID]), ((cfdi(), PPD, PUE, PPD), [[], [], SAID, []])],
)
def test_the_cfdi_says_whether_a_rep_is_due_and_another_word_is_told_once(
    office: Office, texts: tuple[str, ...], told: list[list[tuple[str, str]]]
) -> None:
    assert [office.warnings(text) for text in texts] == told
    assert [office.counts(text) for text in texts[-1:] * 2] == [[(0, 0, 1, 0)]] * 2
    assert [office.warnings(text) for text in (texts[-1], cfdi())] == [[], []]
    office.load(PAYMENT)
    assert methods(office) == [PaymentMethod.PPD]


def test_without_a_cfdi_or_where_it_does_not_say_the_file_does(office: Office) -> None:
    assert office.warnings(PUE, cfdi(MetodoPago=None)) == []
    office.load(rep(payments=[pago(doc(U1, "16.00"), Monto="16.00")]))
    assert methods(office) == [PaymentMethod.PUE]
    assert office.warnings(PPD) == []
    assert methods(office) == [PaymentMethod.PPD]


def test_a_cfdi_that_says_it_no_more_takes_nothing_back(office: Office) -> None:
    office.load(cfdi())
    assert office.counts(cfdi(MetodoPago=None)) == [(0, 0, 1, 0)]
    office.load(PAYMENT)
    assert methods(office) == [PaymentMethod.PPD]
