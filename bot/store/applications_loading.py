"""Payments of an import into the tables, and which document each is about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot.domain.incoming import DocumentKey, IncomingPayment
from bot.domain.money import minor_digits
from bot.domain.text import fold
from bot.store.loading import Changes, Loaded, matching, settle
from bot.store.models import ApplicationRow, DocumentRow
from bot.store.receivables_loading import customer_terms

_APPLICATION = ApplicationRow.__table__.columns
_DOCUMENTS = select(DocumentRow.__table__)


@dataclass(frozen=True, slots=True)
class Found:
    """What an import must know of a document."""

    id: int
    currency: str
    concept_code: str
    concept: str
    series: str


class DocumentFinder:
    """Finds the documents that rows are about, a batch at a time."""

    def __init__(self, session: Session, loaded: Loaded) -> None:
        self._session = session
        self._loaded = loaded
        self._customers = {code: customer_id for code, (customer_id, _) in customer_terms(session).items()}
        self._by_uuid: dict[str, list[Found]] = {}
        self._by_folio: dict[tuple[int, str], list[Found]] = {}

    def look_up(self, keys: Iterable[DocumentKey]) -> None:
        """Read the documents that these keys may mean."""
        self._by_uuid, self._by_folio = {}, {}
        wanted = list(keys)
        uuids = {key.uuid for key in wanted if key.uuid}
        folios = {(self._customers[key.customer], key.folio) for key in wanted if key.customer in self._customers}
        if uuids:
            for row in self._session.execute(_DOCUMENTS.where(DocumentRow.uuid.in_(uuids))):
                self._by_uuid[str(row.uuid)] = [_found(row)]
        if folios:
            key = (DocumentRow.customer_id, DocumentRow.folio)
            for row in matching(self._session, _DOCUMENTS, key, folios):
                self._by_folio.setdefault((row.customer_id, row.folio), []).append(_found(row))

    def find(self, row: int, key: DocumentKey) -> Found | None:
        """The one document that the key means; a refusal and None when there is none, or several."""
        if key.uuid:
            candidates = self._by_uuid.get(key.uuid, [])
        elif key.customer not in self._customers:
            self._loaded.refuse(row, "customer", key.customer, "unknown_customer")
            return None
        else:
            same_folio = self._by_folio.get((self._customers[key.customer], key.folio), [])
            candidates = [found for found in same_folio if _may_be(key, found)]
        if len(candidates) > 1:
            named = [found for found in candidates if fold(found.concept) == fold(key.concept)]
            candidates = named or candidates
        if len(candidates) == 1:
            return candidates[0]
        column = "document_uuid" if key.uuid else "folio"
        self._loaded.refuse(row, column, str(key), "ambiguous_document" if candidates else "unknown_document")
        return None


def _found(row: Row[Any]) -> Found:
    return Found(row.id, row.currency, row.concept_code, row.concept, row.series)


def _may_be(key: DocumentKey, found: Found) -> bool:
    return found.series == key.series and key.concept_code in ("", found.concept_code)


class PaymentLoader:
    """Loads the payments of one file, batch after batch; their documents must be loaded before.

    A payment has no number of its own: it is known again by its day, amount, kind, method and reference,
    and equal ones of a document by their order in the file. Its REP may become known later.
    """

    def __init__(self, session: Session) -> None:
        self.loaded = Loaded()
        self._session = session
        self._documents = DocumentFinder(session, self.loaded)
        self._occurrences: Counter[tuple[int, str]] = Counter()

    def load(self, rows: Sequence[tuple[int, IncomingPayment]]) -> None:
        """Insert what is not there yet, and write down which documents are settled by it."""
        changes = Changes(self._session, ApplicationRow, self.loaded)
        self._documents.look_up(incoming.document for _, incoming in rows)
        placed: list[tuple[int, IncomingPayment, int, int]] = []
        for number, incoming in rows:
            found = self._documents.find(number, incoming.document)
            if found is None:
                continue
            amount = incoming.amount.scaleb(minor_digits(found.currency))
            if amount % 1:
                self.loaded.refuse(
                    number, "amount", str(incoming.amount), "decimals",
                    currency=found.currency, digits=minor_digits(found.currency),
                )  # fmt: skip
                continue
            placed.append((number, incoming, found.id, int(amount)))
        query = select(*_APPLICATION).where(ApplicationRow.document_id.in_({p[2] for p in placed}))
        known = {(row["document_id"], row["key"]): row for row in self._session.execute(query).mappings()}
        touched: set[int] = set()
        for number, incoming, document_id, amount_minor in placed:
            values = {
                "on": incoming.on,
                "amount": amount_minor,
                "kind": incoming.kind,
                "method": incoming.method,
                "reference": incoming.reference,
            }
            if not changes.fits(number, values):
                continue
            key = self._key(document_id, *map(str, values.values()))
            if row := known.get((document_id, key)):
                changes.update(row, {"rep_uuid": incoming.rep_uuid or row["rep_uuid"]})
            else:
                changes.insert({"document_id": document_id, "key": key, **values, "rep_uuid": incoming.rep_uuid})
                touched.add(document_id)
        changes.write()
        settle(self._session, touched)

    def finish(self) -> None:
        """Nothing waits for the end of the file."""

    def _key(self, document_id: int, *content: str) -> str:
        word = "\x1f".join(content)
        nth = self._occurrences[document_id, word]
        self._occurrences[document_id, word] += 1
        return blake2b(f"{word}\x1f{nth}".encode(), digest_size=16).hexdigest()
