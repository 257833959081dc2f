"""Whose customers a query may see."""

from sqlalchemy import ColumnElement, bindparam, false, true

from bot.domain.people import Person
from bot.store.models import CustomerRow

_C = CustomerRow.__table__.c


def within(person: Person) -> ColumnElement[bool]:
    """The condition on customers that holds for the person's portfolio: every query that a person causes carries it."""
    if person.sees_all:
        return true()
    if person.collector_code is None:
        return false()
    return CustomerRow.collector_code == person.collector_code


def theirs(*, sees_all: bool) -> ColumnElement[bool]:
    """The same in a statement that is made once, for whomever `given` names when it is executed."""
    return true() if sees_all else _C.collector_code == bindparam("collector_code", type_=_C.collector_code.type)


def given(person: Person) -> dict[str, object]:
    """Whose portfolio it is, for a statement with `theirs`; of who has no code, nobody's: nothing equals NULL."""
    return {} if person.sees_all else {"collector_code": person.collector_code}
