"""Invitations, when people were last seen, and the menu that their chat has."""

import sqlalchemy as sa
from alembic import op

import bot.store.types

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    roles = sa.Enum("collector", "supervisor", "administrator", name="Role", native_enum=False, length=20)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", roles, nullable=False),
        sa.Column("collector_code", sa.String(length=30), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", bot.store.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", bot.store.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["invited_by_id"], ["people.id"], name=op.f("fk_invitations_invited_by_id")),
        sa.ForeignKeyConstraint(["used_by_id"], ["people.id"], name=op.f("fk_invitations_used_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        sa.UniqueConstraint("source", name=op.f("uq_invitations_source")),
    )
    op.add_column("people", sa.Column("last_seen", bot.store.types.UtcDateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("menu", sa.String(length=40), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
