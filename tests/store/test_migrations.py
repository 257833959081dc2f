from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from bot.domain.people import COMMAND_LINE
from bot.domain.promises import PromiseState
from bot.services import scheduling
from bot.store.base import Base
from bot.store.database import Database
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from bot.store.schema import revision_of, revisions
from tests.services.world import THE_23RD, act

BEFORE_PLANS = "0002"
# What an office had then: a promise rescheduled, and one in force; two payments on another document.
OFFICE = """
INSERT INTO customers
    (id, code, name, rfc, email, cc, phone, credit_limit, credit_days, language, attachments, do_not_send, search)
    VALUES (1, 'CL1', 'Juan', '', '[]', '[]', '', 0, 0, 'es_MX', 'none', false, 'juan');
INSERT INTO documents
    (id, customer_id, concept_code, concept, series, folio, kind, issued, due, currency, total, cancelled)
    VALUES (7, 1, '', '', '', '7', 'invoice', '2019-07-01', '2019-07-31', 'MXN', 100, false);
INSERT INTO promises (id, document_id, number, "on", amount, currency, comment, made_by, made_on, made_at) VALUES
    (101, 7, 1, '2019-07-18', 100, 'MXN', '', 'Ana', '2019-07-10', '2019-07-10 12:00:00'),
    (102, 7, 2, '2019-07-20', 100, 'MXN', '', 'Ana', '2019-07-12', '2019-07-12 12:00:00');
INSERT INTO promise_events (id, promise_id, state, "by", "on", at)
    VALUES (101, 101, 'rescheduled', 'Ana', '2019-07-12', '2019-07-12 12:00:00');
INSERT INTO promises_in_force (document_id, promise_id, "on") VALUES (7, 102, '2019-07-20');
INSERT INTO documents
    (id, customer_id, concept_code, concept, series, folio, kind, issued, due, currency, total, cancelled)
    VALUES (8, 1, '', '', '', '8', 'invoice', '2019-07-01', '2019-07-31', 'MXN', 100, false);
INSERT INTO applications (id, document_id, key, "on", amount, kind, method, reference) VALUES
    (1, 8, '1', '2019-07-20', 30, 'payment', '', ''), (2, 8, '2', '2019-07-10', 20, 'payment', '', '')
"""
CREDIT_NOTE = text("""
INSERT INTO documents
    (id, customer_id, concept_code, concept, series, folio, kind, issued, due, currency, total, cancelled)
    VALUES (9, 1, 'NC', '', '', '9', 'credit_note', '2019-07-01', '2019-07-31', 'MXN', 100, false)
""")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'old.db'}")
        yield database
        database.close()
        return
    ours, _ = request.getfixturevalue("postgres_urls")
    with psycopg.connect(ours.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE old")
        database = Database(ours.replace("/ours", "/old"))
        yield database
        database.close()
        connection.execute("DROP DATABASE old")


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_are_known_in_the_order_in_which_alembic_walks_them(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", "bot/store/migrations")
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions() == walked
    with database.engine.connect() as connection:
        assert revision_of(connection) == walked[0]


def test_promises_of_before_there_were_plans_are_in_force_as_before(empty_database: Database) -> None:
    _upgraded(empty_database)
    with empty_database.transaction() as session:
        shown = scheduling.history(session, act(COMMAND_LINE), 7)
        assert [(p.state, p.arrangement, p.installments) for p in shown.promises] == [
            (PromiseState.RESCHEDULED, 1, 1), (PromiseState.IN_FORCE, 2, 1),
        ]  # fmt: skip
        (made,) = scheduling.promise(session, act(COMMAND_LINE), [7], THE_23RD)
    assert [p.state for p in made.history.promises] == [*[PromiseState.RESCHEDULED] * 2, PromiseState.IN_FORCE]


def test_what_was_applied_and_promised_before_is_noted_on_the_documents(empty_database: Database) -> None:
    _upgraded(empty_database)
    with empty_database.transaction() as session:
        found = session.execute(
            select(DocumentRow.id, DocumentRow.applied, DocumentRow.applied_until, DocumentRow.promised)
        )
        assert sorted(tuple(row) for row in found) == [(7, 0, None, True), (8, 50, date(2019, 7, 20), False)]


def test_what_an_erp_had_applied_of_a_credit_note_before_its_cfdi_came_is_known_as_the_erps(
    empty_database: Database,
) -> None:
    empty_database.upgrade("0022")
    with empty_database.transaction() as session:
        for statement in OFFICE.split(";")[:2]:
            session.execute(text(statement))
        session.execute(CREDIT_NOTE)
        values = [
            # A CFDI alone; the ERP before it, as a discount, or with others in between; a REP.
            *[(1, 7, "cfdi:A:1", "credit_note"), (2, 9, "cfdi:A:1", "credit_note")],
            *[(3, 7, "cfdi:B:1", "discount"), (4, 9, "cfdi:B:1", "credit_note")],
            *[(5, 7, "cfdi:C:1", "credit_note"), (6, 7, "x", "payment"), (7, 9, "cfdi:C:1", "credit_note")],
            (8, 7, "cfdi:D:1", "payment"),
        ]
        session.execute(
            insert(ApplicationRow),
            [
                {"id": id_, "document_id": document, "key": key, "kind": kind, "on": date(2019, 7, 1), "amount": 1}
                for id_, document, key, kind in values
            ],
        )
    empty_database.upgrade()
    with empty_database.transaction() as session:
        marked = select(ApplicationRow.id).where(ApplicationRow.key.endswith(":erp")).order_by(ApplicationRow.id)
        assert session.scalars(marked).all() == [3, 5]


def test_names_with_marks_that_nobody_sees_are_as_they_are_seen_unless_another_has_that_name(
    empty_database: Database,
) -> None:
    empty_database.upgrade("0022")
    with empty_database.transaction() as session:
        customer, document = OFFICE.split(";")[:2]
        for number, code in enumerate(("\u200bCL1", "CL2", "CL2\ufeff", "CL4"), start=1):
            session.execute(text(customer.replace("(1, 'CL1'", f"({number}, '{code}'")))
        for number, folio in ((7, "\u202aA\u20117"), (8, "8"), (9, "\u200b8")):
            session.execute(text(document.replace("(7, 1, '', '', '', '7'", f"({number}, 1, '', '', '', '{folio}'")))
    empty_database.upgrade()
    with empty_database.transaction() as session:
        codes = session.scalars(select(CustomerRow.code).order_by(CustomerRow.id)).all()
        assert codes == ["CL1", "CL2", "CL2\ufeff", "CL4"]
        folios = session.scalars(select(DocumentRow.folio).order_by(DocumentRow.id)).all()
        assert folios == ["A-7", "8", "\u200b8"]


def test_folios_with_the_decimals_of_a_number_have_none_unless_another_has_that_folio(empty_database: Database) -> None:
    empty_database.upgrade("0024")
    with empty_database.transaction() as session:
        customer, document = OFFICE.split(";")[:2]
        session.execute(text(customer))
        for number, folio in enumerate(("7.0", "8", "8.00", "9.00", "9.0", "1.50", "A.0", "2019.1.0"), start=7):
            session.execute(text(document.replace("(7, 1, '', '', '', '7'", f"({number}, 1, '', '', '', '{folio}'")))
    empty_database.upgrade()
    with empty_database.transaction() as session:
        folios = session.scalars(select(DocumentRow.folio).order_by(DocumentRow.id)).all()
        assert folios == ["7", "8", "8.00", "9", "9.0", "1.50", "A.0", "2019.1.0"]


def _upgraded(database: Database) -> None:
    """An office of before there were plans, brought to now."""
    database.upgrade(BEFORE_PLANS)
    with database.transaction() as session:
        for statement in OFFICE.split(";"):
            session.execute(text(statement))
    database.upgrade()
