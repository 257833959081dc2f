"""The ledger of promises: entries are added, never changed; what is in force is derived from it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, bindparam, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from bot.domain.agenda import Expected
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.promises import NOT_KEPT, Cause, Promise, PromiseState, paid_on
from bot.domain.receivables import Document
from bot.store.customers import to_customer
from bot.store.documents import open_on, to_document
from bot.store.models import CustomerRow, DocumentRow, PromiseEventRow, PromiseInForceRow, PromiseRow
from bot.store.scope import within

_Standing: TypeAlias = Select[PromiseRow, PromiseEventRow | None]


def standing() -> _Standing:
    """Promises, each with its last entry if it has one: that is where it stands."""
    event = aliased(PromiseEventRow)
    last = select(func.max(event.id)).where(event.promise_id == PromiseRow.id).correlate(PromiseRow)
    query = select(PromiseRow, PromiseEventRow).select_from(PromiseRow)
    return query.outerjoin(PromiseEventRow, PromiseEventRow.id == last.scalar_subquery())


def to_promise(row: PromiseRow, last: PromiseEventRow | None) -> Promise:
    """The row and its last entry as the domain has them."""
    if last is None:
        return _to_promise(row, None, None, None, None)
    return _to_promise(row, last.state, last.cause, last.comment, last.on)


def _to_promise(
    row: PromiseRow | Row[*tuple[Any, ...]],
    state: PromiseState | None,
    cause: Cause | None,
    reason: str | None,
    since: date | None,
) -> Promise:
    return Promise(
        id=row.id,
        document_id=row.document_id,
        number=row.number,
        on=row.on,
        amount=Money(row.amount, row.currency),
        comment=row.comment,
        made_by=row.made_by,
        made_on=row.made_on,
        state=state or PromiseState.IN_FORCE,
        made_at=row.made_at,
        made_by_id=row.made_by_id,
        installment=row.installment,
        installments=row.installments,
        before=row.before,
        paid_same_day=row.paid_same_day,
        replaces=row.replaces,
        cause=cause or Cause.PERSON,
        reason=reason or "",
        since=since,
    )


def _read(session: Session, query: _Standing) -> list[Promise]:
    return [to_promise(row, last) for row, last in session.execute(query)]


def history(session: Session, document_id: int) -> list[Promise]:
    """Every promise of a document, in order."""
    return _read(session, standing().where(PromiseRow.document_id == document_id).order_by(PromiseRow.number))


def in_force(session: Session, document_ids: Iterable[int]) -> dict[int, tuple[Promise, ...]]:
    """What is in force of each of these documents that has something: one promise, or what is left of a plan."""
    found: dict[int, tuple[Promise, ...]] = {}
    for row in session.execute(_in_force_of(), {"ids": list(document_ids)}):
        promise = _to_promise(row, row.state, row.cause, row.reason, row.since)
        found[promise.document_id] = (*found.get(promise.document_id, ()), promise)
    return found


@cache
def _in_force_of() -> Select[*tuple[Any, ...]]:
    """What is in force of documents, asked of the tables themselves: see `documents`."""
    promise, event, in_force = PromiseRow.__table__, PromiseEventRow.__table__, PromiseInForceRow.__table__
    last = select(func.max(event.c.id)).where(event.c.promise_id == promise.c.id).correlate(promise).scalar_subquery()
    stands = (event.c.state, event.c.cause, event.c.comment.label("reason"), event.c.on.label("since"))
    return (
        select(*(column for column in promise.c if column.name != "source"), *stands)
        .select_from(in_force)
        .join(promise, promise.c.id == in_force.c.promise_id)
        .outerjoin(event, event.c.id == last)
        .where(in_force.c.document_id.in_(bindparam("ids", expanding=True)))
        .order_by(promise.c.number)
    )


def next_in_force(session: Session, document_ids: Iterable[int]) -> dict[int, Promise]:
    """The promise in force of each of these documents that has one; of a plan the next installment."""
    return {document_id: found[0] for document_id, found in in_force(session, document_ids).items()}


def by_id(session: Session, promise_id: int) -> Promise | None:
    """A promise, whoever's."""
    return next(iter(_read(session, standing().where(PromiseRow.id == promise_id))), None)


def source_of(session: Session, promise_id: int) -> str | None:
    """The update and step that made a promise."""
    return session.scalar(select(PromiseRow.source).where(PromiseRow.id == promise_id))


def made_by_source(session: Session, source: str) -> Promise | None:
    """The promise, of a plan the first, that an update has made already, if it has."""
    return next(iter(_read(session, standing().where(PromiseRow.source == source))), None)


def made_together(session: Session, source: str) -> list[Promise]:
    """The promises, of plans the first, that the update whose step this is has made on any document, in order."""
    update = source.rpartition(":")[0]
    query = standing().where(PromiseRow.source.startswith(f"{update}:", autoescape=True), PromiseRow.installment == 1)
    return _read(session, query.order_by(PromiseRow.document_id))


def lock_documents(session: Session, document_ids: Iterable[int]) -> None:
    """Wait for whoever else is promising on these documents; on SQLite the whole database is held already.

    Always in the order of their ids: two people with the same documents in other orders would wait for each other.
    """
    query = select(DocumentRow.id).where(DocumentRow.id.in_(list(document_ids)))
    session.execute(query.order_by(DocumentRow.id).with_for_update())


def add(
    session: Session,
    document: Document,
    installments: Sequence[tuple[date, Money]],
    comment: str,
    *,
    person: Person,
    today: date,
    now: datetime,
    source: str | None,
) -> Promise:
    """Enter a promise, or the installments of a plan, closing what is in force as rescheduled; the first one made."""
    replaced = in_force(session, [document.id]).get(document.id, ())
    for promise in replaced:
        enter(session, promise, PromiseState.RESCHEDULED, by=person.name, today=today, now=now)
    number = session.scalar(select(func.max(PromiseRow.number)).where(PromiseRow.document_id == document.id)) or 0
    before = 0
    rows: list[PromiseRow] = []
    for position, (on, amount) in enumerate(installments, 1):
        rows.append(
            PromiseRow(
                document_id=document.id,
                number=number + position,
                on=on,
                amount=amount.minor,
                currency=amount.currency,
                comment=comment,
                made_by_id=person.id or None,
                made_by=person.name,
                made_on=today,
                made_at=now,
                source=source if position == 1 or source is None else f"{source}/{position}",
                installment=position,
                installments=len(installments),
                before=before,
                paid_same_day=paid_on(document, today),
                replaces=replaced[0].arrangement if replaced else None,
            )
        )
        before += amount.minor
    session.add_all(rows)
    session.flush()
    session.add_all(_in_force(to_promise(row, None)) for row in rows)
    session.flush()
    return to_promise(rows[0], None)


def enter(
    session: Session,
    promise: Promise,
    state: PromiseState,
    *,
    by: str,
    today: date,
    now: datetime,
    cause: Cause = Cause.PERSON,
    reason: str = "",
) -> None:
    """Enter that a promise has come to a state: into force, or out of it."""
    session.add(
        PromiseEventRow(promise_id=promise.id, state=state, by=by, on=today, at=now, cause=cause, comment=reason)
    )
    session.execute(delete(PromiseInForceRow).where(PromiseInForceRow.promise_id == promise.id))
    if state is PromiseState.IN_FORCE:
        session.add(_in_force(promise))
    session.flush()


def _in_force(promise: Promise) -> PromiseInForceRow:
    return PromiseInForceRow(
        document_id=promise.document_id, installment=promise.installment, promise_id=promise.id, on=promise.on
    )


def expected(
    session: Session, person: Person, today: date, *, first: date | None = None, last: date | None = None
) -> list[Expected]:
    """The promises in force of the portfolio whose day lies between two dates, both included, in order."""
    query = _of_portfolio(person, first, last).join(PromiseInForceRow, PromiseInForceRow.promise_id == PromiseRow.id)
    return _with_balance(session, query, today)


def broken(
    session: Session, person: Person, today: date, *, first: date | None = None, last: date | None = None
) -> list[Expected]:
    """The promises between two dates that were not kept while nothing was promised since on what is still open.

    Of a plan the last installment judged stands for it: once that one is kept, those before it are made up for.
    """
    later, its = aliased(PromiseRow), aliased(PromiseEventRow)
    undone = exists().where(its.promise_id == later.id, its.cause == Cause.UNDO, its.state == PromiseState.WITHDRAWN)
    waits = exists().where(PromiseInForceRow.promise_id == later.id)
    same_plan = later.number - later.installment == PromiseRow.number - PromiseRow.installment
    followed = exists().where(
        later.document_id == PromiseRow.document_id,
        later.number > PromiseRow.number,
        ~undone,
        or_(~same_plan, ~waits),
    )
    query = _of_portfolio(person, first, last).where(PromiseEventRow.state.in_(NOT_KEPT), open_on(today), ~followed)
    return _with_balance(session, query, today)


def _of_portfolio(
    person: Person, first: date | None, last: date | None
) -> Select[PromiseRow, PromiseEventRow | None, DocumentRow]:
    query = (
        standing()
        .add_columns(DocumentRow)
        .join(DocumentRow, DocumentRow.id == PromiseRow.document_id)
        .join(DocumentRow.customer)
        .where(within(person))
        .options(contains_eager(DocumentRow.customer), selectinload(DocumentRow.applications))
        .order_by(PromiseRow.on, CustomerRow.code, DocumentRow.id, PromiseRow.number)
    )
    if first is not None:
        query = query.where(PromiseRow.on >= first)
    if last is not None:
        query = query.where(PromiseRow.on <= last)
    return query


def _with_balance(
    session: Session, query: Select[PromiseRow, PromiseEventRow | None, DocumentRow], today: date
) -> list[Expected]:
    found: list[Expected] = []
    for row, event, document_row in session.execute(query):
        document = to_document(document_row)
        promise, customer = to_promise(row, event), to_customer(document_row.customer)
        found.append(Expected(promise, document, customer, document.balance_on(today)))
    return found


def currencies(items: Sequence[Expected]) -> tuple[str, ...]:
    """The currencies in which something is expected, in alphabetical order."""
    return tuple(sorted({item.promise.amount.currency for item in items}))
