"""When people are told something unasked: each at their own hour and in their own time zone, never in quiet hours."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.agenda import DayList, Today
from bot.domain.calendar import Month
from bot.domain.errors import Refusal
from bot.domain.money import pesos_first
from bot.domain.people import Person
from bot.domain.text import AROUND, fold

# The time zones of Mexico (Ley de los Husos Horarios, DOF 28/10/2022) as tz names them, with how people call them;
# the first is the name shown.
ZONES = {
    "America/Mexico_City": (
        *("Ciudad de México", "mexico", "mexico city", "cdmx", "centro", "guadalajara", "puebla", "merida"),
    ),
    "America/Monterrey": ("Monterrey", "nuevo leon"),
    "America/Cancun": ("Cancún", "quintana roo", "chetumal"),
    "America/Chihuahua": ("Chihuahua",),
    "America/Mazatlan": ("Mazatlán", "sinaloa", "culiacan", "nayarit", "tepic", "la paz", "baja california sur"),
    "America/Hermosillo": ("Hermosillo", "sonora", "ciudad obregon"),
    "America/Tijuana": ("Tijuana", "mexicali", "ensenada", "baja california"),
    "America/Ciudad_Juarez": ("Ciudad Juárez", "juarez"),
    "America/Ojinaga": ("Ojinaga",),
    "America/Matamoros": ("Matamoros", "reynosa", "nuevo laredo"),
}
_HOUR = re.compile(r"(?<!\d)(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?!\d)(?: ?(?P<half>[ap])\.? ?m\b\.?)?")
_FILLERS = frozenset({"a", "las", "hora", "horas", "hrs", "h", "de", "del", "en", "at", "time"})
_OFF = frozenset({"no", "off", "nunca", "apagar"})
_ON = frozenset({"si", "on", "yes", "encender"})
_NOON = 12

# When the evening's reminder is due, unless quiet hours have begun by then.
_EVENING = time(18)
_BEFORE_QUIET = timedelta(hours=2)

CASH_WORDS = ("efectivo", "cash")
_CASH = re.compile(rf"\b(?:{'|'.join(CASH_WORDS)})\b")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of the day, over midnight when `start` is after `end`, in which nothing is sent unasked."""

    start: time
    end: time

    def covers(self, moment: time) -> bool:
        """Whether a time of day lies in the span; `end` is the first minute outside."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    @property
    def keep_the_law(self) -> bool:
        """Whether nothing is sent in the hours in which nobody may collect."""
        return self.covers(NIGHT.start) and not NIGHT.covers(self.end)


# Who collects may be in touch from 07:00 to 22:00 (CONDUSEF's rules for collection agencies).
NIGHT = QuietHours(time(22), time(7))


class ReminderKind(StrEnum):
    """What a person may be reminded of, each once a day."""

    MORNING = "morning"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class Hours:
    """The house's clock and settings: what holds for whoever has no hour or time zone of their own.

    A time zone is named as tz does, None for the house's.
    """

    hour: time
    zone: ZoneInfo
    quiet: QuietHours
    business_date: date | None = None

    def local(self, now: datetime, zone: str | None) -> datetime:
        """What the clocks show there."""
        return now.astimezone(ZoneInfo(zone) if zone else self.zone)

    def awake(self, now: datetime, zones: Iterable[str | None]) -> dict[str | None, date]:
        """Those time zones in which no quiet hours are, each with its day."""
        shown = {zone: self.local(now, zone) for zone in zones}
        return {
            zone: self.business_date or local.date()
            for zone, local in shown.items()
            if not self.quiet.covers(local.time())
        }

    def due(self, kind: ReminderKind, own: time | None) -> time:
        """From what time of day on a reminder is sent; an hour that has become quiet waits for the end of that."""
        if kind is ReminderKind.MORNING:
            hour = own or self.hour
            return self.quiet.end if self.quiet.covers(hour) else hour
        if not self.quiet.covers(_EVENING):
            return _EVENING
        return (datetime.combine(date.max, self.quiet.start) - _BEFORE_QUIET).time()


@dataclass(frozen=True, slots=True)
class Share:
    """What one collector has before them in one currency: what is to come today, and what was to come before.

    `name` is empty for customers without a collector.
    """

    name: str
    due: DayList
    broken: DayList


@dataclass(frozen=True, slots=True)
class Digest:
    """A supervisor's morning: the team's day by collector and currency, the month, and whom no message reaches."""

    on: date
    shares: tuple[Share, ...]
    month: Month
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CashRound:
    """What is promised in cash up to the next banking day, a list for each day and currency."""

    days: tuple[DayList, ...]


@dataclass(frozen=True, slots=True)
class Reminder:
    """A claimed notice: to whom, and what there is to say."""

    id: int
    person: Person
    said: Today | Digest | CashRound
    # Until when it is left to who claimed it, which tells one claim from a later one.
    held_until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a person wants of their reminder; None leaves it as it is."""

    hour: time | None = None
    zone: str | None = None
    wanted: bool | None = None


@dataclass
class UnreadableReminder(Refusal):
    """A text that is no hour, no time zone of Mexico and no «no»."""

    text: str


@dataclass
class HourIsQuiet(Refusal):
    """An hour within the quiet ones."""

    hour: time
    quiet: QuietHours


def parse_setting(text: str) -> Setting:
    """Read `07:30`, `7:30 am Tijuana`, `Tijuana`, `no`, `sí`; raises UnreadableReminder."""
    typed = " ".join(fold(text).strip(AROUND).split())
    if typed in _OFF or typed in _ON:
        return Setting(wanted=typed in _ON)
    match = _HOUR.search(typed)
    rest = typed[: match.start()] + typed[match.end() :] if match else typed
    place = _place(rest)
    zone = next((key for key, names in ZONES.items() if place in map(_place, names)), None)
    if place and zone is None:
        raise UnreadableReminder(text)
    return Setting(_hour(match, text) if match else None, zone, wanted=True)


def _place(text: str) -> str:
    return " ".join(word for word in fold(text).split() if word not in _FILLERS)


def _hour(match: re.Match[str], text: str) -> time:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        hour = hour % _NOON + (_NOON if match["half"] == "p" else 0) if 1 <= hour <= _NOON else -1
    try:
        return time(hour, minute)
    except ValueError:
        raise UnreadableReminder(text) from None


def is_cash(comment: str) -> bool:
    """Whether a promise's comment says that it is paid in cash: nothing else does (docs/decisions/0019)."""
    return _CASH.search(fold(comment)) is not None


def shares(today: Today, names: Mapping[str, str]) -> tuple[Share, ...]:
    """A day's list by collector, in the order of currency and name; `names` are those of the collector codes."""
    lists = (*today.due, *today.broken)
    keys = {(each.currency, item.customer.collector_code) for each in lists for item in each.items}

    def of(kind: tuple[DayList, ...], currency: str, code: str | None) -> DayList:
        items = (item for each in kind if each.currency == currency for item in each.items)
        return DayList(
            today.on, today.on, currency, tuple(item for item in items if item.customer.collector_code == code)
        )

    def name(code: str | None) -> str:
        return names.get(code, code) if code else ""

    def place(key: tuple[str, str | None]) -> tuple[tuple[bool, str], bool, str, str]:
        currency, code = key
        return pesos_first(currency), code is None, name(code).casefold(), code or ""

    return tuple(
        Share(name(code), of(today.due, currency, code), of(today.broken, currency, code))
        for currency, code in sorted(keys, key=place)
    )
