"""An ERP is taken over whole, kept equal, and never by halves; the ERP is a CONTPAQi company made for the test."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import selectinload

from bot.domain.erp import ErpUnreadable, Mismatch, Outcome, SyncReport
from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.receivables import Document, DocumentKind
from bot.imports.contpaqi import ContpaqiReader
from bot.services.imports import import_files
from bot.services.sync import sync_contpaqi
from bot.store.database import Database
from bot.store.documents import to_document
from bot.store.models import CustomerRow, DocumentRow
from tests.contpaqi_company import CREDIT_NOTE, DOLLAR, EXCHANGE_GAIN, INVOICE, PAYMENT, Company

MEXICO = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2019, 7, 15, 8, tzinfo=MEXICO)
JAN, FEB, MAR = date(2019, 1, 10), date(2019, 2, 10), date(2019, 3, 10)
U1, U2 = "8D05D435-FBD1-5FB2-846B-BAAEEC1593C2", "F8657F13-38D7-5DB5-B013-1F35F5965F1B"
SAME = Outcome()


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

    def balances(self, on: date = date(2019, 12, 31)) -> dict[int, int]:
        """What is open, by the ERP's id."""
        documents = self.documents().items()
        return {erp_id: balance for erp_id, d in documents if (balance := d.balance_on(on).minor)}


@pytest.fixture
def office(database: Database, sqlite_company: Company) -> Iterator[Office]:
    made = Office(database, sqlite_company)
    yield made
    made.reader.close()


@pytest.fixture
def sqlite_office(sqlite_database: Database, sqlite_company: Company) -> Iterator[Office]:
    made = Office(sqlite_database, sqlite_company)
    yield made
    made.reader.close()


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


@pytest.fixture
def ledger(sqlite_company: Company) -> Ledger:
    return Ledger(sqlite_company)


def test_the_first_run_takes_everything_over_and_adds_up(office: Office, ledger: Ledger) -> None:
    report = office.sync()
    assert report == SyncReport(office.now, True, Outcome(new=2), Outcome(new=3), Outcome(new=2))  # noqa: FBT003 - full
    assert office.balances() == {ledger.invoice: 5000, ledger.payment: 3000, ledger.dollars: 1050}
    assert office.balances(JAN) == {ledger.invoice: 10000, ledger.dollars: 1050}
    documents = office.documents()
    assert documents[ledger.payment].kind is DocumentKind.PAYMENT_ON_ACCOUNT
    assert documents[ledger.dollars].total.currency == "USD"


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.usefixtures("ledger")
def test_again_nothing_changes(office: Office, full: bool) -> None:  # noqa: FBT001 - pytest's parameter
    office.sync()
    before = office.documents()
    report = office.sync(full=full)
    assert report.full is full
    changed = [(o.new, o.changed, o.removed) for o in (report.customers, report.documents, report.applications)]
    assert changed == [(0, 0, 0)] * 3
    assert office.documents() == before


@pytest.mark.usefixtures("ledger")
def test_the_first_run_of_a_day_reads_everything(sqlite_office: Office) -> None:
    sqlite_office.sync()
    assert not sqlite_office.sync(later=timedelta(hours=15)).full  # 23:30 in Mexico, the next day in UTC
    assert sqlite_office.sync(later=timedelta(hours=1)).full
    assert not sqlite_office.sync().full


def test_without_usable_marks_of_change_every_run_reads_everything(sqlite_office: Office, ledger: Ledger) -> None:
    for document in (ledger.invoice, ledger.payment, ledger.dollars):
        ledger.company.change(ledger.company.documents, document, CTIMESTAMP="?")
    sqlite_office.sync()
    assert sqlite_office.sync().full


def test_what_changed_is_read_alone(office: Office, ledger: Ledger) -> None:
    office.sync()
    company = ledger.company
    company.change(company.documents, ledger.invoice, CFECHAVENCIMIENTO=datetime(2019, 9, 1))  # noqa: DTZ001 - as there
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    report = office.sync()
    assert (report.full, report.documents.changed, office.documents()[ledger.invoice].uuid) == (False, 1, U1)
    assert office.documents()[ledger.invoice].due == date(2019, 9, 1)


@pytest.mark.parametrize("full", [True, False])
def test_an_association_taken_back_disappears_even_from_a_row_without_mark(
    office: Office,
    ledger: Ledger,
    full: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    office.sync()
    company = ledger.company
    stamps = {"CTIMESTAMP": "01/01/2019 00:00:00:000"}
    company.unapply(ledger.payment, ledger.invoice, 50.0)
    company.change(company.documents, ledger.payment, CCANCELADO=1, **stamps)
    company.change(company.documents, ledger.invoice, **stamps)
    report = office.sync(full=full)
    assert (report.full, report.documents.removed, report.applications.removed) == (full, 1, 1)
    assert office.balances() == {ledger.invoice: 10000, ledger.dollars: 1050}
    assert office.documents()[ledger.payment].cancelled
    assert report.mismatches == ()


def test_a_payment_cancelled_without_its_associations_counts_no_more(sqlite_office: Office, ledger: Ledger) -> None:
    sqlite_office.sync()
    company = ledger.company
    company.change(company.documents, ledger.payment, CCANCELADO=1)
    company.change(company.documents, ledger.invoice, CPENDIENTE=100.0)
    assert sqlite_office.sync().mismatches == ()
    assert sqlite_office.balances() == {ledger.invoice: 10000, ledger.dollars: 1050}


@pytest.mark.parametrize("full", [True, False])
def test_a_document_deleted_in_the_erp_is_cancelled_and_its_folio_may_come_again(
    office: Office,
    ledger: Ledger,
    full: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    office.sync()
    company = ledger.company
    company.delete(company.documents, CIDDOCUMENTO=ledger.dollars)
    again = company.document(ledger.cl2, ledger.factura, INVOICE, 20.0, JAN, CFOLIO=float(ledger.dollars))
    report = office.sync(full=full)
    assert (report.documents.problems, report.mismatches) == ((), ())
    assert office.balances() == {ledger.invoice: 5000, ledger.payment: 3000, again: 2000}


def test_a_credit_used_up_is_settled_and_one_never_open_is_not_brought(sqlite_office: Office, ledger: Ledger) -> None:
    company = ledger.company
    whole = company.document(ledger.cl1, ledger.pago, PAYMENT, 20.0, MAR)
    company.apply(whole, ledger.invoice, 20.0)
    sqlite_office.sync()
    assert whole not in sqlite_office.documents()
    company.unapply(ledger.payment, ledger.invoice, 50.0)
    company.apply(ledger.payment, ledger.invoice, 80.0)
    assert sqlite_office.sync().mismatches == ()
    assert sqlite_office.balances() == {ledger.dollars: 1050}
    assert sqlite_office.balances(FEB) == {ledger.invoice: 2000, ledger.dollars: 1050}


def test_a_document_that_was_not_posted_comes_when_it_is_and_goes_when_it_is_not(
    sqlite_office: Office, ledger: Ledger
) -> None:
    company = ledger.company
    for posted, balance in ((0, 0), (1, 1050), (0, 0), (1, 1050)):
        company.change(company.documents, ledger.dollars, CAFECTADO=posted)
        sqlite_office.sync()
        assert sqlite_office.balances().get(ledger.dollars, 0) == balance


def test_a_concept_renamed_and_a_customer_changed_move_the_document(sqlite_office: Office, ledger: Ledger) -> None:
    sqlite_office.sync()
    company = ledger.company
    company.change(company.concepts, ledger.factura, CCODIGOCONCEPTO="40")
    company.change(company.documents, ledger.invoice, CIDCLIENTEPROVEEDOR=ledger.cl2)
    sqlite_office.sync(full=True)
    document = sqlite_office.documents()[ledger.invoice]
    with sqlite_office.database.transaction() as session:
        owner = session.get(CustomerRow, document.customer_id)
    assert owner
    assert (document.concept_code, owner.code, len(sqlite_office.documents())) == ("40", "CL2", 3)


def test_the_same_folio_of_two_concepts_is_two_documents(sqlite_office: Office, ledger: Ledger) -> None:
    other = ledger.company.document(
        ledger.cl1, ledger.company.concept("5"), INVOICE, 7.0, JAN, CFOLIO=float(ledger.invoice)
    )
    sqlite_office.sync()
    assert sqlite_office.balances()[other] == 700


def test_a_folio_or_uuid_that_another_live_document_has_is_refused_and_told(office: Office, ledger: Ledger) -> None:
    company = ledger.company
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    twin = company.document(ledger.cl1, ledger.factura, INVOICE, 5.0, JAN, CFOLIO=float(ledger.invoice))
    copy = company.document(ledger.cl1, ledger.factura, INVOICE, 6.0, JAN)
    company.stamp_cfdi(copy, ledger.factura, U1)
    for _ in range(2):
        report = office.sync(full=True)
        assert report.documents.problems == (
            Problem(twin, "folio", str(ledger.invoice), "erp_folio_taken"),
            Problem(copy, "uuid", U1, "erp_uuid_taken"),
        )
        assert report.mismatches == (Mismatch("CL1", Money(2000), Money(3100)),)
        assert office.balances()[ledger.invoice] == 5000


def test_folios_that_changed_places_are_refused_once_and_right_the_next_time(office: Office, ledger: Ledger) -> None:
    company = ledger.company
    office.sync()
    second = company.document(ledger.cl1, ledger.factura, INVOICE, 5.0, JAN)
    office.sync()
    company.change(company.documents, ledger.invoice, CFOLIO=float(second))
    company.change(company.documents, second, CFOLIO=900.0)
    report = office.sync()
    assert [p.reason for p in report.documents.problems] == ["erp_folio_taken"]
    assert office.sync(full=True).refused == 0
    folios = {erp_id: d.folio for erp_id, d in office.documents().items()}
    assert (folios[ledger.invoice], folios[second]) == (str(second), "900")


def test_what_a_file_brought_before_is_the_same_document_and_the_erps_payments_replace_the_files(
    office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("CODIGO,NOMBRE\nCL1,Juan\nCL2,Ana\n")
    (tmp_path / "b.csv").write_text(
        "CODIGO,CONCEPTO,FOLIO,UUID,MONEDA,FECHA DOCUMENTO,MONTO ORIGINAL\n"
        f"CL1,Factura,{ledger.invoice},,MXN,10/01/2019,100\nCL2,Factura,1,{U1},USD,10/01/2019,10.50\n"
    )
    (tmp_path / "c.csv").write_text(f"CODIGO,SERIE,FOLIO,FECHA,ABONO\nCL1,,{ledger.invoice},10/02/2019,50\n")
    ledger.company.stamp_cfdi(ledger.dollars, ledger.factura, U1)
    import_files(office.database.transaction, [tmp_path / f"{n}.csv" for n in "abc"], today=MAR)
    report = office.sync()
    assert (report.documents.new, report.documents.changed, report.applications.removed) == (1, 2, 1)
    assert report.mismatches == ()
    assert office.balances() == {ledger.invoice: 5000, ledger.payment: 3000, ledger.dollars: 1050}


def test_what_does_not_add_up_is_told(office: Office, ledger: Ledger, tmp_path: Path) -> None:
    company = ledger.company
    company.change(company.documents, ledger.invoice, CPENDIENTE=51.0)
    company.document(ledger.cl1, ledger.factura, EXCHANGE_GAIN, 2.0, JAN)
    company.change(company.documents, ledger.dollars, CPENDIENTE=10.51)  # a cent is dust
    assert office.sync().mismatches == (Mismatch("CL1", Money(2000), Money(1900)),)
    (tmp_path / "b.csv").write_text("CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\nCL2,1,10/01/2019,3\n")
    import_files(office.database.transaction, [tmp_path / "b.csv"], today=MAR)
    assert Mismatch("CL2", Money(300), Money(0)) in office.sync().mismatches


def test_a_currency_unknown_here_is_told_and_its_known_document_stays(sqlite_office: Office, ledger: Ledger) -> None:
    sqlite_office.sync()
    ledger.company.currency(9, "Moneda de la casa")
    ledger.company.change(ledger.company.documents, ledger.invoice, CIDMONEDA=9)
    report = sqlite_office.sync()
    assert report.documents.problems == (Problem(ledger.invoice, "currency", "Moneda de la casa", "erp_currency"),)
    assert report.mismatches == (
        Mismatch("CL1", Money(2000), Money(-3000)),
        Mismatch("CL1", Money(0, "Moneda de la casa"), Money(5000, "Moneda de la casa")),
    )
    assert not sqlite_office.documents()[ledger.invoice].cancelled


def test_a_payment_for_another_customer_of_the_group_counts_where_it_was_applied(
    sqlite_office: Office, ledger: Ledger
) -> None:
    others = ledger.company.document(ledger.cl2, ledger.factura, INVOICE, 40.0, JAN)
    ledger.company.apply(ledger.payment, others, 30.0)
    assert sqlite_office.sync().mismatches == ()
    assert sqlite_office.balances() == {ledger.invoice: 5000, others: 1000, ledger.dollars: 1050}


def test_a_credit_note_waits_as_one_and_an_overpayment_stays_negative(sqlite_office: Office, ledger: Ledger) -> None:
    note = ledger.company.document(ledger.cl1, ledger.company.concept("7"), CREDIT_NOTE, 15.0, MAR)
    overpaid = ledger.company.document(ledger.cl2, ledger.factura, INVOICE, 10.0, JAN)
    ledger.company.apply(ledger.payment, overpaid, 10.01)
    assert sqlite_office.sync().mismatches == ()
    assert sqlite_office.documents()[note].kind is DocumentKind.CREDIT_NOTE
    assert (sqlite_office.balances()[note], sqlite_office.balances()[overpaid]) == (1500, -1)


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_a_sync_that_dies_leaves_the_last_good_state(
    office: Office,
    ledger: Ledger,
    after: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office.sync()
    before, company = office.documents(), ledger.company
    company.unapply(ledger.payment, ledger.invoice, 50.0)
    company.delete(company.documents, CIDDOCUMENTO=ledger.dollars)
    company.customer("CL3")
    company.document(ledger.cl1, ledger.factura, INVOICE, 3.0, JAN)
    monkeypatch.setattr("bot.services.sync.BATCH", 1)
    answered = 0

    def dies(*_: object) -> None:
        nonlocal answered
        answered += 1
        if answered > after * 4:
            raise ConnectionError

    office.reader.connect()
    engine = office.reader._engine  # noqa: SLF001 - where the line is cut
    assert engine
    event.listen(engine, "before_cursor_execute", dies)
    with pytest.raises(ConnectionError):
        office.sync(full=True)
    event.remove(engine, "before_cursor_execute", dies)
    assert office.documents() == before
    with office.database.transaction() as session:
        assert session.scalar(select(CustomerRow).where(CustomerRow.code == "CL3")) is None
    assert office.sync().mismatches == ()


def test_an_erp_that_is_down_is_told_with_when_it_was_last_read(sqlite_office: Office, ledger: Ledger) -> None:
    down = ContpaqiReader("postgresql+psycopg://127.0.0.1:1/ad")
    with pytest.raises(ErpUnreadable) as never:
        sync_contpaqi(sqlite_office.database.transaction, down, now=MONDAY)
    assert never.value.last_success_at is None
    sqlite_office.sync()
    with ledger.company.engine.begin() as connection:
        connection.exec_driver_sql('DROP TABLE "admFoliosDigitales"')
    before = sqlite_office.documents()
    with pytest.raises(ErpUnreadable) as refusal:
        sqlite_office.sync(full=True)
    assert refusal.value.last_success_at == MONDAY + timedelta(minutes=15)
    assert refusal.value.now == MONDAY + timedelta(minutes=30)
    assert sqlite_office.documents() == before
    down.close()
