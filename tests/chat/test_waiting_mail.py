"""A statement that still waits when one of the next day is sent, as those who sent them see it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.config import Settings
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import SourceRow
from tests.chat.conftest import SUPERVISOR, Running
from tests.chat.phone import Phone, says
from tests.chat.sendings import ended
from tests.chat.test_mailing import left


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
