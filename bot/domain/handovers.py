"""What a person was paid on a day, and hands over to a supervisor, who accepts it or not."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.errors import Refusal
from bot.domain.people import Person
from bot.domain.receipts import PaymentForm, Receipt

# What is handed over; the other forms reach the bank by themselves.
HANDED_OVER = frozenset({PaymentForm.CASH, PaymentForm.CHEQUE})


class HandoverState(StrEnum):
    """Where a handover stands: it waits, or was answered once and for all."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Handover:
    """Payments of the day `on`, handed over together; what was answered when is None while it waits."""

    id: int
    on: date
    receipts: tuple[Receipt, ...]
    from_id: int
    from_name: str
    to_id: int
    to_name: str
    given_on: date
    at: datetime
    state: HandoverState = HandoverState.WAITING
    answered_on: date | None = None
    answered_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether its payments are not their collector's to hand over any more."""
        return self.state in {HandoverState.WAITING, HandoverState.ACCEPTED}


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What a person reported on a day and handed over of it.

    For one's own today there is also what the 90 days before left: `unconfirmed` is what the ledger should have got by
    now, `left_before` the days of cash and cheques that neither the ledger nor a supervisor has.
    """

    on: date
    taken_by_id: int
    taken_by: str
    receipts: tuple[Receipt, ...]
    handovers: tuple[Handover, ...] = ()
    unconfirmed: tuple[Receipt, ...] = ()
    left_before: tuple[date, ...] = ()

    @property
    def to_hand_over(self) -> tuple[Receipt, ...]:
        """Cash and cheques that stand, and that nobody was handed."""
        held = {receipt.id for handover in self.handovers if handover.holds for receipt in handover.receipts}
        return tuple(
            receipt
            for receipt in self.receipts
            if receipt.form in HANDED_OVER and not receipt.withdrawn and receipt.id not in held
        )


@dataclass(frozen=True, slots=True)
class TeamTotal:
    """The day of each person who reported something, the viewer's first; `waiting` is what the viewer is to answer."""

    on: date
    days: tuple[DayTotal, ...]
    unconfirmed: tuple[Receipt, ...]
    waiting: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class Handed:
    """A day after something was to be handed over: `made` is what was; `choice` is to whom it can be, when asked."""

    day: DayTotal
    made: Handover | None = None
    choice: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoverNotice:
    """Something to tell about a handover: that it waits, to who receives it; the answer, to who handed over.

    While it waits, who handed over is told only that who receives it takes no messages.
    """

    id: int
    person: Person
    handover: Handover
    # Until when it is left to who claimed it, which tells one claim from a later one.
    held_until: datetime | None = field(default=None, compare=False)

    @property
    def is_unread(self) -> bool:
        """Whether it tells that the other takes no messages."""
        return self.handover.state is HandoverState.WAITING and self.person.id == self.handover.from_id


@dataclass
class NobodyToHandTo(Refusal):
    """There is no supervisor, or not this one any more, to hand anything over to."""
