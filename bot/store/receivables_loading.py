"""Customers and documents of an import into the tables."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from bot.domain.incoming import IncomingCustomer, IncomingDocument
from bot.domain.text import fold
from bot.store.loading import Changes, Loaded, Repeats, given, matching, settle, text_limits
from bot.store.models import CustomerRow, DocumentRow

_SEARCH_LENGTH = text_limits(CustomerRow)["search"]
_CUSTOMER = CustomerRow.__table__.columns
_DOCUMENT = DocumentRow.__table__.columns

Known = RowMapping
DocumentIdentity = tuple[int, str, str, str]


class CustomerLoader:
    """Loads the customers of one file, batch after batch."""

    def __init__(self, session: Session) -> None:
        self.loaded = Loaded()
        self._session = session
        self._repeats = Repeats(self.loaded)

    def load(self, rows: Sequence[tuple[int, IncomingCustomer]]) -> None:
        """Insert or update by code; `rows` with their numbers in the file."""
        changes = Changes(self._session, CustomerRow, self.loaded)
        codes = {incoming.code for _, incoming in rows}
        query = select(*_CUSTOMER).where(CustomerRow.code.in_(codes))
        known: dict[str, Known] = {row["code"]: row for row in self._session.execute(query).mappings()}
        for number, incoming in rows:
            values = _customer_values(incoming)
            if changes.fits(number, values) and not self._repeats.has(number, (incoming.code,), incoming):
                _put(changes, known.get(incoming.code), values)
        changes.write()

    def finish(self) -> None:
        """Nothing waits for the end of the file."""


def _customer_values(incoming: IncomingCustomer) -> dict[str, Any]:
    return given(
        code=incoming.code,
        name=incoming.name,
        rfc=incoming.rfc,
        email=None if incoming.email is None else list(incoming.email),
        cc=None if incoming.cc is None else list(incoming.cc),
        phone=incoming.phone,
        credit_limit=None if incoming.credit_limit is None else incoming.credit_limit.minor,
        credit_days=incoming.credit_days,
        collector_code=incoming.collector_code,
        language=incoming.language,
        attachments=incoming.attachments,
        do_not_send=incoming.do_not_send,
    )


def _put(changes: Changes, known: Known | None, values: dict[str, Any]) -> None:
    if not values.get("collector_code", "none"):
        values["collector_code"] = None
    rfc = values.get("rfc", known["rfc"] if known else "")
    values["search"] = fold(f"{values['name']} {rfc}")[:_SEARCH_LENGTH]
    if known:
        changes.update(known, values)
    else:
        changes.insert(values)


class DocumentLoader:
    """Loads the documents of one file, batch after batch; their customers must be loaded before."""

    def __init__(self, session: Session) -> None:
        self.loaded = Loaded()
        self._session = session
        self._repeats = Repeats(self.loaded)
        self._customers = customer_terms(session)

    def load(self, rows: Sequence[tuple[int, IncomingDocument]]) -> None:
        """Insert or update by UUID, else by customer, concept, series and folio."""
        changes = Changes(self._session, DocumentRow, self.loaded)
        placed: list[tuple[int, IncomingDocument, DocumentIdentity, int]] = []
        for number, incoming in rows:
            if terms := self._customers.get(incoming.customer):
                customer_id, credit_days = terms
                identity = (customer_id, incoming.concept_code, incoming.series, incoming.folio)
                placed.append((number, incoming, identity, credit_days))
            else:
                self.loaded.refuse(number, "customer", incoming.customer, "unknown_customer")
        by_uuid, by_identity = self._known(placed)
        unsettled: list[int] = []
        for number, incoming, identity, credit_days in placed:
            known = by_identity.get(identity)
            same_uuid = by_uuid.get(incoming.uuid or "")
            if self._conflicts(number, incoming, known, same_uuid) or self._is_repeated(number, incoming, identity):
                continue
            known = same_uuid or known
            values = _document_values(incoming, identity, known, credit_days)
            if not changes.fits(number, values):
                continue
            if known is None:
                is_nothing_due = values.get("cancelled") or not values["total"]
                changes.insert({**values, "settled_on": incoming.issued if is_nothing_due else None})
            elif changes.update(known, values):
                unsettled.append(known["id"])
        changes.write()
        settle(self._session, unsettled)

    def finish(self) -> None:
        """Nothing waits for the end of the file."""

    def _known(
        self, placed: Sequence[tuple[int, IncomingDocument, DocumentIdentity, int]]
    ) -> tuple[dict[str, Known], dict[DocumentIdentity, Known]]:
        identities = {identity for _, _, identity, _ in placed}
        uuids = {incoming.uuid for _, incoming, _, _ in placed if incoming.uuid}
        query = select(*_DOCUMENT)
        rows: list[Known] = []
        if identities:
            key = (DocumentRow.customer_id, DocumentRow.concept_code, DocumentRow.series, DocumentRow.folio)
            rows += matching(self._session, query, key, identities).mappings()
        if uuids:
            rows += self._session.execute(query.where(DocumentRow.uuid.in_(uuids))).mappings()
        return (
            {row["uuid"]: row for row in rows if row["uuid"]},
            {(row["customer_id"], row["concept_code"], row["series"], row["folio"]): row for row in rows},
        )

    def _conflicts(self, number: int, incoming: IncomingDocument, known: Known | None, same_uuid: Known | None) -> bool:
        if not known or not incoming.uuid:
            return False
        if same_uuid and same_uuid["id"] != known["id"]:
            self.loaded.refuse(number, "folio", incoming.folio, "folio_taken", uuid=incoming.uuid)
            return True
        if known["uuid"] and known["uuid"] != incoming.uuid:
            self.loaded.refuse(number, "uuid", incoming.uuid, "other_uuid", uuid=known["uuid"])
            return True
        return False

    def _is_repeated(self, number: int, incoming: IncomingDocument, identity: DocumentIdentity) -> bool:
        return self._repeats.has(number, (incoming.customer, *identity[1:]), incoming) or bool(
            incoming.uuid and self._repeats.has(number, (incoming.uuid,), incoming)
        )


def customer_terms(session: Session) -> dict[str, tuple[int, int]]:
    """The id and days of credit of every customer, by code."""
    rows = session.execute(select(CustomerRow.code, CustomerRow.id, CustomerRow.credit_days))
    return {code: (customer_id, days) for code, customer_id, days in rows}


def _document_values(
    incoming: IncomingDocument, identity: DocumentIdentity, known: Known | None, credit_days: int
) -> dict[str, Any]:
    due = incoming.due
    if due is None and known and known["issued"] == incoming.issued:
        due = known["due"]
    customer_id, concept_code, series, folio = identity
    values = given(
        customer_id=customer_id,
        concept_code=concept_code,
        concept=incoming.concept,
        series=series,
        folio=folio,
        kind=incoming.kind,
        issued=incoming.issued,
        due=due or incoming.issued + timedelta(days=credit_days),
        currency=incoming.total.currency,
        total=incoming.total.minor,
        cancelled=incoming.cancelled,
    )
    # What SAT gave once is not taken back by a file without it; and all rows of a batch name the same columns.
    values["uuid"] = incoming.uuid or (known["uuid"] if known else None)
    values["payment_method"] = incoming.payment_method or (known["payment_method"] if known else None)
    return values
