from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agenda import DayList, Expected, Today, month
from bot.domain.money import Money, total
from tests.domain.values import RAMIRO, invoice, paid, promise

JULY = date(2019, 7, 1)
TODAY = date(2019, 7, 16)


def expected(day: int, minor: int, currency: str = "MXN") -> Expected:
    document = invoice(minor + 100, paid(2, 100, currency=currency), currency=currency)
    in_force = promise(date(2019, 7, day), minor, currency=currency)
    return Expected(in_force, document, RAMIRO, document.balance_on(TODAY))


def test_a_month_holds_the_days_with_documents_and_marks_those_gone_by() -> None:
    items = [expected(23, 1624_00), expected(15, 50_00), expected(23, 1000_00), expected(16, 2_00)]
    shown = month(items, JULY, "MXN", today=TODAY, currencies=("MXN",))
    assert {on.day: (day.total.minor, day.count, day.broken) for on, day in shown.days.items()} == {
        15: (50_00, 1, True), 16: (2_00, 1, False), 23: (2624_00, 2, False),
    }  # fmt: skip
    assert list(shown.days) == sorted(shown.days)
    assert (shown.total, shown.count, shown.first, shown.today) == (Money(2676_00), 4, JULY, TODAY)


def test_broken_promises_mark_their_days_and_are_in_no_total() -> None:
    broken = [expected(12, 9_00), expected(12, 1_00), expected(15, 1_00), expected(15, 1_00, "USD")]
    shown = month([expected(15, 50_00)], JULY, "MXN", today=TODAY, broken=broken)
    assert {on.day: (day.total.minor, day.count, day.broken, day.broken_count) for on, day in shown.days.items()} == {
        12: (0, 0, True, 2), 15: (50_00, 1, True, 1),
    }  # fmt: skip
    assert (shown.total, shown.count) == (Money(50_00), 1)


def test_a_month_without_promises_is_empty_in_its_currency() -> None:
    shown = month([], JULY, "USD", today=TODAY)
    assert (shown.days, shown.total, shown.count, shown.currencies) == ({}, Money(0, "USD"), 0, ())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 10**9), st.sampled_from(["MXN", "USD"])), max_size=20))
def test_a_months_total_is_the_sum_of_its_days_and_of_the_promises_in_that_currency(
    made: list[tuple[int, int, str]],
) -> None:
    items = [expected(*one) for one in made]
    for currency in ("MXN", "USD"):
        shown = month(items, JULY, currency, today=TODAY)
        promised = [item.promise.amount for item in items if item.promise.amount.currency == currency]
        assert shown.total == total((day.total for day in shown.days.values()), currency) == total(promised, currency)
        assert shown.count == sum(day.count for day in shown.days.values()) == len(promised)


def test_a_days_totals_are_the_sums_of_its_rows() -> None:
    shown = DayList(TODAY, TODAY, "MXN", (expected(16, 1624_00), expected(16, 376_00)))
    assert (shown.promised, shown.original, shown.balance) == (Money(2000_00), Money(2002_00), Money(2000_00))


def test_a_day_with_something_due_or_broken_has_something_to_say() -> None:
    listed = (DayList(TODAY, TODAY, "MXN", (expected(16, 1),)),)
    assert Today(TODAY, (), ()).is_empty
    assert not Today(TODAY, listed, ()).is_empty
    assert not Today(TODAY, (), listed).is_empty
