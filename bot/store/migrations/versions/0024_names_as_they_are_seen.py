"""Codes, series and folios as they are seen: files that have marks in them bring them without by now."""

import sqlalchemy as sa
from alembic import op

from bot.domain.text import seen

revision = "0024"
down_revision = "0023"

# What tells a row from others, and what does not.
_NAMES = (
    ("customers", ("code",), ("collector_code",)),
    ("people", (), ("collector_code",)),
    ("documents", ("customer_id", "concept_code", "series", "folio"), ("concept",)),
)


def _seen(value: object) -> object:
    return seen(value) if isinstance(value, str) else value


def upgrade() -> None:
    connection = op.get_bind()
    for name, place, others in _NAMES:
        table = sa.table(name, sa.column("id"), *map(sa.column, (*place, *others)))
        other = table.alias().c
        # There may be millions, hardly any with marks.
        rows = connection.execute(sa.select(table), execution_options={"yield_per": 2_000}).mappings()
        marked = [(dict(row), values) for row in rows if (values := {k: _seen(v) for k, v in row.items()}) != row]
        for row, values in marked:
            # One that has the place already stays another: whose debts they are, nobody can tell.
            is_taken = sa.exists().where(other.id != row["id"], *(other[each] == values[each] for each in place))
            its = table.c.id == row["id"]
            connection.execute(sa.update(table).where(its, ~is_taken if place else sa.true()).values(values))


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back; restore a backup instead")
