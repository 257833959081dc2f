"""CONTPAQi's values as ours: floats rounded at the door, 1899-12-30 as no date, texts as they are meant."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from bot.domain.correspondence import is_address
from bot.domain.money import minor_digits
from bot.domain.receivables import RATE_DECIMALS
from bot.imports import cells
from bot.imports.fields import MAX_CREDIT_DAYS

# What CONTPAQi writes for «no date».
NO_DATE = date(1899, 12, 30)
# More than any amount, and inside a 64-bit integer.
MAX_MINOR = 10**15
# CTIMESTAMP, put in an order that sorts: see `sortable` in contpaqi.py. Its form is not documented.
_STAMP = "%Y%m%d%H:%M:%S:%f"
# Workstations stamp rows with clocks of their own: so much of what was seen is looked at again.
STAMP_OVERLAP = timedelta(hours=1)

_FORM_OF_PAYMENT = re.compile(r"(\d{2})(?!\d)")


def text(written: str | None) -> str:
    """A text on one line, as it is seen: what is pasted into the ERP brings line breaks and unseen marks along."""
    return cells.text(written or "")


def credit_days(days: int) -> int:
    """Days of credit as a file may say them: offices write nines there too, and no date is so far."""
    return min(max(days, 0), MAX_CREDIT_DAYS)


def exact(amount: float) -> Decimal:
    """The amount that the float stands for: the shortest decimal that gives this float."""
    return Decimal(repr(float(amount)))


def minor(amount: Decimal, currency: str) -> int | None:
    """The amount in minor units, halves away from zero as SQL Server rounds; None beyond any amount."""
    if not amount.is_finite():
        return None
    cents = amount.scaleb(minor_digits(currency))
    # Compared before it is rounded: rounding so many digits is an error of its own.
    if abs(cents) > MAX_MINOR:
        return None
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))


def rate(number: float) -> Decimal | None:
    """How many pesos one unit of a currency is, with the decimals that a REP may have; None when that is nothing."""
    written = exact(number)
    if not written.is_finite() or not 0 < written < MAX_MINOR:
        return None
    return written.quantize(Decimal(1).scaleb(-RATE_DECIMALS), ROUND_HALF_UP)


def parts(amounts: Iterable[Decimal], currency: str) -> list[int] | None:
    """Amounts in minor units whose running sums are the rounded running sums, so that no cent gets lost; see `minor`.

    Three thirds of a peso rounded each would leave a cent open for ever.
    """
    rounded: list[int] = []
    so_far, so_far_minor = Decimal(0), 0
    for amount in amounts:
        so_far += amount
        now = minor(so_far, currency)
        if now is None:
            return None
        rounded.append(now - so_far_minor)
        so_far_minor = now
    return rounded


def day(moment: datetime) -> date | None:
    """The day of a date column, None when it says «none»."""
    return None if moment.date() <= NO_DATE else moment.date()


def folio(number: float) -> str | None:
    """The folio, a float there, as it is printed; None when it is no whole number."""
    return str(int(number)) if float(number).is_integer() else None


def uuid(written: str | None) -> str | None:
    """The UUID in capitals as SAT prints it; None when there is none."""
    try:
        return str(UUID((written or "").strip())).upper()
    except ValueError:
        return None


def form_of_payment(written: str) -> str:
    """SAT's two digits (FormaPago), empty when an old text stands there."""
    match = _FORM_OF_PAYMENT.match(written.strip())
    return match[1] if match else ""


def addresses(*fields: str) -> tuple[str, ...]:
    """The valid mail addresses of fields that may hold several each; when none is valid, what stands there.

    One that is mistyped must not keep the others from their statement; mailing says it when no good one is left.
    """
    written = (text(part) for field in fields for part in re.split("[;,]", field) if text(part))
    once: dict[str, str] = {}
    for address in written:
        once.setdefault(address.casefold(), address)
    distinct = tuple(once.values())
    return tuple(filter(is_address, distinct)) or distinct


def stamp_before(newest: str | None) -> str | None:
    """A sortable stamp from which on rows are looked at again; None when CTIMESTAMP is not of the known form."""
    try:
        moment = datetime.strptime(newest or "", _STAMP)  # noqa: DTZ007 - the workstations' own time, whatever it is
    except ValueError:
        return None
    return f"{moment - STAMP_OVERLAP:{_STAMP}}"[:-3]
