from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.erp import ErpApplication, ErpBalance, ErpDocument, ErpUnreadable
from bot.domain.incoming import IncomingCustomer, Problem
from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, DocumentKind, PaymentMethod, Received
from bot.imports.contpaqi import ContpaqiReader
from bot.imports.contpaqi_tables import IDS_PER_QUERY
from tests.contpaqi_company import (
    CHEQUE,
    CREDIT_NOTE,
    DEBIT_NOTE,
    DISCOUNT,
    DOLLAR,
    EXCHANGE_GAIN,
    INVOICE,
    NO_DATE,
    OTHER_CREDIT,
    PAYMENT,
    QUOTE,
    RETURN,
    SUPPLIER_BILL,
    Company,
)

JAN, FEB, MAR = date(2019, 1, 10), date(2019, 2, 10), date(2019, 3, 10)
U1, U2 = "8D05D435-FBD1-5FB2-846B-BAAEEC1593C2", "F8657F13-38D7-5DB5-B013-1F35F5965F1B"


@pytest.fixture
def reader(company: Company) -> Iterator[ContpaqiReader]:
    yield from connected(company)


@pytest.fixture
def sqlite_reader(sqlite_company: Company) -> Iterator[ContpaqiReader]:
    yield from connected(sqlite_company)


def connected(company: Company) -> Iterator[ContpaqiReader]:
    reader = ContpaqiReader(company.url)
    reader.connect()
    yield reader
    reader.close()


def one(reader: ContpaqiReader, erp_id: int) -> ErpDocument:
    (document,) = reader.documents([erp_id])
    assert isinstance(document, ErpDocument)
    return document


def applied(document: ErpDocument) -> list[tuple[date, int, ApplicationKind]]:
    return [(a.on, a.amount, a.kind) for a in document.applications]


def test_customers_come_with_terms_addresses_and_the_agent_who_collects(
    company: Company, reader: ContpaqiReader
) -> None:
    ana, beto = company.agent("ANA"), company.agent("BETO")
    ids = [
        company.customer("CL1", CIDAGENTECOBRO=ana, CIDAGENTEVENTA=beto, CLIMITECREDITOCLIENTE=0.1 + 0.2, CRFC="xaxx "),
        company.customer("CL2", CIDAGENTEVENTA=beto, CEMAIL1="a@x.mx; b@x.mx,", CEMAIL2="A@x.mx", CEMAIL3="roto@"),
        company.customer("CL3", CEMAIL1="roto", CLIMITECREDITOCLIENTE=9e20, CTIPOCLIENTE=2, CESTATUS=0),
    ]
    company.customer("PROVEEDOR", CTIPOCLIENTE=3)
    (page,) = reader.customers()
    assert page == [
        (ids[0], customer("CL1", rfc="XAXX", credit_limit=Money(30), collector_code="ANA")),
        (ids[1], customer("CL2", email=("a@x.mx", "b@x.mx"), collector_code="BETO")),
        (ids[2], customer("CL3", email=("roto",), credit_limit=Money(10**15))),
    ]


def customer(code: str, **over: object) -> IncomingCustomer:
    usual = {
        "name": f"Cliente {code}", "rfc": "AAA010101AAA", "email": (), "credit_limit": Money(100000),
        "credit_days": 30, "collector_code": "",
    }  # fmt: skip
    return IncomingCustomer(code, **{**usual, **over})  # type: ignore[arg-type] # the fields are as various as they are


def test_an_invoice_is_read_as_the_seed_prints_it(company: Company, reader: ContpaqiReader) -> None:
    cl1, concept = company.customer("CL1"), company.concept("4", INVOICE, "Factura Crédito")
    invoice = company.document(
        cl1, concept, INVOICE, 1624.0000000001, JAN, CSERIEDOCUMENTO="CFDI", CFOLIO=21002.0, CCANTPARCI=2
    )
    company.change(company.documents, invoice, CFECHAVENCIMIENTO=NO_DATE)
    company.stamp_cfdi(invoice, concept, U1.lower())
    company.stamp_cfdi(invoice, concept + 1, U2)
    company.stamp_cfdi(invoice, concept, U2, state=3)
    assert reader.documents([invoice]) == [
        ErpDocument(
            invoice, "CL1", "4", "Factura Crédito", "CFDI", "21002", U1, DocumentKind.INVOICE, PaymentMethod.PPD,
            JAN, date(2019, 2, 9), Money(162400),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("partialities", "method"), [(1, PaymentMethod.PUE), (2, PaymentMethod.PPD), (0, None), (7, None)]
)
def test_the_payment_method_is_what_the_count_of_partialities_holds(
    sqlite_company: Company, sqlite_reader: ContpaqiReader, partialities: int, method: PaymentMethod | None
) -> None:
    invoice = sqlite_company.document(
        sqlite_company.customer("CL1"), sqlite_company.concept("4"), INVOICE, 1.0, JAN, CCANTPARCI=partialities
    )
    assert one(sqlite_reader, invoice).payment_method is method


def test_what_is_no_receivable_is_left_out(sqlite_company: Company, sqlite_reader: ContpaqiReader) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    supplier = sqlite_company.customer("P1", CTIPOCLIENTE=3)
    good = sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN)
    out = [
        sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN, CCANCELADO=1),
        sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN, CPLANTILLA=1),
        sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN, CAFECTADO=0),
        sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN, CNATURALEZA=2),
        sqlite_company.document(cl1, concept, QUOTE, 1.0, JAN, CNATURALEZA=2),
        sqlite_company.document(cl1, concept, SUPPLIER_BILL, 1.0, JAN, CUSACLIENTE=0),
        sqlite_company.document(supplier, concept, INVOICE, 1.0, JAN),
    ]
    assert [d.erp_id for d in sqlite_reader.documents([good, *out]) if isinstance(d, ErpDocument)] == [good]
    assert list(sqlite_reader.document_ids()) == [good]


@pytest.mark.parametrize(
    ("kind", "own", "application"),
    [
        (PAYMENT, DocumentKind.PAYMENT_ON_ACCOUNT, ApplicationKind.PAYMENT),
        (CHEQUE, DocumentKind.PAYMENT_ON_ACCOUNT, ApplicationKind.PAYMENT),
        (OTHER_CREDIT, DocumentKind.PAYMENT_ON_ACCOUNT, ApplicationKind.PAYMENT),
        (CREDIT_NOTE, DocumentKind.CREDIT_NOTE, ApplicationKind.CREDIT_NOTE),
        (DISCOUNT, DocumentKind.CREDIT_NOTE, ApplicationKind.DISCOUNT),
        (RETURN, DocumentKind.CREDIT_NOTE, ApplicationKind.RETURN),
    ],
)
def test_a_credit_is_applied_as_its_kind_and_waits_with_what_is_left(
    sqlite_company: Company,
    sqlite_reader: ContpaqiReader,
    kind: int,
    own: DocumentKind,
    application: ApplicationKind,
) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    debit = sqlite_company.document(cl1, concept, DEBIT_NOTE, 100.0, JAN)
    credit = sqlite_company.document(cl1, sqlite_company.concept("9", kind), kind, 80.0, FEB)
    sqlite_company.apply(credit, debit, 30.0)
    assert applied(one(sqlite_reader, debit)) == [(FEB, 3000, application)]
    waiting = one(sqlite_reader, credit)
    assert (one(sqlite_reader, debit).kind, waiting.kind) == (DocumentKind.DEBIT_NOTE, own)
    assert (waiting.total.minor, applied(waiting), waiting.waited) == (8000, [(FEB, 3000, application)], True)


def test_a_credit_of_a_kind_unknown_here_lowers_the_charge_all_the_same_but_keeps_no_promise(
    sqlite_company: Company, sqlite_reader: ContpaqiReader
) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    invoice = sqlite_company.document(cl1, concept, INVOICE, 100.0, JAN)
    gain = sqlite_company.document(cl1, concept, EXCHANGE_GAIN, 1.5, FEB)
    sqlite_company.apply(gain, invoice, 1.5)
    assert applied(one(sqlite_reader, invoice)) == [(FEB, 150, ApplicationKind.CREDIT_NOTE)]


def test_a_payment_brings_its_own_day_form_reference_and_rep(company: Company, reader: ContpaqiReader) -> None:
    cl1, concept, paid = company.customer("CL1"), company.concept("4"), company.concept("9", PAYMENT)
    invoice = company.document(cl1, concept, INVOICE, 100.0, JAN)
    payment = company.document(cl1, paid, PAYMENT, 60.0, FEB, CMETODOPAG="03", CREFERENCIA=" 4395-96 ")
    note = company.document(cl1, concept, CREDIT_NOTE, 40.0, MAR, CMETODOPAG="Efectivo")
    void = company.document(cl1, paid, PAYMENT, 5.0, FEB, CCANCELADO=1)
    company.apply(note, invoice, 40.0)
    company.apply(payment, invoice, 60.0)
    company.apply(void, invoice, 0.0)
    company.stamp_cfdi(payment, paid, U2)
    company.stamp_cfdi(payment, concept, U1)
    company.stamp_cfdi(note, concept, U1)
    key = f"contpaqi:{payment}:{invoice}"
    assert one(reader, invoice).applications == (
        ErpApplication(
            *(key, FEB, 6000, ApplicationKind.PAYMENT, "03", "4395-96", U2),
            Received(Money(6000), Money(6000), Decimal(1)),
        ),
        ErpApplication(f"contpaqi:{note}:{invoice}", MAR, 4000, ApplicationKind.CREDIT_NOTE),
    )
    assert not one(reader, payment).waited


def test_a_payment_in_another_currency_brings_the_whole_of_it_and_its_rate_unless_that_means_nothing(
    sqlite_company: Company, sqlite_reader: ContpaqiReader
) -> None:
    company, concept = sqlite_company, sqlite_company.concept("4")
    customer = company.customer("CL1")
    invoice = company.document(customer, concept, INVOICE, 1000.0, JAN)
    payments = [
        company.document(customer, concept, PAYMENT, 30.0, FEB, CIDMONEDA=currency, CTIPOCAMBIO=rate)
        for currency, rate in ((DOLLAR, 18.51235), (DOLLAR, 0.0), (DOLLAR, 1e300), (99, 18.5))
    ]
    for payment in payments:
        company.apply(payment, invoice, 185.12, of_credit=10.0)
    known = [application.received for application in one(sqlite_reader, invoice).applications]
    assert known == [Received(Money(3000, "USD"), Money(1000, "USD"), Decimal("18.51235")), None, None, None]


def test_each_side_of_a_payment_in_another_currency_is_in_its_own(
    sqlite_company: Company, sqlite_reader: ContpaqiReader
) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    dollars = sqlite_company.document(cl1, concept, INVOICE, 100.0, JAN, CIDMONEDA=DOLLAR)
    pesos = sqlite_company.document(cl1, concept, PAYMENT, 2500.0, FEB)
    sqlite_company.apply(pesos, dollars, 100.0, of_credit=1925.5)
    assert (one(sqlite_reader, dollars).total, applied(one(sqlite_reader, dollars))[0][1]) == (
        Money(10000, "USD"),
        10000,
    )
    assert (one(sqlite_reader, pesos).total, applied(one(sqlite_reader, pesos))[0][1]) == (Money(250000, "MXN"), 192550)


@pytest.mark.parametrize(("days", "due"), [(9_999_999, date(2029, 1, 7)), (-1, JAN), (31, date(2019, 2, 10))])
def test_days_of_credit_that_reach_no_date_are_those_of_ten_years_and_below_zero_none(
    sqlite_company: Company, sqlite_reader: ContpaqiReader, days: int, due: date
) -> None:
    customer, concept = sqlite_company.customer("CL1", CDIASCREDITOCLIENTE=days), sqlite_company.concept("4")
    invoice = sqlite_company.document(customer, concept, INVOICE, 1.0, JAN, CFECHAVENCIMIENTO=NO_DATE)
    assert one(sqlite_reader, invoice).due == due


def test_an_advance_waits_until_the_invoice_exists(sqlite_company: Company, sqlite_reader: ContpaqiReader) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    advance = sqlite_company.document(cl1, concept, PAYMENT, 100.0, JAN)
    invoice = sqlite_company.document(cl1, concept, INVOICE, 100.0, MAR)
    sqlite_company.apply(advance, invoice, 100.0)
    assert applied(one(sqlite_reader, advance)) == [(MAR, 10000, ApplicationKind.PAYMENT)]
    assert one(sqlite_reader, advance).waited
    assert applied(one(sqlite_reader, invoice)) == [(JAN, 10000, ApplicationKind.PAYMENT)]


def test_what_was_applied_to_a_charge_cancelled_since_waits_again(
    sqlite_company: Company, sqlite_reader: ContpaqiReader
) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    invoice = sqlite_company.document(cl1, concept, INVOICE, 100.0, JAN)
    payment = sqlite_company.document(cl1, concept, PAYMENT, 100.0, FEB)
    sqlite_company.apply(payment, invoice, 100.0)
    sqlite_company.change(sqlite_company.documents, invoice, CCANCELADO=1)
    sqlite_company.change(sqlite_company.documents, payment, CPENDIENTE=100.0)
    assert applied(one(sqlite_reader, payment)) == []


def test_thirds_of_an_amount_add_up_to_it(sqlite_company: Company, sqlite_reader: ContpaqiReader) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    invoice = sqlite_company.document(cl1, concept, INVOICE, 100.0, JAN)
    for on in (FEB, FEB, MAR):
        sqlite_company.apply(sqlite_company.document(cl1, concept, PAYMENT, 50.0, on), invoice, 100 / 3)
    assert [amount for _, amount, _ in applied(one(sqlite_reader, invoice))] == [3333, 3334, 3333]


@pytest.mark.parametrize(("version", "house"), [("new", "EUR"), ("old", "Moneda de la casa")])
def test_a_currency_is_known_by_sats_key_or_else_by_its_name(tmp_path: Path, version: str, house: str) -> None:
    company = Company(f"sqlite:///{tmp_path / 'ad.db'}", sat_keys=version == "new")
    company.currency(7, "Moneda de la casa", "EUR")
    cl1, concept = company.customer("CL1"), company.concept("4")
    ids = [company.document(cl1, concept, INVOICE, 1.0, JAN, CIDMONEDA=key) for key in (1, 2, 7)]
    reader = ContpaqiReader(company.url)
    reader.connect()
    found = reader.documents(ids)
    balances = [entry.balance for entry in reader.balances()]
    reader.close()
    company.close()
    assert balances == [Money(100, "MXN"), Money(100, "USD"), Money(100, house)]
    named = [entry.total.currency if isinstance(entry, ErpDocument) else entry for entry in found]
    assert named == ["MXN", "USD", "EUR" if version == "new" else Problem(ids[2], "currency", house, "erp_currency")]


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("CTOTAL", 1e30, ("total", "1e+30", "erp_amount")),
        ("CTOTAL", 1e14, ("total", "100000000000000.0", "erp_amount")),
        ("CFOLIO", 12.5, ("folio", "12.5", "erp_folio")),
        ("CFECHA", NO_DATE, ("issued", "1899-12-30", "erp_date")),
        ("CIDMONEDA", 99, ("currency", "99", "erp_currency")),
    ],
)
def test_a_document_that_cannot_be_taken_says_why(
    sqlite_company: Company, sqlite_reader: ContpaqiReader, column: str, value: object, problem: tuple[str, str, str]
) -> None:
    invoice = sqlite_company.document(
        sqlite_company.customer("CL1"), sqlite_company.concept("4"), INVOICE, 1.0, JAN, **{column: value}
    )
    assert sqlite_reader.documents([invoice]) == [Problem(invoice, *problem)]


def test_an_application_beyond_any_amount_keeps_its_document_out(
    sqlite_company: Company, sqlite_reader: ContpaqiReader
) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    invoice = sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN)
    sqlite_company.apply(sqlite_company.document(cl1, concept, PAYMENT, 1.0, JAN), invoice, 1e30)
    assert sqlite_reader.documents([invoice]) == [Problem(invoice, "amount", "", "erp_amount")]
    assert ErpBalance(invoice, "CL1", Money(-(10**15))) in list(sqlite_reader.balances())


def test_a_reader_is_asked_after_it_is_connected() -> None:
    with pytest.raises(RuntimeError):
        ContpaqiReader("sqlite://").newest_stamp()


def test_balances_are_signed_by_nature_rounded_and_of_what_counts(company: Company, reader: ContpaqiReader) -> None:
    cl1, concept = company.customer("CL1"), company.concept("4")
    ids = [
        company.document(cl1, concept, INVOICE, 10.0, JAN, CPENDIENTE=7.300000001),
        company.document(cl1, concept, PAYMENT, 10.0, JAN, CPENDIENTE=2.0),
        company.document(cl1, concept, INVOICE, 10.0, JAN, CPENDIENTE=-0.01),
        company.document(cl1, concept, EXCHANGE_GAIN, 10.0, JAN),
    ]
    company.document(cl1, concept, INVOICE, 10.0, JAN, CPENDIENTE=0.004)
    company.document(cl1, concept, INVOICE, 10.0, JAN, CCANCELADO=1)
    assert list(reader.balances()) == [
        ErpBalance(erp_id, "CL1", Money(minor)) for erp_id, minor in zip(ids, (730, -200, -1, -1000), strict=True)
    ]


def test_what_changed_brings_what_it_is_applied_to(company: Company, reader: ContpaqiReader) -> None:
    cl1, concept = company.customer("CL1"), company.concept("4")
    invoice, other = (company.document(cl1, concept, INVOICE, 10.0, JAN) for _ in range(2))
    payment = company.document(cl1, concept, PAYMENT, 10.0, JAN)
    company.apply(payment, invoice, 10.0)
    seen = reader.newest_stamp()
    assert seen
    company.change(company.documents, payment, CFECHA=NO_DATE)
    assert reader.changed_ids(seen) == [invoice, payment]
    company.change(company.documents, other, CCANCELADO=1)
    assert reader.changed_ids(seen) == [invoice, other, payment]


def test_marks_of_change_sort_by_time_over_a_new_year(sqlite_company: Company, sqlite_reader: ContpaqiReader) -> None:
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    for stamp in ("12/31/2018 23:00:00:000", "01/01/2019 00:30:00:001", "", "x" * 23):
        sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN, CTIMESTAMP=stamp)
    assert sqlite_reader.newest_stamp() == "2019010100:30:00:001"


@pytest.mark.parametrize("stamp", ["", "31/12/2018 23:00:00:000", "2018-12-31 23:00:00.000", "Dec 31 2018 11:00:00:00"])
def test_marks_of_another_form_are_not_gone_by(
    sqlite_company: Company, sqlite_reader: ContpaqiReader, stamp: str
) -> None:
    sqlite_company.document(
        sqlite_company.customer("CL1"), sqlite_company.concept("4"), INVOICE, 1.0, JAN, CTIMESTAMP=stamp
    )
    assert sqlite_reader.newest_stamp() is None


def test_more_than_a_page_is_read_in_order_and_no_row_twice(
    sqlite_company: Company, sqlite_reader: ContpaqiReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.imports.contpaqi.IDS_PER_QUERY", 2)
    cl1, concept = sqlite_company.customer("CL1"), sqlite_company.concept("4")
    ids = [sqlite_company.document(cl1, concept, INVOICE, 1.0, JAN) for _ in range(5)]
    assert list(sqlite_reader.document_ids()) == ids
    assert [entry.erp_id for entry in sqlite_reader.balances()] == ids


def test_no_more_ids_are_asked_for_at_once_than_sql_server_takes(sqlite_reader: ContpaqiReader) -> None:
    with pytest.raises(ValueError, match=str(IDS_PER_QUERY + 1)):
        sqlite_reader.documents(range(IDS_PER_QUERY + 1))


def test_a_server_that_is_down_and_a_table_that_is_absent_are_told() -> None:
    reader = ContpaqiReader("postgresql+psycopg://lector:secreto@127.0.0.1:1/ad")
    with pytest.raises(ErpUnreadable) as down:
        reader.connect()
    assert "refused" in down.value.reason
    assert "secreto" not in down.value.reason
    reader.close()
    reader = ContpaqiReader("sqlite://")
    with pytest.raises(ErpUnreadable) as absent:
        reader.connect()
    assert "admMonedas" in absent.value.reason
    reader.close()
