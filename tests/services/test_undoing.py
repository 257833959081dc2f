from datetime import date, timedelta

import pytest

from bot.domain.errors import (
    AmountOutOfRange,
    DocumentNotFound,
    NoLongerInForce,
    NothingInForce,
    NothingPending,
    PlanInForce,
    UndoNotYours,
    UndoSuperseded,
    UndoTooLate,
)
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import UNDO_MINUTES, Cause, Promise, PromiseState
from bot.domain.scheduling import History, Recorded
from bot.services import scheduling
from bot.services.undoing import undo
from bot.store.models import AuditRow, DocumentRow
from tests import factories
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY, World, act

IN_FORCE, RESCHEDULED, WITHDRAWN = PromiseState.IN_FORCE, PromiseState.RESCHEDULED, PromiseState.WITHDRAWN
THREE = Plan(3, Rhythm.WEEKLY)


def promised(
    world: World, *folios: str, on: date = THE_23RD, source: str | None = None, plan: Plan | None = None
) -> Recorded:
    ids = [world.documents[folio] for folio in folios]
    return world.call(scheduling.promise, act(world.ana, source=source), ids, on, plan=plan)[0]


def states(world: World, folio: str = "7") -> list[PromiseState]:
    return [p.state for p in world.call(scheduling.history, world.chief, world.documents[folio]).promises]


def in_force(world: World, folio: str = "7") -> list[date]:
    return [p.on for p in world.call(scheduling.history, world.chief, world.documents[folio]).in_force]


def pay(world: World, minor: int, on: date = TODAY) -> None:
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, world.documents["7"]), minor, on)


def test_what_was_rescheduled_is_in_force_again_and_nothing_is_deleted(world: World) -> None:
    promised(world, "7", on=THE_18TH)
    made = promised(world, "7")
    (shown,) = world.call(undo, world.ana, made.promise.id)
    assert [(p.state, p.cause) for p in shown.promises] == [(IN_FORCE, Cause.UNDO), (WITHDRAWN, Cause.UNDO)]
    assert (in_force(world), shown.rescheduled, shown.promises[1].since) == ([THE_18TH], 0, TODAY)
    again = promised(world, "7")
    assert (again.promise.number, again.rescheduled) == (3, True)
    assert states(world) == [RESCHEDULED, WITHDRAWN, IN_FORCE]


def test_one_after_another_is_undone(world: World) -> None:
    made = [promised(world, "7", on=TODAY + timedelta(days=n)).promise for n in range(3)]
    for promise in reversed(made):
        world.call(undo, world.ana, promise.id)
    assert states(world) == [WITHDRAWN] * 3


def test_a_double_tap_undoes_once(world: World) -> None:
    promised(world, "7", on=THE_18TH)
    made = promised(world, "7")
    first = world.call(undo, world.ana, made.promise.id)
    assert world.call(undo, world.ana, made.promise.id) == first
    assert in_force(world) == [THE_18TH]


def test_what_one_command_promised_is_undone_together_all_or_none(world: World) -> None:
    made = promised(world, "7", "8", "9", source="tg:1")
    other = promised(world, "5", source="tg:11")
    shown = world.call(undo, world.ana, made.promise.id)
    assert {history.document.folio for history in shown} == {"7", "8", "9"}
    assert (in_force(world, "8"), in_force(world, "5")) == ([], [THE_23RD])
    again = promised(world, "7", "8", source="tg:2")
    promised(world, "8", source="tg:3")
    with pytest.raises(UndoSuperseded) as refusal:
        world.call(undo, world.ana, again.promise.id)
    assert refusal.value.document == "8"
    assert in_force(world, "7") == [THE_23RD]
    assert other.rescheduled is False


def test_a_plan_is_undone_with_all_its_installments_and_one_undone_brings_a_plan_back(world: World) -> None:
    plan = promised(world, "7", plan=THREE, source="tg:1")
    made = promised(world, "7", on=THE_18TH, source="tg:2")
    assert states(world) == [RESCHEDULED] * 3 + [IN_FORCE]
    world.call(undo, world.ana, made.promise.id)
    assert in_force(world) == [THE_23RD, date(2019, 7, 30), date(2019, 8, 6)]
    (shown,) = world.call(undo, world.ana, plan.installments[2].id)
    assert [p.state for p in shown.promises] == [WITHDRAWN] * 4


def test_only_ones_own_is_undone_for_a_short_while_and_while_it_is_the_last(world: World) -> None:
    first = promised(world, "7").promise
    with pytest.raises(UndoNotYours) as not_yours:
        world.call(undo, world.chief, first.id)
    assert not_yours.value.made_by == "Ana"
    late = Occasion(world.ana, TODAY, NOW + timedelta(minutes=UNDO_MINUTES, seconds=1))
    with pytest.raises(UndoTooLate) as too_late:
        world.call(undo, late, first.id)
    assert too_late.value.limit_minutes == UNDO_MINUTES
    promised(world, "7", on=THE_18TH)
    with pytest.raises(UndoSuperseded):
        world.call(undo, world.ana, first.id)
    just = Occasion(world.ana, TODAY, NOW + timedelta(minutes=UNDO_MINUTES))
    world.call(undo, just, world.call(scheduling.history, world.ana, "7").promises[-1].id)
    assert states(world) == [IN_FORCE, WITHDRAWN]


def test_another_s_or_no_promise_is_not_found(world: World) -> None:
    made = promised(world, "7")
    for person, promise_id in ((world.beto, made.promise.id), (world.ana, 9999)):
        with pytest.raises(DocumentNotFound):
            world.call(undo, person, promise_id)


def test_what_was_paid_meanwhile_is_kept_and_no_longer_undone(world: World) -> None:
    made = promised(world, "7")
    pay(world, 2842_00)
    with pytest.raises(UndoSuperseded):
        world.call(undo, world.ana, made.promise.id)


def test_what_comes_back_is_judged_by_what_was_paid_meanwhile(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(DocumentRow, world.documents["7"]).total = 5000_00
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH, amount="1000")
    made = promised(world, "7")
    pay(world, 1000_00)
    world.call(undo, world.ana, made.promise.id)
    assert states(world) == [PromiseState.KEPT, WITHDRAWN]


def withdraw(world: World, promise: Promise, by: Person | Occasion) -> History:
    return world.call(scheduling.withdraw, by, promise.document_id, promise.id)


def test_what_is_in_force_is_withdrawn_once_and_who_did_it_is_in_the_trail(world: World) -> None:
    made = promised(world, "7", plan=THREE).promise
    jorge = act(world.chief, source="tg:5")
    shown = withdraw(world, made, jorge)
    assert [p.state for p in shown.promises] == [WITHDRAWN] * 3
    assert withdraw(world, made, jorge) == shown
    with world.database.transaction() as session:
        trail = session.query(AuditRow).where(AuditRow.action == "withdraw").all()
        assert [(row.subject, row.person_id, row.source) for row in trail] == [("7", world.chief.id, "tg:5")]
    assert promised(world, "7").rescheduled is False
    assert withdraw(world, made, jorge).in_force[0].number == 4


def test_of_a_plan_what_is_left_is_withdrawn(world: World) -> None:
    first, second, third = promised(world, "7", plan=THREE).installments
    pay(world, first.amount.minor, THE_18TH)
    later = act(world.ana, THE_18TH)
    asked = world.call(scheduling.to_withdraw, later, first.document_id)
    assert [promise.id for promise in asked.in_force] == [second.id, third.id]
    withdraw(world, second, later)
    assert states(world) == [PromiseState.KEPT, WITHDRAWN, WITHDRAWN]


def test_only_the_promise_that_was_asked_about_is_withdrawn(world: World) -> None:
    first = promised(world, "7", on=THE_18TH).promise
    promised(world, "7")
    with pytest.raises(NoLongerInForce) as put_off:
        withdraw(world, first, world.ana)
    assert put_off.value == NoLongerInForce("7", 1, RESCHEDULED)
    second = world.call(scheduling.to_withdraw, world.ana, first.document_id).in_force[0]
    with pytest.raises(NothingPending):
        world.call(scheduling.withdraw, world.ana, world.documents["8"], second.id)
    pay(world, 2842_00)
    with pytest.raises(NoLongerInForce) as paid:
        withdraw(world, second, world.ana)
    assert paid.value == NoLongerInForce("7", 2, PromiseState.KEPT)
    assert states(world) == [RESCHEDULED, IN_FORCE], "the refusals wrote nothing"


def test_nothing_is_withdrawn_where_nothing_is_in_force(world: World) -> None:
    with pytest.raises(NothingInForce) as refusal:
        world.call(scheduling.to_withdraw, world.ana, world.documents["7"])
    assert refusal.value.document == "7"
    promised(world, "7", on=THE_18TH)
    with pytest.raises(NothingInForce):
        world.call(scheduling.to_withdraw, act(world.ana, THE_23RD), world.documents["7"])


def test_a_withdrawal_is_not_undone_and_brings_nothing_back(world: World) -> None:
    promised(world, "7", on=THE_18TH)
    made = promised(world, "7")
    withdraw(world, made.promise, world.ana)
    with pytest.raises(UndoSuperseded):
        world.call(undo, world.ana, made.promise.id)
    assert states(world) == [RESCHEDULED, WITHDRAWN]


def test_a_plan_is_promises_in_a_row_that_add_up_to_the_amount(world: World) -> None:
    made = promised(world, "7", "8", plan=THREE)
    assert [(p.number, p.on, p.amount.minor, p.installment) for p in made.installments] == [
        (1, THE_23RD, 947_34, 1),
        (2, date(2019, 7, 30), 947_33, 2),
        (3, date(2019, 8, 6), 947_33, 3),
    ]
    assert (made.amount.minor, made.closed_days, made.bank_day) == (2842_00, (), None)
    again = promised(world, "7", on=date(2019, 7, 20), plan=Plan(2, Rhythm.WEEKLY))
    assert again.closed_days == (date(2019, 7, 20), date(2019, 7, 27))
    assert (again.rescheduled, again.history.rescheduled, again.history.level) == (True, 1, 0)
    assert in_force(world) == list(again.closed_days)


def test_the_same_update_handled_twice_makes_one_plan(world: World) -> None:
    first, again = (promised(world, "7", "8", plan=THREE, source="tg:1") for _ in range(2))
    assert first == again
    assert len(states(world)) == len(states(world, "8")) == 3


def test_a_plan_has_a_cent_at_least_for_each_payment(world: World) -> None:
    with pytest.raises(AmountOutOfRange):
        world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, amount="0.02", plan=THREE)


def test_a_plan_is_not_moved_by_a_button_of_before(world: World) -> None:
    promised(world, "7", plan=THREE)
    with pytest.raises(PlanInForce) as refusal:
        world.call(scheduling.move, world.ana, world.documents["7"], world.in_force("7"), THE_18TH)
    assert refusal.value.document == "7"


@pytest.mark.parametrize(("amount", "left"), [(None, 2000_00), ("1000", 158_00)])
def test_what_was_paid_meanwhile_is_not_promised_again_when_a_promise_moves(
    world: World, amount: str | None, left: int
) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], date(2019, 7, 20), amount=amount)
    pay(world, 842_00)
    (moved,) = world.call(scheduling.move, world.ana, world.documents["7"], world.in_force("7"), date(2019, 7, 22))
    assert moved.promise.amount.minor == left
