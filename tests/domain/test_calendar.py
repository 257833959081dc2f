from datetime import date, timedelta
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import OpenItem
from bot.domain.calendar import Basis, Collector, DueList, Month, Sum, View, currency_shown, days, seen_by
from bot.domain.dates import add_months
from bot.domain.errors import CollectorGone
from bot.domain.money import Money, total
from bot.domain.people import Person, Role
from tests.domain.values import RAMIRO, invoice

JULY = date(2019, 7, 1)
TODAY = date(2019, 7, 16)


def sum_of(day: int, minor: int, count: int = 1, currency: str = "MXN") -> Sum:
    return Sum(JULY.replace(day=day), Money(minor, currency), count)


def test_a_month_holds_the_days_of_its_currency_and_marks_those_gone_by() -> None:
    sums = [sum_of(23, 2624_00, 2), sum_of(15, 50_00), sum_of(16, 2_00), sum_of(16, 1, currency="USD")]
    found = days(sums, "MXN", today=TODAY, broken={})
    assert [(on.day, day.total.minor, day.count, day.broken) for on, day in found.items()] == [
        (15, 50_00, 1, True), (16, 2_00, 1, False), (23, 2624_00, 2, False),
    ]  # fmt: skip


def test_broken_promises_mark_their_days_and_are_in_no_total() -> None:
    # The last by a clock that was ahead.
    broken = {date(2019, 7, 12): 2, date(2019, 7, 15): 1, date(2019, 7, 23): 1}
    month = Month(JULY, TODAY, "MXN", days([sum_of(15, 50_00)], "MXN", today=TODAY, broken=broken))
    assert {on.day: (day.total.minor, day.count, day.broken, day.broken_count) for on, day in month.days.items()} == {
        12: (0, 0, True, 2), 15: (50_00, 1, True, 1), 23: (0, 0, True, 1),
    }  # fmt: skip
    assert (month.total, month.count) == (Money(50_00), 1)


def test_a_month_without_promises_is_empty_in_its_currency() -> None:
    month = Month(JULY, TODAY, "USD", {})
    assert (month.total, month.count) == (Money(0, "USD"), 0)
    assert {week.count for week in month.weeks()} == {0}


@given(
    st.integers(-60, 60),
    st.lists(st.tuples(st.integers(1, 28), st.integers(1, 10**9), st.integers(1, 400)), unique_by=lambda day: day[0]),
)
def test_weeks_hold_each_day_once_and_add_up_to_the_month(offset: int, made: list[tuple[int, int, int]]) -> None:
    first = add_months(JULY, offset)
    sums = [Sum(first.replace(day=day), Money(minor), count) for day, minor, count in made]
    month = Month(first, TODAY, "MXN", days(sums, "MXN", today=TODAY, broken={}))
    weeks = list(month.weeks())
    every_day = [first + timedelta(days=n) for n in range((add_months(first, 1) - first).days)]
    assert list(chain.from_iterable(week.days for week in weeks)) == every_day
    assert total((week.total for week in weeks), "MXN") == month.total == Money(sum(minor for _, minor, _ in made))
    assert sum(week.count for week in weeks) == month.count == sum(count for *_, count in made)
    assert all(week.days[0].weekday() == 0 for week in weeks[1:])


def test_a_month_says_how_to_come_back_to_it() -> None:
    laura = Collector("C1", "Laura")
    assert Month(JULY, TODAY, "USD", {}).view == View("USD")
    assert Month(JULY, TODAY, "USD", {}, basis=Basis.DUE, collector=laura).view == View("USD", Basis.DUE, laura.key)


def test_a_collector_is_found_again_by_a_key_of_eight_letters() -> None:
    known = [Collector("C1", "Laura"), Collector("Ñ" * 30), Collector("a:b")]
    chief = Person(1, "Jorge", Role.SUPERVISOR, None)
    for each in known:
        eyes, found = seen_by(chief, known, each.key, "/calendario")
        assert (eyes.sees_all, eyes.collector_code, found) == (False, each.code, each)
    assert {len(each.key) for each in known} == {8}
    assert seen_by(chief, known, "", "/calendario") == (chief, None)
    with pytest.raises(CollectorGone) as gone:
        seen_by(chief, known, Collector("C2").key, "/resumen")
    assert gone.value.command == "/resumen"


def test_pesos_are_shown_first_where_there_are_any_and_what_is_wanted_always() -> None:
    assert currency_shown("", ["USD", "MXN", "USD"]) == ("MXN", ("MXN", "USD"))
    assert currency_shown("", ["USD", "EUR"]) == ("EUR", ("EUR", "USD"))
    assert currency_shown("", []) == ("MXN", ())
    assert currency_shown("USD", ["MXN"]) == ("USD", ("MXN",))


def test_the_totals_of_a_days_due_documents_are_the_sums_of_its_rows() -> None:
    items = tuple(OpenItem(invoice(minor), RAMIRO, Money(minor - 1), 0, None) for minor in (1624_00, 376_00))
    shown = DueList(TODAY, TODAY, "MXN", items)
    assert (shown.original, shown.balance) == (Money(2000_00), Money(1999_98))
