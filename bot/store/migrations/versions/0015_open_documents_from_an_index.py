"""A customer's open documents with what lists ask of them, from the index alone: they lie side by side there."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.drop_index("ix_documents_open", "documents")
    op.create_index(
        "ix_documents_open",
        "documents",
        ["customer_id", "issued", "settled_on", "kind", "cancelled", "due", "currency", "total"],
        postgresql_include=["id"],
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
