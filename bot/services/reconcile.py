"""REP held against the ledger: those of files, or those that were imported (docs/decisions/0022)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from bot.domain.dates import add_months
from bot.domain.incoming import IncomingCfdi, Problem
from bot.domain.occasion import Occasion
from bot.domain.receivables import ApplicationKind, in_one_column
from bot.domain.reconciling import Reconciled, Unread, reconcile
from bot.domain.rep import BookDocument, BookEntry, Books, Needed, Reconciliation, Rep
from bot.imports.cfdi_sources import open_source
from bot.imports.rep_xml import read_for_reconciling
from bot.imports.unreadable import UnreadableFile
from bot.imports.xml_reading import BadXml
from bot.services.cfdi_imports import is_one
from bot.services.enclosing import InvoiceFiles
from bot.store import audit, documents, rep_ledger

# Payments of a year are looked at: SAT crosses REP with the yearly return, and what is older is closed.
MONTHS = 12
# REP that were read are remembered, some kilobytes each.
_REMEMBERED = 5_000

Transactions = Callable[[], AbstractContextManager[Session]]


@dataclass(slots=True)
class _Files:
    reps: list[Rep]
    invoices: list[IncomingCfdi]
    unread: list[Unread]


def imported(
    transactions: Transactions, act: Occasion, *, vault: InvoiceFiles, issuer: str, cancelled: Collection[str] = ()
) -> Reconciled:
    """The imported REP of the portfolio's documents, and the payments of a year that still need one."""
    with transactions() as session:
        books = rep_ledger.paid_since(session, act.person, _since(act.today))
        until = documents.loaded_until(session, act.today)
        _leave_trace(session, act, books.values())
    reps, unread = kept_reps(books.values(), vault)
    # Read outside a transaction: nobody waits for the disk.
    with transactions() as session:
        books |= rep_ledger.named(session, act.person, *_names(reps))
        elsewhere = rep_ledger.elsewhere(session, act.person, *_names(reps), books)
    found = reconcile(
        reps,
        Books(books.values(), elsewhere),
        on=act.today,
        issuer=issuer,
        until=until,
        cancelled={uuid.upper() for uuid in cancelled},
    )
    return Reconciled(replace(found, needed=_of_year(found, act.today)), tuple(unread))


def of_files(
    transactions: Transactions,
    act: Occasion,
    paths: Iterable[Path],
    *,
    vault: InvoiceFiles,
    issuer: str,
    cancelled: Collection[str] = (),
) -> Reconciled:
    """The REP of files and folders against the ledger, the invoices beside them, and the REP that were imported."""
    files = _read(paths)
    with transactions() as session:
        books = rep_ledger.paid_since(session, act.person, _since(act.today))
        books |= rep_ledger.named(session, act.person, *_names(files.reps))
        until = documents.loaded_until(session, act.today)
        _leave_trace(session, act, books.values())
    kept, _ = kept_reps(books.values(), vault)
    known = {book.uuid for book in books.values() if book.uuid}
    beside = (book for book in _from_files(files.invoices) if book.uuid not in known)
    found = reconcile(
        [*files.reps, *kept],
        Books([*books.values(), *beside]),
        on=act.today,
        issuer=issuer,
        until=until,
        cancelled={uuid.upper() for uuid in cancelled},
        only={rep.name for rep in files.reps},
    )
    return Reconciled(replace(found, needed=_of_year(found, act.today)), tuple(files.unread))


def _leave_trace(session: Session, act: Occasion, books: Iterable[BookDocument]) -> None:
    audit.seen(session, act, "rep", sorted({book.customer_code for book in books}))


def _since(today: date) -> date:
    return add_months(today, -MONTHS)


def _of_year(found: Reconciliation, today: date) -> tuple[Needed, ...]:
    return tuple(one for one in found.needed if _since(today) <= one.entry.on <= today)


def _names(reps: Iterable[Rep]) -> tuple[set[str], set[str]]:
    """UUIDs and folios of the documents that REP pay."""
    lines = [line.paid for rep in reps for line in rep.lines]
    folios = {paid.folio for paid in lines if paid.folio}
    joined = {each for paid in lines if paid.folio for each in in_one_column(paid.series, paid.folio)}
    return {paid.uuid for paid in lines}, joined | folios | {folio.lstrip("0") for folio in folios}


def kept_reps(books: Iterable[BookDocument], vault: InvoiceFiles) -> tuple[list[Rep], list[Unread]]:
    """The imported REP of these documents: the ledger names them, the vault has them."""
    uuids = dict.fromkeys(entry.rep_uuid for book in books for entry in book.entries if entry.rep_uuid)
    paths = (path for uuid in uuids for path in vault.find(uuid) if path.suffix == ".xml")
    files = [_kept(path, path.stat().st_mtime_ns) for path in paths]
    return [rep for each in files for rep in each.reps], [one for each in files for one in each.unread]


@lru_cache(_REMEMBERED)
def _kept(path: Path, _written_at: int) -> _Files:
    """A file of the vault, read once: each tap of `/rep` looks at those of a year."""
    return _read([path])


def _read(paths: Iterable[Path]) -> _Files:
    files = _Files([], [], [])
    for path, shown in _within(paths):
        try:
            with open_source(path) as source:
                for number, name, problem in source.entries():
                    whole = shown if name == path.name else f"{shown}/{name}"
                    try:
                        if problem:
                            raise problem
                        found = read_for_reconciling(source.xml(number), whole)
                    except BadXml as error:
                        files.unread.append(_unread(whole, error))
                        continue
                    if isinstance(found, Rep):
                        files.reps.append(found)
                    elif found:
                        files.invoices.append(found)
        except UnreadableFile as error:
            files.unread.append(_unread(shown, error))
    return files


def _within(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The files, and those within folders, each with what it is called: two folders may hold a `rep.xml` each."""
    for path in paths:
        if path.is_dir():
            for inside in sorted(inside for inside in path.rglob("*") if is_one(inside)):
                yield inside, inside.relative_to(path).as_posix()
        else:
            yield path, path.name


def _unread(name: str, error: BadXml | UnreadableFile) -> Unread:
    return Unread(name, Problem(0, "", getattr(error, "value", ""), error.reason, error.params))


def _from_files(invoices: Sequence[IncomingCfdi]) -> Iterator[BookDocument]:
    """Invoices that only their XML tells of, with the credit notes that lower one of them alone."""
    notes: dict[str, list[BookEntry]] = {}
    for note in invoices:
        if len(note.credits) == 1:
            entry = BookEntry(note.issued_at.date(), note.total, ApplicationKind.CREDIT_NOTE)
            notes.setdefault(note.credits[0], []).append(entry)
    for invoice in invoices:
        yield BookDocument(
            customer_code=invoice.rfc,
            customer_name="",
            receiver=invoice.rfc,
            uuid=invoice.uuid,
            series=invoice.series,
            folio=invoice.folio,
            total=invoice.total,
            issued=invoice.issued_at.date(),
            method=invoice.payment_method,
            is_charge=invoice.kind.is_charge,
            entries=tuple(notes.get(invoice.uuid, ())),
            issuer=invoice.issuer,
            in_ledger=False,
        )
