"""Files into the tables: one run is one transaction, and a bad row never stops the good ones."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.domain.incoming import FileKind, FileReport, ImportReport, Problem
from bot.imports.sheets import TEXT_SUFFIXES, WORKBOOK_SUFFIXES, UnreadableFile
from bot.imports.tabular import Table, open_table
from bot.store.applications_loading import PaymentLoader
from bot.store.loading import BATCH, Loaded
from bot.store.promises_loading import PromiseLoader
from bot.store.receivables_loading import CustomerLoader, DocumentLoader

# Where the tables call a column otherwise than the files do.
_FIELDS = {"collector_code": "collector"}


# What `import_files` may be told that files hold.
Kind = FileKind


class _Loader(Protocol):
    loaded: Loaded

    def load(self, rows: Any, /) -> None: ...  # noqa: ANN401 - each loader takes the rows of its own kind

    def finish(self) -> None: ...


_LOADERS: dict[FileKind, Callable[[Session], _Loader]] = {
    FileKind.CUSTOMERS: CustomerLoader,
    FileKind.DOCUMENTS: DocumentLoader,
    FileKind.PAYMENTS: PaymentLoader,
}


def _loader(kind: FileKind, session: Session, today: date) -> _Loader:
    return PromiseLoader(session, today) if kind is FileKind.PROMISES else _LOADERS[kind](session)


def import_files(
    transaction: Callable[[], AbstractContextManager[Session]],
    paths: Iterable[Path],
    *,
    today: date,
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
            problem = Problem(0, "", path.name, error.reason, error.params)
            unread.append(FileReport(path, refused=1, problems=(problem,)))
    tables.sort(key=lambda table: list(FileKind).index(table.kind))
    with transaction() as session, session.begin_nested() as savepoint:
        report = ImportReport((*(_load(session, table, today) for table in tables), *unread), kept=True)
        if dry_run or (strict and report.refused):
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


def _load(session: Session, table: Table, today: date) -> FileReport:
    loader = _loader(table.kind, session, today)
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
