"""Promises kept and broken, counted in the database."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, bindparam, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.domain.people import Person
from bot.domain.promises import NOT_KEPT, PromiseState
from bot.domain.scores import Score
from bot.store.asking import ask
from bot.store.documents import one_of
from bot.store.models import CustomerRow, DocumentRow, PersonRow, PromiseEventRow, PromiseRow
from bot.store.scope import given, theirs, within


def by_customer(session: Session, person: Person, after: date) -> dict[int, Score]:
    """The scores of the customers of the portfolio from promises for days after `after`; none judged, no score."""
    query = _scores(within(person), after, CustomerRow.id)
    return {key: Score(due, kept, broken) for key, due, kept, broken in session.execute(query)}


def of_customer(session: Session, person: Person, after: date, customer_id: int) -> Score:
    """The score of one customer of the portfolio."""
    wanted = {"customer_id": customer_id, "after": after, **given(person)}
    for _, due, kept, broken in ask(session, _of_customer(person.sees_all), wanted):
        return Score(due, kept, broken)
    return Score()


@cache
def _of_customer(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the one key of a cache
    """Made once, of the tables themselves: it is asked for with every statement (see `documents`)."""
    after, customer = bindparam("after", type_=Date), CustomerRow.__table__.c
    return _scores(theirs(sees_all=sees_all), after, customer.id).where(customer.id == bindparam("customer_id"))


def by_day(
    session: Session, person: Person, after: date, last: date, customer_id: int | None = None
) -> dict[tuple[date, str], Score]:
    """The scores of the promised days after `after` up to `last`, by currency too."""
    query = _scores(within(person), after, PromiseRow.on, DocumentRow.currency).where(PromiseRow.on <= last)
    if customer_id is not None:
        query = query.where(CustomerRow.id == customer_id)
    return {(on, currency): Score(*counts) for on, currency, *counts in session.execute(query)}


def by_collector(session: Session, person: Person, after: date) -> dict[str, Score]:
    """The scores of the portfolios that the person sees, by collector's code."""
    query = _scores(within(person), after, CustomerRow.collector_code).where(CustomerRow.collector_code.is_not(None))
    return {str(key): Score(due, kept, broken) for key, due, kept, broken in session.execute(query)}


def collectors(session: Session) -> dict[str, tuple[str, ...]]:
    """The names of the active people of each collector's code, in alphabetical order."""
    query = select(PersonRow.collector_code, PersonRow.name)
    query = query.where(PersonRow.active, PersonRow.collector_code.is_not(None))
    names: dict[str, tuple[str, ...]] = {}
    for code, name in session.execute(query.order_by(PersonRow.name)):
        names[str(code)] = (*names.get(str(code), ()), name)
    return names


def _scores(
    whose: ColumnElement[bool],
    after: date | BindParameter[date],
    *keys: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> Select[*tuple[Any, ...]]:
    promise, event, document, customer = (
        row.__table__ for row in (PromiseRow, PromiseEventRow, DocumentRow, CustomerRow)
    )
    last = select(func.max(event.c.id)).where(event.c.promise_id == promise.c.id).correlate(promise).scalar_subquery()
    return (
        select(*keys, func.count(), _count(PromiseState.KEPT), _count(PromiseState.BROKEN))
        .select_from(promise)
        .join(event, event.c.id == last)
        .join(document, document.c.id == promise.c.document_id)
        .join(customer, customer.c.id == document.c.customer_id)
        .where(whose, promise.c.on > after, one_of(event.c.state, (*sorted(NOT_KEPT), PromiseState.KEPT)))
        .group_by(*keys)
    )


def _count(state: PromiseState) -> ColumnElement[int]:
    return func.sum(case((PromiseEventRow.__table__.c.state == state, 1), else_=0))
