"""The whole payment that an application is a part of, where an ERP tells of it: REP are held against it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("applications", sa.Column("paid_currency", sa.String(length=3), nullable=True))
    for name in ("paid_total", "paid_part", "paid_rate"):
        op.add_column("applications", sa.Column(name, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
