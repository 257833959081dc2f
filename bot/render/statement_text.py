"""A statement as lines of fixed width, for a terminal and for a mail's text."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from textwrap import wrap

from rich.cells import cell_len

from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.render import statement_table as table

_GAP = "  "
_CONCEPT = 3
_CONCEPT_WIDTH = 40


def statement_text(statement: Statement, language: Language) -> str:
    """The statement as text: a heading, then per currency the ten columns, totals, credits and aging."""
    width = max(cell_len(label) for label, _ in table.heading(statement, language))
    blocks = ["\n".join(f"{_pad(label, width)}  {value}" for label, value in table.heading(statement, language))]
    blocks += [section_text(section, language) for section in statement.sections]
    if not statement.sections:
        blocks.append(language.gettext("There are no open documents."))
    return "\n\n".join(blocks) + "\n"


def section_text(section: Section, language: Language) -> str:
    """One currency of a statement, without a blank line at either end."""
    head = [heading.split(" ", 1) for heading in table.headings(language)]
    totals = table.totals(section, language)
    rows = {row: _folded(row, language) for row in (*section.rows, *section.credits)}
    # The currency's name may run on over the empty columns to its right.
    measured = [*zip_longest(*head, fillvalue=""), ("", *totals[1:]), *(cells for cells, _ in rows.values())]
    widths = [max(cell_len(cells[column]) for cells in measured) for column in range(len(head))]
    rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))

    lines = [_line(words, widths) for words in zip_longest(*head, fillvalue="")] + [rule]
    lines += _rows(section.rows, rows, widths)
    lines += [rule, _totals(totals, widths)]
    if section.credits:
        lines += ["", language.gettext("Unapplied credits"), rule]
        lines += _rows(section.credits, rows, widths)
        lines += [rule, *_pairs(table.after_credits(section, language))]
    return "\n".join([*lines, "", language.gettext("Aging"), *_pairs(table.aging(section, language))])


def _folded(row: StatementRow, language: Language) -> tuple[list[str], list[str]]:
    """A row's cells, and the lines that go under its concept: what of it is too long, the UUID, the promise."""
    cells = list(table.cells(row, language))
    cells[_CONCEPT], *under = wrap(cells[_CONCEPT], _CONCEPT_WIDTH) or [""]
    return cells, [*under, *table.notes(row, language)]


def _rows(
    rows: Iterable[StatementRow], folded: Mapping[StatementRow, tuple[list[str], list[str]]], widths: Sequence[int]
) -> list[str]:
    indent = " " * sum(width + len(_GAP) for width in widths[:_CONCEPT])
    lines = []
    for row in rows:
        cells, under = folded[row]
        lines += [_line(cells, widths), *(indent + line for line in under)]
    return lines


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (_pad(cell, widths[n], right=n in table.RIGHT) for n, cell in enumerate(cells))
    return _GAP.join(padded).rstrip()


def _totals(cells: Sequence[str], widths: Sequence[int]) -> str:
    line = _line(("", *cells[1:]), widths)
    return cells[0] + line[len(cells[0]) :]


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[str]:
    left, right = (max(cell_len(pair[side]) for pair in pairs) for side in (0, 1))
    return [f"  {_pad(label, left)}  {_pad(value, right, right=True)}" for label, value in pairs]


def _pad(text: str, width: int, *, right: bool = False) -> str:
    """Filled with blanks to so many cells of a terminal, where a CJK letter takes two."""
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks
