import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.domain.promises import Cause, PromiseState
from bot.services import scheduling
from bot.store import promises
from bot.store.database import Database
from bot.store.models import DocumentRow, PromiseInForceRow, PromiseRow
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY, World, build


@pytest.mark.parametrize("table", ["promises", "promise_events", "audit"])
def test_what_a_ledger_has_is_neither_changed_nor_deleted(database: Database, table: str) -> None:
    world = build(database)
    for on in (THE_18TH, THE_23RD):
        world.call(scheduling.promise, world.ana, [world.documents["7"]], on)
    for statement in (f"UPDATE {table} SET id = id + 100", f"DELETE FROM {table}"):  # noqa: S608 - our own table
        with pytest.raises(DBAPIError, match=f"{table} is append-only"), database.transaction() as session:
            session.execute(text(statement))
    with database.transaction() as session:
        count = session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - our own table
    assert count == {"promises": 2, "promise_events": 1, "audit": 2}[table]


def test_the_database_itself_holds_one_promise_in_force_for_a_document(database: Database) -> None:
    world = build(database)
    (made,) = world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(PromiseInForceRow(document_id=world.documents["7"], promise_id=made.promise.id, on=THE_18TH))


def test_the_database_itself_gives_each_number_of_a_document_once(database: Database) -> None:
    world = build(database)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(row(world, number=1))


def test_a_promise_closed_is_no_longer_in_force_and_keeps_its_state(database: Database) -> None:
    world = build(database)
    (made,) = world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    with database.transaction() as session:
        promises.enter(
            session, made.promise, PromiseState.BROKEN, by="cobranza", today=TODAY, now=NOW, cause=Cause.RULE
        )
        assert promises.in_force(session, [world.documents["7"]]) == {}
    (again,) = world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    assert [p.state for p in again.history.promises] == [PromiseState.BROKEN, PromiseState.IN_FORCE]
    assert (again.rescheduled, again.history.level, again.promise.number) == (False, 1, 2)


def test_the_database_itself_notes_on_a_document_that_something_was_promised(database: Database) -> None:
    world = build(database)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    with database.transaction() as session:
        promised = session.scalars(select(DocumentRow.id).where(DocumentRow.promised)).all()
    assert promised == [world.documents["7"]]


def test_an_amount_that_is_no_integer_and_an_instant_without_a_zone_never_reach_a_table(database: Database) -> None:
    world = build(database)
    with pytest.raises(StatementError, match="integer minor units"), database.transaction() as session:
        session.execute(update(DocumentRow).values(total=2842.0))
    with pytest.raises(StatementError, match="an instant needs a zone"), database.transaction() as session:
        session.add(row(world, number=1, made_at=NOW.replace(tzinfo=None)))


def test_an_instant_comes_back_as_the_same_instant(database: Database) -> None:
    world = build(database)
    (made,) = world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    (kept,) = world.call(scheduling.history, world.ana, world.documents["7"]).promises
    assert made.promise.made_at == kept.made_at == NOW
    assert f"{kept.made_at:%Z}" == "UTC"


def row(world: World, number: int, **over: object) -> PromiseRow:
    values: dict[str, object] = {"made_at": NOW, **over}
    return PromiseRow(
        document_id=world.documents["7"], number=number, on=THE_18TH, amount=1, currency="MXN", made_by="Ana",
        made_on=TODAY, **values,
    )  # fmt: skip
