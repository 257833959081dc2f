from datetime import date
from typing import Any

import pytest

from bot.domain.receivables import DocumentKind
from bot.store.database import Database
from bot.store.loading.shared import settle
from tests import factories


def test_a_document_is_settled_on_the_day_its_balance_became_zero(database: Database) -> None:
    with database.transaction() as session:
        juan = factories.customer(session)
        factories.person(session)
        seven = factories.document(session, juan, total=100)
        factories.application(session, seven, 60, date(2019, 7, 20))
        assert seven.settled_on is None
        factories.application(session, seven, 40, date(2019, 7, 18))
        assert seven.settled_on == date(2019, 7, 20)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"total": 0},
        {"cancelled": True},
        {"kind": DocumentKind.CREDIT_NOTE},
        {"kind": DocumentKind.INVOICE, "total": 1},
    ],
)
def test_a_new_document_is_as_an_import_would_leave_it(sqlite_database: Database, given: dict[str, Any]) -> None:
    names = ["settled_on", "applied", "applied_until"]
    with sqlite_database.transaction() as session:
        made = factories.document(session, factories.customer(session), **given)
        session.refresh(made, names)
        before = [getattr(made, name) for name in names]
        settle(session, [made.id])
        session.refresh(made, names)
        assert before == [getattr(made, name) for name in names]
