"""A table on a sheet of a workbook: headings that are read whole, rows, and how it is printed."""

import re
import textwrap
from collections.abc import Container, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.render.cells import put_text
from bot.render.plain import one_line

# The face of a new workbook, by name: without one Excel and LibreOffice take another, and a wider.
_FACE = "Calibri"
BOLD = Font(name=_FACE, size=11, bold=True)
TITLE = Font(name=_FACE, size=14, bold=True)
TINT = PatternFill("solid", start_color="E6EDF5")
MARK = PatternFill("solid", start_color="FFD9D0")
# Excel specifications and limits: the characters of a sheet's name.
MAX_TITLE = 31
# Points of a line of the face. Excel makes room for wrapped text by itself, LibreOffice does not.
_LINE = 15
# Width of a column, in digits, that a bold capital takes at most; and what Excel leaves free beside a text.
_CAPITAL, _MARGIN = 1.3, 2
_PAPER_SIZES = {"letter": Worksheet.PAPERSIZE_LETTER, "a4": Worksheet.PAPERSIZE_A4}

Cell: TypeAlias = str | int | Decimal | date


def fill_sheet(
    sheet: Worksheet, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]]
) -> None:
    """A heading that stays in sight, and rows; what others typed stays text."""
    put_headings(sheet, 1, headings, widths)
    for number, row in enumerate(rows, start=2):
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, str):
                put_text(sheet, number, column, one_line(cell))
            else:
                sheet.cell(number, column, cell).number_format = _format(cell)


def put_headings(sheet: Worksheet, at: int, headings: Sequence[str], widths: Sequence[int]) -> None:
    """Headings in a row that stays in sight and on each page, as high as they need; `widths` are at least."""
    lines = 1
    for column, (heading, least) in enumerate(zip(headings, widths, strict=True), start=1):
        put_text(sheet, at, column, heading, BOLD)
        sheet.cell(at, column).fill = TINT
        sheet.cell(at, column).alignment = Alignment(horizontal="left", indent=1, wrap_text=True, vertical="center")
        width = max(least, *map(heading_width, heading.split()))
        sheet.column_dimensions[get_column_letter(column)].width = width
        lines = max(lines, len(textwrap.wrap(heading, int((width - _MARGIN) / _CAPITAL))))
    sheet.row_dimensions[at].height = lines * _LINE
    sheet.freeze_panes = f"A{at + 1}"
    sheet.print_title_rows = f"{at}:{at}"


def heading_width(text: str) -> int:
    """How wide a column is at least, so that a text in bold is not cut."""
    return round(len(text) * _CAPITAL) + _MARGIN


def sheet_title(name: str, taken: Container[str]) -> str:
    """A sheet's name made of a file's; `taken` are those that there are by now, in lower case."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", one_line(name)).strip()[:MAX_TITLE] or "1"
    title, number = plain, 1
    while title.casefold() in taken:
        number += 1
        title = f"{plain[: MAX_TITLE - len(str(number)) - 1]} {number}"
    return title


def fit_on_paper(sheet: Worksheet, paper: str = "letter") -> None:
    """Print all columns on a page's width, lying, on as many pages as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _PAPER_SIZES[paper]
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _format(cell: int | Decimal | date) -> str:
    if isinstance(cell, date):
        return "dd/mm/yyyy"
    # EquivalenciaDR has ten decimals.
    return "#,##0.00########" if isinstance(cell, Decimal) else "0"
