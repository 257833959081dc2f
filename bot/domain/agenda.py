"""What is expected: a day's documents, the list to schedule from."""

from dataclasses import dataclass
from datetime import date

from bot.domain.money import Money, total
from bot.domain.promises import Promise, paid_since
from bot.domain.receivables import Customer, Document
from bot.domain.scores import Score
from bot.domain.values import value


@dataclass(frozen=True, slots=True)
class Expected:
    """A promise, in force or broken, with the document and customer it is about; `balance` as of today."""

    promise: Promise
    document: Document
    customer: Customer
    balance: Money

    def left_on(self, today: date) -> Money:
        """What has not come yet of what was promised: never more than is open of the document."""
        promise, came = self.promise, paid_since(self.promise, self.document, today)

        def missing(minor: int) -> int:
            return max(0, min(minor - came, self.balance.minor))

        # What is open is the earlier installments' first, so that those of a plan never add up to more.
        return Money(missing(promise.before + promise.amount.minor) - missing(promise.before), self.balance.currency)


@value
class OpenItem:
    """A document with something open: a row of the agenda."""

    document: Document
    customer: Customer
    balance: Money
    days_overdue: int
    promise: Promise | None
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class OpenFilter:
    """Which open charges an agenda lists."""

    overdue: bool = False
    without_promise: bool = False
    customer_id: int | None = None
    document_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """A page of open documents, of one `customer` if the filter says so.

    `ticked` counts the boxes ticked on all pages and under any filter; `elsewhere` names those not on this page.
    """

    items: tuple[OpenItem, ...]
    page: int
    pages: int
    count: int
    ticked: int
    only: OpenFilter
    today: date
    elsewhere: tuple[str, ...] = ()
    customer: Customer | None = None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of the customers whose agenda may be asked for, each within the filter `only`.

    They are those who answer to `text` when one was typed; maybe `more` do.
    """

    customers: tuple[Customer, ...]
    page: int = 0
    pages: int = 1
    only: OpenFilter = OpenFilter()
    text: str = ""
    more: bool = False


@dataclass(frozen=True, slots=True)
class DayList:
    """The promises in force for a day in one currency; each total is the sum of its rows.

    `left` is what is expected; `broken` are the day's broken ones with nothing promised since, which no total counts.
    """

    on: date
    today: date
    currency: str
    items: tuple[Expected, ...]
    broken: tuple[Expected, ...] = ()

    @property
    def document_ids(self) -> frozenset[int]:
        """Each document's once: of a plan several payments may be listed."""
        return frozenset(item.document.id for item in self.items)

    @property
    def promised(self) -> Money:
        """What was promised for the day."""
        return total((item.promise.amount for item in self.items), self.currency)

    @property
    def original(self) -> Money:
        """The documents' original amounts."""
        return total((item.document.total for item in self.items), self.currency)

    @property
    def balance(self) -> Money:
        """What is still open of these documents."""
        return total((item.balance for item in self.items), self.currency)

    @property
    def left(self) -> Money:
        """What has not come yet of what was promised."""
        return total((item.left_on(self.today) for item in self.items), self.currency)


@dataclass(frozen=True, slots=True)
class Today:
    """What a collector has before them: promised for today, and promised for a day that went by unkept.

    The latter are broken ones with nothing promised since, and those whose payment may still be under way.
    `score` is that of the person's own portfolio, if anything was due in it.
    """

    on: date
    due: tuple[DayList, ...]
    broken: tuple[DayList, ...]
    score: Score | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.due or self.broken)
