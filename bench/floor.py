"""The floor under an import: the same rows, typed and in the tables' own columns already, loaded in bulk.

SQLite: `executemany` in one transaction, straight from `csv.reader`. PostgreSQL: `COPY` of the file. Same tables with
the same indexes and keys, same settings of the database; nothing is read, checked, matched or computed.
"""

import csv
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.store.database import Database
from bot.store.loading.staging import SQLITE_CACHE_KIB

TABLES = ("customers", "documents", "applications")
_NULL = "\\N"


def write_typed(database: Database, folder: Path) -> None:
    """Write the tables of a loaded database as files that need no reading."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for table in TABLES:
            with (folder / f"{table}.typed.csv").open("w", encoding="utf-8", newline="") as file:
                query = f"SELECT * FROM {table} ORDER BY id"  # noqa: S608 - names of ours
                if database.engine.dialect.name == "sqlite":
                    rows = driver.execute(query)
                    writer = csv.writer(file)
                    writer.writerow(column[0] for column in rows.description)
                    writer.writerows([_NULL if value is None else value for value in row] for row in rows)
                else:
                    statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER, NULL '{_NULL}')"
                    with driver.cursor() as cursor, cursor.copy(statement) as copy:
                        for part in copy:
                            file.write(bytes(part).decode())


def load(database: Database, folder: Path) -> dict[str, float]:
    """Load these files into an empty database; returns the seconds of each."""
    seconds = {}
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for table in TABLES:
            start = time.perf_counter()
            path = folder / f"{table}.typed.csv"
            with path.open(encoding="utf-8", newline="") as file:
                columns = next(csv.reader([file.readline()]))
                into = f"{table} ({', '.join(f'{_quoted(name)}' for name in columns)})"
                if database.engine.dialect.name == "sqlite":
                    _insert(connection, driver, into, columns, csv.reader(file))
                else:
                    statement = f"COPY {into} FROM STDIN (FORMAT csv, NULL '{_NULL}')"
                    with driver.cursor() as cursor, cursor.copy(statement) as copy:
                        while part := file.read(1 << 20):
                            copy.write(part)
            seconds[table] = round(time.perf_counter() - start, 2)
        start = time.perf_counter()
        connection.commit()
        seconds["commit"] = round(time.perf_counter() - start, 2)
    return seconds


def _insert(connection: Connection, driver: Any, into: str, columns: Sequence[str], rows: Any) -> None:  # noqa: ANN401 - sqlite3's
    if not connection.in_transaction():
        connection.begin()
        connection.exec_driver_sql(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
    values = ", ".join([f"nullif(?, '{_NULL}')"] * len(columns))
    driver.executemany(f"INSERT INTO {into} VALUES ({values})", rows)  # noqa: S608 - names of ours


def _quoted(name: str) -> str:
    return f'"{name}"'
