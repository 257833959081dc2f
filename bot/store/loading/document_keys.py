"""Which document each row of a file is about, found for all of its rows at once."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from string import digits
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    Update,
    and_,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)

from bot.domain.incoming import DocumentKey
from bot.domain.receivables import BETWEEN, has_series, one_word, set_apart, without_decimals
from bot.domain.text import fold
from bot.store.loading.cfdi import is_without_erp
from bot.store.loading.shared import Loaded
from bot.store.loading.staging import Staging
from bot.store.models import DocumentRow

_DOCUMENT: Any = DocumentRow.__table__
# What is left out of a word; `one_word` leaves out all that is neither letter nor digit.
_SEPARATORS = "- /._#"
_TAIL = re.compile(r"(?=0*[1-9])\d+$")
# What fills in documents, and a query for what that left.
_Way = tuple[Update, Select[Any]]


def folio_columns() -> list[Column[Any]]:
    """The columns of a staging table for what `folio_values` says of a folio."""
    return [Column(name, Text) for name in ("series", "folio", "plain_folio", "written", "word", "tail", "apart")]


def folio_values(series: str, written: str) -> tuple[str | None, ...]:
    """Series and folio, this without leading zeros too, and as it is written where that has decimals.

    Then of a row that has them in one column: both as one word, the folio alone, and the series if told. The plain
    folio has no leading zeros: ERPs keep folios as numbers, and so does whoever opens a CSV in Excel.
    """
    folio = without_decimals(written)
    tail = _TAIL.search(folio) if has_series(series, folio) else None
    joined = (one_word(series, folio), tail[0]) if tail else (None, None)
    decimal = None if folio == written else written
    return series, folio, folio.lstrip("0"), decimal, *joined, set_apart(series, folio)


# Conditions and statements of a staging table are made once, not at each import, like those of `staging`.
@cache
def _kept_decimals(table: Table) -> Update:
    """Leave the decimals to a folio that a document has with them, beside one without (docs/decisions/0011).

    Not for the sake of one that is cancelled, unless the row says so too.
    """
    c, its = table.c, _DOCUMENT.c
    is_cancelling = [c.cancelled.is_(True)] if "cancelled" in c else []
    is_it = and_(
        *(its.folio == c.written, its.series == c.series, its.customer_id + 0 == c.customer_id),
        or_(c.concept_code == "", its.concept_code == c.concept_code),
        or_(c.uuid.is_(None), its.uuid == c.uuid),
        or_(not_(its.cancelled), *is_cancelling),
    )
    is_there = exists(select(its.id).where(is_it))
    kept = {
        "folio": case((is_there, c.written), else_=c.folio),
        "plain_folio": case((is_there, func.ltrim(c.written, "0")), else_=c.plain_folio),
        # Of two rows that are equal but for their decimals one is the other's again.
        "written": None,
    }
    return update(table).where(c.written.is_not(None)).values(kept)


def keep_names(staging: Staging) -> None:
    """Let what is known by its UUID keep what a row does not say of its name, or only writes otherwise."""
    staging.run(_kept_decimals(staging.table))
    for statement in _kept_names(staging.table):
        staging.run(statement)


@cache
def _kept_names(table: Table) -> tuple[Update, Update]:
    c, its = table.c, _DOCUMENT.c
    # Where only a CFDI has told of a series, the office may do without, in its payments too.
    is_series = or_(c.series == its.series, and_(c.series == "", not_(is_without_erp())))
    is_unsaid = and_(is_series, c.plain_folio == func.ltrim(its.folio, "0"))
    is_named_so = or_(is_unsaid, and_(c.word.is_not(None), is_joined(c, its)))
    row, is_itself = update(table), its.uuid == c.uuid
    # The ERP's code takes the place of ours.
    is_uncoded = and_(c.concept_code == "", not_(is_without_erp()))
    return (
        row.where(is_itself, is_named_so).values(series=its.series, folio=its.folio),
        row.where(is_itself, is_uncoded).values(concept_code=its.concept_code),
    )


def is_joined(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any table
    """The condition for a document whose series and folio a row has in one column, or in two where it has one."""
    is_series = and_(c.series != "", or_(its.series == "", func.upper(its.series) == func.upper(c.series)))
    theirs = and_(is_series, _plain(its.folio) == _word(c.series) + _plain(c.folio))
    return and_(or_(c.word == _one_word(its), theirs), _is_same_series(c, its))


def reads_so(c: Any, plain: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any table
    """A condition that each of `plain_folios` meets which a row has in one column or two, by an index that is made."""
    is_so: ColumnElement[bool] = plain.one_word == func.coalesce(c.word, _one_word(c))
    return is_so


def _is_same_series(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any table
    """The condition that no series seen where a folio begins tells two apart: see `set_apart`."""
    head = func.rtrim(its.folio, digits, type_=Text)
    is_apart = and_(_has_series(its), func.rtrim(head, _SEPARATORS, type_=Text) != head)
    apart = case((head == "", _word(its.series)), (is_apart, _word(head)))
    return func.coalesce(c.apart, apart, "") == func.coalesce(apart, c.apart, "")


def _has_series(its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any table
    return func.substr(func.upper(its.folio), 1, func.length(its.series)) == func.upper(its.series)


def may_be_joined(c: Any, its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any table
    """A condition that every such document meets which is written as usual, and that an index answers."""
    joined = [its.folio == c.series + between + c.folio for between in BETWEEN]
    return or_(its.folio == c.tail, its.folio == func.ltrim(c.tail, "0"), *joined)


def _one_word(its: Any) -> ColumnElement[str]:  # noqa: ANN401 - columns of any table
    """What `one_word` says of series and folio."""
    is_in_both = and_(_has_series(its), func.rtrim(its.folio, digits, type_=Text) != "")
    return case((is_in_both, _plain(its.folio)), else_=_word(its.series) + _plain(its.folio))


def _plain(folio: ColumnElement[str]) -> ColumnElement[str]:
    """A folio as a word, without the zeros that lead its digits at the end."""
    plain: ColumnElement[str] = _word(func.rtrim(folio, digits, type_=Text)) + _tail(folio)
    return plain


def _tail(folio: ColumnElement[str]) -> ColumnElement[str]:
    """The digits at the end of a folio, without the zeros that lead them."""
    head = func.rtrim(folio, digits, type_=Text)
    return func.ltrim(func.substr(folio, func.length(head) + 1), "0", type_=Text)


def _apart(its: Any) -> ColumnElement[str]:  # noqa: ANN401 - columns of any table
    """Series and folio with a dash between them, however they are written: `A-7` is `A-0007`, `AB-7` is no `A-B-7`."""
    head = func.rtrim(its.folio, digits, type_=Text)
    is_in_one = and_(_has_series(its), head != "")
    series = case((is_in_one, func.rtrim(head, _SEPARATORS, type_=Text)), else_=its.series + head)
    return cast(func.upper(series) + "-" + _tail(its.folio), Text)


def _word(written: ColumnElement[str]) -> ColumnElement[str]:
    word = func.upper(written)
    for separator in _SEPARATORS:
        word = func.replace(word, separator, "")
    return word


def key_columns() -> list[Column[Any]]:
    """The columns of a staging table that name a document, and its id once that is found."""
    names = ("uuid", "customer", "concept_code", "concept")
    ids = Column("customer_id", Integer), Column("document_id", BigInteger)
    return [*(Column(name, Text) for name in names), *folio_columns(), *ids]


def key_values(
    loaded: Loaded, customers: Mapping[str, tuple[int, int]], number: int, key: DocumentKey
) -> tuple[object, ...] | None:
    """The values of these columns for a row; a refusal and None when there is no such customer."""
    if key.uuid:
        return key.uuid, "", "", "", *folio_values("", ""), None, None
    if key.customer not in customers:
        loaded.refuse(number, "customer", key.customer, "unknown_customer")
        return None
    customer_id, _ = customers[key.customer]
    named = (key.concept_code, key.concept, *folio_values(key.series, key.folio))
    return None, key.customer, *named, customer_id, None


def plain_folios(*is_wanted: ColumnElement[bool]) -> Any:  # noqa: ANN401 - the columns of a query in SQLAlchemy
    """All documents, or those wanted, with their folios less leading zeros and in one word with the series: a table.

    Of an expression, or of what it does not know to be a text, SQLite makes itself no index.
    """
    its = _DOCUMENT.c
    names = (
        *("id", "customer_id", "concept_code", "concept", "series", "folio", "uuid", "kind", "cancelled"),
        *("issued", "currency", "total"),
    )
    plain = select(
        *(its[name] for name in names),
        cast(func.ltrim(its.folio, "0"), Text).label("plain_folio"),
        cast(_one_word(its), Text).label("one_word"),
        _apart(its).label("apart"),
    )
    return plain.where(*is_wanted).cte("plain_folios").prefix_with("MATERIALIZED").c


def find_documents(staging: Staging, loaded: Loaded) -> None:
    """Fill in the documents' ids; rows that name none, or several, are refused."""
    c, ambiguous = staging.c, set[int]()
    staging.run(_of_uuid(staging.table))
    staging.run(_kept_decimals(staging.table))
    for way in _written_so(staging.table):
        ambiguous |= _find_named(staging, *way)
    # Leading zeros tell no folios apart, in one column or two (docs/decisions/0011); looked for only where needed: it
    # takes all documents.
    if list(staging.read(select(c.row).where(c.document_id.is_(None), c.uuid.is_(None)).limit(1))):
        for way in _read_alike(staging.table):
            ambiguous |= _find_named(staging, *way)
    rows = []
    for found in staging.read(select(staging.table).where(c.document_id.is_(None)).order_by(c.row)):
        key = DocumentKey(found.uuid, found.customer, found.concept_code, found.concept, found.series, found.folio)
        reason = "ambiguous_document" if found.row in ambiguous else "unknown_document"
        loaded.refuse(found.row, "document_uuid" if key.uuid else "folio", str(key), reason)
        rows.append(found.row)
    staging.take_out(rows)


@cache
def _of_uuid(table: Table) -> Update:
    return update(table).where(_DOCUMENT.c.uuid == table.c.uuid).values(document_id=_DOCUMENT.c.id)


@cache
def _written_so(table: Table) -> tuple[_Way, _Way]:
    c, its = table.c, _DOCUMENT.c
    # A sum is in no index: without it SQLite would rather read all documents of the customer than of the folio.
    is_theirs = its.customer_id + 0 == c.customer_id
    is_folio = and_(its.folio == c.folio, its.series == c.series)
    is_read_so = and_(may_be_joined(c, its), is_joined(c, its), _is_unwritten(c))
    return _way(table, its, and_(is_folio, is_theirs)), _way(table, its, and_(is_read_so, is_theirs))


@cache
def _read_alike(table: Table) -> tuple[_Way, _Way]:
    c, plain = table.c, plain_folios()
    is_theirs = and_(plain.customer_id == c.customer_id, _is_unwritten(c))
    is_folio = and_(plain.plain_folio == c.plain_folio, plain.series == c.series)
    # Of what ends in no number nobody sees where the folio begins.
    is_read_so = and_(plain.apart == _apart(c), _tail(plain.folio) != "")
    return _way(table, plain, and_(is_folio, is_theirs)), _way(table, plain, and_(is_read_so, is_theirs))


def _is_unwritten(c: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of any table
    """What may be several that are written so is no third one that only reads so."""
    same = _DOCUMENT.alias().c
    is_written_so = and_(same.folio == c.folio, same.series == c.series, same.customer_id + 0 == c.customer_id)
    return not_(exists().where(is_written_so, or_(c.concept_code == "", same.concept_code == c.concept_code)))


def _way(table: Table, its: Any, is_folio: ColumnElement[bool]) -> _Way:  # noqa: ANN401 - columns of any query
    """How what is the only one of its folio is filled in, and how then what may still be several is read."""
    c = table.c
    may_be = and_(
        c.document_id.is_(None),
        is_folio,
        or_(c.concept_code == "", its.concept_code == c.concept_code),
    )
    candidates = select(c.row, func.min(its.id).label("id")).where(may_be).group_by(c.row)
    one = candidates.having(func.count() == 1).subquery()
    fill = update(table).where(one.c.row == c.row).values(document_id=one.c.id)
    return fill, select(c.row, c.concept, its.id, its.concept.label("name")).where(may_be).order_by(c.row)


def _find_named(staging: Staging, fill: Update, query: Select[Any]) -> set[int]:
    """Fill in what is the only one of its folio, else of its concept too; the rows that name several."""
    staging.run(fill)
    found, ambiguous = [], set()
    for row, several in groupby(staging.read(query), lambda candidate: candidate.row):
        named = [candidate.id for candidate in several if fold(candidate.name) == fold(candidate.concept)]
        if len(named) == 1:
            found.append({"number": row, "id": named[0]})
        else:
            ambiguous.add(row)
    staging.set(found, document_id="id")
    return ambiguous
