"""Which credits an ERP had applied before their CFDI was read: their keys did not say so."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    # What a CFDI alone applies to an invoice has nothing that a file may say, and is followed by its note's own.
    op.execute(r"""
        UPDATE applications SET key = key || '\:erp'
        WHERE key LIKE 'cfdi\:%\:1' AND kind <> 'payment'
            AND document_id IN (SELECT id FROM documents WHERE kind IN ('invoice', 'debit_note'))
            AND (kind <> 'credit_note' OR method <> '' OR reference <> '' OR NOT EXISTS (
                SELECT 1 FROM applications AS own WHERE own.id = applications.id + 1 AND own.key = applications.key
            ))
    """)


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
