from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.forecast import (
    WEEK,
    WEEKS_AHEAD,
    WEEKS_BACK,
    Promised,
    combined,
    first_week_back,
    forecast,
    likely,
    monday,
    record,
)
from bot.domain.money import Money, total
from bot.domain.scores import Score

TODAY = date(2019, 7, 16)  # a Tuesday

days = st.dates(TODAY - timedelta(days=60), TODAY + timedelta(days=120))
amounts = st.integers(1, 99_999_999_99)
customers = st.integers(1, 4)


@st.composite
def _scores(draw: st.DrawFn) -> Score:
    due = draw(st.integers(0, 50))
    kept = draw(st.integers(0, due))
    return Score(due, kept, draw(st.integers(0, due - kept)))


scores = _scores()
promises = st.lists(
    st.builds(Promised, days, customers, st.builds(Money, amounts, st.sampled_from(["MXN", "USD"])), st.integers(1, 9)),
    max_size=30,
)


def of_customers(found: Mapping[int, Score]) -> dict[int, Score]:
    """As they are read: of whom nothing was due has no score."""
    return {customer: score for customer, score in found.items() if score.due}


@given(promised=promises, found=st.dictionaries(customers, scores), today=days)
def test_every_promise_in_the_currency_stands_in_exactly_one_span(
    promised: list[Promised], found: dict[int, Score], today: date
) -> None:
    shown = forecast(promised, of_customers(found), combined(found.values()), "MXN", today)
    pesos = [each for each in promised if each.amount.currency == "MXN"]
    assert total((span.expected for span in shown.spans), "MXN") == total((each.amount for each in pesos), "MXN")
    assert sum(span.count for span in shown.spans) == sum(each.count for each in pesos)
    for span in shown.spans:
        inside = [
            each.amount
            for each in pesos
            if (span.first is None or span.first <= each.on) and (span.last is None or each.on <= span.last)
        ]
        assert span.expected == total(inside, "MXN")
    assert shown.expected == total((week.expected for week in shown.weeks), "MXN")
    assert shown.is_empty == (not pesos)


@given(promised=promises, found=st.dictionaries(customers, scores))
def test_what_is_likely_is_each_customers_share_to_the_nearest_cent(
    promised: list[Promised], found: dict[int, Score]
) -> None:
    judged = of_customers(found)
    portfolio = combined(judged.values())
    shown = forecast(promised, judged, portfolio, "MXN", TODAY)
    for week in shown.weeks:
        assert week.first
        assert week.last
        exact, whose = Fraction(0), set()
        for each in promised:
            if each.amount.currency == "MXN" and week.first <= each.on <= week.last:
                score = judged.get(each.customer_id, portfolio)
                exact += Fraction(each.amount.minor) * (Fraction(score.kept, score.due) if score.due else 1)
                whose.add(each.customer_id)
        assert abs(week.likely.minor - exact) <= Fraction(len(whose), 2)
        assert 0 <= week.likely.minor <= week.expected.minor
    assert shown.likely == total((week.likely for week in shown.weeks), "MXN")


@given(minor=amounts, score=scores)
def test_a_share_is_the_nearest_minor_unit_half_up_and_never_more_than_all(minor: int, score: Score) -> None:
    assume(score.due)
    found = likely(minor, score)
    exact = Fraction(minor * score.kept, score.due)
    assert exact - Fraction(1, 2) < found <= exact + Fraction(1, 2)
    assert 0 <= found <= minor


@pytest.mark.parametrize(
    ("minor", "score", "found"),
    [
        (100_00, Score(4, 3, 1), 75_00),
        (1, Score(2, 1, 1), 1),
        (5, Score(3, 1, 1), 2),
        (99_999_999_99, Score(3, 1, 0), 33_333_333_33),
        (100_00, Score(7, 7), 100_00),
        (100_00, Score(7, 0, 7), 0),
        (100_00, Score(), 100_00),
    ],
)
def test_shares_by_example(minor: int, score: Score, found: int) -> None:
    assert likely(minor, score) == found


def test_the_weeks_go_from_monday_to_sunday_and_the_present_one_is_the_first() -> None:
    ends = [date(2019, 7, 14), date(2019, 7, 15), date(2019, 7, 21), date(2019, 7, 22), date(2019, 8, 25)]
    promised = [Promised(on, 1, Money(10**n), 1) for n, on in enumerate([*ends, date(2019, 8, 26)])]
    shown = forecast(promised, {}, Score(), "MXN", TODAY)
    assert [span.expected.minor for span in shown.spans] == [1, 110, 1_000, 0, 0, 0, 10_000, 100_000]
    assert (shown.before.first, shown.before.last) == (None, date(2019, 7, 14))
    assert [week.first for week in shown.weeks] == [date(2019, 7, 15) + n * WEEK for n in range(WEEKS_AHEAD)]
    assert [week.last for week in shown.weeks] == [date(2019, 7, 21) + n * WEEK for n in range(WEEKS_AHEAD)]
    assert (shown.later.first, shown.later.last) == (date(2019, 8, 26), None)
    assert (shown.expected.minor, shown.count, shown.is_weighted, shown.is_empty) == (11_110, 4, False, False)


@pytest.mark.parametrize(("judged", "weighted"), [(Score(), False), (Score(1), True), (Score(1, 1), True)])
def test_one_promise_that_was_judged_is_something_to_weigh_by(judged: Score, weighted: bool) -> None:  # noqa: FBT001 - pytest's parameter
    assert forecast([], {}, judged, "MXN", TODAY).is_weighted is weighted


def test_who_has_no_score_is_weighted_by_the_portfolios_and_each_customer_by_their_own() -> None:
    promised = [Promised(TODAY, customer, Money(100_00), 1) for customer in (1, 2, 3)]
    judged = {1: Score(4, 4), 2: Score(4, 0, 4)}
    shown = forecast(promised, judged, combined(judged.values()), "MXN", TODAY)
    assert shown.score == Score(8, 4, 4)
    assert shown.weeks[0].likely == Money(100_00 + 0 + 50_00)
    assert shown.is_weighted


@given(today=days, found=st.dictionaries(days, scores))
def test_the_weeks_looked_back_on_hold_every_score_of_their_days_and_end_with_the_present_one(
    today: date, found: dict[date, Score]
) -> None:
    shown = record(found, "MXN", today)
    first, last = shown.weeks[0].first, shown.weeks[-1].last
    assert first == first_week_back(today)
    assert len(shown.weeks) == WEEKS_BACK
    assert shown.weeks[-1].first == monday(today)
    assert last == monday(today) + timedelta(days=6)
    assert shown.score == combined(score for on, score in found.items() if first <= on <= last)
    assert shown.is_empty == (not shown.score.due)
    for week in shown.weeks:
        assert week.score == combined(score for on, score in found.items() if week.first <= on <= week.last)
