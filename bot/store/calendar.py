"""A month as the database adds it up, and whose portfolios there are to look at."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Date, Select, bindparam, func, select
from sqlalchemy.orm import Session

from bot.domain.agenda import Expected
from bot.domain.calendar import Collector, Sum
from bot.domain.money import Money
from bot.domain.people import Person
from bot.store import expected
from bot.store.asking import Row, ask
from bot.store.documents import IS_CHARGE, at_hand, balance_on, on_day, open_on, owed
from bot.store.models import CustomerRow, DocumentRow, PersonRow, PromiseInForceRow, PromiseRow
from bot.store.promises import not_kept
from bot.store.scope import given, theirs, within

# The tables themselves, in statements that are made once: see `documents`.
_C, _D, _F, _P = (row.__table__.c for row in (CustomerRow, DocumentRow, PromiseInForceRow, PromiseRow))
_OF_PORTFOLIO = _D.id.table.join(_C.id.table)


def promised(session: Session, person: Person, today: date, first: date, last: date) -> list[Sum]:
    """What is to come of the promises for each day between two, both included, on documents of the portfolio."""
    wanted = {"as_of": today, "first": first, "last": last, **given(person)}
    return _by_day(*expected.read(session, _promised(person.sees_all), wanted, person, today), today)


@cache
def _promised(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the one key of a cache
    promises = _F.on.table.join(_P.id.table, _P.id == _F.promise_id)
    found = select(*expected.COLUMNS).select_from(promises.join(_OF_PORTFOLIO, _D.id == _F.document_id))
    mine = (_D.promised, _F.on.between(*_days()), theirs(sees_all=sees_all), IS_CHARGE, open_on(on_day()))
    return expected.added_up(found.where(*mine), "on")


def broken(session: Session, person: Person, today: date, first: date, last: date) -> list[Sum]:
    """What is to come of `promises.broken`, by the day for which it was promised."""
    wanted = {"as_of": today, "first": first, "last": last, **given(person)}
    return _by_day(*expected.read(session, _broken(person.sees_all), wanted, person, today), today)


@cache
def _broken(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - likewise
    return expected.added_up(not_kept(expected.COLUMNS, sees_all=sees_all).order_by(None), "on")


def due(session: Session, person: Person, today: date, first: date, last: date) -> list[Sum]:
    """What is open today of the portfolio's documents that fall due on each day between two, both included."""
    wanted = {"as_of": today, "first": first, "last": last, **given(person)}
    rows = ask(session, _due(person.sees_all), wanted)
    # PostgreSQL adds integers up to a decimal.
    return [Sum(on, Money(int(minor), currency), count) for on, currency, minor, count in rows]


@cache
def _due(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - likewise
    found = at_hand(
        select(_D.due, _D.currency, balance_on(on_day()).label("balance"))
        .select_from(_OF_PORTFOLIO)
        .where(_D.due.between(*_days()), theirs(sees_all=sees_all), IS_CHARGE, open_on(on_day()))
    ).c
    query = select(found.due, found.currency, func.sum(found.balance), func.count())
    return query.where(found.balance > 0).group_by(found.due, found.currency)


def due_on(session: Session, person: Person, today: date, on: date, currency: str) -> tuple[int, ...]:
    """The ids of the portfolio's open documents that fall due on a day."""
    query = select(_D.id).select_from(_OF_PORTFOLIO).where(_D.due == on, _D.currency == currency)
    mine = query.where(theirs(sees_all=person.sees_all), *owed())
    return tuple(session.execute(mine, {"as_of": today, **given(person)}).scalars())


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


def _days() -> tuple[BindParameter[date], BindParameter[date]]:
    return bindparam("first", type_=Date), bindparam("last", type_=Date)


def _by_day(rows: Sequence[Row], apart: Sequence[Expected], today: date) -> list[Sum]:
    """What the database added up, together with the promises that it did not."""
    sums: defaultdict[tuple[date, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    lone = ((item.promise.on, item.balance.currency, None, item.left_on(today).minor, 1) for item in apart)
    for on, currency, _, minor, count in (*rows, *lone):
        so_far, counted = sums[on, currency]
        # PostgreSQL adds integers up to a decimal.
        sums[on, currency] = so_far + int(minor), counted + count
    return [Sum(on, Money(minor, currency), count) for (on, currency), (minor, count) in sums.items()]
