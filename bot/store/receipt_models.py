"""The tables of payments reported in the street; see `bot.store.models`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
