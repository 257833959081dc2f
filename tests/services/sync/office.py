"""Our database beside a company of CONTPAQi, and a small ledger in it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.domain.erp import SyncReport
from bot.domain.people import COMMAND_LINE
from bot.domain.receivables import Document, Received
from bot.imports.contpaqi import ContpaqiReader
from bot.services.sync import sync_contpaqi
from bot.store.database import Database
from bot.store.documents import to_document
from bot.store.models import DocumentRow
from bot.store.rep_ledger import paid_since
from tests.contpaqi_company import DOLLAR, INVOICE, PAYMENT, Company

MONDAY = datetime(2019, 7, 15, 8, tzinfo=ZoneInfo("America/Mexico_City"))
JAN, FEB, MAR = date(2019, 1, 10), date(2019, 2, 10), date(2019, 3, 10)


class Office:
    """Our database beside a company's; every synchronisation comes a quarter of an hour after the last one."""

    def __init__(self, database: Database, company: Company) -> None:
        self.database, self.company = database, company
        self.now = MONDAY
        self.reader = ContpaqiReader(company.url)

    def sync(self, *, full: bool = False, later: timedelta = timedelta(minutes=15)) -> SyncReport:
        """Take the company over, some time after the last time."""
        self.now += later
        return sync_contpaqi(self.database.transaction, self.reader, now=self.now, full=full)

    def documents(self) -> dict[int, Document]:
        """All documents here by the ERP's id."""
        query = select(DocumentRow).options(selectinload(DocumentRow.applications)).order_by(DocumentRow.id)
        with self.database.transaction() as session:
            return {row.erp_id or -row.id: to_document(row) for row in session.scalars(query)}

    def received(self) -> list[Received]:
        """The whole payments as those who hold REP against the ledger see them."""
        with self.database.transaction() as session:
            books = paid_since(session, COMMAND_LINE, JAN).values()
            return [entry.received for book in books for entry in book.entries if entry.received]

    def balances(self, on: date = date(2019, 12, 31)) -> dict[int, int]:
        """What is open, by the ERP's id."""
        documents = self.documents().items()
        return {erp_id: balance for erp_id, d in documents if (balance := d.balance_on(on).minor)}


class Ledger:
    """Two customers, an invoice of 100.00 half paid by a payment of 80.00, another one in dollars."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.cl1, self.cl2 = company.customer("CL1"), company.customer("CL2")
        self.factura, self.pago = company.concept("4"), company.concept("9", PAYMENT)
        self.invoice = company.document(self.cl1, self.factura, INVOICE, 100.0, JAN)
        self.payment = company.document(self.cl1, self.pago, PAYMENT, 80.0, FEB)
        company.apply(self.payment, self.invoice, 50.0)
        self.dollars = company.document(self.cl2, self.factura, INVOICE, 10.5, JAN, CIDMONEDA=DOLLAR)
