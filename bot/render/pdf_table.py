"""A table of a PDF: rows of as many lines as they ask for, and its headings again on every page."""

from collections.abc import Collection, Sequence
from itertools import accumulate

from bot.render.pdf_sheet import FAINT, LEFT, PAD, TITLE_HEIGHT, Sheet, fold

SIZE, SMALL = 8, 6.5
_LEADING = 10
_TOTALS_HEIGHT = 18

# The cells of a row, and its notes, a line each.
Row = tuple[Sequence[str], Sequence[str]]


class Table:
    """Draws on a sheet, from its `y` down.

    `widths` are the columns' in points, on Letter; what another paper is wider the `wide` one gets, which has a row's
    notes below it. The columns `right` are flush right. `headings` are the words of each line of the headings.
    """

    def __init__(
        self,
        sheet: Sheet,
        widths: Sequence[float],
        *,
        wide: int,
        right: Collection[int],
        headings: Sequence[Sequence[str]],
    ) -> None:
        spare = sheet.right - LEFT - sum(widths)
        self._sheet, self._wide, self._right, self._headings = sheet, wide, right, headings
        self._widths = [width + spare if column == wide else width for column, width in enumerate(widths)]
        self._edges = tuple(accumulate(self._widths, initial=LEFT))

    @property
    def room(self) -> float:
        """How wide a note may be."""
        return self._widths[self._wide] - 2 * PAD

    def draw(self, title: str, rows: Sequence[Row]) -> None:
        """The rows below a title and the headings, which stand on the page of the first one, with room for a sum."""
        first = self._folded(*rows[0])[1] if rows else 0
        self._sheet.reserve(TITLE_HEIGHT + self._head_height + first + _TOTALS_HEIGHT)
        self._sheet.title(title)
        self._head()
        for cells, notes in rows:
            self._row(cells, notes)

    @property
    def _head_height(self) -> int:
        return len(self._headings) * _LEADING + 4

    def _head(self) -> None:
        self._sheet.band(self._sheet.y - self._head_height, self._head_height)
        for line, words in enumerate(self._headings, start=1):
            self._cells(self._sheet.y - line * _LEADING, words, bold=True, size=7)
        self._sheet.y -= self._head_height

    def _row(self, cells: Sequence[str], notes: Sequence[str]) -> None:
        """A row with its notes and a rule below."""
        sheet = self._sheet
        folded, height = self._folded(cells, notes)
        if sheet.reserve(height):
            self._head()
        for line in range(max(map(len, folded))):
            words = [cell[line] if line < len(cell) else "" for cell in folded]
            self._cells(sheet.y - (line + 1) * _LEADING, words)
        above = len(folded[self._wide]) * _LEADING
        for n, note in enumerate(notes, start=1):
            y = sheet.y - above - n * (_LEADING - 2)
            sheet.text(self._edges[self._wide] + PAD, y, note, SMALL, colour=FAINT, width=self.room)
        sheet.y -= height
        sheet.rule(sheet.y)

    def _folded(self, cells: Sequence[str], notes: Sequence[str]) -> tuple[list[list[str]], int]:
        """The lines of each cell, and how high the row is."""
        folded = [
            [cell] if column in self._right else fold(cell, self._widths[column] - 2 * PAD, SIZE)
            for column, cell in enumerate(cells)
        ]
        above = len(folded[self._wide]) * _LEADING
        return folded, max(above + len(notes) * (_LEADING - 2), max(map(len, folded)) * _LEADING) + 4

    def totals(self, cells: Sequence[str]) -> None:
        """The last row, tinted."""
        sheet = self._sheet
        if sheet.reserve(_TOTALS_HEIGHT):
            self._head()
        sheet.band(sheet.y - 16, 16)
        self._cells(sheet.y - 11, cells, bold=True)
        sheet.y -= 16

    def _cells(self, y: float, cells: Sequence[str], *, bold: bool = False, size: float = SIZE) -> None:
        """The cells of a line with their baseline at `y`, each within its column."""
        for column, cell in enumerate(cells):
            if cell:
                right = column in self._right
                x = self._edges[column + 1] - PAD if right else self._edges[column] + PAD
                self._sheet.text(x, y, cell, size, bold=bold, right=right, width=self._widths[column] - 2 * PAD)
