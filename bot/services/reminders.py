"""The morning push: each person's day, once, at their hour."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.domain.agenda import Today
from bot.domain.correspondence import MailState
from bot.domain.dates import is_bank_day
from bot.domain.people import Person
from bot.services.agenda import today_of
from bot.store import notices, people

_KIND = "morning"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of the day, over midnight when `start` is after `end`, in which nothing is sent unasked."""

    start: time
    end: time

    def covers(self, moment: time) -> bool:
        """Whether a time of day lies in the span; `end` is the first minute outside."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True)
class Reminder:
    """A claimed notice: to whom, and what the day holds."""

    notice_id: int
    person: Person
    today: Today


def queue_due(session: Session, *, local: datetime, on: date, default: time, quiet: QuietHours) -> int:
    """Queue the reminder of everyone whose hour has come on this banking day; how many were queued.

    `local` is the wall clock at the office, `on` the business date, `default` the hour of people without
    their own. A day with nothing to say is looked at again until it has, but never in quiet hours.
    """
    if not is_bank_day(on) or quiet.covers(local.time()):
        return 0
    waiting = {row.id: row for row in notices.reachable_people(session)}
    for person_id in notices.had(session, _KIND, on):
        waiting.pop(person_id, None)
    due = (people.to_person(row) for row in waiting.values() if (row.reminder_time or default) <= local.time())
    return sum(queue(session, person, on) for person in due)


def queue(session: Session, person: Person, on: date) -> bool:
    """Queue a person's reminder for a day; False when there is nothing to say or they have had it."""
    return not today_of(session, person, on).is_empty and notices.queue(session, person.id, _KIND, on)


def queue_now(session: Session, on: date) -> int:
    """Queue everyone's reminder for a day whatever the hour, as `cobranza remind` does by hand."""
    rows = notices.reachable_people(session)
    return sum(queue(session, people.to_person(row), on) for row in rows)


def claim(session: Session, on: date, now: datetime) -> Reminder | None:
    """Take the next reminder to send, with the day as it is now; None when none waits.

    Whoever was shut out since it was queued gets none, nor does anyone whose day has become empty. Claimed
    means sent as far as a restart can tell: better a reminder lost in a crash than one twice.
    """
    while row := notices.claim(session, _KIND, on, now):
        person = people.get(session, row.person_id)
        reminder = Reminder(row.id, person, today_of(session, person, on))
        if person.active and not reminder.today.is_empty:
            return reminder
        notices.settle(session, row.id, MailState.CANCELLED)
    return None


def sent(session: Session, reminder: Reminder) -> None:
    """Note that a reminder has left."""
    notices.settle(session, reminder.notice_id, MailState.SENT)


def postpone(session: Session, reminder: Reminder, now: datetime, after: timedelta) -> None:
    """Note that a reminder did not leave for a passing reason."""
    notices.settle(session, reminder.notice_id, MailState.QUEUED, now + after)


def unreachable(session: Session, reminder: Reminder, now: datetime) -> None:
    """Note that a person has blocked the bot: no more until they write again."""
    notices.settle(session, reminder.notice_id, MailState.CANCELLED)
    notices.unreachable(session, reminder.person.id, now)
