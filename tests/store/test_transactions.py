"""Who writes when, and what a power cut may undo."""

import sqlite3
from threading import Event, Thread

import pytest
from sqlalchemy import event, text

from bot.domain.errors import DatabaseAway
from bot.store import database as module
from bot.store.database import Database
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
    monkeypatch.setattr(module, "SQLITE_BUSY_SECONDS", 0.01)
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
    monkeypatch.setattr(module, "SQLITE_BUSY_SECONDS", 1_000_000)  # whoever waits fails the test
    with sqlite_database.engine.connect() as connection:
        for _ in range(2):
            with connection.begin():
                connection.execute(text("DELETE FROM handled_updates"))
    note(sqlite_database, 1)


def test_postgresql_makes_a_plan_for_the_portfolio_that_is_asked_for(postgres_database: Database) -> None:
    with postgres_database.transaction() as session:
        assert session.scalar(text("SHOW plan_cache_mode")) == "force_custom_plan"
