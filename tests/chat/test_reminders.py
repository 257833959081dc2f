from collections.abc import Callable
from datetime import time, timedelta

import pytest

from bot import app
from bot.demo.server import BotApiServer
from bot.demo.world import World
from bot.services.reminders import QuietHours
from bot.store.database import Database
from bot.store.models import NoticeRow, PersonRow
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, SUPERVISOR, TODAY, Running, Wire
from tests.chat.phone import Phone, buttons

# Whatever the hour at which the tests run, it is the hour of reminders and not a quiet one.
MORNING = {"reminder_time": time(0), "quiet_hours": QuietHours(time(0), time(0))}


@pytest.fixture(autouse=True)
def _fast_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.05)
    monkeypatch.setattr(app, "_TICK_SECONDS", 0.05)


def notices(database: Database) -> list[tuple[str, str]]:
    """Who has a notice, and what became of it."""
    with database.transaction() as session:
        query = session.query(PersonRow.name, NoticeRow.state).join(NoticeRow, NoticeRow.person_id == PersonRow.id)
        return sorted((name, state.value) for name, state in query)


async def two_tried(world: World) -> None:
    """Wait until two reminders were tried, then for some more ticks."""
    await world.wait_for(lambda: len([call for call in world.calls if call.method == "sendRichMessage"]) == 2)
    await world.settled(quiet=0.3)


async def test_each_person_with_something_to_do_is_reminded_once_a_day_whatever_restarts(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database
) -> None:
    collector, supervisor, other = (phone_of(number) for number in (COLLECTOR, SUPERVISOR, OTHER_COLLECTOR))
    stopped.start(**MORNING)
    await two_tried(telegram.world)
    assert notices(database) == [("Jorge", "sent"), ("Laura", "sent")]
    await stopped.stop()
    stopped.start()
    await other.type("/hoy")
    await telegram.world.settled(quiet=0.3)

    assert [len(person.answers) for person in (collector, supervisor, other)] == [1, 1, 1]
    (reminder,) = collector.answers
    for said in ("☀️ martes 16/07/2019", "Para hoy", "$1,624.00", "Pago en efectivo"):
        assert said in reminder.plain_text
    assert "🗓 Julio 2019" in buttons(reminder)

    await stopped.stop()
    stopped.start(business_date=TODAY.replace(day=17))
    await telegram.world.wait_for(lambda: len(collector.answers) == 2)
    assert "Incumplidas" in collector.texts[1]
    assert "¿Para qué día?" in (await collector.tap(collector.answers[1], "🔁 Reagendar 5")).plain_text


async def test_nobody_is_reminded_in_quiet_hours_or_on_a_day_without_banks(
    phone: Phone, stopped: Running, database: Database
) -> None:
    stopped.start(reminder_time=time(0))
    await phone.type("/ayuda")
    await phone.world.settled(quiet=0.3)
    await stopped.stop()
    stopped.start(**MORNING, business_date=TODAY.replace(day=20))
    await phone.type("/ayuda")
    await phone.world.settled(quiet=0.3)

    assert len(phone.answers) == 2
    assert notices(database) == []


async def test_a_person_who_blocked_the_bot_is_noticed_and_no_longer_tried(
    phone: Phone, telegram: BotApiServer, stopped: Running, database: Database, wire: Wire
) -> None:
    telegram.faults.block(COLLECTOR)
    wire.expected.add(("sendRichMessage", 403))
    stopped.start(**MORNING)
    await two_tried(telegram.world)
    assert notices(database) == [("Jorge", "sent"), ("Laura", "cancelled")]
    await stopped.stop()
    stopped.start(business_date=TODAY.replace(day=17))
    await telegram.world.wait_for(lambda: len(Phone(telegram.world, SUPERVISOR).answers) == 2)
    await telegram.world.settled(quiet=0.2)

    assert [call.method for call in telegram.world.calls if not call.ok] == ["sendRichMessage"]
    assert phone.answers == []


async def test_a_person_who_unblocked_the_bot_and_wrote_is_reminded_again(
    phone: Phone, telegram: BotApiServer, stopped: Running, database: Database, wire: Wire
) -> None:
    telegram.faults.block(COLLECTOR)
    wire.expected.add(("sendRichMessage", 403))
    stopped.start(**MORNING)
    await two_tried(telegram.world)
    assert notices(database) == [("Jorge", "sent"), ("Laura", "cancelled")]
    telegram.faults.unblock(COLLECTOR)
    await phone.type("/ayuda")
    await stopped.stop()
    stopped.start(business_date=TODAY.replace(day=17))

    await telegram.world.wait_for(lambda: len(phone.answers) == 2, 2)


async def test_a_reminder_that_met_a_fault_leaves_later(
    phone: Phone, telegram: BotApiServer, stopped: Running, database: Database, *, wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("handlers.send._AGAIN", timedelta(seconds=0.1))
    telegram.faults.error(method="sendRichMessage")
    wire.expected.add(("sendRichMessage", 500))

    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: len(phone.answers) == 1)
    await telegram.world.settled(quiet=0.3)

    assert notices(database) == [("Jorge", "sent"), ("Laura", "sent")]
    assert len(phone.answers) == 1
