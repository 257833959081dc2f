"""Documents of an ERP into the tables, with all that is applied to them: afterwards both are the ERP's."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, case, delete, exists, func, select, update
from sqlalchemy.orm import Session

from bot.domain.erp import ERP_KEY, ErpDocument
from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.receivables import DocumentKind
from bot.store import replaced_reps
from bot.store.loading.cfdi_applications import ERP_TOO, take_back
from bot.store.loading.customers import customer_terms
from bot.store.loading.erp_documents import Known, Place, written_otherwise
from bot.store.loading.shared import BATCH, Changes, Loaded, settle
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from bot.store.received import to_columns

_APPLICATION = ApplicationRow.__table__.columns
_CREDITS = tuple(kind for kind in DocumentKind if not kind.is_charge)


class ErpLoader:
    """Makes documents and applications equal to the ERP's, batch after batch; customers must be loaded before."""

    def __init__(self, session: Session) -> None:
        self.documents = Loaded()
        self.applications = Loaded()
        self.cancelled = 0
        self.removed = 0
        self._session = session
        self._customers = {code: customer_id for code, (customer_id, _) in customer_terms(session).items()}
        # Into a ledger without documents nothing came but from the ERP: nothing else is looked for then.
        self._others = written_otherwise(session) if session.scalar(select(exists(select(DocumentRow.id)))) else None

    def load(self, ids: Sequence[int], found: Sequence[ErpDocument | Problem]) -> None:
        """Take what the ERP has of these ids; what is known here of the others is cancelled."""
        refused = [entry for entry in found if isinstance(entry, Problem)]
        self.documents.problems += refused
        alive = {entry.row if isinstance(entry, Problem) else entry.erp_id for entry in found}
        placed = self._place([entry for entry in found if isinstance(entry, ErpDocument)])
        known = Known(self._session, ids, alive, placed, self._others)
        changes = Changes(self._session, DocumentRow, self.documents)
        taken: list[ErpDocument] = []
        new: set[int] = set()
        touched: set[int] = set()
        for document, place in placed:
            row = known.claim(document, place)
            if isinstance(row, Problem):
                self.documents.problems.append(row)
                continue
            values = _values(document, place, row)
            if (row is None and not document.waited) or not changes.fits(document.erp_id, values):
                continue
            taken.append(document)
            self._tell_of_method(document, row, values)
            if row is None:
                changes.insert(values)
                new.add(document.erp_id)
            elif changes.update(row, values):
                touched.add(row["id"])
        changes.write()
        touched |= self._cancel(known.gone())
        touched |= self._apply(taken, new)
        settle(self._session, touched)

    @property
    def has_others(self) -> bool:
        """Whether anything in force here is not known to be the ERP's."""
        others = select(DocumentRow.id).where(DocumentRow.erp_id.is_(None), DocumentRow.cancelled.is_(False))
        return bool(self._session.scalar(select(exists(others))))

    def cancel(self, cancelled: Iterable[ErpDocument]) -> None:
        """Cancel what files or CFDI told of and the ERP has cancelled; what counts must be loaded before."""
        theirs = [document for document in cancelled if document.customer in self._customers]
        placed = self._place(theirs)
        known = Known(self._session, [document.erp_id for document in theirs], set(), placed, self._others)
        rows = [row for document, place in placed for row in known.unnumbered(document, place)]
        settle(self._session, self._cancel(rows))

    def _place(self, documents: Sequence[ErpDocument]) -> list[tuple[ErpDocument, Place]]:
        placed: list[tuple[ErpDocument, Place]] = []
        for document in documents:
            if customer_id := self._customers.get(document.customer):
                placed.append((document, (customer_id, document.concept_code, document.series, document.folio)))
            else:
                self.documents.refuse(document.erp_id, "customer", document.customer, "unknown_customer")
        return placed

    def _tell_of_method(self, document: ErpDocument, known: RowMapping | None, values: Mapping[str, Any]) -> None:
        """Tell once that the ERP has a document paid otherwise than its CFDI does."""
        said, stamped = document.payment_method, values["stamped_method"]
        if known and said not in {None, stamped, known["payment_method"]} and stamped:
            self.documents.warn(document.erp_id, "payment_method", said or "", "erp_method", stamped=stamped)

    def _cancel(self, rows: Sequence[RowMapping]) -> set[int]:
        ids = {row["id"] for row in rows if not row["cancelled"]}
        if ids:
            self._session.execute(update(DocumentRow).where(DocumentRow.id.in_(ids)).values(cancelled=True))
            # What files or CFDI told of beside the ERP may be lowered by it, or have lowered it.
            self.removed += len(take_back(self._session, select(DocumentRow.id).where(DocumentRow.id.in_(ids))))
        self.cancelled += len(ids)
        return ids

    def _apply(self, documents: Sequence[ErpDocument], new: set[int]) -> set[int]:
        query = select(DocumentRow.erp_id, DocumentRow.id).where(
            DocumentRow.erp_id.in_([document.erp_id for document in documents])
        )
        ids = {erp_id: document_id for erp_id, document_id in self._session.execute(query) if erp_id}
        here = select(*_APPLICATION).where(ApplicationRow.document_id.in_(ids.values()))
        gone = {(row["document_id"], row["key"]): row for row in self._session.execute(here).mappings()}
        wanted = [(ids[document.erp_id], one) for document in documents for one in document.applications]
        pairs = [(document_id, one, gone.pop((document_id, one.key), None)) for document_id, one in wanted]
        # Those whose REP the ERP names choose first among equal ones.
        pairs.sort(key=lambda pair: pair[1].rep_uuid is None)
        alike: dict[tuple[object, ...], list[RowMapping]] = {}
        for each in gone.values():
            alike.setdefault((each["document_id"], each["on"], each["amount"], each["kind"]), []).append(each)
        # The ERP may go on naming a REP that another replaces.
        replaced = replaced_reps.among(self._session, (one.rep_uuid for _, one in wanted if one.rep_uuid))
        touched = {ids[erp_id] for erp_id in new}
        # A REP may have been taken to be of an equal payment until the ERP named whose it is: they change places then.
        instead: dict[tuple[object, ...], str | None] = {}
        found: list[tuple[RowMapping | None, dict[str, Any]]] = []
        cancelled: set[str] = set()
        for document_id, one, known in pairs:
            # What a file or a REP told before: the same payment under a key of its own.
            row = known or _taken(alike.get((document_id, one.on, one.amount, one.kind), []), one.rep_uuid)
            if row and not known:
                del gone[document_id, row["key"]]
            rep_uuid = one.rep_uuid if one.rep_uuid not in replaced else None
            # A REP read from its file may be known before the ERP says so.
            known_rep = row["rep_uuid"] if row and row["rep_uuid"] not in one.cancelled_reps else None
            if rep_uuid is None:
                rep_uuid = instead.get((document_id, one.on, one.amount, known_rep), known_rep)
            elif rep_uuid != known_rep:
                instead[document_id, one.on, one.amount, rep_uuid] = known_rep
            cancelled |= one.cancelled_reps
            values: dict[str, Any] = {
                "document_id": document_id,
                "key": one.key,
                "on": one.on,
                "amount": one.amount,
                "kind": one.kind,
                "method": one.method,
                "reference": one.reference,
                "rep_uuid": rep_uuid,
                **to_columns(one.received),
            }
            found.append((row, values))
        _keep_reps([values for _, values in found], gone.values(), cancelled)
        changes = Changes(self._session, ApplicationRow, self.applications)
        for row, values in found:
            if row is None:
                changes.insert(values)
                touched.add(values["document_id"])
            elif changes.update(row, values):
                touched.add(values["document_id"])
        changes.write()
        self._remove([row["id"] for row in gone.values()])
        return touched | {row["document_id"] for row in gone.values()}

    def _remove(self, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), BATCH):
            self._session.execute(delete(ApplicationRow).where(ApplicationRow.id.in_(ids[start : start + BATCH])))
        self.removed += len(ids)


def _keep_reps(wanted: Sequence[dict[str, Any]], gone: Iterable[RowMapping], cancelled: Container[str]) -> None:
    """Give the REP of what files and REP told of alone to what the ERP has of that amount and month without REP.

    The ERP may say another day than the REP does; by the month goes the day until which a REP is due.
    """
    named = {(values["document_id"], values["rep_uuid"]) for values in wanted}
    free: dict[tuple[object, ...], list[str]] = {}
    for row in sorted(gone, key=lambda row: row["on"]):
        rep_uuid, key = row["rep_uuid"], row["key"]
        is_the_erps = key.startswith(ERP_KEY) or key.endswith(ERP_TOO)
        if rep_uuid and not is_the_erps and rep_uuid not in cancelled and (row["document_id"], rep_uuid) not in named:
            free.setdefault(_month_of(row), []).append(rep_uuid)
    for values in sorted(wanted, key=lambda values: values["on"]):
        reps = free.get(_month_of(values))
        if reps and values["rep_uuid"] is None:
            values["rep_uuid"] = reps.pop(0)


def _month_of(row: Mapping[Any, Any]) -> tuple[object, ...]:
    return row["document_id"], row["amount"], row["kind"], row["on"].year, row["on"].month


def _taken(equal: list[RowMapping], rep_uuid: str | None) -> RowMapping | None:
    """One of equal payments, taken out of them: that of this REP, else one that has none unless the ERP names none."""
    if not equal:
        return None
    is_named = rep_uuid is not None
    found = max(
        equal, key=lambda row: (is_named and row["rep_uuid"] == rep_uuid, is_named is (row["rep_uuid"] is None))
    )
    equal.remove(found)
    return found


def _values(document: ErpDocument, place: Place, known: Mapping[Any, Any] | None) -> dict[str, Any]:
    customer_id, concept_code, series, folio = place
    return {
        "erp_id": document.erp_id,
        "customer_id": customer_id,
        "concept_code": concept_code,
        "concept": document.concept,
        "series": series,
        "folio": folio,
        # What SAT gave once stays, also when the CFDI was cancelled and the document not yet.
        "uuid": document.uuid or (known["uuid"] if known else None),
        "kind": document.kind,
        # An ERP may leave it blank of what was not stamped there; what a file said stays then.
        "payment_method": document.payment_method or (known["payment_method"] if known else None),
        # Of a CFDI that was stamped anew another one has to tell.
        "stamped_method": known["stamped_method"] if known and document.uuid in {None, known["uuid"]} else None,
        "issued": document.issued,
        "due": document.due,
        "currency": document.total.currency,
        "total": document.total.minor,
        "cancelled": False,
    }


def erp_ids(session: Session) -> Iterator[int]:
    """The ERP's ids of all documents that came from it, in order."""
    query = select(DocumentRow.erp_id).order_by(DocumentRow.erp_id).limit(BATCH)
    last = 0
    while page := [erp_id for erp_id in session.scalars(query.where(DocumentRow.erp_id > last)) if erp_id]:
        yield from page
        last = page[-1]


def open_balances(session: Session) -> Iterator[tuple[int, int]]:
    """The ERP's id and the balance in minor units, credits negative, of each open document from it, in order."""
    query = select(DocumentRow.erp_id, _balance()).where(*_is_open()).order_by(DocumentRow.erp_id).limit(BATCH)
    last = 0
    while page := session.execute(query.where(DocumentRow.erp_id > last)).all():
        yield from ((erp_id, balance) for erp_id, balance in page if erp_id)
        last = page[-1][0] or 0


def customer_balances(session: Session) -> dict[tuple[str, str], Money]:
    """What is open by customer's code and currency, credits taken off, whatever the documents' origin."""
    query = (
        select(CustomerRow.code, DocumentRow.currency, func.sum(_balance()))
        .join(DocumentRow.customer)
        .where(*_is_open())
        .group_by(CustomerRow.code, DocumentRow.currency)
    )
    return {(code, currency): Money(int(minor), currency) for code, currency, minor in session.execute(query)}


def _is_open() -> tuple[Any, ...]:
    return DocumentRow.settled_on.is_(None), DocumentRow.cancelled.is_(False)


def _balance() -> Any:  # noqa: ANN401 - SQLAlchemy's own type of an expression depends on what is put together
    applied = select(func.coalesce(func.sum(ApplicationRow.amount), 0)).where(
        ApplicationRow.document_id == DocumentRow.id
    )
    sign = case((DocumentRow.kind.in_(_CREDITS), -1), else_=1)
    return sign * (DocumentRow.total - applied.scalar_subquery())
