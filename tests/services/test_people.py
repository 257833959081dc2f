from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.errors import NothingPending
from bot.domain.people import (
    COMMAND_LINE,
    CollectorWithoutPortfolio,
    NotACode,
    NotAName,
    Person,
    Role,
    TelegramIdTaken,
)
from bot.services import access, people
from bot.services.imports import import_files
from bot.store import people as store
from bot.store.database import Database
from bot.store.models import CustomerRow, PersonRow
from bot.store.scope import within
from tests import factories
from tests.services.world import NOW, act


def test_a_person_added_is_found_by_their_telegram_account(database: Database) -> None:
    with database.transaction() as session:
        added = people.add(session, telegram_id=5_000_000_001, name="Ana", role=Role.COLLECTOR, collector_code=" C1 ")
    with database.transaction() as session:
        assert access.arrive(session, 5_000_000_001, NOW) == added
        assert added == Person(added.id, "Ana", Role.COLLECTOR, "C1", telegram_id=5_000_000_001)
        assert store.get(session, added.id) == added


@pytest.mark.parametrize(("one", "two"), [("c1", "c2"), ("muñoz", "peña")])
def test_a_portfolio_is_the_same_however_its_code_is_written(
    sqlite_database: Database, tmp_path: Path, one: str, two: str
) -> None:
    def load(*codes: str) -> None:
        rows = (f"{code}{n},X,{code}" for n, code in enumerate(codes))
        (tmp_path / "c.csv").write_text("\n".join(["CODIGO,NOMBRE,COBRADOR", *rows]), encoding="utf-8")
        import_files(sqlite_database.transaction, [tmp_path / "c.csv"], today=NOW.date())

    load(one.capitalize(), one)
    with sqlite_database.transaction() as session:
        ana = people.add(session, telegram_id=7, name="Ana", role=Role.COLLECTOR, collector_code=one)
        eva = people.add(session, telegram_id=8, name="Eva", role=Role.COLLECTOR, collector_code=two)
    load(one, two.capitalize())
    with sqlite_database.transaction() as session:
        found = [len(list(session.scalars(select(CustomerRow).where(within(person))))) for person in (ana, eva)]
    assert (ana.collector_code, eva.collector_code, found) == (one.capitalize(), two, [3, 1])


def test_a_portfolio_has_the_spelling_of_who_was_let_in_before_its_customers_were_loaded(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.transaction() as session:
        people.add(session, telegram_id=7, name="Ana", role=Role.COLLECTOR, collector_code="c1")
        assert (
            people.add(session, telegram_id=8, name="Eva", role=Role.COLLECTOR, collector_code="C1").collector_code
            == "c1"
        )
        # One that was let in before, under a spelling of her own, and one that is shut out.
        for telegram_id, code, active in ((9, "c2", False), (10, "C2", True)):
            session.add(
                PersonRow(telegram_id=telegram_id, name=code, role=Role.COLLECTOR, collector_code=code, active=active)
            )
    (tmp_path / "c.csv").write_text("CODIGO,NOMBRE,COBRADOR\nCL1,X,C1\nCL2,Y,c2\n", encoding="utf-8")
    import_files(sqlite_database.transaction, [tmp_path / "c.csv"], today=NOW.date())
    with sqlite_database.transaction() as session:
        assert sorted(map(str, session.scalars(select(CustomerRow.collector_code)))) == ["C2", "c1"]


def test_nobody_is_found_by_an_unknown_account(database: Database) -> None:
    with database.transaction() as session:
        assert access.arrive(session, 1, NOW) is None


def test_an_account_that_somebody_has_is_refused_with_their_name(database: Database) -> None:
    with database.transaction() as session:
        factories.person(session, telegram_id=7, name="Beatriz")
        with pytest.raises(TelegramIdTaken) as refusal:
            people.add(session, telegram_id=7, name="Ana", role=Role.SUPERVISOR)
    assert (refusal.value.telegram_id, refusal.value.name) == (7, "Beatriz")


@pytest.mark.parametrize("code", [None, "", "  "])
def test_a_collector_needs_a_code_since_without_one_they_see_nothing(
    sqlite_database: Database, code: str | None
) -> None:
    with sqlite_database.transaction() as session, pytest.raises(CollectorWithoutPortfolio) as refusal:
        people.add(session, telegram_id=7, name="Ana", role=Role.COLLECTOR, collector_code=code)
    assert refusal.value.name == "Ana"


def test_people_without_an_account_are_several(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, telegram_id=None, name="Zoe", role=Role.ADMINISTRATOR)
        people.add(session, telegram_id=None, name="Ana", role=Role.SUPERVISOR)
        assert [person.name for person in people.listing(session)] == ["Ana", "Zoe"]


def test_a_deactivated_person_is_listed_but_no_longer_found(database: Database) -> None:
    with database.transaction() as session:
        ana = people.add(session, telegram_id=7, name="Ana", role=Role.SUPERVISOR)
        gone = access.set_active(session, act(COMMAND_LINE), ana.id, active=False).person
        assert not gone.active
        assert people.listing(session) == [gone]
        assert access.arrive(session, 7, NOW) is None


def test_a_deactivated_person_comes_back_as_they_are_added_now(database: Database) -> None:
    with database.transaction() as session:
        ana = people.add(session, telegram_id=7, name="Ana", role=Role.SUPERVISOR)
        access.set_active(session, act(COMMAND_LINE), ana.id, active=False)
        back = people.add(session, telegram_id=7, name="Ana María", role=Role.COLLECTOR, collector_code="C2")
        assert back == Person(ana.id, "Ana María", Role.COLLECTOR, "C2", telegram_id=7)
        assert people.listing(session) == [back]


def test_who_is_added_with_the_account_of_somebody_else_who_left_is_somebody_else(database: Database) -> None:
    with database.transaction() as session:
        ana = people.add(session, telegram_id=7, name="Ana Díaz", role=Role.SUPERVISOR)
        access.set_active(session, act(COMMAND_LINE), ana.id, active=False)
        eva = people.add(session, telegram_id=7, name="Eva Ruiz", role=Role.SUPERVISOR)
        assert people.listing(session) == [replace(ana, telegram_id=None, active=False), eva]
        assert access.arrive(session, 7, NOW) == eva
        assert not access.one(session, act(COMMAND_LINE), ana.id).manageable
        with pytest.raises(NothingPending):
            access.set_active(session, act(COMMAND_LINE), ana.id, active=True)


def test_a_name_loses_its_needless_blanks_and_one_that_is_none_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        assert people.add(session, telegram_id=7, name=" Ana\n María ", role=Role.SUPERVISOR).name == "Ana María"
        people.add(session, telegram_id=8, name="a" * 120, role=Role.COLLECTOR, collector_code="C" * 30)
        for name in ("", " \t", "a" * 121):
            with pytest.raises(NotAName):
                people.add(session, telegram_id=9, name=name, role=Role.SUPERVISOR)
        with pytest.raises(NotACode):
            people.add(session, telegram_id=9, name="Eva", role=Role.COLLECTOR, collector_code="C" * 31)
        assert len(people.listing(session)) == 2
