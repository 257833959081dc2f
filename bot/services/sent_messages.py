"""What the bot has sent, remembered until it is deleted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.access_models import SentMessageRow

# Bot API, deleteMessages: «1-100 identifiers».
BATCH = 100


def keep(session: Session, chat_id: int, message_id: int, now: datetime) -> None:
    """Remember a message that was sent now."""
    session.merge(SentMessageRow(chat_id=chat_id, message_id=message_id, at=now))


def due(session: Session, before: datetime) -> tuple[int, list[int]] | None:
    """Messages of one chat sent before an instant, as many as are deleted at once; None when there are none."""
    old = select(SentMessageRow.chat_id).where(SentMessageRow.at < before).order_by(SentMessageRow.at).limit(1)
    chat_id = session.scalar(old)
    if chat_id is None:
        return None
    of_chat = select(SentMessageRow.message_id).where(SentMessageRow.chat_id == chat_id, SentMessageRow.at < before)
    return chat_id, list(session.scalars(of_chat.order_by(SentMessageRow.message_id).limit(BATCH)))


def forget(session: Session, chat_id: int, message_ids: Sequence[int]) -> None:
    """Remember these no longer."""
    session.execute(
        delete(SentMessageRow).where(SentMessageRow.chat_id == chat_id, SentMessageRow.message_id.in_(message_ids))
    )
