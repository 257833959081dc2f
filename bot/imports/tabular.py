"""CSV and spreadsheet files as typed rows, read one at a time; what cannot be read is named."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import cast

from bot.domain.incoming import FileKind, Incoming, IncomingCustomer, Problem
from bot.domain.text import fold
from bot.imports.cells import UNCALCULATED, Cell, text
from bot.imports.headings import ABSENT_IN_TOTALS, DAYS, REQUIRED, Headings, read_headings
from bot.imports.lines import Lines
from bot.imports.sheets import OnRead, Sheet, TextSheet, WorkbookSheet, candidates
from bot.imports.unreadable import UnreadableFile

# A report's title, filters and date come above its headings, never more rows than this.
HEADINGS_WITHIN = 30

# From Excel's day 0 to the one of workbooks that count from 1904.
_DAYS_TO_1904 = 1462

# Why a sheet is no table; a workbook may have such sheets beside its tables.
_NO_TABLE = frozenset({"empty", "headings"})

_SUM = r"((sub[ -]?|gran )?total(es)?|sumas?)\b.*"
_TOTALS = re.compile(f"{_SUM}|pesos|dolares|euros")
# PESOS below MONEDA is a currency; anywhere else it begins a total.
_BELOW_CURRENCY = re.compile(_SUM)


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose headings are understood; `label` is the sheet's name when the workbook has several tables.

    The first table of a workbook tells of the sheets that are `left_out`.
    """

    path: Path
    headings: Headings
    sheet: Sheet
    decimal_comma: bool = False
    label: str = ""
    left_out: tuple[Problem, ...] = ()

    @property
    def kind(self) -> FileKind:
        """What its rows are."""
        return self.headings.kind

    def rows(self, on_read: OnRead | None = None) -> Iterator[tuple[int, Incoming | list[Problem]]]:
        """Each row with its number: what it brings in, or what is wrong with it. Blank and totals rows are left out.

        `on_read` is told from time to time how much of the file is read, as a share of one.
        """
        lines = Lines(self.headings, decimal_comma=self.decimal_comma)
        width = self.headings.width
        number = self.headings.row
        try:
            for number, cells in enumerate(self._cells(on_read), start=1):
                if number <= self.headings.row:
                    continue
                found = lines.read(cells)
                if isinstance(found, IncomingCustomer) and _is_count(found):
                    continue
                if found and len(cells) <= width and not self._may_have_swallowed(cells):
                    yield number, found
                elif any(map(text, cells)) and not _is_totals(self.headings, cells):
                    yield number, self._oddity(number, cells) or found or lines.problems(number, cells)
        except UnreadableFile as error:
            yield number + 1, [Problem(number + 1, "", "", error.reason, error.params)]

    def raw_rows(self, numbers: Collection[int]) -> tuple[tuple[str, ...], Iterator[tuple[int, Sequence[Cell]]]]:
        """The headings, and the rows of these numbers as they stand in the file."""
        (heading,) = islice(self.sheet.rows(), self.headings.row - 1, self.headings.row)
        wanted = ((number, cells) for number, cells in enumerate(self.sheet.rows(), start=1) if number in numbers)
        return tuple(map(text, heading)), wanted

    def _cells(self, on_read: OnRead | None) -> Iterator[Sequence[Cell]]:
        rows = self.sheet.rows(on_read)
        is_from_1904 = isinstance(self.sheet, WorkbookSheet) and self.sheet.is_from_1904
        return map(self._from_1900, rows) if is_from_1904 else rows

    def _from_1900(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        """The cells with numbers of days as all other workbooks have them; those shown as dates are dates already."""
        days = {position for name, position in self.headings.positions.items() if name in DAYS}
        return [c + _DAYS_TO_1904 if isinstance(c, float) and n in days else c for n, c in enumerate(cells)]

    def _may_have_swallowed(self, cells: Sequence[Cell]) -> bool:
        return isinstance(self.sheet, TextSheet) and "\n" in "".join(cast("Sequence[str]", cells))

    def _oddity(self, number: int, cells: Sequence[Cell]) -> list[Problem]:
        """What is wrong with a row's form, whatever its cells mean."""
        if swallowed := _swallowed_lines(cells, len(self.headings.positions)):
            return [Problem(number, "", "", "swallowed", {"lines": swallowed})]
        if extra := next(filter(None, map(text, cells[self.headings.width :])), None):
            return [Problem(number, "", extra, "too_many_cells")]
        return []


def open_tables(path: Path, kind: FileKind | None = None, *, decimal_comma: bool = False) -> list[Table]:
    """Find the headings of a file, and by them what it holds unless `kind` says so; raises UnreadableFile.

    A text file is one table; a workbook has one in each sheet with headings, the other sheets are left out and named.
    """
    sheets = candidates(path)
    if isinstance(sheets[0], TextSheet):
        return [_table(path, sheets, kind, decimal_comma)]
    tables: list[Table] = []
    left_out: list[Problem] = []
    for sheet in sheets:
        try:
            tables.append(_table(path, [sheet], kind, decimal_comma))
        except UnreadableFile as error:
            if error.reason not in _NO_TABLE:
                raise
            if error.reason == "headings":
                left_out.append(Problem(0, sheet.name, "", "sheet_headings", error.params))
    if not tables:
        return [_table(path, sheets, kind, decimal_comma)]
    if len(tables) > 1:
        tables = [replace(table, label=table.sheet.name) for table in tables]
    return [replace(tables[0], left_out=tuple(left_out)), *tables[1:]]


def _table(path: Path, sheets: Sequence[Sheet], kind: FileKind | None, decimal_comma: bool) -> Table:  # noqa: FBT001 - handed on
    best: dict[FileKind, Table] = {}
    nearest: Headings | None = None
    is_empty = True
    for sheet in sheets:
        for number, cells in enumerate(_first_rows(sheet), start=1):
            is_empty = is_empty and not any(map(str.isalnum, "".join(map(text, cells))))
            for candidate in [kind] if kind else REQUIRED:
                found = read_headings(candidate, number, cells)
                if found.missing:
                    nearest = max(nearest or found, found, key=_likeness)
                elif candidate not in best or _likeness(found) > _likeness(best[candidate].headings):
                    best[candidate] = Table(path, found, sheet, decimal_comma)
    if is_empty:
        raise UnreadableFile("empty")
    if not best:
        assert nearest  # noqa: S101 - of the rows that are not empty
        raise UnreadableFile("headings", missing=", ".join(map(nearest.called, nearest.missing)), kind=nearest.kind)
    most = max(_likeness(table.headings) for table in best.values())
    chosen = [table for table in best.values() if _likeness(table.headings) == most]
    if len(chosen) > 1:
        raise UnreadableFile("which_kind", kinds=", ".join(table.kind for table in chosen))
    return chosen[0]


def _first_rows(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    # A row that cannot be read is told when its turn comes.
    with suppress(UnreadableFile):
        yield from islice(sheet.rows(), HEADINGS_WITHIN)


def _likeness(headings: Headings) -> int:
    # A currency speaks for documents: a payment needs none, and the two may be alike in all else.
    is_payments = headings.kind is FileKind.PAYMENTS
    return len(headings.positions) - (is_payments and "currency" in headings.positions)


def _is_totals(headings: Headings, cells: Sequence[Cell]) -> bool:
    # What nobody has calculated says nothing.
    filled = {name: cells[at] for name, at in headings.positions.items() if at < len(cells)}
    said = {name: cell for name, cell in filled.items() if text(cell) not in {"", UNCALCULATED}}
    if any(set(way) <= said.keys() for way in REQUIRED[headings.kind]):
        return False
    words = [fold(text(cell)) for cell in cells]
    absent = all(_TOTALS.fullmatch(fold(text(said.get(name, "total")))) for name in ABSENT_IN_TOTALS[headings.kind])
    currency = headings.positions.get("currency")
    patterns = (_BELOW_CURRENCY if position == currency else _TOTALS for position in range(len(words)))
    return absent and any(pattern.fullmatch(word) for pattern, word in zip(patterns, words, strict=True))


def _is_count(customer: IncomingCustomer) -> bool:
    """Whether a row says at its foot how many customers there are: `Total;6`."""
    is_bare = customer.name.isdigit() and not (customer.rfc or customer.email)
    return is_bare and bool(_BELOW_CURRENCY.fullmatch(fold(customer.code)))


def _swallowed_lines(cells: Sequence[Cell], width: int) -> int:
    """How many lines a quote that is never closed has drawn into one cell: they hold whole rows of separators."""
    for cell in cells:
        if isinstance(cell, str) and "\n" in cell:
            lines = cell.splitlines()[1:]
            rows = [row for row in lines if max(map(row.count, ",;\t|")) >= width - 1]
            if rows:
                return len(lines)
    return 0
