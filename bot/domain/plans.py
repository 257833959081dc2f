"""Plans: an amount promised in several payments, a week, a fortnight or a month apart."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.dates import add_months
from bot.domain.errors import PlanSize
from bot.domain.money import Money
from bot.domain.text import fold

# Two years of months. More is a slip of the thumb, or a matter for a contract.
MAX_INSTALLMENTS = 24
# A «quincena» is fifteen days, whatever an English fortnight has.
_DAYS = {"weekly": 7, "fortnightly": 15}


class Rhythm(StrEnum):
    """How far apart the payments of a plan are."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


# As they are written: «3x», «en dos pagos».
_COUNTS = {
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "ocho": 8, "diez": 10, "doce": 12,
    "two": 2, "three": 3, "four": 4, "six": 6,
}  # fmt: skip
_COUNT = re.compile(
    rf"(?:(?:en|in) )?(?:(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}) (?:pagos|parcialidades|abonos|payments|installments)"
    r"|(?P<times>\d{1,3})[x×])"
)
_RHYTHMS = {
    "semanal": Rhythm.WEEKLY, "semanales": Rhythm.WEEKLY, "cada semana": Rhythm.WEEKLY, "weekly": Rhythm.WEEKLY,
    "quincenal": Rhythm.FORTNIGHTLY, "quincenales": Rhythm.FORTNIGHTLY, "cada quincena": Rhythm.FORTNIGHTLY,
    "fortnightly": Rhythm.FORTNIGHTLY, "biweekly": Rhythm.FORTNIGHTLY, "mensual": Rhythm.MONTHLY,
    "mensuales": Rhythm.MONTHLY, "cada mes": Rhythm.MONTHLY, "monthly": Rhythm.MONTHLY,
}  # fmt: skip


def payments_named(text: str) -> int | None:
    """How many payments a text says there are; None where it says no such thing."""
    match = _COUNT.fullmatch(fold(text))
    count = (match["count"] or match["times"]) if match else None
    return (_COUNTS.get(count) or int(count)) if count else None


def rhythm_named(text: str) -> Rhythm | None:
    """The rhythm that a text names."""
    return _RHYTHMS.get(fold(text))


def check_count(count: int) -> None:
    """Whether a plan may have so many payments; raises PlanSize."""
    if not 2 <= count <= MAX_INSTALLMENTS:  # noqa: PLR2004 - one payment is no plan
        raise PlanSize(count, MAX_INSTALLMENTS)


@dataclass(frozen=True, slots=True)
class Plan:
    """So many payments at such a rhythm; raises PlanSize for a number that no plan has."""

    count: int
    rhythm: Rhythm

    def __post_init__(self) -> None:
        check_count(self.count)

    def installments(self, amount: Money, first: date) -> tuple[tuple[date, Money], ...]:
        """Each payment's day and amount, which add up to `amount`: the first ones take the odd cents."""
        share, odd = divmod(amount.minor, self.count)
        return tuple((self._day(first, n), Money(share + (n < odd), amount.currency)) for n in range(self.count))

    def _day(self, first: date, n: int) -> date:
        if self.rhythm is not Rhythm.MONTHLY:
            return first + timedelta(days=_DAYS[self.rhythm] * n)
        # From the first day each time: the 31st is the 28th in February and the 31st again in March.
        month = add_months(first, n)
        return month.replace(day=min(first.day, monthrange(month.year, month.month)[1]))
