"""A remittance that was returned, against a ledger."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.people import COMMAND_LINE, Person, Role
from bot.domain.receivables import DocumentKind, PaymentMethod
from bot.domain.remittance import Misfit, Proposal
from bot.i18n import ENGLISH, language
from bot.presenters.remittance import report_text
from bot.render.remittance import HEADER
from bot.services import remittances
from bot.store.database import Database
from tests import factories
from tests.imports.cfdi_files import U1, U2, U3, U4
from tests.rep_files import make_rep, paid, payment, xml
from tests.services.cfdi_run import Office
from tests.services.world import act

TODAY = date(2019, 7, 16)
HEAD = ",".join(HEADER)

Propose = Callable[..., Proposal]


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1")
    made.add_document(uuid=U1, payment_method=PaymentMethod.PPD, issued=date(2019, 7, 1))
    return made


@pytest.fixture
def propose(office: Office) -> Propose:
    def run(*lines: str, person: Person = COMMAND_LINE) -> Proposal:
        path = office.folder / "remesa.csv"
        path.write_text("\n".join((HEAD, *lines)), encoding="utf-8")
        return remittances.proposal(office.database.transaction, act(person, TODAY), path, office.vault)

    return run


def line(to_pay: str, uuid: str = U1, customer: str = "CL1", currency: str = "MXN", balance: str = "116.00") -> str:
    return f"{customer},{uuid},A,7,{currency},{balance},{to_pay},{customer}"


def misfits(shown: Proposal) -> list[tuple[Misfit, ...]]:
    return [one.misfits for one in shown.lines]


def test_a_payment_is_proposed_with_what_is_left_and_what_its_rep_says(propose: Propose, office: Office) -> None:
    shown = propose(line("100.00"))
    (one,) = shown.lines
    assert (str(one.balance), str(one.to_pay), str(one.remaining), one.changed) == ("116.00", "100.00", "16.00", False)
    assert one.rep is not None
    assert (one.rep.installment, str(one.rep.before), str(one.rep.after)) == (1, "116.00", "16.00")
    assert ([str(amount) for amount in shown.sums], shown.is_clean) == (["100.00"], True)
    # Nothing was written.
    assert office.applications() == []


def test_the_rep_comes_after_those_that_there_are_and_the_payments_that_wait_for_one(
    propose: Propose, office: Office
) -> None:
    office.load(xml(make_rep(payment(paid()))))
    with office.database.transaction() as session:
        (row,) = office.documents()
        factories.application(session, session.merge(row), 1000, date(2019, 7, 12))
    (one,) = propose(line("30.00")).lines
    assert one.rep is not None
    assert (one.rep.installment, str(one.rep.before), str(one.rep.after)) == (3, "66.00", "36.00")
    assert (str(one.balance), one.changed) == ("66.00", True)


def test_a_pue_invoice_needs_no_rep(propose: Propose, office: Office) -> None:
    office.add_document("8", uuid=U2, payment_method=PaymentMethod.PUE)
    (one,) = propose(line("100.00", U2)).lines
    assert (one.misfits, one.rep) == ((), None)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("100.00", U4)], [(Misfit.UNKNOWN,)]),
        ([line("100.00", "")], [(Misfit.UNKNOWN,)]),
        ([line("100.00", customer="CL2")], [(Misfit.OTHER_CUSTOMER,)]),
        ([line("1.00"), line("100.00", U3, "CL9")], [(), (Misfit.OTHER_CUSTOMER,)]),
        ([line("1.00"), line("100.00", U3, "CL1")], [(), (Misfit.OTHER_CUSTOMER,)]),
        ([line("116.01")], [(Misfit.MORE_THAN_BALANCE,)]),
        ([line("100.00", currency="USD")], [(Misfit.CURRENCY,)]),
        ([line("100.001")], [(Misfit.DECIMALS,)]),
        ([line("100.00"), line("1.00")], [(), (Misfit.REPEATED,)]),
        ([line("100.00", U2)], [(Misfit.CANCELLED,)]),
        ([line("100.00", "5D05D435-FBD1-5FB2-846B-BAAEEC1593C5")], [(Misfit.NOT_OWED,)]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(
    propose: Propose, office: Office, lines: list[str], expected: list[tuple[Misfit, ...]]
) -> None:
    office.add_customer("CL9", rfc="XIQB891116QE4")
    office.add_document("9", "CL9", uuid=U3)
    office.add_document("10", uuid=U2, cancelled=True, total=0)
    office.add_document("11", uuid="5D05D435-FBD1-5FB2-846B-BAAEEC1593C5", kind=DocumentKind.CREDIT_NOTE)
    shown = propose(*lines)
    told = [tuple(m for m in found if m is not Misfit.MORE_THAN_BALANCE or len(found) == 1) for found in misfits(shown)]
    assert told == expected
    assert not shown.is_clean
    assert all(one.rep is None for one in shown.lines if one.misfits)


def test_lines_left_blank_or_at_nought_are_counted_and_not_paid(propose: Propose) -> None:
    shown = propose(line(""), line("0.00"))
    assert (shown.lines, shown.unpaid, shown.sums, shown.is_clean) == ((), 2, (), True)


def test_a_document_without_uuid_is_found_by_its_name(propose: Propose, office: Office) -> None:
    office.add_document("8", payment_method=PaymentMethod.PPD)
    by_name = "CL1,,A,8,MXN,116.00,50.00,"
    assert misfits(propose(by_name)) == [()]
    # The payer's other lines say whose it is.
    assert misfits(propose(line("1.00"), ",,A,8,MXN,116.00,50.00,")) == [(), ()]


def test_a_folio_with_the_decimals_of_a_number_is_the_one_without_unless_a_document_has_them(
    propose: Propose, office: Office
) -> None:
    for folio in ("1001", "8", "8.00"):
        office.add_document(folio)
    shown = propose(*(f"CL1,,A,{folio},MXN,116.00,50.00," for folio in ("1001.00", "8.00", "8.0")))
    assert [one.document.folio for one in shown.lines if one.document] == ["1001", "8.00", "8"]


def test_a_csv_that_lost_its_zeros_in_excel_is_still_this_customers(propose: Propose, office: Office) -> None:
    office.add_customer("0042", rfc="XIQB891116QE4")
    office.add_document("0009", "0042", uuid=U3, series="01")
    office.add_document("0008", "0042", series="01")
    office.add_document("08", "0042", series="01", concept_code="OTRO", total=500_00)
    shown = propose(f"42,{U3},1,9,MXN,116,100,42", "42,,1,8,MXN,500,100,42", "0042,,01,08,MXN,500.00,1.00,0042")
    assert misfits(shown) == [(), (), (Misfit.REPEATED,)]
    assert [one.document.folio for one in shown.lines if one.document] == ["0009", "08", "08"]


def test_a_customer_whose_code_another_s_is_but_for_zeros_pays_their_own(propose: Propose, office: Office) -> None:
    for code in ("07", "7"):
        office.add_customer(code)
        office.add_document("9", code)
    shown = propose("7,,A,9,MXN,116.00,16.00,")
    assert [one.document.customer_code for one in shown.lines if one.document] == ["7"]


def test_a_line_without_uuid_is_never_the_invoice_that_has_one(propose: Propose, office: Office) -> None:
    office.add_document("7", concept_code="CARGO", kind=DocumentKind.DEBIT_NOTE, total=200_00)
    shown = propose(line("116.00"), "CL1,,A,7,MXN,200.00,200.00,CL1")
    assert misfits(shown) == [(), ()]
    assert [str(one.remaining) for one in shown.lines] == ["0.00", "0.00"]


def test_of_several_documents_of_one_folio_the_balance_tells_which_and_else_they_are_told_of(
    propose: Propose, office: Office
) -> None:
    office.add_document("8", concept_code="UNO", total=300_00)
    office.add_document("8", concept_code="DOS", total=400_00)
    office.add_document("8", concept_code="TRES", total=400_00, kind=DocumentKind.CREDIT_NOTE)
    office.add_document("8", concept_code="CUATRO", total=400_00, cancelled=True)

    shown = propose("CL1,,A,8,MXN,300.00,300.00,", "CL1,,A,8,MXN,400.00,50.00,", "CL1,,A,8,MXN,350.00,1.00,")

    assert misfits(shown) == [(), (), (Misfit.SEVERAL,)]
    assert [str(one.remaining) for one in shown.lines[:2]] == ["0.00", "350.00"]
    assert not shown.is_clean


def test_where_no_line_names_a_customer_the_first_document_does(propose: Propose, office: Office) -> None:
    office.add_customer("CL9", rfc="XIQB891116QE4")
    office.add_document("9", "CL9", uuid=U3)
    assert misfits(propose(line("1.00", customer=""), line("1.00", U3, ""))) == [(), (Misfit.OTHER_CUSTOMER,)]
    assert misfits(propose(line("1.00", U4, ""))) == [(Misfit.UNKNOWN,)]


def test_a_total_that_is_not_the_sum_of_its_lines_is_told(propose: Propose) -> None:
    shown = propose(line("100.00"), ",,,,MXN,,100.01,", ",,,,USD,,0,", ",,,,EUR,,5.001,")
    assert [(str(one.said), str(one.lines)) for one in shown.other_totals] == [("100.01", "100.00")]
    assert not shown.is_clean
    assert propose(line("100.00"), ",,,,MXN,,100.00,").is_clean
    # Formulas that nobody reckoned.
    assert propose(line("100.00"), ",,,,MXN,,0,").is_clean


def test_the_sums_of_a_file_and_its_totals_that_do_not_add_up_are_told_pesos_first(
    propose: Propose, office: Office
) -> None:
    office.add_document("8", uuid=U2, currency="USD")
    office.add_document("9", uuid=U3, currency="EUR")
    lines = (line("1.00", U2, currency="USD"), line("2.00", U3, currency="EUR"), line("3.00"))
    shown = propose(*lines, ",,,,USD,,4.00,", ",,,,MXN,,5.00,")

    assert [amount.currency for amount in shown.sums] == ["MXN", "EUR", "USD"]
    summary, *told = report_text(shown, language(ENGLISH)).splitlines()
    assert "$3.00, EUR 2.00, USD 1.00" in summary
    assert told[:2] == [
        "  ⚠️ total $5.00; its lines add up to $3.00",
        "  ⚠️ total USD 4.00; its lines add up to USD 1.00",
    ]


def test_a_line_that_cannot_be_read_is_a_problem(propose: Propose) -> None:
    shown = propose(line("uno"))
    assert ([p.reason for p in shown.problems], shown.is_clean) == (["not_amount"], False)


def test_a_collector_knows_the_documents_of_their_own_customers(propose: Propose) -> None:
    mine, others = (Person(0, "x", Role.COLLECTOR, code) for code in ("C1", "C2"))
    assert misfits(propose(line("1.00"), person=mine)) == [()]
    assert misfits(propose(line("1.00"), person=others)) == [(Misfit.UNKNOWN,)]


def test_an_amount_of_a_currency_without_cents_keeps_none(propose: Propose, office: Office) -> None:
    office.add_document("8", uuid=U2, currency="JPY", total=5000)
    yen = f"CL1,{U2},A,8,JPY,5000,1200,CL1"
    assert [str(amount) for amount in propose(line("1.00"), yen).sums] == ["1.00", "1200"]
    assert misfits(propose(f"CL1,{U2},A,8,JPY,5000,1200.5,CL1")) == [(Misfit.DECIMALS,)]


def test_an_amount_in_another_currency_is_never_taken_off_the_balance(propose: Propose) -> None:
    (one,) = propose(line("100.00", currency="USD")).lines
    assert (one.to_pay, one.remaining, one.changed) == (Money(10000, "USD"), None, False)
