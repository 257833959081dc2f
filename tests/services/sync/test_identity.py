"""Which document here is which of the ERP's, when numbers, folios and UUIDs come, go and meet."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.domain.erp import Mismatch
from bot.domain.incoming import FileReport, Problem
from bot.domain.money import Money
from bot.services.imports import import_files
from bot.store import replaced_reps
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from tests.contpaqi_company import INVOICE, PAYMENT
from tests.imports.cfdi_files import U3, U4, doc, pago, rep
from tests.services.sync.office import FEB, JAN, MAR, Ledger, Office

U1 = "8D05D435-FBD1-5FB2-846B-BAAEEC1593C2"
NEW = "9D05D435-FBD1-5FB2-846B-BAAEEC1593C2"


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
    assert (report.documents.new, report.documents.changed) == (1, 2)
    assert (report.applications.new, report.applications.changed, report.applications.removed) == (1, 1, 0)
    assert report.mismatches == ()
    assert office.balances() == {ledger.invoice: 5000, ledger.payment: 3000, ledger.dollars: 1050}


def test_a_payment_that_a_rep_told_of_is_the_erps_and_keeps_its_uuid(office: Office, ledger: Ledger) -> None:
    office.sync()
    with office.database.transaction() as session:
        of_invoice = select(DocumentRow.id).where(DocumentRow.erp_id == ledger.invoice).scalar_subquery()
        only = update(ApplicationRow).where(ApplicationRow.document_id == of_invoice)
        session.execute(only.values(key=f"cfdi:{U1}:1", rep_uuid=U1), execution_options={"synchronize_session": False})
    report = office.sync(full=True)
    assert (report.applications.new, report.applications.changed, report.applications.removed) == (0, 1, 0)
    with office.database.transaction() as session:
        (row,) = session.scalars(select(ApplicationRow).where(ApplicationRow.document_id == of_invoice))
    assert (row.key, row.rep_uuid) == (f"contpaqi:{ledger.payment}:{ledger.invoice}", U1)


@pytest.mark.parametrize("named", [None, U4])
def test_equal_payments_of_a_day_keep_each_its_rep(
    office: Office, ledger: Ledger, tmp_path: Path, named: str | None
) -> None:
    company = ledger.company
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    company.unapply(ledger.payment, ledger.invoice, 50.0)
    office.sync()
    half = pago(doc(U1, "10.00"), FechaPago=f"{FEB}T12:00:00")
    (tmp_path / "1.xml").write_text(rep(U3, [half]))
    (tmp_path / "2.xml").write_text(rep(U4, [half]))
    import_files(office.database.transaction, [tmp_path / "1.xml", tmp_path / "2.xml"], today=MAR)
    for uuid in (named, None):
        paid = company.document(ledger.cl1, ledger.pago, PAYMENT, 10.0, FEB)
        company.apply(paid, ledger.invoice, 10.0)
        if uuid:
            company.stamp_cfdi(paid, ledger.pago, uuid)
    report = office.sync()
    assert (report.applications.new, report.applications.changed, report.applications.removed) == (0, 2, 0)
    with office.database.transaction() as session:
        reps = session.scalars(select(ApplicationRow.rep_uuid).where(ApplicationRow.key.like("contpaqi:%"))).all()
    assert sorted(filter(None, reps)) == [U3, U4]


@pytest.mark.parametrize("is_late", [True, False])
def test_a_rep_taken_for_that_of_an_equal_payment_is_given_back_once_the_erp_names_whose_it_is(
    office: Office,
    ledger: Ledger,
    tmp_path: Path,
    is_late: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    company = ledger.company
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    company.unapply(ledger.payment, ledger.invoice, 50.0)

    def pay(rep_uuid: str | None) -> None:
        paid = company.document(ledger.cl1, ledger.pago, PAYMENT, 10.0, FEB)
        company.apply(paid, ledger.invoice, 10.0)
        if rep_uuid:
            company.stamp_cfdi(paid, ledger.pago, rep_uuid)
        office.sync()

    def load(uuid: str) -> FileReport:
        path = tmp_path / "rep.xml"
        path.write_text(rep(uuid, [pago(doc(U1, "10.00"), FechaPago=f"{FEB}T12:00:00")]), encoding="utf-8")
        return import_files(office.database.transaction, [path], today=MAR).files[0]

    pay(None)
    assert load(U4).changed == 1
    office.sync(full=True)
    if is_late:
        pay(U4)
        assert load(U3).changed == 1
    else:
        assert load(U3).new == 1
        pay(U4)
    assert office.balances()[ledger.invoice] == 8000
    with office.database.transaction() as session:
        assert sorted(filter(None, session.scalars(select(ApplicationRow.rep_uuid)))) == [U3, U4]


def test_of_equal_payments_the_erp_s_only_one_keeps_the_rep(office: Office, ledger: Ledger) -> None:
    office.sync()
    with office.database.transaction() as session:
        of_invoice = select(DocumentRow.id).where(DocumentRow.erp_id == ledger.invoice).scalar_subquery()
        (row,) = session.scalars(select(ApplicationRow).where(ApplicationRow.document_id == of_invoice))
        row.key = "a file's"
        again = {name: getattr(row, name) for name in ("document_id", "on", "amount", "kind", "method", "reference")}
        session.add(ApplicationRow(**again, key=f"cfdi:{U3}:1", rep_uuid=U3))
    report = office.sync(full=True)
    assert (report.applications.new, report.applications.changed, report.applications.removed) == (0, 1, 1)
    with office.database.transaction() as session:
        reps = session.scalars(select(ApplicationRow.rep_uuid).where(ApplicationRow.key.like("contpaqi:%"))).all()
    assert U3 in reps


def test_equal_payments_of_a_day_that_a_file_told_of_stay_as_many_as_the_erp_has(
    office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    second = ledger.company.document(ledger.cl1, ledger.pago, PAYMENT, 10.0, FEB)
    ledger.company.unapply(ledger.payment, ledger.invoice, 50.0)
    for payment in (ledger.payment, second):
        ledger.company.apply(payment, ledger.invoice, 10.0)
    (tmp_path / "a.csv").write_text("CODIGO,NOMBRE\nCL1,Juan\n")
    (tmp_path / "b.csv").write_text(
        f"CODIGO,CONCEPTO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\nCL1,Factura,{ledger.invoice},10/01/2019,100\n"
    )
    paid = f"CL1,,{ledger.invoice},10/02/2019,10\n"
    (tmp_path / "c.csv").write_text(f"CODIGO,SERIE,FOLIO,FECHA,ABONO\n{paid * 3}")
    import_files(office.database.transaction, [tmp_path / f"{n}.csv" for n in "abc"], today=MAR)
    report = office.sync()
    assert report.mismatches == ()
    assert office.balances()[ledger.invoice] == 8000


def test_a_file_with_the_same_folio_but_another_amount_is_another_document(
    office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("CODIGO,NOMBRE\nCL2,Ana\n")
    (tmp_path / "b.csv").write_text(
        "CODIGO,CONCEPTO,FOLIO,MONEDA,FECHA DOCUMENTO,MONTO ORIGINAL\n"
        f"CL2,Factura,{ledger.dollars},USD,10/01/2019,10.51\n"
    )
    import_files(office.database.transaction, [tmp_path / "a.csv", tmp_path / "b.csv"], today=MAR)
    report = office.sync()
    assert (report.documents.new, report.documents.changed) == (3, 0)
    assert report.mismatches == (Mismatch("CL2", Money(2101, "USD"), Money(1050, "USD")),)


def test_one_known_document_is_not_two_of_the_erps(office: Office, ledger: Ledger, tmp_path: Path) -> None:
    """A file has the UUID of one of them and the place of the other."""
    company = ledger.company
    other = company.document(ledger.cl1, ledger.factura, INVOICE, 3.0, JAN)
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    (tmp_path / "a.csv").write_text("CODIGO,NOMBRE\nCL1,Juan\n")
    (tmp_path / "b.csv").write_text(
        f"CODIGO,CONCEPT_CODE,FOLIO,UUID,FECHA DOCUMENTO,MONTO ORIGINAL\nCL1,4,{other},{U1},10/01/2019,3\n"
    )
    import_files(office.database.transaction, [tmp_path / "a.csv", tmp_path / "b.csv"], today=MAR)
    report = office.sync()
    assert report.documents.problems == (Problem(other, "folio", str(other), "erp_folio_taken"),)
    assert office.sync(full=True).refused == 0
    assert {ledger.invoice: 5000, other: 300}.items() <= office.balances().items()


def test_a_folio_deleted_and_entered_again_days_later_is_the_same_document(office: Office, ledger: Ledger) -> None:
    office.sync()
    (before,) = (d.id for erp_id, d in office.documents().items() if erp_id == ledger.dollars)
    ledger.company.delete(ledger.company.documents, CIDDOCUMENTO=ledger.dollars)
    office.sync()
    again = ledger.company.document(ledger.cl2, ledger.factura, INVOICE, 20.0, JAN, CFOLIO=float(ledger.dollars))
    assert office.sync().refused == 0
    assert (office.documents()[again].id, office.balances()[again]) == (before, 2000)


def test_a_uuid_that_another_document_gets_too_is_refused(office: Office, ledger: Ledger) -> None:
    company = ledger.company
    later = company.document(ledger.cl1, ledger.factura, INVOICE, 3.0, JAN)
    company.stamp_cfdi(later, ledger.factura, U1)
    office.sync()
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    report = office.sync(full=True)
    assert report.documents.problems == (Problem(ledger.invoice, "uuid", U1, "erp_uuid_taken"),)


def test_a_rep_that_another_replaces_is_no_payments_though_the_erp_goes_on_naming_it(
    office: Office, ledger: Ledger
) -> None:
    ledger.company.stamp_cfdi(ledger.payment, ledger.pago, U1)
    with office.database.transaction() as session:
        replaced_reps.note(session, [(U1, "X")])
    office.sync()
    with office.database.transaction() as session:
        assert set(session.scalars(select(ApplicationRow.rep_uuid))) == {None}
        session.execute(update(ApplicationRow).values(rep_uuid=NEW))
    office.sync(full=True)
    with office.database.transaction() as session:
        assert set(session.scalars(select(ApplicationRow.rep_uuid))) == {NEW}


def test_what_sat_gave_stays_when_the_erp_says_it_no_more(office: Office, ledger: Ledger) -> None:
    company = ledger.company
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    office.sync()
    with office.database.transaction() as session:
        session.execute(update(ApplicationRow).values(rep_uuid=U1))
    with company.engine.begin() as connection:
        connection.execute(company.folios.delete())
    office.sync(full=True)
    assert office.documents()[ledger.invoice].uuid == U1
    with office.database.transaction() as session:
        assert set(session.scalars(select(ApplicationRow.rep_uuid))) == {U1}


def test_a_document_of_nothing_is_settled_from_its_day_on(office: Office, ledger: Ledger) -> None:
    nothing = ledger.company.document(ledger.cl1, ledger.factura, INVOICE, 0.0, JAN)
    office.sync()
    with office.database.transaction() as session:
        assert session.scalar(select(DocumentRow.settled_on).where(DocumentRow.erp_id == nothing)) == JAN
