"""The circumstances of one act."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.people import Person
from bot.domain.promises import TOLERANCE_DAYS


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who acts, on which business date, at which instant, and which update or command caused it.

    `tolerance_days` is the house's rule for judging promises: an act first judges the documents it is about.
    """

    person: Person
    today: date
    now: datetime
    source: str | None = None
    tolerance_days: int = TOLERANCE_DAYS
