"""Where a row of a file contradicts what is known of its document: it is refused, or what becomes of it is told."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, case, false, func, literal, not_, or_, select

from bot.domain.money import MXN, NOT_TWO_DIGITS, Money
from bot.domain.receivables import DocumentKind, printed
from bot.domain.text import fold
from bot.store.loading.cfdi import is_without_erp
from bot.store.loading.document_conditions import CHARGES, differs, is_total
from bot.store.loading.shared import Loaded
from bot.store.loading.staging import Staging
from bot.store.models import CustomerRow, DocumentRow

_DOCUMENT: Any = DocumentRow.__table__


def refuse_other_concepts(staging: Staging, loaded: Loaded) -> None:
    """Refuse a row whose concept has no code and another name than that of the document in its place.

    Of the same day and amount it is that document, and the concept was renamed, unless one of the two is a credit.
    """
    rows = []
    for found in staging.read(_other_concepts(staging.table)):
        if fold(found.concept) != fold(found.other):
            loaded.refuse(found.row, "concept", found.concept, "other_concept", concept=found.other)
            rows.append(found.row)
    staging.take_out(rows)


# Queries of a staging table are made once, not at each import, like those of `staging`.
@cache
def _other_concepts(table: Table) -> Select[Any]:
    c, its = table.c, _DOCUMENT.c
    return (
        select(c.row, c.concept, its.concept.label("other"))
        .join(_DOCUMENT, its.id == c.known_id)
        .where(
            *(c.concept_code == "", c.concept != "", its.concept != "", c.concept != its.concept),
            or_(differs(c, its), its.kind.in_(CHARGES) != c.kind.in_(CHARGES)),
            # What a CFDI brought is called so by us.
            case((c.uuid.is_(None), not_(is_without_erp())), else_=c.uuid.is_distinct_from(its.uuid)),
        )
    )


def refuse_other_sides(staging: Staging) -> None:
    """Refuse a row without a concept's code that is a credit where a charge has its place, or the other way round.

    Of the same day and amount it is that document, whose kind was wrong or not said; but a CFDI's never is.
    """
    staging.refuse(_other_sides(staging.table), "folio", "other_side")


@cache
def _other_sides(table: Table) -> Select[Any]:
    c, its = table.c, _DOCUMENT.c
    said = func.coalesce(c.kind, literal(DocumentKind.INVOICE.value))
    return (
        select(c.row, c.folio)
        .join(_DOCUMENT, its.id == c.known_id)
        .where(
            *(c.concept_code == "", its.kind.in_(CHARGES) != said.in_(CHARGES)),
            or_(differs(c, its), and_(c.kind.is_not(None), is_without_erp())),
            or_(c.uuid.is_(None), c.uuid.is_distinct_from(its.uuid)),
        )
    )


def other_totals(table: Table, is_it: ColumnElement[bool]) -> Select[Any]:
    """The query for rows whose document, by that condition, has another total, with both."""
    c, its = table.c, _DOCUMENT.c
    theirs = (its.total.label("its_total"), its.currency.label("its_currency"))
    query = select(c.row, c.series, c.folio, c.total, c.currency, *theirs).select_from(table)
    return query.join(_DOCUMENT, is_it).where(not_(is_total(c, its)))


def refuse_totals(staging: Staging, loaded: Loaded, query: Select[Any]) -> None:
    """Refuse the rows of `other_totals`, and say both."""
    rows = []
    for found in staging.read(query):
        said, total = Money(found.total, found.currency or MXN), Money(found.its_total, found.its_currency)
        label = printed(found.series, found.folio)
        loaded.refuse(found.row, "total", f"{said} {said.currency}", "other_total", document=label, total=total)
        rows.append(found.row)
    staging.take_out(rows)


def refuse_other_currencies(staging: Staging) -> None:
    """Refuse a row of another total that says no currency, where its document is not in pesos: it may be in these."""
    staging.refuse(_other_currencies(staging.table), "currency", "missing")


@cache
def _other_currencies(table: Table) -> Select[Any]:
    c, its = table.c, _DOCUMENT.c
    # And the row is read with their decimals.
    is_other = or_(its.total != c.total, its.currency.in_(NOT_TWO_DIGITS))
    # No money is so in any currency, where the UUID says that it is this document that is cancelled.
    is_emptied = and_(c.cancelled.is_(True), c.total == 0, c.uuid == its.uuid)
    foreign = select(c.row, literal("").label("value")).join(_DOCUMENT, its.id == c.known_id)
    return foreign.where(c.currency.is_(None), its.currency != MXN, case((is_emptied, false()), else_=is_other))


def tell_of_methods(staging: Staging, loaded: Loaded) -> None:
    """Tell once that a file has a document paid otherwise than its CFDI does, which counts."""
    for found in staging.read(_other_methods(staging.table)):
        loaded.warn(found.row, "payment_method", found.payment_method, "other_method", stamped=found.stamped_method)


@cache
def _other_methods(table: Table) -> Select[Any]:
    c, its = table.c, _DOCUMENT.c
    return (
        select(c.row, c.payment_method, its.stamped_method)
        .join(_DOCUMENT, its.id == c.known_id)
        .where(c.payment_method != its.stamped_method, c.payment_method.is_distinct_from(its.payment_method))
    )


def tell_of_customers(staging: Staging, loaded: Loaded) -> None:
    """Tell that a row gives a document to another customer, who owes it from now on."""
    for found in staging.read(_other_customers(staging.table)):
        loaded.warn(found.row, "customer", found.code, "other_customer", customer=found.other)


@cache
def _other_customers(table: Table) -> Select[Any]:
    c, its, new, old = table.c, _DOCUMENT.c, CustomerRow.__table__.alias().c, CustomerRow.__table__.alias().c
    return (
        select(c.row, new.code, old.code.label("other"))
        .join(_DOCUMENT, and_(its.id == c.known_id, its.customer_id != c.customer_id))
        .join(new.code.table, new.id == c.customer_id)
        .join(old.code.table, old.id == its.customer_id)
    )
