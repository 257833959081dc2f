"""Whole tables as lines of text and back, the same lines from SQLite and from PostgreSQL.

The tables are read as the database has them and not from the models, so that a backup from before a migration can be
put back as it was, and migrated then.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
)

import bot.store.models  # noqa: F401 - which declares the tables
from bot.store.base import Base

# Rows held in memory together; fewer where each may be a file.
_ROWS, _ROWS_WITH_FILES = 2_000, 20
_VERSION = "alembic_version"


def tables(connection: Connection) -> list[Table]:
    """Our tables in this database, each after those that it refers to; nobody else's."""
    there = set(inspect(connection).get_table_names())
    found = MetaData()
    found.reflect(connection, only=sorted(there & set(Base.metadata.tables)))
    return found.sorted_tables


def count(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def drop(connection: Connection) -> None:
    """Remove our tables with all that is in them."""
    found = MetaData()
    there = set(inspect(connection).get_table_names())
    found.reflect(connection, only=sorted(there & {*Base.metadata.tables, _VERSION}))
    found.drop_all(connection)


def dump(connection: Connection, table: Table, columns: Sequence[str]) -> Iterator[bytes]:
    """A line for each row, in the order of the key."""
    key = [_in_bytes(column, connection.dialect.name) for column in table.primary_key]
    rows = select(*(table.c[name] for name in columns)).order_by(*key)
    for row in connection.execute(rows, execution_options={"yield_per": _batch(table)}):
        line = json.dumps([_written(value) for value in row], ensure_ascii=False, separators=(",", ":"))
        yield line.encode() + b"\n"


def load(connection: Connection, table: Table, columns: Sequence[str], lines: Iterable[bytes]) -> None:
    """Insert the rows of such lines."""
    readers = [_reader(table.c[name], connection.dialect.name) for name in columns]
    rest = iter(lines)
    while batch := list(islice(rest, _batch(table))):
        values = (zip(columns, readers, json.loads(line), strict=True) for line in batch)
        rows = [{name: None if value is None else read(value) for name, read, value in row} for row in values]
        connection.execute(insert(table), rows)
    if connection.dialect.name == "postgresql":
        _number_on(connection, table)


def _batch(table: Table) -> int:
    return _ROWS_WITH_FILES if any(isinstance(c.type, LargeBinary) for c in table.c) else _ROWS


def _in_bytes(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """The column, to be ordered by as SQLite does: PostgreSQL orders texts by its server's language."""
    return column.collate("C") if dialect == "postgresql" and isinstance(column.type, String) else column


def _written(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, datetime):
        # SQLite keeps instants in UTC without saying so (bot.store.types).
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _reader(column: Column[Any], dialect: str) -> Callable[[Any], Any]:
    if isinstance(column.type, DateTime):
        zone = None if dialect == "sqlite" else UTC
        return lambda value: datetime.fromisoformat(value).replace(tzinfo=zone)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode
    kind = column.type.python_type
    return kind.fromisoformat if kind in (date, time) else lambda value: value


def _number_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's sequences go on after the highest number of the table."""
    for column in table.primary_key:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        highest = connection.scalar(select(func.max(column))) if sequence else None
        if highest is not None:
            connection.execute(select(func.setval(sequence, highest)))
