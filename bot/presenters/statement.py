"""A customer's statement on the phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from bot.domain.money import Money
from bot.domain.receivables import Customer
from bot.domain.scores import SCORE_DAYS, Score
from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.presenters.reply import Button, Reply, in_rows, pager, rows, screen
from bot.render.summary_words import age

# Rows on a page: in the plain form they and their sums stay within a message's 4,096 characters.
PAGE = 12
_NO_SCORE = Score()


@dataclass(frozen=True, slots=True)
class _Part:
    """What a page shows of a currency; `total_of` is how many documents its totals cover when it shows fewer."""

    section: Section
    charges: tuple[StatementRow, ...]
    credits: tuple[StatementRow, ...]
    total_of: int


def statement(
    shown: Statement,
    language: Language,
    page: int = 0,
    *,
    score: Score = _NO_SCORE,
    reported: Sequence[Money] = (),
) -> Reply:
    """A page (from 0) of the statement; the totals are those of the whole, and say so where rows are on other pages.

    What was `reported` and waits for the ledger stands beside the balances, never in them.
    """
    flat = [(section, row) for section in shown.sections for row in (*section.rows, *section.credits)]
    pages = max(1, -(-len(flat) // PAGE))
    page = min(max(page, 0), pages - 1)
    parts = _parts(flat[page * PAGE : (page + 1) * PAGE])
    customer, on = shown.customer, shown.as_of
    stamp = f"{customer.id}:{on.isoformat()}"
    charges = [row.document for part in parts for row in part.charges]
    return screen(
        language,
        "statement",
        {
            "statement": shown,
            "customer": customer,
            "parts": parts,
            "age": partial(age, language=language),
            "score": score,
            "score_days": SCORE_DAYS,
            "reported": reported,
        },
        in_cells=lambda: in_rows((Button(document.label, f"hi:{document.id}") for document in charges), 3),
        keyboard=rows(
            pager(page, pages, f"st:{stamp}:{{page}}"),
            (Button("📄 PDF", f"pdf:{stamp}"), Button("📊 Excel", f"xlsx:{stamp}")),
            (
                Button("✉️ " + language.gettext("Send by email"), f"ml:{customer.id}"),
                Button("🤝 " + language.gettext("Promise"), f"an:{customer.id}"),
            )
            if any(section.rows for section in shown.sections)
            else (),
        ),
    )


def _parts(on_page: Sequence[tuple[Section, StatementRow]]) -> list[_Part]:
    parts = []
    for _, pairs in groupby(on_page, key=lambda pair: pair[0].currency):
        group = list(pairs)
        section = group[0][0]
        charges = tuple(row for _, row in group if row.document.kind.is_charge)
        credits_ = tuple(row for _, row in group if not row.document.kind.is_charge)
        whole = len(section.rows) + len(section.credits)
        parts.append(_Part(section, charges, credits_, 0 if whole == len(group) else whole))
    return parts


def ask_customer(recent: Sequence[Customer], language: Language, *, by_text: bool) -> Reply:
    """`/estado` alone: whose? With the customers seen last to tap; `by_text` when the next text is the answer."""
    if by_text:
        asked = language.gettext(
            "Whose statement? Write the code, name, RFC or folio. In one line it is:\n<code>/estado CL002</code>"
        )
    else:
        asked = language.gettext(
            "Write the code, name, RFC or folio after the command, for example:\n<code>/estado CL002</code>"
        )
    return Reply(
        plain=asked,
        keyboard=tuple((Button(f"{c.code} · {c.name}", f"st:{c.id}::0"),) for c in recent),
    )


def file_name(shown: Statement, language: Language, extension: str) -> str:
    """What the statement's file is called: `Estado de cuenta CL002 2019-07-16.pdf`."""
    title = language.gettext("Statement of account")
    return f"{title} {shown.customer.code} {shown.as_of.isoformat()}.{extension}"
