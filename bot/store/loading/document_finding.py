"""The statements that find which document each row of a staging table is, made once and not at each import.

Each takes the rows that are not known yet; one that may be several documents stays unknown.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Update,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)

from bot.domain.receivables import DocumentKind
from bot.store.loading.cfdi import is_without_erp
from bot.store.loading.document_conditions import CHARGES, is_kind, is_total, is_unclaimed, pesos_first
from bot.store.loading.document_contradictions import other_totals
from bot.store.loading.document_keys import is_joined, may_be_joined, plain_folios, reads_so
from bot.store.models import DocumentRow

IDENTITY = ("customer_id", "concept_code", "series", "folio")
_DOCUMENT: Any = DocumentRow.__table__


@cache
def by_identity(table: Table) -> Update:
    """Take rows for the documents in their places."""
    is_it = and_(*(_DOCUMENT.c[name] == table.c[name] for name in IDENTITY))
    return update(table).where(is_it).values(known_id=_DOCUMENT.c.id)


@cache
def by_uuid(table: Table) -> Update:
    """Take rows for the documents of their UUID."""
    is_it = and_(table.c.known_id.is_(None), _DOCUMENT.c.uuid == table.c.uuid)
    return update(table).where(is_it).values(known_id=_DOCUMENT.c.id)


@cache
def of_taken_folio(table: Table) -> Select[Any]:
    """Rows whose place one document has, and their UUID another."""
    c, its = table.c, _DOCUMENT.alias().c
    query = select(c.row, c.folio, c.uuid).join(its.id.table, its.uuid == c.uuid)
    return query.where(c.known_id.is_not(None), c.known_id != its.id)


@cache
def of_other_uuid(table: Table) -> Select[Any]:
    """Rows whose document has another UUID."""
    c, its = table.c, _DOCUMENT.c
    query = select(c.row, c.uuid.label("value"), its.uuid).join(_DOCUMENT, its.id == c.known_id)
    return query.where(its.uuid != c.uuid)


@cache
def of_what_cfdi_brought(table: Table, has_zeros: bool) -> tuple[list[Update], Select[Any]]:  # noqa: FBT001 - for `cache`
    """Take a row without UUID as the document that a CFDI brought if the totals agree; those where they do not."""
    c, its = table.c, _DOCUMENT.c
    is_folio = func.ltrim(its.folio, "0") == c.plain_folio if has_zeros else its.folio == c.folio
    is_named = and_(
        # A sum is in no index: see document_keys.
        *(c.uuid.is_(None), is_folio, its.customer_id + 0 == c.customer_id),
        func.upper(its.series) == func.upper(c.series),
        # And in a case nobody guesses how rare it is: PostgreSQL would read the whole file for each such document.
        case((is_without_erp(), true()), else_=false()),
    )
    is_so = its.kind == func.coalesce(c.kind, literal(DocumentKind.INVOICE.value))
    is_free = and_(c.known_id.is_(None), is_unclaimed(table, its))
    taken = []
    # Without a code it is found by its place, or below despite its zeros.
    is_coded_note = and_(c.concept_code != "", _is_stamped_note(c, its))
    for is_kind_of in (is_so, is_coded_note):
        # Of several rows the first: the next time the others find it taken, as they do now.
        firsts = select(func.min(c.row).label("row"), its.id).select_from(table)
        of_total = firsts.join(_DOCUMENT, and_(is_named, is_free, is_kind_of)).where(is_total(c, its))
        first = of_total.group_by(its.id).subquery()
        taken.append(update(table).where(first.c.row == c.row).values(known_id=first.c.id))
    return taken, other_totals(table, and_(is_named, or_(c.known_id == its.id, and_(is_free, is_so))))


def _is_stamped_note(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    """The condition for a CFDI's invoice that may be a row's debit note, which is stamped as one too."""
    is_note = and_(c.kind == DocumentKind.DEBIT_NOTE.value, its.kind == DocumentKind.INVOICE.value)
    # Only an XML says this: what a file calls an invoice is one.
    return and_(is_note, its.issued == c.issued, its.stamped_method.is_not(None))


@cache
def despite_codes(table: Table) -> list[Update]:
    """Take a row for the only document of its folio, day and total where one of the two has no concept's code.

    What has none keeps that of the other: a file without codes may come after an ERP with them, or before.
    """
    c, its = table.c, _DOCUMENT.c
    is_it = and_(
        c.known_id.is_(None),
        c.concept_code != its.concept_code,
        or_(c.concept_code == "", its.concept_code == ""),
        or_(c.uuid.is_(None), its.uuid.is_(None)),
        is_kind(c, its),
        is_unclaimed(table, its),
        # A sum is in no index: see document_keys.
        its.customer_id + 0 == c.customer_id,
        *(its[name] == c[name] for name in ("folio", "series", "issued")),
        is_total(c, its),
    )
    theirs = (func.min(its.id).label("id"), func.max(its.concept_code).label("code"))
    taken = []
    for each in pesos_first(c, its, is_it):
        found = select(c.row, *theirs).where(each).group_by(c.row).having(func.count() == 1).subquery()
        code = case((c.concept_code == "", found.c.code), else_=c.concept_code)
        taken.append(update(table).where(found.c.row == c.row).values(known_id=found.c.id, concept_code=code))
    return taken


@cache
def despite_zeros(table: Table) -> list[Update]:
    """Take a row for the document of its day and total whose folio is the same but for leading zeros.

    A file that has both is of two documents.
    """
    c, its = table.c, plain_folios()
    is_it = and_(
        *(c.known_id.is_(None), or_(c.uuid.is_(None), its.uuid.is_(None))),
        is_unclaimed(table, its),
        *(its[name] == c[name] for name in ("customer_id", "plain_folio", "series")),
        *(its.issued == c.issued, is_total(c, its)),
    )
    # Where one of the two has no code, their names must not tell them apart: here it is less sure than above.
    is_uncoded = and_(or_(c.concept_code == "", its.concept_code == ""), _is_named_alike(c, its), is_kind(c, its))
    return [
        *_take_place(table, its, and_(is_it, its.concept_code == c.concept_code)),
        *_take_place(table, its, and_(is_it, is_uncoded)),
    ]


@cache
def in_one_column(table: Table) -> tuple[list[Update], Select[Any]]:
    """Take a row for the document of its day and total whose series and folio are the same in one column or two.

    Of a CFDI the day tells nothing; whatever else reads the same is to be refused, for it would be owed twice.
    """
    c, its = table.c, _DOCUMENT.c
    plain = _of_days(table)
    of_day = and_(reads_so(c, plain), plain.customer_id == c.customer_id, plain.issued == c.issued)
    is_read_so = and_(_may_be_read_so(table, its), may_be_joined(c, its), its.customer_id + 0 == c.customer_id)
    is_near, is_of_cfdi = and_(is_read_so, is_kind(c, its)), and_(is_total(c, its), is_without_erp())
    taken = [
        *_take_place(table, plain, and_(of_day, _may_be_read_so(table, plain), is_kind(c, plain), is_total(c, plain))),
        *_take_place(table, its, and_(is_near, is_of_cfdi)),
        *_take_place(table, its, and_(is_read_so, is_of_cfdi, _is_stamped_note(c, its))),
    ]
    return taken, select(c.row, c.folio, _label(its)).where(is_near).group_by(c.row, c.folio)


def _of_days(table: Table) -> Any:  # noqa: ANN401 - the columns of a query
    """The documents of the customers and days of rows that are not known: a customer may have thousands of a day."""
    c, its = table.c, _DOCUMENT.c
    there = select(c.customer_id, c.issued).where(c.known_id.is_(None))
    return plain_folios(tuple_(its.customer_id, its.issued).in_(there))


@cache
def may_be_known(table: Table, has_zeros: bool, has_joined: bool) -> list[Select[Any]]:  # noqa: FBT001 - for `cache`
    """Rows that may be a document of their day and total, for want of a series, a code or a kind, and so are not new.

    What both say tells them apart, and so does a file that has both.
    """
    c, plain = table.c, _of_days(table)
    its = plain_folios() if has_zeros else _DOCUMENT.c
    # A sum is in no index: see document_keys.
    is_theirs = its.customer_id == c.customer_id if has_zeros else its.customer_id + 0 == c.customer_id
    is_folio = its.plain_folio == c.plain_folio if has_zeros else its.folio == c.folio
    is_series = or_(func.upper(c.series) == func.upper(its.series), c.series == "", its.series == "")
    apart = _of_day_and_total(table, its, and_(is_theirs, is_folio, is_series))
    is_read_so = and_(reads_so(c, plain), plain.customer_id == c.customer_id, is_joined(c, plain))
    return [apart, _of_day_and_total(table, plain, is_read_so)] if has_joined else [apart]


def _of_day_and_total(table: Table, its: Any, is_folio: ColumnElement[bool]) -> Select[Any]:  # noqa: ANN401 - columns of any query
    c = table.c
    said = func.coalesce(c.kind, literal(DocumentKind.INVOICE.value))
    # One of several, where names tell nothing as there is only one: see `despite_codes`.
    is_in_place = and_(its.series == c.series, its.folio == c.folio, is_kind(c, its))
    is_uncoded = and_(or_(c.concept_code == "", its.concept_code == ""), or_(_is_named_alike(c, its), is_in_place))
    is_it = and_(
        *(c.known_id.is_(None), is_folio, its.issued == c.issued, is_total(c, its)),
        *(its.cancelled.is_not(True), its.kind.in_(CHARGES) == said.in_(CHARGES)),
        # Name and code of what a CFDI brought are ours.
        or_(and_(c.concept_code == its.concept_code, c.concept_code != ""), is_uncoded, is_without_erp(its)),
        or_(c.uuid.is_(None), its.uuid.is_(None)),
        is_unclaimed(table, its),
    )
    return select(c.row, c.folio, _label(its)).where(is_it).group_by(c.row, c.folio)


def _label(its: Any) -> ColumnElement[str]:  # noqa: ANN401 - columns of any query
    return func.min(func.ltrim(its.series + "-" + its.folio, "-")).label("document")


def _is_named_alike(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    """The condition for a document whose concept no name tells apart from a row's."""
    is_unnamed = or_(func.coalesce(c.concept, "") == "", its.concept == "")
    return or_(is_unnamed, _folded(its.concept) == _folded(c.concept))


def _folded(name: ColumnElement[str]) -> ColumnElement[str]:
    """A name as `fold` makes it, as far as Spanish goes: of letters with an accent SQLite knows no capitals."""
    folded = func.lower(name)
    for letter, accented in zip("aeiouun", ("áÁ", "éÉ", "íÍ", "óÓ", "úÚ", "üÜ", "ñÑ"), strict=True):
        for each in accented:
            folded = func.replace(folded, each, letter)
    return folded


def _may_be_read_so(table: Table, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any query
    c = table.c
    return and_(
        *(c.known_id.is_(None), is_joined(c, its)),
        or_(c.concept_code == its.concept_code, c.concept_code == "", its.concept_code == "", is_without_erp(its)),
        or_(c.uuid.is_(None), its.uuid.is_(None)),
        is_unclaimed(table, its),
    )


def _take_place(table: Table, its: Any, is_it: ColumnElement[bool]) -> list[Update]:  # noqa: ANN401 - as above
    """Take each row that may be one document only for it, under that one's series and folio.

    Under the row's there may be another document. A code that only the row says it has from now on, as payments
    of the same office name it, unless that is another's place, here or in the file.
    """
    c, taken = table.c, []
    place = [func.min(its[name]).label(name) for name in IDENTITY]
    other, row = _DOCUMENT.alias().c, table.alias().c
    for each in pesos_first(c, its, is_it):
        found = select(c.row, func.min(its.id).label("id"), *place).where(each).group_by(c.row)
        one = found.having(func.count() == 1).subquery()
        is_there = exists().where(
            other.concept_code == c.concept_code,
            *(other[name] == one.c[name] for name in ("customer_id", "series", "folio")),
        )
        there = tuple_(one.c.customer_id, c.concept_code, one.c.series, one.c.folio)
        is_taken = or_(is_there, there.in_(select(*(row[name] for name in IDENTITY))))
        code = case((or_(c.concept_code == "", is_taken), one.c.concept_code), else_=c.concept_code)
        values = {name: one.c[name] for name in IDENTITY} | {"known_id": one.c.id, "concept_code": code}
        taken.append(update(table).where(one.c.row == c.row).values(values))
    return taken
