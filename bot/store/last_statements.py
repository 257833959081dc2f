"""The newest statement to each customer, and its place given to a newer one while it waits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.correspondence import LastStatement, MailState, SkipReason
from bot.store.locks import wait_for
from bot.store.mail_models import MailRow
from bot.store.outbox import REHEARSED, statement_key
from bot.store.run_models import RunCustomerRow, RunFileRow, RunRow

_IS_STATEMENT = MailRow.key.startswith("statement:")
_ENDED = or_(MailRow.state.in_((MailState.FAILED, MailState.CANCELLED)), REHEARSED)
_WAITS = MailRow.state.in_((MailState.QUEUED, MailState.RETRY))
# What lies outside may have left although it looked otherwise.
_BEGUN = or_(MailRow.state == MailState.SENDING, MailRow.draft_id.is_not(None))
_FILES = exists().where(RunFileRow.run_id == MailRow.run_id)


def last_statements(session: Session, customer_ids: Sequence[int]) -> dict[int, LastStatement]:
    """The newest statement of each customer that has left, or is to; a rehearsal is none."""
    # The keys of one customer differ in their day alone, written so that the newest comes last.
    newest = (
        select(func.max(MailRow.key))
        .where(MailRow.customer_id.in_(customer_ids), _IS_STATEMENT, ~_ENDED)
        .group_by(MailRow.customer_id)
    )
    rows = session.execute(
        select(
            MailRow.customer_id, MailRow.key, MailRow.sent_at,
            func.coalesce(RunRow.asked_at, MailRow.queued_at, type_=MailRow.queued_at.type).label("asked_at"),
            or_(_BEGUN, RunRow.comment != "", _FILES).label("stays"),
        )
        .outerjoin(RunRow, RunRow.id == MailRow.run_id)
        .where(MailRow.key.in_(newest))
    )  # fmt: skip
    return {
        row.customer_id: LastStatement(date.fromisoformat(row.key[-10:]), row.asked_at, row.sent_at, bool(row.stays))
        for row in rows
    }


def take_turn(session: Session, customer_id: int) -> None:
    """Let nobody else write a statement to a customer, nor send one that waits, until this transaction ends.

    What another has begun to send by now is seen to be under way.
    """
    wait_for(session.connection(), f"statements {customer_id}")
    mine = select(MailRow.id).where(MailRow.customer_id == customer_id, _IS_STATEMENT, _WAITS)
    session.execute(mine.order_by(MailRow.id).with_for_update())


def supersede(session: Session, customer_id: int, on: date) -> bool:
    """Set aside the statements of other days that wait, for one that is about to be written; whether there were any.

    The first leaves its place in the queue to that one, which is written over it: where more leave than a day takes,
    those at the end would never get one.
    """
    key = statement_key(customer_id, on)
    others = (MailRow.customer_id == customer_id, _IS_STATEMENT, MailRow.key != key, _WAITS, ~_BEGUN)
    ids = session.scalars(select(MailRow.id).where(*others).order_by(MailRow.id)).all()
    if not ids:
        return False
    gone = {"mail_id": None, "skipped": SkipReason.SUPERSEDED.value}
    session.execute(update(RunCustomerRow).where(RunCustomerRow.mail_id.in_(ids)).values(gone))
    session.execute(update(MailRow).where(MailRow.id.in_(ids)).values(state=MailState.CANCELLED))
    if not session.scalar(select(exists().where(MailRow.key == key))):
        session.execute(update(MailRow).where(MailRow.id == ids[0]).values(key=key))
    return True
