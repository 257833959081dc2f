"""Customers, looked up as people name them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.commands import INVOICE_WORDS, parse_reference
from bot.domain.money import MXN, Money
from bot.domain.people import Person
from bot.domain.receivables import Customer, despite_zeros, in_one_column_despite_zeros
from bot.domain.text import AROUND, fold
from bot.store.asking import ask
from bot.store.models import CustomerRow, DocumentRow
from bot.store.scope import given, theirs, within
from bot.store.series import is_used

# As many as a phone shows without scrolling.
MAX_CHOICES = 8
_AND_ONE_MORE = MAX_CHOICES + 1
# «21002», «CFDI 21002»
_DIGITS = re.compile(r"(?:[A-ZÑ]{1,25} )?\d+")
# So few are in every other RFC.
_FEW_DIGITS = re.compile(r"\d{1,2}")
# «CFDI21002»
_GLUED = re.compile(r"([A-ZÑ]+)(\d+)")
# Of 100; below it a name that resembles what was typed is more often a wrong one (tried on the seed's names).
_TYPO_SCORE = 75
# «de», «la»
_LONGEST_LITTLE = 2

_C = CustomerRow.__table__.c
# What `from_columns` takes, in its order.
COLUMNS = (
    *(_C.id, _C.code, _C.name, _C.rfc, _C.email, _C.cc, _C.bcc, _C.phone, _C.credit_limit),
    *(_C.credit_days, _C.collector_code, _C.language, _C.attachments, _C.do_not_send),
)


def from_columns(values: Iterable[Any]) -> Customer:
    """What a query for COLUMNS gave, as the domain has it."""
    number, code, name, rfc, email, cc, bcc, phone, credit_limit, *rest = values
    addresses = (tuple(email), tuple(cc), tuple(bcc))
    return Customer(number, code, name, rfc, *addresses, phone, Money(credit_limit, MXN), *rest)


def to_customer(row: CustomerRow) -> Customer:
    """The row as the domain has it."""
    return from_columns(getattr(row, column.name) for column in COLUMNS)


def meant(session: Session, person: Person, text: str) -> tuple[list[Customer], bool]:
    """The customers of the portfolio that a text may mean, best first, and whether also of one it is to be asked.

    Of more than MAX_CHOICES they are one more. The code exactly; else an invoice as «F7», «#7» or «factura 7»; else
    every word of it in name or RFC; else a document's folio; else a name close to it, which is a guess where a word is
    like none of its own («Juan López» of Juan Pérez); else of «F7», where F is a series without a 7, that of another, a
    guess. Digits are looked for as a folio and, three or more, in names and RFC alike. What stands around it, as quotes
    or a full stop, may be left out.
    """
    bare = text.strip(AROUND)
    found = named(session, person, text) or (named(session, person, bare) if bare != text else [])
    if found:
        return found, False
    folded = " ".join(fold(text).split())
    if not _FEW_DIGITS.fullmatch(bare) and (found := _resembling(session, person, folded)):
        return found, not _is_like(found[0], folded)
    found = _of_invoice(session, person, bare, of_any_series=True)
    return found, bool(found)


def named(session: Session, person: Person, text: str) -> list[Customer]:
    """Those of them that it names to the letter."""
    words = fold(text).split()
    if not words:
        return []
    code = text.strip().upper()
    named = {"typed": text.strip(), "code": code, "lower": code.lower(), **given(person)}
    for query in (_by_code(person.sees_all), _by_code_in_any_case(person.sees_all)):
        if exact := ask(session, query, named):
            return [from_columns(row) for row in exact]
    if of_invoice := _of_invoice(session, person, text.strip(AROUND)):
        return of_invoice
    scoped = select(CustomerRow).where(within(person)).order_by(CustomerRow.name).limit(_AND_ONE_MORE)
    found: dict[int, Customer] = {}
    for meant in _meanings(code, words):
        found |= {row.id: to_customer(row) for row in session.scalars(scoped.where(*meant)) if row.id not in found}
        if found and not _DIGITS.fullmatch(code):
            break
    return list(found.values())[:_AND_ONE_MORE]


def _of_invoice(session: Session, person: Person, text: str, *, of_any_series: bool = False) -> list[Customer]:
    """Those of a document after «#» or a word for invoice; of its folio alone where the word is no series of theirs."""
    name = text.removeprefix("#").strip()
    reference = parse_reference(name)
    is_word = reference is not None and reference.series in INVOICE_WORDS
    found = _of_document(session, person, name) if name and (is_word or name != text) else []
    if found or not reference or not is_word:
        return found
    if not of_any_series and is_used(session, person, reference.series or ""):
        return []
    return _of_document(session, person, reference.folio)


def _of_document(session: Session, person: Person, name: str) -> list[Customer]:
    called = CustomerRow.id.in_(select(DocumentRow.customer_id).where(_called(name.upper())))
    query = select(CustomerRow).where(within(person), called).order_by(CustomerRow.name).limit(_AND_ONE_MORE)
    return list(map(to_customer, session.scalars(query)))


@cache
def _by_code(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the one key of a cache
    """The customers of a portfolio with this code, by its index: with few exceptions that is what is typed."""
    written = _C.code.in_([bindparam("typed"), bindparam("code"), bindparam("lower")])
    return select(*COLUMNS).where(written, theirs(sees_all=sees_all)).order_by(_C.name).limit(_AND_ONE_MORE)


@cache
def _by_code_in_any_case(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - likewise
    mine = (func.upper(_C.code) == bindparam("code"), theirs(sees_all=sees_all))
    return select(*COLUMNS).where(*mine).order_by(_C.name).limit(_AND_ONE_MORE)


def _meanings(code: str, words: Sequence[str]) -> Iterator[Sequence[ColumnElement[bool]]]:
    names = [CustomerRow.search.contains(word, autoescape=True) for word in words]
    folio = [CustomerRow.id.in_(select(DocumentRow.customer_id).where(_called(code)))]
    # Digits alone, or after a series, are a folio first, but a name or an RFC may have them too.
    if _FEW_DIGITS.fullmatch(code):
        yield folio
    else:
        yield from (folio, names) if _DIGITS.fullmatch(code) else (names, folio)


def _called(code: str) -> ColumnElement[bool]:
    """The documents of this folio, or series and folio, whatever its leading zeros: the folio has an index."""

    def folio(text: str) -> ColumnElement[bool]:
        return DocumentRow.folio.in_(despite_zeros(text) if text.isdecimal() else [text, text.lower()])

    # A series may have a dash, or a folio; people write a blank between the two as well, or nothing.
    cuts = {place for sign in "- " for place in (code.find(sign), code.rfind(sign))} - {-1}
    glued = _GLUED.fullmatch(code)
    pairs = [(code[:cut], code[cut + 1 :]) for cut in sorted(cuts)] + ([glued.groups()] if glued else [])
    series = (and_(func.upper(DocumentRow.series) == name, folio(number)) for name, number in pairs)
    columns = [way for name, number in pairs if number.isdecimal() for way in in_one_column_despite_zeros(name, number)]
    return or_(folio(code), *series, DocumentRow.folio.in_(columns))


def _resembling(session: Session, person: Person, text: str) -> list[Customer]:
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415 - 4 MB that only a typing error needs

    names = {
        row.id: row.search for row in session.execute(select(CustomerRow.id, CustomerRow.search).where(within(person)))
    }
    matches = process.extract(
        text, names, scorer=fuzz.partial_token_set_ratio, processor=utils.default_process,
        score_cutoff=_TYPO_SCORE, limit=_AND_ONE_MORE,
    )  # fmt: skip
    rows = {
        row.id: row for row in session.scalars(select(CustomerRow).where(CustomerRow.id.in_([m[2] for m in matches])))
    }
    return [to_customer(rows[match[2]]) for match in matches]


def _is_like(customer: Customer, text: str) -> bool:
    """Whether each word of a text is like one of a customer's: «samual», and not the López of «Juan López»."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - as above

    theirs = fold(f"{customer.code} {customer.name} {customer.rfc}").split()
    words = [word.strip(AROUND) for word in text.split()]
    told = [word for word in words if len(word) > _LONGEST_LITTLE or word.isdigit()]
    return all(
        any(fuzz.ratio(word, begun) >= _TYPO_SCORE for each in theirs for begun in (each, each[: len(word)]))
        for word in told
    )


def by_id(session: Session, person: Person, customer_id: int) -> Customer | None:
    """A customer of the portfolio by id."""
    found = ask(session, _by_id(person.sees_all), {"id": customer_id, **given(person)})
    return next(map(from_columns, found), None)


@cache
def _by_id(sees_all: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the one key of a cache
    return select(*COLUMNS).where(_C.id == bindparam("id"), theirs(sees_all=sees_all))


def by_codes(session: Session, person: Person, codes: list[str]) -> list[Customer]:
    """Customers of the portfolio by code, in the order of the codes; others are left out."""
    rows = {
        row.code: row for row in session.scalars(select(CustomerRow).where(CustomerRow.code.in_(codes), within(person)))
    }
    return [to_customer(rows[code]) for code in codes if code in rows]


def by_exact_codes(session: Session, person: Person, codes: Sequence[str]) -> dict[str, Customer]:
    """Customers of the portfolio by code as it is written; in another case, if only one has it."""
    # A list that a program reads line by line may leave a line's end on it.
    bare = {code: code.strip() for code in codes}
    in_any_case = func.upper(CustomerRow.code).in_([code.upper() for code in bare.values()])
    # A database may have capitals of A to Z alone.
    query = select(CustomerRow).where(or_(CustomerRow.code.in_(bare.values()), in_any_case), within(person))
    rows = session.scalars(query).all()
    found: dict[str, Customer] = {}
    for code, written in bare.items():
        alike = [row for row in rows if row.code.upper() == written.upper()]
        meant = [row for row in alike if row.code == written] or alike
        if len(meant) == 1:
            found[code] = to_customer(meant[0])
    return found


def by_ids(session: Session, person: Person, customer_ids: Iterable[int]) -> list[Customer]:
    """Customers of the portfolio by id, in the order of their codes; others are left out."""
    query = select(CustomerRow).where(CustomerRow.id.in_(list(customer_ids)), within(person))
    return [to_customer(row) for row in session.scalars(query.order_by(CustomerRow.code))]
