"""Whose customers a query may see."""

from sqlalchemy import ColumnElement, false, true

from bot.domain.people import Person
from bot.store.models import CustomerRow


def within(person: Person) -> ColumnElement[bool]:
    """The condition on customers that holds for the person's portfolio: every query that a person causes carries it."""
    if person.sees_all:
        return true()
    if person.collector_code is None:
        return false()
    return CustomerRow.collector_code == person.collector_code
