"""The calendar: what is expected on which day of a month, by promises or by due dates, in one currency."""

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import blake2s

from bot.domain.agenda import OpenItem
from bot.domain.errors import CollectorGone
from bot.domain.money import MXN, Money, pesos_first, total
from bot.domain.people import Person, Role


class Basis(StrEnum):
    """By which date an amount stands on a day: the promised one, or the one on which the document falls due."""

    PROMISED = "promised"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Collector:
    """A portfolio that a supervisor may look at alone; `name` is empty when nobody has it."""

    code: str
    name: str = ""

    @property
    def key(self) -> str:
        """The code as a button carries it: short, whatever the code's length and letters."""
        return blake2s(self.code.encode(), digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class View:
    """What a calendar shows, as its buttons carry it; without a currency, the one that suits.

    `collector` is the key of a collector, or nothing for the whole portfolio.
    """

    currency: str = ""
    basis: Basis = Basis.PROMISED
    collector: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month: the sum and number of what is expected, and how many promises for it were broken.

    `broken` is whether something expected on it has not come: it was broken, or the day has gone by.
    """

    on: date
    total: Money
    count: int
    broken: bool = False
    broken_count: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """The days of one week that lie in the month, Monday first, with the sum and number of what is expected."""

    days: tuple[date, ...]
    total: Money
    count: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month's expected money in one currency; `days` only those with documents.

    `collector` is whose portfolio it is when it is not all that the person sees; `choice` whether there are others.
    """

    first: date
    today: date
    currency: str
    days: Mapping[date, Day]
    currencies: tuple[str, ...] = ()
    basis: Basis = Basis.PROMISED
    collector: Collector | None = None
    choice: bool = False

    @property
    def total(self) -> Money:
        """The sum of the days."""
        return total((day.total for day in self.days.values()), self.currency)

    @property
    def count(self) -> int:
        """The documents of all days."""
        return sum(day.count for day in self.days.values())

    @property
    def view(self) -> View:
        """How to come back to it."""
        return View(self.currency, self.basis, self.collector.key if self.collector else "")

    def weeks(self) -> Iterator[Week]:
        """Its weeks; their totals add up to the month's."""
        for week in calendar.Calendar().monthdatescalendar(self.first.year, self.first.month):
            inside = tuple(on for on in week if on.month == self.first.month)
            days = [self.days[on] for on in inside if on in self.days]
            yield Week(inside, total((day.total for day in days), self.currency), sum(day.count for day in days))


@dataclass(frozen=True, slots=True)
class Sum:
    """What is expected on a day in one currency."""

    on: date
    total: Money
    count: int


@dataclass(frozen=True, slots=True)
class DueList:
    """The open documents that fall due on a day in one currency; each total is the sum of its rows."""

    on: date
    today: date
    currency: str
    items: tuple[OpenItem, ...]

    @property
    def original(self) -> Money:
        """The documents' original amounts."""
        return total((item.document.total for item in self.items), self.currency)

    @property
    def balance(self) -> Money:
        """What is still open of these documents."""
        return total((item.balance for item in self.items), self.currency)


def days(sums: Sequence[Sum], currency: str, *, today: date, broken: Mapping[date, int]) -> dict[date, Day]:
    """The days with something expected or broken in a currency; others are left out.

    What was broken marks its day and is in no total: that money is expected again once it is promised again.
    """
    found = {each.on: each for each in sums if each.total.currency == currency}
    return {
        on: Day(
            on,
            found[on].total if on in found else Money(0, currency),
            found[on].count if on in found else 0,
            broken=broken.get(on, 0) > 0 or on < today,
            broken_count=broken.get(on, 0),
        )
        for on in sorted({*found, *broken})
    }


def seen_by(person: Person, collectors: Iterable[Collector], key: str, command: str) -> tuple[Person, Collector | None]:
    """With whose eyes a view is looked at: the person's, or a collector's by key, never more than the person's own.

    Raises CollectorGone, which tells the command to use instead, when none of the person's collectors has the key.
    """
    if not key:
        return person, None
    collector = next((each for each in collectors if each.key == key), None)
    if collector is None:
        raise CollectorGone(command)
    return replace(person, role=Role.COLLECTOR, collector_code=collector.code), collector


def currency_shown(wanted: str, found: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The currency to show, and those to choose from: the one wanted, else MXN, else the first."""
    currencies = tuple(sorted(set(found), key=pesos_first))
    return wanted or (MXN if MXN in currencies or not currencies else currencies[0]), currencies
