from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.store.database import Database
from bot.store.documents import balance_on
from bot.store.loading.shared import BATCH, settle, text_limits
from bot.store.models import ApplicationRow, DocumentRow
from tests import factories
from tests.services.loads import CUSTOMERS, DOCUMENTS, PAYMENTS, run

ISSUED = date(2019, 7, 16)
END = 12

days_and_amounts = st.lists(
    st.tuples(st.integers(-3, END), st.sampled_from([-60, -40, -10, 10, 40, 60, 100])), max_size=7
)


def balance(total: int, applied: list[tuple[int, int]], day: int) -> int:
    return total - sum(amount for on, amount in applied if on <= day)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(total=st.sampled_from([0, 10, 60, 100]), applied=days_and_amounts)
def test_settled_is_the_day_from_which_the_balance_stays_zero(
    database: Database, total: int, applied: list[tuple[int, int]]
) -> None:
    with database.transaction() as session:
        document = factories.document(
            session, factories.customer(session, f"CL{next(factories.numbers)}"), total=total, issued=ISSUED
        )
        for day, amount in applied:
            factories.application(session, document, amount, ISSUED + timedelta(days=day))
        settled_on = document.settled_on
    nonzero = [day for day in range(-4, END + 1) if balance(total, applied, day) != 0]
    if balance(total, applied, END) != 0:
        assert settled_on is None
    elif nonzero:
        assert settled_on == ISSUED + timedelta(days=nonzero[-1] + 1)
    else:
        assert settled_on == ISSUED


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(applied=days_and_amounts)
def test_what_the_database_has_left_on_any_day_is_what_is_added_up(
    database: Database, applied: list[tuple[int, int]]
) -> None:
    with database.transaction() as session:
        document = factories.document(
            session, factories.customer(session, f"CL{next(factories.numbers)}"), total=100, issued=ISSUED
        )
        for day, amount in applied:
            factories.application(session, document, amount, ISSUED + timedelta(days=day))
        days = {day: ISSUED + timedelta(days=day) for day in range(-4, END + 1)}
        query = select(*(balance_on(on) for on in days.values())).where(DocumentRow.id == document.id)
        (left,) = session.execute(query).all()
    assert list(left) == [balance(100, applied, day) for day in days]
    newest = max((day for day, _ in applied), default=None)
    assert (document.applied, document.applied_until) == (
        sum(amount for _, amount in applied), None if newest is None else ISSUED + timedelta(days=newest),
    )  # fmt: skip


def test_a_cancelled_document_is_settled_from_its_issue_whatever_is_applied(database: Database) -> None:
    with database.transaction() as session:
        document = factories.document(session, factories.customer(session), cancelled=True)
        assert document.settled_on == ISSUED
        factories.application(session, document, 100, date(2019, 8, 1))
        assert document.settled_on == ISSUED


def test_a_payment_taken_back_opens_the_document_again(database: Database) -> None:
    with database.transaction() as session:
        document = factories.document(session, factories.customer(session), total=100)
        factories.application(session, document, 100, date(2019, 7, 20))
        assert document.settled_on == date(2019, 7, 20)
        factories.application(session, document, -100, date(2019, 7, 25))
        assert document.settled_on is None


def test_payments_of_a_day_that_cancel_out_do_not_move_the_day_of_settlement(database: Database) -> None:
    with database.transaction() as session:
        document = factories.document(session, factories.customer(session), total=100)
        for amount, day in ((100, 20), (50, 25), (-50, 25)):
            factories.application(session, document, amount, date(2019, 7, day))
        assert document.settled_on == date(2019, 7, 20)


def test_more_documents_than_a_statement_takes_are_settled(database: Database) -> None:
    with database.transaction() as session:
        juan = factories.customer(session)
        rows = [
            DocumentRow(customer_id=juan.id, folio=str(n), issued=ISSUED, due=ISSUED, currency="MXN", total=5)
            for n in range(BATCH + 1)
        ]
        session.add_all(rows)
        session.flush()
        session.add_all(ApplicationRow(document_id=row.id, key="1", on=ISSUED, amount=5) for row in rows)
        settle(session, (row.id for row in rows))
        session.expire_all()
        assert {row.settled_on for row in rows} == {ISSUED}


def test_the_limits_of_texts_are_those_of_the_columns() -> None:
    limits = text_limits(DocumentRow)
    assert limits["series"] == 25
    assert "kind" not in limits
    assert "issued" not in limits


@pytest.mark.slow
def test_documents_that_were_just_loaded_are_counted_before_payments_are_held_against_them(
    postgres_database: Database, tmp_path: Path
) -> None:
    # Until then PostgreSQL compares each payment with each document of its customer: 20,000 took a minute.
    with postgres_database.transaction() as session:
        session.execute(text("DELETE FROM pg_statistic WHERE starelid = 'documents'::regclass"))
    bills = "".join(f"CL1,,A,{folio},,16/07/2019,5\n" for folio in range(50))
    texts = (CUSTOMERS, DOCUMENTS + bills, PAYMENTS + "CL1,,A-7,16/07/2019,5,,\n")
    for number, written in enumerate(texts):
        path = tmp_path / f"{number}.csv"
        path.write_text(written, encoding="utf-8")
        assert run(postgres_database, path).refused == 0
    with postgres_database.transaction() as session:
        counted = "SELECT n_distinct FROM pg_stats WHERE tablename = 'documents' AND attname = 'folio'"
        assert session.scalar(text(counted)) == -1
