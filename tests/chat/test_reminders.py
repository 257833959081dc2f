from collections.abc import Callable
from datetime import time, timedelta

import pytest

from bot import app
from bot.demo.server import BotApiServer
from bot.demo.world import World
from bot.domain.reminders import QuietHours
from bot.store.database import Database
from bot.store.models import NoticeRow, PersonRow
from tests import factories
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, SUPERVISOR, TODAY, Running, Wire
from tests.chat.mornings import MORNING
from tests.chat.patience import becomes, patience
from tests.chat.phone import Phone, buttons, says

pytestmark = pytest.mark.usefixtures("fast_ticks")


def notices(database: Database) -> list[tuple[str, str]]:
    """Who has a notice, and what became of it."""
    with database.transaction() as session:
        query = session.query(PersonRow.name, NoticeRow.state).join(NoticeRow, NoticeRow.person_id == PersonRow.id)
        return sorted((name, state.value) for name, state in query)


async def two_tried(world: World, *, settle: bool = True) -> None:
    """Wait until two reminders were tried, then for some more ticks."""
    # The first month drawn by a process waits for matplotlib.
    await world.wait_for(
        lambda: len([call for call in world.calls if call.method == "sendRichMessage"]) >= 2, patience(10)
    )
    if settle:
        await world.settled(quiet=0.3)


@pytest.mark.slow
async def test_each_person_with_something_to_do_is_reminded_once_a_day_whatever_restarts(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database
) -> None:
    collector, supervisor, other = (phone_of(number) for number in (COLLECTOR, SUPERVISOR, OTHER_COLLECTOR))
    stopped.start(**MORNING)
    await two_tried(telegram.world)
    await becomes(lambda: notices(database), [("Jorge", "sent"), ("Laura", "sent")])
    await stopped.stop()
    stopped.start()
    await other.type("/hoy")
    await telegram.world.settled(quiet=0.3)

    assert [len(person.answers) for person in (collector, supervisor, other)] == [1, 1, 1]
    (reminder,) = collector.answers
    for said in ("☀️ martes 16/07/2019", "Para hoy", "$1,624.00", "Pago en efectivo"):
        assert said in reminder.plain_text
    assert "🗓 Julio 2019" in buttons(reminder)

    (digest,) = supervisor.answers
    assert says(digest, "El equipo", "Laura", "$1,624.00", "Julio 2019")

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
    await becomes(lambda: notices(database), [("Jorge", "sent"), ("Laura", "cancelled")])
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
    await becomes(lambda: notices(database), [("Jorge", "sent"), ("Laura", "cancelled")])
    telegram.faults.unblock(COLLECTOR)
    await phone.type("/ayuda")
    await stopped.stop()
    stopped.start(business_date=TODAY.replace(day=17))

    await telegram.world.wait_for(lambda: len(phone.answers) == 2)


@pytest.mark.slow
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

    await becomes(lambda: notices(database), [("Jorge", "sent"), ("Laura", "sent")])
    assert len(phone.answers) == 1


async def test_a_supervisors_digest_has_the_months_picture_whose_days_are_tapped(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running
) -> None:
    stopped.start(**MORNING)
    await two_tried(telegram.world)
    supervisor = phone_of(SUPERVISOR)
    (digest,) = supervisor.answers
    assert [call.files["photo"].content[:4] for call in telegram.world.calls if call.files] == [b"\x89PNG"]
    assert "☀️ martes 16/07/2019" in (await supervisor.tap(digest, "☀️ Hoy")).plain_text
    assert "Pago en efectivo" in (await supervisor.tap(digest, "16")).plain_text


async def test_a_person_who_never_wrote_to_the_bot_is_noticed_like_one_who_blocked_it(
    telegram: BotApiServer, stopped: Running, database: Database, wire: Wire
) -> None:
    with database.transaction() as session:
        session.query(PersonRow).filter_by(telegram_id=COLLECTOR).one().telegram_id = 999
    wire.expected.add(("sendRichMessage", 400))
    wire.expected.add(("sendMessage", 400))
    stopped.start(**MORNING)
    await two_tried(telegram.world)
    await becomes(lambda: notices(database), [("Jorge", "sent"), ("Laura", "cancelled")])
    with database.transaction() as session:
        assert [row.name for row in session.query(PersonRow) if row.unreachable_since] == ["Laura"]


async def test_when_telegram_asks_for_a_long_pause_nobody_is_tried_before_it_is_over(
    telegram: BotApiServer, stopped: Running, database: Database, wire: Wire
) -> None:
    telegram.faults.flood(31, method="sendRichMessage")
    wire.expected.add(("sendRichMessage", 429))
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: any(call.method == "sendRichMessage" for call in telegram.world.calls))
    await telegram.world.settled(quiet=0.5)
    await becomes(lambda: notices(database), [("Jorge", "queued"), ("Laura", "queued")])
    assert len([call for call in telegram.world.calls if call.method.startswith("send")]) == 1


@pytest.mark.slow
async def test_a_reminder_whose_receipt_was_lost_is_not_sent_twice(
    phone: Phone, telegram: BotApiServer, stopped: Running, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.send._AGAIN", timedelta(seconds=0.1))
    telegram.faults.accept_then_cut(method="sendRichMessage")
    stopped.start(**MORNING)
    await two_tried(telegram.world)
    await telegram.world.settled(quiet=0.4)
    await becomes(lambda: notices(database), [("Jorge", "sent"), ("Laura", "sent")])
    assert len(phone.answers) == 1


async def test_each_person_sets_their_own_hour_and_time_zone_or_none(
    phone: Phone, stopped: Running, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 1000)
    stopped.start(quiet_hours=QuietHours(time(20), time(7)))
    shown = await phone.type("/recordatorio")
    assert says(shown, "08:00", "hora de Ciudad de México", "20:00 y las 07:00")
    assert says(await phone.type("/recordatorio 7:30 am Tijuana"), "07:30", "hora de Tijuana")
    assert "● 07:30" in buttons(await phone.type("/recordatorio"))
    refused = await phone.type("/recordatorio 06:00")
    assert says(refused, "A las 06:00", "de 20:00 a 07:00", "/recordatorio 07:00")
    assert says(await phone.type("/recordatorio ayer"), "«ayer»", "/recordatorio 07:30 Tijuana")
    assert says(await phone.type("/recordatorio 07:45."), "07:45", "hora de Tijuana")
    assert says(await phone.type("/recordatorio no"), "No recibe recordatorio")

    shown = await phone.tap(shown, "09:00")
    assert says(shown, "09:00", "hora de Tijuana")
    zones = await phone.tap(shown, "🕑 Otra zona horaria")
    assert "● Tijuana" in buttons(zones)
    assert says(await phone.tap(zones, "Cancún"), "09:00", "hora de Cancún")
    off = await phone.type("/reminder no")
    assert says(await phone.tap(off, "⏰ Recordarme"), "09:00", "hora de Cancún")
    with database.transaction() as session:
        laura = session.query(PersonRow).filter_by(telegram_id=COLLECTOR).one()
        assert (laura.reminder_time, laura.time_zone, laura.reminded) == (time(9), "America/Cancun", True)


@pytest.mark.parametrize("data", ["rh:25:00", "rh:2500", "rh:x", "rz:Paris", "rh"])
@pytest.mark.usefixtures("running")
async def test_a_button_that_never_was_sets_nothing(phone: Phone, database: Database, data: str) -> None:
    shown = await phone.type("/recordatorio")
    await phone.forge(shown, data)
    with database.transaction() as session:
        laura = session.query(PersonRow).filter_by(telegram_id=COLLECTOR).one()
        assert (laura.reminder_time, laura.time_zone, laura.reminded) == (None, None, True)


@pytest.mark.slow
async def test_a_stop_ends_the_reminding_between_two_people_and_the_next_start_goes_on(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database
) -> None:
    people = range(2001, 2026)
    with database.transaction() as session:
        for number in people:
            telegram.world.add_user(number, f"P{number}")
            factories.person(session, telegram_id=number, name=f"P{number}", collector="C1")
    stopped.start(**MORNING)
    await two_tried(telegram.world, settle=False)
    await stopped.stop()
    states = {state for _, state in notices(database)}
    assert states == {"sent", "queued"}
    stopped.start()
    await telegram.world.wait_for(lambda: all(phone_of(number).answers for number in people))
    await telegram.world.settled(quiet=0.3)
    assert {len(phone_of(number).answers) for number in people} == {1}
