"""Which promises are to be judged: those whose time has come, and those whose payments changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, delete, insert, select, union
from sqlalchemy.orm import Session, selectinload

from bot.domain.promises import Promise
from bot.domain.receivables import ApplicationKind, Document
from bot.store.documents import to_document
from bot.store.models import ApplicationRow, DocumentRow, JudgementDueRow, PromiseInForceRow, PromiseRow
from bot.store.promises import standing, to_promise


@dataclass(frozen=True, slots=True)
class Due:
    """Documents to judge, and the marks that their judgement takes away, each with its document."""

    document_ids: tuple[int, ...]
    marks: Mapping[int, int]


def mark(session: Session, documents: Sequence[int] | Select[tuple[int]]) -> None:
    """Note that what is applied to documents (ids), or whether they are cancelled, has changed."""
    promised = select(PromiseRow.document_id).where(PromiseRow.document_id.in_(documents)).distinct()
    session.execute(insert(JudgementDueRow).from_select(["document_id"], promised))


def due(session: Session, today: date, last_day: date) -> Due:
    """The marked documents, those with a promise in force for `last_day` or before, and those paid since one was made.

    The last are few: what is paid in part, or was dated ahead. So a promise is kept on the day that its money counts.
    """
    marks = session.execute(select(JudgementDueRow.id, JudgementDueRow.document_id)).all()
    come = select(PromiseInForceRow.document_id).where(PromiseInForceRow.on <= last_day)
    paid = (
        select(PromiseInForceRow.document_id)
        .join(PromiseRow, PromiseRow.id == PromiseInForceRow.promise_id)
        .join(ApplicationRow, ApplicationRow.document_id == PromiseInForceRow.document_id)
        .where(
            ApplicationRow.kind == ApplicationKind.PAYMENT,
            ApplicationRow.on > PromiseRow.made_on,
            ApplicationRow.on <= today,
        )
    )
    found = {*session.scalars(union(come, paid)), *(document_id for _, document_id in marks)}
    return Due(tuple(sorted(found)), {row.id: row.document_id for row in marks})


def forget(session: Session, marks: Sequence[int]) -> None:
    """Take marks away."""
    session.execute(delete(JudgementDueRow).where(JudgementDueRow.id.in_(marks)))


def ledgers(session: Session, document_ids: Sequence[int]) -> list[tuple[Document, list[Promise]]]:
    """Documents with what is applied to them and every promise on them, in order."""
    rows = session.scalars(
        select(DocumentRow)
        .where(DocumentRow.id.in_(document_ids))
        .options(selectinload(DocumentRow.applications))
        .order_by(DocumentRow.id)
        # An import in the same transaction has changed what the session knows.
        .execution_options(populate_existing=True)
    )
    histories: dict[int, list[Promise]] = {}
    query = standing().where(PromiseRow.document_id.in_(document_ids)).order_by(PromiseRow.number)
    for row, last, currency in session.execute(query):
        histories.setdefault(row.document_id, []).append(to_promise(row, last, currency))
    return [(to_document(row), histories.get(row.id, [])) for row in rows]
