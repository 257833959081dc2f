"""Messages that the bot sends unasked, one per person, kind and day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.store.models import NoticeRow, PersonRow


def queue(session: Session, person_id: int, kind: str, on: date) -> bool:
    """Queue a notice; False when that person has had one of its kind for that day."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(NoticeRow).values(person_id=person_id, kind=kind, on=on, state=MailState.QUEUED)
    added = session.execute(statement.on_conflict_do_nothing().returning(NoticeRow.id))
    return added.first() is not None


def had(session: Session, kind: str, on: date) -> set[int]:
    """The ids of the people who have a notice of this kind for a day, sent or not."""
    return set(session.scalars(select(NoticeRow.person_id).where(NoticeRow.kind == kind, NoticeRow.on == on)))


def claim(session: Session, kind: str, on: date, now: datetime) -> NoticeRow | None:
    """Take the next queued notice of a day, marking it as being sent."""
    row = session.scalar(
        select(NoticeRow)
        .where(
            NoticeRow.kind == kind,
            NoticeRow.on == on,
            NoticeRow.state == MailState.QUEUED,
            or_(NoticeRow.not_before.is_(None), NoticeRow.not_before <= now),
        )
        .order_by(NoticeRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row:
        row.state = MailState.SENDING
    return row


def settle(session: Session, notice_id: int, state: MailState, not_before: datetime | None = None) -> None:
    """Note what became of a notice."""
    row = session.get_one(NoticeRow, notice_id)
    row.state, row.not_before = state, not_before


def unreachable(session: Session, person_id: int, now: datetime) -> None:
    """Note that a person has blocked the bot."""
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(unreachable_since=now))


def reachable_people(session: Session) -> Sequence[PersonRow]:
    """Active people with a chat that takes messages."""
    return session.scalars(
        select(PersonRow).where(
            PersonRow.active, PersonRow.telegram_id.is_not(None), PersonRow.unreachable_since.is_(None)
        )
    ).all()
