"""Which row each document of an ERP is, whoever told of it first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import RowMapping, and_, or_, select
from sqlalchemy.orm import Session

from bot.domain.erp import ErpDocument
from bot.domain.incoming import Problem
from bot.domain.receivables import one_word, read_alike
from bot.store.loading.cfdi import has_no_erp
from bot.store.loading.shared import matching
from bot.store.models import DocumentRow

_DOCUMENT = DocumentRow.__table__.columns

# SAT, RMF 2.7.2.9: a CFDI is stamped within 72 hours of its Fecha.
_STAMPED_WITHIN = timedelta(days=3)

# Customer, concept, series, folio: what people find a document by.
Place = tuple[int, str, str, str]
# Ids by customer and by series and folio in one word.
Others = dict[tuple[int, str], list[int]]


@dataclass(slots=True)
class Known:
    """The rows that a batch may mean, and which of them, of the places and of the UUIDs are taken by it already."""

    session: Session
    ids: Sequence[int]
    alive: set[int]
    placed: Sequence[tuple[ErpDocument, Place]]
    # See `written_otherwise`; None where there is nothing but what came from the ERP.
    others: Others | None
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

    def _read_by_word(self, others: Others, places: Sequence[Place]) -> None:
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
        return next((row for row in same if row and self._is_free(row) and not self._is_anothers(row, document)), None)

    def _is_anothers(self, row: RowMapping, document: ErpDocument) -> bool:
        """Whether another document of the batch has a row's UUID: of two with one folio and total that one is it."""
        return row["uuid"] != document.uuid and row["uuid"] in self._by_uuid

    def unnumbered(self, document: ErpDocument, place: Place) -> list[RowMapping]:
        """What the ERP has not told of and is this document beyond doubt: of its UUID, or the same and near."""
        same = [self._by_place.get(place), self._uncoded(document, place), *self._by_word.get(_word(place), ())]
        certain = [row for row in same if row and _is_same(row, document) and _is_near(row, document)]
        by_uuid = self._by_uuid.get(document.uuid or "")
        return [row for row in (by_uuid, *certain) if row and row["erp_id"] is None]

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


def written_otherwise(session: Session) -> Others:
    """The ids of what no ERP has told of and an ERP writes otherwise: with zeros, or series and folio in one column."""
    its = DocumentRow.__table__.c
    is_joined = or_(its.folio >= "A", its.folio >= "a")
    has_zeros = and_(its.folio >= "0", its.folio < "1")
    query = select(its.id, its.customer_id, its.concept_code, its.series, its.folio)
    found: Others = {}
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
        and read_alike((row["series"], row["folio"]), (document.series, document.folio))
        and (row["total"], row["currency"]) == (document.total.minor, document.total.currency)
        and row["kind"].is_charge == document.kind.is_charge
        and (is_of_day or has_no_erp(row))
    )


def _is_near(row: RowMapping, document: ErpDocument) -> bool:
    # Folios begin anew, and a rent has the same total each time.
    apart: timedelta = row["issued"] - document.issued
    return abs(apart) <= _STAMPED_WITHIN


def _place(row: RowMapping) -> Place:
    return row["customer_id"], row["concept_code"], row["series"], row["folio"]
