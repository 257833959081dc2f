"""The series of documents that a portfolio has."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from bot.domain.people import Person
from bot.store.models import CustomerRow, DocumentRow
from bot.store.scope import within


def is_used(session: Session, person: Person, series: str) -> bool:
    """Whether a document of the portfolio has this series, in any case."""
    found = exists().where(
        func.upper(DocumentRow.series) == series.upper(), CustomerRow.id == DocumentRow.customer_id, within(person)
    )
    return bool(session.scalar(select(found)))
