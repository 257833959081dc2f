"""A month as the database adds it up, and whose portfolios there are to look at."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from bot.domain.calendar import Collector, Sum
from bot.domain.money import Money
from bot.domain.people import Person
from bot.store.documents import CHARGES, balance_on, open_on
from bot.store.models import CustomerRow, DocumentRow, PersonRow, PromiseInForceRow, PromiseRow
from bot.store.scope import within


def promised(session: Session, person: Person, today: date, first: date, last: date) -> list[Sum]:
    """What is promised for each day between two, both included, on documents of the portfolio that are owed."""
    query = (
        select(PromiseRow.on, PromiseRow.currency, func.sum(PromiseRow.amount), func.count())
        .select_from(PromiseInForceRow)
        .join(PromiseRow, PromiseRow.id == PromiseInForceRow.promise_id)
        .join(DocumentRow, DocumentRow.id == PromiseInForceRow.document_id)
        .join(DocumentRow.customer)
        .where(PromiseInForceRow.on.between(first, last), *_owed(person, today))
        .group_by(PromiseRow.on, PromiseRow.currency)
    )
    return _sums(session.execute(query).all())


def due(session: Session, person: Person, today: date, first: date, last: date) -> list[Sum]:
    """What is open today of the portfolio's documents that fall due on each day between two, both included."""
    query = (
        select(DocumentRow.due, DocumentRow.currency, func.sum(balance_on(today)), func.count())
        .join(DocumentRow.customer)
        .where(DocumentRow.due.between(first, last), *_owed(person, today))
        .group_by(DocumentRow.due, DocumentRow.currency)
    )
    return _sums(session.execute(query).all())


def due_on(session: Session, person: Person, today: date, on: date, currency: str) -> tuple[int, ...]:
    """The ids of the portfolio's open documents that fall due on a day."""
    query = select(DocumentRow.id).join(DocumentRow.customer)
    return tuple(
        session.scalars(query.where(DocumentRow.due == on, DocumentRow.currency == currency, *_owed(person, today)))
    )


def collectors(session: Session, person: Person) -> list[Collector]:
    """Whose portfolios lie within the person's, by code; with the names of those who have them."""
    codes = session.scalars(
        select(CustomerRow.collector_code)
        .where(within(person), CustomerRow.collector_code.is_not(None))
        .distinct()
        .order_by(CustomerRow.collector_code)
    )
    people = session.execute(
        select(PersonRow.collector_code, PersonRow.name).where(PersonRow.active).order_by(PersonRow.id.desc())
    )
    names = {code: name for code, name in people if code}
    return [Collector(code, names.get(code, "")) for code in codes if code]


def _owed(person: Person, today: date) -> tuple[ColumnElement[bool], ...]:
    # A promise on a settled document waits to be judged, not for money.
    return within(person), DocumentRow.kind.in_(CHARGES), open_on(today), balance_on(today) > 0


def _sums(rows: Sequence[Row[date, str, int, int]]) -> list[Sum]:
    # PostgreSQL adds integers up to a decimal.
    return [Sum(on, Money(int(amount), currency), int(count)) for on, currency, amount, count in rows]
