"""A statement that still waits when one of the next day is sent, as those who sent them see it."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.config import Settings
from bot.demo.chat import Message
from bot.domain.correspondence import Mail, TryLater
from bot.domain.people import COMMAND_LINE
from bot.mail.folder import FolderMailer
from bot.services import access, outbox
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow, SourceRow
from bot.store.run_models import RunNoticeRow
from tests.chat.conftest import SUPERVISOR, Running
from tests.chat.mornings import NO_REMINDERS
from tests.chat.patience import patience
from tests.chat.phone import Phone, buttons, says
from tests.chat.sendings import ended, to
from tests.chat.test_mailing import left
from tests.services.world import act


def close(settings: Settings) -> None:
    """A file lies where the folder should be, so that nothing leaves."""
    Path(settings.mail_folder).touch()


def open_again(settings: Settings, database: Database) -> None:
    """Nothing is in the way any more."""
    Path(settings.mail_folder).unlink()
    try_now(database)


def try_now(database: Database) -> None:
    """Nothing waits for its next attempt."""
    with database.transaction() as session:
        session.query(MailRow).update({"not_before": None})
        session.query(SourceRow).filter_by(name="outbox").delete()


@pytest.mark.slow
async def test_of_a_statement_that_waits_and_one_of_the_next_day_the_customer_gets_the_newer_and_both_are_told(
    phone: Phone, phone_of: Callable[[int], Phone], stopped: Running, settings: Settings, database: Database
) -> None:
    close(settings)
    stopped.start()
    older = await phone.tap(await phone.type("/enviar CL002"), "✉️ Enviar")
    assert "Aún no se pudo enviar" in older.plain_text
    await stopped.stop()
    stopped.start(business_date=date(2019, 7, 17))
    chief = phone_of(SUPERVISOR)
    preview = await chief.type("/enviar CL002")
    assert says(preview, "Estado de cuenta al 17/07/2019", "♻️ Sustituye a uno anterior que no ha salido")
    newer = await chief.tap(preview, "✉️ Enviar")
    assert "Aún no se pudo enviar" in newer.plain_text
    await stopped.stop()
    open_again(settings, database)

    stopped.start()

    assert says(await ended(phone, older), "Lo sustituye uno más reciente (1): CL002")
    await ended(chief, newer, "✅ Enviado: estado de cuenta de CL002")
    (mail,) = left(settings)
    assert "17/07/2019" in mail["Subject"]


async def given_up(
    phone: Phone, stopped: Running, database: Database, monkeypatch: pytest.MonkeyPatch, codes: str
) -> Message:
    """The message of a sending that was begun the day before, and whose last attempts have failed; it is night."""
    stopped.start()
    shown = await phone.tap(await phone.type(f"/enviar {codes}"), "✉️ Enviar")
    await stopped.stop()
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 1)
    try_now(database)
    stopped.start(business_date=date(2019, 7, 17))
    return shown


async def noted(database: Database) -> None:
    """That it was shown is noted, too."""
    async with asyncio.timeout(patience(5)):
        while True:
            with database.transaction() as session:
                if session.query(RunNoticeRow).count():
                    return
            await asyncio.sleep(0.01)


async def told(phone: Phone, count: int) -> Message:
    """The last of so many messages of the bot."""
    await phone.world.wait_for(lambda: len(phone.answers) == count, patience(10))
    return phone.answers[-1]


@pytest.mark.slow
@pytest.mark.usefixtures("fast_ticks")
async def test_what_was_given_up_on_a_later_day_is_told_in_a_new_message_in_the_morning_and_sent_anew_by_two_taps(
    phone: Phone, stopped: Running, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_self: FolderMailer, _mail: Mail) -> str:
        raise TryLater("Microsoft 365 did not answer", 60)

    with monkeypatch.context() as patch:
        patch.setattr(FolderMailer, "draft", away)
        older = await given_up(phone, stopped, database, monkeypatch, "CL001 CL002 CL003")
        assert says(await ended(phone, older), "3 no salieron", "CL001", "CL002", "CL003")
        assert len(phone.answers) == 1
        await noted(database)
        await stopped.stop()
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL003").one().collector_code = "C2"
        access.set_active(session, act(COMMAND_LINE), 1, active=False)
    stopped.start(**NO_REMINDERS)
    await asyncio.sleep(0.3)
    assert len(phone.answers) == 1
    with database.transaction() as session:
        access.set_active(session, act(COMMAND_LINE), 1, active=True)
    report = await told(phone, 2)
    assert says(report, "Envío del 16/07/2019 terminado", "3 no salieron")
    await stopped.stop()
    stopped.start()
    await asyncio.sleep(0.3)
    assert len(phone.answers) == 2

    preview, other = [await phone.tap(shown, "🔁 Enviar los 3 que faltan") for shown in (report, phone.answers[0])]
    assert says(preview, "Estado de cuenta al 17/07/2019", "2 clientes", "Ya no está en su cartera (1): CL003")
    await ended(phone, await phone.tap(preview, "✉️ Enviar a 2 clientes"), "2 estados de cuenta enviados")
    assert says(await phone.tap(other, "✉️ Enviar a 2 clientes"), "Ya se envió hoy o está por salir (2): CL001, CL002")
    assert to(settings) == ["pagos@cl001.example", "pagos@cl002.example"]
    assert all("17/07/2019" in mail["Subject"] for mail in left(settings))
    again = await phone.tap(report, "🔁 Enviar los 3 que faltan")
    assert again.plain_text == "✋ CL003 ya no está en su cartera."
    assert not buttons(again)


@pytest.mark.slow
@pytest.mark.usefixtures("fast_ticks")
async def test_what_was_given_up_and_had_left_is_found_to_have_before_another_day_s_is_offered(
    phone: Phone, stopped: Running, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = FolderMailer.send

    def unheard(self: FolderMailer, draft_id: str) -> None:
        send(self, draft_id)
        raise TryLater("cut off", 60)

    def away(_self: FolderMailer, _draft_id: str) -> bool:
        raise TryLater("away", 60)

    with monkeypatch.context() as patch:
        patch.setattr(FolderMailer, "send", unheard)
        patch.setattr(FolderMailer, "was_sent", away)
        older = await given_up(phone, stopped, database, monkeypatch, "CL002")
        again = (await ended(phone, older, "No se pudo enviar el correo de CL002")).buttons[0].data or ""
        await noted(database)
        await phone.done(phone.world.tap(phone.user_id, older.message_id, again))
        assert says(phone.answers[-1], "CL002 quizá recibió el estado de cuenta de otro día")

    await phone.done(phone.world.tap(phone.user_id, older.message_id, again))

    assert [phone.texts[0], phone.texts[-1]] == [
        "⏹ Envío detenido\n✅ 1 estado de cuenta enviado\n   CL002",
        "✋ A quienes faltaban en el envío del 16/07/2019 ya se les envió un estado de cuenta, o está por salir.",
    ]
    assert len(left(settings)) == 1
