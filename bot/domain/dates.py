"""Dates as people type them, and the days on which banks work."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from itertools import count

import holidays

from bot.domain.errors import NoSuchDay, UnreadableDate, UnreadableMonth
from bot.domain.text import STOPS, fold

# Each as it is written in Spanish and in English.
_MONTHS = (
    *(("enero", "january"), ("febrero", "february"), ("marzo", "march"), ("abril", "april"), ("mayo", "may")),
    *(("junio", "june"), ("julio", "july"), ("agosto", "august"), ("septiembre", "setiembre", "september")),
    *(("octubre", "october"), ("noviembre", "november"), ("diciembre", "december")),
)
_LEAST_OF_A_MONTH = 3
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
_NAMED = re.compile(r"(\d{1,2})(?: de)?[ /.-]?([a-z]{3,10})\.?(?:(?: de| del)?[ /.-]?(\d{4}|\d{2}))?")
_PLUS = re.compile(r"\+(\d{1,3})")
# What is meant as a date or month even where it is none.
_NUMBERS = re.compile(r"\d{1,4}(?:[/.-]\d{1,4}){1,2}")
# «CL002 al 19/03», as the statement itself says it, and «CL002, 19/03».
_AS_OF = re.compile(r"(?<=\S)(?:[,;:]| (?:al|as of))+$", re.IGNORECASE)
# «el viernes 15 de marzo de 2019»
_MOST_WORDS = 7
_WEEKEND = 5
# Of the four years from one 29 February to the next, rounded up.
_LEAP_WEEKS = 209
_HALF_A_YEAR = 6
# An invoice, a promise or a working day outside these years is a slip of the thumb (or an amount read as a year).
YEARS = range(2000, 2100)


def parse_date(text: str, today: date) -> date:
    """Read a date as a thumb types it; raises UnreadableDate.

    `2019-07-23`, `23/07/2019`, `23/07`, `23 jul`, `el 23`, `hoy`, `mañana`, `viernes` (the next one), `viernes 26`,
    `+3` (days). A day, or day and month, without the rest is the first such day from today on. What has the form of a
    date, but is none (`30/02`), is a NoSuchDay.
    """
    match = _LEAD.fullmatch(_typed(text))
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
            raise NoSuchDay(text)
        return on
    return _bare(word, text, today)


def parse_past_date(text: str, today: date) -> date:
    """Read the date of a day that has been, as `parse_date` does; raises UnreadableDate.

    What lacks its year, or month, is the last such day up to today; `ayer` is known too.
    """
    match = _LEAD.fullmatch(_typed(text))
    word = match["date"] if match else ""
    if word in _YESTERDAY:
        return today - timedelta(days=1)
    if word not in _RELATIVE and not _PLUS.fullmatch(word):
        # As if it were typed a week ago, two weeks ago…: the first reading that has come is meant.
        for back in range(_LEAP_WEEKS + 1):
            with suppress(NoSuchDay):
                if (on := parse_date(text, today - timedelta(weeks=back))) <= today:
                    return on
    return parse_date(text, today)


def date_splits(text: str, today: date) -> Iterator[tuple[str, str]]:
    """A text without each date that it may end in, and that date, the longest first: `domingo 19/03` and `19/03`.

    One may have gone wrong (`2019-02-30`).
    """
    words = text.rstrip(f" {STOPS}").split()
    for start in range(max(1, len(words) - _MOST_WORDS), len(words)):
        end = " ".join(words[start:])
        if _is_meant_as_date(end, today):
            yield _AS_OF.sub("", " ".join(words[:start])), end


def _is_meant_as_date(text: str, today: date) -> bool:
    try:
        parse_past_date(text, today)
    except NoSuchDay:
        return True
    except UnreadableDate:
        return _NUMBERS.fullmatch(text) is not None
    return True


def _typed(text: str) -> str:
    return " ".join(fold(text).rstrip(f" {STOPS}").split())


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
    raise NoSuchDay(text)


def _bare(word: str, text: str, today: date) -> date:
    """A date without the words that lead up to it; `text` is what a refusal shows."""
    if word in _RELATIVE:
        return today + timedelta(days=_RELATIVE[word])
    if match := _PLUS.fullmatch(word):
        return today + timedelta(days=int(match[1]))
    return _written(word, text, today, since=today)


def _written(word: str, text: str, today: date, *, since: date) -> date:
    """A date in figures, or with its month by name; without its year the first such one `since` a day."""
    try:
        if match := _ISO.fullmatch(word):
            return _date(int(match[1]), int(match[2]), int(match[3]))
        if match := _NUMERIC.fullmatch(word):
            return _day_month(int(match[1]), int(match[2]), match[3], since)
        match = _NAMED.fullmatch(word)
        if match and (month := month_named(match[2])) and _may_be_year(match[3], today):
            return _day_month(int(match[1]), month, match[3], since)
    except ValueError:
        raise NoSuchDay(text) from None
    raise UnreadableDate(text)


def _date(year: int, month: int, day: int) -> date:
    if year not in YEARS:
        raise ValueError(year)
    return date(year, month, day)


def _may_be_year(year: str | None, today: date) -> bool:
    """Whether what follows a month's name is a year: of two digits only one about now, «23 jul 50» has an amount."""
    return year is None or len(year) != 2 or abs(int(year) - today.year % 100) <= 1  # noqa: PLR2004 - two digits


def month_named(word: str) -> int | None:
    """The month of a folded name, Spanish or English, of which three letters are enough; «martes» is no March."""
    if len(word) < _LEAST_OF_A_MONTH:
        return None
    return next((n for n, names in enumerate(_MONTHS, 1) if any(name.startswith(word) for name in names)), None)


def _day_month(day: int, month: int, year: str | None, since: date) -> date:
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 - two digits
    # 29 February has no day in most years: the first year that has one within a leap cycle is meant.
    for candidate in range(since.year, since.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= since:
            return found
    raise ValueError(day)


def parse_month(text: str, today: date) -> date:
    """Read a month (`2019-07`, `07/2019`, `julio`, `julio 2019`), or that of a date; raises UnreadableMonth.

    It is given as its first day; without a year it is the first such one from half a year ago on: in December «enero»
    is the next one.
    """
    word, start = _typed(text), add_months(today, -_HALF_A_YEAR)
    try:
        if match := re.fullmatch(r"(\d{4})[/-](\d{1,2})", word):
            return _date(int(match[1]), int(match[2]), 1)
        if match := re.fullmatch(r"(\d{1,2})[/-](\d{4})", word):
            return _date(int(match[2]), int(match[1]), 1)
        if (match := re.fullmatch(r"([a-z]{3,10})(?: (?:del? )?(\d{4}))?", word)) and (month := month_named(match[1])):
            return _date(int(match[2] or start.year + (month < start.month)), month, 1)
        return _written(word, text, today, since=start).replace(day=1)
    except (ValueError, UnreadableDate):
        raise UnreadableMonth(text) from None


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
