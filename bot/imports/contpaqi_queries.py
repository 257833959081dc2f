"""What is asked of a CONTPAQi company, in SQLAlchemy Core: the same on SQL Server, SQLite and PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, literal_column, or_, select

from bot.imports.contpaqi_tables import (
    CANCELLED,
    CHARGE,
    CHARGES,
    CREDIT,
    CREDITS,
    CUSTOMER_TYPES,
    ISSUED,
    agents,
    associations,
    concepts,
    currencies,
    customers,
    documents,
    folios,
)

_D = documents.c
_A = associations.c

_counts = and_(_D.CPLANTILLA == 0, _D.CAFECTADO == 1, _D.CCANCELADO == 0)
# Whether it was posted nobody knows any more: cancelling may take that away.
_was_cancelled = and_(_D.CPLANTILLA == 0, _D.CCANCELADO == 1)
_customers_only = and_(
    customers.c.CIDCLIENTEPROVEEDOR == _D.CIDCLIENTEPROVEEDOR, customers.c.CTIPOCLIENTE.in_(CUSTOMER_TYPES)
)
# The kind says what a document is for; its nature, which way it counts. Where they disagree it is none of ours,
# and the comparison of balances, which goes by nature alone, tells of it.
_receivable = or_(
    and_(_D.CNATURALEZA == CHARGE, _D.CIDDOCUMENTODE.in_(CHARGES)),
    and_(_D.CNATURALEZA == CREDIT, _D.CIDDOCUMENTODE.in_(CREDITS)),
)
# Columns differ by version: CCLAVESAT is absent in old ones.
all_currencies: Select[Any] = select(literal_column("*")).select_from(currencies)


def sortable(stamp: ColumnElement[str]) -> ColumnElement[str]:
    """A CTIMESTAMP, `MM/dd/yyyy HH:mm:ss:fff`, as `yyyyMMddHH:mm:ss:fff`: as text it sorts by time."""

    def part(start: int, length: int) -> ColumnElement[str]:
        return func.substring(stamp, start, length, type_=String)

    return part(7, 4) + part(1, 2) + part(4, 2) + part(12, 12)


def all_customers() -> Select[Any]:
    """Customers with the codes of the agents who collect from them and who sell to them."""
    collection, sales = agents.alias("cobro"), agents.alias("venta")
    # The agent with id 0 is «(Ninguno)».
    collects = and_(collection.c.CIDAGENTE == customers.c.CIDAGENTECOBRO, collection.c.CIDAGENTE != 0)
    sells = and_(sales.c.CIDAGENTE == customers.c.CIDAGENTEVENTA, sales.c.CIDAGENTE != 0)
    return (
        select(customers, collection.c.CCODIGOAGENTE.label("collector"), sales.c.CCODIGOAGENTE.label("seller"))
        .outerjoin(collection, collects)
        .outerjoin(sales, sells)
        .where(customers.c.CTIPOCLIENTE.in_(CUSTOMER_TYPES), customers.c.CCODIGOCLIENTE != "")
    )


def filled_in() -> Select[Any]:
    """The greatest of what customers have in some columns: nothing where an office leaves one blank for all of them."""
    agents_, emails = ("CIDAGENTECOBRO", "CIDAGENTEVENTA"), ("CEMAIL1", "CEMAIL2", "CEMAIL3")
    names = (*agents_, *emails, "CLIMITECREDITOCLIENTE", "CDIASCREDITOCLIENTE")
    greatest = (func.max(customers.c[name]).label(name) for name in names)
    return select(*greatest).where(customers.c.CTIPOCLIENTE.in_(CUSTOMER_TYPES))


def newest_stamp() -> Select[Any]:
    """The newest mark of change among those of the known form."""
    form = _D.CTIMESTAMP.like("__/__/____ __:__:__:___")
    return select(func.max(sortable(_D.CTIMESTAMP)).label("newest")).where(form)


def counting_ids() -> Select[Any]:
    """The ids of documents that count."""
    return select(_D.CIDDOCUMENTO).join(customers, _customers_only).where(_counts, _receivable)


def cancelled_ids() -> Select[Any]:
    """The ids of documents that counted until they were cancelled."""
    return select(_D.CIDDOCUMENTO).join(customers, _customers_only).where(_was_cancelled, _receivable)


def changed_ids(since: str) -> Select[Any]:
    """The ids of documents changed since a sortable mark, whatever they are now."""
    return select(_D.CIDDOCUMENTO).where(sortable(_D.CTIMESTAMP) >= since)


def charges_of_changed(since: str) -> Select[Any]:
    """The ids of what documents changed since then are applied to."""
    credit = _D.CIDDOCUMENTO == _A.CIDDOCUMENTOABONO
    return (
        select(_A.CIDDOCUMENTOCARGO)
        .distinct()
        .select_from(associations)
        .join(documents, credit)
        .where(sortable(_D.CTIMESTAMP) >= since)
    )


def balances() -> Select[Any]:
    """What is open, by nature alone."""
    return (
        select(_D.CIDDOCUMENTO, _D.CNATURALEZA, _D.CIDMONEDA, _D.CPENDIENTE, customers.c.CCODIGOCLIENTE)
        .join(customers, _customers_only)
        .where(_counts, _D.CUSACLIENTE == 1, _D.CNATURALEZA.in_((CHARGE, CREDIT)), _D.CPENDIENTE != 0)
    )


def counting(ids: Sequence[int]) -> Select[Any]:
    """Those of these documents that count, with their customer's and concept's columns."""
    return _of_these(ids).where(_counts)


def cancelled(ids: Sequence[int]) -> Select[Any]:
    """The same of those that were cancelled."""
    return _of_these(ids).where(_was_cancelled)


def _of_these(ids: Sequence[int]) -> Select[Any]:
    return (
        select(
            documents,
            concepts.c.CCODIGOCONCEPTO,
            concepts.c.CNOMBRECONCEPTO,
            customers.c.CCODIGOCLIENTE,
            customers.c.CDIASCREDITOCLIENTE,
        )
        .join(customers, _customers_only)
        .outerjoin(concepts, concepts.c.CIDCONCEPTODOCUMENTO == _D.CIDCONCEPTODOCUMENTO)
        .where(_D.CIDDOCUMENTO.in_(ids), _receivable)
        .order_by(_D.CIDDOCUMENTO)
    )


def uuids(ids: Sequence[int], *states: int) -> Select[Any]:
    """The UUIDs of these documents' CFDI in some states; a concept is part of the reference to a document."""
    issued = (folios.c.CESTADO.in_(states), folios.c.CUUID != "")
    return (
        select(folios.c.CIDDOCTO, folios.c.CIDCPTODOC, folios.c.CUUID)
        .where(folios.c.CIDDOCTO.in_(ids), *issued)
        .order_by(folios.c.CIDFOLDIG)
    )


def applied_to(charges: Sequence[int]) -> Select[Any]:
    """What was applied to these charges, in their currency, by credits that are not cancelled, and its REP.

    Of several REP those that count come last.
    """
    rep = and_(
        folios.c.CIDDOCTO == _D.CIDDOCUMENTO,
        folios.c.CIDCPTODOC == _D.CIDCONCEPTODOCUMENTO,
        folios.c.CESTADO.in_((ISSUED, CANCELLED)),
        folios.c.CUUID != "",
    )
    return (
        select(
            _A.CIDDOCUMENTOCARGO.label("document"),
            _A.CIDDOCUMENTOABONO,
            _A.CIDDOCUMENTOCARGO,
            _A.CIMPORTECARGO.label("amount"),
            _A.CIMPORTEABONO,
            _D.CIDMONEDA,
            _D.CTIPOCAMBIO,
            _D.CTOTAL,
            _D.CFECHA,
            _D.CIDDOCUMENTODE,
            _D.CMETODOPAG,
            _D.CREFERENCIA,
            folios.c.CUUID,
            folios.c.CESTADO,
        )
        .select_from(associations)
        .join(documents, _D.CIDDOCUMENTO == _A.CIDDOCUMENTOABONO)
        .outerjoin(folios, rep)
        .where(_A.CIDDOCUMENTOCARGO.in_(charges), _D.CCANCELADO == 0)
        .order_by(_D.CFECHA, _A.CIDDOCUMENTOABONO, folios.c.CESTADO.desc(), folios.c.CIDFOLDIG)
    )


def used_of(credits_: Sequence[int]) -> Select[Any]:
    """What of these credits was applied, in their currency, to charges that are not cancelled."""
    used = documents.alias("usado")
    return (
        select(
            _A.CIDDOCUMENTOABONO.label("document"),
            _A.CIDDOCUMENTOABONO,
            _A.CIDDOCUMENTOCARGO,
            _A.CIMPORTEABONO.label("amount"),
            _D.CFECHA,
            used.c.CIDDOCUMENTODE,
            used.c.CMETODOPAG,
            used.c.CREFERENCIA,
            literal_column("''").label("CUUID"),
            literal_column("0").label("CESTADO"),
        )
        .select_from(associations)
        .join(documents, _D.CIDDOCUMENTO == _A.CIDDOCUMENTOCARGO)
        .join(used, used.c.CIDDOCUMENTO == _A.CIDDOCUMENTOABONO)
        .where(_A.CIDDOCUMENTOABONO.in_(credits_), _D.CCANCELADO == 0)
        .order_by(_D.CFECHA, _A.CIDDOCUMENTOCARGO)
    )
