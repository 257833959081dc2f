"""The database: SQLite in one file by default, PostgreSQL by URL; one transaction per use case."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from bot.domain.errors import DatabaseAway
from bot.store import schema
from bot.store.asking import as_sqlalchemy
from bot.store.locks import Locks, be_patient, wait_for

# How long is waited for what another holds before it is said that the database is locked: on SQLite by a writer for
# those of its process and then for another's, on PostgreSQL for a table or a row (VACUUM FULL, ALTER TABLE).
BUSY_SECONDS = 30
# Of SQLite's result codes those that pass, or as soon as somebody makes room; the extended ones have them in the last
# byte (sqlite.org/rescode.html).
_SQLITE_PASSING = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip
_PRIMARY_CODE = 0xFF
# PostgreSQL, «Error Codes»: connection, read_only_sql_transaction (a standby, or a server whose disk is nearly full),
# transaction rolled back (deadlock), resources (disk full), lock_not_available, operator intervention (shutdown),
# system error. One that could not connect at all has none.
_POSTGRESQL_PASSING = ("08", "25006", "40", "53", "55P03", "57", "58")
# libpq, «Parameter Key Words»: a server that vanished without a word (its machine, or the way there) is given up, for
# which the system would take from a quarter of an hour to two hours. What DATABASE_URL says comes first.
_VANISHED = {
    "connect_timeout": 10, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}  # fmt: skip
# PostgreSQL likewise, of a bot that vanished: until the server has noticed, nobody else may do what that one was at.
# `plan_cache_mode`: a plan made once for any collector and any days reads everybody's month, and at a million documents
# takes fifteen times as long as one made for these (docs/decisions/0030).
_POSTGRESQL_SETTINGS = """SET plan_cache_mode = force_custom_plan;
    SET lock_timeout = '{busy}s';
    SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"""
# PRAGMA synchronous. Not NORMAL: a promise answered must survive a power cut.
SQLITE_SYNCHRONOUS = "FULL"
# Of one process at a server: each waits for the server half of its time, and Python runs one of them at a time.
_AT_ONCE = 4
# An execution option: nothing will be written, so SQLite's lock for writers is not taken.
_READS_ONLY = "reads_only"
# Another: what is written may be lost in a power cut, but not when the process dies.
_HURRIED = "hurried"
# PostgreSQL, synchronous_commit.
_HURRY = text("SET LOCAL synchronous_commit TO off")


class Database:
    """An engine with its pool; made once, by the application."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.url = parsed
        is_sqlite = parsed.get_backend_name() == "sqlite"
        # Else that of the database counts, or of the environment: of SQL_ASCII, which a server set up with LANG=C has,
        # the driver gives bytes for text.
        given: dict[str, Any] = {}
        if not is_sqlite:
            given = {name: value for name, value in _VANISHED.items() if name not in parsed.query}
            given["client_encoding"] = "utf8"
        # An error's parameters are customers' data, and errors are logged.
        self.engine = create_engine(parsed, pool_pre_ping=not is_sqlite, hide_parameters=True, connect_args=given)
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine)
        else:
            _prepare_postgresql(self.engine)
        # How many transactions are worth beginning at once: SQLite lets one write at a time, and who waits for its turn
        # only holds a thread. A server is waited for anyway.
        self.at_once = 1 if self.engine.dialect.name == "sqlite" else _AT_ONCE
        self._hurried = self.engine.execution_options(**{_HURRIED: True})
        self.locks = Locks(self.engine)

    @contextmanager
    def transaction(self, *, hurried: bool = False) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any exception; raises DatabaseAway for what passes.

        What is `hurried` does not wait for the disk: a power cut may undo it, the end of this process does not.
        """
        try:
            engine = self._hurried if hurried else self.engine
            with Session(engine, expire_on_commit=False) as session, session.begin():
                if hurried and engine.dialect.name == "postgresql":
                    session.execute(_HURRY)
                yield session
        except DBAPIError as error:
            if fault := _passing(error):
                raise DatabaseAway(str(fault.orig)) from error
            raise

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees all as it is now, however long it reads; whoever writes meanwhile does not wait."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.execution_options(**{_READS_ONLY: True})
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def patiently(self) -> Iterator[Connection]:
        """A transaction for what changes whole tables: it waits for who is at them, however long that takes."""
        with self.engine.begin() as connection:
            be_patient(connection)
            yield connection

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to the newest migration, or to an older one; replicas that start together, one by one.

        Raises DatabaseTooNew, DatabaseLacksLetters.
        """
        with self.patiently() as connection:
            wait_for(connection, "migrations")
            schema.known_revision_of(connection)
            schema.migrate(connection, revision)

    def close(self) -> None:
        """Give the connections back."""
        self.locks.close()
        self.engine.dispose()


def _passing(error: BaseException | None) -> DBAPIError | None:
    """What passes, be it this error or what led to it: a full disk ends SQLite's transaction and its savepoints."""
    while error is not None and not (isinstance(error, DBAPIError) and _passes(error)):
        error = error.__context__
    return error


def _passes(error: DBAPIError) -> bool:
    """Whether the same may work later, and does not fail for what was asked."""
    fault = error.orig
    if isinstance(fault, sqlite3.Error):
        return getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY_CODE in _SQLITE_PASSING
    state = getattr(fault, "sqlstate", None)
    return isinstance(error, OperationalError) if state is None else state.startswith(_POSTGRESQL_PASSING)


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(_POSTGRESQL_SETTINGS.format(busy=BUSY_SECONDS))
        cursor.close()
        connection.commit()


def _ask_driver(connection: Connection, statement: str) -> None:
    """What every transaction asks: through SQLAlchemy it takes ten times as long."""
    try:
        cursor = connection.connection.cursor()
        cursor.execute(statement)
        cursor.close()
    except sqlite3.Error as error:
        raise as_sqlalchemy(error, statement) from error


def _prepare_sqlite(engine: Engine) -> None:
    # SQLite lets one write at a time, and who waits looks now and then whether it is their turn: threads that queue
    # here instead lose no time between two turns.
    turn = Lock()

    @event.listens_for(engine, "connect")
    def _on_connect(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver's own transaction control begins too late for a write lock; SQLAlchemy's guide turns it off.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        wanted = "NORMAL" if options.get(_HURRIED) else SQLITE_SYNCHRONOUS
        if connection.info.get("synchronous") != wanted:
            _ask_driver(connection, f"PRAGMA synchronous={wanted}")
            connection.info["synchronous"] = wanted
        if options.get(_READS_ONLY):
            _ask_driver(connection, "BEGIN")
            return
        # Another process may write too: whose turn does not come asks SQLite, which says that it is locked.
        connection.info["has_turn"] = connection.info.get("has_turn") or turn.acquire(timeout=BUSY_SECONDS)
        # A transaction that reads first and writes later would fail instead of waiting; the lock is taken at once.
        _ask_driver(connection, "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _on_checkin(_connection: SqliteConnection | None, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop("has_turn", False):
            turn.release()
