"""A company of CONTPAQi Comercial, read and never written: own SQL over SQLAlchemy, the same on every database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Column, Connection, Engine, Row, Select, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from bot.domain.erp import ERP_KEY, ErpApplication, ErpBalance, ErpDocument, ErpDriverMissing, ErpUnreadable
from bot.domain.errors import UnknownCurrency
from bot.domain.incoming import IncomingCustomer, Problem
from bot.domain.money import MXN, Money, parse_currency
from bot.domain.receivables import ApplicationKind, DocumentKind, PaymentMethod, Received
from bot.imports import contpaqi_queries as queries
from bot.imports import contpaqi_values as read
from bot.imports.contpaqi_tables import (
    APPLICATIONS,
    CANCELLED,
    CHARGE,
    CHARGES,
    CREDITS,
    IDS_PER_QUERY,
    ISSUED,
    OTHER_APPLICATION,
    PPD,
    PUE,
    associations,
    customers,
    documents,
)

# An office's server answers a connection in a second; a machine that is off never does.
_LOGIN_SECONDS = 15
_QUERY_SECONDS = 120
_REASON_LENGTH = 200

_METHODS = {PUE: PaymentMethod.PUE, PPD: PaymentMethod.PPD}


class ContpaqiReader:
    """Reads one company's database, with nothing but SELECT; any method may raise ErpUnreadable."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        # By id: the ISO code, None when CONTPAQi's name for it means nothing here; and that name.
        self._currencies: dict[int, tuple[str | None, str]] = {}

    def connect(self) -> None:
        """Connect, and read the currencies; raises ErpDriverMissing too."""
        try:
            self._engine = self._engine or create_engine(self._url, **engine_options(self._url))
            self._connection = self._connection or self._engine.connect()
        except ModuleNotFoundError as error:
            raise ErpDriverMissing(error.name or str(error)) from error
        except DBAPIError as error:
            raise _unreadable(error) from error
        self._currencies = {row.CIDMONEDA: _currency(row) for row in self._rows(queries.all_currencies)}

    def close(self) -> None:
        """Give the connection back."""
        if self._connection:
            self._connection.close()
        if self._engine:
            self._engine.dispose()
        self._connection = self._engine = None

    def customers(self) -> Iterator[list[tuple[int, IncomingCustomer]]]:
        """Every customer with its id, a page at a time; what is blank of all of them is not said."""
        filled_in = self._rows(queries.filled_in())[0]
        for page in self._pages(queries.all_customers(), customers.c.CIDCLIENTEPROVEEDOR):
            yield [(row.CIDCLIENTEPROVEEDOR, _customer(row, filled_in)) for row in page]

    def newest_stamp(self) -> str | None:
        """The newest mark of change, in an order that sorts; None when the marks are not of the known form."""
        newest = self._rows(queries.newest_stamp())[0].newest
        return newest if read.stamp_before(newest) else None

    def document_ids(self) -> Iterator[int]:
        """The ids of all documents that count, in order."""
        for page in self._pages(queries.counting_ids(), documents.c.CIDDOCUMENTO):
            yield from (row.CIDDOCUMENTO for row in page)

    def changed_ids(self, newest_seen: str) -> list[int]:
        """The ids of documents changed since, whatever they are now, and of what they are applied to; in order."""
        since = read.stamp_before(newest_seen) or ""
        pages = chain(
            self._pages(queries.changed_ids(since), documents.c.CIDDOCUMENTO),
            self._pages(queries.charges_of_changed(since), associations.c.CIDDOCUMENTOCARGO),
        )
        changed = {row[0] for page in pages for row in page}
        return sorted(changed)

    def balances(self) -> Iterator[ErpBalance]:
        """What CONTPAQi says is open, by document id; by nature alone, so that nothing unknown here is hidden."""
        for page in self._pages(queries.balances(), documents.c.CIDDOCUMENTO):
            for row in page:
                currency, name = self._currencies.get(row.CIDMONEDA, (None, str(row.CIDMONEDA)))
                pending = read.minor(read.exact(row.CPENDIENTE), currency or MXN)
                if pending is None:
                    pending = read.MAX_MINOR if row.CPENDIENTE > 0 else -read.MAX_MINOR
                if pending:
                    signed = pending if row.CNATURALEZA == CHARGE else -pending
                    yield ErpBalance(row.CIDDOCUMENTO, read.text(row.CCODIGOCLIENTE), Money(signed, currency or name))

    def documents(self, ids: Sequence[int]) -> list[ErpDocument | Problem]:
        """Those of at most IDS_PER_QUERY documents that count, with what is applied to them or of them."""
        if len(ids) > IDS_PER_QUERY:
            raise ValueError(len(ids))
        uuids = self._uuids(ids, ISSUED)
        applied = {**_grouped(self._rows(queries.applied_to(ids))), **_grouped(self._rows(queries.used_of(ids)))}
        return [
            self._document(row, uuids.get(_reference(row)), applied.get(row.CIDDOCUMENTO, ()))
            for row in self._rows(queries.counting(ids))
        ]

    def cancelled(self) -> Iterator[list[ErpDocument]]:
        """What was cancelled, without what had been applied to it, a page at a time."""
        for page in self._pages(queries.cancelled_ids(), documents.c.CIDDOCUMENTO):
            ids = [row.CIDDOCUMENTO for row in page]
            uuids = self._uuids(ids, ISSUED, CANCELLED)
            rows = self._rows(queries.cancelled(ids))
            found = (self._document(row, uuids.get(_reference(row)), ()) for row in rows)
            yield [document for document in found if isinstance(document, ErpDocument)]

    def _uuids(self, ids: Sequence[int], *states: int) -> dict[tuple[int, int], str | None]:
        return {(row.CIDDOCTO, row.CIDCPTODOC): read.uuid(row.CUUID) for row in self._rows(queries.uuids(ids, *states))}

    def _document(self, row: Row[Any], uuid: str | None, applied: Iterable[Row[Any]]) -> ErpDocument | Problem:
        currency, name = self._currencies.get(row.CIDMONEDA, (None, str(row.CIDMONEDA)))
        if currency is None:
            return Problem(row.CIDDOCUMENTO, "currency", name, "erp_currency")
        total = read.minor(read.exact(row.CTOTAL), currency)
        if total is None:
            return Problem(row.CIDDOCUMENTO, "total", str(row.CTOTAL), "erp_amount")
        issued, folio = read.day(row.CFECHA), read.folio(row.CFOLIO)
        if issued is None:
            return Problem(row.CIDDOCUMENTO, "issued", str(row.CFECHA.date()), "erp_date")
        if folio is None:
            return Problem(row.CIDDOCUMENTO, "folio", str(row.CFOLIO), "erp_folio")
        is_charge = row.CNATURALEZA == CHARGE
        applications = self._applications(row, issued, applied, currency)
        if applications is None:
            return Problem(row.CIDDOCUMENTO, "amount", "", "erp_amount")
        pending = read.minor(read.exact(row.CPENDIENTE), currency)
        terms = read.credit_days(row.CDIASCREDITOCLIENTE) if is_charge else 0
        return ErpDocument(
            erp_id=row.CIDDOCUMENTO,
            customer=read.text(row.CCODIGOCLIENTE),
            concept_code=read.text(row.CCODIGOCONCEPTO),
            concept=read.text(row.CNOMBRECONCEPTO),
            series=read.text(row.CSERIEDOCUMENTO),
            folio=folio,
            uuid=uuid,
            kind=_kind(row),
            payment_method=_METHODS.get(row.CCANTPARCI) if is_charge else None,
            issued=issued,
            due=read.day(row.CFECHAVENCIMIENTO) or issued + timedelta(days=terms),
            total=Money(total, currency),
            applications=applications,
            waited=is_charge or bool(pending) or any(a.on > issued for a in applications),
        )

    def _applications(
        self, document: Row[Any], issued: date, rows: Iterable[Row[Any]], currency: str
    ) -> tuple[ErpApplication, ...] | None:
        """What is applied, dated by the credit and not by the association; None when an amount is beyond any.

        A credit is used when the later of the two documents is made: until a charge exists it waits for it.
        """
        is_charge = document.CNATURALEZA == CHARGE
        dated: list[tuple[date, Row[Any]]] = []
        for row in rows:
            other = read.day(row.CFECHA) or issued
            dated.append((other if is_charge else max(issued, other), row))
        dated.sort(key=lambda entry: entry[0])
        amounts = read.parts((read.exact(row.amount) for _, row in dated), currency)
        if amounts is None:
            return None
        return tuple(
            _application(on, amount, row, self._received(row) if is_charge else None)
            for (on, row), amount in zip(dated, amounts, strict=True)
            if amount
        )

    def _received(self, row: Row[Any]) -> Received | None:
        """The whole payment of which something is applied; None when it is none, or what stands there means nothing."""
        currency, _ = self._currencies.get(row.CIDMONEDA, (None, ""))
        if currency is None or APPLICATIONS.get(row.CIDDOCUMENTODE) is not ApplicationKind.PAYMENT:
            return None
        total = read.minor(read.exact(row.CTOTAL), currency)
        part = read.minor(read.exact(row.CIMPORTEABONO), currency)
        rate = read.rate(row.CTIPOCAMBIO)
        if total is None or part is None or rate is None:
            return None
        return Received(Money(total, currency), Money(part, currency), rate)

    def _pages(self, query: Select[Any], key: Column[int]) -> Iterator[Sequence[Row[Any]]]:
        """The rows in the key's order, a page at a time.

        Every page is a query of its own: pymssql has one open result per connection, and more is read in between.
        """
        # Below the row with id 0, «(Ninguno)», there is nothing, and that row is nobody.
        last = 0
        while page := self._rows(query.where(key > last).order_by(key).limit(IDS_PER_QUERY)):
            yield page
            last = page[-1][0]

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        if self._connection is None:
            raise RuntimeError("not connected")
        try:
            return self._connection.execute(query).all()
        except DBAPIError as error:
            raise _unreadable(error) from error


def _reference(row: Row[Any]) -> tuple[int, int]:
    return row.CIDDOCUMENTO, row.CIDCONCEPTODOCUMENTO


def engine_options(url: str) -> dict[str, Any]:
    """How to connect: on SQL Server without locks that the ERP would wait for, and with an end to waiting."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "mssql":
        return {}
    options: dict[str, Any] = {"isolation_level": "READ UNCOMMITTED"}
    if parsed.get_driver_name() == "pymssql":
        options["connect_args"] = {"login_timeout": _LOGIN_SECONDS, "timeout": _QUERY_SECONDS}
    return options


def _unreadable(error: DBAPIError) -> ErpUnreadable:
    said = error.orig.args if error.orig else ()
    # pymssql gives a number and bytes, sometimes both in one more tuple.
    parts = said[0] if said and isinstance(said[0], tuple) else said
    texts = (part.decode(errors="replace") if isinstance(part, bytes) else str(part) for part in parts)
    return ErpUnreadable(" ".join(" ".join(texts).split())[:_REASON_LENGTH])


def _currency(row: Row[Any]) -> tuple[str | None, str]:
    # The key of SAT is absent in old versions, and may be blank in others.
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's documented way to a row's names
    name = str(values["CNOMBREMONEDA"]).strip()
    try:
        return parse_currency(str(values.get("CCLAVESAT") or "").strip() or name), name
    except UnknownCurrency:
        return None, name


def _customer(row: Row[Any], filled_in: Row[Any]) -> IncomingCustomer:
    limit = read.minor(read.exact(row.CLIMITECREDITOCLIENTE), MXN)
    collector = row.collector if row.CIDAGENTECOBRO else row.seller
    has_agents = filled_in.CIDAGENTECOBRO or filled_in.CIDAGENTEVENTA
    has_addresses = filled_in.CEMAIL1 or filled_in.CEMAIL2 or filled_in.CEMAIL3
    return IncomingCustomer(
        code=read.text(row.CCODIGOCLIENTE),
        name=read.text(row.CRAZONSOCIAL),
        rfc=read.text(row.CRFC).upper(),
        email=read.addresses(row.CEMAIL1, row.CEMAIL2, row.CEMAIL3) if has_addresses else None,
        # Offices write a row of nines for «no limit».
        credit_limit=Money(read.MAX_MINOR if limit is None else limit, MXN)
        if filled_in.CLIMITECREDITOCLIENTE
        else None,
        credit_days=read.credit_days(row.CDIASCREDITOCLIENTE) if filled_in.CDIASCREDITOCLIENTE else None,
        collector_code=read.text(collector) if has_agents else None,
    )


def _kind(row: Row[Any]) -> DocumentKind:
    return (CHARGES if row.CNATURALEZA == CHARGE else CREDITS)[row.CIDDOCUMENTODE]


def _grouped(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    # A credit with several CFDI comes as often; the newest of those that count is its REP.
    once: Mapping[tuple[int, int], Row[Any]] = {(row.CIDDOCUMENTOABONO, row.CIDDOCUMENTOCARGO): row for row in rows}
    grouped: dict[int, list[Row[Any]]] = {}
    for row in once.values():
        grouped.setdefault(row.document, []).append(row)
    return grouped


def _application(on: date, amount: int, row: Row[Any], received: Received | None) -> ErpApplication:
    kind = APPLICATIONS.get(row.CIDDOCUMENTODE, OTHER_APPLICATION)
    # What is stamped on a credit note is the note itself.
    rep = read.uuid(row.CUUID) if kind is ApplicationKind.PAYMENT else None
    return ErpApplication(
        key=f"{ERP_KEY}{row.CIDDOCUMENTOABONO}:{row.CIDDOCUMENTOCARGO}",
        on=on,
        amount=amount,
        kind=kind,
        method=read.form_of_payment(row.CMETODOPAG),
        reference=read.text(row.CREFERENCIA),
        rep_uuid=rep if row.CESTADO == ISSUED else None,
        received=received,
        cancelled_reps=frozenset({rep} if rep and row.CESTADO == CANCELLED else ()),
    )
