from datetime import date, timedelta

import pytest

from bot.domain.commands import PromiseCommand
from bot.domain.errors import DocumentNotCollectable, NothingPending, NothingTicked
from bot.services import agenda, conversation, scheduling
from bot.store.database import Database
from bot.store.models import DocumentRow
from tests import factories
from tests.services.world import THE_23RD, TODAY, World

FAR = TODAY + timedelta(days=61)


def test_what_is_missing_is_asked_step_by_step_and_each_step_survives_a_restart(world: World) -> None:
    begun = world.call(conversation.start, world.ana, [world.documents["7"]], PromiseCommand(amount="1000"))
    assert (begun.ids, begun.on, begun.amount, begun.comment) == ((world.documents["7"],), None, "1000", None)
    world.database.close()
    reopened = Database(world.database.url.render_as_string(hide_password=False))
    after = World(reopened, world.ana, world.beto, world.chief, world.customers, world.documents)
    try:
        dated = after.call(conversation.set_date, world.ana, THE_23RD)
        assert (dated.on, dated.amount, dated.is_complete(TODAY)) == (THE_23RD, "1000", False)
        done = after.call(conversation.set_comment, world.ana, "")
        assert done.is_complete(TODAY)
        assert after.call(conversation.pending, world.ana) == done
    finally:
        reopened.close()


def test_a_command_that_lacks_nothing_is_complete_at_once(world: World) -> None:
    begun = world.call(
        conversation.start, world.ana, [world.documents["7"]], PromiseCommand(("7",), THE_23RD, None, "Con cheque")
    )
    assert begun.is_complete(TODAY)
    assert world.call(conversation.pending, world.ana).comment == "Con cheque"


def test_a_far_date_waits_for_its_confirmation_and_another_date_asks_anew(world: World) -> None:
    world.call(conversation.start, world.ana, [world.documents["7"]], PromiseCommand(("7",), FAR, None, "x"))
    assert world.call(conversation.pending, world.ana).is_far(TODAY)
    confirmed = world.call(conversation.confirm_far, world.ana)
    assert (confirmed.far_confirmed, confirmed.is_complete(TODAY)) == (True, True)
    assert world.call(conversation.set_date, world.ana, FAR + timedelta(days=1)).is_far(TODAY)


def test_the_ticked_documents_are_scheduled_together(world: World) -> None:
    with pytest.raises(NothingTicked):
        world.call(conversation.start_ticked, world.ana)
    for folio in ("9", "7"):
        world.call(agenda.tick, world.ana, world.documents[folio], on=True)
    begun = world.call(conversation.start_ticked, world.ana)
    assert begun.ids == (world.documents["7"], world.documents["9"])
    world.call(conversation.cancel, world.ana)
    with pytest.raises(NothingPending):
        world.call(conversation.pending, world.ana)
    assert len(world.call(agenda.ticked_items, world.ana)) == 2


def test_a_new_question_takes_the_place_of_the_one_before(world: World) -> None:
    world.call(conversation.start, world.ana, [world.documents["7"]], PromiseCommand(amount="1", comment="x"))
    world.call(conversation.start, world.ana, [world.documents["8"]], PromiseCommand())
    waiting = world.call(conversation.pending, world.ana)
    assert (waiting.ids, waiting.amount, waiting.comment) == ((world.documents["8"],), None, None)


def test_a_promise_recorded_answers_the_question(world: World) -> None:
    world.call(conversation.start, world.ana, [world.documents["7"]], PromiseCommand())
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    with pytest.raises(NothingPending):
        world.call(conversation.set_comment, world.ana, "late")


def test_a_question_about_a_document_paid_meanwhile_waits_no_longer(world: World) -> None:
    world.call(conversation.start, world.ana, [world.documents["7"]], PromiseCommand())
    pay(world, "7")
    with pytest.raises(NothingPending):
        world.call(conversation.set_date, world.ana, THE_23RD)


def test_nothing_is_asked_about_a_document_that_is_not_owed(world: World) -> None:
    pay(world, "7")
    with world.database.transaction() as session:
        row = session.get_one(DocumentRow, world.documents["8"])
        row.cancelled, row.settled_on = True, row.issued
    for folio, reason in (("7", "paid"), ("8", "cancelled")):
        with pytest.raises(DocumentNotCollectable) as refusal:
            world.call(conversation.start, world.ana, [world.documents[folio]], PromiseCommand())
        assert (refusal.value.document, refusal.value.reason) == (folio, reason)
    with pytest.raises(NothingPending):
        world.call(conversation.pending, world.ana)


def pay(world: World, folio: str) -> None:
    with world.database.transaction() as session:
        row = session.get_one(DocumentRow, world.documents[folio])
        factories.application(session, row, row.total, date(2019, 7, 16))
