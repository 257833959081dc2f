"""A month as a keyboard: a button for each day from today on."""

from calendar import Calendar
from datetime import date, timedelta

from bot.domain.dates import add_months, bank_holiday, is_bank_day
from bot.i18n import Language
from bot.presenters.reply import Button, Keyboard

# What a day that cannot be tapped shows (Telegram refuses a button without text), and what its button carries.
_BLANK = Button("\u2800", "no")
# A date further ahead than this is typed.
_MONTHS_AHEAD = 24
_DAYS_OF_A_WEEK = 7


def month_to_tap(month: date, today: date, language: Language, *, day: str, turn: str) -> Keyboard:
    """The month of a date, Monday first, with the way to its neighbours; past days are blank.

    Days on which banks do not work stand in dots. `day` and `turn` are the callback data of a day and of a month,
    with `{}` where the ISO date or month goes.
    """
    first, last = _bounds(today)
    shown = _shown(month, today)
    monday = shown - timedelta(days=shown.weekday())
    heads = tuple(Button(language.weekday(monday + timedelta(days=n))[:2], "no") for n in range(_DAYS_OF_A_WEEK))
    weeks = tuple(
        tuple(_day(on, today, day) if on.month == shown.month else _BLANK for on in week)
        for week in Calendar().monthdatescalendar(shown.year, shown.month)
        if max(week) >= today
    )
    neighbours = ((f"◀ {language.month(add_months(shown, -1))}", -1), (f"{language.month(add_months(shown, 1))} ▶", 1))
    turns = tuple(
        Button(text, turn.format(f"{to:%Y-%m}"))
        for text, step in neighbours
        for to in [add_months(shown, step)]
        if first <= to <= last
    )
    return (heads, *weeks, turns)


def holidays_of(month: date, today: date) -> list[str]:
    """The bank holidays that the month's keyboard shows, by name: `·16· Día de la Independencia`."""
    shown = _shown(month, today)
    days = (shown + timedelta(days=n) for n in range((add_months(shown, 1) - shown).days))
    return [f"{_label(on)} {name}" for on in days if on >= today and (name := bank_holiday(on))]


def _bounds(today: date) -> tuple[date, date]:
    return today.replace(day=1), add_months(today, _MONTHS_AHEAD)


def _shown(month: date, today: date) -> date:
    first, last = _bounds(today)
    return min(max(month.replace(day=1), first), last)


def _day(on: date, today: date, data: str) -> Button:
    return _BLANK if on < today else Button(_label(on), data.format(on))


def _label(on: date) -> str:
    return f"{on.day}" if is_bank_day(on) else f"·{on.day}·"
