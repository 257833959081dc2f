"""Who writes when, and what a power cut may undo."""

import sqlite3
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import event, text

from bot.domain.errors import DatabaseAway
from bot.services import backup
from bot.store import database as module
from bot.store.database import Database
from bot.store.locks import wait_for
from bot.store.models import HandledUpdateRow
from tests.factories import NOON


def note(database: Database, update_id: int) -> None:
    with database.transaction() as session:
        session.add(HandledUpdateRow(update_id=update_id, at=NOON, answered=True))


def impatient(database: Database) -> None:
    """Let SQLite refuse at once what cannot be written now."""

    @event.listens_for(database.engine, "connect")
    def _(connection: sqlite3.Connection, _entry: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")


def test_threads_that_write_queue_for_their_turn_instead_of_being_refused_it(sqlite_database: Database) -> None:
    impatient(sqlite_database)
    writing, may_end = Event(), Event()

    def first() -> None:
        with sqlite_database.transaction() as session:
            session.add(HandledUpdateRow(update_id=1, at=NOON, answered=True))
            session.flush()
            writing.set()
            may_end.wait(5)

    threads = [Thread(target=first), Thread(target=note, args=(sqlite_database, 2))]
    threads[0].start()
    assert writing.wait(5)
    threads[1].start()
    may_end.set()
    for thread in threads:
        thread.join(5)

    with sqlite_database.transaction() as session:
        assert session.query(HandledUpdateRow).count() == 2


def test_whose_turn_does_not_come_is_told_that_the_database_is_locked(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(sqlite_database)
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.01)
    with sqlite_database.transaction() as session:
        session.add(HandledUpdateRow(update_id=1, at=NOON, answered=True))
        session.flush()
        with pytest.raises(DatabaseAway):
            note(sqlite_database, 2)
    note(sqlite_database, 2)


@pytest.mark.usefixtures("to_the_disk")
def test_only_what_is_hurried_does_not_wait_for_the_disk(
    sqlite_database: Database, postgres_database: Database
) -> None:
    # PRAGMA synchronous: 1 is NORMAL, 2 is FULL. PostgreSQL's setting is the server's but for the hurried.
    asked = {
        sqlite_database: (text("PRAGMA synchronous"), 1, 2),
        postgres_database: (
            text("SELECT setting || ' ' || source FROM pg_settings WHERE name = 'synchronous_commit'"),
            "off session",
            "off command line",
        ),
    }
    for database, (question, hurried, otherwise) in asked.items():
        for is_hurried, expected in ((False, otherwise), (True, hurried), (False, otherwise)):
            with database.transaction(hurried=is_hurried) as session:
                assert session.scalar(question) == expected


def test_a_connection_has_its_turn_until_it_is_given_back(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 1_000_000)  # whoever waits fails the test
    with sqlite_database.engine.connect() as connection:
        for _ in range(2):
            with connection.begin():
                connection.execute(text("DELETE FROM handled_updates"))
    note(sqlite_database, 1)


def test_postgresql_makes_a_plan_for_the_portfolio_that_is_asked_for(postgres_database: Database) -> None:
    with postgres_database.transaction() as session:
        assert session.scalar(text("SHOW plan_cache_mode")) == "force_custom_plan"


@pytest.mark.slow
def test_who_waits_on_postgresql_for_what_another_holds_is_told_that_the_database_is_locked(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.02)
    waiting = Database(_url(postgres_database))
    with postgres_database.engine.begin() as other:
        other.execute(text("LOCK TABLE handled_updates"))
        with pytest.raises(DatabaseAway, match="lock timeout"):
            note(waiting, 1)
    note(waiting, 1)
    waiting.close()


@pytest.mark.slow
def test_migrations_wait_for_another_replica_s_however_long_they_take(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.02)
    waiting = Database(_url(postgres_database))
    with postgres_database.engine.begin() as other:
        wait_for(other, "migrations")
        upgrade = Thread(target=waiting.upgrade)
        upgrade.start()
        upgrade.join(0.2)
        assert upgrade.is_alive()
    upgrade.join(30)
    assert not upgrade.is_alive()
    waiting.close()


@pytest.mark.slow
def test_a_backup_waits_for_who_holds_a_table_however_long_that_takes(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.02)
    waiting = Database(_url(postgres_database))
    with postgres_database.engine.begin() as other:
        other.execute(text("LOCK TABLE handled_updates"))
        writing = Thread(target=backup.write, args=(waiting, tmp_path / "files", tmp_path / "it.zip", NOON))
        writing.start()
        writing.join(0.2)
        assert writing.is_alive()
    writing.join(30)
    assert (tmp_path / "it.zip").exists()
    waiting.close()


@pytest.mark.slow
def test_a_postgresql_that_only_reads_is_away_for_who_writes(postgres_database: Database) -> None:
    standby = Database(f"{_url(postgres_database)}&options=-c%20default_transaction_read_only%3Don")
    with pytest.raises(DatabaseAway, match="read-only"):
        note(standby, 1)
    standby.close()


@pytest.mark.slow
def test_a_server_or_a_bot_that_vanishes_is_given_up_soon(postgres_database: Database) -> None:
    """What the system would take hours for: each side asks the other whether it is there. The URL may say otherwise."""
    asked = text("SELECT count(*) FROM pg_settings WHERE name LIKE 'tcp_keepalives%' AND source = 'session'")
    for url, seconds in ((_url(postgres_database), "10"), (f"{_url(postgres_database)}&connect_timeout=3", "3")):
        database = Database(url)
        with database.engine.connect() as connection:
            assert connection.scalar(asked) == 3
            given = connection.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr] # psycopg's
        assert given["connect_timeout"] == seconds
        assert given.keys() >= {"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"}
        database.close()


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)
