"""An office that takes a company of CONTPAQi over."""

from collections.abc import Iterator

import pytest

from bot.store.database import Database
from tests.contpaqi_company import Company
from tests.services.sync.office import Ledger, Office


@pytest.fixture
def office(database: Database, sqlite_company: Company) -> Iterator[Office]:
    """Our database, on SQLite and on PostgreSQL, beside a company."""
    made = Office(database, sqlite_company)
    yield made
    made.reader.close()


@pytest.fixture
def sqlite_office(sqlite_database: Database, sqlite_company: Company) -> Iterator[Office]:
    """Our database on SQLite beside a company."""
    made = Office(sqlite_database, sqlite_company)
    yield made
    made.reader.close()


@pytest.fixture
def ledger(sqlite_company: Company) -> Ledger:
    """A small ledger in the company."""
    return Ledger(sqlite_company)
