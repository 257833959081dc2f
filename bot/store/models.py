"""The tables. Rows stay in this package; what leaves it are the domain's frozen values."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.correspondence import MailState
from bot.domain.people import Role
from bot.domain.promises import Cause, PromiseState
from bot.domain.receivables import ApplicationKind, AttachmentPolicy, DocumentKind, PaymentMethod
from bot.store import access_models, mail_models, receipt_models, rep_models  # noqa: F401 - which declare more tables
from bot.store.base import Base, BigId
from bot.store.types import Minor


class PersonRow(Base):
    """Someone who may use the bot."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    collector_code: Mapped[str | None] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(10), default="es_MX")
    reminder_time: Mapped[time | None]
    active: Mapped[bool] = mapped_column(default=True)
    unreachable_since: Mapped[datetime | None]
    dark: Mapped[bool] = mapped_column(default=False, server_default=false())
    time_zone: Mapped[str | None] = mapped_column(String(40))
    reminded: Mapped[bool] = mapped_column(default=True, server_default=true())
    last_seen: Mapped[datetime | None]
    # Which menu of commands the person's chat has: None is that of strangers.
    menu: Mapped[str | None] = mapped_column(String(40))


class CustomerRow(Base):
    """A customer as the ERP has it; `search` is the folded text that names are looked up in."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(254))
    rfc: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[list[str]] = mapped_column(JSON, default=list)
    cc: Mapped[list[str]] = mapped_column(JSON, default=list)
    bcc: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    phone: Mapped[str] = mapped_column(String(60), default="")
    credit_limit: Mapped[int] = mapped_column(Minor, default=0)
    credit_days: Mapped[int] = mapped_column(default=0)
    collector_code: Mapped[str | None] = mapped_column(String(30), index=True)
    language: Mapped[str] = mapped_column(String(10), default="es_MX")
    attachments: Mapped[AttachmentPolicy] = mapped_column(default=AttachmentPolicy.SEPARATE)
    do_not_send: Mapped[bool] = mapped_column(default=False)
    search: Mapped[str] = mapped_column(String(300))


class DocumentRow(Base):
    """A charge or credit; `settled_on` is the day from which its balance stays zero, if it is.

    `erp_id` is its number in the ERP that it is synchronised with, if it is.

    Open on a day means: issued by then and not settled by then. So the day's open items come from an
    index, and a past date is answered as truly as today. `applied` is all that ever was, `applied_until` the newest of
    its days: only a balance from before that is added up from the applications. `promised` says whether there are
    promises to look for: the migration's trigger sees to it. `payment_method` is what ERP or files say,
    `stamped_method` what the CFDI does, which is what SAT has.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("customer_id", "concept_code", "series", "folio"),
        # With all that lists ask of the open ones: a customer's lie side by side here, and far apart in the table.
        Index(
            "ix_documents_open",
            *("customer_id", "issued", "settled_on", "kind", "cancelled", "due", "currency", "total"),
            *("applied", "applied_until", "promised"),
            # SQLite has it in every index.
            postgresql_include=["id"],
        ),
        Index("ix_documents_folio", "folio"),
        Index(
            "ix_documents_erp_id",
            "erp_id",
            unique=True,
            sqlite_where=text("erp_id IS NOT NULL"),
            postgresql_where=text("erp_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    concept_code: Mapped[str] = mapped_column(String(30), default="")
    concept: Mapped[str] = mapped_column(String(120), default="")
    series: Mapped[str] = mapped_column(String(25), default="")
    folio: Mapped[str] = mapped_column(String(40))
    uuid: Mapped[str | None] = mapped_column(String(36), unique=True)
    kind: Mapped[DocumentKind] = mapped_column(default=DocumentKind.INVOICE)
    payment_method: Mapped[PaymentMethod | None]
    stamped_method: Mapped[PaymentMethod | None]
    issued: Mapped[date]
    due: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int] = mapped_column(Minor)
    cancelled: Mapped[bool] = mapped_column(default=False)
    settled_on: Mapped[date | None]
    applied: Mapped[int] = mapped_column(Minor, default=0, server_default="0")
    applied_until: Mapped[date | None]
    promised: Mapped[bool] = mapped_column(default=False, server_default=false())
    erp_id: Mapped[int | None] = mapped_column(BigInteger)

    customer: Mapped[CustomerRow] = relationship(lazy="raise_on_sql")
    applications: Mapped[list["ApplicationRow"]] = relationship(lazy="raise_on_sql", order_by="ApplicationRow.id")

    @property
    def method(self) -> PaymentMethod | None:
        """How it is to be paid: as its CFDI says, else as ERP or files do."""
        return self.stamped_method or self.payment_method


class ApplicationRow(Base):
    """An amount applied to a document; `key` tells a row read twice from two equal payments."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("document_id", "key"),
        # A balance of any day from the index alone.
        Index("ix_applications_document_id_on_amount", "document_id", "on", "amount"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    key: Mapped[str] = mapped_column(String(64))
    on: Mapped[date] = mapped_column(index=True)
    amount: Mapped[int] = mapped_column(Minor)
    kind: Mapped[ApplicationKind] = mapped_column(default=ApplicationKind.PAYMENT)
    method: Mapped[str] = mapped_column(String(2), default="")
    reference: Mapped[str] = mapped_column(String(100), default="")
    rep_uuid: Mapped[str | None] = mapped_column(String(36))
    # The whole payment where ERP or file tell of it: its currency, all of it, this part of it, and what it is worth in
    # pesos and in the document's currency, in their last decimals (bot/store/received.py).
    paid_currency: Mapped[str | None] = mapped_column(String(3))
    paid_total: Mapped[int | None] = mapped_column(Minor)
    paid_part: Mapped[int | None] = mapped_column(Minor)
    paid_rate: Mapped[int | None] = mapped_column(Minor)
    paid_equivalence: Mapped[int | None] = mapped_column(Minor)


class PromiseRow(Base):
    """A numbered promise; never changed, never deleted (the migration's triggers see to it).

    `source` names the update and step that made it: the same one delivered twice makes one promise. An installment
    of a plan says which of how many it is, and what those `before` it amount to.
    """

    __tablename__ = "promises"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        UniqueConstraint("source"),
        Index("ix_promises_on", "on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int]
    on: Mapped[date]
    amount: Mapped[int] = mapped_column(Minor)
    currency: Mapped[str] = mapped_column(String(3))
    comment: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_by: Mapped[str] = mapped_column(String(120))
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(80))
    installment: Mapped[int] = mapped_column(default=1, server_default="1")
    installments: Mapped[int] = mapped_column(default=1, server_default="1")
    before: Mapped[int] = mapped_column(Minor, default=0, server_default="0")
    paid_same_day: Mapped[int] = mapped_column(Minor, default=0, server_default="0")
    replaces: Mapped[int | None]


class PromiseEventRow(Base):
    """A promise comes to a state; the last entry is where it stands. Append-only, as promises are."""

    __tablename__ = "promise_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id"), index=True)
    state: Mapped[PromiseState]
    by: Mapped[str] = mapped_column(String(120))
    on: Mapped[date]
    at: Mapped[datetime]
    cause: Mapped[Cause] = mapped_column(default=Cause.PERSON, server_default=Cause.PERSON.value)
    # Nothing writes it: a ledger is not rewritten to drop it.
    comment: Mapped[str] = mapped_column(Text, default="", server_default="")


class PromiseInForceRow(Base):
    """Which promises are in force for a document. Derived from the ledger.

    One, or the installments of one plan: the key allows one first installment, whoever races, and the document's lock
    the rest.
    """

    __tablename__ = "promises_in_force"
    __table_args__ = (Index("ix_promises_in_force_on", "on"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    installment: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id"), unique=True)
    on: Mapped[date]

    promise: Mapped[PromiseRow] = relationship(lazy="raise_on_sql")


class JudgementDueRow(Base):
    """A document with promises whose payments, or cancellation, changed: it is judged again, and the row goes.

    A row for each change, not for each document: what changes while another transaction judges is not lost.
    """

    __tablename__ = "judgements_due"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))


class TickRow(Base):
    """A box ticked in somebody's agenda."""

    __tablename__ = "ticks"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True)


class QuestionRow(Base):
    """What the bot asked a person last and still waits for: one at a time, kept over restarts."""

    __tablename__ = "questions"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(30))
    known: Mapped[dict[str, Any]] = mapped_column(JSON)


class PictureRow(Base):
    """A picture that Telegram has: `key` is the digest of what it shows, and it is sent again by its `file_id`."""

    __tablename__ = "pictures"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_id: Mapped[str] = mapped_column(String(250))
    sent_at: Mapped[datetime] = mapped_column(index=True)


class HandledUpdateRow(Base):
    """A Telegram update whose answer left, or began to: delivered again, it is not answered again, or says so."""

    __tablename__ = "handled_updates"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    answered: Mapped[bool] = mapped_column(server_default=true())
    at: Mapped[datetime] = mapped_column(index=True)


class NoticeRow(Base):
    """A message that the bot sends unasked, once per person, kind and day."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("person_id", "kind", "on"), Index("ix_notices_on", "on"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED, index=True)
    not_before: Mapped[datetime | None]


class AuditRow(Base):
    """Who did what to what, when, and from which update. Append-only."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_person_id_action", "person_id", "action", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    source: Mapped[str | None] = mapped_column(String(80))


class SourceRow(Base):
    """An ERP that is synchronised: when last, and how far its own marks of change had come by then."""

    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_success_at: Mapped[datetime]
    cursor: Mapped[str | None] = mapped_column(String(40))
