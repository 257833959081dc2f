"""What every tap asks goes by the driver's own cursor on SQLite: nobody may notice but by the clock."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.domain.errors import DatabaseAway
from bot.domain.people import Role
from bot.store.asking import ask
from bot.store.database import Database
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow, HandledUpdateRow, PersonRow, QuestionRow
from tests import factories
from tests.factories import NOON

_D, _H = DocumentRow.__table__, HandledUpdateRow.metadata.tables[HandledUpdateRow.__tablename__]
_ENTER = insert(_H)
_OF_FOLIO = select(_D.c.folio).where(_D.c.folio == bindparam("folio"))


def fill(session: Session) -> None:
    ana = factories.person(
        session, reminder_time=time(7, 30), last_seen=datetime(2019, 7, 16, 23, 59, 59, 999999, UTC), dark=True
    )
    factories.person(session, Role.ADMINISTRATOR, active=False)
    customer = factories.customer(session, email=["a@x.example", "ñ@x.example"], credit_limit=10**15)
    factories.document(session, customer, uuid="8C3BD0C1-0F67-4E2A-9B7A-3C1F7E0F5A11", currency="USD")
    factories.application(session, factories.document(session, customer, "8", total=-1), 1, date(2019, 7, 16))
    session.add(QuestionRow(person_id=ana.id, kind="promise", known={"días": [1, None], "añadir": True}))
    session.flush()


def test_every_column_comes_as_sqlalchemy_reads_it(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        fill(session)
        for row in (PersonRow, CustomerRow, DocumentRow, ApplicationRow, QuestionRow):
            everything = select(row.__table__)
            expected = [tuple(each) for each in session.execute(everything)]
            assert expected
            assert ask(session, everything, {}) == expected


def test_what_the_session_has_not_written_yet_is_found(database: Database) -> None:
    with database.transaction() as session:
        customer = factories.customer(session)
        session.add(
            DocumentRow(
                customer_id=customer.id, folio="99", total=1, currency="MXN", issued=NOON.date(), due=NOON.date()
            )
        )
        assert [tuple(row) for row in ask(session, _OF_FOLIO, {"folio": "99"})] == [("99",)]


def test_what_a_statement_always_asks_and_what_it_is_given_stand_in_their_places(database: Database) -> None:
    given = (_D.c.total == bindparam("total"), _D.c.cancelled.is_(False), _D.c.issued <= bindparam("until"))
    query = select(_D.c.folio).where(_D.c.kind == "invoice", *given, _D.c.folio != "8").order_by(_D.c.folio).limit(1)
    with database.transaction() as session:
        customer = factories.customer(session)
        for folio in ("8", "7", "9"):
            factories.document(session, customer, folio, total=5)
        asked = [ask(session, query, {"until": until, "total": 5}) for until in (date(2019, 7, 16), date(2019, 7, 15))]
        assert [[tuple(row) for row in rows] for rows in asked] == [[("7",)], []]


def test_a_statement_with_a_list_finds_each_of_it_however_long_it_is(database: Database) -> None:
    query = select(_D.c.folio).where(_D.c.id.in_(bindparam("ids", expanding=True))).order_by(_D.c.id)
    with database.transaction() as session:
        customer = factories.customer(session)
        ids = [factories.document(session, customer, str(folio)).id for folio in range(3)]
        found = [[row[0] for row in ask(session, query, {"ids": some})] for some in (ids, ids[:1], [])]
        assert found == [["0", "1", "2"], ["0"], []]


def test_what_is_entered_is_there_with_its_types_and_gives_what_it_returns(database: Database) -> None:
    with database.transaction() as session:
        assert not ask(session, _ENTER, {"update_id": 2**62, "at": NOON, "answered": False})
        returned = ask(session, _ENTER.returning(_H.c.update_id), {"update_id": 5, "at": NOON, "answered": True})
        assert [tuple(row) for row in returned] == [(5,)]
        session.add(HandledUpdateRow(update_id=6, at=NOON, answered=True))
        session.flush()
        assert session.scalar(text("SELECT count(DISTINCT at) FROM handled_updates")) == 1
        assert session.get_one(HandledUpdateRow, 2**62).at == NOON
        assert not session.get_one(HandledUpdateRow, 2**62).answered


def test_a_fault_is_raised_as_sqlalchemy_raises_it_and_tells_of_nobody(sqlite_database: Database) -> None:
    entry = {"update_id": 5, "at": NOON, "answered": True}
    with sqlite_database.transaction() as session:
        ask(session, _ENTER, entry)
    with pytest.raises(IntegrityError) as refused, sqlite_database.transaction() as session:
        ask(session, _ENTER, entry)
    assert "INSERT INTO handled_updates" in str(refused.value)
    assert "2019" not in str(refused.value)


def test_a_disk_that_is_full_is_told_as_one_on_which_somebody_may_make_room(sqlite_database: Database) -> None:
    def enter(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")
        for number in range(5_000):
            ask(session, _ENTER, {"update_id": number, "at": NOON, "answered": True})

    with pytest.raises(DatabaseAway), sqlite_database.transaction() as session:
        enter(session)
