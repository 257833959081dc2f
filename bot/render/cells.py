"""Cells of a workbook that hold what others typed."""

from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet


def put_text(sheet: Worksheet, row: int, column: int, text: str, font: Font | None = None) -> None:
    """Set a text as text: `=`, `+`, `-` and `@` begin no formula, neither here nor when somebody edits the cell."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in {"=", "+", "-", "@"}
    if font:
        cell.font = font
