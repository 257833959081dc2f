"""The ledger of promises: entries are added, never changed; what is in force is derived from it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.domain.agenda import Expected
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.promises import NOT_KEPT, Cause, Promise, PromiseState, paid_on
from bot.domain.receivables import Document
from bot.store import customers, documents, outbox
from bot.store.asking import ask
from bot.store.models import CustomerRow, DocumentRow, PromiseEventRow, PromiseInForceRow, PromiseRow
from bot.store.scope import given, theirs

_Standing: TypeAlias = Select[PromiseRow, PromiseEventRow | None, str]

_P, _E, _F = PromiseRow.__table__.c, PromiseEventRow.__table__.c, PromiseInForceRow.__table__.c
_D = DocumentRow.__table__.c


def standing() -> _Standing:
    """Promises of documents, each with its last entry if it has one, which is where it stands, and its currency."""
    event = aliased(PromiseEventRow)
    last = select(func.max(event.id)).where(event.promise_id == PromiseRow.id).correlate(PromiseRow)
    query = select(PromiseRow, PromiseEventRow, DocumentRow.currency).select_from(PromiseRow)
    query = query.join(DocumentRow, DocumentRow.id == PromiseRow.document_id)
    return query.outerjoin(PromiseEventRow, PromiseEventRow.id == last.scalar_subquery())


# What `from_columns` takes, in its order: a promise, then the entry that says where it stands, which it may not have.
# Its currency is its document's, which a file may have corrected since (docs/decisions/0004).
_MADE = (
    *(_P.id, _P.document_id, _P.number, _P.on, _P.amount, _D.currency, _P.comment, _P.made_by, _P.made_on),
    *(_P.made_at, _P.made_by_id, _P.installment, _P.installments, _P.before, _P.paid_same_day, _P.replaces),
)
_STANDS = (_E.state, _E.cause, _E.on)
_IN_FORCE = (None,) * len(_STANDS)
COLUMNS = (*_MADE, *_STANDS)


def from_columns(values: Sequence[Any]) -> Promise:
    """What a query for COLUMNS gave, as the domain has it; without what tells where it stands, it is in force."""
    number, document_id, count, on, minor, currency, comment, made_by, made_on, *more = values[: len(_MADE)]
    state, cause, since = values[len(_MADE) :] or _IN_FORCE
    rest: tuple[Any, ...] = (state or PromiseState.IN_FORCE, *more, cause or Cause.PERSON, since)
    return Promise(number, document_id, count, on, Money(minor, currency), comment, made_by, made_on, *rest)


def to_promise(row: PromiseRow, last: PromiseEventRow | None, currency: str) -> Promise:
    """The row, its last entry and its document's currency as the domain has them."""
    stands = [getattr(last, column.name, None) for column in _STANDS]
    made = (currency if column is _D.currency else getattr(row, column.name) for column in _MADE)
    return from_columns([*made, *stands])


def _read(session: Session, query: _Standing) -> list[Promise]:
    return [to_promise(row, last, currency) for row, last, currency in session.execute(query)]


def history(session: Session, document_id: int) -> list[Promise]:
    """Every promise of a document, in order."""
    return _read(session, standing().where(PromiseRow.document_id == document_id).order_by(PromiseRow.number))


def in_force(session: Session, document_ids: Iterable[int]) -> dict[int, tuple[Promise, ...]]:
    """What is in force of each of these documents that has something: one promise, or what is left of a plan."""
    of_documents, _ = _in_force_of()
    return _by_document(session.execute(of_documents, {"ids": list(document_ids)}).all())


def _by_document(rows: Iterable[Sequence[Any]]) -> dict[int, tuple[Promise, ...]]:
    found: dict[int, tuple[Promise, ...]] = {}
    for row in rows:
        promise = from_columns(row)
        found[promise.document_id] = (*found.get(promise.document_id, ()), promise)
    return found


@cache
def _in_force_of() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """What is in force of documents, and of a customer's, asked of the tables themselves: see `documents`.

    Where it stands is known then: the entry that says so is not looked up.
    """
    query = select(*_MADE).join_from(_F.on.table, _P.id.table, _P.id == _F.promise_id).order_by(_P.number)
    query = query.join(_D.id.table, _D.id == _F.document_id)
    of_documents = query.where(_F.document_id.in_(bindparam("ids", expanding=True)))
    return of_documents, query.where(_D.customer_id == bindparam("customer_id"), _D.promised)


def _standing(columns: Sequence[ColumnElement[Any]]) -> Select[*tuple[Any, ...]]:
    """The same as `standing`, likewise of the tables."""
    last = select(func.max(_E.id)).where(_E.promise_id == _P.id).correlate(_P.id.table).scalar_subquery()
    return select(*columns).select_from(_P.id.table).outerjoin(_E.id.table, _E.id == last)


def next_in_force(session: Session, document_ids: Iterable[int]) -> dict[int, Promise]:
    """The promise in force of each of these documents that has one; of a plan the next installment."""
    return {document_id: found[0] for document_id, found in in_force(session, document_ids).items()}


def next_of_customer(session: Session, customer_id: int, as_of: date | None = None) -> dict[int, Promise]:
    """The same for all documents of a customer, by document; now, or what was in force at the end of a past day."""
    _, of_customer = _in_force_of()
    query = of_customer if as_of is None else _was_in_force()
    found = _by_document(ask(session, query, {"customer_id": customer_id, "as_of": as_of}))
    return {document_id: its[0] for document_id, its in found.items()}


@cache
def _was_in_force() -> Select[*tuple[Any, ...]]:
    """What was in force of a customer's documents: made by then, and by its last entry of then not out of force."""
    day = documents.on_day()
    until_then = and_(_E.promise_id == _P.id, _E.on <= day)
    last = select(func.max(_E.id)).where(until_then).correlate(_P.id.table).scalar_subquery()
    query = select(*_MADE).join_from(_D.id.table, _P.id.table, _P.document_id == _D.id)
    mine = (_D.customer_id == bindparam("customer_id"), _D.promised, _P.made_on <= day)
    stood = or_(_E.id.is_(None), _E.state == PromiseState.IN_FORCE)
    return query.outerjoin(_E.id.table, _E.id == last).where(*mine, stood).order_by(_P.number)


def by_id(session: Session, promise_id: int) -> Promise | None:
    """A promise, whoever's."""
    return next(iter(_read(session, standing().where(PromiseRow.id == promise_id))), None)


def _source_of(session: Session, promise_id: int) -> str | None:
    """The update and step that made a promise."""
    return session.scalar(select(PromiseRow.source).where(PromiseRow.id == promise_id))


def made_by_source(session: Session, source: str) -> Promise | None:
    """The promise, of a plan the first, that an update has made already, if it has."""
    return next(iter(_read(session, standing().where(PromiseRow.source == source))), None)


def made_with(session: Session, promise: Promise) -> list[Promise]:
    """The promises, of plans the first, that the update which made this one has made on any document, in order."""
    source = _source_of(session, promise.id)
    if not source:
        return [promise]
    query = standing().where(_made_by(source), PromiseRow.installment == 1)
    return _read(session, query.order_by(PromiseRow.document_id))


def _made_by(source: str) -> ColumnElement[bool]:
    """The condition for being made, also as an installment, by the update whose step this is."""
    update = source.rpartition(":")[0]
    return PromiseRow.source.startswith(f"{update}:", autoescape=True)


def lock_documents(session: Session, document_ids: Iterable[int]) -> None:
    """Wait for whoever else is promising on these documents, or loading them; SQLite is held as a whole already.

    While one is waited for none of the others is held: an import holds what it has changed, in an order of its own, and
    of two that wait for each other the database ends one.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    query = select(DocumentRow.id).order_by(DocumentRow.id)
    wanted = sorted(set(document_ids))
    all_of_them = query.where(DocumentRow.id.in_(wanted))
    if len(wanted) == 1:
        session.execute(all_of_them.with_for_update())
        return
    busy = there = session.scalars(all_of_them).all()
    while busy:
        with session.begin_nested() as savepoint:
            session.execute(query.where(DocumentRow.id == busy[0]).with_for_update())
            held = set(session.scalars(all_of_them.with_for_update(skip_locked=True)))
            busy = [each for each in there if each not in held]
            if busy:
                savepoint.rollback()


def lock_free(session: Session, document_ids: Iterable[int]) -> Sequence[int]:
    """Hold those of these documents that nobody else does, and tell which; on SQLite all."""
    query = select(DocumentRow.id).where(DocumentRow.id.in_(list(document_ids))).order_by(DocumentRow.id)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


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
    made = [to_promise(row, None, document.total.currency) for row in rows]
    session.add_all(map(_in_force, made))
    session.flush()
    return made[0]


def enter(
    session: Session,
    promise: Promise,
    state: PromiseState,
    *,
    by: str,
    today: date,
    now: datetime,
    cause: Cause = Cause.PERSON,
) -> None:
    """Enter that a promise has come to a state: into force, or out of it.

    A mail that confirms it and has not left yet does not leave when somebody has put it off or taken it back.
    """
    session.add(PromiseEventRow(promise_id=promise.id, state=state, by=by, on=today, at=now, cause=cause))
    session.execute(delete(PromiseInForceRow).where(PromiseInForceRow.promise_id == promise.id))
    if state is PromiseState.IN_FORCE:
        session.add(_in_force(promise))
    session.flush()
    # There rarely is one, and to find out which promises were made together takes a look at all of them.
    if state in (PromiseState.RESCHEDULED, PromiseState.WITHDRAWN) and outbox.confirmations_wait(session):
        outbox.recall(session, [outbox.confirmation_key(each) for each in _confirmed_with(session, promise)])


def _confirmed_with(session: Session, promise: Promise) -> set[int]:
    """The ids of the promises after one of which the mail that confirms a promise may be called."""
    return {promise.id, *(made.id for made in made_with(session, promise))}


def recall_what_is_done(session: Session) -> None:
    """Take back the mails that wait to confirm a customer's promises none of which is in force any more."""
    for promise_id, customer_id in outbox.waiting_confirmations(session):
        source = _source_of(session, promise_id)
        together = _made_by(source) if source else PromiseRow.id == promise_id
        still = select(PromiseInForceRow.promise_id).join(PromiseRow, PromiseRow.id == PromiseInForceRow.promise_id)
        of_customer = still.join(DocumentRow, DocumentRow.id == PromiseRow.document_id)
        of_customer = of_customer.where(DocumentRow.customer_id == customer_id, together)
        if session.scalar(of_customer.limit(1)) is None:
            outbox.recall(session, [outbox.confirmation_key(promise_id)])


def _in_force(promise: Promise) -> PromiseInForceRow:
    return PromiseInForceRow(
        document_id=promise.document_id, installment=promise.installment, promise_id=promise.id, on=promise.on
    )


def expected(
    session: Session, person: Person, today: date, *, first: date | None = None, last: date | None = None
) -> list[Expected]:
    """The promises in force of the portfolio whose day lies between two dates, both included, in order."""
    return _with_balance(session, _expected(person.sees_all), person, today, (first or date.min, last or date.max))


def broken(
    session: Session, person: Person, today: date, *, first: date | None = None, last: date | None = None
) -> list[Expected]:
    """The promises between two dates that were not kept while nothing was promised since on what is still open."""
    return _with_balance(session, _broken(person.sees_all), person, today, (first or date.min, last or date.max))


@cache
def _expected(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the one key of a cache
    return _of_portfolio(_EXPECTED, sees_all=sees_all).join(_F.on.table, _F.promise_id == _P.id)


@cache
def _broken(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - likewise
    return not_kept(_EXPECTED, sees_all=sees_all)


def of_ids(session: Session, person: Person, today: date, ids: Iterable[int]) -> list[Expected]:
    """Those of these promises that are on documents of the portfolio, whatever their day and state."""
    query, ever = _of_ids(person.sees_all), (date.min, date.max)
    each = (_with_balance(session, query, person, today, ever, ids=some) for some in documents.some_of(ids))
    return list(chain.from_iterable(each))


@cache
def _of_ids(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - likewise
    return _of_portfolio(_EXPECTED, sees_all=sees_all).where(_P.id.in_(bindparam("ids", expanding=True)))


def not_kept(columns: Sequence[ColumnElement[Any]], *, sees_all: bool) -> Select[*tuple[Any, ...]]:
    """What is asked for `broken`, these columns of it."""
    later, its = _P.id.table.alias(), _E.id.table.alias()
    undone = exists().where(
        its.c.promise_id == later.c.id, its.c.cause == Cause.UNDO, its.c.state == PromiseState.WITHDRAWN
    )
    # The later installments of its plan were not promised since.
    same_plan = later.c.number - later.c.installment == _P.number - _P.installment
    followed = exists().where(later.c.document_id == _P.document_id, later.c.number > _P.number, ~undone, ~same_plan)
    return _of_portfolio(columns, sees_all=sees_all).where(
        documents.one_of(_E.state, sorted(NOT_KEPT)), documents.open_on(documents.on_day()), ~followed
    )


_EXPECTED = (*COLUMNS, *documents.COLUMNS, *customers.COLUMNS)


def _of_portfolio(columns: Sequence[ColumnElement[Any]], *, sees_all: bool) -> Select[*tuple[Any, ...]]:
    """The promises of a portfolio for the days between two that are given, with their documents and customers."""
    document, customer = DocumentRow.__table__, CustomerRow.__table__
    first, last = (bindparam(name, type_=Date) for name in ("first", "last"))
    return (
        _standing(columns)
        .join(document, document.c.id == _P.document_id)
        .join(customer, customer.c.id == document.c.customer_id)
        .where(theirs(sees_all=sees_all), documents.IS_CHARGE, document.c.promised, _P.on.between(first, last))
        .order_by(_P.on, customer.c.code, document.c.id, _P.number)
    )


def _with_balance(
    session: Session,
    query: Select[*tuple[Any, ...]],
    person: Person,
    today: date,
    between: tuple[date, date],
    *,
    ids: Sequence[int] = (),
) -> list[Expected]:
    first, last = between
    wanted = {"as_of": today, "first": first, "last": last, "ids": ids, **given(person)}
    rows = ask(session, query, wanted)
    size = len(COLUMNS)
    pairs = documents.pairs(session, [row[size:] for row in rows])
    return [
        Expected(from_columns(row[:size]), document, customer, document.balance_on(today))
        for row, (document, customer) in zip(rows, pairs, strict=True)
    ]
