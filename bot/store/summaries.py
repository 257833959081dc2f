"""A portfolio added up by due date, by promised day, by how promises were kept: one query each."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.domain.calendar import Sum
from bot.domain.forecast import Promised
from bot.domain.money import Money
from bot.domain.people import Person
from bot.store.documents import CHARGES, balance_on, open_on
from bot.store.models import DocumentRow, PromiseInForceRow, PromiseRow
from bot.store.scope import within


def balances(session: Session, person: Person, today: date, customer_id: int | None = None) -> list[Sum]:
    """What is open of the portfolio's charges by due date and currency; what is overpaid counts against it."""
    query = (
        select(DocumentRow.due, DocumentRow.currency, func.sum(balance_on(today)), func.count())
        .join(DocumentRow.customer)
        .where(*_open(person, today, customer_id), balance_on(today) != 0)
        .group_by(DocumentRow.due, DocumentRow.currency)
    )
    # PostgreSQL adds integers up to a decimal.
    return [Sum(on, Money(int(minor), currency), count) for on, currency, minor, count in session.execute(query)]


def promised(session: Session, person: Person, today: date, customer_id: int | None = None) -> list[Promised]:
    """What is promised on documents of the portfolio that are owed, by day, customer and currency."""
    query = (
        select(PromiseRow.on, DocumentRow.customer_id, PromiseRow.currency, func.sum(PromiseRow.amount), func.count())
        .select_from(PromiseInForceRow)
        .join(PromiseRow, PromiseRow.id == PromiseInForceRow.promise_id)
        .join(DocumentRow, DocumentRow.id == PromiseInForceRow.document_id)
        .join(DocumentRow.customer)
        # A promise on a settled document waits to be judged, not for money.
        .where(*_open(person, today, customer_id), balance_on(today) > 0)
        .group_by(PromiseRow.on, DocumentRow.customer_id, PromiseRow.currency)
    )
    return [
        Promised(on, customer, Money(int(minor), currency), count)
        for on, customer, currency, minor, count in session.execute(query)
    ]


def _open(person: Person, today: date, customer_id: int | None) -> Iterator[ColumnElement[bool]]:
    yield within(person)
    yield DocumentRow.kind.in_(CHARGES)
    yield open_on(today)
    if customer_id is not None:
        yield DocumentRow.customer_id == customer_id
