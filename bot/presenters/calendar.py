"""The month as a picture with days to tap, and a day's documents."""

from bot.domain.agenda import DayList, Expected, Month
from bot.domain.dates import add_months
from bot.i18n import Language
from bot.presenters.reply import Button, Keyboard, Reply, in_rows, pager, rows, screen, with_amount

# Rows of a day on a page: in the plain form they are a photo's caption, of 1,024 characters (Bot API, sendPhoto).
DAY_PAGE = 5


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
