"""Held against CNBV's yearly notice in the DOF of the days on which banks close."""

from datetime import date, timedelta
from itertools import islice

import pytest

from bot.domain.dates import bank_days_after, bank_holiday, is_bank_day, next_bank_day

# Holy Thursday and Good Friday of each year; the rest of the notice follows the week.
HOLY_WEEK = {
    2019: ("04-18", "04-19"), 2020: ("04-09", "04-10"), 2021: ("04-01", "04-02"), 2022: ("04-14", "04-15"),
    2023: ("04-06", "04-07"), 2024: ("03-28", "03-29"), 2025: ("04-17", "04-18"), 2026: ("04-02", "04-03"),
    2027: ("03-25", "03-26"), 2028: ("04-13", "04-14"), 2029: ("03-29", "03-30"),
}  # fmt: skip
FIXED = ("01-01", "05-01", "09-16", "11-02", "12-12", "12-25")
# Constitution: first Monday of February; Juárez: third of March; Revolution: third of November.
MONDAYS = {
    2019: ("02-04", "03-18", "11-18"), 2020: ("02-03", "03-16", "11-16"), 2021: ("02-01", "03-15", "11-15"),
    2022: ("02-07", "03-21", "11-21"), 2023: ("02-06", "03-20", "11-20"), 2024: ("02-05", "03-18", "11-18"),
    2025: ("02-03", "03-17", "11-17"), 2026: ("02-02", "03-16", "11-16"), 2027: ("02-01", "03-15", "11-15"),
    2028: ("02-07", "03-20", "11-20"), 2029: ("02-05", "03-19", "11-19"),
}  # fmt: skip
# A new president takes office.
ONCE = {2024: ("10-01",)}


@pytest.mark.parametrize("year", HOLY_WEEK)
def test_banks_close_on_weekends_and_on_the_days_of_the_notice_and_on_no_other(year: int) -> None:
    notice = {date.fromisoformat(f"{year}-{day}") for days in (HOLY_WEEK, MONDAYS, ONCE) for day in days.get(year, ())}
    notice |= {date.fromisoformat(f"{year}-{day}") for day in FIXED}
    every_day = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    closed = {day for day in every_day if not is_bank_day(day) and day.weekday() < 5}
    assert closed == {day for day in notice if day.weekday() < 5}


def test_a_bank_holiday_has_its_spanish_name() -> None:
    assert bank_holiday(date(2019, 9, 16)) == "Día de la Independencia"
    assert bank_holiday(date(2019, 4, 19)) == "Viernes Santo"
    assert bank_holiday(date(2019, 7, 16)) is None


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2019-07-16", "2019-07-16"),  # an ordinary Tuesday
        ("2019-07-20", "2019-07-22"),  # a Saturday
        ("2019-04-18", "2019-04-22"),  # Holy Thursday, Good Friday and the weekend after
        ("2019-09-14", "2019-09-17"),  # the weekend before Independence Day on a Monday
        ("2021-12-31", "2021-12-31"),  # a Friday before a New Year's Saturday
        ("2022-01-01", "2022-01-03"),
    ],
)
def test_the_next_banking_day_skips_weekends_and_holidays(day: str, following: str) -> None:
    assert next_bank_day(date.fromisoformat(day)) == date.fromisoformat(following)


def test_the_banking_days_after_a_day_leave_it_out() -> None:
    assert list(islice(bank_days_after(date(2019, 4, 16)), 4)) == [
        date(2019, 4, 17), date(2019, 4, 22), date(2019, 4, 23), date(2019, 4, 24),
    ]  # fmt: skip
