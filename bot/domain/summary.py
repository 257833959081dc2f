"""The summary: a portfolio, or one customer, at a glance in one currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from bot.domain.calendar import Collector, Sum
from bot.domain.forecast import Forecast, Record
from bot.domain.money import Money, total
from bot.domain.receivables import Customer
from bot.domain.statement import AGING_BUCKETS, bucket


class Topic(StrEnum):
    """What is looked at."""

    AGING = "aging"
    EXPECTED = "expected"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class View:
    """What a summary shows, as its buttons carry it; without a currency, the one that suits.

    `collector` is the key of a collector; without it and without a customer, the whole portfolio.
    """

    topic: Topic = Topic.AGING
    currency: str = ""
    collector: str = ""
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is so many days past due: of how many documents, and how many whole percents of all that is owed."""

    key: str
    balance: Money
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Aging:
    """What is open in one currency by days past due; the buckets add up to the balance, their shares to 100."""

    currency: str
    buckets: tuple[Bucket, ...]

    @property
    def balance(self) -> Money:
        """All that is open."""
        return total((each.balance for each in self.buckets), self.currency)

    @property
    def overdue(self) -> Money:
        """What of it is past due."""
        return total((each.balance for each in self.buckets[1:]), self.currency)

    @property
    def overdue_share(self) -> int:
        """The same in percent: the sum of its buckets' shares."""
        return sum(each.share for each in self.buckets[1:])

    @property
    def count(self) -> int:
        """How many documents are open."""
        return sum(each.count for each in self.buckets)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open."""
        return not self.count


Figures: TypeAlias = Aging | Forecast | Record


@dataclass(frozen=True, slots=True)
class Summary:
    """What a view shows on a day; `choice` is whether there are several collectors, `topics` what may be asked for."""

    today: date
    topic: Topic
    figures: Figures
    currencies: tuple[str, ...]
    topics: tuple[Topic, ...]
    collector: Collector | None = None
    customer: Customer | None = None
    choice: bool = False

    @property
    def view(self) -> View:
        """How to come back to it."""
        key = self.collector.key if self.collector else ""
        return View(self.topic, self.figures.currency, key, self.customer.id if self.customer else None)


def aging(balances: Iterable[Sum], currency: str, today: date) -> Aging:
    """The balances, which stand on their due dates, by days past due."""
    minor, count = dict.fromkeys(_KEYS, 0), dict.fromkeys(_KEYS, 0)
    for each in balances:
        if each.total.currency == currency:
            key = bucket(max(0, (today - each.on).days))
            minor[key] += each.total.minor
            count[key] += each.count
    shares = zip(_KEYS, percents(tuple(minor.values())), strict=True)
    return Aging(currency, tuple(Bucket(key, Money(minor[key], currency), count[key], share) for key, share in shares))


_KEYS = tuple(key for key, _ in AGING_BUCKETS)


def percents(amounts: Sequence[int]) -> tuple[int, ...]:
    """The amounts' shares in whole percents that add up to 100: those that lose most by it are rounded up.

    What is below zero (overpaid) has no share.
    """
    owed = [max(0, amount) for amount in amounts]
    whole = sum(owed)
    if not whole:
        return (0,) * len(owed)
    shares = [100 * amount // whole for amount in owed]
    by_loss = sorted(range(len(owed)), key=lambda n: -(100 * owed[n] % whole))
    for n in by_loss[: 100 - sum(shares)]:
        shares[n] += 1
    return tuple(shares)
