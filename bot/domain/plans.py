"""Plans: an amount promised in several payments, a week, a fortnight or a month apart."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.dates import add_months
from bot.domain.errors import PlanSize
from bot.domain.money import Money

# Two years of months. More is a slip of the thumb, or a matter for a contract.
MAX_INSTALLMENTS = 24
# A «quincena» is fifteen days, whatever an English fortnight has.
_DAYS = {"weekly": 7, "fortnightly": 15}


class Rhythm(StrEnum):
    """How far apart the payments of a plan are."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


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
