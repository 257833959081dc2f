"""Pictures that Telegram has already, and who likes them dark."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.String(length=250), nullable=False),
        sa.Column("sent_at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pictures")),
    )
    op.create_index("ix_pictures_sent_at", "pictures", ["sent_at"])
    op.add_column("people", sa.Column("dark", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
