"""Cells of a workbook: texts that others typed, amounts of a currency."""

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.money import MXN, minor_digits

# So that it does not touch the amount in the cell before.
_APART = Alignment(horizontal="left", indent=1)


def put_text(sheet: Worksheet, row: int, column: int, text: str, font: Font | None = None) -> None:
    """Set a text as text: `=`, `+`, `-` and `@` begin no formula, neither here nor when somebody edits the cell."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in {"=", "+", "-", "@"}
    cell.alignment = _APART
    if font:
        cell.font = font


def money_format(currency: str) -> str:
    """How a cell shows amounts of a currency."""
    decimals = f"#,##0.{'0' * minor_digits(currency)}".rstrip(".")
    prefix = '"$"' if currency == MXN else f'"{currency} "'
    return f"{prefix}{decimals};-{prefix}{decimals}"
