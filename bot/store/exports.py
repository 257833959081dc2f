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
Row: TypeAlias = dict[str, str | int | None]
# Rows of this instant or later, and after the one with this id.
Read: TypeAlias = Callable[[Session, datetime | None, int], Iterator[Row]]


def trail(session: Session, since: datetime | None, after: int) -> Iterator[Row]:
    """A batch of the audit trail, in order."""
    query = select(AuditRow, PersonRow.name).outerjoin(PersonRow, PersonRow.id == AuditRow.person_id)
    query = query.where(AuditRow.id > after, *([AuditRow.at >= since] if since else []))
    for row, name in session.execute(query.order_by(AuditRow.id).limit(_BATCH)):
        yield {
            "id": row.id,
            "at": row.at.isoformat(),
            "person": row.person_id,
            "name": name,
            "action": row.action,
            "subject": row.subject,
            "source": row.source,
        }


def promises(session: Session, since: datetime | None, after: int) -> Iterator[Row]:
    """A batch of the promises, in order."""
    query = standing().join(DocumentRow, DocumentRow.id == PromiseRow.document_id).join(DocumentRow.customer)
    query = query.where(PromiseRow.id > after, *([PromiseRow.made_at >= since] if since else []))
    columns = query.add_columns(DocumentRow.series, DocumentRow.folio, CustomerRow.code)
    for row, last, series, folio, code in session.execute(columns.order_by(PromiseRow.id).limit(_BATCH)):
        yield {
            "id": row.id,
            "customer": code,
            "series": series,
            "folio": folio,
            "number": row.number,
            "on": row.on.isoformat(),
            "amount": str(Money(row.amount, row.currency).decimal),
            "currency": row.currency,
            "comment": row.comment,
            "made_by": row.made_by,
            "made_at": row.made_at.isoformat(),
            "source": row.source,
            "state": (last.state if last else PromiseState.IN_FORCE).value,
            "state_at": last.at.isoformat() if last else None,
            "state_by": last.by if last else None,
        }
