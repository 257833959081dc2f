"""What the ledger has of the documents that REP pay."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from bot.domain.money import Money
from bot.domain.people import COMMAND_LINE, Person
from bot.domain.receivables import ApplicationKind, PaymentMethod, Received
from bot.domain.rep import BookDocument, BookEntry
from bot.store import received
from bot.store.documents import IS_CHARGE, METHOD
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from bot.store.replaced_reps import batches
from bot.store.scope import within


def paid_since(session: Session, person: Person, since: date) -> dict[int, BookDocument]:
    """The portfolio's charges with a payment since a day, by id: of these a REP may be wrong or wanting."""
    paid = (
        select(ApplicationRow.document_id)
        .where(ApplicationRow.on >= since, ApplicationRow.kind == ApplicationKind.PAYMENT)
        .distinct()
    )
    is_due = and_(METHOD == PaymentMethod.PPD, IS_CHARGE)
    has_rep = select(ApplicationRow.document_id).where(ApplicationRow.rep_uuid.is_not(None), ApplicationRow.on >= since)
    return _documents(session, person, or_(and_(is_due, DocumentRow.id.in_(paid)), DocumentRow.id.in_(has_rep)))


def named(session: Session, person: Person, uuids: Collection[str], folios: Collection[str]) -> dict[int, BookDocument]:
    """The portfolio's documents with one of these UUIDs, and those without UUID that have one of these folios."""
    found: dict[int, BookDocument] = {}
    for some in batches(uuids):
        found |= _documents(session, person, DocumentRow.uuid.in_(some))
    for some in batches(folios):
        found |= _documents(session, person, and_(DocumentRow.uuid.is_(None), DocumentRow.folio.in_(some)))
    return found


def elsewhere(
    session: Session, person: Person, uuids: Collection[str], folios: Collection[str], known: Collection[int]
) -> list[BookDocument]:
    """Likewise those of the other portfolios, which the person may not be told of: all but what is `known`, by id."""
    if person.sees_all:
        return []
    everybodys = named(session, COMMAND_LINE, uuids, folios)
    return [document for document_id, document in everybodys.items() if document_id not in known]


def _documents(session: Session, person: Person, condition: ColumnElement[bool]) -> dict[int, BookDocument]:
    rows = session.scalars(
        select(DocumentRow)
        .join(DocumentRow.customer)
        .where(condition, within(person))
        .options(contains_eager(DocumentRow.customer), selectinload(DocumentRow.applications))
        .order_by(CustomerRow.code, DocumentRow.issued, DocumentRow.id)
    )
    return {row.id: _to_book(row, sees_all=person.sees_all) for row in rows}


def _to_book(row: DocumentRow, *, sees_all: bool) -> BookDocument:
    return BookDocument(
        customer_code=row.customer.code,
        customer_name=row.customer.name,
        receiver=row.customer.rfc,
        uuid=row.uuid,
        series=row.series,
        folio=row.folio,
        total=Money(row.total, row.currency),
        issued=row.issued,
        method=row.method,
        is_charge=row.kind.is_charge,
        cancelled=row.cancelled,
        entries=tuple(
            BookEntry(
                *(one.on, Money(one.amount, row.currency), one.kind, one.method, one.reference, one.rep_uuid),
                _received(one, sees_all=sees_all),
            )
            for one in row.applications
        ),
    )


def _received(row: ApplicationRow, *, sees_all: bool) -> Received | None:
    """The whole payment; the rest of it may be for somebody else's documents: then only who sees all is told."""
    whole = received.from_row(row)
    return whole if whole and (sees_all or whole.part == whole.total) else None
