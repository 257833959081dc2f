from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from bot.config import Settings
from bot.domain.receivables import PaymentMethod
from bot.imports.vault import Vault
from bot.services.imports import import_files
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, SUPERVISOR, TODAY
from tests.chat.phone import Phone, buttons, says
from tests.imports.cfdi_files import RFC, U1, U2
from tests.rep_files import d, make_rep, paid, payment, xml


@pytest.fixture
def ledger(database: Database, settings: Settings) -> None:
    """A PPD invoice in each of two portfolios, with payments without REP, and a REP that is wrong about the first."""
    with database.transaction() as session:
        for code, folio, collector, uuid, rfc in (
            ("CL701", "7", "C1", U1, RFC), ("CL702", "8", "C2", U2, "XIQB891116QE4"),
        ):  # fmt: skip
            customer = factories.customer(session, code, f"Cliente {code}", collector=collector, rfc=rfc)
            invoice = factories.document(
                session, customer, folio, series="A", total=11600, issued=date(2019, 7, 1), uuid=uuid,
                payment_method=PaymentMethod.PPD,
            )  # fmt: skip
            factories.application(session, invoice, 1000, date(2019, 6, 20))
            factories.application(session, invoice, 2000, date(2019, 7, 15))
    wrong = make_rep(payment(replace(paid(), before=d(120), after=d(80))))
    path = settings.files_dir.parent / "rep.xml"
    path.write_text(xml(wrong), encoding="utf-8")
    report = import_files(database.transaction, [path], today=TODAY, keeper=Vault(settings.files_dir))
    assert report.refused == 0


@pytest.mark.usefixtures("ledger", "each_form")
async def test_a_collector_sees_what_differs_and_which_payments_need_a_rep(phone: Phone) -> None:
    shown = await phone.type("/rep")
    assert says(shown, "1 pago sin REP: $10.00", "05/07/2019", "11 días tarde", "1 pago sin REP: $20.00", "quedan 20")
    assert says(shown, "CL701", "ImpSaldoAnt: saldo anterior $120.00; quedaban $116.00")
    assert not says(shown, "CL702")
    assert buttons(shown)[-2:] == ["⏳ Sin REP", "📊 Excel"]
    needed = await phone.tap(shown, "⏳ Sin REP")
    assert needed.message_id == shown.message_id
    assert says(needed, "A-7", "$10.00", "A-7", "$20.00")
    assert not says(needed, "A-8")
    again = await phone.tap(needed, "⚠️ Diferencias")
    assert says(again, "ImpSaldoAnt")


@pytest.mark.usefixtures("ledger", "running")
async def test_each_sees_their_own_and_a_supervisor_all_at_the_press_too(phone: Phone) -> None:
    others = await Phone(phone.world, OTHER_COLLECTOR).type("/rep")
    assert says(others, "A-8")
    assert not says(others, "A-7")
    chief = Phone(phone.world, SUPERVISOR)
    everybodys = await chief.type("/rep")
    assert says(await chief.tap(everybodys, "⏳ Sin REP"), "A-7", "A-8")
    # A collector's press on a supervisor's button shows the collector's own.
    mine = await phone.tap(await phone.type("/rep"), "⏳ Sin REP")
    assert not says(mine, "A-8")


@pytest.mark.usefixtures("ledger", "running")
async def test_both_lists_come_as_a_workbook(phone: Phone) -> None:
    shown = await phone.type("/rep")
    sent = await phone.tap(shown, "📊 Excel")
    assert sent.document_file is not None
    assert sent.document_file.name == "REP 2019-07-16.xlsx"
    book = openpyxl.load_workbook(BytesIO(sent.document_file.content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["CL701", "CL701"]
    assert book.worksheets[1].max_row > 1


@pytest.mark.usefixtures("running")
async def test_where_there_is_nothing_it_says_so(phone: Phone) -> None:
    assert phone.user_id == COLLECTOR
    assert says(await phone.type("/rep"), "Ningún pago necesita REP")


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("data", ["re", "re:x:0", "re:d:x", "rex:1", "re:d:999999"])
async def test_a_button_that_was_never_ours_does_no_harm(phone: Phone, data: str) -> None:
    shown = await phone.type("/rep")
    said = await phone.forge(shown, data)
    assert not any("salió mal" in message.plain_text for message in said)
