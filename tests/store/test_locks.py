from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.errors import DatabaseAway
from bot.store.database import Database
from bot.store.locks import wait_for


@pytest.fixture
def replicas(postgres_database: Database) -> Iterator[tuple[Database, Database]]:
    """Two replicas on one PostgreSQL."""
    other = Database(postgres_database.url.render_as_string(hide_password=False))
    yield postgres_database, other
    other.close()


def cut_off(replica: Database) -> None:
    """End all connections, as a server does that is restarted."""
    with psycopg.connect(replica.url.set(drivername="postgresql").render_as_string(), autocommit=True) as restarted:
        restarted.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND datname = current_database()"
        )


def test_what_one_replica_is_at_no_other_may_do_until_it_is_given_back(replicas: tuple[Database, Database]) -> None:
    one, other = (replica.locks for replica in replicas)

    assert one.take("tick")
    assert not other.take("tick")
    assert not one.take("tick"), "nor may it begin the same twice"
    assert other.take("chat 1001")

    one.give("tick")
    assert other.take("tick")


def test_a_replica_that_stops_or_is_cut_off_holds_nothing_any_more(replicas: tuple[Database, Database]) -> None:
    one, other = replicas
    assert one.locks.take("tick")
    one.locks.close()
    assert other.locks.take("tick")

    cut_off(one)
    assert other.locks.take("chat 1001"), "it goes on by a new connection"
    assert one.locks.take("tick")
    other.locks.give("tick")
    assert not other.locks.take("tick"), "what was lost is not given back"
    cut_off(one)
    other.locks.give("chat 1001")
    assert one.locks.take("chat 1001"), "what was done is done, though it could not be given back"


def test_where_no_new_connection_can_be_made_the_database_is_away() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseAway):
        nowhere.locks.take("tick")
    nowhere.close()


def test_replicas_that_start_together_make_the_tables_once(replicas: tuple[Database, Database]) -> None:
    one, other = replicas
    with one.engine.begin() as connection:
        wait_for(connection, "migrations")
        with other.engine.connect() as second:
            second.exec_driver_sql("SET lock_timeout = '50ms'")
            with pytest.raises(OperationalError, match="lock timeout"):
                wait_for(second, "migrations")
    other.upgrade()


def test_on_sqlite_a_lock_is_the_process_s_own(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    assert database.locks.take("tick")
    assert not database.locks.take("tick")
    database.locks.give("tick")
    assert database.locks.take("tick")
    database.close()
