"""The tables of sendings; see `bot.store.models`."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.correspondence import MailState
from bot.domain.runs import RunState
from bot.store.base import Base, BigId


class RunRow(Base):
    """A sending of statements: drafted, then confirmed once; `shown` is what its message in the chat last said."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on: Mapped[date]
    asked_at: Mapped[datetime]
    state: Mapped[RunState] = mapped_column(index=True)
    comment: Mapped[str] = mapped_column(Text)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    shown: Mapped[str] = mapped_column(String(200))


class RunCustomerRow(Base):
    """A customer in a sending, once: the mail it gets, or why it gets none; neither while its mail is not written."""

    __tablename__ = "run_customers"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True, autoincrement=False)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    skipped: Mapped[str | None] = mapped_column(String(20))


class RunFileRow(Base):
    """A file that the sender adds to every mail of a sending; `source` is the update that brought it."""

    __tablename__ = "run_files"
    __table_args__ = (UniqueConstraint("run_id", "source"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    source: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RunNoticeRow(Base):
    """What a person is to be told, once, of a sending of theirs that ended on a later day than it was begun."""

    __tablename__ = "run_notices"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED, index=True)
    not_before: Mapped[datetime | None]
