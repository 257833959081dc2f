"""Folios without the decimals of a number: files that have them bring them without by now."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_PLACE = ("customer_id", "concept_code", "series", "folio")
_WHOLE = re.compile(r"(\d+)\.0+")


def upgrade() -> None:
    connection = op.get_bind()
    table = sa.table("documents", sa.column("id"), *map(sa.column, _PLACE))
    other = table.alias().c
    rows = connection.execute(sa.select(table).where(table.c.folio.like("%.%0")).order_by(table.c.id)).mappings().all()
    for row in rows:
        if not (whole := _WHOLE.fullmatch(row["folio"])):
            continue
        values = {**row, "folio": whole[1]}
        # One that has the place already stays another: the invoice may be there twice, which the office has to see.
        is_taken = sa.exists().where(other.id != row["id"], *(other[each] == values[each] for each in _PLACE))
        connection.execute(sa.update(table).where(table.c.id == row["id"], ~is_taken).values(folio=whole[1]))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
