"""An invitation may come from the command line, which is no person: the first administrator's does."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.alter_column("invited_by_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
