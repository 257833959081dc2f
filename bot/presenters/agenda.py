"""The agenda on the phone: the open documents with boxes to tick, and the day's list."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.agenda import AgendaPage, CustomerPage, DayList, Expected, OpenFilter, OpenItem, Today
from bot.domain.promises import PromiseState
from bot.i18n import Language
from bot.presenters import buttons
from bot.presenters.choices import which_customer
from bot.presenters.promise import states
from bot.presenters.reply import Button, Reply, columns, in_rows, pager, rows, screen, some_of, with_amount

# Rows on a page of the day's lists (due and broken, a currency each), shared by them: it stays within 4,096 characters.
TODAY_ROWS = 12
# The ticked documents that are named though they stand on other pages; the others are counted.
_NAMED = 6
_FILTER = re.compile(r"(?:c(?P<customer>[0-9]{1,18}))?(?P<overdue>o)?(?P<without>p)?")


def filter_code(only: OpenFilter) -> str:
    """A filter as callback data carries it: `c12op` is customer 12, overdue, without promise."""
    customer = "" if only.customer_id is None else f"c{only.customer_id}"
    return f"{customer}{'o' * only.overdue}{'p' * only.without_promise}"


def read_filter(code: str) -> OpenFilter:
    """The filter of a code; what is no code filters nothing."""
    match = _FILTER.fullmatch(code)
    if not match:
        return OpenFilter()
    customer = match["customer"]
    return OpenFilter(
        overdue=bool(match["overdue"]),
        without_promise=bool(match["without"]),
        customer_id=int(customer) if customer else None,
    )


def agenda(shown: AgendaPage, language: Language) -> Reply:
    """A page of the agenda; every button leads back to this page and filter."""
    _ = language.gettext
    code = filter_code(shown.only)
    place = f"{shown.page}:{code}"

    def toggle(item: OpenItem) -> str:
        return f"tk:{item.document.id}:{0 if item.ticked else 1}:{place}"

    boxes = (
        Button(
            with_amount(f"{'☑' if item.ticked else '☐'} {item.document.label}", language.money(item.balance)),
            toggle(item),
        )
        for item in shown.items
    )
    untick = any(not item.ticked for item in shown.items)
    schedule = language.ngettext("Schedule %(n)s document", "Schedule %(n)s documents", shown.ticked)
    return screen(
        language,
        "agenda",
        {
            "agenda": shown,
            "toggle": toggle,
            "title": _("Agenda as of %(date)s", date=language.date(shown.today)),
            "elsewhere": some_of(shown.elsewhere, _NAMED, language),
        },
        in_cells=in_rows(boxes, 1),
        keyboard=rows(
            pager(shown.page, shown.pages, f"ag:{{page}}:{code}"),
            *_filters(shown, language),
            (
                Button("☑ " + _("Tick this page"), f"ta:{place}") if untick else None,
                Button("✕ " + _("Clear"), f"ac:{place}") if shown.ticked else None,
            ),
            (Button(f"📅 {schedule}", "as"),) if shown.ticked else (),
        ),
    )


def _filters(shown: AgendaPage, language: Language) -> tuple[tuple[Button, ...], ...]:
    """The filters to turn on, and those that are on (●) to turn off."""
    _, only = language.gettext, shown.only

    def switch(text: str, other: OpenFilter, *, on: bool) -> Button:
        return Button(f"● {text}" if on else text, f"ag:0:{filter_code(other)}")

    if only.customer_id is None:
        of_customer = Button("🔎 " + _("One customer"), f"au:0:{filter_code(only)}")
    else:
        name = f"{shown.customer.code} {shown.customer.name}" if shown.customer else _("One customer")
        of_customer = switch(name, replace(only, customer_id=None), on=True)
    return (
        (
            switch(_("Overdue only"), replace(only, overdue=not only.overdue), on=only.overdue),
            switch(
                _("Without a promise"), replace(only, without_promise=not only.without_promise), on=only.without_promise
            ),
        ),
        (of_customer,),
    )


def customers(shown: CustomerPage, language: Language) -> Reply:
    """Whose agenda: a page of the customers to tap."""
    _, code = language.gettext, filter_code(shown.only)
    said = _("Whose agenda? Tap the customer, or write the name after the command: <code>/agenda CL002</code>")
    if shown.text:
        said = which_customer(shown.text, language, count=len(shown.customers), more=shown.more)
    return Reply(
        plain=f"🔎 {said}",
        keyboard=rows(
            *(
                (Button(f"{c.code} · {c.name}", f"ag:0:{filter_code(replace(shown.only, customer_id=c.id))}"),)
                for c in shown.customers
            ),
            pager(shown.page, shown.pages, f"au:{{page}}:{code}"),
            (Button("📋 " + _("Agenda"), f"ag:0:{code}"),),
        ),
    )


@dataclass(frozen=True, slots=True)
class Block:
    """What a page shows of a day's list; `total_of` counts its documents when not all of them are on the page."""

    caption: str
    list: DayList
    rows: tuple[Expected, ...]
    total_of: int


def today(shown: Today, language: Language, page: int = 0) -> Reply:
    """The day's lists, due and broken, a page (from 0) at a time: what is on it has its buttons, totals are the whole.

    A page shows as much of each list, so that what is broken is not behind all that is due.
    """
    _, lists = language.gettext, (*shown.due, *shown.broken)
    size = max(1, TODAY_ROWS // max(1, len(lists)))
    pages = max((-(-len(each.items) // size) for each in lists), default=1)
    page = min(max(page, 0), pages - 1)
    due, broken = (
        tuple(_blocks(caption, each, slice(page * size, (page + 1) * size)))
        for caption, each in ((_("Due today"), shown.due), (_("Broken: not paid on the day"), shown.broken))
    )
    again = _("Reschedule")
    return screen(
        language,
        "today",
        {"shown": shown, "blocks": (*due, *broken), "state": lambda item: _state(item, language)},
        in_cells=tuple(buttons.expected(item, item.promise.amount, language) for block in due for item in block.rows),
        keyboard=(
            # Once for a document of which several payments of a plan were not kept.
            *columns(
                list(
                    dict.fromkeys(
                        Button(f"🔁 {again} {item.document.label}", f"pr:{item.document.id}")
                        for block in broken
                        for item in block.rows
                    )
                )
            ),
            *rows(pager(page, pages, "hy:{page}")),
            (buttons.month(shown.on, language),),
        ),
    )


def _blocks(caption: str, lists: Sequence[DayList], on_page: slice) -> Iterator[Block]:
    for each in lists:
        if shown := each.items[on_page]:
            yield Block(caption, each, shown, len(each.document_ids) if len(shown) < len(each.items) else 0)


def _state(item: Expected, language: Language) -> str:
    """How it stands with what was promised for an earlier day."""
    if item.promise.state is PromiseState.IN_FORCE:
        return language.gettext("payment awaited")
    return states(language)[item.promise.state]
