from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import DayList, Expected, Today
from bot.domain.money import Money
from bot.domain.plans import Plan, Rhythm
from bot.domain.receivables import ApplicationKind
from tests.domain.values import RAMIRO, invoice, paid, promise

TODAY = date(2019, 7, 16)


def expected(day: int, minor: int, currency: str = "MXN") -> Expected:
    document = invoice(minor + 100, paid(2, 100, currency=currency), currency=currency)
    in_force = promise(date(2019, 7, day), minor, currency=currency)
    return Expected(in_force, document, RAMIRO, document.balance_on(TODAY))


def test_a_days_totals_are_the_sums_of_its_rows() -> None:
    shown = DayList(TODAY, TODAY, "MXN", (expected(16, 1624_00), expected(16, 376_00)))
    assert (shown.promised, shown.original, shown.balance) == (Money(2000_00), Money(2002_00), Money(2000_00))


def test_what_is_left_of_a_promise_is_what_was_not_paid_since_it_was_made_and_never_more_than_is_open() -> None:
    made = promise(minor=60_00)
    for applied, left in (
        ((), 60_00),
        ((paid(15, 30_00),), 60_00),
        ((paid(17, 20_00),), 40_00),
        ((paid(17, 20_00), paid(22, 40_00)), 0),
        ((paid(17, 60_00), paid(22, -60_00)), 60_00),
        ((paid(17, 50_00, ApplicationKind.CREDIT_NOTE),), 50_00),
        ((paid(17, 120_00, ApplicationKind.CREDIT_NOTE),), 0),
    ):
        document = invoice(100_00, *applied)
        shown = Expected(made, document, RAMIRO, document.balance_on(date(2019, 7, 22)))
        assert shown.left_on(date(2019, 7, 22)) == Money(left), applied
    not_yet = invoice(100_00, paid(23, 60_00))
    assert Expected(made, not_yet, RAMIRO, Money(100_00)).left_on(date(2019, 7, 22)) == Money(60_00)


@given(st.integers(0, 100_00), st.integers(2, 6))
def test_what_is_left_of_a_plan_is_what_was_promised_less_what_was_paid(minor: int, count: int) -> None:
    document = invoice(100_00, paid(17, minor))
    parts = Plan(count, Rhythm.WEEKLY).installments(Money(100_00), TODAY)
    before = [sum(amount.minor for _, amount in parts[:n]) for n in range(count)]
    items = tuple(
        Expected(
            promise(on, amount.minor, number=n, installment=n, installments=count, before=before[n - 1]),
            document, RAMIRO, document.balance_on(date(2019, 7, 18)),
        )
        for n, (on, amount) in enumerate(parts, 1)
    )  # fmt: skip
    assert DayList(TODAY, date(2019, 7, 18), "MXN", items).left == Money(100_00 - minor)


@given(st.integers(0, 100_00), st.integers(0, 100_00), st.integers(2, 6))
def test_what_is_left_of_a_plan_is_never_more_than_is_open(minor: int, credited: int, count: int) -> None:
    credit = paid(17, min(credited, 100_00 - minor), ApplicationKind.CREDIT_NOTE)
    document = invoice(100_00, paid(17, minor), credit)
    parts = Plan(count, Rhythm.WEEKLY).installments(Money(100_00), TODAY)
    today, before = date(2019, 7, 18), 0
    items = []
    for n, (on, amount) in enumerate(parts, 1):
        made = promise(on, amount.minor, number=n, installment=n, installments=count, before=before)
        items.append(Expected(made, document, RAMIRO, document.balance_on(today)))
        before += amount.minor
    assert DayList(TODAY, today, "MXN", tuple(items)).left == document.balance_on(today)


def test_a_day_with_something_due_or_broken_has_something_to_say() -> None:
    listed = (DayList(TODAY, TODAY, "MXN", (expected(16, 1),)),)
    assert Today(TODAY, (), ()).is_empty
    assert not Today(TODAY, listed, ()).is_empty
    assert not Today(TODAY, (), listed).is_empty
