"""The month as a picture with days to tap, a day's documents, and the day's list of the morning."""

from datetime import date

from bot.domain.agenda import DayList, Expected, Month, Today
from bot.domain.dates import add_months
from bot.i18n import Language
from bot.presenters.reply import Button, Keyboard, Reply, in_rows, pager, rows, screen, with_amount

# Rows of a day on a page: in the plain form they are a photo's caption, of 1,024 characters (Bot API, sendPhoto).
DAY_PAGE = 5
# Rows of the morning, shared by its lists (due and broken, a currency each): they stay within 4,096 characters.
TODAY_ROWS = 12


def month(shown: Month, picture: bytes, language: Language) -> Reply:
    """The month's picture, a button for each day that has documents, and the way to other months."""
    days = (Button(f"{on.day}", f"cd:{on}:{shown.currency}:0") for on in shown.days)
    others = [currency for currency in shown.currencies if currency != shown.currency]
    return screen(
        language,
        "month",
        {"month": shown},
        photo=picture,
        keyboard=(
            *in_rows(days, 7),
            *in_rows((Button(language.currency_name(other), f"ca:{shown.first:%Y-%m}:{other}") for other in others), 4),
            *rows(
                [
                    Button(f"{arrow} {language.month(first)}" if step < 0 else f"{language.month(first)} {arrow}", data)
                    for arrow, step in (("◀", -1), ("▶", 1))
                    for first in [add_months(shown.first, step)]
                    for data in [f"ca:{first:%Y-%m}:{shown.currency}"]
                ],
            ),
        ),
    )


def day(shown: DayList, language: Language, page: int = 0) -> Reply:
    """The documents to collect on a day, a page (from 0) at a time; the totals are the whole day's."""
    pages = max(1, -(-len(shown.items) // DAY_PAGE))
    page = min(max(page, 0), pages - 1)
    on_page = shown.items[page * DAY_PAGE : (page + 1) * DAY_PAGE]
    return screen(
        language,
        "day",
        {"list": shown, "rows": on_page, "total_of": len(shown.items) if pages > 1 else 0},
        in_cells=_statement_buttons(on_page, language),
        keyboard=rows(
            pager(page, pages, f"cd:{shown.on}:{shown.currency}:{{page}}"),
            (Button(f"◀ {language.month(shown.on)}", f"ca:{shown.on:%Y-%m}:{shown.currency}"),),
        ),
    )


def _statement_buttons(items: tuple[Expected, ...], language: Language) -> Keyboard:
    return tuple(
        (
            Button(with_amount(item.document.label, language.money(item.promise.amount)), f"hi:{item.document.id}"),
            Button(f"👤 {item.customer.code}", f"st:{item.customer.id}::0"),
        )
        for item in items
    )


def today(shown: Today, language: Language) -> Reply:
    """The day's list: due today, and broken since; each broken one with a button to schedule it again."""
    limit = max(1, TODAY_ROWS // max(1, len(shown.due) + len(shown.broken)))
    broken = [item for each in shown.broken for item in each.items[:limit]]
    due = [item for each in shown.due for item in each.items[:limit]]
    again = language.gettext("Schedule again")
    return screen(
        language,
        "today",
        {"shown": shown, "limit": limit},
        in_cells=_statement_buttons(tuple(due), language),
        keyboard=(
            *((Button(f"🔁 {again} {item.document.label}", f"pr:{item.document.id}"),) for item in broken),
            (_month_button(shown.on, language),),
        ),
    )


def _month_button(on: date, language: Language) -> Button:
    return Button(f"🗓 {language.month(on)}", f"ca:{on:%Y-%m}:")
