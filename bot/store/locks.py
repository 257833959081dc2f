"""Work that one of several replicas does at a time: PostgreSQL's advisory locks, which end with their connection."""

import hashlib
from contextlib import suppress
from threading import Lock

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import DatabaseAway

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_GIVE = text("SELECT pg_advisory_unlock(:key)")
_WAIT = text("SELECT pg_advisory_xact_lock(:key)")
# PostgreSQL, lock_timeout.
_PATIENCE = text("SET LOCAL lock_timeout TO 0")


class Locks:
    """The locks of this process, all held by one connection of its own: a process that dies holds none any more.

    On SQLite, which one process alone may use as a bot, each lock is only this process's.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine if engine.dialect.name == "postgresql" else None
        self._connection: Connection | None = None
        self._held: set[str] = set()
        self._one_at_a_time = Lock()

    def take(self, name: str) -> bool:
        """Take a lock unless it is held, by another process or in this one; never waits. Raises DatabaseAway."""
        with self._one_at_a_time:
            if name in self._held or not self._taken(name):
                return False
            self._held.add(name)
            return True

    def give(self, name: str) -> None:
        """Give a lock back; what was done under it is done, so that a lost connection is no fault here."""
        with self._one_at_a_time:
            # Not held any more when the connection was lost meanwhile.
            if name in self._held:
                self._held.discard(name)
                with suppress(DatabaseAway):
                    self._ask(_GIVE, name)

    def close(self) -> None:
        """Give all back."""
        with self._one_at_a_time:
            self._forget()

    def _taken(self, name: str) -> bool:
        is_old = self._connection is not None
        try:
            return self._ask(_TAKE, name)
        except DatabaseAway:
            if not is_old:
                raise
            # The server was restarted since, or cut this connection off, and may be there.
            return self._ask(_TAKE, name)

    def _ask(self, statement: TextClause, name: str) -> bool:
        if self._engine is None:
            return True
        try:
            if self._connection is None:
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._connection.scalar(statement, {"key": _key(name)}))
        except DBAPIError as error:
            # The server has let go of everything with the connection.
            self._forget()
            raise DatabaseAway(str(error.orig)) from error

    def _forget(self) -> None:
        self._held.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def be_patient(connection: Connection) -> None:
    """Let this transaction wait for whatever another holds, however long that takes."""
    if connection.dialect.name == "postgresql":
        connection.execute(_PATIENCE)


def wait_for(connection: Connection, name: str) -> None:
    """Wait for a lock that is held until this transaction ends; nothing where one process writes at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_WAIT, {"key": _key(name)})


def _key(name: str) -> int:
    """The 64-bit number that PostgreSQL knows a lock by (PostgreSQL, «Advisory Lock Functions»)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
