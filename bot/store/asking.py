"""What is asked at every tap, without what SQLAlchemy does anew at each execution of a statement."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Enum, Insert, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Statement: TypeAlias = Select[*tuple[Any, ...]] | Insert
# In the order of the statement's columns.
Row: TypeAlias = Sequence[Any]
# How a type's values are written or read; None is as they are.
_Way: TypeAlias = Callable[[Any], Any] | None
_SQLITE = sqlite.dialect()


def ask(session: Session, statement: Statement, values: Mapping[str, object]) -> Sequence[Row]:
    """The rows of a statement that is made once and kept, and is given values by name; an insert, by column.

    SQLite answers within some microseconds, and what SQLAlchemy adds takes several times as long: there it writes the
    statement, once, and knows the types, and the driver's own cursor asks. Lists of values it goes on writing itself.
    """
    connection = session.connection()
    prepared = _prepared(statement, tuple(values)) if connection.dialect.name == "sqlite" else None
    if prepared is None:
        result: Any = session.execute(statement, values)
        return list(result) if result.returns_rows else []
    session.flush()
    cursor: Any = connection.connection.cursor()
    try:
        rows = cursor.execute(prepared.text, prepared.written(values)).fetchall()
    except sqlite3.Error as error:
        raise as_sqlalchemy(error, prepared.text) from error
    return prepared.read(rows)


def as_sqlalchemy(error: sqlite3.Error, text: str) -> BaseException:
    """The error that SQLAlchemy would have raised in place of the driver's."""
    # Without the values: they are customers' data, and errors are logged.
    return DBAPIError.instance(text, None, error, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as SQLite takes it."""

    text: str
    # By the places in the text: a value that is always the same, else its name and how it is written.
    places: tuple[tuple[Any, str | None, _Way], ...]
    # Of the columns that are not read as they come.
    ways: tuple[tuple[int, Callable[[Any], Any]], ...]

    def written(self, values: Mapping[str, object]) -> list[Any]:
        """The values in the order of their places."""
        return [
            same if name is None else values[name] if way is None else way(values[name])
            for same, name, way in self.places
        ]

    def read(self, rows: list[Row]) -> Sequence[Row]:
        """The rows with their values read."""
        if not rows or not self.ways:
            return rows
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, way in self.ways:
            columns[place] = map(way, columns[place])
        return list(zip(*columns, strict=True))


@cache
def _prepared(statement: Statement, names: tuple[str, ...]) -> _Prepared | None:
    """None where a list of values is given, for which there are as many places as it has."""
    compiled = statement.compile(dialect=_SQLITE, column_keys=names)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what such statements are compiled to
    given = [compiled.binds[name] for name in compiled.positiontup or ()]
    if any(one.expanding for one in given):
        return None
    places = []
    for one in given:
        way = _in_sqlite(one.type).bind_processor(_SQLITE)
        same = way(one.value) if way and not one.required else one.value
        places.append((same, one.key if one.required else None, way))
    ways = [_read_as(_in_sqlite(column.type)) for column in statement.exported_columns]
    return _Prepared(str(compiled), tuple(places), tuple((place, way) for place, way in enumerate(ways) if way))


def _read_as(named: TypeEngine[Any]) -> _Way:
    way = named.result_processor(_SQLITE, None)
    # Of words there are few: each is looked up once.
    return cache(way) if way and isinstance(named, Enum) else way


def _in_sqlite(named: TypeEngine[Any]) -> TypeEngine[Any]:
    """A column's type as SQLite has it."""
    return named.dialect_impl(_SQLITE)
