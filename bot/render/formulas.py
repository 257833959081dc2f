"""Formulas of a workbook kept with what they come to, for readers that compute nothing: previews, phones, programs."""

import re
from collections import defaultdict
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.money import Money

# A cell with a formula as the library writes it: with no value, and no way to give it one.
_FORMULA = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)(?:<v ?/>|<v></v>)')


class Formulas:
    """Those of one workbook, each with its value, and the workbook saved with both."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._values: defaultdict[str, dict[str, Money]] = defaultdict(dict)

    def put(self, sheet: Worksheet, at: tuple[int, int], formula: str, value: Money) -> Cell:
        """Set a formula at a row and column, with what it comes to."""
        cell: Cell = sheet.cell(*at, formula)
        self._values[sheet.title][cell.coordinate] = value
        return cell

    def saved(self) -> bytes:
        """The workbook as a file; Excel and LibreOffice compute the formulas anew all the same."""
        bare, filled = BytesIO(), BytesIO()
        self.book.save(bare)
        parts = {f"xl/worksheets/sheet{n}.xml": sheet.title for n, sheet in enumerate(self.book.worksheets, 1)}
        with ZipFile(bare) as made, ZipFile(filled, "w", ZIP_DEFLATED) as packed:
            for member in made.infolist():
                content = made.read(member)
                if member.filename in parts:
                    content = _with_values(content, self._values[parts[member.filename]])
                packed.writestr(member, content)
        return filled.getvalue()


def _with_values(sheet: bytes, values: dict[str, Money]) -> bytes:
    # A formula that was put here otherwise has no value, which fails: no reader is to find an empty sum.
    return _FORMULA.sub(lambda cell: f"{cell[1]}<v>{values[cell[2]]}</v>", sheet.decode()).encode()
