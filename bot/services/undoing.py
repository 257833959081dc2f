"""One's own last promise taken back, by new entries: nothing is deleted."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.domain.errors import UndoNotYours, UndoSuperseded, UndoTooLate
from bot.domain.occasion import Occasion
from bot.domain.promises import UNDO_MINUTES, Cause, Promise, PromiseState
from bot.domain.receivables import Document
from bot.domain.scheduling import History
from bot.services.judgement import judge
from bot.services.scheduling import history_of, made_with
from bot.store import audit, promises


def undo(session: Session, occasion: Occasion, promise_id: int) -> tuple[History, ...]:
    """Take back a promise with all that the same command promised; what it had rescheduled is in force again.

    All of it or nothing. Raises UndoNotYours, UndoTooLate after UNDO_MINUTES, and UndoSuperseded when one of the
    documents has another promise since or was paid. Undone already, as by a double tap, it stays so.
    """
    together, pairs = made_with(session, occasion.person, promise_id)
    if together[0].made_by_id != occasion.person.id:
        raise UndoNotYours(together[0].made_by)
    wanted = [made.document_id for made in together]
    judge(session, occasion.today, occasion.now, occasion.tolerance_days, wanted)
    for made, (document, _) in zip(together, pairs, strict=True):
        _undo(session, occasion, document, made)
    # What is in force again may have been paid meanwhile.
    judge(session, occasion.today, occasion.now, occasion.tolerance_days, wanted)
    return tuple(history_of(session, *pair) for pair in pairs)


def _undo(session: Session, occasion: Occasion, document: Document, made: Promise) -> None:
    history = promises.history(session, document.id)
    its = [promise for promise in history if promise.arrangement == made.arrangement]
    if all(promise.is_undone for promise in its):
        return
    if made.made_at is None or occasion.now - made.made_at > timedelta(minutes=UNDO_MINUTES):
        raise UndoTooLate(UNDO_MINUTES)
    last = [promise for promise in history if not promise.is_undone][-1]
    if last not in its or any(promise.state is not PromiseState.IN_FORCE for promise in its):
        raise UndoSuperseded(document.label)
    for promise in its:
        _enter(session, occasion, promise, PromiseState.WITHDRAWN)
    for promise in history:
        if promise.arrangement == made.replaces and promise.state is PromiseState.RESCHEDULED:
            _enter(session, occasion, promise, PromiseState.IN_FORCE)
    audit.note(session, occasion, "undo", document.label)


def _enter(session: Session, occasion: Occasion, promise: Promise, state: PromiseState) -> None:
    promises.enter(
        session, promise, state, by=occasion.person.name, today=occasion.today, now=occasion.now, cause=Cause.UNDO
    )
