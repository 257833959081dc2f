"""An office's agenda into the ledger of promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import blake2b

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.incoming import IncomingPromise
from bot.domain.money import minor_digits
from bot.domain.promises import Cause, PromiseState
from bot.domain.receivables import ApplicationKind
from bot.store import promises
from bot.store.judgements import mark
from bot.store.loading.cfdi_applications import document_label
from bot.store.loading.customers import customer_terms
from bot.store.loading.document_keys import find_documents, key_columns, key_values
from bot.store.loading.shared import BATCH, Changes, Loaded
from bot.store.loading.staging import Staging, temporary
from bot.store.models import ApplicationRow, DocumentRow, PromiseInForceRow, PromiseRow

_INCOMING = temporary("incoming_promises", *key_columns())


@dataclass(frozen=True, slots=True)
class _Found:
    """What an import must know of a promise's document."""

    id: int
    currency: str


class PromiseLoader:
    """Loads the promises of one file in the order of their numbers; the last of a document is in force.

    What the ledger has is never changed: a number that it has already must be the same promise.
    """

    def __init__(self, session: Session, today: date) -> None:
        self.loaded = Loaded()
        self._session = session
        self._today = today
        self._customers = customer_terms(session)
        self._keys = Staging(session, self.loaded, _INCOMING)
        self._incoming: dict[int, IncomingPromise] = {}

    def load(self, rows: Iterable[tuple[int, IncomingPromise]]) -> None:
        """Put rows aside, with their numbers in the file: their order counts, and not that of the file."""
        incoming = dict(rows)
        keyed = ((n, key_values(self.loaded, self._customers, n, promise.document)) for n, promise in incoming.items())
        self._keys.add((number, *key) for number, key in keyed if key)
        self._incoming |= incoming

    def finish(self) -> None:
        """Enter the promises."""
        if not self._keys.is_made:
            return
        find_documents(self._keys, self.loaded)
        limits = Changes(self._session, PromiseRow, self.loaded)
        rows = self._found()
        self._keys.drop()
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            # Whoever is promising in the chat has the number that an agenda on paper names, or finds it taken.
            promises.lock_documents(self._session, {found.id for _, found, _ in batch})
            ledger = self._ledger({found.id for _, found, _ in batch})
            for row, found, incoming in batch:
                if limits.fits(row, {"made_by": incoming.made_by}):
                    self._enter(row, found, incoming, ledger.setdefault(found.id, {}))
            mark(self._session, list(ledger))

    def _found(self) -> list[tuple[int, _Found, IncomingPromise]]:
        c = self._keys.c
        query = select(c.row, DocumentRow.id, DocumentRow.currency).join(DocumentRow, DocumentRow.id == c.document_id)
        rows = [(n, _Found(id_, currency), self._incoming[n]) for n, id_, currency in self._session.execute(query)]
        return sorted(rows, key=lambda row: (row[1].id, row[2].number))

    def _ledger(self, document_ids: set[int]) -> dict[int, dict[int, str | None]]:
        """The source of each promise by document and number."""
        query = select(PromiseRow.document_id, PromiseRow.number, PromiseRow.source)
        ledger: dict[int, dict[int, str | None]] = {}
        for document_id, number, source in self._session.execute(query.where(PromiseRow.document_id.in_(document_ids))):
            ledger.setdefault(document_id, {})[number] = source
        return ledger

    def _enter(self, row: int, found: _Found, incoming: IncomingPromise, sources: dict[int, str | None]) -> None:
        source = _source(found, incoming)
        if incoming.number in sources:
            if sources[incoming.number] == source:
                self.loaded.same += 1
            else:
                self.loaded.refuse(row, "number", str(incoming.number), "promise_differs")
            return
        following = max(sources, default=0) + 1
        if incoming.number != following:
            self.loaded.refuse(row, "number", str(incoming.number), "promise_order", following=following)
            return
        if incoming.made_on > self._today:
            self.loaded.refuse(row, "made_on", f"{incoming.made_on:%d/%m/%Y}", "in_future")
            return
        amount = self._amount(row, found, incoming)
        if amount is None:
            return
        self._close(found.id, incoming)
        promise = PromiseRow(
            document_id=found.id,
            number=incoming.number,
            on=incoming.on,
            amount=amount,
            currency=found.currency,
            comment=incoming.comment,
            made_by=incoming.made_by,
            made_on=incoming.made_on,
            made_at=_noon(incoming),
            source=source,
            paid_same_day=self._paid_same_day(found, incoming),
        )
        self._session.add(promise)
        self._session.flush()
        self._session.add(PromiseInForceRow(document_id=found.id, promise_id=promise.id, on=incoming.on))
        self._session.flush()
        sources[incoming.number] = source
        self.loaded.new += 1

    def _amount(self, row: int, found: _Found, incoming: IncomingPromise) -> int | None:
        document = self._session.get_one(DocumentRow, found.id)
        if document.cancelled or not document.kind.is_charge:
            self.loaded.refuse(row, "folio", incoming.document.folio, "not_collectable")
            return None
        if incoming.currency not in {None, found.currency}:
            names = {"document": document_label(document), "currency": found.currency}
            self.loaded.refuse(row, "currency", str(incoming.currency), "other_currency", **names)
            return None
        if incoming.amount is not None:
            promised = incoming.amount.scaleb(minor_digits(found.currency))
            if promised % 1 or promised > document.total:
                self.loaded.refuse(row, "amount", str(incoming.amount), "promise_amount")
                return None
            return int(promised)
        paid = self._session.scalar(
            select(func.coalesce(func.sum(ApplicationRow.amount), 0)).where(
                ApplicationRow.document_id == found.id, ApplicationRow.on <= incoming.made_on
            )
        )
        # A document paid before the promise was made: what was meant can only be all of it.
        return document.total - int(paid or 0) if document.total > int(paid or 0) else document.total

    def _paid_same_day(self, found: _Found, incoming: IncomingPromise) -> int:
        paid = select(func.sum(ApplicationRow.amount)).where(
            ApplicationRow.document_id == found.id,
            ApplicationRow.on == incoming.made_on,
            ApplicationRow.kind == ApplicationKind.PAYMENT,
        )
        return max(0, int(self._session.scalar(paid) or 0))

    def _close(self, document_id: int, following: IncomingPromise) -> None:
        for current in promises.in_force(self._session, [document_id]).get(document_id, ()):
            # By the rule, for it to say otherwise: nobody judged on paper whether the day had passed by then.
            promises.enter(
                self._session, current, PromiseState.RESCHEDULED,
                by=following.made_by, today=following.made_on, now=_noon(following), cause=Cause.RULE,
            )  # fmt: skip


def _source(found: _Found, incoming: IncomingPromise) -> str:
    content = (found.id, incoming.number, incoming.on, incoming.made_by, incoming.made_on, incoming.comment)
    word = "\x1f".join(map(str, (*content, incoming.amount)))
    return f"import:{blake2b(word.encode(), digest_size=16).hexdigest()}"


def _noon(incoming: IncomingPromise) -> datetime:
    # An agenda on paper has days, no hours.
    return datetime.combine(incoming.made_on, time(12), UTC)
