"""The agenda on the phone: the open documents with boxes to tick."""

import re

from bot.domain.agenda import AgendaPage, OpenFilter, OpenItem
from bot.i18n import Language
from bot.presenters.reply import Button, Reply, in_rows, pager, rows, screen, with_amount

_FILTER = re.compile(r"(?:c(?P<customer>\d+))?(?P<overdue>o)?(?P<without>p)?")


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

    def switch(text: str, *, overdue: bool, without_promise: bool) -> Button:
        other = OpenFilter(overdue=overdue, without_promise=without_promise, customer_id=shown.only.customer_id)
        return Button(text, f"ag:0:{filter_code(other)}")

    def mark(text: str, *, on: bool) -> str:
        return f"● {text}" if on else text

    only = shown.only
    boxes = (
        Button(
            with_amount(f"{'☑' if item.ticked else '☐'} {item.document.label}", language.money(item.balance)),
            toggle(item),
        )
        for item in shown.items
    )
    schedule = language.ngettext("Schedule %(n)s document", "Schedule %(n)s documents", shown.ticked)
    title = _("Agenda as of %(date)s", date=language.date(shown.today))
    return screen(
        language,
        "agenda",
        {"agenda": shown, "toggle": toggle, "title": title},
        in_cells=in_rows(boxes, 1),
        keyboard=rows(
            pager(shown.page, shown.pages, f"ag:{{page}}:{code}"),
            (
                switch(
                    mark(_("Overdue only"), on=only.overdue),
                    overdue=not only.overdue,
                    without_promise=only.without_promise,
                ),
                switch(
                    mark(_("Without promise"), on=only.without_promise),
                    overdue=only.overdue,
                    without_promise=not only.without_promise,
                ),
            ),
            (Button(f"📅 {schedule}", "as"), Button("✕ " + _("Clear"), f"ac:{place}")) if shown.ticked else (),
        ),
    )
