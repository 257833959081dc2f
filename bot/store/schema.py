"""Which migration the tables stand at, and the way from there to another."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.domain.errors import DatabaseLacksLetters, DatabaseTooNew

_MIGRATIONS = Path(__file__).with_name("migrations")
# Where Alembic keeps it («Environment configuration», version_table).
_TABLE = "alembic_version"
# Of what PostgreSQL may keep text in: these hold every letter, the second as the bytes that we write.
_HOLD_ALL = ("UTF8", "SQL_ASCII")


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to a migration, within the transaction of this connection; raises DatabaseLacksLetters."""
    if encoding := unfit_encoding(connection):
        raise DatabaseLacksLetters(encoding)
    if revision_of(connection) == (revisions()[0] if revision == "head" else revision):
        return
    # Alembic takes its time and 11 MB, which a start that finds the tables as they should be need not pay.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def unfit_encoding(connection: Connection) -> str | None:
    """The encoding of a database that lacks letters which names have, such as LATIN1; None where it has them all."""
    if connection.dialect.name == "sqlite":
        return None
    encoding: str = connection.execute(text("SHOW server_encoding")).scalar_one()
    return None if encoding in _HOLD_ALL else encoding


def is_only_read(connection: Connection) -> bool:
    """Whether a server lets nothing be written: it is a standby, or was set so, as where its disk is nearly full."""
    asked = text("SHOW transaction_read_only")
    return connection.dialect.name == "postgresql" and connection.execute(asked).scalar_one() == "on"


def may_make_tables(connection: Connection) -> bool:
    """Whether a server lets this user make tables; since PostgreSQL 15 it lets only the database's owner."""
    asked = text("SELECT has_schema_privilege(current_schema(), 'CREATE')")
    return connection.dialect.name == "sqlite" or bool(connection.execute(asked).scalar_one())


def revision_of(connection: Connection) -> str | None:
    """The migration that the tables stand at; None when there are none."""
    if not inspect(connection).has_table(_TABLE):
        return None
    at: str | None = connection.scalar(text(f"SELECT version_num FROM {_TABLE}"))  # noqa: S608 - a name of ours
    return at


def known_revision_of(connection: Connection) -> str | None:
    """The same; raises DatabaseTooNew where this version does not know it."""
    at = revision_of(connection)
    if at is not None and at not in revisions():
        raise DatabaseTooNew(at)
    return at


@cache
def revisions() -> list[str]:
    """The migrations that this version knows, the newest first: each follows the one before it in the alphabet."""
    files = (_MIGRATIONS / "versions").glob("[0-9]*.py")
    return sorted((file.name.partition("_")[0] for file in files), reverse=True)
