"""What a CFDI says of how it is to be paid, beside what the ERP does."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    methods = sa.Enum("PUE", "PPD", name="PaymentMethod", native_enum=False, length=20)
    op.add_column("documents", sa.Column("stamped_method", methods, nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
