from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import (
    AmountOutOfRange,
    CurrencyMismatch,
    DocumentNotCollectable,
    PromiseInThePast,
    PromiseTooFar,
)
from bot.domain.money import Money
from bot.domain.promises import FAR_DAYS, PromiseState, check, judge, judged_from, level
from bot.domain.receivables import ApplicationKind, Document, DocumentKind
from tests.domain.values import invoice, paid, promise

TODAY = date(2019, 7, 16)
THE_23RD = date(2019, 7, 23)
KEPT, PARTLY, BROKEN, IN_FORCE = (
    PromiseState.KEPT, PromiseState.PARTIALLY_KEPT, PromiseState.BROKEN, PromiseState.IN_FORCE,
)  # fmt: skip


def allowed(document: Document, on: date = THE_23RD, amount: Money | None = None, *, far: bool = False) -> Money:
    return check(document, on, amount, today=TODAY, far_confirmed=far)


def test_without_an_amount_the_whole_balance_is_promised() -> None:
    assert allowed(invoice(100_00, paid(10, 30_00), currency="USD")) == Money(70_00, "USD")


def test_a_part_may_be_promised_and_not_more_than_the_balance() -> None:
    document = invoice(100_00, paid(10, 30_00))
    assert allowed(document, amount=Money(1)) == Money(1)
    assert allowed(document, amount=Money(70_00)) == Money(70_00)
    for minor in (0, -1, 70_01):
        with pytest.raises(AmountOutOfRange) as refusal:
            allowed(document, amount=Money(minor))
        assert (refusal.value.amount, refusal.value.balance, refusal.value.currency) == (minor, 70_00, "MXN")


def test_an_amount_in_another_currency_is_refused_and_not_renamed() -> None:
    with pytest.raises(CurrencyMismatch):
        allowed(invoice(100_00, currency="USD"), amount=Money(50_00, "MXN"))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (invoice(100_00, cancelled=True), "cancelled"),
        (invoice(100_00, paid(10, 100_00)), "paid"),
        (invoice(100_00, paid(10, 120_00)), "paid"),
        (invoice(100_00, kind=DocumentKind.CREDIT_NOTE), "credit"),
        (invoice(100_00, kind=DocumentKind.PAYMENT_ON_ACCOUNT), "credit"),
        (invoice(100_00, issued=TODAY + timedelta(days=1)), "later"),
    ],
)
def test_a_document_that_is_not_owed_is_refused_with_the_reason(document: Document, reason: str) -> None:
    with pytest.raises(DocumentNotCollectable) as refusal:
        allowed(document)
    assert (refusal.value.document, refusal.value.reason) == ("7", reason)


def test_a_debit_note_may_be_promised() -> None:
    assert allowed(invoice(100_00, kind=DocumentKind.DEBIT_NOTE)) == Money(100_00)


def test_today_may_be_promised_and_yesterday_not() -> None:
    assert allowed(invoice(100_00), TODAY) == Money(100_00)
    with pytest.raises(PromiseInThePast) as refusal:
        allowed(invoice(100_00), date(2019, 7, 15))
    assert (refusal.value.on, refusal.value.today) == (date(2019, 7, 15), TODAY)


def test_a_day_that_had_come_only_since_the_customer_promised_it_may_be_promised() -> None:
    document, yesterday = invoice(100_00), date(2019, 7, 15)
    promised = check(document, yesterday, None, today=TODAY, said_on=yesterday, far_confirmed=False)
    assert promised == Money(100_00)


def test_over_60_days_ahead_is_confirmed_first() -> None:
    document = invoice(100_00)
    assert allowed(document, TODAY + timedelta(days=60)) == Money(100_00)
    with pytest.raises(PromiseTooFar) as refusal:
        allowed(document, TODAY + timedelta(days=61))
    assert (refusal.value.on, refusal.value.limit_days) == (date(2019, 9, 15), FAR_DAYS)
    assert allowed(document, TODAY + timedelta(days=61), far=True) == Money(100_00)
    with pytest.raises(PromiseTooFar):
        check(document, TODAY + timedelta(60), None, today=TODAY, said_on=TODAY - timedelta(1), far_confirmed=False)


def test_the_level_counts_the_broken_promises_and_one_kept_in_part_does_not_raise_it() -> None:
    history = [promise(number=n, state=state) for n, state in enumerate(PromiseState, start=1)]
    assert level(history) == 1
    assert level([promise(state=BROKEN), promise(state=BROKEN), promise(state=IN_FORCE)]) == 2
    assert level([promise(state=PromiseState.RESCHEDULED), promise(state=PromiseState.WITHDRAWN)]) == 0


@pytest.mark.parametrize(
    ("on", "tolerance", "day"),
    [
        ("2019-07-23", 0, "2019-07-24"),
        ("2019-07-23", 1, "2019-07-25"),
        ("2019-07-23", 3, "2019-07-29"),  # Wednesday to Friday, then the weekend
        ("2019-07-26", 0, "2019-07-29"),  # a Friday
        ("2019-07-20", 1, "2019-07-23"),  # a Saturday: Monday is tolerated
        ("2019-04-17", 0, "2019-04-22"),  # before Holy Thursday
        ("2019-04-17", 1, "2019-04-23"),
        ("2019-09-13", 1, "2019-09-18"),  # a Friday before a long weekend
        ("2019-12-24", 1, "2019-12-27"),
    ],
)
def test_a_promise_is_judged_once_the_tolerated_banking_days_have_passed(on: str, tolerance: int, day: str) -> None:
    assert judged_from(date.fromisoformat(on), tolerance) == date.fromisoformat(day)


def judged(document: Document, today: date, minor: int = 100_00) -> PromiseState:
    return judge(promise(THE_23RD, minor), document, today=today, tolerance_days=1)


# Promised on the 16th for the 23rd, one day of tolerance: the 25th judges.
@pytest.mark.parametrize(
    ("document", "day", "state"),
    [
        (invoice(100_00), 24, IN_FORCE),
        (invoice(100_00), 25, BROKEN),
        (invoice(100_00, paid(18, 100_00)), 18, KEPT),
        (invoice(100_00, paid(24, 100_00)), 25, KEPT),
        (invoice(100_00, paid(25, 100_00)), 25, BROKEN),
        # From before, and loaded after it was promised: who owes nothing has broken nothing.
        (invoice(100_00, paid(15, 100_00)), 18, KEPT),
        (invoice(100_00, paid(15, 60_00), paid(24, 40_00)), 25, KEPT),
        (invoice(100_00, paid(15, 60_00)), 25, BROKEN),
        (invoice(100_00, paid(15, 60_00), paid(25, 40_00)), 25, BROKEN),
        (invoice(100_00, paid(15, 100_00), paid(20, -100_00)), 25, BROKEN),
        (invoice(100_00, paid(15, 60_00), paid(15, 40_00, ApplicationKind.CREDIT_NOTE)), 25, BROKEN),
        (invoice(100_00, paid(16, 60_00), paid(24, 40_00)), 25, KEPT),
        (invoice(100_00, paid(20, 60_00)), 24, IN_FORCE),
        (invoice(100_00, paid(20, 60_00)), 25, PARTLY),
        (invoice(100_00, paid(20, 100_00), paid(21, -100_00)), 25, BROKEN),
        (invoice(100_00, paid(20, 100_00, ApplicationKind.CREDIT_NOTE)), 25, BROKEN),
        (invoice(100_00, paid(20, 100_00, ApplicationKind.DISCOUNT)), 25, BROKEN),
        (invoice(100_00, paid(20, 100_00, ApplicationKind.RETURN)), 25, BROKEN),
        (invoice(100_00, paid(20, 60_00), paid(20, 40_00, ApplicationKind.CREDIT_NOTE)), 25, PARTLY),
    ],
)
def test_a_promise_is_judged_by_the_payments_of_its_days_and_a_credit_note_keeps_nothing(
    document: Document, day: int, state: PromiseState
) -> None:
    assert judged(document, date(2019, 7, day)) is state


def test_a_promise_of_a_part_is_kept_by_that_part() -> None:
    assert judged(invoice(100_00, paid(20, 60_00)), date(2019, 7, 25), 60_00) is KEPT


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 31), st.integers(1, 10**5)), max_size=4),
    st.integers(1, 31),
    st.integers(1, 10**5),
)
def test_once_judged_a_later_day_judges_the_same(applied: list[tuple[int, int]], day: int, minor: int) -> None:
    document = invoice(10**6, *(paid(on, amount) for on, amount in applied))
    verdict = judged(document, date(2019, 7, day), minor)
    if verdict is not IN_FORCE:
        assert judged(document, date(2019, 7, day) + timedelta(days=30), minor) is verdict
