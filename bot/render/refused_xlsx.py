"""The refused rows of an import as a workbook to hand back: as they came, the bad cells marked, the reasons beside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from bot.i18n import Language
from bot.render.plain import one_line
from bot.render.sheets import BOLD, MARK, MAX_TITLE, TINT, fit_on_paper, heading_width, sheet_title

# Excel specifications and limits: the rows of a sheet, the heading's included; the characters of a cell.
MAX_ROWS = 1_048_576
MAX_CHARACTERS = 32_767

_WIDTH, _MOST_WIDTH, _REASON_WIDTH = 16, 40, 70

Cell: TypeAlias = str | float | bool | date | time | timedelta
# What openpyxl's write-only mode is made of, which its types do not know.
_Sheet: TypeAlias = Any
_WrittenCell: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row with its number in the file; `marks` say by position what is wrong with a cell, `reason` with the row."""

    number: int
    cells: Sequence[Cell]
    marks: Mapping[int, str]
    reason: str


@dataclass(frozen=True, slots=True)
class RefusedTable:
    """The refused rows of one file below its headings."""

    title: str
    headings: Sequence[str]
    rows: Iterable[RefusedRow]


def write_refused(tables: Iterable[RefusedTable], path: Path, language: Language) -> None:
    """Write the workbook, a sheet for each table; what others typed stays text, also where it looks like a formula.

    Beside two columns of ours the headings are the file's own, so a corrected sheet can be imported as it is.
    Raises OSError.
    """
    book = Workbook(write_only=True)
    titles: set[str] = set()
    for table in tables:
        title = sheet_title(table.title, titles)
        titles.add(title.casefold())
        sheet = book.create_sheet(title)
        _fill(sheet, table, language)
    if not titles:
        book.create_sheet(language.gettext("Nothing was refused")[:MAX_TITLE])
    # First whole: of a book that cannot be written its sheets tell as well, each at length.
    written = BytesIO()
    book.save(written)
    path.write_bytes(written.getbuffer())


def _fill(sheet: _Sheet, table: RefusedTable, language: Language) -> None:
    ours = [language.gettext("Why it was refused"), language.gettext("Row in the file")]
    headings = [*ours, *table.headings]
    for position, heading in enumerate(headings, start=1):
        least = _WIDTH if position > 1 else _REASON_WIDTH
        # On one line: a sheet that is written as it comes makes no row higher.
        width = min(heading_width(one_line(heading)), _MOST_WIDTH)
        sheet.column_dimensions[get_column_letter(position)].width = max(least, width)
    sheet.freeze_panes = "C2"
    fit_on_paper(sheet)
    sheet.append([_cell(sheet, heading, fill=TINT, font=BOLD) for heading in headings])
    for row in islice(table.rows, MAX_ROWS - 1):
        cells = [_cell(sheet, cell, comment=row.marks.get(position)) for position, cell in enumerate(row.cells)]
        # A cell that is missing is marked too.
        cells += [_cell(sheet, "", comment=row.marks.get(n)) for n in range(len(row.cells), len(table.headings))]
        sheet.append([_cell(sheet, row.reason), _cell(sheet, row.number), *cells])


def _cell(
    sheet: _Sheet,
    value: Cell,
    *,
    comment: str | None = None,
    fill: PatternFill | None = None,
    font: Font | None = None,
) -> _WrittenCell:
    plain: _WrittenCell = one_line(value)[:MAX_CHARACTERS] if isinstance(value, str) else value
    cell: _WrittenCell = WriteOnlyCell(sheet, plain)
    if isinstance(value, str):
        cell.data_type = "s"
        # Also when somebody edits the cell: `=`, `+`, `-` and `@` begin no formula.
        cell.quotePrefix = plain[:1] in {"=", "+", "-", "@"}
    if comment:
        cell.fill = MARK
        cell.comment = Comment(comment, "cobranza")
    if fill:
        cell.fill = fill
    if font:
        cell.font = font
    return cell
