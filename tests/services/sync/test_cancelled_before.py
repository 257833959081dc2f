"""What the ERP cancelled before it was ever read is cancelled here too, whoever had told of it and whenever."""

from pathlib import Path
from typing import Any

import pytest

from tests.contpaqi_company import CREDIT_NOTE, INVOICE
from tests.imports.cfdi_files import RFC, U1, U2, cfdi, related
from tests.services.sync.office import MAR, Office
from tests.services.sync.test_beside import load

CUSTOMERS = f"CODIGO,NOMBRE,RFC\nCL1,Juan,{RFC}\n"
HEAD = "CODIGO,CODIGO CONCEPTO,SERIE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\n"
TOLD = [
    f"{HEAD}CL1,4,A,7,10/03/2019,116\n",
    f"{HEAD}CL1,,A,7,10/03/2019,116\n",
    f"{HEAD}CL1,,A,007,10/03/2019,116\n",
    f"{HEAD}CL1,,,A-7,10/03/2019,116\n",
    cfdi(U1, Fecha="2019-03-09T10:00:00"),
]


def cancelled(office: Office, *, uuid: str = "", kind: int = INVOICE, **over: object) -> int:
    """Put A-7 of $116.00 into the company, cancelled."""
    company = office.company
    customer, concept = company.customer("CL1", CRFC=RFC), company.concept("4", kind)
    values = {"CSERIEDOCUMENTO": "A", "CFOLIO": 7.0, "CCANCELADO": 1, "CPENDIENTE": 0.0, **over}
    made = company.document(customer, concept, kind, 116.0, MAR, **values)
    if uuid:
        company.stamp_cfdi(made, concept, uuid, state=3)
    return made


@pytest.mark.parametrize("text", TOLD)
@pytest.mark.parametrize("erp_first", [True, False])
def test_what_was_cancelled_before_the_first_run_is_owed_no_more(
    office: Office,
    tmp_path: Path,
    text: str,
    erp_first: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    cancelled(office)
    load(office, tmp_path, CUSTOMERS)
    if erp_first:
        office.sync()
    load(office, tmp_path, text)
    report = office.sync()
    assert (report.documents.removed, report.mismatches, office.balances()) == (1, (), {})
    # Told of again it stays cancelled.
    load(office, tmp_path, text)
    assert office.balances() == {}
    assert office.sync(full=True).documents.removed == 0


def test_a_cfdi_that_the_erp_has_cancelled_is_known_by_its_uuid(sqlite_office: Office, tmp_path: Path) -> None:
    cancelled(sqlite_office, uuid=U1, CSERIEDOCUMENTO="B", CTOTAL=100.0)
    load(sqlite_office, tmp_path, CUSTOMERS, cfdi(U1))
    assert (sqlite_office.sync().mismatches, sqlite_office.balances()) == ((), {})


@pytest.mark.parametrize("over", [{"CTOTAL": 117.0}, {"CFOLIO": 8.0}, {"kind": CREDIT_NOTE}, {"CPLANTILLA": 1}])
def test_what_is_not_certainly_it_stays_owed(sqlite_office: Office, tmp_path: Path, over: dict[str, Any]) -> None:
    cancelled(sqlite_office, **over)
    load(sqlite_office, tmp_path, CUSTOMERS, TOLD[0])
    assert [str(mismatch.here) for mismatch in sqlite_office.sync().mismatches] == ["116.00"]


def test_a_cfdi_of_another_time_is_none_of_its_folio_and_total_that_the_erp_had_cancelled(
    sqlite_office: Office, tmp_path: Path
) -> None:
    cancelled(sqlite_office)
    load(sqlite_office, tmp_path, CUSTOMERS, cfdi(U1, Fecha="2019-07-10T10:00:00"))
    report = sqlite_office.sync()
    assert (report.documents.removed, sqlite_office.balances()) == (0, {-1: 11600})
    assert [str(mismatch.here) for mismatch in report.mismatches] == ["116.00"]


def test_what_was_entered_again_is_the_one_that_counts(sqlite_office: Office, tmp_path: Path) -> None:
    made = cancelled(sqlite_office)
    company = sqlite_office.company
    values = {"CSERIEDOCUMENTO": "A", "CFOLIO": 7.0}
    again = company.document(made - 2, made - 1, INVOICE, 116.0, MAR, **values)
    load(sqlite_office, tmp_path, CUSTOMERS, TOLD[1])
    assert (sqlite_office.sync().mismatches, sqlite_office.balances()) == ((), {again: 11600})


def test_a_cancelled_document_of_a_customer_who_cannot_be_taken_is_passed_over(
    sqlite_office: Office, tmp_path: Path
) -> None:
    made = cancelled(sqlite_office)
    sqlite_office.company.change(sqlite_office.company.customers, made - 2, CCODIGOCLIENTE="")
    load(sqlite_office, tmp_path, CUSTOMERS, TOLD[0])
    assert sqlite_office.sync().documents.problems == ()
    assert sqlite_office.balances() == {-1: 11600}


def test_a_credit_note_that_the_erp_has_cancelled_lowers_an_invoice_no_more_that_the_erp_has_not(
    sqlite_office: Office, tmp_path: Path
) -> None:
    note = cfdi(U2, TipoDeComprobante="E", Total="116.00", Fecha="2019-03-10T10:00:00", relations=related("01", U1))
    load(sqlite_office, tmp_path, CUSTOMERS, cfdi(U1, Total="150.00", Fecha="2019-03-09T10:00:00"), note)
    assert list(sqlite_office.balances().values()) == [3400]
    cancelled(sqlite_office, uuid=U2, kind=CREDIT_NOTE)
    report = sqlite_office.sync()
    assert (report.documents.removed, report.applications.removed) == (1, 1)
    assert list(sqlite_office.balances().values()) == [15000]
