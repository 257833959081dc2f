"""Sendings of statements to many customers, and the files that a sender adds."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0005"
down_revision = "0004"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    states = sa.Enum("draft", "running", "stopped", "done", name="RunState", native_enum=False, length=20)
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("asked_at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("shown", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_runs_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_state", "runs", ["state"])
    op.create_table(
        "run_customers",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mail_id", BIG_ID, nullable=True),
        sa.Column("skipped", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_run_customers_customer_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox.id"], name=op.f("fk_run_customers_mail_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_customers_run_id")),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name=op.f("pk_run_customers")),
    )
    op.create_table(
        "run_files",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_files_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_files")),
        sa.UniqueConstraint("run_id", "source", name=op.f("uq_run_files_run_id_source")),
    )
    # In this form SQLite too adds a column with its key, without copying what customers received.
    op.execute("ALTER TABLE outbox ADD COLUMN run_id INTEGER CONSTRAINT fk_outbox_run_id REFERENCES runs (id)")
    op.create_index("ix_outbox_customer_id", "outbox", ["customer_id"])


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
