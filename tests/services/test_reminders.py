from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.correspondence import MailState
from bot.services import people as access
from bot.services import reminders, scheduling
from bot.services.reminders import QuietHours, Reminder
from bot.store.models import DocumentRow, NoticeRow, PersonRow
from tests import factories
from tests.services.world import NOW, THE_18TH, World, act

NIGHT = QuietHours(time(20), time(7))
EIGHT = time(8)


@pytest.fixture
def promised(world: World) -> World:
    """Ana and the chief have something due on the 18th, Beto has not."""
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    return world


def queued(world: World, at: str, on: date = THE_18TH, *, quiet: QuietHours = NIGHT) -> int:
    with world.database.transaction() as session:
        local = datetime.fromisoformat(f"{on}T{at}-06:00")
        return reminders.queue_due(session, local=local, on=on, default=EIGHT, quiet=quiet)


def claimed(world: World, *, later: timedelta = timedelta(), on: date = THE_18TH) -> Reminder | None:
    with world.database.transaction() as session:
        return reminders.claim(session, on, NOW + later)


def names(world: World) -> list[str]:
    found = []
    while reminder := claimed(world):
        found.append(reminder.person.name)
    return sorted(found)


def set_hour(world: World, hour: time) -> None:
    with world.database.transaction() as session:
        session.get_one(PersonRow, world.ana.id).reminder_time = hour


def test_each_person_is_reminded_once_a_day_of_what_is_due_and_nobody_of_nothing(promised: World) -> None:
    assert queued(promised, "07:59") == 0
    assert queued(promised, "08:00") == 2
    assert queued(promised, "08:01") == 0
    first, second = claimed(promised), claimed(promised)
    assert first is not None
    assert second is not None
    assert {first.person.name, second.person.name} == {"Ana", "Administrador"}
    assert [i.document.folio for each in first.today.due for i in each.items] == ["7"]
    assert claimed(promised) is None
    with promised.database.transaction() as session:
        reminders.sent(session, first)
    assert queued(promised, "09:00") == 0


def test_what_broke_is_reminded_of_on_the_next_banking_days(promised: World) -> None:
    assert queued(promised, "08:00", date(2019, 7, 19)) == 2
    reminder = claimed(promised, on=date(2019, 7, 19))
    assert reminder is not None
    assert (reminder.today.due, len(reminder.today.broken)) == ((), 1)


def test_a_reminder_missed_while_the_bot_was_down_is_caught_up_the_same_day(promised: World) -> None:
    assert queued(promised, "19:59") == 2
    assert queued(promised, "08:00", date(2019, 7, 17)) == 0


def test_no_reminder_in_quiet_hours_over_midnight(promised: World) -> None:
    set_hour(promised, time(6))
    assert [queued(promised, at) for at in ("00:00", "06:59", "20:00", "23:59")] == [0, 0, 0, 0]
    assert queued(promised, "07:00") == 1


def test_no_reminder_on_a_day_when_banks_rest(promised: World) -> None:
    for on in (date(2019, 7, 20), date(2019, 7, 21), date(2019, 9, 16)):
        assert queued(promised, "09:00", on) == 0
    assert queued(promised, "09:00", date(2019, 9, 17)) == 2


def test_an_own_hour_comes_before_the_default(promised: World) -> None:
    set_hour(promised, time(7, 30))
    assert queued(promised, "07:30") == 1
    assert names(promised) == ["Ana"]
    assert queued(promised, "08:00") == 1
    set_hour(promised, time(12))
    assert queued(promised, "08:00", date(2019, 7, 19)) == 1


def test_a_day_that_has_something_to_say_later_is_reminded_of_later(world: World) -> None:
    assert queued(world, "08:00") == 0
    world.call(scheduling.promise, act(world.ana, THE_18TH), [world.documents["7"]], THE_18TH)
    assert queued(world, "08:05") == 2


def test_who_blocked_the_bot_is_left_alone_until_they_are_let_in_again(promised: World) -> None:
    queued(promised, "08:00")
    reminder = claimed(promised)
    assert reminder is not None
    with promised.database.transaction() as session:
        reminders.unreachable(session, reminder, NOW)
        assert session.get_one(NoticeRow, reminder.notice_id).state is MailState.CANCELLED
        assert session.get_one(PersonRow, reminder.person.id).unreachable_since == NOW
    assert names(promised) == list({"Ana", "Administrador"} - {reminder.person.name})
    assert queued(promised, "08:00", date(2019, 7, 19)) == 1


def test_people_without_an_account_or_shut_out_get_none(promised: World) -> None:
    with promised.database.transaction() as session:
        session.get_one(PersonRow, promised.ana.id).telegram_id = None
        access.deactivate(session, promised.chief.id)
    assert queued(promised, "08:00") == 0


def test_who_is_shut_out_after_the_reminder_was_queued_does_not_get_it(promised: World) -> None:
    queued(promised, "08:00")
    with promised.database.transaction() as session:
        access.deactivate(session, promised.ana.id)
    assert names(promised) == ["Administrador"]


def test_a_reminder_whose_day_has_become_empty_is_not_sent(promised: World) -> None:
    queued(promised, "08:00")
    with promised.database.transaction() as session:
        row = session.get_one(DocumentRow, promised.documents["7"])
        factories.application(session, row, row.total, THE_18TH)
    assert names(promised) == []


def test_a_reminder_that_could_not_leave_waits_its_time(promised: World) -> None:
    set_hour(promised, time(7))
    queued(promised, "07:00")
    reminder = claimed(promised)
    assert reminder is not None
    assert claimed(promised, later=timedelta(hours=1)) is None
    with promised.database.transaction() as session:
        reminders.postpone(session, reminder, NOW, timedelta(minutes=5))
    assert claimed(promised, later=timedelta(minutes=4)) is None
    assert claimed(promised, later=timedelta(minutes=5)) == reminder


def test_by_hand_everyone_is_reminded_whatever_the_hour_and_still_once(promised: World) -> None:
    with promised.database.transaction() as session:
        assert reminders.queue_now(session, THE_18TH) == 2
        assert reminders.queue_now(session, THE_18TH) == 0
    assert queued(promised, "08:00") == 0
    assert names(promised) == ["Administrador", "Ana"]


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [(20, 7, {0, 1, 2, 3, 4, 5, 6, 20, 21, 22, 23}), (1, 3, {1, 2}), (0, 0, set()), (22, 0, {22, 23})],
)
def test_quiet_hours_hold_their_first_minute_and_not_their_last(start: int, end: int, covered: set[int]) -> None:
    quiet = QuietHours(time(start), time(end))
    assert {hour for hour in range(24) if quiet.covers(time(hour))} == covered
    assert {hour for hour in range(24) if quiet.covers(time(hour, 59))} == covered
