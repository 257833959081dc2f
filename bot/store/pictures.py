"""Pictures that Telegram has already, by the digest of what they show."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.models import PictureRow
from bot.store.upsert import insert


def file_id(session: Session, key: str) -> str | None:
    """The id that Telegram gave the picture, if it was sent before."""
    return session.scalar(select(PictureRow.file_id).where(PictureRow.key == key))


def keep(session: Session, key: str, file_id: str, now: datetime, *, most: int) -> None:
    """Remember the id that Telegram gave a picture, in place of any other, and no more than the last `most` of them."""
    values = {"file_id": file_id, "sent_at": now}
    kept = insert(session, PictureRow).values(key=key, **values)
    # In one statement: two people may be sent the same picture at once.
    session.execute(kept.on_conflict_do_update(index_elements=["key"], set_=values))
    newest = select(PictureRow.key).order_by(PictureRow.sent_at.desc(), PictureRow.key).limit(most)
    session.execute(delete(PictureRow).where(PictureRow.key.not_in(newest)))
