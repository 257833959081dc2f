"""Whether a workbook is safe to open: it is read as a whole, and a small file may unpack to more than memory holds."""

import zlib
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from bot.imports.unreadable import UnreadableFile

# A million rows of fifteen columns unpack to half of this.
MAX_UNPACKED = 1 << 30
# calamine keeps 32 bytes for each cell of the rectangle around all that are filled, blank or not: 1 GiB. Asked for
# more than there is it ends the whole program.
MAX_CELLS = 1 << 25

_CHUNK = 1 << 20


def check_workbook(path: Path) -> bool:
    """Whether a workbook counts its days from 1904, as old ones of a Mac do; raises UnreadableFile if too large."""
    room, is_from_1904 = MAX_UNPACKED, False
    try:
        with ZipFile(path) as book:
            for member in book.infolist():
                unpacked, cells = _check_member(book, member, room)
                room -= unpacked
                is_from_1904 |= cells.is_from_1904
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile("unreadable") from error
    return is_from_1904


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
            # CT_WorkbookPr (ECMA-376, 18.2.28).
            self.is_from_1904 |= attributes.get("date1904") in {"1", "true"}
            return
        if name == "row" or name.endswith(":row"):
            self._reach(self._right, int(address))
        # All rows that there are, of the columns of one letter, are within the limit: those are not looked at.
        elif not address[1:2].isdigit() and (name == "c" or name.endswith(":c")):
            self._column = _column(address.rstrip("0123456789"))
            # A cell without text is only formatted, and takes no room.
            self._parser.CharacterDataHandler = self._text

    def _text(self, _: str) -> None:
        self._parser.CharacterDataHandler = None
        self._reach(self._column, self._bottom)

    def _reach(self, column: int, row: int) -> None:
        self._right, self._bottom = max(self._right, column), max(self._bottom, row)
        if self._right * self._bottom > MAX_CELLS:
            raise UnreadableFile("workbook_cells", rows=f"{self._bottom:,}", columns=f"{self._right:,}")


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
