"""Documents with what was applied to them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, islice
from typing import Any, TypeAlias

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from bot.domain.agenda import OpenFilter
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.receivables import (
    Application,
    Customer,
    Document,
    DocumentKind,
    PaymentMethod,
    despite_zeros,
    in_one_column_despite_zeros,
)
from bot.store import customers
from bot.store.asking import ask
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow, PromiseInForceRow
from bot.store.scope import given, theirs

# Well below what one statement takes (sqlite.org/limits.html, SQLITE_MAX_VARIABLE_NUMBER: 32,766; PostgreSQL: 65,535).
_IDS_AT_ONCE = 500
# More than there are: the same statement with and without a limit.
_ALL = 2**31 - 1
# Places where a text is read as series and folio, at most: no label has more.
_MOST_CUTS = 6


# The tables themselves: what is asked for at every tap is not made into objects on its way to the domain, and its
# statement is made once; either costs five times as much as asking (docs/decisions/0030).
_D, _A, _C = DocumentRow.__table__.c, ApplicationRow.__table__.c, CustomerRow.__table__.c


def one_of(column: ColumnElement[Any], values: Iterable[object]) -> ColumnElement[bool]:
    """The condition that a column is one of some values, for what is asked at every tap.

    By `in_` SQLAlchemy writes the list into the statement at each execution.
    """
    return or_(*(column == value for value in values))


# What is collected; the rest lowers it.
IS_CHARGE = one_of(_D.kind, (kind for kind in DocumentKind if kind.is_charge))
# DocumentRow.method.
METHOD: ColumnElement[PaymentMethod | None] = func.coalesce(_D.stamped_method, _D.payment_method)
# What `from_columns` takes, in its order.
COLUMNS = (
    *(_D.id, _D.customer_id, _D.concept_code, _D.concept, _D.series, _D.folio, _D.uuid, _D.kind),
    METHOD.label("method"),
    *(_D.issued, _D.due, _D.currency, _D.total, _D.cancelled),
)
_IN_ORDER = (_C.code, _D.due, _D.id)
_Found: TypeAlias = Select[*tuple[Any, ...]]
_Applied: TypeAlias = Mapping[int, Sequence[Sequence[Any]]]


def from_columns(values: Sequence[Any], applied: _Applied) -> Document:
    """What a query for COLUMNS gave, as the domain has it, with what was applied to it and others."""
    *known, currency, minor, cancelled = values
    applications = [Application(on, Money(each, currency), kind) for _, on, each, kind in applied.get(known[0], ())]
    rest: tuple[Any, ...] = (Money(minor, currency), cancelled, tuple(applications))
    return Document(*known, *rest)


def pairs(session: Session, rows: Iterable[Sequence[Any]]) -> list[tuple[Document, Customer]]:
    """What a query for COLUMNS, then for those of `customers`, then for anything else, gave, as the domain has it."""
    found = list(rows)
    applied = applied_to(session, {row[0] for row in found})
    size, end = len(COLUMNS), len(COLUMNS) + len(customers.COLUMNS)
    return [(from_columns(row[:size], applied), customers.from_columns(row[size:end])) for row in found]


def to_document(row: DocumentRow) -> Document:
    """The row as the domain has it; its applications must have been loaded with it."""
    applied = [(row.id, each.on, each.amount, each.kind) for each in row.applications]
    return from_columns([getattr(row, column.name) for column in COLUMNS], {row.id: applied})


def open_on(as_of: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition for having something open at the end of a day (see DocumentRow)."""
    return and_(
        _D.issued <= as_of,
        _D.cancelled.is_(False),
        or_(_D.settled_on.is_(None), _D.settled_on > as_of),
    )


def balance_on(as_of: date | BindParameter[date]) -> ColumnElement[int]:
    """What is left of a document at the end of a day, in minor units; a credit's is positive too."""
    by_then = (
        select(func.coalesce(func.sum(_A.amount), 0))
        .where(_A.document_id == _D.id, _A.on <= as_of)
        .correlate(_D.id.table)
        .scalar_subquery()
    )
    is_all = or_(_D.applied_until.is_(None), _D.applied_until <= as_of)
    left: ColumnElement[int] = _D.total - case((is_all, _D.applied), else_=by_then)
    return left


def at_hand(query: Select[*tuple[Any, ...]]) -> CTE:
    """A query's rows to ask on: found first, and what is computed in them computed once, whatever is asked of them."""
    # SQLite and PostgreSQL else make one query of both.
    return query.cte().prefix_with("MATERIALIZED")


def on_day() -> BindParameter[date]:
    """The day that a statement made once is asked for, given as `as_of`."""
    return bindparam("as_of", type_=Date)


def owed() -> tuple[ColumnElement[bool], ...]:
    """The conditions for being a charge on which something is left on the day that is given as `as_of`."""
    # What is overpaid is open too, but nothing is collected on it.
    return open_on(on_day()), IS_CHARGE, balance_on(on_day()) > 0


def open_documents(session: Session, customer_id: int, as_of: date) -> list[Document]:
    """A customer's documents with something open on a day."""
    wanted = {"customer_id": customer_id, "as_of": as_of}
    documents, applications = _open_of_customer()
    applied = _by_document(ask(session, applications, wanted))
    return [from_columns(row, applied) for row in ask(session, documents, wanted)]


@cache
def _open_of_customer() -> tuple[_Found, _Found]:
    """The open documents of a customer, and what was applied to them."""
    mine = (_D.customer_id == bindparam("customer_id"), open_on(on_day()))
    applications = _applications().join_from(_A.id.table, _D.id.table)
    # To the others, half of what is open, nothing was applied: their payments are not looked for.
    paid = applications.where(*mine, _D.applied_until.is_not(None))
    return select(*COLUMNS).where(*mine), paid.order_by(_A.id)


def applied_to(session: Session, document_ids: Iterable[int]) -> _Applied:
    """What was applied to documents, by document, in the order in which it came."""
    return _by_document(
        chain.from_iterable(session.execute(_applied(), {"ids": ids}).all() for ids in some_of(document_ids))
    )


@cache
def _applied() -> _Found:
    return _applications().where(_A.document_id.in_(bindparam("ids", expanding=True))).order_by(_A.id)


def _applications() -> _Found:
    return select(_A.document_id, _A.on, _A.amount, _A.kind)


def _by_document(rows: Iterable[Sequence[Any]]) -> _Applied:
    applied: defaultdict[int, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        applied[row[0]].append(row)
    return applied


@cache
def _with_customer(sees_all: bool) -> _Found:  # noqa: FBT001 - the one key of a cache
    query = select(*COLUMNS, *customers.COLUMNS).join_from(_D.id.table, _C.id.table)
    return query.where(theirs(sees_all=sees_all))


def by_id(session: Session, person: Person, document_id: int) -> tuple[Document, Customer] | None:
    """A document of the portfolio by id, with its customer."""
    return next(iter(_of_ids(session, person, [document_id])), None)


def _of_ids(session: Session, person: Person, document_ids: Iterable[int]) -> list[tuple[Document, Customer]]:
    query = _by_ids(person.sees_all)
    found = (session.execute(query, {"ids": ids, **given(person)}).all() for ids in some_of(document_ids))
    return pairs(session, chain.from_iterable(found))


@cache
def _by_ids(sees_all: bool) -> _Found:  # noqa: FBT001 - likewise
    return _with_customer(sees_all).where(_D.id.in_(bindparam("ids", expanding=True)))


def some_of(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids, as many at once as a statement takes."""
    rest = iter(ids)
    return iter(lambda: list(islice(rest, _IDS_AT_ONCE)), [])


def named(
    session: Session, person: Person, series: str | None, folio: str, *, charges: bool = True
) -> list[tuple[Document, Customer]]:
    """Charges of the portfolio with this folio, and series when one is given; uncancelled first, newest first.

    Where there is none, with other leading zeros, also where both are in the folio's column. Its credits likewise where
    not `charges`.
    """
    query = _with_customer(person.sees_all).where(_kind_of(charges)).order_by(_D.cancelled, _D.issued.desc(), _D.id)
    of_series = true() if series is None else func.upper(_D.series) == series.upper()
    in_column = in_one_column_despite_zeros(series, folio) if series else []
    for folios, columns in (([folio], []), (despite_zeros(folio), in_column)):
        condition = or_(and_(of_series, one_of(_D.folio, folios)), *(_D.folio == way for way in columns))
        if found := pairs(session, session.execute(query.where(condition), given(person))):
            return found
    return []


def called(session: Session, person: Person, label: str, *, charges: bool = True) -> list[tuple[Document, Customer]]:
    """Charges of the portfolio that are printed like this, or whose folio is, in any case; in the order of `named`.

    Its credits likewise where not `charges`. A series may have a dash or a digit, and so may a folio.
    """
    cuts = [n for n, character in enumerate(label) if character in " -"][:_MOST_CUTS]
    series = (and_(func.upper(_D.series) == label[:n].upper(), _folio(label[n + 1 :])) for n in cuts)
    query = _with_customer(person.sees_all).where(or_(_folio(label), *series), _kind_of(charges))
    return pairs(session, session.execute(query.order_by(_D.cancelled, _D.issued.desc(), _D.id), given(person)))


def _kind_of(charges: bool) -> ColumnElement[bool]:  # noqa: FBT001 - as it is given on
    return IS_CHARGE if charges else ~IS_CHARGE


def _folio(text: str) -> ColumnElement[bool]:
    # By the index, which knows no case.
    return one_of(_D.folio, dict.fromkeys((text, text.upper(), text.lower())))


def open_charges(session: Session, person: Person, as_of: date, only: OpenFilter) -> list[tuple[Document, Customer]]:
    """The portfolio's open charges on a day, by customer and due date."""
    if only.document_ids == ():
        return []
    found, _ = _some(session, person, as_of, only, limit=_ALL)
    return found


def page_of_open_charges(
    session: Session, person: Person, as_of: date, only: OpenFilter, *, size: int, page: int
) -> tuple[list[tuple[Document, Customer]], int]:
    """A page (from 0) of them, nothing where there is none, and how many there are on all pages."""
    found, count = _some(session, person, as_of, only, limit=size, offset=page * size)
    if not found and page:
        _, count = _some(session, person, as_of, only, limit=1)
    return found, count


def _some(
    session: Session, person: Person, as_of: date, only: OpenFilter, *, limit: int, offset: int = 0
) -> tuple[list[tuple[Document, Customer]], int]:
    listed, _ = _charges(_kind(person, only))
    wanted = _wanted(person, as_of, only) | {"limit": limit, "offset": offset}
    rows = ask(session, listed, wanted)
    return pairs(session, rows), rows[0][-1] if rows else 0


def customers_owing(
    session: Session, person: Person, as_of: date, only: OpenFilter, *, limit: int | None = None
) -> list[Customer]:
    """The portfolio's customers with an open charge on a day, by code."""
    _, owing = _charges(_kind(person, only))
    wanted = _wanted(person, as_of, only) | {"limit": _ALL if limit is None else limit}
    return [customers.from_columns(row) for row in ask(session, owing, wanted)]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of question about open charges: each has statements of its own."""

    sees_all: bool
    overdue: bool
    without_promise: bool
    of_customer: bool
    of_ids: bool


def _kind(person: Person, only: OpenFilter) -> _Kind:
    about = (only.customer_id is not None, only.document_ids is not None)
    return _Kind(person.sees_all, only.overdue, only.without_promise, *about)


def _wanted(person: Person, as_of: date, only: OpenFilter) -> dict[str, object]:
    """What the statements of a question are given."""
    wanted = {"as_of": as_of, **given(person)}
    if only.customer_id is not None:
        wanted["customer_id"] = only.customer_id
    if only.document_ids is not None:
        wanted["ids"] = only.document_ids
    return wanted


@cache
def _charges(kind: _Kind) -> tuple[_Found, _Found]:
    """The open charges of a portfolio, each with its customer and how many they are; and the customers who owe them."""
    conditions = [*owed(), theirs(sees_all=kind.sees_all)]
    if kind.overdue:
        conditions.append(_D.due < on_day())
    if kind.without_promise:
        conditions.append(~and_(_D.promised, exists().where(PromiseInForceRow.__table__.c.document_id == _D.id)))
    if kind.of_customer:
        conditions.append(_D.customer_id == bindparam("customer_id"))
    if kind.of_ids:
        conditions.append(_D.id.in_(bindparam("ids", expanding=True)))
    both = _D.id.table.join(_C.id.table)
    page = select(_D.id, func.count().over().label("count")).select_from(both).where(*conditions)
    found = at_hand(page.order_by(*_IN_ORDER).limit(bindparam("limit")).offset(bindparam("offset"))).c
    listed = select(*COLUMNS, *customers.COLUMNS, found.count)
    listed = listed.select_from(both.join(found.id.table, found.id == _D.id)).order_by(*_IN_ORDER)
    ids = select(_D.customer_id).select_from(both).where(*conditions)
    owing = select(*customers.COLUMNS).where(_C.id.in_(ids)).order_by(_C.code).limit(bindparam("limit"))
    return listed, owing


def loaded_until(session: Session, today: date) -> date | None:
    """The day of the newest payment loaded: what is said as «pagos cargados hasta». A post-dated one says nothing."""
    newest: date | None
    ((newest,),) = ask(session, _newest(), {"as_of": today})
    return newest


@cache
def _newest() -> _Found:
    return select(func.max(_A.on)).where(_A.on <= on_day())
