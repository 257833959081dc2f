"""Reads an English screen back, as somebody with a calculator would: each total, and the rows that stand above it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.demo.entities import formatted_text
from bot.demo.rich_text import flat, walk
from bot.presenters.reply import Reply
from tests.presenters.checks import rich_blocks

Amounts = tuple[Decimal, ...]
_AMOUNT = r"-?(?:\$|[A-Z]{3} )[\d,]+(?:\.\d+)?"
# A document's name and what is open, between other things; what follows in the line is no column.
_ROW = re.compile(rf"(?:[^·]* · )?[\w-]+ · ({_AMOUNT})(?: · left ({_AMOUNT}))?(?: · .*)?")
_TOTAL = re.compile(rf"([A-Z]+ · TOTALS(?: \(\d+ documents?\))?) ({_AMOUNT})(?: · left ({_AMOUNT}))?")
_COVERS = re.compile(r"[A-Z]+ · TOTALS(?: \((\d+) documents?\))?")


@dataclass(frozen=True, slots=True)
class Printed:
    """A total with the rows above it in its currency, and the number of documents it says it covers."""

    currency: str
    rows: list[Amounts]
    total: Amounts
    covers: int | None

    @property
    def sums(self) -> Amounts:
        """What the total should be when it is of these rows."""
        return sums(self.rows)


def sums(rows: Iterable[Amounts]) -> Amounts:
    return tuple(sum(column, Decimal(0)) for column in zip(*rows, strict=True))


def plain(reply: Reply) -> list[Printed]:
    return list(_totals(_plain_lines(formatted_text(reply.plain, "HTML", None)[0])))


def rich(reply: Reply) -> list[Printed]:
    tables = (block["cells"] for block in walk(rich_blocks(reply)) if block["type"] == "table")
    rows = [[flat(cell.get("text", "")) for cell in row] for table in tables for row in table]
    return list(_totals(_in_one_line(rows)))


def _in_one_line(rows: Iterable[list[str]]) -> list[list[str]]:
    """Each row with the amounts that stand in a line below it."""
    lines: list[list[str]] = []
    for row in rows:
        if all(re.fullmatch(_AMOUNT, cell) for cell in row):
            lines[-1] += row
        else:
            lines.append(list(row))
    return lines


def _plain_lines(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if match := _TOTAL.fullmatch(line):
            yield [match[1], match[2], match[3] or ""]
        elif match := _ROW.fullmatch(line):
            yield ["", match[1], match[2] or ""]


def _totals(rows: Iterable[list[str]]) -> Iterator[Printed]:
    """A row of amounts waits for the total of as many, in its currency."""
    waiting: defaultdict[tuple[str, int], list[Amounts]] = defaultdict(list)
    covers: int | None = None
    for label, *cells in rows:
        written = [cell for cell in cells if re.fullmatch(_AMOUNT, cell)]
        if not written:
            continue
        currency = written[0].lstrip("-")[:3] if "$" not in written[0] else "$"
        amounts = tuple(Decimal(re.sub(r"[^\d.-]", "", cell)) for cell in written)
        match = _COVERS.fullmatch(label)
        if match:
            covers = int(match[1]) if match[1] else None
        if match:
            yield Printed(currency, waiting.pop((currency, len(amounts)), []), amounts, covers)
        else:
            waiting[currency, len(amounts)].append(amounts)
