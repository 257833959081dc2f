"""The trail of who did what."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.store.asking import ask
from bot.store.models import AuditRow

_MAX_SUBJECT = 120
# Of the table itself: every use case enters something.
_ENTER = insert(AuditRow.metadata.tables[AuditRow.__tablename__])


def seen(session: Session, occasion: Occasion, action: str, subjects: Iterable[str]) -> None:
    """Enter that a person was shown these (codes or labels), as many of them as an entry holds."""
    named = list(subjects)
    subject, named = ", ".join(named), named[:_MAX_SUBJECT]
    # Whole ones: of CL001 nobody can tell that it was CL0012.
    while len(subject) > _MAX_SUBJECT and len(named) > 1:
        named.pop()
        subject = ", ".join([*named, "…"])
    if len(subject) > _MAX_SUBJECT:
        subject = subject[: _MAX_SUBJECT - 1] + "…"
    note(session, occasion, action, subject)


def note(session: Session, occasion: Occasion, action: str, subject: str) -> None:
    """Enter that whoever acts did something to `subject`, now and for what causes it."""
    record(session, occasion.person, action, subject, now=occasion.now, source=occasion.source)


def record(session: Session, person: Person, action: str, subject: str, *, now: datetime, source: str | None) -> None:
    """Enter that a person did something to `subject` (a code or label, no amounts, no addresses)."""
    entry = {"at": now, "person_id": person.id or None, "action": action, "subject": subject, "source": source}
    ask(session, _ENTER, entry)


def sources(session: Session, person: Person, action: str) -> set[str | None]:
    """Which updates and commands have a person's entries of this kind."""
    return set(
        session.scalars(select(AuditRow.source).where(AuditRow.person_id == person.id, AuditRow.action == action))
    )


def last_subjects(session: Session, person: Person, action: str, limit: int) -> list[str]:
    """The subjects a person last did this to, newest first, each once."""
    newest = func.max(AuditRow.id)
    query = (
        select(AuditRow.subject)
        .where(AuditRow.person_id == person.id, AuditRow.action == action)
        .group_by(AuditRow.subject)
        .order_by(newest.desc())
        .limit(limit)
    )
    return list(session.scalars(query))
