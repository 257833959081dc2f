"""Promises judged, planned in installments, withdrawn and undone."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0003"
down_revision = "0002"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("installment", sa.Integer(), server_default="1", nullable=False),
        sa.Column("installments", sa.Integer(), server_default="1", nullable=False),
        sa.Column("before", bot.store.types.Minor(), server_default="0", nullable=False),
        sa.Column("paid_same_day", bot.store.types.Minor(), server_default="0", nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
    ):
        op.add_column("promises", column)
    op.create_index("ix_promises_on", "promises", ["on"], unique=False)
    causes = sa.Enum("person", "rule", "undo", name="Cause", native_enum=False, length=20)
    op.add_column("promise_events", sa.Column("cause", causes, server_default="person", nullable=False))
    op.add_column("promise_events", sa.Column("comment", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "judgements_due",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("document_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_judgements_due_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements_due")),
    )
    # SQLite cannot give a table another key; what is in force is derived and may be put in again.
    op.execute("CREATE TABLE was_in_force AS SELECT * FROM promises_in_force")
    op.drop_table("promises_in_force")
    op.create_table(
        "promises_in_force",
        sa.Column("document_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("installment", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("promise_id", BIG_ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_promises_in_force_document_id")),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name=op.f("fk_promises_in_force_promise_id")),
        sa.PrimaryKeyConstraint("document_id", "installment", name=op.f("pk_promises_in_force")),
        sa.UniqueConstraint("promise_id", name=op.f("uq_promises_in_force_promise_id")),
    )
    op.create_index("ix_promises_in_force_on", "promises_in_force", ["on"], unique=False)
    op.execute(
        'INSERT INTO promises_in_force (document_id, installment, promise_id, "on") '
        'SELECT document_id, 1, promise_id, "on" FROM was_in_force'
    )
    op.execute("DROP TABLE was_in_force")


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
