"""The trail and the ledger of promises, to keep or to show to who asks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.occasion import Occasion
from bot.store import audit, exports

Row = exports.Row
TRAIL, PROMISES = exports.TRAIL, exports.PROMISES
Transactions = Callable[[], AbstractContextManager[Session]]


def trail(transactions: Transactions, occasion: Occasion, since: datetime | None = None) -> Iterator[Row]:
    """Who did what to what, when, and from which update; that it is exported is an entry too."""
    return _read(transactions, occasion, "audit", exports.trail, since)


def promises(transactions: Transactions, occasion: Occasion, since: datetime | None = None) -> Iterator[Row]:
    """Every promise made, with where it stands; leaves a trace."""
    return _read(transactions, occasion, "promises", exports.promises, since)


def _read(
    transactions: Transactions, occasion: Occasion, what: str, read: exports.Read, since: datetime | None
) -> Iterator[Row]:
    with transactions() as session:
        subject = f"{what} since {since.date().isoformat()}" if since else what
        audit.note(session, occasion, "export", subject)
    after = 0
    while True:
        # A transaction for each batch: the bot is not kept waiting while years of it are written.
        with transactions() as session:
            rows = list(read(session, since, after))
        if not rows:
            return
        yield from rows
        after = int(rows[-1]["id"] or 0)
