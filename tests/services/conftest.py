"""The seed's office in a database of its own, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from bot.domain.incoming import FileKind, FileReport
from bot.store.database import Database
from tests.services import world as office
from tests.services.loads import Load, run
from tests.services.world import World


@pytest.fixture
def world(database: Database) -> World:
    """The seed's office."""
    return office.build(database)


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Load:
    """Imports one file with this text."""

    def loaded(text: str, *, strict: bool = False, dry_run: bool = False, kind: FileKind | None = None) -> FileReport:
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return run(database, path, strict=strict, dry_run=dry_run, kind=kind).files[0]

    return loaded
