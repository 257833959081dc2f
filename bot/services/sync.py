"""The ledger made equal to an ERP's: one run is one transaction, and what does not add up afterwards is told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby, islice
from typing import Protocol

from sqlalchemy.orm import Session

from bot.domain.erp import ErpBalance, ErpDocument, ErpUnreadable, Mismatch, Outcome, SyncReport
from bot.domain.incoming import IncomingCustomer, Problem
from bot.domain.money import Money
from bot.services.imports import CHANGES
from bot.store.loading.customers import CustomerLoader
from bot.store.loading.erp import ErpLoader, customer_balances, erp_ids, open_balances
from bot.store.loading.shared import BATCH, Loaded, take_ledger
from bot.store.sources import LastSync, last_sync, ledger_fed_at, note_sync

CONTPAQI = "contpaqi"
# CONTPAQi computes in floats and leaves a cent open here and there; more than that is a difference.
DUST = 1
# An import is noted by when it began; it may have been kept only after a run that began later.
_LONGEST_IMPORT = timedelta(minutes=10)
# Is told how many documents a run has compared so far.
OnProgress = Callable[[int], None]


class Reader(Protocol):
    """An ERP to read; any method may raise ErpUnreadable. Ids and balances come in the order of the ids."""

    def connect(self) -> None:
        """Connect; the others need it first."""

    def customers(self) -> Iterator[list[tuple[int, IncomingCustomer]]]:
        """Every customer with its id, a page at a time."""

    def newest_stamp(self) -> str | None:
        """The newest mark of change; None when there is none to go by."""

    def document_ids(self) -> Iterator[int]:
        """The documents that count."""

    def changed_ids(self, newest_seen: str, /) -> list[int]:
        """The documents changed since a mark, and what they are applied to."""

    def documents(self, ids: Sequence[int], /) -> list[ErpDocument | Problem]:
        """Those of at most BATCH documents that count, or why one cannot be taken."""

    def cancelled(self) -> Iterator[list[ErpDocument]]:
        """The documents that were cancelled, a page at a time."""

    def balances(self) -> Iterator[ErpBalance]:
        """What the ERP itself says is open."""


def sync_contpaqi(
    transactions: Callable[[], AbstractContextManager[Session]],
    reader: Reader,
    *,
    now: datetime,
    full: bool = False,
    on_progress: OnProgress | None = None,
) -> SyncReport:
    """Take over customers, documents and what is applied to them; raises ErpUnreadable, and nothing has changed then.

    Without `full`, and where the ERP's marks of change can be gone by, only what changed is read; the first run
    of a day (in the zone of `now`) reads everything all the same, and so does one after files changed something.
    """
    try:
        # Before the transaction: a server that does not answer must not keep SQLite's only writer waiting.
        reader.connect()
        with transactions() as session:
            return _sync(session, reader, now, on_progress or _tell_nobody, full=full)
    except ErpUnreadable as failure:
        with transactions() as session:
            last = last_sync(session, CONTPAQI)
        raise ErpUnreadable(failure.reason, now, last.at if last else None) from failure


def _sync(session: Session, reader: Reader, now: datetime, tell: OnProgress, *, full: bool) -> SyncReport:
    take_ledger(session)
    last = last_sync(session, CONTPAQI)
    # Asked first: what changes while the rest is read is read again next time.
    newest = reader.newest_stamp()
    is_first_today = last is None or last.at.astimezone(now.tzinfo).date() != now.date()
    customers = CustomerLoader(session)
    for page in reader.customers():
        customers.load(page)
    ledger = ErpLoader(session)
    if full or is_first_today or newest is None or last is None or last.cursor is None or _has_files(session, last):
        full = True
        ids: Iterable[int] = merge(reader.document_ids(), erp_ids(session))
    else:
        ids = merge(reader.changed_ids(last.cursor), _differing(reader.balances(), open_balances(session)))
    compared = 0
    for batch in _batches(key for key, _ in groupby(ids)):
        ledger.load(batch, reader.documents(batch))
        compared += len(batch)
        tell(compared)
    # What files and CFDI told of may have been cancelled there before anything was read, and has no number.
    if full and ledger.has_others:
        for cancelled in reader.cancelled():
            ledger.cancel(cancelled)
    note_sync(session, CONTPAQI, LastSync(now, newest))
    return SyncReport(
        at=now,
        full=full,
        customers=_outcome(customers.loaded),
        documents=_outcome(ledger.documents, ledger.cancelled),
        applications=_outcome(ledger.applications, ledger.removed),
        mismatches=_mismatches(reader.balances(), customer_balances(session)),
    )


def _tell_nobody(_compared: int) -> None:
    pass


def _has_files(session: Session, last: LastSync) -> bool:
    """Whether files changed something since: the ERP has stamped nothing of what they brought."""
    loaded_at = ledger_fed_at(session, [CHANGES])
    return loaded_at is not None and loaded_at > last.at - _LONGEST_IMPORT


def _batches(ids: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(islice(ids, BATCH)):
        yield batch


def _outcome(loaded: Loaded, removed: int = 0) -> Outcome:
    return Outcome(loaded.new, loaded.changed, loaded.same, removed, tuple(loaded.problems), tuple(loaded.warnings))


def _differing(erp: Iterator[ErpBalance], here: Iterator[tuple[int, int]]) -> Iterator[int]:
    """The ids whose balance is not the same on both sides.

    So a payment that was deleted, or a row that the ERP did not stamp, is found whatever the marks of change are worth.
    """
    there = ((entry.erp_id, entry.balance.minor) for entry in erp)
    for erp_id, entries in groupby(merge(there, here), key=lambda entry: entry[0]):
        balances = [balance for _, balance in entries]
        if len(balances) == 1 or balances[0] != balances[1]:
            yield erp_id


def _mismatches(erp: Iterable[ErpBalance], here: dict[tuple[str, str], Money]) -> tuple[Mismatch, ...]:
    there: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in erp:
        there[entry.customer, entry.balance.currency] += entry.balance.minor
    found: list[Mismatch] = []
    for customer, currency in sorted({*there, *here}):
        theirs = Money(there[customer, currency], currency)
        ours = here.get((customer, currency), Money(0, currency))
        if abs((ours - theirs).minor) > DUST:
            found.append(Mismatch(customer, ours, theirs))
    return tuple(found)
