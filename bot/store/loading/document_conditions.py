"""In what a row of a file agrees with a document: `c` are the columns of the staging table, `its` the document's."""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, not_, or_, select

from bot.domain.money import MXN
from bot.domain.receivables import DocumentKind

CHARGES = tuple(kind.value for kind in DocumentKind if kind.is_charge)


def is_total(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    """The condition for a document of a row's total, in its currency if it says one."""
    # A sum is in no index, and SQLite makes itself none of it: thousands may have one total, and one folio few.
    return and_(its.total + 0 == c.total, its.currency == func.coalesce(c.currency, its.currency))


def pesos_first(c: Any, its: Any, is_it: ColumnElement[bool]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:  # noqa: ANN401 - columns of any query
    """A condition in the currency of a row, pesos where it says none; then in any of those that it does not say."""
    # As with totals.
    return and_(is_it, its.currency + "" == func.coalesce(c.currency, MXN)), and_(is_it, c.currency.is_(None))


def differs(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    """The condition for a document that has not both day and total of a row."""
    return or_(c.issued != its.issued, not_(is_total(c, its)))


def is_kind(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    """The condition for a document of a row's kind: a row that says none is of a charge."""
    return or_(its.kind == c.kind, and_(c.kind.is_(None), its.kind.in_(CHARGES)))


def is_unclaimed(staged: Table, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    """The condition for a document that no row is known to be of."""
    claiming = staged.alias().c
    unclaimed: ColumnElement[bool] = its.id.not_in(select(claiming.known_id).where(claiming.known_id.is_not(None)))
    return unclaimed
