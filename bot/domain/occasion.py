"""The circumstances of one act."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.people import Person


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who acts, on which business date, at which instant, and which update or command caused it."""

    person: Person
    today: date
    now: datetime
    source: str | None = None
