"""Files into the tables: one run is one transaction, and a bad row never stops the good ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.domain.incoming import FileKind, Problem
from bot.imports.sheets import TEXT_SUFFIXES, WORKBOOK_SUFFIXES, UnreadableFile
from bot.imports.tabular import Table, open_table
from bot.store.applications_loading import PaymentLoader
from bot.store.loading import BATCH, Loaded
from bot.store.promises_loading import PromiseLoader
from bot.store.receivables_loading import CustomerLoader, DocumentLoader

# Where the tables call a column otherwise than the files do.
_FIELDS = {"collector_code": "collector"}


class _Loader(Protocol):
    loaded: Loaded

    def load(self, rows: Any, /) -> None: ...  # noqa: ANN401 - each loader takes the rows of its own kind

    def finish(self) -> None: ...


_LOADERS: dict[FileKind, Callable[[Session], _Loader]] = {
    FileKind.CUSTOMERS: CustomerLoader,
    FileKind.DOCUMENTS: DocumentLoader,
    FileKind.PAYMENTS: PaymentLoader,
    FileKind.PROMISES: PromiseLoader,
}


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file; `refused` counts rows, which may have several problems. No kind: it was not read."""

    path: Path
    kind: FileKind | None = None
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    ignored_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a run; `kept` is whether the tables hold it now."""

    files: tuple[FileReport, ...]
    kept: bool

    @property
    def has_problems(self) -> bool:
        """Whether anything was refused."""
        return any(file.problems for file in self.files)


def import_files(
    session: Session,
    paths: Iterable[Path],
    *,
    kind: FileKind | None = None,
    strict: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Load files, and those within folders, as customers, documents, payments, promises, whatever their order.

    With `strict` a single problem keeps everything out; with `dry_run` everything stays out.
    """
    unread: list[FileReport] = []
    tables: list[Table] = []
    for path in _files(paths):
        try:
            tables.append(open_table(path, kind))
        except UnreadableFile as error:
            unread.append(FileReport(path, problems=(Problem(0, "", path.name, error.reason, error.params),)))
    tables.sort(key=lambda table: list(FileKind).index(table.kind))
    with session.begin_nested() as savepoint:
        report = ImportReport((*(_load(session, table) for table in tables), *unread), kept=True)
        if dry_run or (strict and report.has_problems):
            savepoint.rollback()
            report = replace(report, kept=False)
    return report


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            known = TEXT_SUFFIXES | WORKBOOK_SUFFIXES
            yield from sorted(inside for inside in path.iterdir() if inside.suffix.lower() in known)
        else:
            yield path


def _load(session: Session, table: Table) -> FileReport:
    loader = _LOADERS[table.kind](session)
    problems = loader.loaded.problems
    rows = table.rows()
    while batch := list(islice(rows, BATCH)):
        good = []
        for number, found in batch:
            if isinstance(found, tuple):
                problems += found
            else:
                good.append((number, found))
        loader.load(good)
    loader.finish()
    names = table.headings.names
    named = (replace(p, column=names.get(field := _FIELDS.get(p.column, p.column), field)) for p in problems)
    return FileReport(
        path=table.path,
        kind=table.kind,
        new=loader.loaded.new,
        changed=loader.loaded.changed,
        same=loader.loaded.same,
        refused=len({problem.row for problem in problems}),
        problems=tuple(sorted(named, key=lambda p: p.row)),
        ignored_columns=table.headings.ignored,
    )
