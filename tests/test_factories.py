from datetime import date

from bot.store.database import Database
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
