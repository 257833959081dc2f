"""An ERP is taken over whole, kept equal, and never by halves; the ERP is a CONTPAQi company made for the test."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot.domain.erp import ErpUnreadable, Mismatch, Outcome, SyncReport
from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.receivables import DocumentKind, Received
from bot.imports.contpaqi import ContpaqiReader
from bot.services.imports import import_files
from bot.services.sync import sync_contpaqi
from bot.store.models import CustomerRow
from tests.contpaqi_company import CREDIT_NOTE, DOLLAR, EXCHANGE_GAIN, INVOICE, PAYMENT
from tests.services.sync.office import FEB, JAN, MAR, MONDAY, Ledger, Office

U1 = "8D05D435-FBD1-5FB2-846B-BAAEEC1593C2"


def test_the_first_run_takes_everything_over_and_adds_up(office: Office, ledger: Ledger) -> None:
    report = office.sync()
    assert report == SyncReport(office.now, True, Outcome(new=2), Outcome(new=3), Outcome(new=2))  # noqa: FBT003 - full
    assert office.balances() == {ledger.invoice: 5000, ledger.payment: 3000, ledger.dollars: 1050}
    assert office.balances(JAN) == {ledger.invoice: 10000, ledger.dollars: 1050}
    documents = office.documents()
    assert documents[ledger.payment].kind is DocumentKind.PAYMENT_ON_ACCOUNT
    assert documents[ledger.dollars].total.currency == "USD"


def test_the_whole_payment_is_kept_for_its_rep_and_changes_with_the_erp(office: Office, ledger: Ledger) -> None:
    ledger.company.stamp_cfdi(ledger.payment, ledger.pago, U1)
    office.sync()
    assert office.received() == [Received(Money(8000), Money(5000), Decimal(1))]
    ledger.company.change(ledger.company.documents, ledger.payment, CIDMONEDA=DOLLAR, CTIPOCAMBIO=18.51235, CTOTAL=90.0)
    report = office.sync()
    assert (report.applications.new, report.applications.changed) == (0, 1)
    (received,) = office.received()
    assert received == Received(Money(9000, "USD"), Money(5000, "USD"), Decimal("18.51235"))
    assert str(received.rate) == "18.51235"


@pytest.mark.usefixtures("ledger")
def test_a_run_tells_how_many_documents_it_has_compared(office: Office) -> None:
    told: list[int] = []
    sync_contpaqi(office.database.transaction, office.reader, now=MONDAY, on_progress=told.append)
    assert told == [3]


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


def test_a_customer_who_cannot_be_taken_is_told_and_so_are_the_documents(sqlite_office: Office, ledger: Ledger) -> None:
    ledger.company.change(ledger.company.customers, ledger.cl2, CRFC="X" * 21)
    report = sqlite_office.sync()
    assert report.customers.problems == (Problem(ledger.cl2, "rfc", "X" * 21, "too_long", {"limit": 20}),)
    assert report.documents.problems == (Problem(ledger.dollars, "customer", "CL2", "unknown_customer"),)
    assert (report.refused, sqlite_office.balances()) == (2, {ledger.invoice: 5000, ledger.payment: 3000})


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
