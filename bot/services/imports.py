"""Files into the tables: one run is one transaction, and a bad row never stops the good ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.domain.incoming import REMITTANCE, FileKind, FileReport, ImportReport, Incoming, Problem, Progress
from bot.domain.occasion import Occasion
from bot.imports.cells import Cell
from bot.imports.remittance import is_remittance
from bot.imports.sheets import TEXT_SUFFIXES, UNREAD_SUFFIXES, WORKBOOK_SUFFIXES
from bot.imports.tabular import Table, open_tables
from bot.imports.unreadable import UnreadableFile
from bot.services import cfdi_imports
from bot.services.cfdi_imports import CfdiFiles, Keeper
from bot.store import audit
from bot.store.loading.customers import CustomerLoader
from bot.store.loading.documents import DocumentLoader
from bot.store.loading.payments import PaymentLoader
from bot.store.loading.promises import PromiseLoader
from bot.store.loading.shared import Loaded, take_ledger
from bot.store.sources import LastSync, note_sync

# Where the tables call a column otherwise than the files do.
_FIELDS = {"collector_code": "collector"}

# Is told how far a run is.
OnProgress = Callable[[Progress], None]

# What `sources` calls files that people load, and those of them that changed something.
FILES, CHANGES = "files", "changes of files"

# Who corrects an address has not loaded the payments since.
_OF_THE_LEDGER = frozenset({FileKind.DOCUMENTS, FileKind.PAYMENTS, FileKind.CFDI})


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
    decimal_comma: bool = False,
    keeper: Keeper | None = None,
    on_progress: OnProgress | None = None,
    now: datetime | None = None,
    issuer: str = "",
) -> ImportReport:
    """Load files, and those within folders, as customers, documents, CFDI, payments, promises, whatever their order.

    With `strict` a single problem keeps everything out; with `dry_run` everything stays out. With `decimal_comma` the
    amounts of the files are written as `1.234,50`. `on_progress` is told every few thousand rows. The XML and PDF of
    CFDI go to the `keeper`, before the transaction ends: what the tables name is never missing. `now` is noted as when
    the ledger was last fed, unless no file said anything of what is owed or paid. `issuer` is the RFC of the house, to
    tell of others' CFDI.
    """
    tell = on_progress or _tell_nobody
    unread: list[FileReport] = []
    tables: list[Table] = []
    found = list(_files(paths, kind))
    cfdi = CfdiFiles(path for path in found if _is_cfdi(path, kind))
    for path in found:
        if _is_cfdi(path, kind):
            continue
        try:
            tables += open_tables(path, kind, decimal_comma=decimal_comma)
        except UnreadableFile as error:
            problem = Problem(0, "", path.name, error.reason, _with_cfdi(error, kind))
            if kind is None and is_remittance(path):
                problem = Problem(0, "", path.name, REMITTANCE)
            unread.append(FileReport(path, refused=1, problems=(problem,)))
    with transaction() as session, session.begin_nested() as savepoint:
        take_ledger(session)
        loaded: list[FileReport] = []
        for turn in FileKind:
            if turn is FileKind.CFDI:
                cfdi.load(session, issuer)
            loaded += (_load(session, table, today, tell) for table in tables if table.kind is turn)
        refused = ImportReport((*loaded, *cfdi.reports(), *unread), kept=True).refused
        kept = not (dry_run or (strict and refused))
        if not kept:
            savepoint.rollback()
        elif keeper:
            cfdi.keep(keeper)
        if kept and now:
            _note(session, [*loaded, *cfdi.reports()], now)
    return ImportReport((*loaded, *cfdi.reports(), *unread), kept)


def _note(session: Session, reports: Iterable[FileReport], now: datetime) -> None:
    """Write down that the ledger was fed, and whether that changed anything."""
    fed = list(filter(_feeds, reports))
    if fed:
        note_sync(session, FILES, LastSync(now, None))
    if any(report.new or report.changed for report in fed):
        note_sync(session, CHANGES, LastSync(now, None))


def _feeds(report: FileReport) -> bool:
    """Whether a file made what is owed and paid newer; it may say that there is nothing new."""
    taken = report.new + report.changed + report.same
    return report.kind in _OF_THE_LEDGER and bool(taken or not report.refused)


def refused_rows(report: FileReport) -> tuple[Sequence[str], Iterator[tuple[int, Sequence[Cell]]]]:
    """The headings of a file that was imported, and its refused rows with their numbers, as they stand there.

    Raises UnreadableFile when the file is no longer what it was.
    """
    tables = open_tables(report.path, report.kind)
    table = next(table for table in tables if report.sheet in {"", table.sheet.name})
    return table.raw_rows({problem.row for problem in report.problems})


def _tell_nobody(_: Progress) -> None:
    pass


def record(session: Session, occasion: Occasion, name: str) -> None:
    """Leave a trace that a person loaded a file."""
    audit.record(session, occasion.person, "import", name, now=occasion.now, source=occasion.source)


def _files(paths: Iterable[Path], kind: FileKind | None) -> Iterable[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        if kind is not FileKind.CFDI:
            yield from sorted(inside for inside in path.iterdir() if _is_table(inside))
        if kind in (None, FileKind.CFDI):
            # Invoices lie in folders by month and customer.
            yield from sorted(inside for inside in path.rglob("*") if cfdi_imports.is_one(inside))


def _is_table(path: Path) -> bool:
    # Excel locks an open workbook by a file of the same ending beside it; what begins with a dot is a system's own.
    is_somebodys = not path.name.startswith(("~$", "."))
    # A workbook of a type that is not read is refused by name: who put it there takes its payments for loaded.
    return is_somebodys and path.suffix.lower() in TEXT_SUFFIXES | WORKBOOK_SUFFIXES | UNREAD_SUFFIXES


def _is_cfdi(path: Path, kind: FileKind | None) -> bool:
    return kind is FileKind.CFDI or (kind is None and path.suffix.lower() in cfdi_imports.SUFFIXES)


def _with_cfdi(error: UnreadableFile, kind: FileKind | None) -> Mapping[str, object]:
    """What a refusal tells; of the types of file that are read, where no kind is given, CFDI's are some too."""
    if error.reason != "format" or kind is not None:
        return error.params
    return {"known": ", ".join(sorted({*str(error.params["known"]).split(", "), *cfdi_imports.SUFFIXES}))}


def _load(session: Session, table: Table, today: date, tell: OnProgress) -> FileReport:
    loader = _loader(table.kind, session, today)
    problems = loader.loaded.problems
    loader.load(_good(table.rows(lambda share: tell(Progress(table.path, table.kind, share))), problems))
    tell(Progress(table.path, table.kind, None))
    loader.finish()
    return FileReport(
        path=table.path,
        kind=table.kind,
        new=loader.loaded.new,
        changed=loader.loaded.changed,
        same=loader.loaded.same,
        refused=len({problem.row for problem in problems}),
        problems=tuple(sorted(_named(problems, table), key=lambda p: p.row)),
        ignored_columns=table.headings.ignored,
        warnings=(*table.left_out, *_named(loader.loaded.warnings, table)),
        sheet=table.label,
    )


def _good(
    rows: Iterable[tuple[int, Incoming | list[Problem]]], problems: list[Problem]
) -> Iterator[tuple[int, Incoming]]:
    """The rows that bring something in, one at a time; the problems of the others are noted."""
    for number, found in rows:
        if isinstance(found, list):
            problems += found
        else:
            yield number, found


def _named(problems: Iterable[Problem], table: Table) -> Iterable[Problem]:
    """The problems with their columns as the file calls them."""
    called = table.headings.called
    return (replace(p, column=called(_FIELDS.get(p.column, p.column))) for p in problems)
