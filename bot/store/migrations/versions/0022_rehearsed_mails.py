"""Which mails went to who rehearses instead of to the customer."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("redirected_to", sa.String(254)))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
