"""One cell as what it should be; what cannot be read raises BadCell."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias, TypeVar
from uuid import UUID

from bot.domain.errors import UnreadableAmount
from bot.domain.money import Money, minor_digits, parse_amount
from bot.domain.text import fold

Cell: TypeAlias = str | float | bool | date | time | timedelta
T = TypeVar("T")

# A spreadsheet's number is a binary float; nearer to a cent than this it is that cent.
FLOAT_NOISE = Decimal("0.000001")
# The currency with the most decimals: digits are kept until the document's currency is known.
FINEST = "KWD"
# Day 0 of Excel's serial numbers, with its leap-year mistake of 1900 made up for.
EXCEL_EPOCH = date(1899, 12, 30)
# No receivable is older or due later; a date outside is a typing error.
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 1, 1)

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_SERIAL = re.compile(r"\d{5}")
# What databases write after a date.
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}.*")
# Two digits of a year: 00-49 are this century (as Excel has it until 2029 and Python's strptime until 68).
_CENTURY_SPLIT = 50

_YES = frozenset({"si", "s", "yes", "y", "true", "verdadero", "1", "x"})
_NO = frozenset({"no", "n", "false", "falso", "0", ""})


class BadCell(Exception):  # noqa: N818 - it says what is wrong
    """A cell that cannot be read; the reason is a key, as in Problem."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


def text(cell: Cell) -> str:
    """The cell as one line of text; a whole number has no decimals."""
    if isinstance(cell, str):
        # PostgreSQL keeps no NUL in a text.
        return " ".join(cell.replace("\0", "").split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def amount(cell: Cell, currency: str) -> Money:
    """The cell as an amount of the currency, exact."""
    if isinstance(cell, bool):
        raise BadCell("not_amount")
    if isinstance(cell, int | float):
        return _from_number(cell, currency)
    try:
        return parse_amount(text(cell), currency)
    except UnreadableAmount as error:
        raise BadCell("not_amount") from error


def _from_number(number: float, currency: str) -> Money:
    exact = Decimal(repr(number))
    if not exact.is_finite():
        raise BadCell("not_amount")
    digits = minor_digits(currency)
    try:
        rounded = round(exact, digits)
        if abs(rounded - exact) > FLOAT_NOISE:
            raise BadCell("decimals", currency=currency, digits=digits)
        return parse_amount(f"{rounded:f}", currency)
    except (ArithmeticError, UnreadableAmount) as error:
        raise BadCell("not_amount") from error


def thousandths(cell: Cell) -> int:
    """The cell as an amount of a currency not known yet, in thousandths of its unit."""
    return amount(cell, FINEST).minor


def decimal(cell: Cell) -> Decimal:
    """The same in major units."""
    return amount(cell, FINEST).decimal


def day(cell: Cell) -> date | None:
    """The cell as a date: a spreadsheet's own, d/m/y, ISO or an Excel serial; None for what ERPs write for «none»."""
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif isinstance(cell, float | int) and not isinstance(cell, bool):
        found = _serial(cell)
    else:
        found = _day_from_text(text(cell))
    if found == EXCEL_EPOCH:
        return None
    if not EARLIEST <= found < LATEST:
        raise BadCell("not_date")
    return found


@lru_cache(maxsize=4096)
def _day_from_text(word: str) -> date:
    word = _TIME.sub("", word)
    try:
        if match := _ISO.fullmatch(word):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(word):
            return date(_year(match[3]), int(match[2]), int(match[1]))
    except ValueError as error:
        raise BadCell("not_date") from error
    if _SERIAL.fullmatch(word):
        return _serial(int(word))
    raise BadCell("not_date")


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - two digits
        return year
    return year + (2000 if year < _CENTURY_SPLIT else 1900)


def _serial(number: float) -> date:
    try:
        return EXCEL_EPOCH + timedelta(days=int(number))
    except (OverflowError, ValueError) as error:
        raise BadCell("not_date") from error


def whole(cell: Cell, low: int, high: int) -> int:
    """The cell as a whole number within bounds, both included."""
    word = text(cell)
    if not re.fullmatch(r"\d{1,9}", word) or not low <= int(word) <= high:
        raise BadCell("not_whole", low=low, high=high)
    return int(word)


def yes_no(cell: Cell) -> bool:
    """The cell as yes or no."""
    word = fold(text(cell))
    if isinstance(cell, bool):
        return cell
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadCell("choice", choices="si, no")


def choice(cell: Cell, choices: Mapping[str, T]) -> T:
    """The cell as one of the choices, which are given folded."""
    try:
        return choices[fold(text(cell)).replace("_", " ")]
    except KeyError as error:
        raise BadCell("choice", choices=", ".join(choices)) from error


def uuid(cell: Cell) -> str:
    """The cell as a UUID, in capitals as SAT prints it."""
    try:
        return str(UUID(text(cell))).upper()
    except ValueError as error:
        raise BadCell("not_uuid") from error


def addresses(cell: Cell) -> tuple[str, ...]:
    """The cell as mail addresses, separated by semicolons or commas; whether they are valid is asked when sending."""
    return tuple(filter(None, (part.strip() for part in re.split("[;,]", text(cell)))))
