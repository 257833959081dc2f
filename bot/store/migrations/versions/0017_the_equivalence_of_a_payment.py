"""How much of a document's currency one unit of its payment's is, where a file tells: REP are held against it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("applications", sa.Column("paid_equivalence", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
