from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import PlanSize
from bot.domain.money import Money
from bot.domain.plans import MAX_INSTALLMENTS, Plan, Rhythm
from bot.domain.scores import Score


@pytest.mark.parametrize(
    ("rhythm", "first", "days"),
    [
        (Rhythm.WEEKLY, "2019-07-23", ["2019-07-23", "2019-07-30", "2019-08-06"]),
        (Rhythm.FORTNIGHTLY, "2019-07-23", ["2019-07-23", "2019-08-07", "2019-08-22"]),
        (Rhythm.MONTHLY, "2019-07-23", ["2019-07-23", "2019-08-23", "2019-09-23"]),
        (Rhythm.MONTHLY, "2019-12-31", ["2019-12-31", "2020-01-31", "2020-02-29"]),
        (Rhythm.MONTHLY, "2019-01-30", ["2019-01-30", "2019-02-28", "2019-03-30"]),
    ],
)
def test_payments_are_a_week_fifteen_days_or_a_month_apart(rhythm: Rhythm, first: str, days: list[str]) -> None:
    made = Plan(3, rhythm).installments(Money(300), date.fromisoformat(first))
    assert [on.isoformat() for on, _ in made] == days


def test_the_first_payments_take_the_odd_cents() -> None:
    made = Plan(3, Rhythm.WEEKLY).installments(Money(100_01, "USD"), date(2019, 7, 23))
    assert [amount for _, amount in made] == [Money(33_34, "USD"), Money(33_34, "USD"), Money(33_33, "USD")]


@given(
    st.integers(2, MAX_INSTALLMENTS),
    st.integers(0, 10**12),
    st.sampled_from(Rhythm),
    st.dates(date(2019, 1, 1), date(2098, 12, 31)),
)
def test_the_payments_add_up_to_the_amount_and_come_one_after_the_other(
    count: int, minor: int, rhythm: Rhythm, first: date
) -> None:
    made = Plan(count, rhythm).installments(Money(minor), first)
    amounts = [amount.minor for _, amount in made]
    assert sum(amounts) == minor
    assert max(amounts) - min(amounts) <= 1
    days = [on for on, _ in made]
    assert days[0] == first
    assert days == sorted(set(days))
    assert len(days) == count


@pytest.mark.parametrize("count", [0, 1, MAX_INSTALLMENTS + 1])
def test_one_payment_is_no_plan_and_too_many_are_none_either(count: int) -> None:
    with pytest.raises(PlanSize) as refusal:
        Plan(count, Rhythm.WEEKLY)
    assert (refusal.value.count, refusal.value.most) == (count, MAX_INSTALLMENTS)


def test_three_broken_promises_mark_a_customer_and_two_do_not() -> None:
    assert not Score(due=9, kept=7, broken=2).is_marked
    assert Score(due=3, kept=0, broken=3).is_marked
