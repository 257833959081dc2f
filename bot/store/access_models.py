"""The tables of who is let in; see `bot.store.models`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.people import Role
from bot.store.base import Base


class InvitationRow(Base):
    """A one-time link: only its token's hash is kept, and `source`, the update that asked for it.

    `invited_by_id` is None where the command line made it.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    collector_code: Mapped[str | None] = mapped_column(String(30))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    source: Mapped[str | None] = mapped_column(String(80), unique=True)


class SentMessageRow(Base):
    """A message of the bot that is to be deleted from its chat when its time has come."""

    __tablename__ = "sent_messages"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
