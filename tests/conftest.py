"""Fixtures for every test: a migrated database of its own, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.store.database import Database
from tests import postgres
from tests.contpaqi_company import Company


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated database on a PostgreSQL server of this worker's own."""
    with postgres.server() as conninfo:
        with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE tests")
        url = _url(conninfo, "tests")
        database = Database(url)
        database.upgrade()
        database.close()
        yield url


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "cobranza.db")
    database = Database(f"sqlite:///{tmp_path / 'cobranza.db'}")
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database: the one of this worker, emptied after each test."""
    database = Database(postgres_url)
    yield database
    database.close()
    # A third of what a database of its own per test costs; a test that has left a transaction open is told so.
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(
            """DO $$ BEGIN EXECUTE (
                SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY CASCADE'
                FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
            ); END $$"""
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database: the test runs on SQLite and on PostgreSQL."""
    fixture = {"sqlite": "sqlite_database", "postgresql": "postgres_database"}[request.param]
    made: Database = request.getfixturevalue(fixture)
    return made


@pytest.fixture
def sqlite_company(tmp_path: Path) -> Iterator[Company]:
    """An empty company of CONTPAQi, on SQLite."""
    company = Company(f"sqlite:///{tmp_path / 'adEMPRESA.db'}")
    yield company
    company.close()


@pytest.fixture
def postgres_company(postgres_server: str, database_names: Iterator[str]) -> Iterator[Company]:
    """An empty company of CONTPAQi, on PostgreSQL."""
    name = next(database_names)
    with psycopg.connect(f"{postgres_server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        company = Company(_url(postgres_server, name))
        yield company
        company.close()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest) -> Company:
    """An empty company of CONTPAQi: the test reads it on SQLite and on PostgreSQL."""
    fixture = {"sqlite": "sqlite_company", "postgresql": "postgres_company"}[request.param]
    made: Company = request.getfixturevalue(fixture)
    return made


def _url(conninfo: str, name: str) -> str:
    parts = dict(part.split("=", 1) for part in conninfo.split())
    return f"postgresql+psycopg://{parts['user']}@/{name}?host={parts['host']}&port={parts['port']}"
