"""Which sendings ended on a later day than they were begun, to be told in a new message."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "run_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("not_before", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_notices_run_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_run_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_notices")),
        sa.UniqueConstraint("run_id", name=op.f("uq_run_notices_run_id")),
    )
    op.create_index(op.f("ix_run_notices_state"), "run_notices", ["state"])


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
