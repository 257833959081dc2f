from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.commands import PromiseCommand
from bot.domain.errors import (
    AmountForSeveral,
    AmountOutOfRange,
    CustomerNotFound,
    DocumentNotCollectable,
    DocumentNotFound,
    NoSuchDay,
    NothingPending,
    NothingTicked,
    PromiseInThePast,
    SumForComment,
    UnreadableDate,
)
from bot.domain.occasion import Occasion
from bot.domain.scheduling import CustomerChoice, DocumentChoice, Scheduling, Step
from bot.services import agenda, conversation, scheduling
from bot.store.database import Database
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import THE_23RD, TODAY, World, act

# What the question of an act without an update is called.
NUMBER = "0"
FAR = TODAY + timedelta(days=61)


def test_what_is_missing_is_asked_step_by_step_and_each_step_survives_a_restart(world: World) -> None:
    begun = asked(world, conversation.begin, world.ana, PromiseCommand(("7",), amount="1000"))
    assert (begun.ids, begun.on, begun.amount, begun.comment) == ((world.documents["7"],), None, "1000", None)
    world.database.close()
    reopened = Database(world.database.url.render_as_string(hide_password=False))
    after = World(reopened, world.ana, world.beto, world.chief, world.customers, world.documents)
    try:
        dated = asked(after, conversation.set_date, world.ana, NUMBER, THE_23RD)
        assert (dated.on, dated.amount, dated.is_complete(TODAY)) == (THE_23RD, "1000", False)
        done = asked(after, conversation.set_comment, world.ana, NUMBER, "")
        assert done.is_complete(TODAY)
        assert asked(after, conversation.pending, world.ana) == done
    finally:
        reopened.close()


def test_a_command_that_lacks_nothing_is_complete_at_once(world: World) -> None:
    begun = asked(world, conversation.begin, world.ana, PromiseCommand(("7",), THE_23RD, None, "Con cheque"))
    assert begun.is_complete(TODAY)
    assert asked(world, conversation.pending, world.ana).comment == "Con cheque"


def test_a_far_date_waits_for_its_confirmation_and_another_date_asks_anew(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",), FAR, None, "x"))
    assert asked(world, conversation.pending, world.ana).is_far(TODAY)
    confirmed = asked(world, conversation.set_date, world.ana, NUMBER, FAR, far_confirmed=True)
    assert (confirmed.far_confirmed, confirmed.is_complete(TODAY)) == (True, True)
    assert asked(world, conversation.set_date, world.ana, NUMBER, FAR + timedelta(days=1)).is_far(TODAY)


def test_the_ticked_documents_are_scheduled_together(world: World) -> None:
    with pytest.raises(NothingTicked):
        asked(world, conversation.start_ticked, world.ana)
    for folio in ("9", "7"):
        world.call(agenda.tick, world.ana, world.documents[folio], on=True)
    begun = asked(world, conversation.start_ticked, world.ana)
    assert begun.ids == (world.documents["7"], world.documents["9"])
    world.call(conversation.cancel, world.ana, NUMBER)
    with pytest.raises(NothingPending):
        asked(world, conversation.pending, world.ana)
    assert len(world.call(agenda.ticked_items, world.ana)) == 2


def test_a_new_question_takes_the_place_of_the_one_before(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",), amount="1", comment="x"))
    asked(world, conversation.begin, world.ana, PromiseCommand(("8",)))
    waiting = asked(world, conversation.pending, world.ana)
    assert (waiting.ids, waiting.amount, waiting.comment) == ((world.documents["8"],), None, None)


def test_a_promise_recorded_answers_the_question(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",)))
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    with pytest.raises(NothingPending):
        asked(world, conversation.set_comment, world.ana, NUMBER, "late")


def test_a_question_about_a_document_paid_meanwhile_says_so(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",)))
    pay(world, "7")
    with pytest.raises(DocumentNotCollectable):
        asked(world, conversation.set_date, world.ana, NUMBER, THE_23RD)


def test_of_several_documents_all_are_asked_about_or_none(world: World) -> None:
    both = [world.documents["7"], world.documents["9"]]
    asked(world, conversation.start, world.ana, both)
    pay(world, "9")
    with pytest.raises(DocumentNotCollectable) as refusal:
        asked(world, conversation.set_date, world.ana, NUMBER, THE_23RD)
    assert refusal.value.document == "9"


def test_a_question_that_was_answered_is_delivered_again_when_its_document_is_paid(world: World) -> None:
    source = act(world.ana, source="tg:2")
    world.call(conversation.begin, act(world.ana, source="tg:1"), PromiseCommand(("7",), THE_23RD, None, "x"))
    world.call(scheduling.promise, source, [world.documents["7"]], THE_23RD)
    pay(world, "7")
    with pytest.raises(NothingPending):
        world.call(conversation.pending, source)


def test_a_day_that_has_gone_by_is_refused_before_anything_else_is_asked(world: World) -> None:
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(PromiseInThePast):
        asked(world, conversation.begin, world.ana, PromiseCommand((), yesterday))
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",)))
    with pytest.raises(PromiseInThePast):
        asked(world, conversation.type_answer, world.ana, yesterday.isoformat())
    with pytest.raises(UnreadableDate):
        asked(world, conversation.type_answer, world.ana, "con cheque")
    assert asked(world, conversation.type_answer, world.ana, THE_23RD.isoformat()).on == THE_23RD


def test_a_sum_is_no_comment_where_it_may_be_the_amount(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",)))
    asked(world, conversation.set_date, world.ana, NUMBER, THE_23RD)
    with pytest.raises(SumForComment):
        asked(world, conversation.type_answer, world.ana, "$500")
    assert asked(world, conversation.pending, world.ana).comment is None
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",), amount="1000"))
    asked(world, conversation.set_date, world.ana, NUMBER, THE_23RD)
    assert asked(world, conversation.type_answer, world.ana, "$500").comment == "$500"


def test_a_day_that_has_gone_by_since_it_was_named_is_asked_for_again(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",), TODAY))
    tomorrow = act(world.ana, TODAY + timedelta(days=1))
    waiting = asked(world, conversation.pending, tomorrow)
    assert (waiting.on, waiting.gone_by) == (None, TODAY)
    with pytest.raises(PromiseInThePast) as refusal:
        asked(world, conversation.type_answer, tomorrow, "con cheque")
    assert (refusal.value.on, refusal.value.today) == (TODAY, tomorrow.today)
    with pytest.raises(NoSuchDay):
        asked(world, conversation.type_answer, tomorrow, "31/06")
    dated = asked(world, conversation.type_answer, tomorrow, THE_23RD.isoformat())
    assert (dated.on, dated.gone_by) == (THE_23RD, None)


def test_an_answer_that_waited_is_of_the_day_on_which_it_was_typed(world: World) -> None:
    def waited(source: str) -> Occasion:
        return replace(act(world.ana, TODAY + timedelta(days=1), source), sent_on=TODAY)

    asked(world, conversation.begin, waited("tg:1"), PromiseCommand(("7",), TODAY))
    named = asked(world, conversation.type_answer, waited("tg:2"), "sin falta")
    assert (named.on, named.comment, named.gone_by) == (TODAY, "sin falta", None)
    (made,) = world.call(scheduling.promise, waited("tg:2"), [world.documents["7"]], TODAY)
    assert made.promise.made_on == TODAY
    asked(world, conversation.begin, waited("tg:3"), PromiseCommand(("8",)))
    assert asked(world, conversation.type_answer, waited("tg:4"), "hoy").on == TODAY


def test_what_was_recorded_in_time_is_so_when_its_update_comes_again_on_a_later_day(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",), TODAY))
    answer = act(world.ana, source="tg:1")
    world.call(scheduling.promise, answer, [world.documents["7"]], TODAY)
    again = asked(world, conversation.pending, act(world.ana, TODAY + timedelta(days=1), "tg:1"))
    assert (again.on, again.gone_by) == (TODAY, None)


def test_an_amount_that_does_not_fit_the_document_that_was_chosen_is_asked_for_again(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",), THE_23RD, "999999", "x"))
    assert asked(world, conversation.pending, world.ana).asks_amount
    said = asked(world, conversation.type_answer, world.ana, "5")
    assert (said.amount, said.asks_amount, said.is_complete(TODAY)) == ("5", False, True)


def test_nothing_is_asked_about_a_document_that_is_not_owed(world: World) -> None:
    pay(world, "7")
    with world.database.transaction() as session:
        row = session.get_one(DocumentRow, world.documents["8"])
        row.cancelled, row.settled_on = True, row.issued
        session.get_one(DocumentRow, world.documents["9"]).issued = TODAY + timedelta(days=1)
    for folio, reason in (("7", "paid"), ("8", "cancelled"), ("9", "later")):
        with pytest.raises(DocumentNotCollectable) as refusal:
            world.call(conversation.start, world.ana, [world.documents[folio]])
        assert (refusal.value.document, refusal.value.reason) == (folio, reason)
    with pytest.raises(NothingPending):
        asked(world, conversation.pending, world.ana)


def test_an_answer_to_an_older_question_changes_nothing_of_the_newest(world: World) -> None:
    world.call(conversation.begin, act(world.ana, source="tg:1"), PromiseCommand(("7",)))
    world.call(conversation.begin, act(world.ana, source="tg:2"), PromiseCommand(("8",)))
    late = act(world.ana, source="tg:3")
    with pytest.raises(NothingPending):
        world.call(conversation.set_date, late, "1", THE_23RD)
    with pytest.raises(NothingPending):
        world.call(conversation.choose_document, late, "1", world.documents["9"])
    with pytest.raises(NothingPending):
        world.call(conversation.cancel, late, "1")
    waiting = asked(world, conversation.pending, late, "2")
    assert (waiting.ids, waiting.on) == ((world.documents["8"],), None)


def test_an_answer_delivered_twice_is_taken_once(world: World) -> None:
    world.call(conversation.begin, act(world.ana, source="tg:1"), PromiseCommand())
    named = act(world.ana, source="tg:2")
    for _ in range(2):
        choice = world.call(conversation.type_answer, named, "ramiro")
        assert isinstance(choice, DocumentChoice)
        assert [item.document.folio for item in choice.items] == ["5", "8"]
    chosen = act(world.ana, source="tg:3")
    for folio in ("8", "5"):
        step = asked(world, conversation.choose_document, chosen, "1", world.documents[folio])
        assert step.ids == (world.documents["8"],)
    world.call(conversation.choose_customer, chosen, "1", world.customers["CL001"])
    assert asked(world, conversation.pending, chosen).ids == (world.documents["8"],)
    dated = act(world.ana, source="tg:4")
    for _ in range(2):
        step = asked(world, conversation.type_answer, dated, "23 jul")
        assert (step.on, step.comment) == (THE_23RD, None)


def test_the_customer_is_searched_for_and_the_document_named(world: World) -> None:
    begun = world.call(conversation.begin, world.ana, PromiseCommand(comment="Con cheque"))
    assert isinstance(begun, CustomerChoice)
    # Who has looked at nobody yet is offered customers that owe.
    assert ([customer.code for customer in begun.customers], begun.number) == (["CL001", "CL002", "CL003"], NUMBER)
    with pytest.raises(CustomerNotFound):
        world.call(conversation.type_answer, world.ana, "xyzzy")
    with world.database.transaction() as session:
        factories.customer(session, "CL010", "Ramiro Zavala", rfc="ZARR750315CD2")
    several = world.call(conversation.type_answer, world.ana, "ramiro")
    assert isinstance(several, CustomerChoice)
    assert (several.text, [c.code for c in several.customers]) == ("ramiro", ["CL002", "CL010"])
    settled = world.call(conversation.type_answer, world.ana, "CL010")
    assert isinstance(settled, CustomerChoice)
    assert settled.settled
    choice = world.call(conversation.choose_customer, world.ana, NUMBER, world.customers["CL002"])
    assert isinstance(choice, DocumentChoice)
    for text in ("7", "999"):
        with pytest.raises(DocumentNotFound):
            world.call(conversation.type_answer, world.ana, text)
    step = asked(world, conversation.type_answer, world.ana, "8")
    assert (step.ids, step.comment) == ((world.documents["8"],), "Con cheque")


def test_the_only_document_of_a_customer_is_taken_at_once(world: World) -> None:
    world.call(conversation.begin, world.ana, PromiseCommand())
    assert asked(world, conversation.type_answer, world.ana, "juan").ids == (world.documents["7"],)


def test_a_choice_whose_documents_were_all_paid_meanwhile_waits_no_longer(world: World) -> None:
    world.call(conversation.begin, world.ana, PromiseCommand())
    world.call(conversation.type_answer, world.ana, "ramiro")
    for folio in ("5", "8"):
        pay(world, folio)
    with pytest.raises(NothingPending):
        world.call(conversation.pending, world.ana)


def test_choosing_among_documents_of_one_name_goes_on_with_what_was_typed(world: World) -> None:
    twin = add_twin_of_7(world)
    choice = world.call(conversation.begin, world.ana, PromiseCommand(("7",), THE_23RD, "100", "Con cheque"))
    assert isinstance(choice, DocumentChoice)
    assert (choice.text, {item.document.id for item in choice.items}) == ("7", {world.documents["7"], twin})
    with pytest.raises(DocumentNotFound):
        world.call(conversation.type_answer, world.ana, "7")  # still two of them
    chosen = asked(world, conversation.choose_document, world.ana, NUMBER, twin)
    assert (chosen.ids, chosen.on, chosen.amount, chosen.comment) == ((twin,), THE_23RD, "100", "Con cheque")
    assert chosen.is_complete(TODAY)


def test_the_documents_named_beside_an_ambiguous_one_are_kept(world: World) -> None:
    twin = add_twin_of_7(world)
    world.call(conversation.begin, world.ana, PromiseCommand(("5", "7", "8", "5"), THE_23RD))
    chosen = asked(world, conversation.choose_document, world.ana, NUMBER, twin)
    assert set(chosen.ids) == {world.documents["5"], twin, world.documents["8"]}
    with pytest.raises(AmountForSeveral):
        world.call(conversation.begin, world.ana, PromiseCommand(("5", "8"), amount="100"))
    world.call(conversation.begin, world.ana, PromiseCommand(("7",)))
    for document_id in (world.documents["7"], twin):
        pay_id(world, document_id)
    with pytest.raises(NothingPending):
        world.call(conversation.pending, world.ana)


def test_an_amount_is_asked_for_only_when_another_is_meant_and_must_fit(world: World) -> None:
    world.call(conversation.begin, world.ana, PromiseCommand(("7",)))
    world.call(conversation.set_date, world.ana, NUMBER, THE_23RD)
    assert asked(world, conversation.ask_amount, world.ana, NUMBER).asks_amount
    for text in ("0", "2842.01"):
        with pytest.raises(AmountOutOfRange):
            world.call(conversation.type_answer, world.ana, text)
    step = asked(world, conversation.type_answer, world.ana, "$1,000")
    assert (step.amount, step.asks_amount, step.comment) == ("$1,000", False, None)
    world.call(conversation.ask_amount, world.ana, NUMBER)
    whole = asked(world, conversation.whole_amount, world.ana, NUMBER)
    assert (whole.amount, whole.asks_amount) == (None, False)


def test_a_date_typed_at_a_far_ones_confirmation_takes_its_place(world: World) -> None:
    world.call(conversation.begin, world.ana, PromiseCommand(("7",), FAR))
    step = asked(world, conversation.type_answer, world.ana, "23/07")
    assert (step.on, step.is_complete(TODAY)) == (THE_23RD, True)
    assert asked(world, conversation.type_answer, world.ana, "Por la tarde").comment == "Por la tarde"


def test_a_question_that_another_command_set_aside_is_asked_again_before_a_text_answers_it(world: World) -> None:
    world.call(conversation.begin, act(world.ana, source="tg:1"), PromiseCommand(("7",), None, None, ""))
    set_aside(world)
    typed = act(world.ana, source="tg:3")
    step = world.call(conversation.take_up, typed)
    assert isinstance(step, Scheduling)
    assert world.call(conversation.take_up, typed) is None
    # Delivered again, the text is no answer either; the next one is.
    assert asked(world, conversation.type_answer, typed, "el 23").on is None
    assert asked(world, conversation.type_answer, act(world.ana, source="tg:4"), "el 23").on == THE_23RD


def test_each_command_sets_a_question_aside_anew_and_an_answer_takes_it_up(world: World) -> None:
    world.call(conversation.begin, act(world.ana, source="tg:1"), PromiseCommand(("7",)))
    for update in (2, 4):
        set_aside(world)
        assert world.call(conversation.take_up, act(world.ana, source=f"tg:{update}")) is not None
    set_aside(world)
    world.call(conversation.set_date, act(world.ana, source="tg:6"), "1", THE_23RD)
    assert world.call(conversation.take_up, act(world.ana, source="tg:7")) is None


def test_a_question_set_aside_and_closed_is_not_asked_again(world: World) -> None:
    world.call(conversation.begin, act(world.ana, source="tg:1"), PromiseCommand(("7",)))
    set_aside(world)
    world.call(scheduling.promise, act(world.ana, source="tg:2"), [world.documents["7"]], THE_23RD)
    for source in ("tg:2", "tg:3"):
        assert world.call(conversation.take_up, act(world.ana, source=source)) is None


def test_a_text_is_no_answer_about_a_document_that_is_paid(world: World) -> None:
    asked(world, conversation.start, world.ana, [world.documents["7"], world.documents["9"]])
    pay(world, "9")
    with pytest.raises(NothingPending):
        world.call(conversation.type_answer, world.ana, "gracias")
    set_aside(world)
    assert world.call(conversation.take_up, world.ana) is None


def test_nothing_is_set_aside_but_an_open_question_for_a_promise(world: World) -> None:
    set_aside(world)
    assert world.call(conversation.take_up, world.ana) is None
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",)))
    assert world.call(conversation.take_up, world.ana) is None
    world.call(conversation.cancel, world.ana, NUMBER)
    set_aside(world)
    assert world.call(conversation.take_up, world.ana) is None


def set_aside(world: World) -> None:
    """Ana types another command."""
    with world.database.transaction() as session:
        conversation.set_aside(session, world.ana)


def asked(world: World, use_case: Callable[..., Step], *args: Any, **kwargs: Any) -> Scheduling:  # noqa: ANN401 - as the use case has it
    """A step at which the documents are known."""
    step = world.call(use_case, *args, **kwargs)
    assert isinstance(step, Scheduling)
    return step


def add_twin_of_7(world: World) -> int:
    """Another customer's document that is called 7 too; its id."""
    with world.database.transaction() as session:
        customer = session.get_one(CustomerRow, world.customers["CL003"])
        return factories.document(session, customer, "7", total=300_00).id


def pay(world: World, folio: str) -> None:
    pay_id(world, world.documents[folio])


def pay_id(world: World, document_id: int) -> None:
    with world.database.transaction() as session:
        row = session.get_one(DocumentRow, document_id)
        factories.application(session, row, row.total, date(2019, 7, 16))


def test_a_tapped_date_that_is_delivered_again_answers_once(world: World) -> None:
    asked(world, conversation.begin, world.ana, PromiseCommand(("7",)))
    tap = act(world.ana, source="tg:9")
    once = asked(world, conversation.set_date, tap, NUMBER, THE_23RD)
    again = asked(world, conversation.set_date, tap, NUMBER, FAR)
    assert again == once
