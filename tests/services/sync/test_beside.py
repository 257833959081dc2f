"""The ERP beside files and CFDI that tell of the same documents and payments: nothing is owed or paid twice."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.incoming import FileReport
from bot.services.imports import import_files
from bot.store.models import ApplicationRow, DocumentRow
from tests.contpaqi_company import CREDIT_NOTE
from tests.imports.cfdi_files import U1, U2, U3
from tests.services.sync.office import MAR, Ledger, Office

PAYMENTS = "CODIGO,FOLIO,FECHA PAGO,ABONO,TIPO,REP UUID\n"


def load(office: Office, folder: Path, *texts: str) -> list[FileReport]:
    """Import these XML and CSV in one run."""
    paths = [folder / f"{n}.{'xml' if text.startswith('<') else 'csv'}" for n, text in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return list(import_files(office.database.transaction, paths, today=MAR).files)


def counts(reports: list[FileReport]) -> list[tuple[int, int, int, int]]:
    """New, changed, same and refused of each file."""
    return [(report.new, report.changed, report.same, report.refused) for report in reports]


def reps(office: Office, erp_id: int) -> list[str | None]:
    """The REP of what is applied to a document."""
    of_it = DocumentRow.id == ApplicationRow.document_id, DocumentRow.erp_id == erp_id
    with office.database.transaction() as session:
        return sorted(session.scalars(select(ApplicationRow.rep_uuid).where(*of_it)), key=str)


def test_a_payment_that_the_erp_brought_is_not_paid_again_by_a_file(
    office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    note = ledger.company.document(ledger.cl1, ledger.company.concept("7", CREDIT_NOTE), CREDIT_NOTE, 20.0, MAR)
    ledger.company.apply(note, ledger.invoice, 20.0)
    office.sync()
    known = office.balances()
    text = (
        f"{PAYMENTS}CL1,{ledger.invoice},10/02/2019,50,pago,{U1}\nCL1,{ledger.invoice},10/03/2019,20,nota de crédito,\n"
    )
    assert counts(load(office, tmp_path, text)) == [(0, 1, 1, 0)]
    assert counts(load(office, tmp_path, text)) == [(0, 0, 2, 0)]
    assert (office.balances(), reps(office, ledger.invoice)) == (known, [U1, None])
    office.sync(full=True)
    assert counts(load(office, tmp_path, text)) == [(0, 0, 2, 0)]
    # Only what the ERP has not is new.
    assert counts(load(office, tmp_path, f"{text}CL1,{ledger.invoice},10/02/2019,1,pago,\n")) == [(1, 0, 2, 0)]


def test_of_the_erp_s_equal_payments_a_file_s_rep_is_of_the_one_without(
    sqlite_office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    second = ledger.company.document(ledger.cl1, ledger.pago, 9, 50.0, MAR.replace(month=2))
    ledger.company.apply(second, ledger.invoice, 50.0)
    ledger.company.stamp_cfdi(ledger.payment, ledger.pago, U1)
    sqlite_office.sync()
    row = f"CL1,{ledger.invoice},10/02/2019,50,pago,"
    assert counts(load(sqlite_office, tmp_path, f"{PAYMENTS}{row}\n{row}{U2}\n")) == [(0, 1, 1, 0)]
    assert reps(sqlite_office, ledger.invoice) == [U1, U2]
    # The ERP names the REP of each by now: a file that names another one pays nothing more.
    assert counts(load(sqlite_office, tmp_path, f"{PAYMENTS}{row}{U3}\n")) == [(0, 0, 1, 0)]
    assert reps(sqlite_office, ledger.invoice) == [U1, U2]


@pytest.mark.parametrize("concept", ["", "Factura"])
def test_a_row_without_a_concept_s_code_is_the_erp_s_document_of_its_day_and_total(
    office: Office, ledger: Ledger, tmp_path: Path, concept: str
) -> None:
    office.sync()
    known = office.balances()
    head = "CODIGO,CONCEPTO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\n"
    text = f"{head}CL1,{concept},{ledger.invoice},10/01/2019,100\n"
    load(office, tmp_path, text)
    assert counts(load(office, tmp_path, text)) == [(0, 0, 1, 0)]
    assert office.balances() == known
    assert office.documents()[ledger.invoice].concept_code == "4"
    # Of two that it may be it is neither.
    other = ledger.company.concept("5")
    ledger.company.document(ledger.cl1, other, 4, 100.0, MAR.replace(month=1), CFOLIO=float(ledger.invoice))
    office.sync()
    assert counts(load(office, tmp_path, text)) == [(1, 0, 0, 0)]
