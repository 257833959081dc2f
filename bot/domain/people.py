"""People who use the bot, and what each may see."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from bot.domain.errors import Refusal
from bot.domain.text import fold

MAX_NAME = 120
MAX_CODE = 30


class Role(StrEnum):
    """What a person does; each role sees what product section 11 gives it."""

    COLLECTOR = "collector"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone known to the bot; `collector_code` names the portfolio of a collector.

    `reminder_time` and `time_zone` are the house's where they are None; `unreachable_since` is from when on Telegram
    takes no message for them; `dark` is whether their pictures are drawn for dark mode.
    """

    id: int
    name: str
    role: Role
    collector_code: str | None
    telegram_id: int | None = None
    language: str = "es_MX"
    reminder_time: time | None = None
    active: bool = True
    dark: bool = False
    time_zone: str | None = None
    reminded: bool = True
    unreachable_since: datetime | None = None

    @property
    def sees_all(self) -> bool:
        """Whether the person's portfolio is everyone's."""
        return self.role is not Role.COLLECTOR


def may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one person's, as `Laura` and `Laura Méndez`: they have a word in common."""
    return not set(fold(name).split()).isdisjoint(fold(other).split())


# Who acts on the command line: no row of the table has id 0.
COMMAND_LINE = Person(id=0, name="cobranza", role=Role.ADMINISTRATOR, collector_code=None)


@dataclass
class TelegramIdTaken(Refusal):
    """A Telegram account that somebody else of this name has already."""

    telegram_id: int
    name: str


@dataclass
class CollectorWithoutPortfolio(Refusal):
    """A collector without a collector code: they would see nothing."""

    name: str


@dataclass
class NotAName(Refusal):
    """A person's name that is blank, or longer than MAX_NAME."""

    name: str


@dataclass
class NotACode(Refusal):
    """A collector code longer than MAX_CODE."""

    code: str


@dataclass
class PersonNotFound(Refusal):
    """No person has this id, or this collector code."""

    id: int | str
