"""What scheduling a promise gives back: the document's history, and what is still to be asked."""

from dataclasses import dataclass
from datetime import date

from bot.domain import promises as rules
from bot.domain.agenda import OpenItem
from bot.domain.dates import bank_holiday, is_bank_day, next_bank_day
from bot.domain.promises import FAR_DAYS, Promise
from bot.domain.receivables import Customer, Document


@dataclass(frozen=True, slots=True)
class History:
    """Every promise of a document, oldest first; `level` counts those not kept."""

    document: Document
    customer: Customer
    promises: tuple[Promise, ...]

    @property
    def level(self) -> int:
        """How many were not kept."""
        return rules.level(self.promises)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A promise that was recorded, in its history; `rescheduled` when another was in force before."""

    promise: Promise
    history: History
    rescheduled: bool

    @property
    def holiday(self) -> str | None:
        """The bank holiday that the promise falls on, if one."""
        return bank_holiday(self.promise.on)

    @property
    def bank_day(self) -> date | None:
        """The next banking day, when banks do not work on the promised one."""
        return None if is_bank_day(self.promise.on) else next_bank_day(self.promise.on)


@dataclass(frozen=True, slots=True)
class Scheduling:
    """A promise in the making; `comment` None means it has not been asked for yet.

    `far_confirmed` once the person has said that the far date is meant.
    """

    items: tuple[OpenItem, ...]
    on: date | None = None
    amount: str | None = None
    comment: str | None = None
    far_confirmed: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        """The documents' ids."""
        return tuple(item.document.id for item in self.items)

    def is_far(self, today: date) -> bool:
        """Whether the date is so far ahead that it has to be confirmed, and is not yet."""
        return self.on is not None and (self.on - today).days > FAR_DAYS and not self.far_confirmed

    def is_complete(self, today: date) -> bool:
        """Whether nothing is left to ask."""
        return self.on is not None and self.comment is not None and not self.is_far(today)
