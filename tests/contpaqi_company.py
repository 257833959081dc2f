"""A company of CONTPAQi Comercial for the tests: its tables as the schema notes have them, and a hand to fill them.

Written down apart from the reader's own definitions, so that a misspelt column is found here. Every column is NOT
NULL; «none» is 0, '' or 1899-12-30; amounts and folios are floats.
"""

from datetime import date, datetime, time, timedelta
from itertools import count
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    update,
)

NO_DATE = datetime(1899, 12, 30)  # noqa: DTZ001 - datetime columns there have no zone
INVOICE, RETURN, CREDIT_NOTE, PAYMENT, CHEQUE, OTHER_CREDIT = 4, 5, 7, 9, 10, 12
DEBIT_NOTE, DISCOUNT, QUOTE, SUPPLIER_BILL, EXCHANGE_GAIN = 13, 14, 1, 19, 28
CREDITS = (RETURN, CREDIT_NOTE, PAYMENT, CHEQUE, OTHER_CREDIT, DISCOUNT, EXCHANGE_GAIN)
PESO, DOLLAR = 1, 2


def _table(metadata: MetaData, name: str, keys: str, **columns: Any) -> Table:  # noqa: ANN401 - types of SQLAlchemy
    names = keys.split()
    made = [Column(key, Integer, primary_key=True, autoincrement=False) for key in names]
    return Table(name, metadata, *made, *(Column(key, type_, nullable=False) for key, type_ in columns.items()))


def _careless(connection: SqliteConnection, _entry: object) -> None:
    # Nothing here outlives the test, so nothing is worth waiting for the disk.
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA journal_mode=MEMORY")


class Company:
    """An empty company's database and its rows; `sat_keys` is whether its version has CCLAVESAT."""

    def __init__(self, url: str, *, sat_keys: bool = True) -> None:
        self.url = url
        self.engine: Engine = create_engine(url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _careless)
        self._ids = count(101)
        self._stamps = count()
        metadata = MetaData()
        self.customers = _table(
            metadata, "admClientes", "CIDCLIENTEPROVEEDOR",
            CCODIGOCLIENTE=String(30), CRAZONSOCIAL=String(60), CDENCOMERCIAL=String(50), CRFC=String(20),
            CTIPOCLIENTE=Integer, CESTATUS=Integer, CFECHABAJA=DateTime, CIDMONEDA=Integer, CBANVENTACREDITO=Integer,
            CLIMITECREDITOCLIENTE=Float, CDIASCREDITOCLIENTE=Integer, CIDAGENTEVENTA=Integer, CIDAGENTECOBRO=Integer,
            CEMAIL1=String(60), CEMAIL2=String(60), CEMAIL3=String(60), CTIMESTAMP=String(23),
        )  # fmt: skip
        self.agents = _table(
            metadata, "admAgentes", "CIDAGENTE", CCODIGOAGENTE=String(30), CNOMBREAGENTE=String(60), CTIPOAGENTE=Integer
        )
        self.concepts = _table(
            metadata, "admConceptos", "CIDCONCEPTODOCUMENTO",
            CCODIGOCONCEPTO=String(30), CNOMBRECONCEPTO=String(60), CIDDOCUMENTODE=Integer, CNATURALEZA=Integer,
        )  # fmt: skip
        self.currencies = _table(
            metadata, "admMonedas", "CIDMONEDA",
            CNOMBREMONEDA=String(60), CSIMBOLOMONEDA=String(1), CDECIMALESMONEDA=Integer,
            **({"CCLAVESAT": String(3)} if sat_keys else {}),
        )  # fmt: skip
        self.documents = _table(
            metadata, "admDocumentos", "CIDDOCUMENTO",
            CIDDOCUMENTODE=Integer, CIDCONCEPTODOCUMENTO=Integer, CSERIEDOCUMENTO=String(11), CFOLIO=Float,
            CFECHA=DateTime, CIDCLIENTEPROVEEDOR=Integer, CRAZONSOCIAL=String(60), CRFC=String(20), CIDAGENTE=Integer,
            CFECHAVENCIMIENTO=DateTime, CIDMONEDA=Integer, CTIPOCAMBIO=Float, CREFERENCIA=String(20),
            CNATURALEZA=Integer, CUSACLIENTE=Integer, CPLANTILLA=Integer, CAFECTADO=Integer, CCANCELADO=Integer,
            CTOTAL=Float, CPENDIENTE=Float, CMETODOPAG=String(100), CCANTPARCI=Integer, CTIMESTAMP=String(23),
        )  # fmt: skip
        self.associations = _table(
            metadata, "admAsocCargosAbonos", "CIDDOCUMENTOABONO CIDDOCUMENTOCARGO",
            CIMPORTEABONO=Float, CIMPORTECARGO=Float, CFECHAABONOCARGO=DateTime,
        )  # fmt: skip
        self.folios = _table(
            metadata, "admFoliosDigitales", "CIDFOLDIG",
            CIDDOCTO=Integer, CIDCPTODOC=Integer, CESTADO=Integer, CUUID=String(60), CFECHAEMI=DateTime,
        )  # fmt: skip
        metadata.create_all(self.engine)
        for key, (name, sat) in {
            0: ("(Ninguna)", ""),
            1: ("Peso Mexicano", "MXN"),
            2: ("Dólar Americano", "USD"),
        }.items():
            self.currency(key, name, sat)
        self.put(self.agents, CIDAGENTE=0, CCODIGOAGENTE="(Ninguno)", CNOMBREAGENTE="(Ninguno)")
        self.put(self.customers, CIDCLIENTEPROVEEDOR=0, CCODIGOCLIENTE="(Ninguno)", CTIPOCLIENTE=1)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def put(self, table: Table, **values: Any) -> None:  # noqa: ANN401 - a column of any type
        """A row with «none» in every column that is not said."""
        none = {String: "", DateTime: NO_DATE, Integer: 0, Float: 0.0}
        blank = {column.name: none[type(column.type)] for column in table.columns}
        with self.engine.begin() as connection:
            connection.execute(insert(table).values({**blank, **values}))

    def change(self, table: Table, key: int, **values: Any) -> None:  # noqa: ANN401 - a column of any type
        """Change the row of this id; a document is stamped, unless a stamp is said."""
        if table is self.documents:
            values = {"CTIMESTAMP": self._stamp(), **values}
        with self.engine.begin() as connection:
            connection.execute(update(table).where(next(iter(table.primary_key)) == key).values(values))

    def delete(self, table: Table, **keys: int) -> None:
        """Remove the rows with these ids."""
        with self.engine.begin() as connection:
            connection.execute(table.delete().where(*(table.c[name] == key for name, key in keys.items())))

    def currency(self, key: int, name: str, sat: str = "") -> None:
        """A currency."""
        values = {"CNOMBREMONEDA": name, "CDECIMALESMONEDA": 2}
        if "CCLAVESAT" in self.currencies.columns:
            values["CCLAVESAT"] = sat
        self.put(self.currencies, CIDMONEDA=key, **values)

    def agent(self, code: str) -> int:
        """An agent who sells and collects."""
        key = next(self._ids)
        self.put(self.agents, CIDAGENTE=key, CCODIGOAGENTE=code, CNOMBREAGENTE=code, CTIPOAGENTE=2)
        return key

    def concept(self, code: str, kind: int = INVOICE, name: str = "") -> int:
        """A concept of a kind of document."""
        key = next(self._ids)
        self.put(
            self.concepts, CIDCONCEPTODOCUMENTO=key, CCODIGOCONCEPTO=code, CNOMBRECONCEPTO=name or f"Concepto {code}",
            CIDDOCUMENTODE=kind, CNATURALEZA=int(kind in CREDITS),
        )  # fmt: skip
        return key

    def customer(self, code: str, **values: Any) -> int:  # noqa: ANN401 - a column of any type
        """A customer with 30 days of credit."""
        key = next(self._ids)
        self.put(
            self.customers,
            **{
                "CIDCLIENTEPROVEEDOR": key, "CCODIGOCLIENTE": code, "CRAZONSOCIAL": f"Cliente {code}",
                "CRFC": "AAA010101AAA", "CTIPOCLIENTE": 1, "CESTATUS": 1, "CDIASCREDITOCLIENTE": 30,
                "CLIMITECREDITOCLIENTE": 1000.0,
                **values,
            },
        )  # fmt: skip
        return key

    def document(self, customer: int, concept: int, kind: int, total: float, on: date, **values: Any) -> int:  # noqa: ANN401 - a column of any type
        """A posted document with nothing applied."""
        key = next(self._ids)
        self.put(
            self.documents,
            **{
                "CIDDOCUMENTO": key, "CIDDOCUMENTODE": kind, "CIDCONCEPTODOCUMENTO": concept, "CFOLIO": float(key),
                "CFECHA": at(on), "CFECHAVENCIMIENTO": at(on), "CIDCLIENTEPROVEEDOR": customer, "CIDMONEDA": PESO,
                "CTIPOCAMBIO": 1.0, "CNATURALEZA": int(kind in CREDITS), "CUSACLIENTE": 1, "CAFECTADO": 1,
                "CTOTAL": total, "CPENDIENTE": total, "CTIMESTAMP": self._stamp(),
                **values,
            },
        )  # fmt: skip
        return key

    def apply(self, credit: int, charge: int, amount: float, of_credit: float | None = None) -> None:
        """Associate a credit with a charge as the ERP does: both balances go down."""
        of_credit = amount if of_credit is None else of_credit
        self.put(
            self.associations, CIDDOCUMENTOABONO=credit, CIDDOCUMENTOCARGO=charge, CIMPORTECARGO=amount,
            CIMPORTEABONO=of_credit, CFECHAABONOCARGO=at(date(2019, 12, 31)),
        )  # fmt: skip
        self._lower(charge, amount)
        self._lower(credit, of_credit)

    def unapply(self, credit: int, charge: int, amount: float) -> None:
        """Take an association back."""
        self.delete(self.associations, CIDDOCUMENTOABONO=credit, CIDDOCUMENTOCARGO=charge)
        self._lower(charge, -amount)
        self._lower(credit, -amount)

    def stamp_cfdi(self, document: int, concept: int, uuid: str, state: int = 2) -> None:
        """The CFDI of a document."""
        self.put(
            self.folios, CIDFOLDIG=next(self._ids), CIDDOCTO=document, CIDCPTODOC=concept, CESTADO=state, CUUID=uuid
        )

    def _lower(self, document: int, amount: float) -> None:
        self.change(self.documents, document, CPENDIENTE=self.documents.c.CPENDIENTE - amount)

    def _stamp(self) -> str:
        # Two hours apart: further than the reader looks back.
        return f"{at(date(2019, 7, 1)) + timedelta(hours=2 * next(self._stamps)):%m/%d/%Y %H:%M:%S}:000"


def at(on: date) -> datetime:
    """A day as a datetime column has it."""
    return datetime.combine(on, time())
