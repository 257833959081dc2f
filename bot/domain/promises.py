"""Promises to pay: when one may be made, what states it goes through, what the payments say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.dates import bank_days_after, is_bank_day
from bot.domain.errors import AmountOutOfRange, DocumentNotCollectable, PromiseInThePast, PromiseTooFar
from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, Document, by_payments
from bot.domain.values import value

# A date further ahead than this is confirmed before it is recorded (product section 4); the house may say otherwise.
FAR_DAYS = 60
# How long one's own last promise may be taken back.
UNDO_MINUTES = 10
# Banking days that a payment may take after the promised day, unless a setting says otherwise.
TOLERANCE_DAYS = 1


class PromiseState(StrEnum):
    """Where a promise stands."""

    IN_FORCE = "in_force"
    KEPT = "kept"
    PARTIALLY_KEPT = "partially_kept"
    BROKEN = "broken"
    RESCHEDULED = "rescheduled"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """Why a promise came to its state: somebody said so, the rule did from the payments, or it was undone."""

    PERSON = "person"
    RULE = "rule"
    UNDO = "undo"


# States of a promise whose time has passed without all of the money.
NOT_KEPT = frozenset({PromiseState.PARTIALLY_KEPT, PromiseState.BROKEN})
_CLOSED_BY_PEOPLE = frozenset({PromiseState.RESCHEDULED, PromiseState.WITHDRAWN})


@value
class Promise:
    """One numbered promise on a document, as the ledger has it.

    A plan's promises have numbers in a row; any other promise is an arrangement of one. `before` is what the
    plan's installments before this one amount to, `paid_same_day` what was known, when it was made, to have been
    paid that day, both in minor units; `replaces` is the number that its arrangement rescheduled. `cause` and `since`
    tell of the state.
    """

    id: int
    document_id: int
    number: int
    on: date
    amount: Money
    comment: str
    made_by: str
    made_on: date
    state: PromiseState = PromiseState.IN_FORCE
    made_at: datetime | None = field(default=None, compare=False)
    made_by_id: int | None = None
    installment: int = 1
    installments: int = 1
    before: int = 0
    paid_same_day: int = 0
    replaces: int | None = None
    cause: Cause = Cause.PERSON
    since: date | None = None

    @property
    def arrangement(self) -> int:
        """The number of the first promise made together with this one."""
        return self.number - self.installment + 1

    @property
    def is_undone(self) -> bool:
        """Whether it was taken back at once: as if it had never been made."""
        return self.state is PromiseState.WITHDRAWN and self.cause is Cause.UNDO

    @property
    def is_final(self) -> bool:
        """Whether somebody closed it, so that no payment changes its state any more."""
        return self.state in _CLOSED_BY_PEOPLE and self.cause is not Cause.RULE


def check(
    document: Document,
    on: date,
    amount: Money | None,
    *,
    today: date,
    far_confirmed: bool,
    said_on: date | None = None,
    far_days: int = FAR_DAYS,
) -> Money:
    """The amount promised (the whole balance by default) when the rules of section 4 allow it; raises a Refusal.

    `said_on` is the day on which the customer promised, where that is not today.
    """
    if reason := document.not_owed(today):
        raise DocumentNotCollectable(document.label, reason)
    balance = document.balance_on(today)
    if on < (said_on or today):
        raise PromiseInThePast(on, today)
    promised = balance if amount is None else amount
    if promised.minor <= 0 or (balance - promised).minor < 0:
        raise AmountOutOfRange(document.label, promised.minor, balance.minor, balance.currency)
    if (on - (said_on or today)).days > far_days and not far_confirmed:
        raise PromiseTooFar(on, far_days)
    return promised


def level(history: Sequence[Promise]) -> int:
    """How many promises of a document were broken; one kept in part does not raise it (product section 4)."""
    return sum(promise.state is PromiseState.BROKEN for promise in history)


def times_rescheduled(history: Sequence[Promise]) -> int:
    """How many times what was agreed on a document was put off; a plan put off counts once."""
    return len({promise.arrangement for promise in history if promise.state is PromiseState.RESCHEDULED})


def judged_from(on: date, tolerance_days: int) -> date:
    """The first day on which a promise for `on` may be judged: after `tolerance_days` banking days have passed."""
    days = bank_days_after(on)
    for _ in range(tolerance_days):
        next(days)
    return next(days)


def last_judged_day(today: date, tolerance_days: int) -> date:
    """The last day of which the promises may be judged today."""
    day, passed = today, 0
    while passed <= tolerance_days:
        passed += is_bank_day(day)
        day -= timedelta(days=1)
    return day


def paid_standing(document: Document, as_of: date) -> list[tuple[date, int]]:
    """The payments (day, minor units) of a document up to a day, without what was reversed by then.

    A reversal, which names no payment, takes back the latest ones before it: a cheque bounces days after it was
    paid in, and no longer keeps the promise that it seemed to keep.
    """
    standing: list[tuple[date, int]] = []
    applied = ((a.on, a.amount.minor, a.kind) for a in document.applications if a.on <= as_of)
    for on, minor, kind in by_payments(applied):
        if kind is not ApplicationKind.PAYMENT:
            continue
        while minor < 0 and standing:
            day, amount = standing.pop()
            minor += amount  # noqa: PLW2901 - what is left to take back
            on = day  # noqa: PLW2901 - what is left of a payment keeps its day
        if minor > 0:
            standing.append((on, minor))
    return standing


def paid_on(document: Document, day: date) -> int:
    """What is known to have been paid on a day, in minor units."""
    return sum(minor for on, minor in paid_standing(document, day) if on == day)


def paid_towards(promise: Promise, document: Document, today: date, *, before: date = date.max) -> int:
    """What is known today to have come of a promise by payments dated before a day, in minor units.

    An installment takes what those before it left.
    """
    return max(0, paid_since(promise, document, today, before=before) - promise.before)


def paid_since(promise: Promise, document: Document, today: date, *, before: date = date.max) -> int:
    """What is known today to have been paid before a day on a document since it was promised, in minor units.

    Payments count that are dated after the day the promise was made, and those of that day beyond what was known then.
    """
    standing = paid_standing(document, today)
    same_day = sum(minor for on, minor in standing if on == promise.made_on)
    later = sum(minor for on, minor in standing if promise.made_on < on < before)
    return max(0, same_day - promise.paid_same_day) + later


def is_paid_off(document: Document, today: date, *, before: date) -> bool:
    """Whether payments alone, dated before a day and known today, have settled a document, which was not open by then.

    More than its total may be owed, where something was taken back before anything was paid.
    """
    by_then = min(today, before - timedelta(days=1))
    paid = sum(minor for on, minor in paid_standing(document, today) if on < before)
    return paid >= document.total.minor and document.balance_on(by_then).minor <= 0


def judge(
    promise: Promise, document: Document, *, today: date, tolerance_days: int, followed_on: date | None = None
) -> PromiseState:
    """The state of a promise by the payments in the ledger; a credit note keeps nothing (product section 4).

    Payments count up to the last day of tolerance. Once enough is paid it is kept; so it is where the whole document is
    paid, be it by a payment from before that nobody had loaded when the promise was made. Until its time has passed it
    is in force, or rescheduled when another was made on `followed_on`. What is cancelled is owed no more, and what a
    file has corrected to a credit never was.
    """
    end = judged_from(promise.on, tolerance_days)
    paid = paid_towards(promise, document, today, before=end)
    if paid >= promise.amount.minor or is_paid_off(document, today, before=end):
        return PromiseState.KEPT
    if document.cancelled or not document.kind.is_charge:
        return PromiseState.WITHDRAWN
    # What was once judged unkept is not too early to judge, whatever day a command line names next.
    if (followed_on or today) < end and promise.state not in NOT_KEPT:
        return PromiseState.RESCHEDULED if followed_on else PromiseState.IN_FORCE
    return PromiseState.PARTIALLY_KEPT if paid > 0 else PromiseState.BROKEN


def judgements(
    document: Document, history: Sequence[Promise], *, today: date, tolerance_days: int
) -> Iterator[tuple[Promise, PromiseState]]:
    """The promises of a document whose state by the rule is another than the ledger's, with that state.

    The states follow from what people entered, the payments and the day alone: judging more often, or
    later, comes to the same. A day before the ledger's last entry counts as that entry's.
    """
    as_of = max([today, *(p.made_on for p in history), *(p.since for p in history if p.since)])
    for promise in history:
        if promise.is_final:
            continue
        later = [p.made_on for p in history if p.arrangement > promise.arrangement and not p.is_undone]
        state = judge(
            promise, document, today=as_of, tolerance_days=tolerance_days, followed_on=min(later, default=None)
        )
        if state is not promise.state:
            yield promise, state
