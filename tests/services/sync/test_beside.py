"""The ERP beside files and CFDI that tell of the same documents and payments: nothing is owed or paid twice."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.incoming import FileReport, Problem
from bot.domain.receivables import PaymentMethod
from bot.services.imports import import_files
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from tests.contpaqi_company import CREDIT_NOTE, DOLLAR, INVOICE
from tests.imports.cfdi_files import RFC, U1, U2, U3, cfdi, doc, pago, related, rep
from tests.services.sync.office import MAR, Ledger, Office

PAYMENTS = "CODIGO,FOLIO,FECHA PAGO,ABONO,TIPO,REP UUID\n"


def load(office: Office, folder: Path, *texts: str) -> list[FileReport]:
    """Import these XML and CSV in one run."""
    paths = [folder / f"{n}.{'xml' if text.startswith('<') else 'csv'}" for n, text in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return list(import_files(office.database.transaction, paths, today=MAR, now=office.now).files)


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
    # Of two that it may be it is neither, and no third one.
    other = ledger.company.concept("5")
    ledger.company.document(ledger.cl1, other, 4, 100.0, MAR.replace(month=1), CFOLIO=float(ledger.invoice))
    office.sync()
    assert counts(load(office, tmp_path, text)) == [(0, 0, 0, 1)]


UNCODED = "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL"


@pytest.mark.parametrize("zeros", ["", "00"])
def test_a_row_without_a_concept_s_code_is_no_document_of_another_kind(
    sqlite_office: Office, ledger: Ledger, tmp_path: Path, zeros: str
) -> None:
    notes = ledger.company.concept("7", CREDIT_NOTE)
    ledger.company.document(ledger.cl1, notes, CREDIT_NOTE, 70.0, MAR, CFOLIO=7.0)
    sqlite_office.sync()
    known = sqlite_office.documents()
    note = f"{UNCODED},TIPO\nCL1,{zeros}{ledger.invoice},10/01/2019,100,nota de crédito\n"
    # A row that says no kind is of a charge.
    charge = f"{UNCODED}\nCL1,{zeros}7,10/03/2019,70\n"
    assert counts(load(sqlite_office, tmp_path, note, charge)) == [(1, 0, 0, 0)] * 2
    assert sqlite_office.documents().items() >= known.items()


@pytest.mark.parametrize("zeros", ["", "00"])
@pytest.mark.parametrize(("other", "expected"), [(CREDIT_NOTE, 0), (INVOICE, 1)])
def test_a_row_without_a_concept_s_code_is_of_its_kind_alone_and_of_none_of_several(  # noqa: PLR0917 - each is a part of it
    sqlite_office: Office, ledger: Ledger, tmp_path: Path, other: int, expected: int, zeros: str
) -> None:
    concept = ledger.company.concept("7", other)
    issued, folio = MAR.replace(month=1), float(ledger.invoice)
    ledger.company.document(ledger.cl1, concept, other, 100.0, issued, CFOLIO=folio)
    sqlite_office.sync()
    row = f"CL1,{zeros}{ledger.invoice},10/01/2019,100\n"
    assert load(sqlite_office, tmp_path, f"{UNCODED}\n{row}")[0].refused == expected


@pytest.mark.parametrize(
    "over",
    [
        {"Folio": "0042"},
        {"Serie": "a"},
        {"Fecha": "2019-07-02T00:10:00"},
        {"TipoDeComprobante": "E", "MetodoPago": "PUE"},
    ],
)
def test_what_a_cfdi_brought_is_the_erp_s_though_the_erp_has_no_uuid_of_it(
    sqlite_office: Office, tmp_path: Path, over: dict[str, str]
) -> None:
    company, kind = sqlite_office.company, CREDIT_NOTE if "TipoDeComprobante" in over else INVOICE
    customer = company.customer("CL1", CRFC=RFC)
    concept = company.concept("4", kind)
    made = company.document(customer, concept, kind, 116.0, date(2019, 7, 1), CSERIEDOCUMENTO="A", CFOLIO=42.0)
    texts = f"CODIGO,NOMBRE,RFC\nCL1,Juan,{RFC}\n", cfdi(U1, **{"Folio": "42", **over})
    load(sqlite_office, tmp_path, *texts)
    assert sqlite_office.sync().mismatches == ()
    assert counts(load(sqlite_office, tmp_path, *texts))[1] == (0, 0, 1, 0)
    assert [(erp_id, one.uuid) for erp_id, one in sqlite_office.documents().items()] == [(made, U1)]


def test_a_file_s_folio_with_zeros_is_the_erp_s_of_its_day_and_total_alone(
    office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    head = "CODIGO,SERIE,FOLIO,CODIGO CONCEPTO,FECHA DOCUMENTO,MONTO ORIGINAL\n"
    rows = (f"CL1,,00{ledger.invoice},4,10/01/2019,100\n", f"CL1,,0{ledger.invoice},4,11/01/2019,100\n")
    load(office, tmp_path, "CODIGO,NOMBRE\nCL1,Juan\n", head + "".join(rows))
    office.sync()
    # As well where the file has no codes; only another name makes it another document then.
    uncoded = "CODIGO,CONCEPTO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\nCL1,{},000{},10/01/2019,100\n"
    for concept, zeros, expected in (("CONCEPTO 4", "", 0), ("Cargo", "0", 1), ("", "00", 0)):
        report = load(office, tmp_path, uncoded.format(concept, f"{zeros}{ledger.invoice}"))
        assert (report[0].new, report[0].refused) == (expected, 0)
    office.sync()
    folios = {erp_id: document.folio for erp_id, document in office.documents().items()}
    assert (folios.pop(ledger.invoice), folios.pop(-2)) == (str(ledger.invoice), f"0{ledger.invoice}")
    assert set(folios) == {ledger.payment, ledger.dollars, -5}


@pytest.mark.parametrize("erp_first", [True, False])
def test_what_the_cfdi_says_of_how_it_is_paid_counts_and_another_word_of_the_erp_is_told_once(
    office: Office,
    ledger: Ledger,
    tmp_path: Path,
    erp_first: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    company = ledger.company
    company.change(company.customers, ledger.cl1, CRFC=RFC)
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    if erp_first:
        office.sync()
    invoice = cfdi(U1, Serie="", Folio=str(ledger.invoice), Total="100.00", MetodoPago="PPD")
    load(office, tmp_path, f"CODIGO,NOMBRE,RFC\nCL1,Juan,{RFC}\n", invoice)
    # The ERP says nothing, then another thing.
    assert office.sync(full=True).documents.warnings == ()
    assert office.documents()[ledger.invoice].payment_method is PaymentMethod.PPD
    company.change(company.documents, ledger.invoice, CCANTPARCI=1)
    told = Problem(ledger.invoice, "payment_method", "PUE", "erp_method", {"stamped": PaymentMethod.PPD})
    assert [office.sync(full=full).documents.warnings for full in (False, True)] == [(told,), ()]
    assert office.documents()[ledger.invoice].payment_method is PaymentMethod.PPD
    # What was stamped instead may say it too.
    with company.engine.begin() as connection:
        connection.execute(company.folios.update().values(CUUID=U2))
    assert office.sync(full=True).documents.warnings == ()
    assert office.documents()[ledger.invoice].payment_method is PaymentMethod.PUE


def test_a_credit_note_is_the_erp_s_to_apply_whatever_its_concept_s_code(
    sqlite_office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    company, concept = ledger.company, ledger.company.concept("NC", CREDIT_NOTE)
    note = company.document(ledger.cl1, concept, CREDIT_NOTE, 20.0, MAR)
    company.stamp_cfdi(note, concept, U2)
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    company.change(company.customers, ledger.cl1, CRFC=RFC)
    sqlite_office.sync()
    known = sqlite_office.balances()
    credit = cfdi(U2, Total="20.00", TipoDeComprobante="E", MetodoPago="PUE", relations=related("01", U1))
    load(sqlite_office, tmp_path, credit)
    assert sqlite_office.balances() == known


def test_a_credit_note_that_the_erp_has_used_up_is_open_for_one_run_at_most(
    office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    company, concept = ledger.company, ledger.company.concept("7", CREDIT_NOTE)
    note = company.document(ledger.cl1, concept, CREDIT_NOTE, 20.0, MAR)
    company.apply(note, ledger.invoice, 20.0)
    company.stamp_cfdi(note, concept, U2)
    company.change(company.customers, ledger.cl1, CRFC=RFC)
    # Later than the marks that are looked at again.
    company.change(company.documents, ledger.dollars, CREFERENCIA="OC 1")
    office.sync()
    note_xml = cfdi(U2, Total="20.00", TipoDeComprobante="E", MetodoPago="PUE")
    load(office, tmp_path, note_xml)
    assert 2000 in office.balances().values()
    report = office.sync()
    assert (report.full, report.mismatches, 2000 in office.balances().values()) == (True, (), False)
    assert not office.sync().full
    # A file that brings nothing new, as a nightly export may be, is no reason to.
    text = f"{PAYMENTS}CL1,{ledger.invoice},10/02/2019,50,pago,\n"
    assert counts(load(office, tmp_path, text)) == [(0, 0, 1, 0)]
    assert not office.sync().full


def test_a_rep_that_the_erp_has_cancelled_is_no_payment_s_any_more(office: Office, ledger: Ledger) -> None:
    company = ledger.company
    company.stamp_cfdi(ledger.payment, ledger.pago, U1)
    office.sync()
    assert reps(office, ledger.invoice) == [U1]
    with company.engine.begin() as connection:
        connection.execute(company.folios.update().values(CESTADO=3))
    office.sync(full=True)
    assert reps(office, ledger.invoice) == [None]
    # One that counts is its REP, whichever of the two was stamped first.
    company.stamp_cfdi(ledger.payment, ledger.pago, U2)
    company.stamp_cfdi(ledger.payment, ledger.pago, U3, state=3)
    office.sync(full=True)
    assert reps(office, ledger.invoice) == [U2]


def paid_by_rep(day: str, uuid: str = U3) -> str:
    """A REP of $50.00 of U1, paid on a day."""
    return rep(uuid, [pago(doc(U1, "50.00"), FechaPago=f"{day}T12:00:00", Monto="50.00")])


@pytest.mark.parametrize("erp_first", [True, False])
@pytest.mark.parametrize(("day", "kept"), [("2019-02-12", U3), ("2019-03-01", None)])
def test_a_rep_of_another_day_of_the_month_stays_that_of_the_erp_s_payment(  # noqa: PLR0917 - each is a part of it
    sqlite_office: Office,
    ledger: Ledger,
    tmp_path: Path,
    day: str,
    kept: str | None,
    erp_first: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    ledger.company.change(ledger.company.customers, ledger.cl1, CRFC=RFC)
    invoice = cfdi(U1, Serie="", Folio=str(ledger.invoice), Total="100.00", Fecha="2019-01-10T10:00:00")
    if erp_first:
        sqlite_office.sync()
    load(sqlite_office, tmp_path, f"CODIGO,NOMBRE,RFC\nCL1,Juan,{RFC}\n", invoice, paid_by_rep(day))
    assert sqlite_office.sync().mismatches == ()
    assert reps(sqlite_office, ledger.invoice) == [kept]
    # Read again it pays nothing more for long.
    load(sqlite_office, tmp_path, paid_by_rep(day))
    assert sqlite_office.sync().mismatches == ()
    assert reps(sqlite_office, ledger.invoice) == [kept]


def test_a_rep_goes_over_to_no_payment_of_the_erp_s_that_it_is_not_of(
    sqlite_office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    company = ledger.company
    company.change(company.customers, ledger.cl1, CRFC=RFC)
    company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    company.stamp_cfdi(ledger.payment, ledger.pago, U3)
    second = company.document(ledger.cl1, ledger.pago, 9, 50.0, date(2019, 2, 20))
    company.apply(second, ledger.invoice, 50.0)
    # The ERP names the REP of the other one, though of another day.
    load(sqlite_office, tmp_path, f"CODIGO,NOMBRE,RFC\nCL1,Juan,{RFC}\n", cfdi(U1, Total="100.00"))
    load(sqlite_office, tmp_path, paid_by_rep("2019-02-11"))
    sqlite_office.sync()
    assert reps(sqlite_office, ledger.invoice) == [U3, None]
    # The one that is gone from the ERP takes its REP along.
    company.change(company.documents, ledger.payment, CCANCELADO=1)
    company.change(company.documents, ledger.invoice, CPENDIENTE=50.0)
    sqlite_office.sync()
    assert reps(sqlite_office, ledger.invoice) == [None]


def test_a_rep_that_the_erp_has_cancelled_is_not_taken_from_its_file_again(
    sqlite_office: Office, ledger: Ledger, tmp_path: Path
) -> None:
    ledger.company.change(ledger.company.customers, ledger.cl1, CRFC=RFC)
    ledger.company.stamp_cfdi(ledger.invoice, ledger.factura, U1)
    ledger.company.stamp_cfdi(ledger.payment, ledger.pago, U3, state=3)
    sqlite_office.sync()
    load(sqlite_office, tmp_path, paid_by_rep("2019-02-12"))
    sqlite_office.sync()
    assert reps(sqlite_office, ledger.invoice) == [None]


@pytest.mark.parametrize(
    "filled_in",
    [{}, {"CEMAIL2": "b@x.example", "CIDAGENTEVENTA": 7, "CLIMITECREDITOCLIENTE": 5.0, "CDIASCREDITOCLIENTE": 9}],
)
def test_what_the_erp_keeps_of_no_customer_stays_as_a_file_says(
    sqlite_office: Office, tmp_path: Path, filled_in: dict[str, object]
) -> None:
    company, blank = sqlite_office.company, {"CLIMITECREDITOCLIENTE": 0.0, "CDIASCREDITOCLIENTE": 0}
    company.customer("CL1", **blank)
    company.customer("CL2", **{**blank, **filled_in})
    head = "CODIGO,NOMBRE,CORREO,COBRADOR,LIMITE DE CREDITO,DIAS DE CREDITO\n"
    load(sqlite_office, tmp_path, f"{head}CL1,Juan,a@x.example,C1,100,15\n")
    sqlite_office.sync()
    with sqlite_office.database.transaction() as session:
        row = session.scalars(select(CustomerRow).where(CustomerRow.code == "CL1")).one()
        kept = row.name, row.email, row.collector_code, row.credit_limit, row.credit_days
    # Where it is kept for others, blank means none.
    said = ([], None, 0, 0) if filled_in else (["a@x.example"], "C1", 10000, 15)
    assert kept == ("Cliente CL1", *said)


def test_texts_pasted_into_the_erp_come_on_one_line_and_without_what_a_database_takes_not(office: Office) -> None:
    company = office.company
    customer = company.customer("CL1", CRAZONSOCIAL="\u202aJUAN  PÉREZ\tY\r\nCÍA\0\u200b", CEMAIL1="a@x.example\r\n;\0")
    concept = company.concept("4", name="Factura\r\n4.0")
    made = company.document(customer, concept, INVOICE, 5.0, MAR, CSERIEDOCUMENTO=" A  B", CREFERENCIA="OC\0")
    assert office.sync().mismatches == ()
    document = office.documents()[made]
    with office.database.transaction() as session:
        row = session.scalars(select(CustomerRow)).one()
        assert (row.name, row.search, row.email) == (
            "JUAN PÉREZ Y CÍA",
            "juan perez y cia aaa010101aaa",
            ["a@x.example"],
        )
    assert (document.series, document.concept) == ("A B", "Factura 4.0")


@pytest.mark.parametrize("first", [CREDIT_NOTE, INVOICE])
def test_what_a_file_said_without_a_concept_s_code_is_the_erp_s_of_its_kind_and_currency(
    sqlite_office: Office, tmp_path: Path, first: int
) -> None:
    load(sqlite_office, tmp_path, "CODIGO,NOMBRE\nCL1,Juan\n", f"{UNCODED}\nCL1,7,10/03/2019,100\n")
    company = sqlite_office.company
    customer, made = company.customer("CL1"), {}
    for kind in (first, CREDIT_NOTE + INVOICE - first):
        concept = company.concept(str(kind), kind)
        made[kind] = company.document(customer, concept, kind, 100.0, MAR, CFOLIO=7.0)
    made[DOLLAR] = company.document(customer, company.concept("3"), INVOICE, 100.0, MAR, CFOLIO=7.0, CIDMONEDA=DOLLAR)
    assert sqlite_office.sync().mismatches == ()
    with sqlite_office.database.transaction() as session:
        (itself,) = session.scalars(select(DocumentRow.erp_id).where(DocumentRow.id == 1))
    assert itself == made[INVOICE]
