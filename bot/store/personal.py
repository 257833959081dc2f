"""The rows that tell of a person who uses the bot."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.store.access_models import InvitationRow
from bot.store.base import Base
from bot.store.models import NoticeRow, PersonRow, QuestionRow, TickRow
from bot.store.receipt_models import HandoverNoticeRow
from bot.store.run_models import RunNoticeRow

# What is the customers' in those rows, or a file: it is not the person's.
_LEFT_OUT = frozenset({"html", "text", "to", "cc", "bcc", "token_hash", "sender", "failures"})


def rows_of(session: Session, person_id: int) -> dict[str, object]:
    """Everything with the person's number in it, by table: their own row, and every one that refers to it."""
    people = Base.metadata.tables[PersonRow.__tablename__]
    kept: dict[str, object] = {people.name: _plain(session, people, PersonRow.id == person_id)}
    for table in Base.metadata.sorted_tables:
        named = [key.parent == person_id for key in table.foreign_keys if key.column.table is people]
        if named:
            kept[table.name] = _plain(session, table, or_(*named))
    return kept


def _plain(session: Session, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name not in _LEFT_OUT]
    rows = session.execute(select(*columns).where(where).order_by(*table.primary_key))
    return [{name: _json(value) for name, value in row.items()} for row in rows.mappings()]


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def erase(session: Session, person_id: int, name: str) -> None:
    """What the person has open goes, and what names them names nobody."""
    for model in (TickRow, QuestionRow, NoticeRow, HandoverNoticeRow, RunNoticeRow):
        session.execute(delete(model).where(model.person_id == person_id))
    session.execute(update(InvitationRow).where(InvitationRow.used_by_id == person_id).values(name=name))
