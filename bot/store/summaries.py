"""A portfolio added up by lateness, by promised day, by how promises were kept: one query each."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from bot.domain.calendar import Sum
from bot.domain.forecast import Promised
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.statement import AGING_BUCKETS
from bot.store import expected
from bot.store.asking import ask
from bot.store.documents import IS_CHARGE, at_hand, balance_on, on_day, open_on
from bot.store.models import CustomerRow, DocumentRow, PromiseInForceRow, PromiseRow
from bot.store.scope import given, theirs

# The tables themselves, in statements that are made once: see `documents`.
_C, _D, _F, _P = (row.__table__.c for row in (CustomerRow, DocumentRow, PromiseInForceRow, PromiseRow))
_BOUNDS = [days for _, days in AGING_BUCKETS if days is not None]
_OF_PORTFOLIO = _D.id.table.join(_C.id.table)


def balances(session: Session, person: Person, today: date, customer_id: int | None = None) -> list[Sum]:
    """What is open of the portfolio's charges, by how late it is and currency, each on the newest due date of these.

    How late goes by AGING_BUCKETS: a portfolio has hundreds of due dates. What is overpaid counts against it.
    """
    wanted = _wanted(person, today, customer_id)
    wanted |= {f"within_{days}": today - timedelta(days=days) for days in _BOUNDS}
    rows = ask(session, _balances(*_kind(person, customer_id)), wanted)
    # PostgreSQL adds integers up to a decimal.
    return [Sum(on, Money(int(minor), currency), count) for on, currency, minor, count in rows]


@cache
def _balances(sees_all: bool, of_customer: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the key of a cache
    found = at_hand(
        select(_D.due, _bucket().label("bucket"), _D.currency, balance_on(on_day()).label("balance"))
        .select_from(_OF_PORTFOLIO)
        .where(*_open(sees_all, of_customer))
    ).c
    query = select(func.max(found.due), found.currency, func.sum(found.balance), func.count())
    return query.where(found.balance != 0).group_by(found.bucket, found.currency)


def _bucket() -> ColumnElement[int]:
    """Which of AGING_BUCKETS a document is in, by the days that are given as `within_`."""
    return case(*((_D.due >= bindparam(f"within_{days}", type_=Date), days) for days in _BOUNDS), else_=-1)


def promised(session: Session, person: Person, today: date, customer_id: int | None = None) -> list[Promised]:
    """What is to come of the promises on documents of the portfolio, by day, customer and currency."""
    query, wanted = _promised(*_kind(person, customer_id)), _wanted(person, today, customer_id)
    rows, apart = expected.read(session, query, wanted, person, today)
    return [
        *(
            Promised(on, customer, Money(int(minor), currency), count)
            for on, customer, currency, _, minor, count in rows
        ),
        *(Promised(item.promise.on, item.customer.id, item.left_on(today), 1) for item in apart),
    ]


@cache
def _promised(sees_all: bool, of_customer: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - likewise
    promises = _F.on.table.join(_P.id.table, _P.id == _F.promise_id)
    found = select(*expected.COLUMNS, _D.customer_id)
    found = found.select_from(promises.join(_OF_PORTFOLIO, _D.id == _F.document_id))
    return expected.added_up(found.where(_D.promised, *_open(sees_all, of_customer)), "on", "customer_id")


def _kind(person: Person, customer_id: int | None) -> tuple[bool, bool]:
    """What kind of question it is: the key of its statement."""
    return person.sees_all, customer_id is not None


def _wanted(person: Person, today: date, customer_id: int | None) -> dict[str, object]:
    """What the statement of a question is given."""
    about = {} if customer_id is None else {"customer_id": customer_id}
    return {"as_of": today, **given(person), **about}


def _open(sees_all: bool, of_customer: bool) -> Iterator[ColumnElement[bool]]:  # noqa: FBT001 - of `_kind`
    yield theirs(sees_all=sees_all)
    yield IS_CHARGE
    yield open_on(on_day())
    if of_customer:
        yield _D.customer_id == bindparam("customer_id")
