"""One cell as what it should be; what cannot be read raises BadCell."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TypeAlias, TypeVar
from uuid import UUID

from bot.domain.dates import month_named
from bot.domain.errors import UnreadableAmount
from bot.domain.money import minor_digits, parse_amount
from bot.domain.text import fold, seen, writable

Cell: TypeAlias = str | float | bool | date | time | timedelta
T = TypeVar("T")

# A spreadsheet's number is a binary float; nearer to a cent than this it is that cent.
FLOAT_NOISE = Decimal("0.000001")
# A currency with as many decimals as any has: digits are kept until the document's currency is known.
FINEST = "KWD"
FINEST_DIGITS = minor_digits(FINEST)
# No currency is worth as many units of another; with ten decimals it still fits into 64 bits.
RATIO_BELOW = 100_000_000
# Day 0 of Excel's serial numbers, with its leap-year mistake of 1900 made up for.
EXCEL_EPOCH = date(1899, 12, 30)
# No receivable is older or due later; a date outside is a typing error.
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 1, 1)

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
# `1-jul-2019`, `01/Jul./19`, `lunes, 1 de julio de 2019`: how Excel writes a long date or a month's name into a CSV.
_NAMED = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?: de)?[ /.-]([a-z]{3,10})\.?(?: del?)?[ /.-](\d{4}|\d{2})")
# `Jul 16 2019 12:00AM`: how SQL Server writes a date as text.
_MONTH_FIRST = re.compile(r"([a-z]{3,10}) (\d{1,2}),? (\d{4})")
_SERIAL = re.compile(r"\d{5}")
# What databases write after a date.
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}.*")
_COMMA_FOR_POINT = str.maketrans(",.", ".,")
_PLAIN = re.compile(r"\d{1,10}\.\d\d")
# How Excel's accounting format shows zero.
_NOTHING = re.compile(r"\$? ?-")
_COMMA_DECIMALS = re.compile(r"[^.,]*\d{1,3}(\.\d{3})*,\d{1,2}[^.,\d]*")
# How SAT prints a UUID.
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# `1,001.00`, `1.23457E+11`: how Excel saves a column of numbers as CSV.
_AS_NUMBER = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d(\.\d+)?E\+\d+", re.IGNORECASE)
# Two digits of a year: 00-49 are this century (as Excel has it until 2029 and Python's strptime until 68).
_CENTURY_SPLIT = 50

# What stands for a number that no program has calculated yet.
UNCALCULATED = "="
# What Excel shows of a formula that failed, in a file and as it is saved as text in Mexico.
FAILURES = frozenset(
    {
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"),
        *("#N/D", "#¡REF!", "#¡VALOR!", "#¿NOMBRE?", "#¡DIV/0!", "#¡NULO!", "#¡NUM!"),
        UNCALCULATED,
    }
)
_YES = frozenset({"si", "s", "yes", "y", "true", "verdadero", "1", "x"})
_NO = frozenset({"no", "n", "false", "falso", "0", ""})


class BadCell(Exception):  # noqa: N818 - it says what is wrong
    """A cell that cannot be read; the reason is a key, as in Problem."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


def text(cell: Cell) -> str:
    """The cell as one line of text, as it is seen; a whole number has no decimals."""
    if isinstance(cell, str):
        # A mark that came along with a paste would make a second customer of a code, whom nobody finds by typing.
        return as_written(seen(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def as_written(text: str) -> str:
    """A text on one line, with the marks that nobody sees."""
    return " ".join(writable(text).split())


def code(cell: Cell) -> str:
    """The cell as what names a customer or a document."""
    word = text(cell)
    if _AS_NUMBER.fullmatch(word):
        raise BadCell("number_shown")
    return word


def thousandths(cell: Cell) -> int:
    """The cell as an amount of a currency not known yet, in thousandths of its unit, exact."""
    if isinstance(cell, str):
        return _from_text(text(cell))
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise BadCell("not_amount")
    exact = Decimal(repr(cell))
    try:
        rounded = round(exact, FINEST_DIGITS)
        if abs(rounded - exact) <= FLOAT_NOISE:
            return _from_text(f"{rounded:f}")
    except ArithmeticError as error:
        raise BadCell("not_amount") from error
    raise BadCell("too_fine")


def thousandths_with_comma(cell: Cell) -> int:
    """The same where a point groups thousands and a comma begins the decimals: `1.234,50`."""
    if not isinstance(cell, str):
        return thousandths(cell)
    try:
        return thousandths(cell.translate(_COMMA_FOR_POINT))
    except BadCell as error:
        # The others' reasons show the form that is wrong here, and tell of the option that was given.
        raise BadCell("not_comma_amount") from error


def _from_text(word: str) -> int:
    # Most amounts are plain, and a file may have a million: this is what `parse_amount` makes of them too.
    if _PLAIN.fullmatch(word):
        return int(word.replace(".", "")) * 10
    if _NOTHING.fullmatch(word):
        return 0
    try:
        return parse_amount(word, FINEST).minor
    except UnreadableAmount as error:
        raise BadCell("comma" if _COMMA_DECIMALS.fullmatch(word) else "not_amount") from error


def ratio(cell: Cell, digits: int) -> Decimal:
    """The cell as a number above zero, rounded to so many decimals: how much of one currency another is worth."""
    if isinstance(cell, bool):
        raise BadCell("not_number")
    try:
        number = Decimal(str(cell).strip()).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        is_worth = 0 < number < RATIO_BELOW
    except ArithmeticError as error:
        raise BadCell("not_number") from error
    if not is_worth:
        raise BadCell("not_number")
    return number


def ratio_with_comma(cell: Cell, digits: int) -> Decimal:
    """The same where a comma begins the decimals."""
    return ratio(cell.translate(_COMMA_FOR_POINT) if isinstance(cell, str) else cell, digits)


def day(cell: Cell) -> date | None:
    """The cell as a date: a spreadsheet's own, its serial, or written; None for what ERPs write for «none»."""
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
        if match := _NAMED.fullmatch(fold(word)):
            return date(_year(match[3]), month_named(match[2]) or 0, int(match[1]))
        if match := _MONTH_FIRST.fullmatch(fold(word)):
            return date(int(match[3]), month_named(match[1]) or 0, int(match[2]))
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
    word = text(cell)
    if _UUID.fullmatch(word):
        return word.upper()
    try:
        return str(UUID(word)).upper()
    except ValueError as error:
        raise BadCell("not_uuid") from error


def addresses(cell: Cell) -> tuple[str, ...]:
    """The cell as mail addresses, separated by semicolons or commas; whether they are valid is asked when sending."""
    return tuple(filter(None, (part.strip() for part in re.split("[;,]", text(cell)))))
