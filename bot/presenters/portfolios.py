"""The buttons with which a supervisor chooses whose portfolio to look at."""

from collections.abc import Callable, Sequence

from bot.domain.calendar import Collector
from bot.domain.pages import page_of
from bot.i18n import Language
from bot.presenters.reply import Button, Keyboard, in_rows, pager, rows

# Collectors to choose from on a page.
COLLECTORS_PAGE = 20


def choice(
    listed: Sequence[Collector],
    language: Language,
    page: int,
    *,
    to: Callable[[str], str],
    turn: str,
    back: Button,
) -> Keyboard:
    """A page (from 0) of collectors; `to` is the data for a key, or for none: everybody's; `turn` the pager's."""
    on_page, page, pages = page_of(listed, page, COLLECTORS_PAGE)
    each = (Button(f"👤 {one.code} · {one.name}" if one.name else f"👤 {one.code}", to(one.key)) for one in on_page)
    everybody = Button("👥 " + language.gettext("Everybody's"), to(""))
    return ((everybody,), *in_rows(each, 2), *rows(pager(page, pages, turn), [back]))
