"""What is sent can neither be forwarded nor saved, and is deleted after a while, where the settings ask for it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.store.access_models import SentMessageRow
from bot.store.database import Database
from tests.chat.conftest import Running
from tests.chat.patience import becomes
from tests.chat.phone import Phone

pytestmark = pytest.mark.usefixtures("fast_ticks")

NEW_MESSAGES = {"sendMessage", "sendPhoto", "sendDocument", "sendRichMessage"}
SCREENS = ("/estado CL002", "/calendario", "/ayuda", "/historial nada")


async def show(phone: Phone) -> None:
    """Every kind of message: text, picture, tables, file."""
    for typed in SCREENS:
        await phone.type(typed)
    await phone.tap(phone.answers[0], "📄 PDF")


def remembered(database: Database) -> int:
    """How many messages are to be deleted one day."""
    with database.transaction() as session:
        return session.query(SentMessageRow).count()


@pytest.mark.parametrize("protect", [True, False])
async def test_every_message_is_protected_if_the_setting_says_so(
    phone: Phone, stopped: Running, form: str, *, protect: bool
) -> None:
    stopped.start(telegram_rich="auto" if form == "rich" else "off", protect_content=protect)
    await show(phone)

    sent = [call for call in phone.world.calls if call.method in NEW_MESSAGES]
    assert {call.method for call in sent} == (
        {"sendRichMessage", "sendMessage", "sendDocument"} if form == "rich" else NEW_MESSAGES - {"sendRichMessage"}
    )
    assert {bool(call.params.get("protect_content")) for call in sent} == {protect}


async def test_what_is_old_enough_is_deleted_also_after_a_restart_and_nothing_else(
    phone: Phone, stopped: Running, form: str, database: Database
) -> None:
    stopped.start(telegram_rich="auto" if form == "rich" else "off", auto_delete_hours=2)
    await show(phone)
    assert len(phone.answers) == len(SCREENS) + 1
    await stopped.stop()
    with database.transaction() as session:
        session.execute(update(SentMessageRow).values(at=datetime.now(UTC) - timedelta(hours=2, seconds=1)))

    stopped.start()
    await phone.world.wait_for(lambda: not phone.answers)
    await phone.type("/hoy")
    await phone.world.settled(quiet=0.3)

    assert len(phone.answers) == 1
    await becomes(lambda: remembered(database), 1)


async def test_without_the_setting_nothing_is_remembered_for_deletion(
    phone: Phone, stopped: Running, database: Database
) -> None:
    stopped.start()
    await show(phone)
    await stopped.stop()

    assert remembered(database) == 0
