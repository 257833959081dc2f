"""Promises to pay: when one may be made, what states it goes through."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.dates import bank_days_after
from bot.domain.errors import AmountOutOfRange, DocumentNotCollectable, PromiseInThePast, PromiseTooFar
from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, Document

# A date further ahead than this is confirmed before it is recorded (product section 4).
FAR_DAYS = 60


class PromiseState(StrEnum):
    """Where a promise stands; every state but the first is final for its number."""

    IN_FORCE = "in_force"
    KEPT = "kept"
    PARTIALLY_KEPT = "partially_kept"
    BROKEN = "broken"
    RESCHEDULED = "rescheduled"
    WITHDRAWN = "withdrawn"


# States that raise the document's level: a promise that was not kept in full.
NOT_KEPT = frozenset({PromiseState.PARTIALLY_KEPT, PromiseState.BROKEN})


@dataclass(frozen=True, slots=True)
class Promise:
    """One numbered promise on a document, as the ledger has it."""

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


def check(document: Document, on: date, amount: Money | None, *, today: date, far_confirmed: bool) -> Money:
    """The amount promised (the whole balance by default) when the rules of section 4 allow it; raises a Refusal."""
    if document.cancelled:
        raise DocumentNotCollectable(document.label, "cancelled")
    if not document.kind.is_charge:
        raise DocumentNotCollectable(document.label, "credit")
    balance = document.balance_on(today)
    if balance.minor <= 0:
        raise DocumentNotCollectable(document.label, "paid")
    if on < today:
        raise PromiseInThePast(on, today)
    promised = balance if amount is None else amount
    if promised.minor <= 0 or (balance - promised).minor < 0:
        raise AmountOutOfRange(promised.minor, balance.minor, balance.currency)
    if (on - today).days > FAR_DAYS and not far_confirmed:
        raise PromiseTooFar(on, FAR_DAYS)
    return promised


def level(history: Sequence[Promise]) -> int:
    """How many promises of a document were not kept."""
    return sum(promise.state in NOT_KEPT for promise in history)


def judged_from(on: date, tolerance_days: int) -> date:
    """The first day on which a promise for `on` may be judged: after `tolerance_days` banking days have passed."""
    days = bank_days_after(on)
    for _ in range(tolerance_days):
        next(days)
    return next(days)


def judge(promise: Promise, document: Document, *, today: date, tolerance_days: int) -> PromiseState:
    """The state of a promise in force by the payments in the ledger; a credit note keeps nothing.

    Payments count from the day the promise was made to the last day of tolerance. Before that day has
    passed a promise stays in force unless it is already kept.
    """
    end = judged_from(promise.on, tolerance_days)
    paid = sum(
        a.amount.minor
        for a in document.applications
        if a.kind is ApplicationKind.PAYMENT and promise.made_on <= a.on < end
    )
    if paid >= promise.amount.minor:
        return PromiseState.KEPT
    if today < end:
        return PromiseState.IN_FORCE
    return PromiseState.PARTIALLY_KEPT if paid > 0 else PromiseState.BROKEN
