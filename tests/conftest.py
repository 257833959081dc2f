"""Fixtures for every test: a migrated database of its own, on SQLite and on PostgreSQL."""

import functools
import gc
import importlib
import pkgutil
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine
from sqlalchemy.engine.default import DefaultDialect

from bot.store import database as database_module
from bot.store.database import Database
from tests import postgres, programs
from tests.contpaqi_company import Company
from tests.mail.graph_server import GraphServer
from tests.search import SEARCHING

if TYPE_CHECKING:
    from playwright.async_api import Browser

# How long an example takes says how busy the machine is, not whether it is right. The same examples each time, so that
# what fails fails again, and on every machine; `make search` looks for others.
settings.register_profile(
    "cobranza", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("search", settings.get_profile("cobranza"), derandomize=False)
settings.load_profile("search" if SEARCHING else "cobranza")


_TESTS = Path(__file__).parent
_ROOT = _TESTS.parent
_COVERING = {"domain", "presenters", "services"}

_AS_IN_LIFE = database_module.SQLITE_SYNCHRONOUS


@pytest.fixture(scope="session", autouse=True)
def _no_power_cut() -> Iterator[None]:
    """Nothing here outlives the tests, so nothing is worth waiting for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_module, "SQLITE_SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """What SQLAlchemy compiled for one database serves every other of its kind.

    Each test has its own database: compiling the same statements for each would be a fifth of the time. SQLAlchemy
    keeps them by the dialect's identity, and of each engine in a cache: here all have the same.
    """
    engine = functools.partial(create_engine, execution_options={"compiled_cache": {}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
        patch.setattr(database_module, "create_engine", engine)
        yield


@pytest.fixture
def to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is on the disk before anybody is answered, as outside of the tests."""
    monkeypatch.setattr(database_module, "SQLITE_SYNCHRONOUS", _AS_IN_LIFE)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_urls() -> Iterator[tuple[str, str]]:
    """Two databases on a PostgreSQL server of this worker's own: ours, migrated, and an empty one for an ERP."""
    with postgres.server() as conninfo:
        with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE ours")
            connection.execute("CREATE DATABASE erp")
        database = Database(_url(conninfo, "ours"))
        database.upgrade()
        database.close()
        yield _url(conninfo, "ours"), _url(conninfo, "erp")


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "cobranza.db")
    database = Database(f"sqlite:///{tmp_path / 'cobranza.db'}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def kept_database(postgres_urls: tuple[str, str]) -> Iterator[Database]:
    """The migrated PostgreSQL database of this worker, whose connections stay: to a new one its tables are unknown."""
    database = Database(postgres_urls[0])
    yield database
    database.close()


@pytest.fixture
def postgres_database(kept_database: Database) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database: the one of this worker, emptied after each test."""
    yield kept_database
    kept_database.locks.close()
    with kept_database.engine.begin() as connection:
        connection.exec_driver_sql(_EMPTIED, execution_options={"no_parameters": True})


# A TRUNCATE writes each table and each index as a new file, and takes ten times as long; but what a DELETE leaves of
# much would be read by every later test.
_EMPTIED = """
SET LOCAL lock_timeout = '10s'; -- a test that has left a transaction open is told so
SET LOCAL session_replication_role = replica; -- no foreign key gives an order, no trigger runs
DO $$
DECLARE used regclass;
BEGIN
    FOR used IN
        SELECT oid FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('LOCK TABLE %s', used);
        IF pg_relation_size(used) > 1000000 THEN EXECUTE format('TRUNCATE %s CASCADE', used); END IF;
        IF pg_relation_size(used) > 0 THEN EXECUTE format('DELETE FROM %s', used); END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END
$$
"""


# A second database proves little more while one writes: `make check` takes the first.
@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
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
def postgres_company(postgres_urls: tuple[str, str]) -> Iterator[Company]:
    """An empty company of CONTPAQi, on PostgreSQL."""
    company = Company(postgres_urls[1])
    yield company
    company.close()
    with psycopg.connect(postgres_urls[1].replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '10s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@pytest.fixture(params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest) -> Company:
    """An empty company of CONTPAQi: the test reads it on SQLite and on PostgreSQL."""
    fixture = {"sqlite": "sqlite_company", "postgresql": "postgres_company"}[request.param]
    made: Company = request.getfixturevalue(fixture)
    return made


@pytest.fixture(scope="session")
def loaded() -> Iterator[programs.Programs]:
    """Where programs are started that need not load what they consist of."""
    with programs.loaded() as starting:
        yield starting


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator["Browser"]:
    """This worker's Chromium: to start one takes as long as most of what is done with it."""
    from tests.chromium import started  # noqa: PLC0415 - only who looks at a page loads it

    async with started() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: "Browser") -> AsyncIterator["Browser"]:
    """A browser in which nothing is open, nor kept of another test."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphServer]:
    """A Microsoft 365 on loopback; no proxy of this machine has business there."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with GraphServer() as server:
        yield server
    assert server.refusals == []


def _url(conninfo: str, name: str) -> str:
    parts = dict(part.split("=", 1) for part in conninfo.split())
    return f"postgresql+psycopg://{parts['user']}@/{name}?host={parts['host']}&port={parts['port']}"


@contextmanager
def _uncovered() -> Iterator[None]:
    """Coverage's tracer is asked at every call of every library, and doubles the time.

    Its `no_cover` does nothing in the workers of pytest-xdist, where pytest-cov starts it twice.
    """
    here, in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(here)
        threading.settrace(in_threads)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """What is imported and collected stays to the end: looking through it for garbage is a tenth of the time."""
    gc.disable()
    if session.config.pluginmanager.hasplugin("_cov"):
        # What a module says as it is imported is covered.
        for layer in _COVERING:
            for module in pkgutil.walk_packages([str(_ROOT / "bot" / layer)], f"bot.{layer}."):
                importlib.import_module(module.name)
    try:
        with _uncovered():
            return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count what a layer's own quick tests cover of it, not what the whole application happens to run through."""
    counts = item.path.relative_to(_TESTS).parts[0] in _COVERING and not item.get_closest_marker("slow")
    if counts or not item.config.pluginmanager.hasplugin("_cov"):
        return (yield)
    with _uncovered():
        return (yield)
