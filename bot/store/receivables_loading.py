"""Documents of an import into the tables."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    Text,
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
    true,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.orm import Session

from bot.domain.incoming import IncomingDocument
from bot.domain.money import MXN
from bot.domain.receivables import DocumentKind
from bot.store.cfdi_applications import document_label, take_back
from bot.store.cfdi_loading import is_without_erp
from bot.store.customers_loading import customer_terms
from bot.store.document_conditions import is_kind, is_total, is_unclaimed, pesos_first
from bot.store.document_contradictions import (
    refuse_other_concepts,
    refuse_other_currencies,
    refuse_other_sides,
    refuse_totals,
    tell_of_customers,
    tell_of_methods,
)
from bot.store.document_keys import (
    folio_columns,
    folio_values,
    is_joined,
    keep_names,
    may_be_joined,
    plain_folios,
    reads_so,
)
from bot.store.loading import Loaded, settle
from bot.store.models import DocumentRow
from bot.store.staging import Staging, temporary

_DOCUMENT: Any = DocumentRow.__table__
_INVOICE = literal(DocumentKind.INVOICE.value)
_IDENTITY = ("customer_id", "concept_code", "series", "folio")
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
            [staging.c[name] for name in _IDENTITY],
            lambda r: " ".join(filter(None, (codes[r.customer_id], r.concept_code, r.series, r.folio))),
            "repeated_folio",
        )
        staging.refuse_repeated([staging.c.uuid], lambda r: r.uuid)
        staging.refuse_repeated([staging.c.known_id], lambda _: "")
        self._write()
        staging.drop()

    def _find_known(self) -> None:
        staging, c = self._staging, self._staging.c
        keep_names(staging, c.cancelled.is_(True))
        is_it = and_(*(_DOCUMENT.c[name] == c[name] for name in _IDENTITY))
        staging.run(update(staging.table).where(is_it).values(known_id=_DOCUMENT.c.id))
        refuse_other_concepts(staging, self.loaded)
        refuse_other_sides(staging)
        by_uuid = _DOCUMENT.alias()
        staging.refuse(
            select(c.row, c.folio, c.uuid)
            .join(by_uuid, by_uuid.c.uuid == c.uuid)
            .where(c.known_id.is_not(None), c.known_id != by_uuid.c.id),
            "folio",
            "folio_taken",
        )
        staging.refuse(
            select(c.row, c.uuid.label("value"), _DOCUMENT.c.uuid)
            .join(_DOCUMENT, _DOCUMENT.c.id == c.known_id)
            .where(_DOCUMENT.c.uuid != c.uuid),
            "uuid",
            "other_uuid",
        )
        is_it = and_(c.known_id.is_(None), _DOCUMENT.c.uuid == c.uuid)
        staging.run(update(staging.table).where(is_it).values(known_id=_DOCUMENT.c.id))
        self._find_what_cfdi_brought()
        self._find_despite_codes()
        self._find_despite_zeros()
        self._find_in_one_column()
        refuse_other_currencies(staging)

    def _find_what_cfdi_brought(self) -> None:
        """Take a row without UUID as the document that a CFDI brought if the totals agree; refuse it if they do not."""
        staging, c, its = self._staging, self._staging.c, _DOCUMENT.c
        is_named = and_(
            *(c.uuid.is_(None), self._is_folio(), func.upper(its.series) == func.upper(c.series)),
            # And in a case nobody guesses how rare it is: PostgreSQL would read the whole file for each such document.
            case((is_without_erp(), true()), else_=false()),
        )
        is_free = and_(
            c.known_id.is_(None),
            its.kind == func.coalesce(c.kind, _INVOICE),
            is_unclaimed(self._staging.table, its),
        )
        # Of several rows the first: the next time the others find it taken, as they do now.
        firsts = select(func.min(c.row).label("row"), its.id).select_from(staging.table)
        first = firsts.join(_DOCUMENT, and_(is_named, is_free)).where(is_total(c, its)).group_by(its.id).subquery()
        staging.run(update(staging.table).where(first.c.row == c.row).values(known_id=first.c.id))
        refuse_totals(staging, self.loaded, and_(is_named, or_(c.known_id == its.id, is_free)))

    def _find_despite_codes(self) -> None:
        """Take a row for the only document of its folio, day and total where one of the two has no concept's code.

        What has none keeps that of the other: a file without codes may come after an ERP with them, or before.
        """
        c, its = self._staging.c, _DOCUMENT.c
        is_it = and_(
            c.known_id.is_(None),
            c.concept_code != its.concept_code,
            or_(c.concept_code == "", its.concept_code == ""),
            or_(c.uuid.is_(None), its.uuid.is_(None)),
            is_kind(c, its),
            is_unclaimed(self._staging.table, its),
            # A sum is in no index: see document_keys.
            its.customer_id + 0 == c.customer_id,
            *(its[name] == c[name] for name in ("folio", "series", "issued")),
            is_total(c, its),
        )
        self._take_only(its, is_it)

    def _find_despite_zeros(self) -> None:
        """Take a row for the document of its day and total whose folio is the same but for leading zeros.

        A file that has both is of two documents.
        """
        if not self._has_zeros:
            return
        c, its = self._staging.c, plain_folios()
        is_it = and_(
            *(c.known_id.is_(None), or_(c.uuid.is_(None), its.uuid.is_(None))),
            is_unclaimed(self._staging.table, its),
            *(its[name] == c[name] for name in ("customer_id", "plain_folio", "series")),
            *(its.issued == c.issued, is_total(c, its)),
        )
        self._take_place(its, and_(is_it, its.concept_code == c.concept_code))
        # Where one of the two has no code, their names must not tell them apart: here it is less sure than above.
        is_named = or_(
            func.coalesce(c.concept, "") == "", its.concept == "", func.lower(its.concept) == func.lower(c.concept)
        )
        is_uncoded = or_(c.concept_code == "", its.concept_code == "")
        self._take_place(its, and_(is_it, is_uncoded, is_named, is_kind(c, its)))

    def _find_in_one_column(self) -> None:
        """Take a row for the document of its day and total whose series and folio are the same in one column or two.

        Of a CFDI the day tells nothing; whatever else reads the same is refused, for it would be owed twice.
        """
        if not self._may_have_joined:
            return
        staging, c, its = self._staging, self._staging.c, _DOCUMENT.c
        # A customer may have thousands of a day.
        there = select(c.customer_id, c.issued).where(c.known_id.is_(None))
        plain = plain_folios(tuple_(its.customer_id, its.issued).in_(there))
        of_day = and_(reads_so(c, plain), plain.customer_id == c.customer_id, plain.issued == c.issued)
        self._take_place(plain, and_(of_day, self._may_be_read_so(plain), is_total(c, plain)))
        is_near = and_(self._may_be_read_so(its), may_be_joined(c, its), its.customer_id + 0 == c.customer_id)
        self._take_place(its, and_(is_near, is_total(c, its), is_without_erp()))
        label = func.min(func.ltrim(its.series + "-" + its.folio, "-")).label("document")
        alike = select(c.row, c.folio, label).where(is_near).group_by(c.row, c.folio)
        staging.refuse(alike, "folio", "other_columns")

    def _may_be_read_so(self, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
        c = self._staging.c
        return and_(
            *(c.known_id.is_(None), is_joined(c, its), is_kind(c, its)),
            or_(c.concept_code == its.concept_code, c.concept_code == "", its.concept_code == "", is_without_erp(its)),
            or_(c.uuid.is_(None), its.uuid.is_(None)),
            is_unclaimed(self._staging.table, its),
        )

    def _take_place(self, its: Any, is_it: ColumnElement[bool]) -> None:  # noqa: ANN401 - columns of any query
        """Take each row that may be one document only for it, under that one's series and folio.

        Under the row's there may be another document. A code that only the row says it has from now on, as payments
        of the same office name it, unless that is another's place, here or in the file.
        """
        staging, c = self._staging, self._staging.c
        place = [func.min(its[name]).label(name) for name in _IDENTITY]
        other, row = _DOCUMENT.alias().c, staging.table.alias().c
        for each in pesos_first(c, its, is_it):
            found = select(c.row, func.min(its.id).label("id"), *place).where(each).group_by(c.row)
            one = found.having(func.count() == 1).subquery()
            is_there = exists().where(
                other.concept_code == c.concept_code,
                *(other[name] == one.c[name] for name in ("customer_id", "series", "folio")),
            )
            there = tuple_(one.c.customer_id, c.concept_code, one.c.series, one.c.folio)
            is_taken = or_(is_there, there.in_(select(*(row[name] for name in _IDENTITY))))
            code = case((or_(c.concept_code == "", is_taken), one.c.concept_code), else_=c.concept_code)
            values = {name: one.c[name] for name in _IDENTITY} | {"known_id": one.c.id, "concept_code": code}
            staging.run(update(staging.table).where(one.c.row == c.row).values(values))

    @cached_property
    def _may_have_joined(self) -> bool:
        """Whether any series and folio stand in one column: else none is looked for."""
        # In every order of texts letters come after digits, capitals before the small ones or after them.
        is_joined_there = or_(DocumentRow.folio >= "A", DocumentRow.folio >= "a")
        return any(
            self._session.scalar(select(exists().where(each)))
            for each in (self._staging.c.word.is_not(None), is_joined_there)
        )

    def _take_only(self, its: Any, is_it: ColumnElement[bool]) -> None:  # noqa: ANN401 - columns of any query
        """Take each row that may be one document only for it; the concept's code stays that one has."""
        staging, c = self._staging, self._staging.c
        theirs = (func.min(its.id).label("id"), func.max(its.concept_code).label("code"))
        for each in pesos_first(c, its, is_it):
            one = select(c.row, *theirs).where(each).group_by(c.row)
            found = one.having(func.count() == 1).subquery()
            code = case((c.concept_code == "", found.c.code), else_=c.concept_code)
            values = {"known_id": found.c.id, "concept_code": code}
            staging.run(update(staging.table).where(found.c.row == c.row).values(values))

    @cached_property
    def _has_zeros(self) -> bool:
        """Whether any folio begins with one: else none is looked for, which takes reading all documents."""
        folios = (self._staging.c.folio, _DOCUMENT.c.folio)
        return any(self._session.scalar(select(exists().where(each >= "0", each < "1"))) for each in folios)

    def _is_folio(self) -> ColumnElement[bool]:
        """The condition for a document of a row's customer that has its folio, but for leading zeros."""
        c, its = self._staging.c, _DOCUMENT.c
        is_it = func.ltrim(its.folio, "0") == c.plain_folio if self._has_zeros else its.folio == c.folio
        # A sum is in no index: see document_keys.
        return and_(is_it, its.customer_id + 0 == c.customer_id)

    def _write(self) -> None:
        tell_of_methods(self._staging, self.loaded)
        tell_of_customers(self._staging, self.loaded)
        # Also of what was cancelled before: the ERP may have, or a file when this was not looked at yet.
        self._take_back_credits()
        staging, c = self._staging, self._staging.c
        # What the file does not say stays; what SAT gave once is not taken back by a file without it.
        kept = {name: func.coalesce(c[name], _DOCUMENT.c[name]) for name in _MAY_BE_UNSAID}
        terms = case((_DOCUMENT.c.issued == c.issued, _DOCUMENT.c.due), else_=c.due_by_terms)
        values: dict[str, ColumnElement[Any]] = {
            **{name: c[name] for name in (*_IDENTITY, "issued", "total")},
            **kept,
            "due": func.coalesce(c.due, terms),
        }
        is_known = _DOCUMENT.c.id == c.known_id
        is_same = and_(is_known, *(_DOCUMENT.c[name].is_not_distinct_from(value) for name, value in values.items()))
        self.loaded.same += staging.run(delete(staging.table).where(exists(select(_DOCUMENT.c.id).where(is_same))))
        self.loaded.changed += staging.run(update(_DOCUMENT).where(is_known).values(values))
        defaults = {"concept": literal(""), "currency": literal(MXN), "kind": _INVOICE, "cancelled": false()}
        new = {
            **values,
            **{name: func.coalesce(c[name], defaults[name]) if name in defaults else c[name] for name in kept},
            "due": func.coalesce(c.due, c.due_by_terms),
            "settled_on": case((or_(c.cancelled.is_(True), c.total == 0), c.issued)),
        }
        rows = select(*new.values()).where(c.known_id.is_(None)).order_by(c.row)
        self.loaded.new += staging.run(insert(_DOCUMENT).from_select(list(new), rows))
        if self.loaded.changed:
            settle(self._session, select(c.known_id).where(c.known_id.is_not(None)))

    def _take_back_credits(self) -> None:
        """Undo what a CFDI applied of a credit note once a file has that or the invoice cancelled, and tell so."""
        c = self._staging.c
        cancelled = select(c.known_id).where(c.cancelled, c.known_id.is_not(None))
        if rows := {row.known_id: row.row for row in self._staging.read(cancelled.add_columns(c.row))}:
            for id_, reason, other, amount in take_back(self._session, cancelled):
                self.loaded.warn(rows[id_], "cancelled", str(amount), reason, document=document_label(other))
