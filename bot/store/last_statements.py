"""The newest statement to each customer, and its place given to a newer one while it waits."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.correspondence import LastStatement, MailState, SkipReason
from bot.store.locks import wait_for
from bot.store.mail_models import MailRow
from bot.store.models import PersonRow
from bot.store.outbox import LIES_OUTSIDE, REHEARSED, WAITS, WITHHELD, statement_key
from bot.store.run_models import RunCustomerRow, RunFileRow, RunRow

_IS_STATEMENT = MailRow.key.startswith("statement:")
_ENDED = or_(MailRow.state.in_((MailState.FAILED, MailState.CANCELLED)), REHEARSED)
_BEGUN = or_(MailRow.state == MailState.SENDING, LIES_OUTSIDE)
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
            or_(_BEGUN, RunRow.comment != "", _FILES).label("stays"), WITHHELD.label("withheld"),
            func.coalesce(PersonRow.name, "").label("asked_by"),
        )
        .outerjoin(PersonRow, PersonRow.id == MailRow.queued_by_id)
        .outerjoin(RunRow, RunRow.id == MailRow.run_id)
        .where(MailRow.key.in_(newest))
    )  # fmt: skip
    return {
        row.customer_id: LastStatement(
            on=date.fromisoformat(row.key[-10:]),
            asked_at=row.asked_at,
            left_at=row.sent_at,
            stays=bool(row.stays),
            withheld=bool(row.withheld),
            asked_by=row.asked_by,
        )
        for row in rows
    }


def unclear(session: Session, customer_ids: Sequence[int], on: date, since: datetime) -> set[int]:
    """Who of these may have got a statement of another day, whoever sent it, which nobody could know at an instant.

    It was tried since, and failed, or is withheld, with a draft. One of the day itself is asked after as it is written
    anew.
    """
    ended = or_(MailRow.state == MailState.FAILED, WITHHELD)
    theirs = (MailRow.customer_id.in_(customer_ids), _IS_STATEMENT, ~MailRow.key.endswith(on.isoformat()))
    tried = select(MailRow.customer_id).where(*theirs, ended, LIES_OUTSIDE, MailRow.claimed_at >= since)
    return set(session.scalars(tried))


def take_turn(session: Session, customer_id: int) -> None:
    """Let nobody else write a statement to a customer, nor send one that waits, until this transaction ends.

    What another has begun to send by now is seen to be under way.
    """
    wait_for(session.connection(), f"statements {customer_id}")
    hold(session, [customer_id])


def hold(session: Session, customer_ids: Collection[int]) -> None:
    """Let nobody send nor stop the statements to these customers that wait, nor note what became of one in hand.

    So it stays until this transaction ends.
    """
    moves = or_(WAITS, MailRow.state == MailState.SENDING)
    theirs = select(MailRow.id).where(MailRow.customer_id.in_(customer_ids), _IS_STATEMENT, moves)
    session.execute(theirs.order_by(MailRow.id).with_for_update())


def supersede(session: Session, customer_id: int, on: date) -> bool:
    """Set aside the statements of other days that wait, for one that is about to be written; whether there were any.

    The first leaves its place in the queue to that one, which is written over it: where more leave than a day takes,
    those at the end would never get one.
    """
    key = statement_key(customer_id, on)
    others = (MailRow.customer_id == customer_id, _IS_STATEMENT, MailRow.key != key, WAITS, ~_BEGUN)
    ids = session.scalars(select(MailRow.id).where(*others).order_by(MailRow.id)).all()
    if not ids:
        return False
    gone = {"mail_id": None, "skipped": SkipReason.SUPERSEDED.value}
    session.execute(update(RunCustomerRow).where(RunCustomerRow.mail_id.in_(ids)).values(gone))
    values: dict[str, object] = {"state": MailState.CANCELLED}
    if not session.scalar(select(exists().where(MailRow.key == key))):
        values["key"] = case((MailRow.id == ids[0], key), else_=MailRow.key)
    # All at once: a row that is changed twice has PostgreSQL look for its sending, which who stops that holds.
    anew = update(MailRow).where(MailRow.id.in_(ids)).values(values)
    session.execute(anew, execution_options={"synchronize_session": False})
    return True
