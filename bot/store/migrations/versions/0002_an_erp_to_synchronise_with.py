"""An ERP to synchronise with."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("last_success_at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
    )
    op.add_column("documents", sa.Column("erp_id", sa.BigInteger(), nullable=True))
    known = sa.text("erp_id IS NOT NULL")
    op.create_index(
        "ix_documents_erp_id", "documents", ["erp_id"], unique=True, sqlite_where=known, postgresql_where=known
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
