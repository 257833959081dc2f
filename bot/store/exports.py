"""Rows as they leave: plain words and numbers, a batch at a time."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.money import Money
from bot.domain.promises import PromiseState
from bot.store.models import AuditRow, CustomerRow, DocumentRow, PersonRow, PromiseRow
from bot.store.promises import standing

_BATCH = 1000
# What each row says, in this order.
TRAIL = ("id", "at", "person", "name", "action", "subject", "source")
PROMISES = (
    *("id", "customer", "series", "folio", "number", "on", "amount", "currency", "comment"),
    *("made_by", "made_at", "source", "state", "state_at", "state_by"),
)
Row: TypeAlias = dict[str, str | int | None]
# Rows of this instant or later, and after the one with this id.
Read: TypeAlias = Callable[[Session, datetime | None, int], Iterator[Row]]


def trail(session: Session, since: datetime | None, after: int) -> Iterator[Row]:
    """A batch of the audit trail, in order."""
    query = select(AuditRow, PersonRow.name).outerjoin(PersonRow, PersonRow.id == AuditRow.person_id)
    query = query.where(AuditRow.id > after, *([AuditRow.at >= since] if since else []))
    for row, name in session.execute(query.order_by(AuditRow.id).limit(_BATCH)):
        said = (row.id, row.at.isoformat(), row.person_id, name, row.action, row.subject, row.source)
        yield dict(zip(TRAIL, said, strict=True))


def promises(session: Session, since: datetime | None, after: int) -> Iterator[Row]:
    """A batch of the promises, in order."""
    query = standing().join(DocumentRow.customer)
    query = query.where(PromiseRow.id > after, *([PromiseRow.made_at >= since] if since else []))
    columns = query.add_columns(DocumentRow.series, DocumentRow.folio, CustomerRow.code)
    for row, last, currency, series, folio, code in session.execute(columns.order_by(PromiseRow.id).limit(_BATCH)):
        amount = str(Money(row.amount, currency).decimal)
        state = (last.state if last else PromiseState.IN_FORCE).value
        said = (
            *(row.id, code, series, folio, row.number, row.on.isoformat(), amount, currency, row.comment),
            *(row.made_by, row.made_at.isoformat(), row.source),
            *(state, last.at.isoformat() if last else None, last.by if last else None),
        )
        yield dict(zip(PROMISES, said, strict=True))
