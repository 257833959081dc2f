from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.receivables import ApplicationKind, DocumentKind
from bot.store.database import Database
from bot.store.models import ApplicationRow
from tests.imports.cfdi_files import U1, U2, U3, U4, cfdi, doc, pago, related, rep
from tests.services.cfdi_run import Office

PAYMENT = ApplicationKind.PAYMENT
PAID = date(2019, 7, 10)
CSV = "CODIGO,SERIE,FOLIO,FECHA,ABONO,REFERENCIA,REP UUID\n"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1", credit_days=30)
    made.load(cfdi())
    return made


def part(amount: str, uuid: str = U3, **over: str) -> str:
    """A REP that pays a part of U1 on 10 July."""
    return rep(uuid, [pago(doc(amount=amount))], **over)


def test_a_rep_pays_each_document_once_however_often_it_is_read(office: Office) -> None:
    office.load(cfdi(U2, Folio="8", Total="50.00"))
    both = rep(payments=[pago(doc(U1, "100.00"), doc(U2, "50.00")), pago(doc(U1, "16.00"), FormaDePagoP="01")])
    assert office.counts(both) == [(3, 0, 0, 0)]
    assert office.counts(both) == [(0, 0, 3, 0)]
    assert office.applications() == [
        ("7", PAID, 10000, PAYMENT, U3),
        ("7", PAID, 1600, PAYMENT, U3),
        ("8", PAID, 5000, PAYMENT, U3),
    ]
    assert [row.settled_on for row in office.documents()] == [PAID, PAID]
    with office.database.transaction() as session:
        rows = session.execute(select(ApplicationRow.method, ApplicationRow.reference)).all()
    assert set(rows) == {("03", "4343"), ("01", "4343")}
    assert [path.name for path in office.vault.find(U3)] == [f"{U3}.xml"]


def test_two_equal_lines_of_a_rep_are_two_payments(office: Office) -> None:
    twice = rep(payments=[pago(doc(amount="50.00"), doc(amount="50.00"))])
    assert office.counts(twice) == [(2, 0, 0, 0)]
    assert office.counts(twice) == [(0, 0, 2, 0)]


def test_a_rep_for_a_document_without_uuid_finds_it_by_folio(office: Office) -> None:
    office.add_document("9")
    assert office.counts(rep(payments=[pago(doc(U2, Serie="A", Folio="9"))])) == [(1, 0, 0, 0)]
    assert [row[0] for row in office.applications()] == ["9"]
    # The folio of a document that has another UUID is a coincidence.
    assert office.problems(rep(U4, [pago(doc(U2, Serie="A", Folio="7"))])) == [("1.xml", U2, "unknown_document")]


def test_a_line_that_cannot_be_applied_leaves_the_others(office: Office) -> None:
    office.add_document("8", uuid=U4, kind=DocumentKind.CREDIT_NOTE)
    mixed = rep(
        payments=[pago(doc(U2), doc(U4), doc(U1, "6.00", MonedaDR="USD"), doc(U1, "116.01"), doc(U1, "116.00"))]
    )
    (file,) = office.load(mixed)
    assert (file.new, file.refused) == (1, 1)
    assert [(p.value, p.reason) for p in file.problems] == [
        (U2, "unknown_document"),
        (U4, "not_collectable"),
        ("USD", "other_currency"),
        ("116.01", "over_balance"),
    ]


def test_a_reference_longer_than_its_column_is_refused(office: Office) -> None:
    long = rep(payments=[pago(doc(), NumOperacion="9" * 101)])
    assert office.problems(long) == [("1.xml", "9" * 101, "too_long")]


def test_a_payment_that_the_erp_had_told_of_becomes_the_reps(office: Office) -> None:
    csv = f"{CSV}CL1,A,7,10/07/2019,58,erp,\nCL1,A,7,10/07/2019,58,erp,\n"
    assert office.counts(csv) == [(2, 0, 0, 0)]
    assert office.counts(part("58.00")) == [(0, 1, 0, 0)]
    assert office.applications() == [("7", PAID, 5800, PAYMENT, U3), ("7", PAID, 5800, PAYMENT, None)]
    assert office.counts(csv, part("58.00")) == [(0, 0, 2, 0), (0, 0, 1, 0)]
    assert office.counts(part("58.00", uuid=U4)) == [(0, 1, 0, 0)]
    assert office.counts(csv, part("58.00"), part("58.00", uuid=U4)) == [(0, 0, 2, 0), (0, 0, 1, 0), (0, 0, 1, 0)]


def test_two_equal_payments_of_the_erp_become_two_equal_lines_of_a_rep(office: Office) -> None:
    office.load(f"{CSV}CL1,A,7,10/07/2019,58,erp,\nCL1,A,7,10/07/2019,58,erp,\n")
    twice = rep(payments=[pago(doc(amount="58.00"), doc(amount="58.00"))])
    assert office.counts(twice) == [(0, 2, 0, 0)]
    assert office.counts(twice) == [(0, 0, 2, 0)]
    assert [row[-1] for row in office.applications()] == [U3, U3]


def test_a_payment_that_the_erp_tells_of_after_its_rep_is_the_same(office: Office) -> None:
    office.load(part("58.00"))
    for rep_uuid in ("", U3):
        csv = f"{CSV}CL1,A,7,10/07/2019,58,erp,{rep_uuid}\n"
        assert office.counts(csv) == [(0, 0, 1, 0)]
    assert office.counts(f"{CSV}CL1,A,7,10/07/2019,58,erp,{U4}\n") == [(1, 0, 0, 0)]
    assert office.applications() == [("7", PAID, 5800, PAYMENT, U3), ("7", PAID, 5800, PAYMENT, U4)]


def test_the_same_rep_of_another_day_in_the_erp_is_the_same_payment(office: Office) -> None:
    csv = f"{CSV}CL1,A,7,12/07/2019,58,erp,{U3}\n"
    office.load(csv)
    assert office.counts(part("58.00")) == [(0, 0, 1, 0)]
    assert len(office.applications()) == 1


def test_the_erps_day_of_a_payment_whose_rep_came_first_makes_no_second_one(office: Office) -> None:
    office.load(part("58.00"))
    assert office.counts(f"{CSV}CL1,A,7,12/07/2019,58,erp,{U3}\n") == [(0, 0, 1, 0)]
    assert len(office.applications()) == 1


def test_a_payment_of_the_same_amount_and_another_day_is_applied_and_told(office: Office) -> None:
    office.load(f"{CSV}CL1,A,7,09/07/2019,58,erp,\n")
    (file,) = office.load(part("58.00"))
    assert file.new == 1
    assert [(p.value, p.reason, p.params["on"]) for p in file.warnings] == [
        ("58.00", "similar_payment", date(2019, 7, 9))
    ]
    assert office.warnings(part("58.00")) == []


def test_the_erps_payment_of_another_day_than_a_reps_is_applied_and_told(office: Office) -> None:
    office.load(part("58.00"))
    csv = f"{CSV}CL1,A,7,09/07/2019,58,erp,\n"
    assert [reason for _, reason in office.warnings(csv)] == ["similar_rep"]
    assert len(office.applications()) == 2
    assert office.counts(csv) == [(0, 0, 1, 0)]


def test_a_payment_that_would_pay_more_than_is_open_is_refused(office: Office) -> None:
    office.load(f"{CSV}CL1,A,7,09/07/2019,116,erp,\n")
    (file,) = office.load(rep())
    assert [(p.value, p.reason, str(p.params["balance"])) for p in file.problems] == [
        ("116.00", "over_balance", "0.00")
    ]
    assert (file.refused, office.vault.find(U3)) == (1, [])


def test_a_rep_that_replaces_another_takes_over_its_payments(office: Office) -> None:
    second = part("58.00", uuid=U4, relations=related("04", U3), Fecha="2019-07-12T00:00:00")
    assert office.counts(part("58.00")) == [(1, 0, 0, 0)]
    assert office.counts(second) == [(0, 1, 0, 0)]
    assert office.applications() == [("7", PAID, 5800, PAYMENT, U4)]
    assert office.counts(part("58.00"), second) == [(0, 0, 1, 0), (0, 0, 1, 0)]
    assert office.counts(part("58.00")) == [(0, 0, 1, 0)]


def test_a_replaced_rep_that_is_read_again_pays_nothing_though_the_erp_told_first(office: Office) -> None:
    csv = f"{CSV}CL1,A,7,10/07/2019,58,erp,\n"
    second = part("58.00", uuid=U4, relations=related("04", U3), Fecha="2019-07-12T00:00:00")
    office.load(csv)
    assert office.counts(part("58.00")) == office.counts(second) == [(0, 1, 0, 0)]
    assert office.counts(csv, part("58.00"), second) == [(0, 0, 1, 0)] * 3
    assert office.applications() == [("7", PAID, 5800, PAYMENT, U4)]


def test_what_a_replaced_rep_paid_and_its_substitute_does_not_is_open_again_and_told(office: Office) -> None:
    office.load(cfdi(U2, Folio="8"), part("58.00"))
    (file,) = office.load(rep(U4, [pago(doc(U2, "58.00"))], relations=related("04", U3)))
    assert [(p.value, p.reason, p.params) for p in file.warnings] == [("58.00", "replaced_rep", {"document": "A-7"})]
    assert office.applications() == [("8", PAID, 5800, PAYMENT, U4)]
    assert [row.applied for row in office.documents()] == [0, 5800]


def test_a_rep_and_its_invoice_may_come_in_any_order(database: Database, tmp_path: Path) -> None:
    fresh = Office(database, tmp_path)
    fresh.add_customer("CL1")
    assert fresh.counts(rep(Fecha="2019-07-11T00:00:00"), cfdi()) == [(1, 0, 0, 0), (1, 0, 0, 0)]
    assert [row.settled_on for row in fresh.documents()] == [PAID]
