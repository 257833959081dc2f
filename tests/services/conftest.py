"""The seed's office in a database of its own, on SQLite and on PostgreSQL."""

import pytest

from bot.store.database import Database
from tests.services import world as office
from tests.services.world import World


@pytest.fixture
def world(database: Database) -> World:
    """The seed's office."""
    return office.build(database)
