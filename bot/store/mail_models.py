"""The tables of the mail: what leaves, and what came back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from bot.domain.correspondence import MailState
from bot.store.base import Base, BigId
from bot.store.run_models import RunFileRow


class MailRow(Base):
    """A mail of the outbox, frozen when queued: what the customer received is evidence."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_not_before", "state", "not_before"),
        Index("ix_outbox_message_id", "message_id"),
        Index("ix_outbox_conversation_id", "conversation_id"),
        Index("ix_outbox_sent_at", "sent_at"),
        Index("ix_outbox_customer_id", "customer_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    queued_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    to: Mapped[list[str]] = mapped_column(JSON)
    cc: Mapped[list[str]] = mapped_column(JSON)
    bcc: Mapped[list[str]] = mapped_column(JSON)
    subject: Mapped[str] = mapped_column(String(255))
    text: Mapped[str]
    html: Mapped[str]
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    queued_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    # Until when it was in somebody's hand, or since when it is.
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    draft_id: Mapped[str | None] = mapped_column(String(500))
    # Where the draft goes instead, as MAIL_REDIRECT_TO was when it was laid down: then the customer gets nothing.
    redirected_to: Mapped[str | None] = mapped_column(String(254))
    message_id: Mapped[str | None] = mapped_column(String(250))
    conversation_id: Mapped[str | None] = mapped_column(String(250))
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(500), default="")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))

    attachments: Mapped[list["MailAttachmentRow"]] = relationship(
        lazy="raise_on_sql", order_by="MailAttachmentRow.position"
    )
    # Kept once for all mails of a sending; no draft takes them back once it is confirmed.
    run_files: Mapped[list[RunFileRow]] = relationship(
        primaryjoin=lambda: foreign(RunFileRow.run_id) == MailRow.run_id,
        lazy="raise_on_sql",
        order_by=RunFileRow.id,
        viewonly=True,
    )


class MailAttachmentRow(Base):
    """A file of a queued mail, byte for byte."""

    __tablename__ = "outbox_attachments"

    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class AnswerRow(Base):
    """A mail that came back to the mailbox, a reply or a bounce, to be told to a person once."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("message_id", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(250))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    failures: Mapped[list[list[Any]]] = mapped_column(JSON)
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED, index=True)
    not_before: Mapped[datetime | None]


class BadAddressRow(Base):
    """An address that a mail bounced from; nothing more is sent to it until a person says that it works again."""

    __tablename__ = "bad_addresses"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
