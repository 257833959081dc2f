"""The CFDI of an import: read before the transaction, loaded within it, kept as files just before it ends."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from bot.domain import rfc
from bot.domain.incoming import FileKind, FileReport, IncomingCfdi, IncomingRep, Problem
from bot.imports.cfdi import is_odd, read_cfdi
from bot.imports.cfdi_sources import ZippedXml, open_source
from bot.imports.unreadable import UnreadableFile
from bot.imports.xml_reading import BadXml
from bot.store.loading.cfdi import CfdiLoader
from bot.store.loading.shared import Loaded

SUFFIXES = frozenset({".xml", ".zip"})

# A file is safe only when the disk says so, which takes it as long for sixteen as for one; others wait for the tables.
_WRITERS = 16
# How much of a value is told: an attribute may be as long as its file.
_SHOWN = 120


class Keeper(Protocol):
    """Where files are kept by UUID."""

    def keep(self, uuid: str, suffix: str, content: bytes, /) -> None:
        """Put a file; it is safe when this returns."""


@dataclass(slots=True)
class _Entry:
    number: int
    name: str
    incoming: IncomingCfdi | IncomingRep | None = None
    loaded: Loaded = field(default_factory=Loaded)

    @property
    def is_taken(self) -> bool:
        return bool(self.loaded.new or self.loaded.changed or self.loaded.same)


@dataclass(slots=True)
class _File:
    path: Path
    entries: list[_Entry] = field(default_factory=list)
    problem: Problem | None = None


class CfdiFiles:
    """The XML and ZIP files of one run; what is in them that cannot be read is a problem, never an exception."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._files = [_read(path) for path in paths]

    def load(self, session: Session, issuer: str = "") -> None:
        """Put what was read into the tables: charges first, then payments and credits in the order they happened.

        `issuer` is the RFC of the house: what somebody else has issued becomes a debt to it only with a word.
        """
        house = rfc.compact(issuer)
        loader = CfdiLoader(session, house)
        odd: set[str] = set()
        read = [(entry, entry.incoming) for file in self._files for entry in file.entries if entry.incoming]
        loader.replace(incoming for _, incoming in read)
        for entry, incoming in sorted(read, key=lambda pair: _turn(pair[1])):
            entry.loaded = loader.load(entry.number, incoming)
            if entry.is_taken and incoming.rfc not in odd and is_odd(incoming.rfc):
                odd.add(incoming.rfc)
                entry.loaded.warn(entry.number, "", incoming.rfc, "odd_rfc")
            if isinstance(incoming, IncomingCfdi) and entry.loaded.new and house not in {"", incoming.issuer}:
                entry.loaded.warn(entry.number, "", incoming.issuer, "other_issuer", rfc=house)

    def keep(self, keeper: Keeper) -> None:
        """Keep the XML of all that was taken, and the PDF beside it."""
        files = self._taken()
        with ThreadPoolExecutor(_WRITERS) as pool:
            while batch := list(islice(files, _WRITERS)):
                for _ in pool.map(lambda file: keeper.keep(*file), batch):
                    pass

    def _taken(self) -> Iterator[tuple[str, str, bytes]]:
        for file in self._files:
            taken = [(entry, entry.incoming.uuid) for entry in file.entries if entry.incoming and entry.is_taken]
            if not taken:
                continue
            with open_source(file.path) as source:
                for entry, uuid in taken:
                    yield uuid, ".xml", source.xml(entry.number)
                    try:
                        pdf = source.pdf(entry.number)
                    except BadXml as error:
                        entry.loaded.warn(entry.number, "", error.value, error.reason, **error.params)
                    else:
                        if pdf is not None:
                            yield uuid, ".pdf", pdf

    def reports(self) -> list[FileReport]:
        """What became of each file."""
        return [_report(file) for file in self._files]


def is_one(path: Path) -> bool:
    """Whether a file within a folder is read as CFDI; macOS leaves a `._invoice.xml` that is no XML beside each."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _read(path: Path) -> _File:
    file = _File(path)
    try:
        with open_source(path) as source:
            for number, name, problem in source.entries():
                entry = _Entry(number, name)
                file.entries.append(entry)
                try:
                    if problem:
                        raise problem
                    entry.incoming = read_cfdi(source.xml(number))
                except BadXml as error:
                    entry.loaded.refuse(number, "", error.value, error.reason, **error.params)
            if isinstance(source, ZippedXml):
                if not file.entries:
                    file.problem = Problem(0, "", path.name, "zip_without_xml")
                for number, name in source.spreadsheets():
                    file.entries.append(_Entry(number, name))
                    file.entries[-1].loaded.warn(number, "", "", "zip_spreadsheet")
    except UnreadableFile as error:
        file.problem = Problem(0, "", path.name, error.reason, error.params)
    return file


def _turn(incoming: IncomingCfdi | IncomingRep) -> tuple[bool, date, bool, datetime, str]:
    """Before it, what it is about must have had its turn; a credit comes after the payments of its day."""
    if isinstance(incoming, IncomingRep):
        return True, min(line.on for line in incoming.lines), False, incoming.issued_at, incoming.uuid
    is_credit = not incoming.kind.is_charge
    return is_credit, incoming.issued_at.date(), is_credit, incoming.issued_at, incoming.uuid


def _report(file: _File) -> FileReport:
    if file.problem:
        return FileReport(file.path, FileKind.CFDI, refused=1, problems=(file.problem,))
    problems = _told(file, lambda loaded: loaded.problems)
    return FileReport(
        path=file.path,
        kind=FileKind.CFDI,
        new=sum(entry.loaded.new for entry in file.entries),
        changed=sum(entry.loaded.changed for entry in file.entries),
        same=sum(entry.loaded.same for entry in file.entries),
        refused=len({problem.row for problem in problems}),
        problems=problems,
        warnings=_told(file, lambda loaded: loaded.warnings),
    )


def _told(file: _File, which: Callable[[Loaded], list[Problem]]) -> tuple[Problem, ...]:
    """The problems or warnings of a file's entries, with the entry's name as the column."""
    return tuple(
        replace(problem, column=entry.name, value=problem.value[:_SHOWN])
        for entry in file.entries
        for problem in which(entry.loaded)
    )
