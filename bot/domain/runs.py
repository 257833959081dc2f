"""Sendings of statements to one or many customers: who gets one, who does not and why, how far it has come."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.correspondence import LastStatement, MailState, SkipReason
from bot.domain.money import Money, pesos_first
from bot.domain.people import Person
from bot.domain.receivables import Customer
from bot.domain.text import AROUND, fold

# How the stamp of a progress begins of which the last word is still to be shown, although it was stopped.
STOPPING = "stopping "


class RunState(StrEnum):
    """Where a sending stands; a draft that is forgotten only keeps its number from another."""

    DRAFT = "draft"
    FORGOTTEN = "forgotten"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class Audience(StrEnum):
    """Whom a sending is for when nobody is named."""

    EVERYONE = "everyone"
    OVERDUE = "overdue"


_AUDIENCES = {
    **dict.fromkeys(("todos", "todas", "all", "everyone"), Audience.EVERYONE),
    **dict.fromkeys(("vencidos", "vencidas", "overdue"), Audience.OVERDUE),
}


def parse_audience(text: str) -> Audience | None:
    """`todos` or `vencidos`; None when a text names customers."""
    return _AUDIENCES.get(fold(text).strip(AROUND))


@dataclass(frozen=True, slots=True)
class Run:
    """A sending of the statements of a day; `message_id` is the message in the chat that shows how far it is."""

    id: int
    person_id: int | None
    on: date
    asked_at: datetime
    state: RunState
    comment: str = ""
    message_id: int | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """What is left to pay in one currency, credits taken off, and on how many documents."""

    net: Money
    documents: int
    credits: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer of a sending; `skipped` says why nothing would leave, `bounced` where a mail bounced.

    It `replaces` a statement of an earlier day that waits and has not begun to leave; or one `waits` that leaves first.
    """

    customer: Customer
    owed: tuple[Owed, ...]
    skipped: SkipReason | None = None
    bounced: tuple[str, ...] = ()
    ticked: bool = False
    replaces: bool = False
    waits: LastStatement | None = None


@dataclass(frozen=True, slots=True)
class RunFile:
    """A file that the sender adds; `size` in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class RunPreview:
    """What a sending would do; `bare` are invoices without XML and PDF, `loaded_at` when the ledger was last fed."""

    run: Run
    candidates: tuple[Candidate, ...]
    files: tuple[RunFile, ...] = ()
    bare: tuple[str, ...] = ()
    loaded_at: datetime | None = None

    @property
    def going(self) -> tuple[Candidate, ...]:
        """Who gets a statement."""
        return tuple(c for c in self.candidates if c.skipped is None)

    @property
    def skipped(self) -> tuple[Candidate, ...]:
        """Who gets none."""
        return tuple(c for c in self.candidates if c.skipped is not None)

    @property
    def replacing(self) -> tuple[Candidate, ...]:
        """Who gets one in place of one of an earlier day that waits."""
        return tuple(c for c in self.candidates if c.replaces)

    @property
    def owed(self) -> tuple[Owed, ...]:
        """What those who get one have left to pay, per currency, pesos first."""
        return sum_owed(owed for candidate in self.going for owed in candidate.owed)


@dataclass(frozen=True, slots=True)
class RunChoices:
    """A page of the customers to choose from; `ticked` counts the boxes on all pages."""

    run: Run
    candidates: tuple[Candidate, ...]
    page: int
    pages: int
    count: int
    ticked: int


def reference(run_id: int, customer_id: int) -> str:
    """By what the log knows a customer of a sending."""
    return f"{run_id}-{customer_id}"


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of one customer of a sending: where the mail stands, or why there is none.

    Without either it waits to be written.
    """

    code: str
    addresses: tuple[str, ...]
    mail: MailState | None = None
    reason: str = ""
    skipped: SkipReason | None = None
    customer_id: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sending has come."""

    run: Run
    recipients: tuple[Recipient, ...]

    @property
    def going(self) -> tuple[Recipient, ...]:
        """Who gets a statement."""
        return tuple(r for r in self.recipients if r.skipped is None)

    @property
    def skipped(self) -> tuple[Recipient, ...]:
        """Who gets none."""
        return tuple(r for r in self.recipients if r.skipped is not None)

    def count(self, *states: MailState) -> int:
        """How many mails stand there."""
        return sum(r.mail in states for r in self.recipients)

    @property
    def ended(self) -> bool:
        """Whether nothing more will move by itself."""
        final = (MailState.SENT, MailState.FAILED, MailState.CANCELLED)
        return all(r.mail in final for r in self.going)

    @property
    def withheld(self) -> tuple[Recipient, ...]:
        """Whose mail may have left before it was stopped, which is being asked."""
        if self.run.state is not RunState.STOPPED:
            return ()
        return tuple(r for r in self.going if r.mail in {MailState.QUEUED, MailState.RETRY})

    @property
    def unwritten(self) -> tuple[Recipient, ...]:
        """Whose mail could not be written."""
        return tuple(r for r in self.recipients if r.skipped is SkipReason.UNWRITTEN)

    @property
    def unreached(self) -> tuple[Recipient, ...]:
        """Who got none that still could: what a retry is for."""
        ended = (None, MailState.FAILED, MailState.CANCELLED)
        return (*(r for r in self.going if r.mail in ended), *self.unwritten)

    @property
    def missing(self) -> int:
        """How many these are."""
        return len(self.unreached)

    @property
    def stamp(self) -> str:
        """Changes whenever there is something new to show."""
        states = Counter(r.mail.value if r.mail else "waits" for r in self.going)
        stopped = ""
        if self.run.state is RunState.STOPPED:
            stopped = STOPPING if self.withheld or self.count(MailState.SENDING) else "stopped "
        counted = " ".join(f"{state}:{n}" for state, n in sorted(states.items()))
        return f"{stopped}{counted} skipped:{len(self.skipped)}"


@dataclass(frozen=True, slots=True)
class LateReport:
    """What became of a sending that ended on a later day than it was begun, claimed to be told to a person."""

    id: int
    person: Person
    progress: Progress
    # Until when it is left to who claimed it, which tells one claim from a later one.
    held_until: datetime | None


def sum_owed(owed: Iterable[Owed]) -> tuple[Owed, ...]:
    """The sums per currency, pesos first."""
    sums: dict[str, Owed] = {}
    for each in owed:
        currency = each.net.currency
        before = sums.get(currency, Owed(Money(0, currency), 0))
        sums[currency] = Owed(before.net + each.net, before.documents + each.documents, before.credits + each.credits)
    return tuple(sums[currency] for currency in sorted(sums, key=pesos_first))
