"""Documents with what was applied to them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Row, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from bot.domain.agenda import OpenFilter
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.receivables import Application, Customer, Document, DocumentKind
from bot.store.customers import to_customer
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow, PromiseInForceRow
from bot.store.scope import within

# What is collected; the rest lowers it.
CHARGES = tuple(kind for kind in DocumentKind if kind.is_charge)


# The tables themselves: what is asked for at every tap is not made into objects on its way to the domain, which costs
# five times as much as asking (docs/decisions/0030).
_D, _A = DocumentRow.__table__.c, ApplicationRow.__table__.c
_COLUMNS = (
    *(_D.id, _D.customer_id, _D.concept_code, _D.concept, _D.series, _D.folio, _D.uuid, _D.kind, _D.payment_method),
    *(_D.issued, _D.due, _D.currency, _D.total, _D.cancelled),
)


def to_document(row: DocumentRow) -> Document:
    """The row as the domain has it; its applications must have been loaded with it."""
    return _document(row, row.applications)


def _document(
    row: DocumentRow | Row[*tuple[Any, ...]], applications: Iterable[ApplicationRow | Row[*tuple[Any, ...]]]
) -> Document:
    return Document(
        id=row.id,
        customer_id=row.customer_id,
        concept_code=row.concept_code,
        concept=row.concept,
        series=row.series,
        folio=row.folio,
        uuid=row.uuid,
        kind=row.kind,
        payment_method=row.payment_method,
        issued=row.issued,
        due=row.due,
        total=Money(row.total, row.currency),
        cancelled=row.cancelled,
        applications=tuple(Application(a.on, Money(a.amount, row.currency), a.kind) for a in applications),
    )


def open_on(as_of: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition for having something open at the end of a day (see DocumentRow)."""
    return and_(
        _D.issued <= as_of,
        _D.cancelled.is_(False),
        or_(_D.settled_on.is_(None), _D.settled_on > as_of),
    )


def balance_on(as_of: date) -> ColumnElement[int]:
    """What is left of a document at the end of a day, in minor units; a credit's is positive too."""
    applied = (
        select(func.coalesce(func.sum(ApplicationRow.amount), 0))
        .where(ApplicationRow.document_id == DocumentRow.id, ApplicationRow.on <= as_of)
        .correlate(DocumentRow)
        .scalar_subquery()
    )
    return DocumentRow.total - applied


def open_documents(session: Session, customer_id: int, as_of: date) -> list[Document]:
    """A customer's documents with something open on a day."""
    wanted = {"customer_id": customer_id, "as_of": as_of}
    documents, applications = _open_of_customer()
    applied: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(applications, wanted):
        applied[row.document_id].append(row)
    return [_document(row, applied[row.id]) for row in session.execute(documents, wanted)]


@cache
def _open_of_customer() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """The open documents of a customer, and what was applied to them."""
    mine = (_D.customer_id == bindparam("customer_id"), open_on(bindparam("as_of", type_=Date)))
    applications = select(_A.document_id, _A.on, _A.amount, _A.kind).join_from(_A.id.table, _D.id.table)
    return select(*_COLUMNS).where(*mine), applications.where(*mine).order_by(_A.id)


def _with_customer() -> Select[DocumentRow]:
    return (
        select(DocumentRow)
        .join(DocumentRow.customer)
        .options(contains_eager(DocumentRow.customer), selectinload(DocumentRow.applications))
    )


def _pairs(rows: Sequence[DocumentRow]) -> list[tuple[Document, Customer]]:
    return [(to_document(row), to_customer(row.customer)) for row in rows]


def by_id(session: Session, person: Person, document_id: int) -> tuple[Document, Customer] | None:
    """A document of the portfolio by id, with its customer."""
    rows = session.scalars(_with_customer().where(DocumentRow.id == document_id, within(person))).all()
    return _pairs(rows)[0] if rows else None


def named(session: Session, person: Person, series: str | None, folio: str) -> list[tuple[Document, Customer]]:
    """Charges of the portfolio with this folio, and series when one is given; uncancelled first, newest first."""
    query = _with_customer().where(DocumentRow.folio == folio, DocumentRow.kind.in_(CHARGES), within(person))
    if series is not None:
        query = query.where(func.upper(DocumentRow.series) == series.upper())
    rows = session.scalars(query.order_by(DocumentRow.cancelled, DocumentRow.issued.desc(), DocumentRow.id))
    return _pairs(rows.all())


def open_charges(
    session: Session, person: Person, as_of: date, only: OpenFilter, *, limit: int | None = None, offset: int = 0
) -> list[tuple[Document, Customer]]:
    """The portfolio's open charges on a day, by customer and due date."""
    query = _with_customer().where(*_agenda(person, as_of, only))
    query = query.order_by(CustomerRow.code, DocumentRow.due, DocumentRow.id).limit(limit).offset(offset)
    return _pairs(session.scalars(query).all())


def count_open_charges(session: Session, person: Person, as_of: date, only: OpenFilter) -> int:
    """How many open charges `open_charges` would list without a limit."""
    query = select(func.count()).select_from(DocumentRow).join(DocumentRow.customer)
    return session.scalar(query.where(*_agenda(person, as_of, only))) or 0


def customers_owing(
    session: Session, person: Person, as_of: date, only: OpenFilter, *, limit: int | None = None
) -> list[Customer]:
    """The portfolio's customers with an open charge on a day, by code."""
    open_ids = select(DocumentRow.customer_id).join(DocumentRow.customer).where(*_agenda(person, as_of, only))
    rows = session.scalars(
        select(CustomerRow).where(CustomerRow.id.in_(open_ids)).order_by(CustomerRow.code).limit(limit)
    )
    return [to_customer(row) for row in rows]


def _agenda(person: Person, as_of: date, only: OpenFilter) -> list[ColumnElement[bool]]:
    # What is overpaid is open too, but nothing is collected on it.
    conditions = [open_on(as_of), DocumentRow.kind.in_(CHARGES), within(person), balance_on(as_of) > 0]
    if only.overdue:
        conditions.append(DocumentRow.due < as_of)
    if only.without_promise:
        conditions.append(~exists().where(PromiseInForceRow.document_id == DocumentRow.id))
    if only.customer_id is not None:
        conditions.append(DocumentRow.customer_id == only.customer_id)
    if only.document_ids is not None:
        conditions.append(DocumentRow.id.in_(only.document_ids))
    return conditions


def loaded_until(session: Session) -> date | None:
    """The day of the newest payment loaded: what is said as «pagos cargados hasta»."""
    return session.scalar(select(func.max(ApplicationRow.on)))
