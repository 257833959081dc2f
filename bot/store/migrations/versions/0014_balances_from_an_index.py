"""What was applied to a document by a day, from the index alone: half of what a portfolio's balances cost."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index("ix_applications_document_id_on_amount", "applications", ["document_id", "on", "amount"])


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
