"""What is read again and again, ERPs and the mailbox: when last, and how far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.models import SourceRow
from bot.store.upsert import insert


@dataclass(frozen=True, slots=True)
class LastSync:
    """The last synchronisation that was kept; `cursor` is the ERP's newest mark of change by then."""

    at: datetime
    cursor: str | None


def last_sync(session: Session, name: str) -> LastSync | None:
    """The source's last synchronisation; another one waits until this transaction ends."""
    row = session.scalar(select(SourceRow).where(SourceRow.name == name).with_for_update())
    return LastSync(row.last_success_at, row.cursor) if row else None


def note_sync(session: Session, name: str, sync: LastSync) -> None:
    """Write down that the source has been synchronised."""
    session.merge(SourceRow(name=name, last_success_at=sync.at, cursor=sync.cursor))


def take_turn(session: Session, name: str, *, now: datetime, every: timedelta) -> LastSync | None:
    """Begin to read a source, as one reader of many may once in so long; None when it is not time.

    What is given back is the turn before, which the first time is so long ago.
    """
    first = insert(session, SourceRow).values(name=name, last_success_at=now - every, cursor=None)
    session.execute(first.on_conflict_do_nothing())
    row = session.scalars(select(SourceRow).where(SourceRow.name == name).with_for_update()).one()
    last = LastSync(row.last_success_at, row.cursor)
    # One that is still to come was taken by a clock that was ahead.
    if now - every < last.at <= now:
        return None
    row.last_success_at = now
    return last


def note_cursor(session: Session, name: str, cursor: str) -> None:
    """Write down how far a source was read."""
    session.get_one(SourceRow, name).cursor = cursor


def ledger_fed_at(session: Session, names: Iterable[str]) -> datetime | None:
    """When the newest of these sources was read."""
    return session.scalar(select(func.max(SourceRow.last_success_at)).where(SourceRow.name.in_(list(names))))
