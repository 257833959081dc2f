"""The month as a picture with days to tap, and a day's documents."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.agenda import DayList, Expected, OpenItem
from bot.domain.calendar import Basis, Collector, DueList, Month, View
from bot.domain.dates import YEARS, add_months, bank_holiday
from bot.domain.pages import page_of
from bot.i18n import Language
from bot.presenters import buttons, portfolios
from bot.presenters.agenda import Block
from bot.presenters.reply import Button, Keyboard, Picture, Reply, in_rows, pager, rows, screen
from bot.render.plain import short

# Rows of a day on a page: in the plain form they are a photo's caption, of 1,024 characters (Bot API, sendPhoto).
DAY_PAGE = 5
# What a button shows of a document, or of a customer after a sign, beside another in its row.
_LABEL = 17

_CURRENCY = re.compile("[A-Z]{3}")
_VIEW = re.compile(r"(?P<due>d)?(?:c(?P<collector>[0-9a-f]{8}))?")


def view_code(view: View) -> str:
    """What a button carries of a view beside its currency: `d` due dates, `c1f2e3d4c` a collector's; mostly nothing."""
    return f"{'d' * (view.basis is Basis.DUE)}{'c' * bool(view.collector)}{view.collector}"


def read_view(currency: str, code: str) -> View:
    """The view of a button; what is no code or no currency is nothing special."""
    currency = currency if _CURRENCY.fullmatch(currency) else ""
    match = _VIEW.fullmatch(code)
    if not match:
        return View(currency)
    return View(currency, Basis.DUE if match["due"] else Basis.PROMISED, match["collector"] or "")


def _to_month(first: date, view: View, name: str = "ca") -> str:
    code = view_code(view)
    return f"{name}:{first:%Y-%m}:{view.currency}" + f":{code}" * bool(code)


def _to_day(on: date, view: View, page: int | str = 0) -> str:
    code = view_code(view)
    return f"cd:{on}:{view.currency}:{page}" + f":{code}" * bool(code)


def month(shown: Month, picture: Picture, language: Language, *, dark: bool = False) -> Reply:
    """The month's picture, a button for each day that has documents, and the ways to see it otherwise."""
    _, view = language.gettext, shown.view
    days = (Button(f"{on.day}", _to_day(on, view)) for on in shown.days)
    currencies = (
        Button(language.currency_name(other), _to_month(shown.first, replace(view, currency=other)))
        for other in shown.currencies
        if other != shown.currency
    )
    other_basis, named = (
        (Basis.PROMISED, "🤝 " + _("Promises")) if view.basis is Basis.DUE else (Basis.DUE, "📆 " + _("Due dates"))
    )
    who = shown.collector.name or shown.collector.code if shown.collector else _("Everybody's")
    return screen(
        language,
        "month",
        {"month": shown, "due": view.basis is Basis.DUE, "asked": ""},
        photo=picture,
        keyboard=(
            *in_rows(days, 7),
            *in_rows(currencies, 4),
            *rows(
                [
                    Button(named, _to_month(shown.first, replace(view, basis=other_basis))),
                    buttons.light_or_dark(_to_month(shown.first, view, "cm:{}"), language, dark=dark),
                ],
                [Button(f"👤 {who}", _to_collectors(shown, 0)) if shown.choice else None],
                [
                    Button(f"◀ {language.month(first)}" if step < 0 else f"{language.month(first)} ▶", data)
                    for step in (-1, 1)
                    for first in [add_months(shown.first, step)]
                    for data in [_to_month(first, view)]
                    # As a date may be typed.
                    if first.year in YEARS
                ],
            ),
        ),
    )


def _to_collectors(shown: Month, page: int | str) -> str:
    return f"cc:{shown.first:%Y-%m}:{shown.currency}:{view_code(shown.view)}:{page}"


def collectors(shown: Month, listed: Sequence[Collector], picture: Picture, language: Language, page: int = 0) -> Reply:
    """Under the same picture: whose portfolio to look at."""
    return screen(
        language,
        "month",
        {
            "month": shown,
            "due": shown.basis is Basis.DUE,
            "asked": language.gettext("Whose customers do you want to see?"),
        },
        photo=picture,
        keyboard=portfolios.choice(
            listed,
            language,
            page,
            to=lambda key: _to_month(shown.first, replace(shown.view, collector=key)),
            turn=_to_collectors(shown, "{page}"),
            back=Button(f"◀ {language.month(shown.first)}", _to_month(shown.first, shown.view)),
        ),
    )


def day(shown: DayList | DueList, view: View, language: Language, page: int = 0) -> Reply:
    """The documents of a day, a page (from 0) at a time; the totals are the whole day's."""
    items: Sequence[Expected | OpenItem] = shown.items if isinstance(shown, DueList) else (*shown.items, *shown.broken)
    on_page, page, pages = page_of(items, page, DAY_PAGE)
    if isinstance(shown, DueList):
        total_of = len(items) if pages > 1 else 0
        name, context = "due_day", {"list": shown, "rows": on_page, "total_of": total_of}
    else:
        name, context = "day", {"day": shown, "blocks": list(_blocks(shown, page * DAY_PAGE, language))}
    return screen(
        language,
        name,
        {**context, "holiday": bank_holiday(shown.on)},
        in_cells=tuple(row for item in on_page for row in _actions(item, language)),
        keyboard=rows(
            pager(page, pages, _to_day(shown.on, view, "{page}")),
            (Button(f"◀ {language.month(shown.on)}", _to_month(shown.on, view)),),
        ),
    )


def _blocks(shown: DayList, start: int, language: Language) -> Iterator[Block]:
    """A page of what was promised, and apart from it, in no total of it, what was not kept."""
    broken = DayList(shown.on, shown.today, shown.currency, shown.broken)
    before = 0
    for caption, each in (("", shown), (language.gettext("Not kept, and nothing promised since"), broken)):
        on_page = each.items[max(0, start - before) : max(0, start + DAY_PAGE - before)]
        if on_page:
            yield Block(caption, each, on_page, len(each.items) if len(on_page) < len(each.items) else 0)
        before += len(each.items)


def _actions(item: Expected | OpenItem, language: Language) -> Keyboard:
    """In two rows: four in one would say too little each."""
    again = language.gettext("Reschedule")
    return (
        (
            Button(short(item.document.label, _LABEL), f"hi:{item.document.id}"),
            Button(f"👤 {short(item.customer.code, _LABEL)}", f"st:{item.customer.id}::0"),
        ),
        (
            Button("📅 " + again if item.promise else "📅 " + language.gettext("Schedule"), f"pr:{item.document.id}"),
            buttons.report(item.document.id, language),
        ),
    )
