"""Customers, looked up as people name them."""

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process, utils
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.money import MXN, Money
from bot.domain.people import Person
from bot.domain.receivables import Customer
from bot.domain.text import fold
from bot.store.models import CustomerRow, DocumentRow
from bot.store.scope import within

# As many as a phone shows without scrolling.
MAX_CHOICES = 8
# Of 100; below it a name that resembles what was typed is more often a wrong one (tried on the seed's names).
_TYPO_SCORE = 75


def to_customer(row: CustomerRow) -> Customer:
    """The row as the domain has it."""
    return Customer(
        id=row.id,
        code=row.code,
        name=row.name,
        rfc=row.rfc,
        email=tuple(row.email),
        cc=tuple(row.cc),
        phone=row.phone,
        credit_limit=Money(row.credit_limit, MXN),
        credit_days=row.credit_days,
        collector_code=row.collector_code,
        language=row.language,
        attachments=row.attachments,
        do_not_send=row.do_not_send,
    )


def search(session: Session, person: Person, text: str) -> list[Customer]:
    """The customers of the portfolio that a text may mean, best first, at most MAX_CHOICES.

    The code exactly; else every word of it in name or RFC; else a document's folio; else a name close to it.
    """
    scoped = select(CustomerRow).where(within(person)).order_by(CustomerRow.name).limit(MAX_CHOICES)
    words = fold(text).split()
    if not words:
        return []
    for meant in _meanings(text.strip().upper(), words):
        if rows := session.scalars(scoped.where(*meant)).all():
            return [to_customer(row) for row in rows]
    return _resembling(session, person, " ".join(words))


def _meanings(code: str, words: Sequence[str]) -> Iterator[Sequence[ColumnElement[bool]]]:
    yield (func.upper(CustomerRow.code) == code,)
    yield [CustomerRow.search.contains(word, autoescape=True) for word in words]
    label = func.upper(DocumentRow.series + "-" + DocumentRow.folio)
    owing = select(DocumentRow.customer_id).where(or_(DocumentRow.folio == code, label == code))
    yield (CustomerRow.id.in_(owing),)


def _resembling(session: Session, person: Person, text: str) -> list[Customer]:
    names = {
        row.id: row.search for row in session.execute(select(CustomerRow.id, CustomerRow.search).where(within(person)))
    }
    matches = process.extract(
        text, names, scorer=fuzz.partial_token_set_ratio, processor=utils.default_process,
        score_cutoff=_TYPO_SCORE, limit=MAX_CHOICES,
    )  # fmt: skip
    rows = {
        row.id: row for row in session.scalars(select(CustomerRow).where(CustomerRow.id.in_([m[2] for m in matches])))
    }
    return [to_customer(rows[match[2]]) for match in matches]


def by_id(session: Session, person: Person, customer_id: int) -> Customer | None:
    """A customer of the portfolio by id."""
    row = session.scalar(select(CustomerRow).where(CustomerRow.id == customer_id, within(person)))
    return to_customer(row) if row else None


def by_codes(session: Session, person: Person, codes: list[str]) -> list[Customer]:
    """Customers of the portfolio by code, in the order of the codes; others are left out."""
    rows = {
        row.code: row for row in session.scalars(select(CustomerRow).where(CustomerRow.code.in_(codes), within(person)))
    }
    return [to_customer(rows[code]) for code in codes if code in rows]


def by_exact_codes(session: Session, person: Person, codes: Sequence[str]) -> dict[str, Customer]:
    """Customers of the portfolio by code, whatever the case; the keys are the codes in capitals."""
    upper = func.upper(CustomerRow.code)
    rows = session.scalars(select(CustomerRow).where(upper.in_([code.upper() for code in codes]), within(person)))
    return {row.code.upper(): to_customer(row) for row in rows}


def by_ids(session: Session, person: Person, customer_ids: Iterable[int]) -> list[Customer]:
    """Customers of the portfolio by id, in the order of their codes; others are left out."""
    query = select(CustomerRow).where(CustomerRow.id.in_(list(customer_ids)), within(person))
    return [to_customer(row) for row in session.scalars(query.order_by(CustomerRow.code))]
