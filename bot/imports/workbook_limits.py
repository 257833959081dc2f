"""Whether a workbook is safe to open: it is read as a whole, and a small file may unpack to more than memory holds.

While it is looked through for that, what its reader does not tell is noted: where it counts days from, and which of
its formulas failed or were never calculated.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from bot.imports.cells import UNCALCULATED
from bot.imports.unreadable import UnreadableFile

# A million rows of fifteen columns unpack to half of this.
MAX_UNPACKED = 1 << 30
# calamine keeps 32 bytes for each cell of the rectangle around all that are filled, blank or not: 1 GiB. Asked for
# more than there is it ends the whole program.
MAX_CELLS = 1 << 25

_CHUNK = 1 << 20
# Where the sheets are listed, and which member each is (ECMA-376, part 1, 12.3); the reader looks nowhere else.
_BOOK, _MEMBERS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
# Of these there are millions, and they tell nothing by themselves.
_FREQUENT = frozenset({"v", "f", "is", "si", "t"})
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was noted of a workbook: of each sheet by name what its failed formulas show, by row and column from 0."""

    is_from_1904: bool
    failed: Mapping[str, Mapping[tuple[int, int], str]]


def check_workbook(path: Path) -> Looked:
    """Look through a workbook; raises UnreadableFile when it would take more memory than the limits."""
    room, looked = MAX_UNPACKED, dict[str, _Cells]()
    try:
        with ZipFile(path) as book:
            for member in book.infolist():
                unpacked, looked[member.filename] = _check_member(book, member, room)
                room -= unpacked
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile("unreadable") from error
    nothing = _Cells()
    listed, members = looked.get(_BOOK, nothing), looked.get(_MEMBERS, nothing).members
    # Within the folder of the book, unless it begins with a slash.
    paths = {name: members.get(relation, "") for name, relation in listed.sheets.items()}
    found = {name: path[1:] if path.startswith("/") else f"xl/{path}" for name, path in paths.items()}
    return Looked(listed.is_from_1904, {name: looked.get(path, nothing).failed for name, path in found.items()})


def _check_member(book: ZipFile, member: ZipInfo, room: int) -> "tuple[int, _Cells]":
    """How many bytes a member unpacks to, and what is in it, if there is room for them and for its cells."""
    # What is there counts, not what the directory says: reading would end where it says.
    member.file_size = MAX_UNPACKED + 1
    unpacked = 0
    cells = _Cells()
    with book.open(member) as file:
        while chunk := file.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > room:
                raise UnreadableFile("workbook_size", megabytes=f"{MAX_UNPACKED >> 20:,}")
            cells.look(chunk)
    return unpacked, cells


class _Cells:
    """How far the cells of a sheet reach, as far as it is read; a member that is no sheet has none."""

    def __init__(self) -> None:
        self.is_from_1904 = False
        # Of the list of sheets: how each is referred to, by name; of the list of members: the path that each is at.
        self.sheets: dict[str, str] = {}
        self.members: dict[str, str] = {}
        self.failed: dict[tuple[int, int], str] = {}
        self._failing: tuple[int, int] | None = None
        self._number = ""  # where the cell is, if what it shows is a number
        self._bottom = self._right = self._column = 1
        self._is_xml = True
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start

    def look(self, chunk: bytes) -> None:
        """Take in a part of a member."""
        if self._is_xml:
            try:
                self._parser.Parse(chunk)
            except expat.ExpatError:
                self._is_xml = False
        # Pictures are no XML, and neither is a sheet that is made to be read otherwise than here.
        if not self._is_xml and b"sheetData" in chunk:
            raise UnreadableFile("unreadable")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if not address:
            if self._failing or name == "f" or name not in _FREQUENT:
                self._start_other(name.rpartition(":")[2], attributes)
            return
        kind = attributes.get("t", "n")
        is_cell = name == "c" or name.endswith(":c")
        self._number = address if is_cell and kind == "n" else ""
        self._failing = _place(address) if kind == "e" else None
        if name == "row" or name.endswith(":row"):
            self._reach(self._right, int(address))
        # All rows that there are, of the columns of one letter, are within the limit: those are not looked at.
        elif is_cell and not address[1:2].isdigit():
            self._column = _column(address.rstrip("0123456789"))
            # A cell without text is only formatted, and takes no room.
            self._parser.CharacterDataHandler = self._text

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        """An element that is no row and no cell."""
        # Only what a cell begins with: below the cells Excel writes those of lists to choose from, too.
        number, self._number = self._number, ""
        if name == "f":
            # A program that writes formulas stores no values; a text may well be blank.
            if number:
                self._failing = _place(number)
                self.failed[self._failing] = UNCALCULATED
                # Not its own text: of its value, if it has one.
                self._parser.CharacterDataHandler = None
        elif name == "v":
            if self._failing:
                self._parser.CharacterDataHandler = self._shown
        elif name == "workbookPr":
            self.is_from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets[attributes.get("name", "")] = relation
        elif name == "Relationship":
            self.members[attributes.get("Id", "")] = attributes.get("Target", "")

    def _shown(self, shown: str) -> None:
        self._parser.CharacterDataHandler = None
        if self._failing:
            row, column = self._failing
            if not self.failed.pop(self._failing, None):
                self.failed[self._failing] = shown
            self._failing = None
            self._reach(column + 1, row + 1)

    def _text(self, _: str) -> None:
        self._parser.CharacterDataHandler = None
        self._reach(self._column, self._bottom)

    def _reach(self, column: int, row: int) -> None:
        self._right, self._bottom = max(self._right, column), max(self._bottom, row)
        if self._right * self._bottom > MAX_CELLS:
            raise UnreadableFile("workbook_cells", rows=f"{self._bottom:,}", columns=f"{self._right:,}")


def _place(address: str) -> tuple[int, int]:
    return int(address.lstrip(_LETTERS)) - 1, _column(address.rstrip("0123456789")) - 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
