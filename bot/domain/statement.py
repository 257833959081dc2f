"""A customer's statement of account on a date."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.domain.money import Money, pesos_first, total
from bot.domain.promises import Promise
from bot.domain.receivables import Customer, Document
from bot.domain.values import value

# Upper bounds in days past due, and the key each bucket has in JSON; the last has no bound.
AGING_BUCKETS = (("current", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90), ("over_90", None))
_BOUNDS = [bound for _, bound in AGING_BUCKETS if bound is not None]


@value
class StatementRow:
    """One open document: the seed's ten columns, its UUID and the promise in force."""

    document: Document
    credit_limit: Money
    days_overdue: int
    balance: Money
    promise: Promise | None = None

    @property
    def original(self) -> Money:
        """What it was issued for."""
        return self.document.total

    @property
    def paid(self) -> Money:
        """What was applied to it by then."""
        return self.original - self.balance


@dataclass(frozen=True, slots=True)
class Section:
    """What is open in one currency; each total is the sum of its rows."""

    currency: str
    rows: tuple[StatementRow, ...]
    credits: tuple[StatementRow, ...]
    original: Money
    balance: Money
    aging: Mapping[str, Money]

    @property
    def paid(self) -> Money:
        """What was applied by then."""
        return self.original - self.balance

    @property
    def unapplied(self) -> Money:
        """Credits that wait to be applied, as a positive amount."""
        return total((row.balance for row in self.credits), self.currency)

    @property
    def net(self) -> Money:
        """The balance less the unapplied credits."""
        return self.balance - self.unapplied


@dataclass(frozen=True, slots=True)
class Statement:
    """What a customer owed on a date, per currency; MXN first."""

    customer: Customer
    as_of: date
    sections: tuple[Section, ...]
    loaded_until: date | None

    @property
    def used(self) -> Money:
        """Credit used: the net balance in the currency of the limit."""
        limit = self.customer.credit_limit.currency
        return total((s.net for s in self.sections if s.currency == limit), limit)

    @property
    def available(self) -> Money:
        """Credit left; negative when the limit is exceeded."""
        return self.customer.credit_limit - self.used


def bucket(days_overdue: int) -> str:
    """The aging bucket of a number of days past due."""
    return AGING_BUCKETS[bisect_left(_BOUNDS, days_overdue)][0]


def build(
    customer: Customer,
    documents: Iterable[Document],
    as_of: date,
    *,
    promises: Mapping[int, Promise] | None = None,
    loaded_until: date | None = None,
) -> Statement:
    """The statement of these documents on a date; `promises` in force by document id.

    A document with nothing open on that date is left out; a negative balance (overpaid) stays.
    """
    in_force, limit = promises or {}, customer.credit_limit
    rows = [
        StatementRow(
            document,
            limit,
            document.days_overdue(as_of),
            balance,
            in_force.get(document.id),
        )
        for document in documents
        if (balance := document.balance_on(as_of)).minor
    ]
    rows.sort(key=lambda r: (pesos_first(r.balance.currency), r.document.issued, r.document.id))
    sections = tuple(
        _section(currency, tuple(group)) for currency, group in groupby(rows, key=lambda r: r.balance.currency)
    )
    return Statement(customer, as_of, sections, loaded_until)


def _section(currency: str, rows: tuple[StatementRow, ...]) -> Section:
    charges: list[StatementRow] = []
    credits_: list[StatementRow] = []
    for row in rows:
        (charges if row.document.kind.is_charge else credits_).append(row)
    aging = {key: 0 for key, _ in AGING_BUCKETS}
    for row in charges:
        aging[bucket(row.days_overdue)] += row.balance.minor
    return Section(
        currency=currency,
        rows=tuple(charges),
        credits=tuple(credits_),
        original=total([row.original for row in charges], currency),
        balance=total([row.balance for row in charges], currency),
        aging={key: Money(minor, currency) for key, minor in aging.items()},
    )
