"""Payments reported in the street, with their documents and customers."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.receipts import PaymentForm, Photo, Receipt
from bot.domain.receivables import Customer, Document
from bot.store.asking import ask
from bot.store.customers import to_customer
from bot.store.documents import to_document
from bot.store.models import DocumentRow, PersonRow
from bot.store.receipt_models import ReceiptPhotoRow, ReceiptRow, ReceiptWithdrawnRow
from bot.store.scope import within
from bot.store.upsert import insert

_WITHDRAWN = exists().where(ReceiptWithdrawnRow.receipt_id == ReceiptRow.id)
_PHOTOGRAPHED = exists().where(ReceiptPhotoRow.receipt_id == ReceiptRow.id)


_ANY_OF_CUSTOMER = (
    select(ReceiptRow.__table__.c.id)
    .join(DocumentRow.__table__)
    .where(DocumentRow.__table__.c.customer_id == bindparam("customer_id"))
    .limit(1)
)


def lock_collector(session: Session, person: Person) -> None:
    """Wait for whatever else this person is reporting; on SQLite the whole database is held already."""
    # No «key» lock: whoever enters something of this person, as in the trail, goes on meanwhile.
    session.execute(select(PersonRow.id).where(PersonRow.id == person.id).with_for_update(key_share=True))


def add(
    session: Session,
    document: Document,
    customer: Customer,
    amount: Money,
    *,
    form: PaymentForm,
    comment: str,
    person: Person,
    today: date,
    now: datetime,
    source: str | None,
) -> Receipt:
    """Enter a payment under its collector's next number of the year; the collector must be locked."""
    last = select(func.max(ReceiptRow.number)).where(ReceiptRow.taken_by_id == person.id, ReceiptRow.year == today.year)
    row = ReceiptRow(
        document_id=document.id,
        amount=amount.minor,
        currency=amount.currency,
        form=form.value,
        comment=comment,
        taken_by_id=person.id,
        taken_by=person.name,
        year=today.year,
        number=(session.scalar(last) or 0) + 1,
        on=today,
        at=now,
        source=source,
    )
    session.add(row)
    session.flush()
    return _to_receipt(row, document, customer, withdrawn=False, photographed=False)


def withdraw(session: Session, receipt: Receipt, *, by: str, now: datetime) -> bool:
    """Enter that a receipt is taken back; whether it was not yet."""
    entered = insert(session, ReceiptWithdrawnRow).values(receipt_id=receipt.id, by=by, at=now).on_conflict_do_nothing()
    return session.execute(entered.returning(ReceiptWithdrawnRow.receipt_id)).first() is not None


def of_documents(session: Session, person: Person, document_ids: Iterable[int]) -> list[Receipt]:
    """All receipts on documents of the portfolio, whoever took them, and one's own."""
    return _all(session, _query(person).where(ReceiptRow.document_id.in_(list(document_ids))))


def of_customer(session: Session, person: Person, customer_id: int) -> list[Receipt]:
    """All receipts on a customer's documents, whoever took them."""
    # Most have none, and it is asked with every statement.
    if not ask(session, _ANY_OF_CUSTOMER, {"customer_id": customer_id}):
        return []
    return _all(session, _query(person).where(DocumentRow.customer_id == customer_id))


def by_id(session: Session, person: Person, receipt_id: int) -> Receipt | None:
    """A receipt on a document of the portfolio, or one's own."""
    return _one(session, _query(person).where(ReceiptRow.id == receipt_id))


def by_source(session: Session, person: Person, source: str) -> Receipt | None:
    """The receipt that an update made, if it did."""
    return _one(session, _query(person).where(ReceiptRow.source == source))


def by_ids(session: Session, person: Person, ids: Iterable[int]) -> list[Receipt]:
    """These receipts, where they are on documents of the portfolio or one's own, in the order of the folios."""
    query = _query(person).where(ReceiptRow.id.in_(list(ids)))
    return _all(session, query.order_by(ReceiptRow.year, ReceiptRow.number))


def by_folio(session: Session, person: Person, year: int, number: int) -> Receipt | None:
    """The receipt that a person gave under a number of theirs."""
    own = (ReceiptRow.taken_by_id == person.id, ReceiptRow.year == year, ReceiptRow.number == number)
    return _one(session, _query(person).where(*own))


def of_day(session: Session, person: Person, on: date, taken_by_id: int | None = None) -> list[Receipt]:
    """What was reported on a day, by one person or by each, in the order of the folios."""
    query = _query(person).where(ReceiptRow.on == on)
    if taken_by_id is not None:
        query = query.where(ReceiptRow.taken_by_id == taken_by_id)
    return _all(session, query.order_by(ReceiptRow.taken_by_id, ReceiptRow.number))


def since(session: Session, person: Person, instant: datetime) -> list[Receipt]:
    """What a person has reported since an instant and not taken back, the last first."""
    query = _query(person).where(ReceiptRow.taken_by_id == person.id, ReceiptRow.at >= instant, ~_WITHDRAWN)
    return _all(session, query.order_by(ReceiptRow.id.desc()))


def between(session: Session, person: Person, first: date, last: date) -> list[Receipt]:
    """What was reported between two days, both included: by everybody where the person sees all, else by them."""
    query = _query(person).where(ReceiptRow.on >= first, ReceiptRow.on <= last, ~_WITHDRAWN)
    if not person.sees_all:
        query = query.where(ReceiptRow.taken_by_id == person.id)
    return _all(session, query.order_by(ReceiptRow.on, ReceiptRow.id))


def add_photo(session: Session, receipt_id: int, photo: Photo, *, now: datetime, source: str | None) -> bool:
    """Enter a photo of a payment; False when it is there already."""
    row = {"digest": photo.digest, "suffix": photo.suffix, "name": photo.name, "size": photo.size}
    entered = insert(session, ReceiptPhotoRow).values(
        receipt_id=receipt_id, **row, is_file=photo.is_file, at=now, source=source
    )
    return session.execute(entered.on_conflict_do_nothing().returning(ReceiptPhotoRow.id)).first() is not None


def photos(session: Session, receipt_id: int) -> list[Photo]:
    """The photos of a payment, in the order in which they came."""
    rows = session.scalars(
        select(ReceiptPhotoRow).where(ReceiptPhotoRow.receipt_id == receipt_id).order_by(ReceiptPhotoRow.id)
    )
    return [Photo(row.digest, row.suffix, row.name, row.size, row.is_file) for row in rows]


def _query(person: Person) -> Select[ReceiptRow, DocumentRow, bool, bool]:
    """Receipts of the portfolio, and one's own where the customer is another's by now: the money is not."""
    return (
        select(ReceiptRow, DocumentRow, _WITHDRAWN, _PHOTOGRAPHED)
        .join(DocumentRow, DocumentRow.id == ReceiptRow.document_id)
        .join(DocumentRow.customer)
        .where(or_(within(person), ReceiptRow.taken_by_id == person.id))
        .options(contains_eager(DocumentRow.customer), selectinload(DocumentRow.applications))
    )


def _one(session: Session, query: Select[ReceiptRow, DocumentRow, bool, bool]) -> Receipt | None:
    return next(iter(_all(session, query)), None)


def _all(session: Session, query: Select[ReceiptRow, DocumentRow, bool, bool]) -> list[Receipt]:
    return [
        _to_receipt(
            row, to_document(document), to_customer(document.customer), withdrawn=withdrawn, photographed=photographed
        )
        for row, document, withdrawn, photographed in session.execute(query)
    ]


def _to_receipt(
    row: ReceiptRow, document: Document, customer: Customer, *, withdrawn: bool, photographed: bool
) -> Receipt:
    return Receipt(
        id=row.id,
        document=document,
        customer=customer,
        amount=Money(row.amount, row.currency),
        form=PaymentForm(row.form),
        comment=row.comment,
        taken_by_id=row.taken_by_id,
        taken_by=row.taken_by,
        number=row.number,
        on=row.on,
        at=row.at,
        withdrawn=withdrawn,
        photographed=photographed,
    )
