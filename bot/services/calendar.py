"""The calendar: a month's expected money, a day's documents, and how a person likes to see them."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.domain import calendar as rules
from bot.domain.agenda import DayList
from bot.domain.calendar import Basis, Collector, DueList, Month, View
from bot.domain.dates import add_months
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.services.agenda import expected_and_broken, items_by_id
from bot.store import audit, people
from bot.store import calendar as store

# What opens a calendar anew.
_COMMAND = "/calendario"
# What a month shows when nobody has chosen.
ALL = View()


def month(session: Session, occasion: Occasion, first: date, view: View = ALL) -> Month:
    """The month that begins on `first`; in MXN, or the only currency that it holds, when none is asked for.

    Raises CollectorGone when the view is of a collector whose customers the person does not see, or no longer.
    """
    audit.note(session, occasion, "month", first.isoformat())
    return month_of(session, occasion.person, occasion.today, first, view)


def month_of(session: Session, person: Person, today: date, first: date, view: View = ALL) -> Month:
    """A month as a person sees it on a day, asked for or not."""
    last = add_months(first, 1) - timedelta(days=1)
    choice = store.collectors(session, person) if person.sees_all else []
    seen_by, collector = rules.seen_by(person, choice, view.collector, _COMMAND)
    late: list[rules.Sum] = []
    if view.basis is Basis.DUE:
        sums = store.due(session, seen_by, today, first, last)
    else:
        sums = store.promised(session, seen_by, today, first, last)
        late = store.broken(session, seen_by, today, first, last)
    currency, currencies = rules.currency_shown(view.currency, (each.total.currency for each in [*sums, *late]))
    broken_on = {each.on: each.count for each in late if each.total.currency == currency}
    return Month(
        first,
        today,
        currency,
        rules.days(sums, currency, today=today, broken=broken_on),
        currencies,
        view.basis,
        collector,
        choice=len(choice) > 1,
    )


def day(session: Session, occasion: Occasion, on: date, view: View) -> DayList:
    """The documents promised for a day, in the view's currency; raises CollectorGone."""
    person = _looking(session, occasion, on, view)
    expected, broken = (
        tuple(item for item in items if item.promise.amount.currency == view.currency)
        for items in expected_and_broken(session, person, occasion.today, first=on, last=on)
    )
    return DayList(on, occasion.today, view.currency, expected, broken)


def due_day(session: Session, occasion: Occasion, on: date, view: View) -> DueList:
    """The open documents that fall due on a day, in the view's currency; raises CollectorGone."""
    person = _looking(session, occasion, on, view)
    ids = store.due_on(session, person, occasion.today, on, view.currency)
    return DueList(on, occasion.today, view.currency, items_by_id(session, replace(occasion, person=person), ids))


def _looking(session: Session, occasion: Occasion, on: date, view: View) -> Person:
    """With whose eyes a day is looked at; leaves a trace."""
    audit.note(session, occasion, "day", on.isoformat())
    choice = store.collectors(session, occasion.person) if view.collector else []
    return rules.seen_by(occasion.person, choice, view.collector, _COMMAND)[0]


def collectors(session: Session, occasion: Occasion) -> list[Collector]:
    """Whose portfolios the person may look at one by one: a collector's is one."""
    return store.collectors(session, occasion.person)


def set_dark(session: Session, occasion: Occasion, *, dark: bool) -> Person:
    """Draw the person's pictures dark, or light, from now on."""
    row = people.get_row(session, occasion.person.id)
    row.dark = dark
    session.flush()
    return people.to_person(row)
