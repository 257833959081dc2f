"""Pictures that need not be drawn and uploaded again."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.store import pictures as store

# Some years of months of some dozens of people; what is older is drawn again when it is asked for.
MOST = 2_000


def file_id(session: Session, key: str) -> str | None:
    """The id under which Telegram has the picture with this digest, if it has."""
    return store.file_id(session, key)


def keep(session: Session, key: str, file_id: str, now: datetime) -> None:
    """Remember under which id Telegram has a picture."""
    store.keep(session, key, file_id, now, most=MOST)
