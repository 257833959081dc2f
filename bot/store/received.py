"""The whole payment of an application in its columns: amounts in minor units, rates in their last decimals."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from bot.domain.money import Money
from bot.domain.receivables import EQUIVALENCE_DECIMALS, RATE_DECIMALS, Received
from bot.store.models import ApplicationRow

COLUMNS = ("paid_currency", "paid_total", "paid_part", "paid_rate", "paid_equivalence")


def to_columns(received: Received | None) -> dict[str, str | int | None]:
    """Each column with its value."""
    if received is None:
        return dict.fromkeys(COLUMNS)
    equivalence = received.equivalence
    values = (
        received.total.currency,
        received.total.minor,
        received.part.minor,
        _scaled(received.rate, RATE_DECIMALS),
        None if equivalence is None else _scaled(equivalence, EQUIVALENCE_DECIMALS),
    )
    return dict(zip(COLUMNS, values, strict=True))


def from_row(row: ApplicationRow | Row[Any]) -> Received | None:
    """The whole payment, where it is known."""
    currency, total, part, rate = row.paid_currency, row.paid_total, row.paid_part, row.paid_rate
    if currency is None or total is None or part is None or rate is None:
        return None
    equivalence = row.paid_equivalence
    return Received(
        Money(total, currency),
        Money(part, currency),
        _unscaled(rate, RATE_DECIMALS),
        None if equivalence is None else _unscaled(equivalence, EQUIVALENCE_DECIMALS),
    )


def _scaled(number: Decimal, decimals: int) -> int:
    """The number in units of its last decimal."""
    return int(number.scaleb(decimals))


def _unscaled(number: int, decimals: int) -> Decimal:
    """The number as a REP has it: without zeros behind it, and a whole one without an exponent."""
    return Decimal(number).scaleb(-decimals).normalize() + 0
