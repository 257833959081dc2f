"""Where CFDI come from: an XML, or a ZIP of them, each with the PDF beside it. Nothing is unpacked to disk."""

import lzma
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bot.imports.sheets import UNREAD_SUFFIXES, WORKBOOK_SUFFIXES
from bot.imports.unreadable import UnreadableFile
from bot.imports.xml_reading import MAX_XML_BYTES, BadXml

# More than a month of a large company, XML and PDF; a longer list is more likely made to tire us.
MAX_ENTRIES = 20_000
# All entries unpacked; they are read one at a time, so this bounds the work and not the memory.
MAX_UNPACKED_BYTES = 2_000_000_000
# An invoice of many equal lines shrinks to a fiftieth; deflate alone makes zeros a thousandth.
MAX_RATIO = 200
# An entry this small does no harm, however well it is packed.
RATIO_COUNTS_FROM = 100_000
# The printed form of the longest invoices; a mail with more would not leave.
MAX_PDF_BYTES = 25_000_000
# A PDF says so in its first KiB (ISO 32000, annex H); what does not is not sent to a customer.
PDF_MARK, PDF_MARK_WITHIN = b"%PDF-", 1024

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz"})
# Without .txt: a ZIP may have something to read beside its XML.
_SPREADSHEETS = WORKBOOK_SUFFIXES | UNREAD_SUFFIXES | {".csv"}
_ENCRYPTED = 0x1  # ZIP specification, general purpose bit 0
_BROKEN = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error, lzma.LZMAError)


class LooseXml:
    """An XML file; its only entry is number 0."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing stays open."""

    def entries(self) -> Iterator[tuple[int, str, BadXml | None]]:
        """The file itself."""
        yield 0, self.path.name, None

    def xml(self, _number: int) -> bytes:
        """What the file holds; raises BadXml."""
        try:
            with self.path.open("rb") as file:
                return file.read(MAX_XML_BYTES + 1)
        except OSError as error:
            raise BadXml("unreadable") from error

    def pdf(self, _number: int) -> bytes | None:
        """The PDF of the same name beside it; None when there is none, raises BadXml when it is none."""
        for suffix in (".pdf", ".PDF"):
            beside = self.path.with_suffix(suffix)
            try:
                with beside.open("rb") as file:
                    return _checked_pdf(file.read(MAX_PDF_BYTES + 1), beside.name)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise BadXml("pdf_unusable", beside.name, limit=_megabytes(MAX_PDF_BYTES)) from error
        return None


class ZippedXml:
    """The XML files of a ZIP, numbered from 1 in its own order; the whole is refused with UnreadableFile."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = ZipFile(path)
        except _BROKEN as error:
            raise UnreadableFile("zip_broken") from error
        self._entries = self._zip.infolist()
        try:
            self._check_sizes()
        except UnreadableFile:
            self._zip.close()
            raise
        self._pdfs = {_stem(entry): entry for entry in self._entries if _suffix(entry) == ".pdf" and not _trick(entry)}

    def _check_sizes(self) -> None:
        if len(self._entries) > MAX_ENTRIES:
            raise UnreadableFile("zip_entries", limit=f"{MAX_ENTRIES:,}")
        if sum(entry.file_size for entry in self._entries) > MAX_UNPACKED_BYTES:
            raise UnreadableFile("zip_unpacked", limit=_megabytes(MAX_UNPACKED_BYTES))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def entries(self) -> Iterator[tuple[int, str, BadXml | None]]:
        """The XML entries, and what is refused whatever it holds."""
        seen: set[str] = set()
        for number, entry in enumerate(self._entries, start=1):
            suffix = _suffix(entry)
            if entry.filename.endswith("/") or _is_finder_litter(entry) or suffix not in _ARCHIVES | {".xml"}:
                continue
            problem = _trick(entry)
            if suffix in _ARCHIVES:
                problem = problem or BadXml("zip_nested")
            elif entry.filename in seen:
                problem = problem or BadXml("zip_twice")
            seen.add(entry.filename)
            yield number, _printable(entry.filename), problem

    def spreadsheets(self) -> Iterator[tuple[int, str]]:
        """The entries that somebody may take for read, and are not."""
        for number, entry in enumerate(self._entries, start=1):
            if _suffix(entry) in _SPREADSHEETS and not _is_finder_litter(entry):
                yield number, _printable(entry.filename)

    def xml(self, number: int) -> bytes:
        """What an entry holds; raises BadXml."""
        entry = self._entries[number - 1]
        if entry.file_size > MAX_XML_BYTES:
            raise BadXml("xml_size", limit=_megabytes(MAX_XML_BYTES))
        try:
            return self._read(entry)
        except _BROKEN as error:
            raise BadXml("zip_entry_broken") from error

    def pdf(self, number: int) -> bytes | None:
        """The PDF of the same name in the same folder; None when there is none, raises BadXml when it is none."""
        entry = self._pdfs.get(_stem(self._entries[number - 1]))
        if entry is None:
            return None
        name = _printable(entry.filename)
        if entry.file_size > MAX_PDF_BYTES:
            raise BadXml("pdf_unusable", name, limit=_megabytes(MAX_PDF_BYTES))
        try:
            return _checked_pdf(self._read(entry), name)
        except _BROKEN as error:
            raise BadXml("pdf_unusable", name, limit=_megabytes(MAX_PDF_BYTES)) from error

    def _read(self, entry: ZipInfo) -> bytes:
        # A size that lies is caught too: no more than the size declared is unpacked, and then the CRC is wrong.
        with self._zip.open(entry) as file:
            return file.read(entry.file_size + 1)


Source = LooseXml | ZippedXml


def open_source(path: Path) -> Source:
    """The file as an XML or a ZIP, by what it holds; raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except FileNotFoundError as error:
        raise UnreadableFile("no_file") from error
    except OSError as error:
        raise UnreadableFile("unreadable") from error
    return ZippedXml(path) if start in _ZIP_MARKS else LooseXml(path)


def _trick(entry: ZipInfo) -> BadXml | None:
    """Why an entry is refused before it is read."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    tricks = {
        "zip_absolute": path.is_absolute() or re.match("[A-Za-z]:", entry.filename),
        "zip_outside": ".." in path.parts,
        "zip_link": stat.S_ISLNK(entry.external_attr >> 16),
        "zip_encrypted": entry.flag_bits & _ENCRYPTED,
        # The others unpack a chunk at a time without a limit to what it becomes.
        "zip_method": entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED),
        "zip_ratio": entry.file_size > max(RATIO_COUNTS_FROM, entry.compress_size * MAX_RATIO),
    }
    reason = next((reason for reason, is_one in tricks.items() if is_one), None)
    return BadXml(reason, limit=MAX_RATIO) if reason else None


def _suffix(entry: ZipInfo) -> str:
    return PurePosixPath(entry.filename.replace("\\", "/")).suffix.lower()


def _stem(entry: ZipInfo) -> str:
    return entry.filename.rpartition(".")[0]


def _is_finder_litter(entry: ZipInfo) -> bool:
    # macOS puts a `__MACOSX/._invoice.xml` that is no XML beside each file.
    return entry.filename.startswith("__MACOSX/") or PurePosixPath(entry.filename).name.startswith("._")


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def _checked_pdf(content: bytes, name: str) -> bytes:
    if len(content) > MAX_PDF_BYTES or PDF_MARK not in content[:PDF_MARK_WITHIN]:
        raise BadXml("pdf_unusable", name, limit=_megabytes(MAX_PDF_BYTES))
    return content


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,} MB"
