"""CFDI into the tables: which document each is, what it adds to it, and what a REP pays (docs/decisions/0009)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, select, true
from sqlalchemy.orm import Session

from bot.domain import rfc
from bot.domain.incoming import IncomingCfdi, IncomingRep, RepLine
from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, DocumentKind, despite_zeros, in_one_column, printed, read_alike
from bot.store import replaced_reps
from bot.store.loading.cfdi_applications import CfdiApplications, cfdi_key, document_label
from bot.store.loading.shared import Changes, Loaded
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow

# What a document that no ERP has told of yet is called, until one does.
CONCEPTS = {
    DocumentKind.INVOICE: "Factura",
    DocumentKind.DEBIT_NOTE: "Nota de cargo",
    DocumentKind.CREDIT_NOTE: "Nota de crédito",
}
# Invoices and credit notes without a series count their folios apart: the code keeps them apart.
CONCEPT_CODES = {DocumentKind.CREDIT_NOTE: "NC"}
# What names a document without folio: the first part of its UUID.
_SHORT_UUID = 8


def is_without_erp(its: Any = DocumentRow) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    """The condition for a document that a CFDI brought and no ERP has told of yet."""
    return and_(
        its.uuid.is_not(None),
        its.concept_code.in_(("", *CONCEPT_CODES.values())),
        its.concept.in_(CONCEPTS.values()),
    )


def has_no_erp(row: RowMapping) -> bool:
    """The same of a document that was read."""
    is_called_so = row["concept_code"] in {"", *CONCEPT_CODES.values()} and row["concept"] in CONCEPTS.values()
    return row["uuid"] is not None and is_called_so


class CfdiLoader:
    """Loads CFDI one at a time; invoices before the credit notes and REP that are about them.

    `house` is the company's own RFC.
    """

    def __init__(self, session: Session, house: str = "") -> None:
        self._session, self._house = session, house
        self._applications = CfdiApplications(session)
        self._replaced: set[str] = set()
        # What replaces each invoice, and of which pairs was told.
        self._stand_ins: dict[str, set[str]] = {}
        self._told: set[frozenset[str]] = set()
        # Id and days of credit of the customers with an RFC.
        self._customers: dict[str, dict[int, int]] = {}
        for written, customer_id, days in session.execute(
            select(CustomerRow.rfc, CustomerRow.id, CustomerRow.credit_days).where(CustomerRow.rfc != "")
        ):
            self._customers.setdefault(rfc.compact(written), {})[customer_id] = days

    def replace(self, read: Iterable[IncomingCfdi | IncomingRep]) -> None:
        """Let CFDI replace others before any of them is loaded: no order of reading makes a difference then."""
        cfdi = list(read)
        invoices = [incoming for incoming in cfdi if isinstance(incoming, IncomingCfdi)]
        replaced_reps.note(self._session, ((old, new.uuid) for new in invoices for old in new.replaces))
        self._stand_ins = replaced_reps.stand_ins(self._session, (invoice.uuid for invoice in invoices))
        every = [incoming for incoming in cfdi if isinstance(incoming, IncomingRep)]
        self._applications.replace((old, rep.uuid) for rep in every for old in rep.replaces if old != rep.uuid)
        self._replaced = replaced_reps.among(self._session, (rep.uuid for rep in every))

    def load(self, row: int, incoming: IncomingCfdi | IncomingRep) -> Loaded:
        """Insert, complete or apply what one XML brings in."""
        loaded = Loaded()
        if isinstance(incoming, IncomingRep):
            self._pay(row, incoming, loaded)
        else:
            self._enter(row, incoming, loaded)
        self._session.flush()
        return loaded

    def _enter(self, row: int, incoming: IncomingCfdi, loaded: Loaded) -> None:
        document = self._by_uuid(incoming.uuid) or self._by_folio(row, incoming, loaded)
        if document is None and not loaded.problems:
            document = self._insert(row, incoming, loaded)
        elif document and self._agree(row, document, incoming, loaded):
            method = incoming.payment_method or document.stamped_method
            is_same = (document.uuid, document.stamped_method) == (incoming.uuid, method)
            if document.stamped_method != method and document.payment_method not in {None, method}:
                said, label = document.payment_method, _label(incoming)
                loaded.warn(row, "", f"MetodoPago={method}", "cfdi_method", document=label, said=said)
            document.uuid, document.stamped_method = incoming.uuid, method
            if self._credit(row, document, incoming, loaded) or not is_same:
                loaded.changed += 1
            else:
                loaded.same += 1
        if document and not document.cancelled and not loaded.problems:
            self._tell_what_is_owed_twice(row, incoming, loaded)

    def _by_uuid(self, uuid: str) -> DocumentRow | None:
        return self._session.scalar(select(DocumentRow).where(DocumentRow.uuid == uuid))

    def _tell_what_is_owed_twice(self, row: int, incoming: IncomingCfdi, loaded: Loaded) -> None:
        """Warn of an invoice and what replaces it, both in force, once in a run: whichever is read last."""
        others = dict.fromkeys(incoming.replaces, "replaced_in_force")
        others |= dict.fromkeys(sorted(self._stand_ins.get(incoming.uuid, ())), "replaces_in_force")
        for uuid, reason in others.items():
            pair = frozenset({uuid, incoming.uuid})
            if pair not in self._told and self._is_in_force(uuid):
                self._told.add(pair)
                loaded.warn(row, "", uuid, reason)

    def _is_in_force(self, uuid: str) -> bool:
        document = self._by_uuid(uuid)
        return document is not None and not document.cancelled

    def _by_folio(self, row: int, incoming: IncomingCfdi, loaded: Loaded) -> DocumentRow | None:
        """The document that waits for this UUID: same receiver, series and folio, and the same total."""
        is_charge = incoming.kind.is_charge
        waiting = [
            document
            for document in self._named(incoming.rfc, incoming.series, incoming.folio)
            if document.uuid is None and document.kind.is_charge == is_charge
        ]
        of_total = [document for document in waiting if _total(document) == incoming.total]
        if len(of_total) > 1:
            loaded.refuse(row, "", _label(incoming), "ambiguous_document")
        elif len(of_total) == 1:
            return of_total[0]
        elif waiting:
            _refuse_total(row, waiting[0], incoming, loaded)
        return None

    def _named(self, receiver: str, series: str, folio: str) -> Iterable[DocumentRow]:
        if not folio or receiver not in self._customers:
            return
        ways = [way for each in despite_zeros(folio) for way in (each, *in_one_column(series, each))]
        for document in self._session.scalars(
            select(DocumentRow).where(DocumentRow.folio.in_(ways)).order_by(DocumentRow.id)
        ):
            is_theirs = document.customer_id in self._customers[receiver]
            is_series = document.series.upper() in {series.upper(), ""}
            if is_theirs and is_series and read_alike((document.series, document.folio), (series, folio)):
                yield document

    def _insert(self, row: int, incoming: IncomingCfdi, loaded: Loaded) -> DocumentRow | None:
        customers = self._customers.get(incoming.rfc, {})
        if incoming.rfc in rfc.GENERIC:
            loaded.refuse(row, "", incoming.rfc, "generic_rfc")
            return None
        if len(customers) != 1:
            # What a supplier has issued lies beside the rest in what SAT gives out.
            unknown = "own_rfc" if incoming.rfc == self._house else "unknown_rfc"
            reason = "several_customers" if customers else unknown
            loaded.refuse(row, "", incoming.rfc, reason, count=len(customers))
            return None
        ((customer_id, credit_days),) = customers.items()
        issued = incoming.issued_at.date()
        values: dict[str, object] = {
            "customer_id": customer_id,
            "concept_code": CONCEPT_CODES.get(incoming.kind, ""),
            "series": incoming.series,
            "folio": incoming.folio or incoming.uuid[:_SHORT_UUID],
        }
        if not Changes(self._session, DocumentRow, loaded).fits(row, values):
            return None
        if self._session.scalar(select(DocumentRow.id).filter_by(**values)):
            loaded.refuse(row, "", _label(incoming), "folio_taken", uuid=incoming.uuid)
            return None
        if alike := incoming.folio and self._alike(customer_id, incoming):
            loaded.refuse(row, "", _label(incoming), "cfdi_alike", document=document_label(alike))
            return None
        document = DocumentRow(
            **values,
            concept=CONCEPTS[incoming.kind],
            uuid=incoming.uuid,
            kind=incoming.kind,
            stamped_method=incoming.payment_method,
            issued=issued,
            due=issued + timedelta(days=credit_days),
            currency=incoming.total.currency,
            total=incoming.total.minor,
            cancelled=False,
            settled_on=None if incoming.total.minor else issued,
        )
        self._session.add(document)
        self._session.flush()
        loaded.new += 1
        self._credit(row, document, incoming, loaded)
        return document

    def _alike(self, customer_id: int, incoming: IncomingCfdi) -> DocumentRow | None:
        """What may be its document and waits for a UUID: of its folio, day and total, and one has no series."""
        its = DocumentRow
        waiting = select(its).where(
            *(its.folio.in_(despite_zeros(incoming.folio)), its.customer_id == customer_id, its.uuid.is_(None)),
            *(its.series == "" if incoming.series else true(), its.cancelled.is_(False)),
            *(its.issued == incoming.issued_at.date(), its.total == incoming.total.minor),
            its.currency == incoming.total.currency,
        )
        is_charge = incoming.kind.is_charge
        found = self._session.scalars(waiting.order_by(its.id))
        return next((document for document in found if document.kind.is_charge == is_charge), None)

    def _agree(self, row: int, document: DocumentRow, incoming: IncomingCfdi, loaded: Loaded) -> bool:
        if document.kind.is_charge != incoming.kind.is_charge:
            loaded.refuse(row, "", _label(incoming), "other_kind")
        elif _total(document) != incoming.total and not _is_emptied(document):
            _refuse_total(row, document, incoming, loaded)
        return not loaded.problems

    def _credit(self, row: int, note: DocumentRow, incoming: IncomingCfdi, loaded: Loaded) -> bool:
        """Whether a credit note was applied now: one that the ERP tells of is the ERP's to apply."""
        # An ERP may have given the code that we give to what it has not told of.
        is_ours = note.erp_id is None and note.concept_code == CONCEPT_CODES.get(incoming.kind)
        is_waiting = is_ours and not note.cancelled
        if not is_waiting or len(incoming.credits) != 1 or not note.total or self._applications.has_any(note):
            return False
        document = self._by_uuid(incoming.credits[0])
        if document is None or not _may_lower(note, document):
            return False
        part = self._applications.part_of(document, note)
        is_applied = self._applications.credit(document, note)
        if is_applied and part:
            names = {"document": document_label(document), "part": Money(part.amount, document.currency)}
            loaded.warn(row, "", str(incoming.total), "similar_credit", **names, on=part.on)
        return is_applied

    def _pay(self, row: int, rep: IncomingRep, loaded: Loaded) -> None:
        if rep.uuid in self._replaced:
            # What it says was paid, the one that stands in for it says anew.
            loaded.same += len(rep.lines)
        else:
            self._pay_each(row, rep, loaded)
        for label, amount in self._applications.taken_out(rep.uuid):
            loaded.warn(row, "", str(amount), "replaced_rep", document=label)

    def _pay_each(self, row: int, rep: IncomingRep, loaded: Loaded) -> None:
        for number, line in enumerate(rep.lines, start=1):
            document = self._paid(rep.rfc, line)
            if document is None:
                loaded.refuse(row, "", line.label, "unknown_document")
            elif not document.kind.is_charge:
                loaded.refuse(row, "", line.label, "not_collectable")
            elif document.currency != line.amount.currency:
                loaded.refuse(
                    row, "", line.amount.currency, "other_currency", document=line.label, currency=document.currency
                )
            else:
                wanted = ApplicationRow(
                    key=cfdi_key(rep.uuid, number),
                    on=line.on,
                    amount=line.amount.minor,
                    kind=ApplicationKind.PAYMENT,
                    method=line.method,
                    reference=line.reference,
                    rep_uuid=rep.uuid,
                )
                self._applications.pay(row, document, wanted, loaded)

    def _paid(self, receiver: str, line: RepLine) -> DocumentRow | None:
        """The document by UUID, else the one without UUID that has its receiver, series, folio and currency."""
        if line.document_uuid and (document := self._by_uuid(line.document_uuid)):
            return document
        named = [
            document
            for document in self._named(receiver, line.series, line.folio)
            if document.uuid is None and document.kind.is_charge and document.currency == line.amount.currency
        ]
        return named[0] if len(named) == 1 else None


def _may_lower(note: DocumentRow, document: DocumentRow) -> bool:
    is_owed = document.kind.is_charge and not document.cancelled
    return is_owed and (document.customer_id, document.currency) == (note.customer_id, note.currency)


def _total(document: DocumentRow) -> Money:
    return Money(document.total, document.currency)


def _is_emptied(document: DocumentRow) -> bool:
    """Whether a file has left no total to what is cancelled, as ERPs do."""
    return document.cancelled and not document.total


def _refuse_total(row: int, document: DocumentRow, incoming: IncomingCfdi, loaded: Loaded) -> None:
    loaded.refuse(
        row, "", f"{incoming.total} {incoming.total.currency}", "other_total",
        document=_label(incoming), total=_total(document),
    )  # fmt: skip


def _label(incoming: IncomingCfdi) -> str:
    return printed(incoming.series, incoming.folio) or incoming.uuid
