"""Answers that had begun to leave: what is said again after an interruption says so."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("handled_updates", sa.Column("answered", sa.Boolean(), nullable=False, server_default=sa.true()))
