"""A made-up ledger through the whole import, on both databases: to the cent, once, and all or nothing."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.balances import Balances, balances_of
from bench.ledger import Ledger
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.services import statements
from bot.services.imports import import_files
from bot.store.database import Database
from bot.store.loading.erp import customer_balances
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from tests import factories

TODAY = date(2021, 1, 1)
ROOT = Path(__file__).parents[2]
TABLES = (CustomerRow, DocumentRow, ApplicationRow)
# What the killed process runs: it stops to be killed before its nth statement or before its commit, the last of all.
IMPORTS = """
import sys, time
from datetime import date
from pathlib import Path
from sqlalchemy import event
from bot.services.imports import import_files
from bot.store.database import Database
url, folder, stop_at = sys.argv[1:]
database = Database(url)
done = []
def note(*_):
    done.append(1)
    if str(len(done)) == stop_at:
        print("stopped", flush=True)
        time.sleep(600)
print("ready", flush=True)
event.listen(database.engine, "before_cursor_execute", note)
event.listen(database.engine, "commit", note)
import_files(database.transaction, [Path(folder)], today=date(2021, 1, 1), dry_run=stop_at == "dry")
print(len(done), flush=True)
"""


def stated(database: Database) -> Balances:
    """The balances as the statements of all customers have them."""
    act = Occasion(COMMAND_LINE, TODAY, factories.NOON, "test")
    found: Balances = {}
    with database.transaction() as session:
        for customer_id, code in session.execute(select(CustomerRow.id, CustomerRow.code)).all():
            for section in statements.statement(session, act, customer_id, TODAY).sections:
                found[code, section.currency] = section.net.minor
    return {owner: cents for owner, cents in found.items() if cents}


def counted(database: Database) -> list[int]:
    with database.transaction() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


@pytest.mark.slow
def test_the_balances_are_the_files_own_sums_to_the_cent_and_again_nothing_changes(
    database: Database, tmp_path: Path
) -> None:
    ledger = Ledger(customers=200, documents=10_000, payments=10_000)
    files = ledger.write(tmp_path)
    expected = balances_of(*files[1:])

    first = import_files(database.transaction, files, today=TODAY)
    assert [(file.new, file.changed, file.same, file.refused) for file in first.files] == [
        (200, 0, 0, 0), (10_000, 0, 0, 0), (10_000, 0, 0, 0),
    ]  # fmt: skip
    assert stated(database) == expected
    with database.transaction() as session:
        assert {owner: balance.minor for owner, balance in customer_balances(session).items()} == expected

    again = import_files(database.transaction, files, today=TODAY)
    assert [(file.new, file.changed, file.same, file.refused) for file in again.files] == [
        (0, 0, 200, 0), (0, 0, 10_000, 0), (0, 0, 10_000, 0),
    ]  # fmt: skip


@pytest.mark.slow
def test_killed_at_any_moment_an_import_leaves_the_state_before_it_whole(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        factories.document(session, factories.customer(session, "CL9", collector=None), "B1", total=12_345)
    before = (counted(database), stated(database))
    # Several batches of each (bot.store.loading.shared).
    files = Ledger(40, 2_500, 2_500).write(tmp_path)
    with importing(database, tmp_path, "dry") as process:
        start = time.monotonic()
        last = int(process.communicate()[0])
        took = time.monotonic() - start
    chance = random.Random(19)  # noqa: S311 - moments, not secrets
    for stop_at in (last, *chance.sample(range(1, last), 2)):
        with importing(database, tmp_path, str(stop_at)) as process:
            assert process.stdout
            assert process.stdout.readline() == "stopped\n"
            process.kill()
        assert (counted(database), stated(database)) == before
    with importing(database, tmp_path, str(last)) as process:
        time.sleep(chance.uniform(0, took))
        process.kill()
    assert (counted(database), stated(database)) == before
    import_files(database.transaction, files, today=TODAY)
    assert stated(database) == balances_of(*files[1:]) | {("CL9", "MXN"): 12_345}


@contextmanager
def importing(database: Database, folder: Path, stop_at: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has just begun to import a folder."""
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", IMPORTS, url, str(folder), stop_at]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:  # noqa: S603 - ourselves
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
