"""What scheduling a promise gives back: the document's history, and what is still to be asked."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from bot.domain import promises as rules
from bot.domain.agenda import OpenItem
from bot.domain.dates import bank_holiday, is_bank_day, next_bank_day
from bot.domain.money import Money, total
from bot.domain.plans import Plan
from bot.domain.promises import FAR_DAYS, Promise
from bot.domain.receivables import Customer, Document


@dataclass(frozen=True, slots=True)
class History:
    """Every promise of a document, oldest first."""

    document: Document
    customer: Customer
    promises: tuple[Promise, ...]

    @property
    def level(self) -> int:
        """How many were broken."""
        return rules.level(self.promises)

    @property
    def rescheduled(self) -> int:
        """How many times what was agreed was put off; why is the comment of the promise that came next."""
        return rules.times_rescheduled(self.promises)

    @property
    def in_force(self) -> tuple[Promise, ...]:
        """The promise in force, or what is left of a plan."""
        return tuple(promise for promise in self.promises if promise.state is rules.PromiseState.IN_FORCE)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A promise (of a plan the first) that was recorded, in its history; `rescheduled` when another was in force."""

    promise: Promise
    history: History
    rescheduled: bool

    @property
    def installments(self) -> tuple[Promise, ...]:
        """All that was promised at once: the installments of a plan, or the promise alone."""
        return tuple(p for p in self.history.promises if p.arrangement == self.promise.arrangement)

    @property
    def amount(self) -> Money:
        """All that was promised at once."""
        return total((promise.amount for promise in self.installments), self.promise.amount.currency)

    @property
    def closed_days(self) -> tuple[date, ...]:
        """The promised days on which banks do not work."""
        return tuple(promise.on for promise in self.installments if not is_bank_day(promise.on))

    @property
    def holiday(self) -> str | None:
        """The bank holiday that the promise falls on, if one."""
        return bank_holiday(self.promise.on)

    @property
    def bank_day(self) -> date | None:
        """The next banking day, when banks do not work on the promised one; a plan is not moved."""
        return None if self.promise.installments > 1 or is_bank_day(self.promise.on) else next_bank_day(self.promise.on)


@dataclass(frozen=True, slots=True)
class Scheduling:
    """A promise in the making; `comment` None means it has not been asked for yet.

    A date of more than `far_days` is far, `far_confirmed` once the person has said that it is meant. `number` is the
    question's: its buttons carry it, so that those of an older question are told apart. `asks_amount` while an amount
    is waited for. `gone_by` is the day that was named, where it has gone by since: another is asked for.
    """

    items: tuple[OpenItem, ...]
    on: date | None = None
    amount: str | None = None
    comment: str | None = None
    far_confirmed: bool = False
    plan: Plan | None = None
    number: str = ""
    asks_amount: bool = False
    gone_by: date | None = None
    far_days: int = FAR_DAYS

    @property
    def ids(self) -> tuple[int, ...]:
        """The documents' ids."""
        return tuple(item.document.id for item in self.items)

    @property
    def holiday(self) -> str | None:
        """The bank holiday that the day falls on, if one."""
        return bank_holiday(self.on) if self.on else None

    @property
    def bank_day(self) -> date | None:
        """The next banking day, when banks do not work on the chosen one; a plan is not moved."""
        return None if self.on is None or self.plan or is_bank_day(self.on) else next_bank_day(self.on)

    def is_far(self, today: date) -> bool:
        """Whether the date is so far ahead that it has to be confirmed, and is not yet."""
        return self.on is not None and (self.on - today).days > self.far_days and not self.far_confirmed

    def is_complete(self, today: date) -> bool:
        """Whether nothing is left to ask."""
        return self.on is not None and self.comment is not None and not self.is_far(today) and not self.asks_amount


@dataclass(frozen=True, slots=True)
class CustomerChoice:
    """The customer of a promise in the making is asked for, with these to tap.

    They are those who answer to `text` when one was typed; maybe `more` do. `settled` is one who was named and owes
    nothing.
    """

    customers: tuple[Customer, ...]
    number: str
    text: str = ""
    settled: Customer | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class DocumentChoice:
    """The document is asked for, among these: a customer's, or all that are called `text`."""

    items: tuple[OpenItem, ...]
    number: str
    text: str = ""


Step: TypeAlias = CustomerChoice | DocumentChoice | Scheduling
