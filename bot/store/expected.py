"""What is still to come of promises: added up by the database, one by one where something was paid since."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.agenda import Expected
from bot.domain.people import Person
from bot.store import promises
from bot.store.asking import Row, ask
from bot.store.documents import at_hand, balance_on, on_day
from bot.store.models import DocumentRow, PromiseRow

_D, _P = DocumentRow.__table__.c, PromiseRow.__table__.c

# What `added_up` takes of a promise, with its document; `apart` is its id when something was applied since it was made.
COLUMNS = (
    *(_P.on, _D.currency, _P.amount, _P.before, balance_on(on_day()).label("balance")),
    case((_D.applied_until >= _P.made_on, _P.id)).label("apart"),
)

# Where that stands in what `added_up` gives.
_APART = -3


def added_up(found: Select[*tuple[Any, ...]], *by: str) -> Select[*tuple[Any, ...]]:
    """Promises found, with COLUMNS: by the columns `by`, currency and `apart`, what is to come and of how many."""
    # Found first: few documents of a portfolio are promised, and only of these the balance is computed.
    each = at_hand(found).c
    until = each.before + each.amount
    # As `Expected.left_on` has it where nothing has come.
    left = _least(until, each.balance) - _least(each.before, each.balance)
    keys = (*(each[name] for name in by), each.currency, each.apart)
    # A promise on a settled document waits to be judged, not for money.
    wanted = and_(each.balance > 0, or_(each.apart.is_not(None), left > 0))
    return select(*keys, func.sum(left), func.count()).where(wanted).group_by(*keys)


def _least(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one < other, one), else_=other)


def read(
    session: Session, query: Select[*tuple[Any, ...]], wanted: Mapping[str, object], person: Person, today: date
) -> tuple[list[Row], list[Expected]]:
    """The sums of a query made by `added_up`, and the promises apart from them of which something is left."""
    rows = ask(session, query, wanted)
    # What a payment was for is a rule of the domain; most promises have none since they were made.
    apart = promises.of_ids(session, person, today, [row[_APART] for row in rows if row[_APART] is not None])
    return [row for row in rows if row[_APART] is None], [item for item in apart if item.left_on(today).minor > 0]
