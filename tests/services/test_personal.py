import pytest
from sqlalchemy import select

from bot.domain.access import LastAdministrator, SeveralPeople
from bot.domain.people import COMMAND_LINE, PersonNotFound, Role
from bot.domain.receipt_lines import parse_receipt
from bot.services import access, agenda, handovers, invitations, personal, receipts, scheduling
from bot.store import people
from bot.store.access_models import InvitationRow
from bot.store.base import Base
from bot.store.models import AuditRow, PromiseRow, QuestionRow, TickRow
from tests import factories
from tests.services.post import Office, begin, write
from tests.services.world import NOW, THE_23RD, TODAY, World, act


def test_the_notice_is_told_first_once_and_again_only_to_the_same_update(world: World) -> None:
    told = [world.call(personal.is_told_first, act(world.ana, source=source)) for source in ("tg:1", "tg:1", "tg:2")]
    assert told == [True, True, False]
    assert world.call(personal.is_told_first, act(world.beto))
    assert not world.call(personal.is_told_first, act(world.beto))


def test_a_person_is_found_by_number_or_by_a_collector_code_of_theirs_alone(world: World) -> None:
    with world.database.transaction() as session:
        numbered = factories.person(session, collector=str(world.ana.id))
        assert personal.find(session, str(world.ana.id)).id == world.ana.id
        assert personal.find(session, "C2") == personal.find(session, "c2") == world.beto
        for nobody in ("C9", ""):
            with pytest.raises(PersonNotFound):
                personal.find(session, nobody)
        another = factories.person(session, collector="C2")
        with pytest.raises(SeveralPeople) as refused:
            personal.find(session, "C2")
        assert refused.value.ids == (world.beto.id, another.id)
        assert numbered


def _work(world: World) -> None:
    """Ana comes in by an invitation, promises, ticks, asks."""
    with world.database.transaction() as session:
        eva = people.to_person(factories.person(session, Role.ADMINISTRATOR, name="Eva"))
    made = world.call(invitations.invite, eva, "Ana Anabel Ortiz cobradora C1")
    with world.database.transaction() as session:
        people.get_row(session, world.ana.id).active = False
        account = world.ana.telegram_id or 0
        invitations.accept(session, made.token, account, "es_MX", now=NOW, source="tg:5")
        ana = people.get(session, world.ana.id)
    world.call(scheduling.promise, act(ana, source="tg:6"), [world.documents["7"]], THE_23RD)
    world.call(agenda.tick, act(ana), world.documents["5"], on=True)
    world.call(receipts.report, act(ana, source="tg:7"), parse_receipt("7 100.00 efectivo"))
    with world.database.transaction() as session:
        session.add(QuestionRow(person_id=ana.id, kind="promise", known={}))


def test_all_that_is_kept_of_a_person_is_exported(world: World) -> None:
    _work(world)
    with world.database.transaction() as session:
        kept = personal.export(session, act(COMMAND_LINE), world.ana)
    counts = {table: len(rows) for table, rows in kept.items() if isinstance(rows, list) and rows}
    once = ("people", "invitations", "promises", "questions", "ticks", "receipts")
    assert counts == {**dict.fromkeys(once, 1), "audit": 3}
    assert "Anabel Ortiz" in str(kept)
    with world.database.transaction() as session:
        last = session.query(AuditRow).order_by(AuditRow.id.desc()).first()
        assert last
        assert (last.action, last.subject) == ("person_export", f"person {world.ana.id}")


def test_who_is_erased_has_neither_name_nor_account_nor_anything_open_and_the_ledgers_stay(world: World) -> None:
    _work(world)
    with world.database.transaction() as session:
        gone = personal.erase(session, act(COMMAND_LINE), world.ana.id, "asked for it", "erased").person
    assert (gone.name, gone.telegram_id, gone.active) == ("erased", None, False)
    with world.database.transaction() as session:
        assert session.query(QuestionRow).count() == session.query(TickRow).count() == 0
        assert [row.name for row in session.query(InvitationRow)] == ["erased"]
        assert session.query(PromiseRow).count() == 1
        trail = [(row.action, row.subject) for row in session.query(AuditRow).order_by(AuditRow.id)]
        assert trail[-1] == ("person_erase", f"person {world.ana.id}: asked for it")
        assert "Anabel" not in str(trail)
        assert access.arrive(session, world.ana.telegram_id or 0, NOW) is None


def test_the_name_of_who_is_erased_stands_only_where_the_notice_says(world: World) -> None:
    _work(world)
    with world.database.transaction() as session:
        ana = people.get(session, world.ana.id)
        assert ana.name == "Ana Anabel Ortiz"
    world.call(handovers.hand_over, act(ana), TODAY, world.chief.id)
    with world.database.transaction() as session:
        personal.erase(session, act(COMMAND_LINE), ana.id, "asked for it", "erased")
    with world.database.transaction() as session:
        named = {
            table.name
            for table in Base.metadata.sorted_tables
            if any("Anabel" in str(value) for row in session.execute(select(table)) for value in row)
        }
    assert named == {"promises", "receipts", "handovers"}


def test_what_they_were_sending_stops_with_them(world: World) -> None:
    run_id = begin(world, world.ana, "CL001 CL002")
    write(world, run_id)
    with world.database.transaction() as session:
        gone = personal.erase(session, act(COMMAND_LINE), world.ana.id, "asked for it", "erased")
    assert gone.kept_back == 2
    assert Office(world).deliver() == []


def test_the_last_administrator_is_not_erased(world: World) -> None:
    with world.database.transaction() as session:
        eva = people.to_person(factories.person(session, Role.ADMINISTRATOR, name="Eva"))
        with pytest.raises(LastAdministrator):
            personal.erase(session, act(COMMAND_LINE), eva.id, "asked for it", "erased")
