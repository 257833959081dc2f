"""A loaded database of any size in which every collector has as much to look at: a thousand documents, forty promises.

So what a query costs at 10,000 and at 1,000,000 documents differs only if it grows with the ledger.
"""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bench.ledger import Ledger
from bot.domain.people import Role
from bot.domain.promises import TOLERANCE_DAYS
from bot.services.imports import import_files
from bot.services.judgement import judge
from bot.store.database import Database
from bot.store.documents import IS_CHARGE, balance_on, open_on
from bot.store.models import CustomerRow, DocumentRow, PersonRow, PromiseInForceRow, PromiseRow

TODAY = date(2019, 7, 16)
NOW = datetime(2019, 7, 16, 18, tzinfo=UTC)
DOCUMENTS_EACH, CUSTOMERS_EACH, PROMISES_EACH = 1_000, 20, 40
FIRST_USER = 1_000_001
# Where there are fewer portfolios, people share them.
PEOPLE = 1_000


def customer_code(number: int, documents: int) -> str:
    """A customer of the portfolio of the person with this number, from 0."""
    return f"CL{number % (documents // DOCUMENTS_EACH) + 1:06}"


def loaded(given: str | None, documents: int, folder: Path) -> str:
    """The address of the database that was given, else of one that is made here."""
    if given is not None:
        return given
    database = Database(f"sqlite:///{folder}/scaled-{documents}.db")
    load(database, documents)
    database.close()
    return database.url.render_as_string()


def load(database: Database, documents: int) -> None:
    """Fill an empty database: people, customers, documents with as many payments, promises in force."""
    database.upgrade()
    collectors = documents // DOCUMENTS_EACH
    ledger = Ledger(collectors * CUSTOMERS_EACH, documents, documents, collectors)
    with tempfile.TemporaryDirectory() as folder:
        import_files(database.transaction, list(ledger.write(Path(folder))), today=TODAY)
    with database.transaction() as session:
        people = [
            {
                "name": f"Cobrador {n}",
                "role": Role.COLLECTOR,
                "collector_code": f"C{n % collectors:02}",
                "telegram_id": FIRST_USER + n,
            }
            for n in range(max(PEOPLE, collectors))
        ]
        session.execute(insert(PersonRow), people)
        promises: list[dict[str, Any]] = []
        in_force: list[dict[str, Any]] = []
        for code in (f"C{n:02}" for n in range(collectors)):
            query = select(DocumentRow.id, DocumentRow.currency, balance_on(TODAY)).join(DocumentRow.customer)
            owed = query.where(CustomerRow.collector_code == code, open_on(TODAY), IS_CHARGE, balance_on(TODAY) > 0)
            for number, (document_id, currency, balance) in enumerate(session.execute(owed.limit(PROMISES_EACH))):
                on = date(2019, 7, 1) + timedelta(days=number % 31)
                promises.append(
                    {
                        "id": len(promises) + 1, "document_id": document_id, "number": 1, "on": on,
                        "amount": int(balance), "currency": currency, "comment": "Pagaré con cheque", "made_by": "C",
                        "made_on": date(2019, 7, 1), "made_at": datetime(2019, 7, 1, tzinfo=UTC),
                    }
                )  # fmt: skip
                in_force.append({"document_id": document_id, "installment": 1, "promise_id": len(promises), "on": on})
        session.execute(insert(PromiseRow), promises)
        session.execute(insert(PromiseInForceRow), in_force)
        # As the bot does by itself: a ledger that it was run on would have more to show than one that it was not.
        judge(session, TODAY, NOW, TOLERANCE_DAYS)
    if database.engine.dialect.name == "postgresql":
        # As it does by itself in time; SQLite never does. What is not on the disk yet, it would not mark as seen.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
            connection.exec_driver_sql("VACUUM ANALYZE")
