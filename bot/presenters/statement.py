"""A customer's statement on the phone."""

from collections.abc import Sequence
from itertools import groupby

from bot.domain.receivables import Customer
from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.presenters.reply import Button, Reply, in_rows, pager, rows, screen

# Rows on a page: in the plain form they and their sums stay within a message's 4,096 characters.
PAGE = 12


def statement(shown: Statement, language: Language, page: int = 0) -> Reply:
    """A page (from 0) of the statement; the totals are those of the whole."""
    flat = [(section, row) for section in shown.sections for row in section.rows]
    pages = max(1, -(-len(flat) // PAGE))
    page = min(max(page, 0), pages - 1)
    on_page = flat[page * PAGE : (page + 1) * PAGE]
    customer, on = shown.customer, shown.as_of
    stamp = f"{customer.id}:{on.isoformat()}"
    context = {"statement": shown, "customer": customer, "sections": _sections(shown, on_page)}
    return screen(
        language,
        "statement",
        context,
        in_cells=in_rows((Button(row.document.label, f"hi:{row.document.id}") for _, row in on_page), 3),
        keyboard=rows(
            pager(page, pages, f"st:{stamp}:{{page}}"),
            (Button("📄 PDF", f"pdf:{stamp}"), Button("📊 Excel", f"xlsx:{stamp}")),
            (
                Button("✉️ " + language.gettext("Send by mail"), f"ml:{customer.id}"),
                Button("🤝 " + language.gettext("Promise"), f"an:{customer.id}"),
            )
            if flat
            else (),
        ),
    )


def _sections(
    shown: Statement, on_page: Sequence[tuple[Section, StatementRow]]
) -> list[tuple[Section, tuple[StatementRow, ...]]]:
    grouped = [(section, tuple(row for _, row in pairs)) for section, pairs in groupby(on_page, key=lambda p: p[0])]
    # A currency in which there are only credits has no row to stand on a page.
    return grouped + [(section, ()) for section in shown.sections if not section.rows]


def ask_customer(recent: Sequence[Customer], language: Language) -> Reply:
    """`/estado` alone: whose? With the customers seen last to tap."""
    return Reply(
        plain=language.gettext(
            "Write the code, name, RFC or folio after the command, for example:\n<code>/estado CL002</code>"
        ),
        keyboard=tuple((Button(f"{c.code} · {c.name}", f"st:{c.id}::0"),) for c in recent),
    )


def file_name(shown: Statement, language: Language, extension: str) -> str:
    """What the statement's file is called: `Estado de cuenta CL002 2019-07-16.pdf`."""
    title = language.gettext("Statement of account")
    return f"{title} {shown.customer.code} {shown.as_of.isoformat()}.{extension}"
