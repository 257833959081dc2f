"""Whether a workbook is safe to open: it is read as a whole, and a small file may unpack to more than memory holds."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from bot.imports.unreadable import UnreadableFile

# A million rows of fifteen columns unpack to half of this.
MAX_UNPACKED = 1 << 30
# calamine keeps 32 bytes for each cell of the rectangle around all that are filled, blank or not: 1 GiB.
MAX_CELLS = 1 << 25

_CHUNK = 1 << 20
# A cell's address is whole in one of two chunks that overlap by more than its tag may be long.
_OVERLAP = 1 << 10
_FILLED_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^<>]{0,200}?\s)?r\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["'][^<>]{0,200}(?<!/)>"""
)


def check_workbook(path: Path) -> None:
    """Raise UnreadableFile when a workbook would take more memory than the limits."""
    unpacked = 0
    try:
        with ZipFile(path) as book:
            for info in book.infolist():
                area = _Area()
                tail = b""
                # What is there counts, not what the directory says: a lie ends the reading early, or not at all.
                info.file_size = MAX_UNPACKED + 1
                for chunk in _chunks(book, info.filename):
                    unpacked += len(chunk)
                    if unpacked > MAX_UNPACKED:
                        raise UnreadableFile("workbook_size", megabytes=MAX_UNPACKED >> 20)
                    area.take_in(tail + chunk)
                    if area.cells > MAX_CELLS:
                        raise UnreadableFile("workbook_cells", **area.size)
                    tail = chunk[-_OVERLAP:]
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile("unreadable") from error


def _chunks(book: ZipFile, name: str) -> Iterator[bytes]:
    with book.open(name) as member:
        while chunk := member.read(_CHUNK):
            # Texts of two bytes a letter would hide from the search below; no program writes them.
            if b"\0" in chunk and name.endswith(".xml"):
                raise UnreadableFile("unreadable")
            yield chunk


class _Area:
    """The rectangle around the filled cells of a sheet."""

    def __init__(self) -> None:
        self._left = self._top = 1 << 30
        self._right = self._bottom = 0

    def take_in(self, text: bytes) -> None:
        """Look for filled cells in a part of a sheet."""
        found = _FILLED_CELL.findall(text)
        columns = [_column(letters) for letters in {letters.upper() for letters, _ in found}]
        rows = [int(digits) for digits in {digits for _, digits in found}]
        self._left, self._right = min([self._left, *columns]), max([self._right, *columns])
        self._top, self._bottom = min([self._top, *rows]), max([self._bottom, *rows])

    @property
    def cells(self) -> int:
        """How many there are within."""
        return max(0, self._right - self._left + 1) * max(0, self._bottom - self._top + 1)

    @property
    def size(self) -> dict[str, object]:
        """Its sides."""
        return {"rows": f"{self._bottom - self._top + 1:,}", "columns": f"{self._right - self._left + 1:,}"}


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
