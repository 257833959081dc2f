"""Mails that came back: which of ours they answer, and whom they are still to be told to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.domain.people import Role
from bot.store import notices
from bot.store.mail_models import AnswerRow, MailRow
from bot.store.models import CustomerRow
from bot.store.upsert import insert


@dataclass(frozen=True, slots=True)
class Answered:
    """A mail of ours that something answers, with its recipients in small letters."""

    customer_id: int
    recipients: frozenset[str]


def is_known(session: Session, message_id: str) -> bool:
    """Whether this mail is one of ours, or one that was taken already."""
    ours = select(MailRow.id).where(MailRow.message_id == message_id)
    taken = select(AnswerRow.id).where(AnswerRow.message_id == message_id)
    return session.scalar(ours.limit(1)) is not None or session.scalar(taken.limit(1)) is not None


def answered(session: Session, references: Sequence[str], key: str, conversation_id: str) -> Answered | None:
    """The mail of ours that is meant: by the nearest Message-ID, else its key, else its conversation, the latest of it.

    A thread may name mails to several customers.
    """
    ours = select(MailRow.message_id).where(MailRow.message_id.in_(references))
    named = set(session.scalars(ours)) if references else set()
    nearest = next((each for each in references if each in named), None)
    for condition in (
        MailRow.message_id == nearest if nearest else None,
        MailRow.key == key if key else None,
        MailRow.conversation_id == conversation_id if conversation_id else None,
    ):
        if condition is not None and (found := _latest(session, condition)):
            return found
    return None


def _latest(session: Session, condition: ColumnElement[bool]) -> Answered | None:
    columns = select(MailRow.customer_id, MailRow.to, MailRow.cc, MailRow.bcc)
    row = session.execute(columns.where(condition).order_by(MailRow.id.desc()).limit(1)).first()
    if row is None:
        return None
    return Answered(row[0], frozenset(address.lower() for addresses in row[1:] for address in addresses))


def to_tell(session: Session, customer_id: int) -> list[int]:
    """The ids of the people to tell of a customer: who collects from them, else the supervisors or administrators."""
    code = session.get_one(CustomerRow, customer_id).collector_code
    reachable = notices.reachable_people(session)
    collectors = [row.id for row in reachable if code and row.collector_code == code]
    by_role = ([row.id for row in reachable if row.role is role] for role in (Role.SUPERVISOR, Role.ADMINISTRATOR))
    return collectors or next(filter(None, by_role), [])


def queue(session: Session, answer: Mapping[str, Any], people: Iterable[int]) -> None:
    """Queue an answer, as columns of its table, for people who have not had it.

    Whose it was no more before it was told, and is again, has not.
    """
    rows = [{**answer, "person_id": person_id, "state": MailState.QUEUED} for person_id in people]
    if rows:
        entered = insert(session, AnswerRow).values(rows)
        session.execute(
            entered.on_conflict_do_update(
                index_elements=[AnswerRow.message_id, AnswerRow.person_id],
                set_={"state": MailState.QUEUED},
                where=AnswerRow.state == MailState.CANCELLED,
            )
        )


def queue_anew(session: Session, row: AnswerRow, people: Iterable[int]) -> None:
    """Queue an answer for others instead."""
    same = ("message_id", "customer_id", "received_at", "sender", "subject", "text", "failures")
    queue(session, {name: getattr(row, name) for name in same}, people)
