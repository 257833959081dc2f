"""An attribute of a CFDI as what it should be; what cannot be read raises BadXml and names the attribute."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from bot.domain.errors import UnknownCurrency, UnreadableAmount
from bot.domain.money import Money, minor_digits, parse_amount, parse_currency
from bot.imports import cells
from bot.imports.cells import EARLIEST, LATEST, BadCell
from bot.imports.xml_reading import BadXml, Element

# SAT c_Moneda: the code of a CFDI that moves no money.
NO_CURRENCY = "XXX"

# SAT tdCFDI, t_Importe.
_AMOUNT = re.compile(r"\d{1,18}(\.\d{1,6})?")
# SAT tdCFDI, t_FechaH; some programs write a zone behind it.
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def optional(element: Element, name: str) -> str:
    """The attribute as one line; blank when it is not there."""
    return cells.text(element.get(name, ""))


def required(element: Element, name: str) -> str:
    """The same for one that must be there."""
    if value := optional(element, name):
        return value
    raise BadXml("missing", name)


def uuid(element: Element, name: str) -> str:
    """A UUID in capitals."""
    value = required(element, name)
    try:
        return cells.uuid(value)
    except BadCell as error:
        raise _bad(name, value, error.reason) from error


def moment(element: Element, name: str) -> datetime:
    """A day and hour, as the clock showed where it was issued."""
    value = required(element, name)
    match = _MOMENT.fullmatch(value)
    try:
        found = datetime.fromisoformat(match[1]) if match else None
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found.date() < LATEST:
        raise _bad(name, value, "not_date")
    return found


def currency(element: Element, name: str) -> str:
    """An ISO code."""
    value = required(element, name)
    try:
        return parse_currency(value)
    except UnknownCurrency as error:
        raise _bad(name, value, "currency") from error


def decimal(element: Element, name: str) -> Decimal:
    """An amount with as many decimals as are written, up to six."""
    value = required(element, name)
    if not _AMOUNT.fullmatch(value):
        raise _bad(name, value, "not_amount")
    return Decimal(value)


def money(element: Element, name: str, code: str) -> Money:
    """An amount of the currency, exact."""
    exact = decimal(element, name)
    if exact != rounded(exact, code):
        raise _bad(name, str(exact), "decimals", currency=code, digits=minor_digits(code))
    return in_currency(exact, code, name)


def rounded(exact: Decimal, code: str) -> Decimal:
    """The amount in the currency's decimals, a half up as SAT does it."""
    return exact.quantize(Decimal(1).scaleb(-minor_digits(code)), ROUND_HALF_UP)


def in_currency(exact: Decimal, code: str, name: str) -> Money:
    """An amount that has no more decimals than the currency."""
    try:
        return parse_amount(f"{rounded(exact, code):f}", code)
    except UnreadableAmount as error:
        raise _bad(name, str(exact), "not_amount") from error


def _bad(name: str, value: str, reason: str, **params: object) -> BadXml:
    return BadXml(reason, f"{name}={value}", **params)
