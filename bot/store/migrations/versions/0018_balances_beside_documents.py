"""What was applied to a document beside it, and whether it was ever promised: lists need look no further for most."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0018"
down_revision = "0017"

_APPLIED = 'SELECT document_id, sum(amount) AS amount, max("on") AS until FROM applications GROUP BY document_id'
_MARK = "UPDATE documents SET promised = true WHERE id = NEW.document_id AND NOT promised"


def upgrade() -> None:
    for column in (
        sa.Column("applied", bot.store.types.Minor(), server_default="0", nullable=False),
        sa.Column("applied_until", sa.Date(), nullable=True),
        sa.Column("promised", sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column("documents", column)
    op.drop_index("ix_documents_open", "documents")
    op.execute(
        f"UPDATE documents SET applied = a.amount, applied_until = a.until FROM ({_APPLIED}) a "  # noqa: S608 - ours
        "WHERE a.document_id = documents.id"
    )
    op.execute("UPDATE documents SET promised = true WHERE id IN (SELECT document_id FROM promises)")
    op.create_index(
        "ix_documents_open",
        "documents",
        [
            *("customer_id", "issued", "settled_on", "kind", "cancelled", "due", "currency", "total"),
            *("applied", "applied_until", "promised"),
        ],
        postgresql_include=["id"],
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER promises_mark AFTER INSERT ON promises BEGIN {_MARK}; END")
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION mark_promised() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_MARK}; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER promises_mark AFTER INSERT ON promises FOR EACH ROW EXECUTE FUNCTION mark_promised()"
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
