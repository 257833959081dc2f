"""Files with one table, as the product opens them."""

from pathlib import Path

from bot.domain.incoming import FileKind
from bot.imports.tabular import Table, open_tables


def table_in(path: Path, kind: FileKind | None = None) -> Table:
    """The only table of a file."""
    (table,) = open_tables(path, kind)
    return table
