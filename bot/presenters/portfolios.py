"""The buttons with which a supervisor chooses whose portfolio to look at."""

from collections.abc import Callable, Sequence

from bot.domain.calendar import Collector
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
    pages = max(1, -(-len(listed) // COLLECTORS_PAGE))
    page = min(max(page, 0), pages - 1)
    each = (
        Button(f"👤 {one.code} · {one.name}" if one.name else f"👤 {one.code}", to(one.key))
        for one in listed[page * COLLECTORS_PAGE : (page + 1) * COLLECTORS_PAGE]
    )
    everybody = Button("👥 " + language.gettext("Everybody's"), to(""))
    return ((everybody,), *in_rows(each, 2), *rows(pager(page, pages, turn), [back]))
