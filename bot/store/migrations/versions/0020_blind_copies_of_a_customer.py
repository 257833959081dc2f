"""Who gets a blind copy of what a customer is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("customers", sa.Column("bcc", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
