"""The circumstances of one act."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.people import Person
from bot.domain.promises import FAR_DAYS, TOLERANCE_DAYS

# How the source of an act begins that a Telegram update caused, before the update's number.
OF_UPDATE = "tg:"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who acts, on which business date, at which instant, and which update or command caused it.

    `tolerance_days` is the house's rule for judging promises: an act first judges the documents it is about; a promise
    for more than `far_days` from now has to be confirmed. A message
    may have waited while the bot was stopped: it was sent at `sent_at`, on the day `sent_on`.
    """

    person: Person
    today: date
    now: datetime
    source: str | None = None
    tolerance_days: int = TOLERANCE_DAYS
    sent_at: datetime | None = None
    sent_on: date | None = None
    far_days: int = FAR_DAYS

    @property
    def number(self) -> str:
        """The number of the update that caused it, by which its question goes: delivered again it asks the same one."""
        return (self.source or "0").rpartition(":")[2]

    @property
    def said_at(self) -> datetime:
        """When a person said what is done now."""
        return self.sent_at or self.now

    @property
    def said_on(self) -> date:
        """The day from which their «mañana» counts, and of which their promises and payments are."""
        return self.sent_on or self.today
