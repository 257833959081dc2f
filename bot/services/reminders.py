"""What people are reminded of: their day in the morning, the cash of the next day in the evening; each once."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain import reminders as rules
from bot.domain.agenda import DayList, Today
from bot.domain.calendar import View
from bot.domain.correspondence import MailState
from bot.domain.dates import bank_days_after, is_bank_day
from bot.domain.money import pesos_first
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.reminders import CashRound, Digest, HourIsQuiet, Hours, Reminder, ReminderKind, Setting
from bot.services import agenda, calendar
from bot.services.telling import Telling
from bot.store import audit, notices, people, promises
from bot.store.models import NoticeRow, PersonRow

# What the trail names as the cause of what a person is shown unasked.
_SOURCE = "reminder"


def queue_due(session: Session, now: datetime, hours: Hours) -> int:
    """Queue the reminder of everyone who may have something to do and whose hour has come; how many were queued.

    On banking days only, and never in quiet hours. Whether there is something to say is found out when it is sent.
    """
    queued = 0
    awake = hours.awake(now, people.time_zones(session))
    for on in {on for on in awake.values() if is_bank_day(on)}:
        clocks = {zone: hours.local(now, zone).time() for zone, day in awake.items() if day == on}
        for kind in ReminderKind:
            # Nobody has an own hour for the evening: before it, nothing is asked of the database.
            evening = hours.due(ReminderKind.EVENING, None)
            zones = [zone for zone, shown in clocks.items() if kind is ReminderKind.MORNING or shown >= evening]
            for row in _waiting(session, kind, on, zones):
                if hours.due(kind, row.reminder_time) <= clocks[row.time_zone]:
                    queued += notices.queue(session, row.id, kind, on)
    return queued


def queue_now(session: Session, on: date) -> int:
    """Queue the morning reminder of everyone who may have something to do, as `cobranza remind` does by hand."""
    waiting = _waiting(session, ReminderKind.MORNING, on, people.time_zones(session))
    return sum(notices.queue(session, row.id, ReminderKind.MORNING, on) for row in waiting)


def _waiting(session: Session, kind: ReminderKind, on: date, zones: Collection[str | None]) -> Sequence[PersonRow]:
    if not zones:
        return ()
    if kind is ReminderKind.MORNING:
        busy = notices.busy(session, on)
    else:
        busy = notices.busy_with_cash(session, on, *_cash_days(on))
    return notices.waiting(session, kind, on, zones, busy) if busy else ()


def claim(session: Session, now: datetime, hours: Hours) -> Reminder | None:
    """Take the next reminder to send, with the day as it is now; None when none waits where it is no quiet hour.

    Whoever was shut out since it was queued gets none. Who has nothing to do gets none either, and is looked at
    again: the day may still bring something. Whoever gets one is shown what a command would show: it leaves a trace.
    """
    today = notices.of_the_day(hours.awake(now, people.time_zones(session)))
    while row := notices.claim(session, NoticeRow, now, today):
        person = people.get(session, row.person_id)
        if not person.active or not person.reminded or person.unreachable_since:
            notices.settle(session, NoticeRow, row.id, row.not_before, MailState.CANCELLED)
        elif said := _said(session, Occasion(person, row.on, now, _SOURCE), ReminderKind(row.kind)):
            action = "cash" if isinstance(said, CashRound) else "today"
            audit.record(session, person, action, row.on.isoformat(), now=now, source=_SOURCE)
            return Reminder(row.id, person, said, row.not_before)
        else:
            session.delete(row)
            session.flush()
    return None


_telling = Telling(NoticeRow)
leave, told, postpone = _telling.leave, _telling.told, _telling.postpone


def unreachable(session: Session, reminder: Reminder, now: datetime) -> None:
    """Note that no message reaches a person: no more until they write."""
    _telling.settle(session, reminder, MailState.CANCELLED)
    notices.unreachable(session, reminder.person.id, now)


def change(session: Session, occasion: Occasion, wanted: Setting, hours: Hours) -> Person:
    """Set a person's own hour, time zone, or whether they are reminded at all; raises HourIsQuiet."""
    if wanted.hour and hours.quiet.covers(wanted.hour):
        raise HourIsQuiet(wanted.hour, hours.quiet)
    row = people.get_row(session, occasion.person.id)
    row.reminder_time = wanted.hour or row.reminder_time
    row.time_zone = wanted.zone or row.time_zone
    row.reminded = row.reminded if wanted.wanted is None else wanted.wanted
    subject = f"{row.reminder_time or '-'} {row.time_zone or '-'}" if row.reminded else "no"
    audit.note(session, occasion, "reminder", subject)
    return people.to_person(row)


def _said(session: Session, occasion: Occasion, kind: ReminderKind) -> Today | Digest | CashRound | None:
    """What there is to say; None when there is nothing."""
    person, on = occasion.person, occasion.today
    if kind is ReminderKind.EVENING:
        cash = _cash(session, person, on)
        return cash if cash.days else None
    today = agenda.today_of(session, person, on)
    if today.is_empty:
        return None
    if not person.sees_all:
        return today
    month = calendar.month(session, occasion, on.replace(day=1), View())
    return Digest(on, rules.shares(today, people.collectors(session)), month, tuple(people.silent(session)))


def _cash(session: Session, person: Person, on: date) -> CashRound:
    first, last = _cash_days(on)
    expected = promises.expected(session, person, on, first=first, last=last)
    items = [item for item in expected if rules.is_cash(item.promise.comment) and item.left_on(on).minor > 0]
    kinds = {(item.promise.on, item.balance.currency) for item in items}
    days = sorted(kinds, key=lambda kind: (kind[0], pesos_first(kind[1])))
    return CashRound(
        tuple(
            DayList(day, on, currency, tuple(i for i in items if (i.promise.on, i.balance.currency) == (day, currency)))
            for day, currency in days
        )
    )


def _cash_days(on: date) -> tuple[date, date]:
    """From the next day up to the next banking day: Friday's evening reminds of the week-end too."""
    return on + timedelta(days=1), next(bank_days_after(on))
