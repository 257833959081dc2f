"""Updates answered: each once, though Telegram may deliver it again."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.store import conversations

# Telegram keeps an undelivered update for 24 hours (Bot API, «Getting updates»); twice that is safe.
_KEEP = timedelta(hours=48)


def is_handled(session: Session, update_id: int) -> bool:
    """Whether the answer to an update has left already."""
    return conversations.is_handled(session, update_id)


def mark_begun(session: Session, update_id: int, now: datetime) -> bool:
    """Remember that the answer to an update is about to leave; whether it was once before, and may have arrived."""
    return conversations.mark_begun(session, update_id, now)


def forget_begun(session: Session, update_id: int) -> None:
    """Forget that the answer to an update was about to leave: it has not left."""
    conversations.forget_begun(session, update_id)


def mark_handled(session: Session, update_id: int, now: datetime) -> None:
    """Remember that the answer to an update has left."""
    conversations.mark_handled(session, update_id, now)


def forget_old(session: Session, now: datetime) -> None:
    """Forget what Telegram can no longer deliver again, and the questions that it closed."""
    conversations.forget_handled(session, now - _KEEP)
