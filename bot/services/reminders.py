"""What people are reminded of: their day in the morning, the cash of the next day in the evening; each once."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain import reminders as rules
from bot.domain.agenda import DayList, Today
from bot.domain.calendar import View
from bot.domain.correspondence import MailState
from bot.domain.dates import bank_days_after, is_bank_day
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.reminders import CashRound, Digest, HourIsQuiet, Hours, Reminder, ReminderKind, Setting
from bot.services import agenda, calendar
from bot.store import audit, notices, people, promises
from bot.store.models import NoticeRow


def queue_due(session: Session, now: datetime, hours: Hours) -> int:
    """Queue the reminder of everyone whose hour has come on this banking day; how many were queued.

    A day with nothing to say is looked at again until it has, but never in quiet hours.
    """
    queued = 0
    for zone, on in hours.awake(now, people.time_zones(session)).items():
        shown = hours.local(now, zone).time()
        for kind in ReminderKind:
            if kind is ReminderKind.EVENING and shown < hours.due(kind, None):
                continue
            due = (p for p in _waiting(session, kind, on, zone) if hours.due(kind, p.reminder_time) <= shown)
            queued += sum(_queue(session, person, kind, on) for person in due)
    return queued


def queue_now(session: Session, on: date) -> int:
    """Queue everyone's morning reminder for a day whatever the hour, as `cobranza remind` does by hand."""
    rows = notices.reachable_people(session)
    persons = [people.to_person(row) for row in rows if row.reminded]
    return sum(_queue(session, person, ReminderKind.MORNING, on) for person in persons)


def _waiting(session: Session, kind: ReminderKind, on: date, zone: str | None) -> list[Person]:
    if not is_bank_day(on):
        return []
    first, last = (None, on) if kind is ReminderKind.MORNING else _cash_days(on)
    busy = notices.busy(session, on, first, last)
    return [people.to_person(row) for row in notices.waiting(session, kind, on, zone, busy)] if busy else []


def _queue(session: Session, person: Person, kind: ReminderKind, on: date) -> bool:
    """Queue a reminder; False when there is nothing to say or they have had it."""
    if kind is ReminderKind.MORNING:
        is_empty = agenda.today_of(session, person, on).is_empty
    else:
        is_empty = not _cash(session, person, on).days
    return not is_empty and notices.queue(session, person.id, kind, on)


def claim(session: Session, now: datetime, hours: Hours) -> Reminder | None:
    """Take the next reminder to send, with the day as it is now; None when none waits where it is no quiet hour.

    Whoever was shut out since it was queued gets none, nor does anyone whose day has become empty. Claimed
    means sent as far as a restart can tell: better a reminder lost in a crash than one twice.
    """
    today = notices.of_the_day(hours.awake(now, people.time_zones(session)))
    while row := notices.claim(session, NoticeRow, now, today):
        person = people.get(session, row.person_id)
        if person.active and person.reminded and not person.unreachable_since:
            said = _said(session, Occasion(person, row.on, now), ReminderKind(row.kind))
            if said:
                return Reminder(row.id, person, said)
        notices.settle(session, NoticeRow, row.id, MailState.CANCELLED)
    return None


def told(session: Session, reminder: Reminder) -> None:
    """Note that a reminder has left."""
    notices.settle(session, NoticeRow, reminder.notice_id, MailState.SENT)


def postpone(session: Session, reminder: Reminder, until: datetime) -> None:
    """Note that a reminder did not leave for a passing reason."""
    notices.settle(session, NoticeRow, reminder.notice_id, MailState.QUEUED, until)


def unreachable(session: Session, reminder: Reminder, now: datetime) -> None:
    """Note that no message reaches a person: no more until they write."""
    notices.settle(session, NoticeRow, reminder.notice_id, MailState.CANCELLED)
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
    audit.record(session, occasion.person, "reminder", subject, now=occasion.now, source=occasion.source)
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
    days = sorted({(item.promise.on, item.balance.currency) for item in items})
    return CashRound(
        tuple(
            DayList(day, on, currency, tuple(i for i in items if (i.promise.on, i.balance.currency) == (day, currency)))
            for day, currency in days
        )
    )


def _cash_days(on: date) -> tuple[date, date]:
    """From the next day up to the next banking day: Friday's evening reminds of the week-end too."""
    return on + timedelta(days=1), next(bank_days_after(on))
