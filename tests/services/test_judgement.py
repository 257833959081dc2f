from datetime import date

from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState, last_judged_day
from bot.domain.receivables import ApplicationKind
from bot.services import judgement, scheduling
from bot.services.judgement import Judged
from bot.store import judgements
from bot.store.loading.shared import settle
from bot.store.models import ApplicationRow, DocumentRow, JudgementDueRow, PromiseEventRow
from tests import factories
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY, World, act

KEPT, PARTLY, BROKEN = PromiseState.KEPT, PromiseState.PARTIALLY_KEPT, PromiseState.BROKEN
IN_FORCE, RESCHEDULED, WITHDRAWN = PromiseState.IN_FORCE, PromiseState.RESCHEDULED, PromiseState.WITHDRAWN
THE_24TH, THE_25TH = date(2019, 7, 24), date(2019, 7, 25)


def judged(world: World, on: date, *, folio: str | None = None) -> Judged:
    only = [world.documents[folio]] if folio else None
    with world.database.transaction() as session:
        return judgement.judge(session, on, NOW, 1, only)


def promised(
    world: World, folio: str = "7", on: date = THE_23RD, *, today: date = TODAY, amount: str | None = None
) -> None:
    world.call(scheduling.promise, act(world.ana, today), [world.documents[folio]], on, amount=amount)


def pay(
    world: World, minor: int, on: date, *, folio: str = "7", kind: ApplicationKind = ApplicationKind.PAYMENT
) -> int:
    with world.database.transaction() as session:
        row = session.get_one(DocumentRow, world.documents[folio])
        return factories.application(session, row, minor, on, kind=kind).id


def remove(world: World, application_id: int) -> None:
    with world.database.transaction() as session:
        row = session.get_one(ApplicationRow, application_id)
        session.delete(row)
        settle(session, [row.document_id])


def cancel(world: World, folio: str, *, cancelled: bool) -> None:
    with world.database.transaction() as session:
        session.get_one(DocumentRow, world.documents[folio]).cancelled = cancelled
        settle(session, [world.documents[folio]])


def states(world: World, folio: str = "7") -> list[PromiseState]:
    shown = world.call(scheduling.history, world.chief, world.documents[folio])
    return [promise.state for promise in shown.promises]


def entries(world: World) -> list[tuple[PromiseState, str, date, str]]:
    with world.database.transaction() as session:
        rows = session.query(PromiseEventRow).order_by(PromiseEventRow.id)
        return [(row.state, row.by, row.on, row.cause) for row in rows]


def test_a_promise_is_judged_once_its_day_and_the_tolerance_have_passed(world: World) -> None:
    promised(world)
    promised(world, "8")
    pay(world, 4872_00, THE_24TH, folio="8")
    assert judged(world, THE_24TH).counts == {KEPT: 1}
    assert judged(world, THE_25TH).counts == {BROKEN: 1}
    assert judged(world, THE_25TH) == Judged({})
    assert judged(world, date(2019, 9, 1)).total == 0
    assert (states(world, "7"), states(world, "8")) == ([BROKEN], [KEPT])
    assert entries(world) == [(KEPT, "cobranza", THE_24TH, "rule"), (BROKEN, "cobranza", THE_25TH, "rule")]


def test_after_a_month_without_a_run_the_result_is_the_same(world: World) -> None:
    promised(world)
    promised(world, "8", amount="1000")
    pay(world, 600_00, THE_18TH, folio="8")
    assert judged(world, date(2019, 8, 25)).counts == {BROKEN: 1, PARTLY: 1}


def test_enough_paid_early_keeps_a_promise_at_once_and_a_credit_note_never(world: World) -> None:
    promised(world, amount="1000")
    promised(world, "8")
    pay(world, 1000_00, THE_18TH)
    pay(world, 4872_00, THE_18TH, folio="8", kind=ApplicationKind.CREDIT_NOTE)
    assert judged(world, THE_18TH).counts == {KEPT: 1}
    assert judged(world, THE_25TH).counts == {BROKEN: 1}


def test_a_promise_of_what_a_returned_cheque_opened_again_is_broken_where_nothing_comes(world: World) -> None:
    pay(world, 2842_00, date(2019, 7, 8))
    pay(world, -2842_00, date(2019, 7, 12), kind=ApplicationKind.RETURN)
    promised(world)
    assert judged(world, THE_25TH).counts == {BROKEN: 1}


def test_money_dated_ahead_keeps_a_promise_on_its_day_without_anything_being_loaded(world: World) -> None:
    promised(world)
    pay(world, 2842_00, THE_18TH)
    assert judged(world, TODAY).total == 0
    assert judged(world, THE_18TH).counts == {KEPT: 1}


def test_money_dated_ahead_keeps_a_promise_on_its_day_also_where_the_document_was_cancelled_meanwhile(
    world: World,
) -> None:
    promised(world)
    pay(world, 2842_00, THE_18TH)
    cancel(world, "7", cancelled=True)
    assert judged(world, TODAY).counts == {WITHDRAWN: 1}
    assert judged(world, THE_18TH).counts == {KEPT: 1}


def test_what_is_loaded_late_taken_out_or_reversed_is_judged_again_and_the_ledger_keeps_all(world: World) -> None:
    promised(world)
    judged(world, THE_25TH)
    late = pay(world, 2842_00, THE_24TH)
    assert judged(world, date(2019, 7, 29)).counts == {KEPT: 1}
    remove(world, late)
    assert judged(world, date(2019, 7, 30)).counts == {BROKEN: 1}
    pay(world, 2842_00, THE_23RD)
    judged(world, date(2019, 7, 31))
    pay(world, -2000_00, date(2019, 8, 1))
    assert judged(world, date(2019, 8, 1)).counts == {PARTLY: 1}
    assert [state for state, *_ in entries(world)] == [BROKEN, KEPT, BROKEN, KEPT, PARTLY]


def test_a_promise_kept_early_is_in_force_again_when_the_payment_goes(world: World) -> None:
    promised(world)
    payment = pay(world, 2842_00, THE_18TH)
    judged(world, THE_18TH)
    assert world.call(scheduling.history, world.ana, "7").in_force == ()
    remove(world, payment)
    assert judged(world, date(2019, 7, 19)).counts == {IN_FORCE: 1}
    assert len(world.call(scheduling.history, world.ana, "7").in_force) == 1


def test_one_kept_early_and_followed_by_another_does_not_come_back_beside_it(world: World) -> None:
    promised(world, amount="1000")
    payment = pay(world, 1000_00, date(2019, 7, 17))
    promised(world, on=date(2019, 7, 31), today=THE_18TH)
    assert states(world) == [KEPT, IN_FORCE]
    remove(world, payment)
    assert judged(world, date(2019, 7, 19)).counts == {RESCHEDULED: 1}
    assert judged(world, THE_25TH).total == 0
    pay(world, 1000_00, date(2019, 7, 17))
    judged(world, THE_25TH)
    assert states(world) == [KEPT, IN_FORCE]


def test_a_cancelled_document_counts_nothing_as_broken_and_is_judged_again_when_it_comes_back(world: World) -> None:
    promised(world)
    cancel(world, "7", cancelled=True)
    assert judged(world, THE_25TH).counts == {WITHDRAWN: 1}
    cancel(world, "7", cancelled=False)
    assert judged(world, THE_25TH).counts == {BROKEN: 1}


def test_an_act_judges_first_so_that_it_never_matters_when_the_night_came(world: World) -> None:
    promised(world)
    promised(world, on=date(2019, 7, 31), today=THE_25TH)
    assert states(world) == [BROKEN, IN_FORCE]
    assert world.call(scheduling.history, world.ana, "7").level == 1
    promised(world, "8")
    promised(world, "8", on=date(2019, 7, 31), today=THE_24TH)
    assert states(world, "8") == [RESCHEDULED, IN_FORCE]
    promised(world, "9", amount="1000")
    pay(world, 1000_00, THE_18TH, folio="9")
    world.call(scheduling.move, act(world.ana, THE_18TH), world.documents["8"], world.in_force("8"), THE_25TH)
    promised(world, "9", today=THE_18TH)
    assert states(world, "9") == [KEPT, IN_FORCE]


def test_after_a_partly_kept_promise_the_next_for_the_rest_keeps_the_level(world: World) -> None:
    promised(world)
    pay(world, 1000_00, THE_23RD)
    promised(world, on=date(2019, 7, 31), today=THE_25TH)
    shown = world.call(scheduling.history, world.ana, "7")
    assert ([p.amount.minor for p in shown.promises], shown.level) == ([2842_00, 1842_00], 0)


def test_what_was_paid_that_day_and_known_keeps_nothing(world: World) -> None:
    pay(world, 842_00, TODAY)
    promised(world)
    assert judged(world, THE_25TH).counts == {BROKEN: 1}
    pay(world, 2000_00, TODAY)
    assert judged(world, THE_25TH).counts == {KEPT: 1}


def test_the_installments_of_a_plan_are_judged_by_what_all_until_then_amount_to(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, plan=Plan(2, Rhythm.WEEKLY))
    pay(world, 2000_00, THE_18TH)
    assert judged(world, THE_18TH).counts == {KEPT: 1}
    assert judged(world, date(2019, 8, 1)).counts == {PARTLY: 1}
    assert [state for state, *_ in entries(world)] == [KEPT, PARTLY]


def due(world: World, on: date) -> list[str]:
    with world.database.transaction() as session:
        found = judgements.due(session, on, last_judged_day(on, 1)).document_ids
    return [folio for folio in ("5", "7", "8", "9") if world.documents[folio] in found]


def test_a_run_reads_only_what_may_have_changed(world: World) -> None:
    for folio in ("5", "7", "8", "9"):
        promised(world, folio)
    assert due(world, THE_24TH) == []
    credit = pay(world, 1, THE_18TH, folio="5", kind=ApplicationKind.CREDIT_NOTE)
    assert due(world, THE_24TH) == ["5"]
    judged(world, THE_24TH)
    assert due(world, THE_24TH) == []
    remove(world, credit)
    pay(world, 1, THE_18TH, folio="8")
    judged(world, THE_24TH)
    assert due(world, THE_24TH) == ["8"]  # paid in part: few, and read each time
    assert due(world, THE_25TH) == ["5", "7", "8", "9"]
    judged(world, THE_25TH)
    assert due(world, THE_25TH) == []


def test_marks_go_with_the_run_that_saw_them(world: World) -> None:
    pay(world, 1, THE_18TH)  # no promise, no mark
    promised(world)
    pay(world, 1, THE_18TH)
    judged(world, THE_18TH, folio="7")
    with world.database.transaction() as session:
        assert session.query(JudgementDueRow).count() == 1
    judged(world, THE_18TH)
    with world.database.transaction() as session:
        assert session.query(JudgementDueRow).count() == 0
