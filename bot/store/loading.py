"""Rows of an import into the tables: inserted when new, updated when changed, counted either way."""

from collections.abc import Iterable

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from bot.store.models import ApplicationRow, DocumentRow

# Values in one IN list; SQLite allows 32,766 variables in a statement (its SQLITE_MAX_VARIABLE_NUMBER).
IN_LIST = 5_000


def settle(session: Session, document_ids: Iterable[int]) -> None:
    """Write down since when each document's balance stays zero, from what is applied to it.

    That is the last day on which the balance changed; its issue when nothing ever changed it or it is cancelled.
    """
    applied = select(func.coalesce(func.sum(ApplicationRow.amount), 0)).where(
        ApplicationRow.document_id == DocumentRow.id
    )
    last_change = (
        select(ApplicationRow.on)
        .where(ApplicationRow.document_id == DocumentRow.id)
        .group_by(ApplicationRow.on)
        .having(func.sum(ApplicationRow.amount) != 0)
        .order_by(ApplicationRow.on.desc())
        .limit(1)
    )
    settled_on = case(
        (DocumentRow.cancelled, DocumentRow.issued),
        (
            DocumentRow.total == applied.scalar_subquery(),
            func.coalesce(last_change.scalar_subquery(), DocumentRow.issued),
        ),
        else_=None,
    )
    session.flush()
    ids = sorted(set(document_ids))
    for start in range(0, len(ids), IN_LIST):
        session.execute(
            update(DocumentRow).where(DocumentRow.id.in_(ids[start : start + IN_LIST])).values(settled_on=settled_on),
            execution_options={"synchronize_session": False},
        )
