"""A power cut at any write: what had reached the disk by then is a database that holds each transaction whole."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bench.invariants import Invariants
from bot.domain.errors import DatabaseAway
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.services import scheduling
from bot.store.database import Database
from tests import factories

TODAY = date(2019, 7, 16)
PROMISES = 3
# How many bytes lie between two cuts: no divisor of a page, so that most fall within one.
STEP = 2_999


@pytest.mark.usefixtures("to_the_disk")
def test_cut_off_after_any_byte_the_database_is_whole_and_has_all_that_was_answered_by_then(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """SQLite writes a transaction to its journal (WAL), which is on the disk before anybody is answered."""
    path = Path(make_url(sqlite_database.url).database or "")
    with sqlite_database.transaction() as session:
        document = factories.document(session, factories.customer(session))
    journal = path.with_name(f"{path.name}-wal")
    answered_at = [journal.stat().st_size]
    for n in range(PROMISES):
        with sqlite_database.transaction() as session:
            occasion = Occasion(COMMAND_LINE, TODAY, factories.NOON, f"tg:{n}")
            scheduling.promise(session, occasion, [document.id], TODAY + timedelta(days=n))
        answered_at.append(journal.stat().st_size)
    written = journal.read_bytes()

    for cut in (*range(answered_at[0], len(written), STEP), len(written)):
        there = tmp_path / "after" / path.name
        there.parent.mkdir()
        shutil.copy(path, there)
        there.with_name(journal.name).write_bytes(written[:cut])
        with closing(sqlite3.connect(there)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        after = Database(f"sqlite:///{there}")
        with after.snapshot() as connection:
            invariants = Invariants()
            assert list(invariants.problems(connection)) == []
            kept = connection.exec_driver_sql("SELECT count(*) FROM promises").scalar()
        after.close()
        assert kept == sum(end <= cut for end in answered_at[1:])
        shutil.rmtree(there.parent)


@pytest.mark.usefixtures("to_the_disk")
def test_nobody_is_answered_before_the_disk_has_it(sqlite_database: Database) -> None:
    """FULL (2): SQLite waits for the disk at each commit."""
    with sqlite_database.snapshot() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_database_that_is_not_there_is_away() -> None:
    nowhere = Database("postgresql://nobody:clave@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseAway) as away, nowhere.transaction() as session:
        session.connection()
    nowhere.close()
    assert "clave" not in str(away.value)
