"""People as rows and as values."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.people import Person, PersonNotFound
from bot.store.models import PersonRow


def to_person(row: PersonRow) -> Person:
    """The value of a row."""
    return Person(
        id=row.id,
        name=row.name,
        role=row.role,
        collector_code=row.collector_code,
        telegram_id=row.telegram_id,
        language=row.language,
        reminder_time=row.reminder_time,
        active=row.active,
        dark=row.dark,
    )


def get(session: Session, person_id: int) -> Person:
    """The person with this id; raises PersonNotFound."""
    return to_person(get_row(session, person_id))


def get_row(session: Session, person_id: int) -> PersonRow:
    """The row with this id, to change; raises PersonNotFound."""
    row = session.get(PersonRow, person_id)
    if row is None:
        raise PersonNotFound(person_id)
    return row


def row_by_telegram_id(session: Session, telegram_id: int) -> PersonRow | None:
    """The row that has this Telegram account, active or not."""
    return session.scalar(select(PersonRow).where(PersonRow.telegram_id == telegram_id))


def rows(session: Session) -> list[PersonRow]:
    """Everyone, by name."""
    return list(session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id)))
