"""Which REP others replace: one that comes after its substitute pays nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "replaced_reps",
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("uuid", "by", name=op.f("pk_replaced_reps")),
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
