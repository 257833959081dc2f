from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.calendar import Sum
from bot.domain.money import Money, total
from bot.domain.statement import AGING_BUCKETS, bucket
from bot.domain.summary import aging, percents

TODAY = date(2019, 7, 16)

sums = st.lists(
    st.builds(
        Sum,
        st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=60)),
        st.builds(Money, st.integers(-100_00, 99_999_999_99), st.sampled_from(["MXN", "USD"])),
        st.integers(1, 9),
    ),
    max_size=20,
)


@given(found=sums)
def test_the_buckets_add_up_to_the_balance_and_each_holds_what_its_days_say(found: list[Sum]) -> None:
    shown = aging(found, "MXN", TODAY)
    pesos = [each for each in found if each.total.currency == "MXN"]
    assert shown.balance == total((each.total for each in pesos), "MXN")
    assert shown.count == sum(each.count for each in pesos)
    assert shown.is_empty == (not pesos)
    assert [each.key for each in shown.buckets] == [key for key, _ in AGING_BUCKETS]
    for each in shown.buckets:
        inside = [one.total for one in pesos if bucket(max(0, (TODAY - one.on).days)) == each.key]
        assert each.balance == total(inside, "MXN")
    assert shown.overdue == total((one.total for one in pesos if one.on < TODAY), "MXN")
    assert shown.overdue_share == sum(each.share for each in shown.buckets[1:])


def test_what_falls_due_today_is_not_overdue_and_the_bounds_are_the_statements() -> None:
    late = (0, 1, 30, 31, 60, 61, 90, 91)
    shown = aging([Sum(TODAY - timedelta(days=n), Money(1), 1) for n in late], "MXN", TODAY)
    assert [each.balance.minor for each in shown.buckets] == [1, 2, 2, 2, 1]


@given(amounts=st.lists(st.integers(-100_00, 99_999_999_99), min_size=1, max_size=8))
@example(amounts=[1, 1, 1])
@example(amounts=[1, 99_999_999_99])
@example(amounts=[-5, 0])
def test_shares_in_percent_add_up_to_a_hundred_and_none_is_off_by_one(amounts: list[int]) -> None:
    shares = percents(amounts)
    whole = sum(max(0, amount) for amount in amounts)
    assert sum(shares) == (100 if whole else 0)
    for amount, share in zip(amounts, shares, strict=True):
        assert abs(share * whole - 100 * max(0, amount)) < max(whole, 1)


def test_of_equal_losses_the_first_is_rounded_up() -> None:
    assert percents([1, 1, 1]) == (34, 33, 33)
    assert percents([1, 2, 0]) == (33, 67, 0)
