"""Photos of payments, and payments handed over to a supervisor: append-only but for what waits to be told."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0013"
down_revision = "0012"

TABLES = ("receipt_photos", "handovers", "handover_receipts", "handover_answers")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = bot.store.types.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "receipt_photos",
        sa.Column("id", _ID, nullable=False),
        sa.Column("receipt_id", _ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("suffix", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("is_file", sa.Boolean(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], name=op.f("fk_receipt_photos_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_photos")),
        sa.UniqueConstraint("receipt_id", "digest", name=op.f("uq_receipt_photos_receipt_id_digest")),
    )
    op.create_table(
        "handovers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("to_name", sa.String(length=120), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["people.id"], name=op.f("fk_handovers_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_handovers_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("source", name=op.f("uq_handovers_source")),
    )
    op.create_index(op.f("ix_handovers_to_id"), "handovers", ["to_id"])
    op.create_table(
        "handover_receipts",
        sa.Column("handover_id", _ID, autoincrement=False, nullable=False),
        sa.Column("receipt_id", _ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name=op.f("fk_handover_receipts_handover_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], name=op.f("fk_handover_receipts_receipt_id")),
        sa.PrimaryKeyConstraint("handover_id", "receipt_id", name=op.f("pk_handover_receipts")),
    )
    op.create_index(op.f("ix_handover_receipts_receipt_id"), "handover_receipts", ["receipt_id"])
    op.create_table(
        "handover_answers",
        sa.Column("handover_id", _ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name=op.f("fk_handover_answers_handover_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_handover_answers_by_id")),
        sa.PrimaryKeyConstraint("handover_id", name=op.f("pk_handover_answers")),
    )
    op.create_table(
        "handover_notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("handover_id", _ID, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("not_before", _AT, nullable=True),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name=op.f("fk_handover_notices_handover_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_handover_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_notices")),
        sa.UniqueConstraint("handover_id", "person_id", name=op.f("uq_handover_notices_handover_id_person_id")),
    )
    op.create_index(op.f("ix_handover_notices_state"), "handover_notices", ["state"])
    for table in TABLES:
        _keep_append_only(table)


def _keep_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    # The function came with the first migration.
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
