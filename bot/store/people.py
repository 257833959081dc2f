"""People as rows and as values."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.domain.people import Person, PersonNotFound, Role
from bot.store.asking import ask
from bot.store.models import PersonRow

# Of the table itself, made once: they are asked for at every tap (see `documents`).
_P: Any = PersonRow.__table__
_NAMES = [each.name for each in fields(Person)]
_BY_ACCOUNT = select(*(_P.c[name] for name in _NAMES), _P.c.last_seen).where(
    _P.c.telegram_id == bindparam("telegram_id")
)
_ARRIVED = (
    update(_P).where(_P.c.id == bindparam("person_id")).values(last_seen=bindparam("now"), unreachable_since=None)
)


def to_person(row: PersonRow) -> Person:
    """The value of a row."""
    return Person(*(getattr(row, name) for name in _NAMES))


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


def by_account(session: Session, telegram_id: int) -> tuple[Person, datetime | None] | None:
    """Who has this Telegram account, active or not, and when they were last seen."""
    for *known, last_seen in ask(session, _BY_ACCOUNT, {"telegram_id": telegram_id}):
        return Person(*known), last_seen
    return None


def arrived(session: Session, person_id: int, now: datetime) -> None:
    """Note when somebody was seen last: who writes can be reached again."""
    session.execute(_ARRIVED, {"person_id": person_id, "now": now})


def rows(session: Session) -> list[PersonRow]:
    """Everyone, by name."""
    return list(session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id)))


def time_zones(session: Session) -> Sequence[str | None]:
    """The time zones of the people, None for the house's, each once."""
    return session.scalars(select(PersonRow.time_zone).distinct()).all()


def collectors(session: Session) -> dict[str, str]:
    """Who collects from each portfolio: the names of the active people, by collector code."""
    found: dict[str, list[str]] = {}
    for row in rows(session):
        if row.active and row.collector_code:
            found.setdefault(row.collector_code, []).append(row.name)
    return {code: ", ".join(names) for code, names in found.items()}


def spellings(session: Session) -> list[str]:
    """The codes of portfolios as people have them, of those who are let in first."""
    query = select(PersonRow.collector_code).order_by(PersonRow.active.desc(), PersonRow.id)
    return [code for code in session.scalars(query) if code]


def chiefs(session: Session) -> list[Person]:
    """The active people who see everyone's portfolio and can be reached, by name."""
    reached = (row for row in rows(session) if row.active and row.telegram_id and not row.unreachable_since)
    return [person for person in map(to_person, reached) if person.sees_all]


def silent(session: Session) -> list[str]:
    """The names of the active people whom no message reaches."""
    return [row.name for row in rows(session) if row.active and row.unreachable_since]


def lock_administrators(session: Session) -> list[int]:
    """The active administrators, who stay so until the transaction ends: two at once do not shut out the last one.

    What refers to them, such as an entry of the trail, may be written meanwhile.
    """
    query = select(PersonRow.id).where(PersonRow.role == Role.ADMINISTRATOR, PersonRow.active)
    return list(session.scalars(query.order_by(PersonRow.id).with_for_update(key_share=True)))
