"""The ledger of promises: entries are added, never changed; the promise in force is derived from it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from bot.domain.agenda import Expected
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.promises import Promise, PromiseState
from bot.domain.receivables import Document
from bot.store.customers import to_customer
from bot.store.documents import to_document
from bot.store.models import CustomerRow, DocumentRow, PromiseEventRow, PromiseInForceRow, PromiseRow
from bot.store.scope import within


def _to_promise(row: PromiseRow) -> Promise:
    return Promise(
        id=row.id,
        document_id=row.document_id,
        number=row.number,
        on=row.on,
        amount=Money(row.amount, row.currency),
        comment=row.comment,
        made_by=row.made_by,
        made_on=row.made_on,
        state=row.events[-1].state if row.events else PromiseState.IN_FORCE,
        made_at=row.made_at,
    )


def history(session: Session, document_id: int) -> list[Promise]:
    """Every promise of a document, in order."""
    rows = session.scalars(
        select(PromiseRow)
        .where(PromiseRow.document_id == document_id)
        .order_by(PromiseRow.number)
        .options(selectinload(PromiseRow.events))
    )
    return [_to_promise(row) for row in rows]


def in_force(session: Session, document_ids: Iterable[int]) -> dict[int, Promise]:
    """The promise in force of each of these documents that has one, by document id."""
    rows = session.scalars(
        select(PromiseInForceRow)
        .where(PromiseInForceRow.document_id.in_(list(document_ids)))
        .options(joinedload(PromiseInForceRow.promise).selectinload(PromiseRow.events))
    )
    return {row.document_id: _to_promise(row.promise) for row in rows}


def made_by_source(session: Session, source: str) -> Promise | None:
    """The promise that an update has made already, if it has."""
    row = session.scalar(select(PromiseRow).where(PromiseRow.source == source).options(selectinload(PromiseRow.events)))
    return _to_promise(row) if row else None


def lock_documents(session: Session, document_ids: Iterable[int]) -> None:
    """Wait for whoever else is promising on these documents; on SQLite the whole database is held already.

    Always in the order of their ids: two people with the same documents in other orders would wait for each other.
    """
    query = select(DocumentRow.id).where(DocumentRow.id.in_(list(document_ids)))
    session.execute(query.order_by(DocumentRow.id).with_for_update())


def add(
    session: Session,
    document: Document,
    on: date,
    amount: Money,
    comment: str,
    *,
    person: Person,
    today: date,
    now: datetime,
    source: str | None,
) -> Promise:
    """Enter the next promise of a document, closing the one in force as rescheduled."""
    if current := in_force(session, [document.id]).get(document.id):
        close(session, current, PromiseState.RESCHEDULED, by=person.name, today=today, now=now)
    last = session.scalar(select(func.max(PromiseRow.number)).where(PromiseRow.document_id == document.id)) or 0
    row = PromiseRow(
        document_id=document.id,
        number=last + 1,
        on=on,
        amount=amount.minor,
        currency=amount.currency,
        comment=comment,
        made_by_id=person.id or None,
        made_by=person.name,
        made_on=today,
        made_at=now,
        source=source,
        events=[],
    )
    session.add(row)
    session.flush()
    session.add(PromiseInForceRow(document_id=document.id, promise_id=row.id, on=on))
    session.flush()
    return _to_promise(row)


def close(session: Session, promise: Promise, state: PromiseState, *, by: str, today: date, now: datetime) -> None:
    """Enter that a promise in force has come to a state, and take it out of force."""
    session.add(PromiseEventRow(promise_id=promise.id, state=state, by=by, on=today, at=now))
    session.execute(delete(PromiseInForceRow).where(PromiseInForceRow.promise_id == promise.id))
    session.flush()


def expected(
    session: Session, person: Person, today: date, *, first: date | None = None, last: date | None = None
) -> list[Expected]:
    """The promises in force of the portfolio whose day lies between two dates, both included, in order."""
    query = (
        select(PromiseInForceRow, DocumentRow)
        .join(DocumentRow, DocumentRow.id == PromiseInForceRow.document_id)
        .join(DocumentRow.customer)
        .where(within(person))
        .options(
            joinedload(PromiseInForceRow.promise).selectinload(PromiseRow.events),
            contains_eager(DocumentRow.customer),
            selectinload(DocumentRow.applications),
        )
        .order_by(PromiseInForceRow.on, CustomerRow.code, DocumentRow.id)
    )
    if first is not None:
        query = query.where(PromiseInForceRow.on >= first)
    if last is not None:
        query = query.where(PromiseInForceRow.on <= last)
    return [_to_expected(entry, document, today) for entry, document in session.execute(query)]


def _to_expected(entry: PromiseInForceRow, row: DocumentRow, today: date) -> Expected:
    document = to_document(row)
    return Expected(
        promise=_to_promise(entry.promise),
        document=document,
        customer=to_customer(row.customer),
        balance=document.balance_on(today),
    )


def currencies(items: Sequence[Expected]) -> tuple[str, ...]:
    """The currencies in which something is expected, in alphabetical order."""
    return tuple(sorted({item.promise.amount.currency for item in items}))
