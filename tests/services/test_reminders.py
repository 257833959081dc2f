from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from bot.domain.agenda import Today
from bot.domain.correspondence import MailState
from bot.domain.occasion import Occasion
from bot.domain.people import Person, Role
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.domain.reminders import CashRound, Digest, HourIsQuiet, Hours, QuietHours, Reminder, Setting
from bot.services import access, judgement, people, reminders, scheduling
from bot.store.models import AuditRow, CustomerRow, DocumentRow, NoticeRow, PersonRow
from tests import factories
from tests.services.world import HOURS, THE_18TH, World, act

THE_17TH, THE_19TH = date(2019, 7, 17), date(2019, 7, 19)


@pytest.fixture
def promised(world: World) -> World:
    """Ana and the chief have something due on the 18th, Beto has not."""
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    return world


def instant(at: str, on: date = THE_18TH) -> datetime:
    """A time of day in Mexico City."""
    return datetime.fromisoformat(f"{on}T{at}-05:00").astimezone(HOURS.zone)


def queued(world: World, at: str, on: date = THE_18TH, hours: Hours = HOURS) -> int:
    with world.database.transaction() as session:
        return reminders.queue_due(session, instant(at, on), hours)


def claimed(world: World, at: str = "12:00", on: date = THE_18TH, hours: Hours = HOURS) -> Reminder | None:
    with world.database.transaction() as session:
        return reminders.claim(session, instant(at, on), hours)


def names(world: World, at: str = "12:00", on: date = THE_18TH) -> list[str]:
    found = []
    while reminder := claimed(world, at, on):
        found.append(reminder.person.name)
    return sorted(found)


def change(world: World, person: Person, **values: object) -> None:
    with world.database.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(PersonRow, person.id), name, value)


def said(reminder: Reminder | None) -> Any:  # noqa: ANN401 - a test knows which kind it expects
    assert reminder is not None
    return reminder.said


def test_each_person_is_reminded_once_a_day_of_what_is_due_and_nobody_of_nothing(promised: World) -> None:
    assert queued(promised, "07:59") == 0
    assert queued(promised, "08:00") == 2
    assert queued(promised, "08:01") == 0
    first, second = claimed(promised), claimed(promised)
    assert first is not None
    assert second is not None
    assert [first.person.name, second.person.name] == ["Ana", "Administrador"]
    assert isinstance(first.said, Today)
    assert [i.document.folio for each in first.said.due for i in each.items] == ["7"]
    assert claimed(promised) is None
    with promised.database.transaction() as session:
        reminders.told(session, first)
    assert queued(promised, "09:00") == 0


def test_a_supervisor_gets_the_team_by_collector_the_month_and_whom_no_message_reaches(promised: World) -> None:
    promised.call(scheduling.promise, promised.beto, [promised.documents["70"]], THE_17TH)
    with promised.database.transaction() as session:
        nobodys = factories.customer(session, "CL5", "Nadie", collector=None)
        document = factories.document(session, nobodys, "90", total=50_00, currency="USD")
        other = factories.customer(session, "CL6", "Sin persona", collector="C9")
        ids = [document.id, factories.document(session, other, "91", total=10_00).id]
    promised.call(scheduling.promise, promised.chief, ids, THE_18TH)
    change(promised, promised.beto, unreachable_since=instant("08:00", THE_17TH))
    change(promised, promised.ana, reminded=False)
    assert queued(promised, "08:00") == 1
    digest = said(claimed(promised))
    assert isinstance(digest, Digest)
    assert [(s.name, s.due.currency, s.due.left.minor, s.broken.left.minor) for s in digest.shares] == [
        ("Ana", "MXN", 2842_00, 0), ("Beto", "MXN", 0, 100_00), ("C9", "MXN", 10_00, 0), ("", "USD", 50_00, 0),
    ]  # fmt: skip
    assert (digest.on, digest.month.first, digest.silent) == (THE_18TH, date(2019, 7, 1), ("Beto",))
    assert digest.month.total.minor == 2842_00 + 100_00 + 10_00


def test_what_broke_is_reminded_of_on_the_next_banking_days(promised: World) -> None:
    assert queued(promised, "08:00", THE_19TH) == 2
    today = said(claimed(promised, on=THE_19TH))
    assert (today.due, len(today.broken)) == ((), 1)
    with promised.database.transaction() as session:
        judgement.judge(session, date(2019, 7, 22), instant("07:30", date(2019, 7, 22)), 1)
    assert queued(promised, "08:00", date(2019, 7, 22)) == 2
    (broken,) = said(claimed(promised, on=date(2019, 7, 22))).broken
    assert broken.items[0].promise.state is PromiseState.BROKEN
    # Promised anew: nothing is broken any more, and nothing is due yet.
    promised.call(
        scheduling.promise, act(promised.ana, date(2019, 7, 22)), [promised.documents["7"]], date(2019, 7, 30)
    )
    assert queued(promised, "08:00", date(2019, 7, 23)) == 0


def test_a_reminder_missed_while_the_bot_was_down_is_caught_up_the_same_day_and_no_later(promised: World) -> None:
    assert queued(promised, "19:59") == 2
    assert names(promised, "12:00", THE_17TH) == names(promised, "12:00", THE_19TH) == []
    assert names(promised, "19:59") == ["Administrador", "Ana"]
    assert queued(promised, "08:00", THE_17TH) == 0


def test_no_reminder_is_queued_or_sent_in_quiet_hours_over_midnight(promised: World) -> None:
    change(promised, promised.ana, reminder_time=time(6))
    assert [queued(promised, at) for at in ("00:00", "06:59", "20:00", "23:59")] == [0, 0, 0, 0]
    assert queued(promised, "07:00") == 1
    assert [names(promised, at) for at in ("00:00", "06:59", "20:00", "23:59")] == [[], [], [], []]
    assert names(promised, "07:00") == ["Ana"]


def test_no_reminder_on_a_day_when_banks_rest(promised: World) -> None:
    for on in (date(2019, 7, 20), date(2019, 7, 21), date(2019, 9, 16)):
        assert queued(promised, "09:00", on) == 0
    assert queued(promised, "09:00", date(2019, 9, 17)) == 2


def test_an_own_hour_comes_before_the_default(promised: World) -> None:
    change(promised, promised.ana, reminder_time=time(7, 30))
    assert queued(promised, "07:30") == 1
    assert names(promised) == ["Ana"]
    assert queued(promised, "08:00") == 1
    change(promised, promised.ana, reminder_time=time(12))
    assert queued(promised, "08:00", THE_19TH) == 1


def test_an_hour_is_that_of_the_persons_own_time_zone_and_so_are_the_quiet_ones(promised: World) -> None:
    change(promised, promised.ana, time_zone="America/Tijuana")
    assert queued(promised, "08:00") == 1
    assert queued(promised, "09:59") == 0
    assert queued(promised, "10:00") == 1
    # At 21:00 in Mexico City it is 19:00 there; and at 08:00 it is six, a quiet hour.
    assert names(promised, "08:00") == ["Administrador"]
    assert names(promised, "21:00") == ["Ana"]


def test_a_day_that_has_something_to_say_later_is_reminded_of_later(world: World) -> None:
    assert queued(world, "08:00") == 0
    world.call(scheduling.promise, act(world.ana, THE_18TH), [world.documents["7"]], THE_18TH)
    assert queued(world, "08:05") == 2


def test_the_rest_of_a_plan_does_not_hide_what_broke_of_it(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_17TH, plan=Plan(2, Rhythm.MONTHLY))
    with world.database.transaction() as session:
        judgement.judge(session, date(2019, 7, 22), instant("07:00", date(2019, 7, 22)), 1)
    assert queued(world, "08:00", date(2019, 7, 22)) == 2


def test_who_blocked_the_bot_is_left_alone_until_they_write(promised: World) -> None:
    queued(promised, "08:00")
    reminder = claimed(promised)
    assert reminder is not None
    with promised.database.transaction() as session:
        reminders.unreachable(session, reminder, instant("08:00"))
        assert session.get_one(NoticeRow, reminder.id).state is MailState.CANCELLED
    with promised.database.transaction() as session:
        assert people.listing(session)[1].unreachable_since == instant("08:00")
    assert names(promised) == ["Administrador"]
    assert queued(promised, "08:00", THE_19TH) == 1
    with promised.database.transaction() as session:
        assert access.arrive(session, promised.ana.telegram_id or 0, instant("08:01")) == promised.ana
    assert queued(promised, "08:01", THE_19TH) == 1


def test_people_without_an_account_or_shut_out_get_none(promised: World) -> None:
    change(promised, promised.ana, telegram_id=None)
    change(promised, promised.chief, active=False)
    assert queued(promised, "08:00") == 0


@pytest.mark.parametrize("changed", [{"active": False}, {"reminded": False}, {"unreachable_since": instant("07:59")}])
def test_who_is_no_longer_to_be_told_when_the_reminder_is_sent_does_not_get_it(
    promised: World, changed: dict[str, object]
) -> None:
    queued(promised, "08:00")
    change(promised, promised.ana, **changed)
    assert names(promised) == ["Administrador"]


def test_a_reminder_whose_day_has_become_empty_is_not_sent(promised: World) -> None:
    queued(promised, "08:00")
    with promised.database.transaction() as session:
        row = session.get_one(DocumentRow, promised.documents["7"])
        factories.application(session, row, row.total, THE_18TH)
    assert names(promised) == []


def test_a_reminder_that_could_not_leave_waits_its_time(promised: World) -> None:
    change(promised, promised.ana, reminder_time=time(7))
    queued(promised, "07:00")
    reminder = claimed(promised, "07:00")
    assert reminder is not None
    with promised.database.transaction() as session:
        assert reminders.leave(session, reminder, instant("07:00"))
    assert claimed(promised, "08:00") is None
    with promised.database.transaction() as session:
        reminders.postpone(session, reminder, instant("07:05"))
    assert claimed(promised, "07:04") is None
    assert claimed(promised, "07:05") == reminder


def test_a_reminder_that_a_process_died_with_before_it_left_is_sent_by_another_and_by_one_alone(
    promised: World,
) -> None:
    change(promised, promised.ana, reminder_time=time(7))
    queued(promised, "07:00")
    reminder = claimed(promised, "07:00")
    assert claimed(promised, "07:04") is None
    again = claimed(promised, "07:05")
    assert reminder
    assert again == reminder
    with promised.database.transaction() as session:
        assert not reminders.leave(session, reminder, instant("07:06")), "who was slow and not dead"
        assert reminders.leave(session, again, instant("07:06"))
        reminders.postpone(session, reminder, instant("07:06"))
    assert claimed(promised, "12:00") is None, "what may have left does not leave twice"
    with promised.database.transaction() as session:
        reminders.told(session, again)
        reminders.postpone(session, reminder, instant("07:06"))
    assert claimed(promised, "12:00") is None


def test_a_reminder_leaves_neither_after_it_was_held_for_too_long_nor_to_who_was_shut_out_meanwhile(
    promised: World,
) -> None:
    change(promised, promised.ana, reminder_time=time(7))
    queued(promised, "07:00")
    reminder = claimed(promised, "07:00")
    assert reminder
    with promised.database.transaction() as session:
        # A laptop that slept may wake in quiet hours.
        assert not reminders.leave(session, reminder, instant("22:00"))
    change(promised, promised.ana, active=False)
    with promised.database.transaction() as session:
        assert not reminders.leave(session, reminder, instant("07:01"))


def test_by_hand_everyone_who_wants_one_is_reminded_whatever_the_hour_and_still_once(promised: World) -> None:
    change(promised, promised.chief, reminded=False)
    with promised.database.transaction() as session:
        assert reminders.queue_now(session, THE_18TH) == 1
        assert reminders.queue_now(session, THE_18TH) == 0
    assert queued(promised, "08:00") == 0
    at_once = replace(HOURS, quiet=QuietHours(time(), time()), business_date=THE_18TH)
    assert claimed(promised, "23:00", THE_17TH, at_once) is not None


def test_the_evening_before_a_collector_is_reminded_of_the_cash_they_are_promised(world: World) -> None:
    seven, eight, nine, others = (world.documents[folio] for folio in ("7", "8", "9", "70"))
    world.call(scheduling.promise, world.ana, [seven], THE_18TH, comment="Paga en EFECTIVO después de las 2")
    world.call(scheduling.promise, world.ana, [eight], THE_18TH, comment="Con cheque, no hay problema")
    world.call(scheduling.promise, world.ana, [nine], THE_19TH, comment="efectivo")
    world.call(scheduling.promise, world.beto, [others], THE_18TH, comment="transferencia")
    assert queued(world, "17:59", THE_17TH) == 0
    assert queued(world, "18:00", THE_17TH) == 1
    assert queued(world, "18:01", THE_17TH) == 0
    reminder = claimed(world, "18:00", THE_17TH)
    assert reminder is not None
    assert reminder.person == world.ana
    assert isinstance(reminder.said, CashRound)
    assert [(each.on, [i.document.folio for i in each.items]) for each in reminder.said.days] == [(THE_18TH, ["7"])]


def test_on_friday_evening_the_cash_of_the_week_end_and_of_monday_is_told_by_day(world: World) -> None:
    seven, eight, nine = (world.documents[folio] for folio in ("7", "8", "9"))
    saturday, monday, tuesday = (date(2019, 7, day) for day in (20, 22, 23))
    for document, on in ((seven, monday), (eight, saturday), (nine, tuesday)):
        world.call(scheduling.promise, world.ana, [document], on, comment="en efectivo")
    assert queued(world, "18:00", saturday) == queued(world, "18:00", date(2019, 7, 21)) == 0
    queued(world, "18:00", THE_19TH)
    # What is due has the morning's reminder: here nothing is.
    cash = said(claimed(world, "18:00", THE_19TH))
    assert [(each.on, each.left.minor) for each in cash.days] == [(saturday, 4872_00), (monday, 2842_00)]


def test_what_somebody_is_shown_unasked_is_in_the_trail_as_what_they_ask_for_is(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH, comment="efectivo")
    queued(world, "18:00", THE_17TH)
    assert names(world, "18:00", THE_17TH) == ["Ana"]
    queued(world, "08:00")
    assert names(world) == ["Administrador", "Ana"]
    with world.database.transaction() as session:
        rows = session.query(AuditRow).where(AuditRow.source == "reminder").order_by(AuditRow.person_id, AuditRow.id)
        told = [(row.person_id, row.action, row.subject) for row in rows]
    assert told == [
        (world.ana.id, "cash", "2019-07-17"), (world.ana.id, "today", "2019-07-18"),
        (world.chief.id, "month", "2019-07-01"), (world.chief.id, "today", "2019-07-18"),
    ]  # fmt: skip


def test_cash_of_one_day_is_told_pesos_first_and_then_by_code(world: World) -> None:
    with world.database.transaction() as session:
        theirs = session.get_one(CustomerRow, world.customers["CL001"])
        foreign = [factories.document(session, theirs, code, total=100, currency=code).id for code in ("USD", "EUR")]
    world.call(scheduling.promise, world.ana, [*foreign, world.documents["7"]], THE_18TH, comment="efectivo")
    queued(world, "18:00", THE_17TH)
    cash = said(claimed(world, "18:00", THE_17TH))
    assert [each.currency for each in cash.days] == ["MXN", "EUR", "USD"]


def test_cash_that_came_meanwhile_is_not_told(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH, comment="efectivo")
    queued(world, "18:00", THE_17TH)
    with world.database.transaction() as session:
        row = session.get_one(DocumentRow, world.documents["7"])
        factories.application(session, row, row.total, THE_17TH)
    assert names(world, "18:00", THE_17TH) == []


def test_a_person_sets_their_own_hour_and_time_zone_and_what_they_leave_out_stays(world: World) -> None:
    occasion = Occasion(world.ana, THE_18TH, instant("12:00"), "tg:1")
    for wanted in (Setting(time(7, 30), "America/Cancun", wanted=True), Setting(zone="America/Tijuana"), Setting()):
        ana = world.call(reminders.change, occasion, wanted, HOURS)
    assert (ana.reminder_time, ana.time_zone, ana.reminded) == (time(7, 30), "America/Tijuana", True)
    assert not world.call(reminders.change, occasion, Setting(wanted=False), HOURS).reminded
    with world.database.transaction() as session:
        entered = [(row.person_id, row.subject, row.source) for row in session.query(AuditRow).order_by(AuditRow.id)]
        assert access.arrive(session, ana.telegram_id or 0, instant("12:01")) == replace(ana, reminded=False)
    assert entered[0] == (world.ana.id, "07:30:00 America/Cancun", "tg:1")
    assert entered[-1] == (world.ana.id, "no", "tg:1")


def test_an_own_hour_within_the_quiet_ones_is_refused(world: World) -> None:
    with pytest.raises(HourIsQuiet) as refused:
        world.call(reminders.change, act(world.ana), Setting(time(6, 59), wanted=True), HOURS)
    assert (refused.value.hour, refused.value.quiet) == (time(6, 59), HOURS.quiet)
    assert world.call(reminders.change, act(world.ana), Setting(time(7)), HOURS).reminder_time == time(7)


def test_nobody_is_reminded_of_a_customer_who_has_another_collector_by_now(promised: World) -> None:
    queued(promised, "08:00")
    with promised.database.transaction() as session:
        session.get_one(CustomerRow, promised.customers["CL001"]).collector_code = "C2"
    assert names(promised) == ["Administrador"]
    assert queued(promised, "08:01") == 1
    assert names(promised) == ["Beto"]


def test_two_supervisors_and_an_administrator_all_get_the_teams_day(promised: World) -> None:
    with promised.database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, name="Sistemas")
        factories.person(session, Role.SUPERVISOR, name="Segunda")
    assert queued(promised, "08:00") == 4


def test_who_had_nothing_to_do_when_the_reminder_was_to_leave_is_told_once_there_is_something(promised: World) -> None:
    queued(promised, "08:00")
    with promised.database.transaction() as session:
        row = session.get_one(DocumentRow, promised.documents["7"])
        payment = factories.application(session, row, row.total, THE_18TH)
    assert names(promised) == []
    with promised.database.transaction() as session:
        row = session.get_one(DocumentRow, promised.documents["7"])
        factories.application(session, row, -payment.amount, THE_18TH)
    assert queued(promised, "09:00") == 2
    assert names(promised) == ["Administrador", "Ana"]
