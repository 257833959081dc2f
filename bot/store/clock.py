"""The one clock of all processes that share a database."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def shared(session: Session) -> datetime:
    """This instant by the server's clock, whatever the machines of its replicas say; on SQLite there is one machine."""
    if session.get_bind().dialect.name == "postgresql":
        # Not now(): that is when the transaction began, which may have waited since.
        now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return now
    return datetime.now(UTC)
