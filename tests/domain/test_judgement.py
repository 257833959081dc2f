"""What the payments say of promises: reversals, the day of the promise itself, plans, and promises that followed."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.promises import (
    Cause,
    Promise,
    PromiseState,
    judge,
    judged_from,
    judgements,
    last_judged_day,
    paid_on,
    paid_standing,
    times_rescheduled,
)
from bot.domain.receivables import ApplicationKind, Document, DocumentKind
from tests.domain.values import invoice, paid, promise

KEPT, PARTLY, BROKEN = PromiseState.KEPT, PromiseState.PARTIALLY_KEPT, PromiseState.BROKEN
IN_FORCE, RESCHEDULED, WITHDRAWN = PromiseState.IN_FORCE, PromiseState.RESCHEDULED, PromiseState.WITHDRAWN
# A promise of the values is made on the 16th for the 23rd: with a day of tolerance the 25th judges.
DUE, JUDGED = date(2019, 7, 23), date(2019, 7, 25)


def state(document: Document, day: int | date, made: Promise | None = None, *, followed: int | None = None) -> str:
    today = day if isinstance(day, date) else date(2019, 7, day)
    followed_on = date(2019, 7, followed) if followed else None
    return judge(made or promise(), document, today=today, tolerance_days=1, followed_on=followed_on)


@pytest.mark.parametrize(
    ("applied", "standing"),
    [
        ([(20, 100), (22, -100)], []),
        ([(20, 100), (22, -40)], [(20, 60)]),
        ([(18, 50), (20, 100), (22, -120)], [(18, 30)]),
        ([(18, 50), (22, -10), (24, 60)], [(18, 40), (24, 60)]),
        ([(20, -100), (20, 100)], []),
        ([(20, -100), (22, 100)], [(22, 100)]),
        ([(20, 100), (30, -100)], [(20, 100)]),
        ([(20, 100), (20, 30)], [(20, 100), (20, 30)]),
    ],
)
def test_a_reversal_takes_back_the_latest_payments_before_it(
    applied: list[tuple[int, int]], standing: list[tuple[int, int]]
) -> None:
    document = invoice(1000, *(paid(day, minor) for day, minor in applied))
    assert [(on.day, minor) for on, minor in paid_standing(document, date(2019, 7, 26))] == standing


def test_credits_are_no_payments_and_what_stands_of_a_day_is_added_up() -> None:
    document = invoice(1000, paid(20, 70), paid(20, 30), paid(20, 500, ApplicationKind.CREDIT_NOTE), paid(21, 5))
    assert (paid_on(document, date(2019, 7, 20)), paid_on(document, date(2019, 7, 22))) == (100, 0)


def test_a_cheque_that_bounces_after_its_time_has_passed_breaks_the_promise_that_it_kept() -> None:
    assert state(invoice(100_00, paid(22, 100_00)), 25) is KEPT
    assert state(invoice(100_00, paid(22, 100_00), paid(29, -100_00)), 29) is BROKEN
    assert state(invoice(100_00, paid(22, 100_00), paid(29, -100_00)), 28) is KEPT


def test_a_bounced_cheque_that_is_written_down_as_a_return_keeps_no_promise_whenever_it_comes() -> None:
    for on, back in ((1, 5), (1, 26), (20, 22), (20, 26)):
        bounced = (paid(on, 100_00), paid(back, -100_00, ApplicationKind.RETURN))
        assert state(invoice(100_00, *bounced), max(back, 25)) is BROKEN
        assert state(invoice(100_00, *bounced, paid(27, 100_00, ApplicationKind.CREDIT_NOTE)), 28) is BROKEN
        assert state(invoice(100_00, *bounced, cancelled=True), 28) is WITHDRAWN
        assert state(invoice(100_00, *bounced), back - 1) is KEPT


def test_what_is_taken_back_of_a_credit_is_first_what_there_was_of_its_kind() -> None:
    note, back = ApplicationKind.CREDIT_NOTE, ApplicationKind.RETURN
    for taken in (paid(22, -40, note), paid(22, -40)):
        document = invoice(100, paid(18, 40, note), paid(20, 60), taken)
        standing = 60 if taken.kind is note else 20
        assert paid_standing(document, JUDGED) == [(date(2019, 7, 20), standing)]
    document = invoice(100, paid(18, 40, note), paid(19, 10, back), paid(20, 50), paid(22, -30, back))
    assert paid_standing(document, JUDGED) == [(date(2019, 7, 20), 30)]


def test_before_anything_was_paid_something_else_may_have_made_more_of_a_document_than_its_total() -> None:
    raised = (paid(1, -50_00, ApplicationKind.RETURN), paid(5, 100_00))
    assert state(invoice(100_00, *raised), 25) is BROKEN
    assert state(invoice(100_00, *raised, paid(20, 50_00)), 25, promise(minor=50_00)) is KEPT


def test_of_the_day_it_was_made_a_promise_counts_what_was_not_known_then() -> None:
    made = promise(minor=60_00, paid_same_day=40_00)
    assert state(invoice(100_00, paid(16, 40_00)), 25, made) is BROKEN
    assert state(invoice(100_00, paid(16, 40_00), paid(16, 60_00)), 16, made) is KEPT
    assert state(invoice(100_00, paid(16, 40_00), paid(16, 10_00), paid(24, 50_00)), 25, made) is KEPT
    # What was known and went back does not make a later payment smaller.
    assert state(invoice(100_00, paid(20, 60_00)), 25, made) is KEPT


def test_money_dated_ahead_counts_from_its_day() -> None:
    document = invoice(100_00, paid(20, 100_00))
    assert [state(document, day) for day in (19, 20)] == [IN_FORCE, KEPT]


def test_a_cancelled_document_withdraws_what_was_not_kept_by_then() -> None:
    assert state(invoice(100_00, cancelled=True), 20) is WITHDRAWN
    assert state(invoice(100_00, cancelled=True), 30) is WITHDRAWN
    assert state(invoice(100_00, paid(20, 100_00), cancelled=True), 30) is KEPT
    assert state(replace(invoice(100_00), kind=DocumentKind.CREDIT_NOTE), 30) is WITHDRAWN


def test_a_promise_that_another_followed_is_what_it_was_on_that_day() -> None:
    assert state(invoice(100_00), 17, followed=17) is RESCHEDULED
    assert state(invoice(100_00), 31, followed=24) is RESCHEDULED
    assert state(invoice(100_00), 31, followed=25) is BROKEN
    assert state(invoice(100_00, paid(20, 100_00)), 31, followed=22) is KEPT


def test_what_was_judged_unkept_is_not_too_early_to_judge_on_an_earlier_day() -> None:
    assert state(invoice(100_00), 17, promise(state=BROKEN), followed=17) is BROKEN
    assert state(invoice(100_00, paid(16, 1)), 17, promise(state=BROKEN)) is PARTLY


def test_an_installment_takes_what_those_before_it_left() -> None:
    """Three times 30 for the 23rd, 30th and 6 August."""
    plan = [
        promise(day, 30_00, number=n, installment=n, installments=3, before=30_00 * (n - 1))
        for n, day in enumerate((DUE, date(2019, 7, 30), date(2019, 8, 6)), 1)
    ]
    document = invoice(90_00, paid(20, 45_00))
    assert [state(document, 20, each) for each in plan] == [KEPT, IN_FORCE, IN_FORCE]
    assert [state(document, date(2019, 8, 1), each) for each in plan] == [KEPT, PARTLY, IN_FORCE]
    late = invoice(90_00, paid(31, 90_00))
    assert [state(late, date(2019, 8, 1), each) for each in plan] == [BROKEN, KEPT, KEPT]


def entries(*history: Promise, document: Document | None = None, today: date = JUDGED) -> dict[int, PromiseState]:
    found = judgements(document or invoice(100_00), history, today=today, tolerance_days=1)
    return {each.number: state for each, state in found}


def test_only_what_the_ledger_has_otherwise_is_to_be_entered() -> None:
    assert entries(promise()) == {1: BROKEN}
    assert entries(promise(), today=date(2019, 7, 24)) == {}
    assert entries(promise(state=BROKEN, cause=Cause.RULE, since=JUDGED)) == {}


def test_what_people_closed_stays_closed_and_what_the_rule_closed_follows_the_payments() -> None:
    document = invoice(100_00, paid(20, 100_00))
    second = promise(number=2, made_on=date(2019, 7, 18), on=date(2019, 7, 31))
    for closed in (RESCHEDULED, WITHDRAWN):
        assert entries(promise(state=closed), second, document=document) == {2: KEPT}
        assert entries(promise(state=closed, cause=Cause.UNDO), second, document=document) == {2: KEPT}
        assert entries(promise(state=closed, cause=Cause.RULE), second, document=document) == {1: KEPT, 2: KEPT}


def test_a_promise_undone_has_followed_nothing_and_one_withdrawn_has() -> None:
    kept = promise(state=KEPT, cause=Cause.RULE)
    second = promise(number=2, made_on=date(2019, 7, 18), state=WITHDRAWN)
    assert entries(kept, replace(second, cause=Cause.UNDO), today=date(2019, 7, 19)) == {1: IN_FORCE}
    assert entries(kept, second, today=date(2019, 7, 19)) == {1: RESCHEDULED}


def test_the_installments_of_one_plan_do_not_follow_each_other() -> None:
    plan = [promise(number=n, installment=n - 1, installments=2, before=50_00 * (n - 2), minor=50_00) for n in (2, 3)]
    assert entries(promise(minor=50_00, state=BROKEN, cause=Cause.RULE), *plan, today=date(2019, 7, 24)) == {}
    assert [each.arrangement for each in plan] == [2, 2]


def test_an_earlier_day_than_the_ledgers_last_entry_counts_as_that_entrys() -> None:
    judged = promise(state=BROKEN, cause=Cause.RULE, since=JUDGED)
    assert entries(judged, today=date(2019, 7, 17)) == {}
    second = promise(number=2, made_on=JUDGED, on=JUDGED)
    assert entries(promise(), second, document=invoice(100_00, paid(24, 100_00)), today=date(2019, 7, 17)) == {
        1: KEPT, 2: KEPT,
    }  # fmt: skip


def test_what_was_put_off_is_counted_a_plan_once() -> None:
    plan = [promise(number=n, installment=n - 1, installments=2, state=RESCHEDULED) for n in (2, 3)]
    assert times_rescheduled([promise(state=RESCHEDULED), *plan, promise(number=4)]) == 2


@given(st.dates(date(2019, 1, 1), date(2021, 12, 31)), st.integers(0, 5))
def test_the_last_judged_day_is_the_last_that_may_be_judged(today: date, tolerance: int) -> None:
    last = last_judged_day(today, tolerance)
    assert judged_from(last, tolerance) <= today < judged_from(last + timedelta(days=1), tolerance)


amounts = st.integers(-60, 60).filter(bool)
days = st.integers(10, 31)
ledgers = st.lists(st.tuples(days, amounts, st.sampled_from(ApplicationKind)), max_size=8)


@given(applied=st.lists(st.tuples(days, amounts), max_size=8), notes=st.lists(st.tuples(days, st.integers(1, 60))))
def test_what_takes_a_payment_back_may_be_written_down_as_any_kind(
    applied: list[tuple[int, int]], notes: list[tuple[int, int]]
) -> None:
    credited = [paid(on, minor, ApplicationKind.CREDIT_NOTE) for on, minor in notes]
    reversals, *others = (
        invoice(100, *(paid(on, m, kind if m < 0 else ApplicationKind.PAYMENT) for on, m in applied), *credited)
        for kind in (ApplicationKind.PAYMENT, ApplicationKind.RETURN, ApplicationKind.DISCOUNT)
    )
    for other in others:
        for today in (date(2019, 7, day) for day in range(10, 32)):
            assert paid_standing(other, today) == paid_standing(reversals, today)
            assert state(other, today, promise(minor=50)) is state(reversals, today, promise(minor=50))


@given(st.lists(st.tuples(days, st.integers(-9, 9), st.sampled_from(ApplicationKind)), max_size=12), days)
def test_each_unit_taken_back_is_the_last_of_its_kind_that_stands_else_the_last_that_was_paid(
    applied: list[tuple[int, int, ApplicationKind]], day: int
) -> None:
    standing: list[tuple[ApplicationKind, int]] = []
    for on, minor, kind in sorted(applied, key=lambda each: (each[0], -each[1])):
        for _ in range(abs(minor) if on <= day else 0):
            of_kinds = [[unit for unit in standing if unit[0] is each] for each in (kind, ApplicationKind.PAYMENT)]
            if minor > 0:
                standing.append((kind, on))
            elif last := next(filter(None, of_kinds), None):
                standing.remove(last[-1])
    by_day = Counter(on for kind, on in standing if kind is ApplicationKind.PAYMENT)
    found: Counter[int] = Counter()
    for at, minor in paid_standing(invoice(100, *(paid(*each) for each in applied)), date(2019, 7, day)):
        found[at.day] += minor
    assert found == by_day


@given(
    applied=ledgers,
    day=st.integers(16, 31),
    followed=st.sampled_from([None, 17, 24, 25]),
    cancelled=st.booleans(),
)
def test_judging_what_was_judged_enters_nothing(
    *, applied: list[tuple[int, int, ApplicationKind]], day: int, followed: int | None, cancelled: bool
) -> None:
    document = invoice(100, *(paid(*each) for each in applied), cancelled=cancelled)
    history = [promise(minor=50), *([promise(number=2, made_on=date(2019, 7, followed))] if followed else [])]
    today = date(2019, 7, day)
    states = {n: each.state for n, each in enumerate(history, 1)} | entries(*history, document=document, today=today)
    again = [
        promise(
            each.on, each.amount.minor, number=n, made_on=each.made_on, state=states[n], cause=Cause.RULE, since=today
        )
        for n, each in enumerate(history, 1)
    ]
    assert entries(*again, document=document, today=today) == {}
