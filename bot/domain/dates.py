"""Dates as people type them, and the days on which banks work."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count

import holidays

from bot.domain.errors import UnreadableDate
from bot.domain.text import fold

_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YESTERDAY = frozenset({"ayer", "yesterday"})
_RELATIVE = {"hoy": 0, "today": 0, "manana": 1, "tomorrow": 1, "pasado manana": 2}

# How a thumb leads up to a date; «el 23» is a day of this month or the next.
_LEAD = re.compile(r"(?:para |on )?(?P<the>(?:el|este|the) )?(?P<date>.+)")
_WEEKDAY_AND_DATE = re.compile(r"(?P<weekday>[a-z]+),? (?P<date>\d.*)")
_DAY = re.compile(r"\d{1,2}")
MONTH_DAYS = 31
_ISO = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?")
_NAMED = re.compile(r"(\d{1,2})(?: de)?[ /.-]?([a-z]{3,10})\.?(?:(?: de| del)?[ /.-]?(\d{4}))?")
_PLUS = re.compile(r"\+(\d{1,3})")
_WEEKEND = 5
# An invoice or promise outside these years is a slip of the thumb (or an amount read as a year).
_YEARS = range(2000, 2100)


def parse_date(text: str, today: date) -> date:
    """Read a date as a thumb types it; raises UnreadableDate.

    `2019-07-23`, `23/07/2019`, `23/07`, `23 jul`, `el 23`, `hoy`, `mañana`, `viernes` (the next one), `viernes 26`,
    `+3` (days). A day, or day and month, without the rest is the first such day from today on.
    """
    match = _LEAD.fullmatch(" ".join(fold(text).split()))
    if not match:
        raise UnreadableDate(text)
    word = match["date"]
    if match["the"] and _DAY.fullmatch(word):
        return _day(int(word), today, text)
    if (weekday := _weekday(word)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if (match := _WEEKDAY_AND_DATE.fullmatch(word)) and (weekday := _weekday(match["weekday"])) is not None:
        on = (
            _day(int(match["date"]), today, text)
            if _DAY.fullmatch(match["date"])
            else _bare(match["date"], text, today)
        )
        if on.weekday() != weekday:
            raise UnreadableDate(text)
        return on
    return _bare(word, text, today)


def parse_past_date(text: str, today: date) -> date:
    """Read the date of a day that has been, as `parse_date` does; raises UnreadableDate.

    What lacks its year, or month, is the last such day up to today; `ayer` is known too.
    """
    word = " ".join(fold(text).split())
    if word in _YESTERDAY:
        return today - timedelta(days=1)
    on = parse_date(text, today)
    if on <= today or word in _RELATIVE or _PLUS.fullmatch(word):
        return on
    # As if it were typed a week, a month, a year ago; the latest that has come is meant.
    earlier = (parse_date(text, today - timedelta(days=back)) for back in (7, MONTH_DAYS, 365))
    return max((each for each in earlier if each <= today), default=on)


def is_weekday(text: str) -> bool:
    """Whether a text is the name of a day of the week."""
    return _weekday(fold(text)) is not None


def _weekday(word: str) -> int | None:
    return next((names.index(word) for names in (_WEEKDAYS, _WEEKDAYS_EN) if word in names), None)


def _day(day: int, today: date, text: str) -> date:
    """The first day of this number from today on, in this month or the next that has it."""
    days = (today + timedelta(days=n) for n in range(2 * MONTH_DAYS))
    for on in days:
        if on.day == day:
            return on
    raise UnreadableDate(text)


def _bare(word: str, text: str, today: date) -> date:
    """A date without the words that lead up to it; `text` is what a refusal shows."""
    if word in _RELATIVE:
        return today + timedelta(days=_RELATIVE[word])
    if match := _PLUS.fullmatch(word):
        return today + timedelta(days=int(match[1]))
    try:
        if match := _ISO.fullmatch(word):
            return _date(int(match[1]), int(match[2]), int(match[3]))
        if match := _NUMERIC.fullmatch(word):
            return _day_month(int(match[1]), int(match[2]), match[3], today)
        if match := _NAMED.fullmatch(word):
            return _day_month(int(match[1]), _month(match[2]), match[3], today)
    except ValueError:
        raise UnreadableDate(text) from None
    raise UnreadableDate(text)


def _date(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise ValueError(year)
    return date(year, month, day)


def _month(word: str) -> int:
    for names in (_MONTHS, _MONTHS_EN):
        if word[:3] in names:
            return names.index(word[:3]) + 1
    raise ValueError(word)


def _day_month(day: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 - two digits
    # 29 February has no day in most years: the first year that has one within a leap cycle is meant.
    for candidate in range(today.year, today.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(day)


def parse_month(text: str, today: date) -> date:
    """Read a month (`2019-07`, `07/2019`, `julio`, `julio 2019`) as its first day; raises UnreadableDate."""
    word = " ".join(fold(text).split())
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})", word):
        year, month = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(\d{1,2})[/-](\d{4})", word):
        year, month = int(match[2]), int(match[1])
    elif match := re.fullmatch(r"([a-z]{3,10})(?: (?:de )?(\d{4}))?", word):
        try:
            year, month = int(match[2] or today.year), _month(match[1])
        except ValueError:
            raise UnreadableDate(text) from None
    else:
        raise UnreadableDate(text)
    try:
        return _date(year, month, 1)
    except ValueError:
        raise UnreadableDate(text) from None


def add_months(month: date, months: int) -> date:
    """The first day of the month that lies `months` after the one of `month`."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@cache
def _bank_holidays(year: int) -> dict[date, str]:
    # BMV's calendar is the list of days on which banks close (CNBV's yearly notice in the DOF).
    return dict(holidays.financial_holidays("BMV", years=year, language="es").items())


def bank_holiday(day: date) -> str | None:
    """The Spanish name of the bank holiday on this day, if it is one (CNBV)."""
    return _bank_holidays(day.year).get(day)


def is_bank_day(day: date) -> bool:
    """Whether banks work on this day: no weekend, no bank holiday (CNBV)."""
    return day.weekday() < _WEEKEND and bank_holiday(day) is None


def bank_days_after(day: date) -> Iterator[date]:
    """The banking days after `day`, in order, without end."""
    return (d for n in count(1) if is_bank_day(d := day + timedelta(days=n)))


def next_bank_day(day: date) -> date:
    """`day` itself when banks work on it, else the first banking day after it."""
    return day if is_bank_day(day) else next(bank_days_after(day))
