from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from bot.render.remittance import HEADER
from tests.cli.commands import Cobranza
from tests.imports.cfdi_files import RFC, U1, U3
from tests.rep_files import d, make_rep, paid, payment, xml

REP = make_rep()
WRONG = make_rep(payment(paid(amount="30.00")))


@pytest.fixture
def company(cobranza: Cobranza, tmp_path: Path) -> Cobranza:
    """A ledger of one customer with A-7 of $116.00 (PPD) and a payment of $40.00, and who issues."""
    (tmp_path / "clientes.csv").write_text(f"CODIGO,NOMBRE,RFC\nCL1,Peñón & Cía,{RFC}\n", encoding="utf-8")
    (tmp_path / "documentos.csv").write_text(
        f"CODIGO,SERIE,FOLIO,UUID,METODO DE PAGO,FECHA DOCUMENTO,MONTO ORIGINAL\nCL1,A,7,{U1},PPD,01/07/2019,116.00\n",
        encoding="utf-8",
    )
    (tmp_path / "pagos.csv").write_text(
        f"UUID DOCUMENTO,FECHA,ABONO,FORMA DE PAGO,REFERENCIA,TOTAL DEL PAGO\n{U1},10/07/2019,40.00,03,SPEI 881,40\n",
        encoding="utf-8",
    )
    cobranza.environment |= {"COMPANY_RFC": REP.issuer, "FILES_DIR": str(tmp_path / "files")}
    cobranza("import", *(tmp_path / f"{name}.csv" for name in ("clientes", "documentos", "pagos")))
    return cobranza


def test_rep_that_match_end_with_0_and_those_that_differ_with_1(company: Cobranza, tmp_path: Path) -> None:
    (tmp_path / "rep.xml").write_text(xml(REP), encoding="utf-8")
    assert company("reconcile", tmp_path / "rep.xml").stdout == "1 REP revisado: todo coincide\n"
    (tmp_path / "rep.xml").write_text(xml(WRONG), encoding="utf-8")
    told = company("reconcile", tmp_path / "rep.xml", expect=1)
    assert "rep.xml · A-7 · ImpPagado: pagado $30.00; el pago en la cartera es de $40.00" in told.stdout
    assert told.stderr == "1 diferencia.\n"


def test_what_the_ledger_expected_is_told_in_its_own_currency_where_the_rep_has_another(
    company: Cobranza, tmp_path: Path
) -> None:
    dollars = paid(amount="30.00", before=d("100.00"), after=d("70.00"), currency="USD")
    (tmp_path / "rep.xml").write_text(xml(make_rep(payment(dollars, currency="USD", rate=d("18.5")))), encoding="utf-8")
    told = company("reconcile", tmp_path / "rep.xml", expect=1).stdout
    assert "MonedaDR: moneda USD; el documento está en MXN" in told
    assert "ImpSaldoAnt: saldo anterior USD 100.00; quedaban $116.00" in told
    assert "ImpPagado: pagado USD 30.00; el pago en la cartera es de $40.00" in told
    answer = company.json("reconcile", tmp_path / "rep.xml", "--json", "--out", tmp_path / "rep.xlsx", expect=1)
    (finding,) = (each for each in answer["findings"] if each["field"] == "ImpPagado")
    assert [finding[name] for name in ("found", "currency", "expected", "expected_currency")] == [
        "30.00", "USD", "40.00", "MXN",
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO((tmp_path / "rep.xlsx").read_bytes())).worksheets[1]
    assert ("USD 30.00", "$40.00") in [row[-2:] for row in sheet.iter_rows(values_only=True)]


def test_what_differs_and_what_is_wanting_as_json_and_as_a_workbook(company: Cobranza, tmp_path: Path) -> None:
    (tmp_path / "rep.xml").write_text(xml(replace(REP, receiver="AAA010101AAA")), encoding="utf-8")
    answer = company.json("reconcile", tmp_path / "rep.xml", "--json", expect=1)
    (finding,) = answer["findings"]
    assert {name: finding[name] for name in ("rule", "customer", "file", "rep", "document", "field")} == {
        "rule": "receiver", "customer": "CL1", "file": "rep.xml", "rep": U3, "document": U1, "field": "Receptor.Rfc",
    }  # fmt: skip
    answer = company.json("reconcile", "--json", "--out", tmp_path / "rep.xlsx")
    assert answer["needed"] == [
        {
            "customer": "CL1", "document": "A-7", "IdDocumento": U1, "FechaPago": "2019-07-10", "FormaDePagoP": "03",
            "reference": "SPEI 881", "MonedaDR": "MXN", "NumParcialidad": 1, "ImpSaldoAnt": "116.00",
            "ImpPagado": "40.00", "ImpSaldoInsoluto": "76.00", "EquivalenciaDR": "1", "MonedaP": "MXN",
            "Monto": "40.00", "TipoCambioP": "1", "deadline": "2019-08-05", "days_left": 20,
        }
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO((tmp_path / "rep.xlsx").read_bytes())).worksheets[0]
    assert [sheet.cell(2, column).value for column in (1, 6, 11, 12, 13, 14)] == ["CL1", U1, 1, 116, 40, 76]


def test_without_files_the_imported_rep_are_looked_at(company: Cobranza, tmp_path: Path) -> None:
    (tmp_path / "rep.xml").write_text(xml(REP), encoding="utf-8")
    company("import", tmp_path / "rep.xml")
    assert company("reconcile").stdout == "1 REP revisado: todo coincide\n"
    cancelled = company("reconcile", "--cancelled", U3.lower()).stdout
    assert "1 cancelado o sustituido que no cuenta" in cancelled
    assert "parcialidad 1, saldo anterior $116.00, pagado $40.00, insoluto $76.00, hasta el 05/08/2019" in cancelled


def test_a_rep_said_to_be_cancelled_must_be_a_uuid(company: Cobranza) -> None:
    assert "«nonsense» no es un UUID" in company("reconcile", "--cancelled", "nonsense", expect=2).stderr


def test_what_cannot_be_read_or_written_is_said(company: Cobranza, tmp_path: Path) -> None:
    (tmp_path / "rep.xml").write_text("<broken>", encoding="utf-8")
    told = company("reconcile", tmp_path / "rep.xml", expect=1)
    assert "No se leyeron:\n  rep.xml: " in told.stdout
    assert told.stderr == "1 archivo no se leyó.\n"
    company("reconcile", "--out", tmp_path / "no" / "rep.xlsx", expect=1)


def test_a_returned_remittance_is_a_proposal_and_nothing_is_written(company: Cobranza, tmp_path: Path) -> None:
    remittance = tmp_path / "remesa.csv"
    remittance.write_text(f"{','.join(HEADER)}\nCL1,{U1},A,7,MXN,76.00,50.00,CL1\n", encoding="utf-8")
    told = company("import", remittance)
    assert told.stdout.splitlines()[1] == (
        "  ✅ A-7 · $50.00 · $76.00 → $26.00 · REP: parcialidad 2, saldo anterior $76.00, insoluto $26.00"
    )
    answer = company.json("import", "--kind", "remittance", remittance, "--json", "--report", tmp_path / "r.xlsx")
    (line,) = answer["files"][0]["lines"]
    assert line["rep"] == {
        "NumParcialidad": 2, "ImpSaldoAnt": "76.00", "ImpPagado": "50.00", "ImpSaldoInsoluto": "26.00",
    }  # fmt: skip
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0].cell(2, 11).value == 2
    remittance.write_text(f"{','.join(HEADER)}\nCL1,{U1},A,7,MXN,76.00,76.01,CL1\n", encoding="utf-8")
    told = company("import", "--kind", "remittance", remittance, expect=1)
    assert "más que el saldo, $76.00" in told.stdout
    assert told.stderr == "1 remesa no cuadra.\n"
    assert company.json("statement", "CL1", "--json")["currencies"][0]["totals"]["balance"] == "76.00"


def test_of_several_remittances_the_workbook_has_each_on_a_sheet(company: Cobranza, tmp_path: Path) -> None:
    for n, folder in enumerate(("enero", "febrero"), start=1):
        (tmp_path / folder).mkdir()
        text = f"{','.join(HEADER)}\nCL1,{U1},A,7,MXN,76.00,{n}.00,CL1\n"
        (tmp_path / folder / "remesa.csv").write_text(text, encoding="utf-8")

    company("import", tmp_path / "enero", tmp_path / "febrero", "--report", tmp_path / "r.xlsx")

    sheets = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets
    assert [(sheet.title, sheet.cell(2, 8).value) for sheet in sheets] == [("remesa.csv", 1), ("remesa.csv 2", 2)]


def test_what_is_no_remittance_or_cannot_be_written_is_said(company: Cobranza, tmp_path: Path) -> None:
    told = company("import", "--kind", "remittance", tmp_path / "clientes.csv", tmp_path / "no.csv", expect=1)
    assert "clientes.csv: Como remesa le faltan estos encabezados: UUID, MONEDA, IMPORTE A PAGAR." in told.stderr
    assert "no.csv: " in told.stderr
    assert told.stdout == ""
    remittance = tmp_path / "remesa.csv"
    remittance.write_text(f"{','.join(HEADER)}\n", encoding="utf-8")
    company("import", "--kind", "remittance", remittance, "--report", tmp_path / "no" / "r.xlsx", expect=1)
