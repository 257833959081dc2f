"""The rows of a file as its cells, one at a time, whatever wrote it."""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path

from bot.imports.cells import Cell
from bot.imports.unreadable import UnreadableFile
from bot.imports.workbook_limits import check_workbook

TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
# The library reads .xls, .xlsb and .ods too, but what they unpack to cannot be known before (docs/decisions/0011).
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
UNREAD_SUFFIXES = frozenset({".xls", ".xlsb", ".ods"})
SEPARATORS = ",;\t|"

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20


# Is told which share of a file, from 0 to 1, is read.
OnRead = Callable[[float], None]
# Rows between two such reports.
_REPORTED_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class TextSheet:
    """A CSV read with one separator."""

    path: Path
    encoding: str
    separator: str

    name = ""

    def rows(self, on_read: OnRead | None = None) -> Iterator[Sequence[Cell]]:
        """The cells of each row; a blank line is a row without cells."""
        # Windows-1252 leaves five bytes undefined; a mark in one cell is better than no file.
        with self.path.open("rb") as raw:
            file = TextIOWrapper(raw, encoding=self.encoding, errors="replace", newline="")
            rows: Iterator[Sequence[Cell]] = _parsed(file, self.separator)
            if on_read:
                size = max(1, self.path.stat().st_size)
                rows = _reporting(rows, lambda _: on_read(raw.tell() / size))
            yield from rows


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet of an Excel file."""

    path: Path
    index: int
    name: str
    is_from_1904: bool = False
    # What failed formulas show, by row and column from 0: of them calamine makes blanks.
    failed: Mapping[tuple[int, int], str] = field(default_factory=dict, hash=False)

    def rows(self, on_read: OnRead | None = None) -> Iterator[Sequence[Cell]]:
        """The cells of each row from the first of the sheet on."""
        from python_calamine import load_workbook  # noqa: PLC0415 - see `candidates`

        with load_workbook(self.path) as book:
            sheet = book.get_sheet_by_index(self.index)
            height = max(1, sheet.total_height)
            rows: Iterator[Sequence[Cell]] = sheet.iter_rows()
            if self.failed:
                # Blank columns before the first that is filled are left out, unlike blank rows.
                rows = self._with_failures(rows, sheet.start[1] if sheet.start else 0)
            yield from _reporting(rows, lambda number: on_read(number / height)) if on_read else rows

    def _with_failures(self, rows: Iterable[Sequence[Cell]], first: int) -> Iterator[Sequence[Cell]]:
        for number, cells in enumerate(rows):
            yield [self.failed.get((number, column), cell) for column, cell in enumerate(cells, start=first)]


def _reporting(rows: Iterable[Sequence[Cell]], report: Callable[[int], None]) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows):
        if number % _REPORTED_EVERY == 0:
            report(number)
        yield row


Sheet = TextSheet | WorkbookSheet


def candidates(path: Path) -> list[Sheet]:
    """The ways to read a file, among which its headings decide; raises UnreadableFile."""
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - only who imports a workbook needs it

    suffix = path.suffix.lower()
    try:
        if suffix in WORKBOOK_SUFFIXES:
            looked = check_workbook(path)
            with load_workbook(path) as book:
                return [
                    WorkbookSheet(path, index, name, looked.is_from_1904, looked.failed.get(name, {}))
                    for index, name in enumerate(book.sheet_names)
                ]
        if suffix in TEXT_SUFFIXES:
            encoding = _encoding(path)
            return [TextSheet(path, encoding, separator) for separator in SEPARATORS]
    except FileNotFoundError as error:
        raise UnreadableFile("no_file") from error
    except (OSError, CalamineError) as error:
        raise UnreadableFile("unreadable") from error
    if not path.exists():  # a folder, more often than not, misspelt
        raise UnreadableFile("no_file")
    raise UnreadableFile("format", known=", ".join(sorted(TEXT_SUFFIXES | WORKBOOK_SUFFIXES)))


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
        for bom, encoding in _BOMS:
            if start.startswith(bom):
                return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(start)
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _parsed(file: TextIOWrapper, separator: str) -> Iterator[Sequence[str]]:
    try:
        yield from csv.reader(file, delimiter=separator)
    except csv.Error as error:  # the only one without strict: a quote never closed, its cell over the size limit
        raise UnreadableFile("quote") from error
