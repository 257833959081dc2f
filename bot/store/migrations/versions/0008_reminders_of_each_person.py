"""Each person's own time zone, and whether they want reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("people", sa.Column("time_zone", sa.String(length=40), nullable=True))
    op.add_column("people", sa.Column("reminded", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_notices_on", "notices", ["on"])
