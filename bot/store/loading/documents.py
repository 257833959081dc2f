"""Documents of an import into the tables."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Delete,
    Insert,
    Integer,
    Text,
    Update,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)  # fmt: skip
from sqlalchemy.orm import Session

from bot.domain.incoming import IncomingDocument
from bot.domain.money import MXN
from bot.domain.receivables import DocumentKind
from bot.store.loading import document_finding
from bot.store.loading.cfdi_applications import document_label, take_back
from bot.store.loading.customers import customer_terms
from bot.store.loading.document_contradictions import (
    refuse_other_concepts,
    refuse_other_currencies,
    refuse_other_sides,
    refuse_totals,
    tell_of_customers,
    tell_of_methods,
)
from bot.store.loading.document_finding import IDENTITY
from bot.store.loading.document_keys import folio_columns, folio_values, keep_names
from bot.store.loading.shared import Loaded, settle
from bot.store.loading.staging import Staging, temporary
from bot.store.models import DocumentRow

_DOCUMENT: Any = DocumentRow.__table__
_INVOICE = literal(DocumentKind.INVOICE.value)
_MAY_BE_UNSAID = ("concept", "currency", "uuid", "kind", "payment_method", "cancelled")
_INCOMING = temporary(
    "incoming_documents",
    Column("customer_id", Integer),
    *(Column(name, Text) for name in ("concept_code", "concept")),
    *folio_columns(),
    *(Column(name, Text) for name in ("uuid", "kind", "payment_method")),
    *(Column(name, Date) for name in ("issued", "due", "due_by_terms")),
    Column("currency", Text),
    Column("total", BigInteger),
    Column("cancelled", Boolean),
)


class DocumentLoader:
    """Loads the documents of one file; their customers must be loaded before.

    The rows wait in a temporary table until `finish` holds them against the documents, all at once.
    """

    def __init__(self, session: Session) -> None:
        self.loaded = Loaded()
        self._session = session
        self._customers = customer_terms(session)
        self._staging = Staging(session, self.loaded, _INCOMING)

    def load(self, rows: Iterable[tuple[int, IncomingDocument]]) -> None:
        """Put rows aside, with their numbers in the file."""
        self._staging.add(self._placed(rows))

    def _placed(self, rows: Iterable[tuple[int, IncomingDocument]]) -> Iterator[tuple[object, ...]]:
        for number, incoming in rows:
            terms = self._customers.get(incoming.customer)
            if terms is None:
                self.loaded.refuse(number, "customer", incoming.customer, "unknown_customer")
                continue
            customer_id, credit_days = terms
            due = incoming.due
            yield (
                number,
                customer_id,
                incoming.concept_code,
                incoming.concept,
                *folio_values(incoming.series, incoming.folio),
                incoming.uuid,
                incoming.kind and incoming.kind.value,
                incoming.payment_method and incoming.payment_method.value,
                incoming.issued.isoformat(),
                due and due.isoformat(),
                None if due else (incoming.issued + timedelta(days=credit_days)).isoformat(),
                incoming.total.currency if incoming.says_currency else None,
                incoming.total.minor,
                incoming.cancelled,
            )

    def finish(self) -> None:
        """Insert or update by UUID, else by customer, concept's code, series and folio."""
        staging = self._staging
        if not staging.is_made:
            return
        staging.analyze()
        staging.refuse_too_long(DocumentRow)
        self._find_known()
        codes = {customer_id: code for code, (customer_id, _) in self._customers.items()}
        staging.refuse_repeated(
            tuple(staging.c[name] for name in IDENTITY),
            lambda r: " ".join(filter(None, (codes[r.customer_id], r.concept_code, r.series, r.folio))),
            "repeated_folio",
        )
        staging.refuse_repeated((staging.c.uuid,), lambda r: r.uuid)
        staging.refuse_repeated((staging.c.known_id,), lambda _: "")
        self._write()
        staging.drop()

    def _find_known(self) -> None:
        staging, table, c = self._staging, self._staging.table, self._staging.c
        keep_names(staging)
        staging.run(document_finding.by_identity(table))
        refuse_other_concepts(staging, self.loaded)
        refuse_other_sides(staging)
        staging.refuse(document_finding.of_taken_folio(table), "folio", "folio_taken")
        staging.refuse(document_finding.of_other_uuid(table), "uuid", "other_uuid")
        staging.run(document_finding.by_uuid(table))
        of_cfdi, of_other_total = document_finding.of_what_cfdi_brought(table, self._has_zeros)
        for statement in of_cfdi:
            staging.run(statement)
        refuse_totals(staging, self.loaded, of_other_total)
        if self._session.scalar(select(exists(select(c.row).where(c.known_id.is_(None))))):
            self._find_written_otherwise()
        refuse_other_currencies(staging)

    def _find_written_otherwise(self) -> None:
        staging, table = self._staging, self._staging.table
        for statement in document_finding.despite_codes(table):
            staging.run(statement)
        if self._has_zeros:
            for statement in document_finding.despite_zeros(table):
                staging.run(statement)
        if self._may_have_joined:
            taken, alike = document_finding.in_one_column(table)
            for statement in taken:
                staging.run(statement)
            staging.refuse(alike, "folio", "other_columns")
        for query in document_finding.may_be_known(table, self._has_zeros, self._may_have_joined):
            staging.refuse(query, "folio", "alike")

    @cached_property
    def _may_have_joined(self) -> bool:
        """Whether any series and folio stand in one column: else none is looked for."""
        # In every order of texts letters come after digits, capitals before the small ones or after them.
        is_joined_there = or_(DocumentRow.folio >= "A", DocumentRow.folio >= "a")
        return any(
            self._session.scalar(select(exists().where(each)))
            for each in (self._staging.c.word.is_not(None), is_joined_there)
        )

    @cached_property
    def _has_zeros(self) -> bool:
        """Whether any folio begins with one: else none is looked for, which takes reading all documents."""
        folios = (self._staging.c.folio, _DOCUMENT.c.folio)
        return any(self._session.scalar(select(exists().where(each >= "0", each < "1"))) for each in folios)

    def _write(self) -> None:
        tell_of_methods(self._staging, self.loaded)
        tell_of_customers(self._staging, self.loaded)
        # Also of what was cancelled before: the ERP may have, or a file when this was not looked at yet.
        self._take_back_credits()
        staging, c = self._staging, self._staging.c
        of_same, changed, new = _written()
        self.loaded.same += staging.run(of_same)
        self.loaded.changed += staging.run(changed)
        self.loaded.new += staging.run(new)
        if self.loaded.changed:
            settle(self._session, select(c.known_id).where(c.known_id.is_not(None)))

    def _take_back_credits(self) -> None:
        """Undo what a CFDI applied of a credit note once a file has that or the invoice cancelled, and tell so."""
        c = self._staging.c
        cancelled = select(c.known_id).where(c.cancelled, c.known_id.is_not(None))
        if rows := {row.known_id: row.row for row in self._staging.read(cancelled.add_columns(c.row))}:
            for id_, reason, other, amount in take_back(self._session, cancelled):
                self.loaded.warn(rows[id_], "cancelled", str(amount), reason, document=document_label(other))


@cache
def _written() -> tuple[Delete, Update, Insert]:
    """Take out what is in the tables so already, change what differs, put what is new."""
    table, c, its = _INCOMING, _INCOMING.c, _DOCUMENT.c
    # What the file does not say stays; what SAT gave once is not taken back by a file without it.
    kept = {name: func.coalesce(c[name], its[name]) for name in _MAY_BE_UNSAID}
    terms = case((its.issued == c.issued, its.due), else_=c.due_by_terms)
    values: dict[str, ColumnElement[Any]] = {
        **{name: c[name] for name in (*IDENTITY, "issued", "total")},
        **kept,
        "due": func.coalesce(c.due, terms),
    }
    is_known = its.id == c.known_id
    is_same = and_(is_known, *(its[name].is_not_distinct_from(value) for name, value in values.items()))
    defaults = {"concept": literal(""), "currency": literal(MXN), "kind": _INVOICE, "cancelled": false()}
    new = {
        **values,
        **{name: func.coalesce(c[name], defaults[name]) if name in defaults else c[name] for name in kept},
        "due": func.coalesce(c.due, c.due_by_terms),
        "settled_on": case((or_(c.cancelled.is_(True), c.total == 0), c.issued)),
    }
    rows = select(*new.values()).where(c.known_id.is_(None)).order_by(c.row)
    return (
        delete(table).where(exists(select(its.id).where(is_same))),
        update(_DOCUMENT).where(is_known).values(values),
        insert(_DOCUMENT).from_select(list(new), rows),
    )
