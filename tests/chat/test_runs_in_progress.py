"""Sendings to many while they are under way: followed, stopped, gone on with, tried again."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.domain.correspondence import Mail, MailState, Pace, TryLater
from bot.domain.people import COMMAND_LINE
from bot.mail.folder import FolderMailer
from bot.services import access
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow
from tests.chat.conftest import SUPERVISOR, Running
from tests.chat.patience import patience
from tests.chat.phone import Phone, buttons, met, says
from tests.chat.sendings import add_customers, ended, moved, to
from tests.chat.test_mailing import left
from tests.ports import free_address
from tests.services.world import act


@pytest.mark.slow
@pytest.mark.usefixtures("running", "slow_mail")
async def test_the_bar_moves_in_the_same_message_and_a_stop_keeps_the_rest(
    phone: Phone, settings: Settings, database: Database
) -> None:
    add_customers(database, 12)
    shown = await phone.tap(await phone.type("/enviar todos"), "✉️ Enviar a 15 clientes")
    assert says(shown, "Enviando", " de 15")
    assert buttons(shown) == ["⏹ Detener"]
    moving = await moved(phone, shown, 3, 15)
    assert moving.message_id == shown.message_id
    assert "▓" in moving.plain_text

    stopped = await phone.tap(moving, "⏹ Detener")

    sent = len(left(settings))
    assert 3 <= sent < 15
    assert says(stopped, "Envío detenido", f"{sent} estados de cuenta enviados", f"{15 - sent} sin enviar")
    await asyncio.sleep(0.3)
    assert len(left(settings)) == sent

    resumed = await phone.tap(stopped, f"🔁 Enviar los {15 - sent} que faltan")
    report = await ended(phone, resumed)
    assert "15 estados de cuenta enviados" in report.plain_text
    assert len(left(settings)) == len({str(mail["To"]) for mail in left(settings)}) == 15


@pytest.mark.slow
async def test_mail_that_leaves_slowly_keeps_nobody_waiting_who_asks_for_something_else(
    phone: Phone, phone_of: Callable[[int], Phone], stopped: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few threads the machine's processors are given for the rest: here a webhook's, and a picture's."""
    address = free_address()
    stopped.start(
        telegram_mode="webhook",
        telegram_webhook_url=f"http://{address}/",
        telegram_webhook_secret=SecretStr("s3creto"),
        telegram_webhook_listen=address,
    )
    shown = await phone.type("/enviar CL002")
    began, may_leave, send = threading.Event(), threading.Event(), FolderMailer.send

    def held(mailer: FolderMailer, draft_id: str) -> None:
        began.set()
        assert may_leave.wait(30)
        send(mailer, draft_id)

    monkeypatch.setattr(FolderMailer, "send", held)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    (button,) = [button for button in shown.buttons if button.text.startswith("✉️ Enviar")]
    number = phone.world.tap(phone.user_id, shown.message_id, button.data or "")
    async with asyncio.timeout(patience(5)):
        while not began.is_set():  # noqa: ASYNC110 - a thread tells nobody here
            await asyncio.sleep(0.01)
    try:
        assert "Julio 2019" in (await phone_of(SUPERVISOR).type("/calendario")).plain_text
    finally:
        may_leave.set()
    await phone.done(number)


@pytest.mark.slow
@pytest.mark.usefixtures("slow_mail")
async def test_a_restart_in_the_middle_goes_on_and_sends_nothing_twice(
    phone: Phone, stopped: Running, settings: Settings, database: Database
) -> None:
    stopped.start()
    add_customers(database, 9)
    shown = await phone.tap(await phone.type("/enviar todos"), "✉️ Enviar a 12 clientes")
    await moved(phone, shown, 2, 12)
    await stopped.stop()
    assert len(left(settings)) < 12

    stopped.start()
    report = await ended(phone, shown)

    assert "12 estados de cuenta enviados" in report.plain_text
    assert len(left(settings)) == len({str(mail["To"]) for mail in left(settings)}) == 12


@pytest.mark.usefixtures("running")
async def test_what_failed_is_told_with_its_reason_and_tried_again(
    phone: Phone, settings: Settings, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    draft = FolderMailer.draft

    def refuse(self: FolderMailer, mail: Mail) -> str:
        if "cl002" in mail.to[0]:
            raise TryLater("busy", 60)
        return draft(self, mail)

    with monkeypatch.context() as patched:
        patched.setattr(FolderMailer, "draft", refuse)
        shown = await phone.tap(await phone.type("/enviar CL001 CL002"), "✉️ Enviar a 2 clientes")
        waiting = await ended(phone, shown, "1 se reintenta")
        assert "1 de 2" in waiting.plain_text
    with database.transaction() as session:
        session.query(MailRow).filter(MailRow.not_before.is_not(None)).update({"state": "failed", "reason": "no <x>"})
    stopped = await phone.tap(waiting, "⏹ Detener")
    assert says(stopped, "1 no salió", "CL002: no <x>")
    report = await ended(phone, await phone.tap(stopped, "🔁 Enviar 1 que falta"))
    assert "2 estados de cuenta enviados" in report.plain_text
    assert to(settings) == ["pagos@cl001.example", "pagos@cl002.example"]


@pytest.mark.usefixtures("running")
async def test_who_is_shut_out_in_the_middle_sends_no_more_is_shown_no_more_and_finds_the_rest_when_they_are_back(
    phone: Phone, settings: Settings, telegram: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief = Phone(telegram.world, SUPERVISOR)
    card = await chief.tap(await chief.type("/usuarios"), "Laura")
    monkeypatch.setattr(FolderMailer, "pace", Pace(1, 10_000))
    shown = await phone.tap(await phone.type("/enviar CL001 CL002"), "✉️ Enviar a 2 clientes")
    shown = await moved(phone, shown, 1, 2)

    gone = await chief.tap(await chief.tap(card, "🚫 Quitar acceso"), "🚫 Sí, quitarlo")
    monkeypatch.setattr(FolderMailer, "pace", None)
    await phone.type("/hoy")

    assert "⏹ Se detuvo 1 correo que estaba enviando." in gone.plain_text
    assert len(left(settings)) == 1
    assert phone.answers[-2].plain_text == shown.plain_text

    await chief.tap(await chief.tap(gone, "✅ Dar acceso"), "✅ Sí, dar acceso")
    stopped = await phone.tap(shown, "⏹ Detener")
    assert says(stopped, "Envío detenido", "1 estado de cuenta enviado", "1 sin enviar: CL002")
    await ended(phone, await phone.tap(stopped, "🔁 Enviar 1 que falta"))
    assert to(settings) == ["pagos@cl001.example", "pagos@cl002.example"]


@pytest.mark.usefixtures("running", "slow_mail")
@pytest.mark.slow
async def test_nothing_is_shown_to_who_is_shut_out_while_a_mail_of_theirs_leaves(
    phone: Phone, database: Database
) -> None:
    add_customers(database, 9)
    shown = await moved(phone, await phone.tap(await phone.type("/enviar todos"), "✉️ Enviar a 12 clientes"), 2, 12)
    with database.transaction() as session:
        access.set_active(session, act(COMMAND_LINE), 1, active=False)
    await asyncio.sleep(0.6)
    now = phone.world.message(phone.user_id, shown.message_id)
    assert now
    assert "Enviando" in now.plain_text


@pytest.mark.usefixtures("running")
async def test_what_is_left_of_a_sending_does_not_go_to_who_is_anothers_customer_by_then(
    phone: Phone, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderMailer, "pace", Pace(1, 10_000))
    shown = await phone.tap(await phone.type("/enviar CL001 CL002"), "✉️ Enviar a 2 clientes")
    stopped = await phone.tap(await moved(phone, shown, 1, 2), "⏹ Detener")
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL002").one().collector_code = "C2"
    monkeypatch.setattr(FolderMailer, "pace", None)

    report = await ended(phone, await phone.tap(stopped, "🔁 Enviar 1 que falta"))

    assert "Ya no está en su cartera (1): CL002" in report.plain_text
    assert not report.buttons
    assert to(settings) == ["pagos@cl001.example"]


@pytest.mark.slow
@pytest.mark.usefixtures("running")
async def test_a_stop_that_meets_the_last_word_of_the_task_is_shown_all_the_same(
    phone: Phone, telegram: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_self: FolderMailer, _mail: Mail) -> str:
        raise TryLater("busy", 60)

    monkeypatch.setattr(FolderMailer, "draft", busy)
    preview = await phone.type("/enviar CL001 CL002")
    telegram.faults.slow(0.5, times=2, method="editMessageText")
    shown = await phone.tap(preview, "✉️ Enviar a 2 clientes")
    await met(telegram.faults)

    stopped = await phone.tap(shown, "⏹ Detener")

    assert "⏹ Detener" not in buttons(stopped)
    assert "2 sin enviar: CL001, CL002" in stopped.plain_text


@pytest.mark.slow
@pytest.mark.usefixtures("running")
async def test_what_becomes_of_a_mail_that_was_leaving_as_its_sending_was_stopped_is_shown_in_the_end(
    phone: Phone, telegram: BotApiServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_self: FolderMailer, _mail: Mail) -> str:
        raise TryLater("busy", 60)

    def stands(state: MailState) -> None:
        with database.transaction() as session:
            row = session.query(MailRow).one()
            row.state, row.claimed_at = state, datetime.now(UTC)

    monkeypatch.setattr(FolderMailer, "draft", busy)
    shown = await phone.tap(await phone.type("/enviar CL001"), "✉️ Enviar")
    stands(MailState.SENDING)
    telegram.faults.slow(0.5, times=1, method="editMessageText")
    tapped = asyncio.create_task(phone.tap(shown, "⏹ Detener"))
    await met(telegram.faults)
    stands(MailState.CANCELLED)
    await tapped

    report = await ended(phone, shown, "1 sin enviar: CL001")

    assert buttons(report) == ["🔁 Enviar 1 que falta"]
