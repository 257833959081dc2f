"""ERPs that are synchronised: when last, and how far."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.models import SourceRow


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
