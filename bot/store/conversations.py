"""What lies between two messages: ticked boxes, an open question, updates already answered."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert, String, bindparam, cast, delete, literal, select
from sqlalchemy.orm import Session

from bot.domain.occasion import OF_UPDATE
from bot.domain.people import Person
from bot.store import asking
from bot.store.models import HandledUpdateRow, QuestionRow, TickRow
from bot.store.upsert import insert, insert_of

# Whose statement is asked for: where another question takes its place, nothing typed is lost.
STATEMENT = "statement"

_H = HandledUpdateRow.__table__.c
_HANDLED = select(_H.answered).where(_H.update_id == bindparam("update_id"))
_Q = QuestionRow.__table__.c
_ASKED = select(_Q.kind, _Q.known).where(_Q.person_id == bindparam("person_id"))
_T = TickRow.__table__.c
_TICKED = select(_T.document_id).where(_T.person_id == bindparam("person_id"))


def ticked(session: Session, person: Person) -> set[int]:
    """The ids of the documents a person has ticked."""
    return {row[0] for row in asking.ask(session, _TICKED, {"person_id": person.id})}


def tick(session: Session, person: Person, document_ids: Iterable[int]) -> None:
    """Tick these boxes of a person; one that is ticked already stays so."""
    rows = [{"person_id": person.id, "document_id": document_id} for document_id in document_ids]
    if rows:
        # In one statement: two taps may come at once.
        session.execute(insert(session, TickRow).values(rows).on_conflict_do_nothing())


def clear_ticks(session: Session, person: Person, document_ids: Iterable[int] | None = None) -> None:
    """Clear these boxes of a person, or all."""
    query = delete(TickRow).where(TickRow.person_id == person.id)
    if document_ids is not None:
        query = query.where(TickRow.document_id.in_(list(document_ids)))
    session.execute(query)


def ask(session: Session, person: Person, kind: str, known: dict[str, Any]) -> None:
    """Remember the question that waits for an answer, in place of any other."""
    asked = insert(session, QuestionRow).values(person_id=person.id, kind=kind, known=known)
    # In one statement: the same person may ask twice at once.
    session.execute(asked.on_conflict_do_update(index_elements=["person_id"], set_={"kind": kind, "known": known}))


def question(session: Session, person: Person) -> tuple[str, dict[str, Any]] | None:
    """The question that waits, with what is known so far."""
    for kind, known in asking.ask(session, _ASKED, {"person_id": person.id}):
        return kind, known
    return None


def known_of(session: Session, person: Person, kind: str) -> dict[str, Any] | None:
    """What is known so far of the question that waits, where it is of this kind."""
    waiting = question(session, person)
    return waiting[1] if waiting and waiting[0] == kind else None


def is_free(session: Session, person: Person, kind: str) -> bool:
    """Whether a question of this kind may be asked: none waits but perhaps one of its own, or that for a statement."""
    waiting = question(session, person)
    return waiting is None or waiting[0] in {kind, STATEMENT} or "closed_by" in waiting[1]


def is_answered_by(known: Mapping[str, Any], source: str | None) -> bool:
    """Whether this same update has given its answer already: a date that comes again is no comment."""
    return source is not None and known.get("answered_by") == source


def is_closed(known: Mapping[str, Any], source: str | None) -> bool:
    """Whether another update than this has closed the question."""
    return bool(known.get("closed_by", source) != source)


def close_question(session: Session, person: Person, kind: str, source: str | None) -> None:
    """Note which update closed the question of this kind, so that it finds it when it is delivered again."""
    known = known_of(session, person, kind)
    if known is not None:
        ask(session, person, kind, {"closed_by": source or "", **known})


def drop_question(session: Session, person: Person, kind: str) -> None:
    """Forget the question of this kind, if it waits."""
    session.execute(delete(QuestionRow).where(QuestionRow.person_id == person.id, QuestionRow.kind == kind))


def is_handled(session: Session, update_id: int) -> bool:
    """Whether the answer to an update has left already."""
    return any(answered for (answered,) in asking.ask(session, _HANDLED, {"update_id": update_id}))


def mark_begun(session: Session, update_id: int, now: datetime) -> bool:
    """Remember that the answer to an update is about to leave; whether it was once before."""
    begun, _ = _noting(session.get_bind().dialect.name)
    return not asking.ask(session, begun, {"update_id": update_id, "at": now, "answered": False})


def forget_begun(session: Session, update_id: int) -> None:
    """Forget that the answer to an update was about to leave."""
    session.execute(
        delete(HandledUpdateRow).where(HandledUpdateRow.update_id == update_id, HandledUpdateRow.answered.is_(False))
    )


def mark_handled(session: Session, update_id: int, now: datetime) -> None:
    """Remember that the answer to an update has left."""
    _, left = _noting(session.get_bind().dialect.name)
    asking.ask(session, left, {"update_id": update_id, "at": now, "answered": True})


@cache
def _noting(dialect: str) -> tuple[Insert, Insert]:
    """The two statements of every update."""
    table = HandledUpdateRow.metadata.tables[HandledUpdateRow.__tablename__]
    note = insert_of(dialect, table)
    return (
        note.on_conflict_do_nothing().returning(table.c.update_id),
        note.on_conflict_do_update(index_elements=["update_id"], set_={"answered": True}),
    )


def forget_handled(session: Session, before: datetime) -> None:
    """Forget updates handled before an instant, and the questions that they closed."""
    source = literal(OF_UPDATE) + cast(_H.update_id, String)
    closed_by = QuestionRow.known["closed_by"].as_string()
    session.execute(delete(QuestionRow).where(closed_by.in_(select(source).where(_H.at < before))))
    session.execute(delete(HandledUpdateRow).where(HandledUpdateRow.at < before))
