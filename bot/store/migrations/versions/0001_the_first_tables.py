"""The first tables, with triggers that keep the ledgers append-only."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0001"
down_revision = None

LEDGERS = ("promises", "promise_events", "audit")


def keep_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("rfc", sa.String(length=20), nullable=False),
        sa.Column("email", sa.JSON(), nullable=False),
        sa.Column("cc", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("credit_limit", bot.store.types.Minor(), nullable=False),
        sa.Column("credit_days", sa.Integer(), nullable=False),
        sa.Column("collector_code", sa.String(length=30), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "attachments",
            sa.Enum("separate", "zip", "pdf_only", "none", name="AttachmentPolicy", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("do_not_send", sa.Boolean(), nullable=False),
        sa.Column("search", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("code", name=op.f("uq_customers_code")),
    )
    op.create_index(op.f("ix_customers_collector_code"), "customers", ["collector_code"], unique=False)
    op.create_table(
        "handled_updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_handled_updates")),
    )
    op.create_index(op.f("ix_handled_updates_at"), "handled_updates", ["at"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum("collector", "supervisor", "administrator", name="Role", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("collector_code", sa.String(length=30), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("reminder_time", sa.Time(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("unreachable_since", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_people_telegram_id")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_audit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_person_id_action", "audit", ["person_id", "action", "id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("concept_code", sa.String(length=30), nullable=False),
        sa.Column("concept", sa.String(length=120), nullable=False),
        sa.Column("series", sa.String(length=25), nullable=False),
        sa.Column("folio", sa.String(length=40), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "invoice",
                "debit_note",
                "credit_note",
                "payment_on_account",
                name="DocumentKind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "payment_method", sa.Enum("PUE", "PPD", name="PaymentMethod", native_enum=False, length=20), nullable=True
        ),
        sa.Column("issued", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", bot.store.types.Minor(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_documents_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "customer_id",
            "concept_code",
            "series",
            "folio",
            name=op.f("uq_documents_customer_id_concept_code_series_folio"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_documents_uuid")),
    )
    op.create_index("ix_documents_folio", "documents", ["folio"], unique=False)
    op.create_index("ix_documents_open", "documents", ["customer_id", "settled_on"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "retry",
                "failed",
                "cancelled",
                name="MailState",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("not_before", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("person_id", "kind", "on", name=op.f("uq_notices_person_id_kind_on")),
    )
    op.create_index(op.f("ix_notices_state"), "notices", ["state"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("queued_by_id", sa.Integer(), nullable=True),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("cc", sa.JSON(), nullable=False),
        sa.Column("bcc", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "retry",
                "failed",
                "cancelled",
                name="MailState",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("queued_at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("not_before", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_at", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("draft_id", sa.String(length=500), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_outbox_customer_id")),
        sa.ForeignKeyConstraint(["queued_by_id"], ["people.id"], name=op.f("fk_outbox_queued_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_state_not_before", "outbox", ["state", "not_before"], unique=False)
    op.create_table(
        "questions",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_questions_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_questions")),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", bot.store.types.Minor(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "payment", "credit_note", "discount", "return", name="ApplicationKind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("method", sa.String(length=2), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("rep_uuid", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_applications_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("document_id", "key", name=op.f("uq_applications_document_id_key")),
    )
    op.create_index(op.f("ix_applications_on"), "applications", ["on"], unique=False)
    op.create_table(
        "outbox_attachments",
        sa.Column("mail_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox.id"], name=op.f("fk_outbox_attachments_mail_id")),
        sa.PrimaryKeyConstraint("mail_id", "position", name=op.f("pk_outbox_attachments")),
    )
    op.create_table(
        "promises",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", bot.store.types.Minor(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_promises_document_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_promises_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_promises_document_id_number")),
        sa.UniqueConstraint("source", name=op.f("uq_promises_source")),
    )
    op.create_table(
        "ticks",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_ticks_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ticks_person_id")),
        sa.PrimaryKeyConstraint("person_id", "document_id", name=op.f("pk_ticks")),
    )
    op.create_table(
        "promise_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("promise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "in_force",
                "kept",
                "partially_kept",
                "broken",
                "rescheduled",
                "withdrawn",
                name="PromiseState",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name=op.f("fk_promise_events_promise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_events")),
    )
    op.create_index(op.f("ix_promise_events_promise_id"), "promise_events", ["promise_id"], unique=False)
    op.create_table(
        "promises_in_force",
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("promise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_promises_in_force_document_id")),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name=op.f("fk_promises_in_force_promise_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_promises_in_force")),
        sa.UniqueConstraint("promise_id", name=op.f("uq_promises_in_force_promise_id")),
    )
    op.create_index("ix_promises_in_force_on", "promises_in_force", ["on"], unique=False)
    for table in LEDGERS:
        keep_append_only(table)


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
