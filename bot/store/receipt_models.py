"""The tables of payments reported in the street; see `bot.store.models`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.correspondence import MailState
from bot.store.base import Base, BigId
from bot.store.types import Minor


class ReceiptRow(Base):
    """A payment as a collector reported it, apart from the ledger; never changed, never deleted.

    `source` names the update that reported it: the same one delivered twice makes one receipt.
    """

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("taken_by_id", "year", "number"), UniqueConstraint("source"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    amount: Mapped[int] = mapped_column(Minor)
    currency: Mapped[str] = mapped_column(String(3))
    form: Mapped[str] = mapped_column(String(2))
    comment: Mapped[str] = mapped_column(Text)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taken_by: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    number: Mapped[int]
    on: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(80))


class ReceiptWithdrawnRow(Base):
    """A receipt that was taken back, once. Append-only, as receipts are."""

    __tablename__ = "receipts_withdrawn"

    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipts.id"), primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class ReceiptPhotoRow(Base):
    """A photo of a payment: the file is kept in `FILES_DIR` under its digest. Append-only, as receipts are."""

    __tablename__ = "receipt_photos"
    __table_args__ = (UniqueConstraint("receipt_id", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipts.id"))
    digest: Mapped[str] = mapped_column(String(64))
    suffix: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    is_file: Mapped[bool]
    at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(80))


class HandoverRow(Base):
    """Payments of the day `on` handed over to a supervisor. Append-only, with its receipts and its answer."""

    __tablename__ = "handovers"
    __table_args__ = (UniqueConstraint("source"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    on: Mapped[date]
    from_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    from_name: Mapped[str] = mapped_column(String(120))
    to_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    to_name: Mapped[str] = mapped_column(String(120))
    given_on: Mapped[date]
    at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(80))


class HandoverReceiptRow(Base):
    """A payment in a handover."""

    __tablename__ = "handover_receipts"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"), primary_key=True, autoincrement=False)
    receipt_id: Mapped[int] = mapped_column(
        ForeignKey("receipts.id"), primary_key=True, autoincrement=False, index=True
    )


class HandoverAnswerRow(Base):
    """What became of a handover: accepted, refused, or taken back by who had handed over. Its key lets one be."""

    __tablename__ = "handover_answers"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[str] = mapped_column(String(120))
    on: Mapped[date]
    at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(80))


class HandoverNoticeRow(Base):
    """What a person is to be told of a handover, once: who receives it that it waits, who gave it the answer."""

    __tablename__ = "handover_notices"
    __table_args__ = (UniqueConstraint("handover_id", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED, index=True)
    not_before: Mapped[datetime | None]
