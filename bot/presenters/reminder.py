"""What people are reminded of, and how they set it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from markupsafe import escape

from bot.domain.agenda import Today
from bot.domain.money import Money, total
from bot.domain.people import Person
from bot.domain.reminders import ZONES, CashRound, Digest, Hours, ReminderKind, Share
from bot.i18n import Language
from bot.presenters import agenda, buttons, calendar
from bot.presenters.reply import Button, Picture, Reply, columns, in_rows, screen, some_of

# What a supervisor's picture has under it in the plain form: a caption of 1,024 characters (Bot API, sendPhoto).
SHARES = 4
_RICH_SHARES = 25
_NAMES = 3
_CURRENCIES = 3
# Rows of the evening's lists together: they stay within 4,096 characters.
CASH_ROWS = 12
_HOURS = tuple(time(hour, minute) for hour in range(7, 10) for minute in (0, 30))


def reminder(said: Today | CashRound, language: Language) -> Reply:
    """What there is to say to a collector."""
    return _cash(said, language) if isinstance(said, CashRound) else agenda.today(said, language)


def digest(said: Digest, picture: Picture, language: Language, *, dark: bool = False) -> Reply:
    """The team's day above the month, whose days are tapped as in the calendar."""
    month = calendar.month(said.month, picture, language, dark=dark)
    currencies = tuple(dict.fromkeys(share.due.currency for share in said.shares))

    def totals(limit: int) -> list[tuple[str, Money, Money, int]]:
        return [_total(said.shares, currency, limit) for currency in currencies[:_CURRENCIES]]

    shown = screen(
        language,
        "digest",
        {
            "digest": said,
            "limit": (SHARES, _RICH_SHARES),
            "totals": totals,
            "others": ", ".join(currencies[_CURRENCIES:]),
            "silent": some_of(said.silent, _NAMES, language, width=15),
        },
    )
    return replace(
        month,
        plain=f"{shown.plain}\n\n{month.plain}",
        rich=f"{shown.rich}\n{month.rich}",
        keyboard=((Button("☀️ " + language.gettext("Today"), "hy"),), *month.keyboard),
    )


def _total(shares: Sequence[Share], currency: str, limit: int) -> tuple[str, Money, Money, int]:
    """A currency's sums of what is due and broken, and of how many documents when not every share of it is shown."""
    its = [share for share in shares if share.due.currency == currency]
    due = total((share.due.left for share in its), currency)
    broken = total((share.broken.left for share in its), currency)
    is_cut = any(share.due.currency == currency for share in shares[limit:])
    documents = {each for share in its for each in share.due.document_ids | share.broken.document_ids}
    return currency, due, broken, len(documents) if is_cut else 0


def _cash(said: CashRound, language: Language) -> Reply:
    """Who pays in cash on the next days."""
    limit = max(1, CASH_ROWS // len(said.days))
    items = [item for each in said.days for item in each.items[:limit]]
    return screen(
        language,
        "cash",
        {"days": said.days, "limit": limit},
        in_cells=tuple(buttons.expected(item, item.left_on(said.days[0].today), language) for item in items),
    )


def setting(person: Person, hours: Hours, language: Language) -> Reply:
    """How a person's reminder stands, with buttons to change it."""
    _ = language.gettext
    at = hours.due(ReminderKind.MORNING, person.reminder_time)
    place = zone_name(person.time_zone or hours.zone.key)
    if person.reminded:
        said = "⏰ " + _(
            "Your reminder comes at <b>%(hour)s</b>, time of %(place)s.", hour=f"{at:%H:%M}", place=escape(place)
        )
        said += "\n" + _(
            "On banking days only, and never between %(start)s and %(end)s. When there is nothing to say, none comes.",
            **_span(hours),
        )
    else:
        said = "🔕 " + _("You get no reminder.")
    said += "\n\n" + _("Another hour or place: <code>/recordatorio 07:30 Tijuana</code>")
    said += "\n" + _("None: <code>/recordatorio no</code>")
    choices = [
        Button(f"● {hour:%H:%M}" if person.reminded and hour == at else f"{hour:%H:%M}", f"rh:{hour:%H%M}")
        for hour in _HOURS
        if not hours.quiet.covers(hour)
    ]
    switch = Button("🔕 " + _("No reminder"), "rh:no") if person.reminded else Button("⏰ " + _("Remind me"), "rh:si")
    return Reply(
        plain=said,
        keyboard=(*in_rows(choices, 3), (Button("🕑 " + _("Another time zone"), "rz:"),), (switch,)),
    )


def zones(person: Person, language: Language) -> Reply:
    """The time zones of Mexico to choose from."""
    choices = [
        Button(f"● {names[0]}" if key == person.time_zone else names[0], f"rz:{key.partition('/')[2]}")
        for key, names in ZONES.items()
    ]
    return Reply(plain="🕑 " + language.gettext("Choose the place whose time is yours:"), keyboard=columns(choices))


def zone_name(key: str) -> str:
    """What people call a time zone; its own name outside Mexico."""
    names = ZONES.get(key)
    return names[0] if names else key


def _span(hours: Hours) -> dict[str, str]:
    return {"start": f"{hours.quiet.start:%H:%M}", "end": f"{hours.quiet.end:%H:%M}"}
