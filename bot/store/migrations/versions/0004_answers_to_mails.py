"""Answers to mails, addresses that take none, and what the pace of sending is counted by."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0004"
down_revision = "0003"

_STATE = sa.Enum(
    "queued", "sending", "sent", "retry", "failed", "cancelled", name="MailState", native_enum=False, length=20
)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("message_id", sa.String(length=250), nullable=True))
    op.add_column("outbox", sa.Column("conversation_id", sa.String(length=250), nullable=True))
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id"])
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"])
    op.create_table(
        "bad_addresses",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("since", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bad_addresses")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("received_at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("not_before", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_answers_customer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("message_id", "person_id", name=op.f("uq_answers_message_id_person_id")),
    )
    op.create_index("ix_answers_state", "answers", ["state"])


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
