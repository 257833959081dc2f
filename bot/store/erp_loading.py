"""Documents of an ERP into the tables, with all that is applied to them: afterwards both are the ERP's."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.erp import ERP_KEY, ErpDocument
from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.receivables import DocumentKind, one_word
from bot.store import replaced_reps
from bot.store.cfdi_applications import ERP_TOO
from bot.store.cfdi_loading import has_no_erp
from bot.store.customers_loading import customer_terms
from bot.store.loading import BATCH, Changes, Loaded, matching, settle
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from bot.store.received import to_columns

_DOCUMENT = DocumentRow.__table__.columns
_APPLICATION = ApplicationRow.__table__.columns
_CREDITS = tuple(kind for kind in DocumentKind if not kind.is_charge)

# Customer, concept, series, folio: what people find a document by.
Place = tuple[int, str, str, str]
# Ids by customer and by series and folio in one word.
_Others = dict[tuple[int, str], list[int]]


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
        self._others = _written_otherwise(session) if session.scalar(select(exists(select(DocumentRow.id)))) else None

    def load(self, ids: Sequence[int], found: Sequence[ErpDocument | Problem]) -> None:
        """Take what the ERP has of these ids; what is known here of the others is cancelled."""
        refused = [entry for entry in found if isinstance(entry, Problem)]
        self.documents.problems += refused
        alive = {entry.row if isinstance(entry, Problem) else entry.erp_id for entry in found}
        placed = self._place([entry for entry in found if isinstance(entry, ErpDocument)])
        known = _Known(self._session, ids, alive, placed, self._others)
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


@dataclass(slots=True)
class _Known:
    """The rows that a batch may mean, and which of them, of the places and of the UUIDs are taken by it already."""

    session: Session
    ids: Sequence[int]
    alive: set[int]
    placed: Sequence[tuple[ErpDocument, Place]]
    # See _written_otherwise; None where there is nothing but what came from the ERP.
    others: _Others | None
    by_erp_id: dict[int, RowMapping] = field(init=False)
    _by_uuid: dict[str, RowMapping] = field(init=False)
    _by_place: dict[Place, RowMapping] = field(init=False)
    # Of customers, series and folios in one word: what no ERP has told of yet.
    _by_word: dict[tuple[int, str], list[RowMapping]] = field(init=False, default_factory=dict)
    _claimed: set[int | str | Place] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        query = select(*_DOCUMENT)
        known = self.session.execute(query.where(DocumentRow.erp_id.in_(self.ids))).mappings()
        self.by_erp_id = {row["erp_id"]: row for row in known}
        # Whoever keeps the place and UUID that they have here needs no looking for others with them.
        moved = [entry for entry in self.placed if not _stays(self.by_erp_id.get(entry[0].erp_id), *entry)]
        uuids = {document.uuid for document, _ in moved if document.uuid}
        places = {(customer_id, series, folio) for _, (customer_id, _, series, folio) in moved}
        columns = (DocumentRow.customer_id, DocumentRow.series, DocumentRow.folio)
        by_uuid = self.session.execute(query.where(DocumentRow.uuid.in_(uuids))).mappings() if uuids else ()
        by_place = matching(self.session, query, columns, places).mappings() if places else ()
        self._by_uuid = {row["uuid"]: row for row in by_uuid}
        self._by_place = {_place(row): row for row in by_place}
        if self.others is not None:
            self._read_by_word(self.others, [place for document, place in moved if self._is_new(document, place)])

    def _is_new(self, document: ErpDocument, place: Place) -> bool:
        holders = (self.by_erp_id.get(document.erp_id), self._by_uuid.get(document.uuid or ""))
        return not any(holders) and place not in self._by_place and not self._uncoded(document, place)

    def _uncoded(self, document: ErpDocument, place: Place) -> RowMapping | None:
        """The same document where a file loaded before said nothing of the concept's code."""
        blank = self._by_place.get((place[0], "", *place[2:]))
        return blank if blank and _is_same(blank, document) else None

    def _read_by_word(self, others: _Others, places: Sequence[Place]) -> None:
        if not places:
            return
        customer_ids, folios = {place[0] for place in places}, {place[3] for place in places}
        # What the ERP writes otherwise is in no index. A sum is in none either: see document_keys.
        ids = [id_ for place in places for id_ in others.get(_word(place), ())]
        alike = and_(DocumentRow.folio.in_(folios), (DocumentRow.customer_id + 0).in_(customer_ids))
        query = select(*_DOCUMENT).where(DocumentRow.erp_id.is_(None), or_(alike, DocumentRow.id.in_(ids)))
        for row in self.session.execute(query.order_by(DocumentRow.id)).mappings():
            self._by_word.setdefault(_word(_place(row)), []).append(row)

    def claim(self, document: ErpDocument, place: Place) -> RowMapping | Problem | None:
        """The row that is this document, None when it is new here, or why it cannot be either."""
        row = self.by_erp_id.get(document.erp_id) or self._adoptable(document, place)
        if self._is_rivals(row, self._by_place.get(place), place):
            return Problem(document.erp_id, "folio", document.folio, "erp_folio_taken")
        if document.uuid and self._is_rivals(row, self._by_uuid.get(document.uuid), document.uuid):
            return Problem(document.erp_id, "uuid", document.uuid, "erp_uuid_taken")
        self._claimed |= {place, *([document.uuid] if document.uuid else []), *([row["id"]] if row else [])}
        return row

    def gone(self) -> list[RowMapping]:
        """What is known of the ids that the ERP has no more, once everything is claimed."""
        claimed, alive = self._claimed, self.alive
        return [row for erp_id, row in self.by_erp_id.items() if erp_id not in alive and row["id"] not in claimed]

    def _adoptable(self, document: ErpDocument, place: Place) -> RowMapping | None:
        """A row of another origin, or of a document deleted in the ERP and entered again."""
        same = [self._by_uuid.get(document.uuid or ""), self._by_place.get(place), self._uncoded(document, place)]
        same += (row for row in self._by_word.get(_word(place), ()) if _is_same(row, document))
        return next((row for row in same if row and self._is_free(row)), None)

    def _is_free(self, row: RowMapping) -> bool:
        erp_id = row["erp_id"]
        gone = row["cancelled"] or (erp_id in self.ids and erp_id not in self.alive)
        return row["id"] not in self._claimed and (erp_id is None or gone)

    def _is_rivals(self, row: RowMapping | None, holder: RowMapping | None, name: str | Place) -> bool:
        return name in self._claimed or (holder is not None and (row is None or row["id"] != holder["id"]))


def _stays(row: RowMapping | None, document: ErpDocument, place: Place) -> bool:
    return row is not None and _place(row) == place and document.uuid in (None, row["uuid"])


def _word(place: Place) -> tuple[int, str]:
    customer_id, _, series, folio = place
    return customer_id, one_word(series, folio)


def _written_otherwise(session: Session) -> _Others:
    """The ids of what no ERP has told of and an ERP writes otherwise: with zeros, or series and folio in one column."""
    its = DocumentRow.__table__.c
    is_joined = and_(its.series == "", or_(its.folio >= "A", its.folio >= "a"))
    has_zeros = and_(its.folio >= "0", its.folio < "1")
    query = select(its.id, its.customer_id, its.concept_code, its.series, its.folio)
    found: _Others = {}
    for id_, *place in session.execute(query.where(its.erp_id.is_(None), or_(has_zeros, is_joined))):
        found.setdefault(_word(tuple(place)), []).append(id_)
    return found


def _is_same(row: RowMapping, document: ErpDocument) -> bool:
    """Whether a row of the customer and folio is a document of the ERP, as imports take it (docs/decisions/0009).

    Its day tells nothing where a CFDI brought it, as neither leading zeros, the case of a series nor one column for
    series and folio do.
    """
    is_of_day = row["issued"] == document.issued and row["concept_code"] in {"", document.concept_code}
    return (
        None in {row["uuid"], document.uuid}
        and row["series"].upper() in {document.series.upper(), ""}
        and (row["total"], row["currency"]) == (document.total.minor, document.total.currency)
        and row["kind"].is_charge == document.kind.is_charge
        and (is_of_day or has_no_erp(row))
    )


def _place(row: RowMapping) -> Place:
    return row["customer_id"], row["concept_code"], row["series"], row["folio"]


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
