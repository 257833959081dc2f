"""What an import may be told, and what it tells while it runs."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from bot.domain.incoming import FileKind, FileReport, Progress
from bot.services.imports import import_files, refused_rows
from bot.store.database import Database
from bot.store.models import DocumentRow

TODAY = date(2019, 7, 16)
CUSTOMERS = [["CODIGO", "NOMBRE"], ["CL1", "Juan"], ["", "Ana"]]
DOCUMENTS = [["CODIGO", "FOLIO", "FECHA DOCUMENTO", "MONTO ORIGINAL"], ["CL1", "7", "16/07/2019", "1.234,50"]]


def text(path: Path, rows: list[list[str]]) -> Path:
    path.write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Portada"])
    for name, rows in (("Clientes", CUSTOMERS), ("Documentos", DOCUMENTS)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def run(database: Database, *paths: Path, decimal_comma: bool = False) -> tuple[FileReport, ...]:
    return import_files(database.transaction, paths, today=TODAY, decimal_comma=decimal_comma).files


def test_a_decimal_comma_is_refused_unless_told_and_a_point_then(database: Database, tmp_path: Path) -> None:
    customers = text(tmp_path / "c.csv", CUSTOMERS)
    documents = text(tmp_path / "d.csv", [*DOCUMENTS, ["CL1", "8", "16/07/2019", "1,234.50"]])
    _, report = run(database, customers, documents)
    assert [(problem.row, problem.reason) for problem in report.problems] == [(2, "comma")]
    _, report = run(database, customers, documents, decimal_comma=True)
    assert [(problem.row, problem.reason) for problem in report.problems] == [(3, "not_comma_amount")]
    with database.transaction() as session:
        assert session.scalars(select(DocumentRow.total)).all() == [123_450, 123_450]


def test_the_sheets_of_a_workbook_are_loaded_in_the_order_that_they_need(database: Database, tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx")
    customers, documents = run(database, path, decimal_comma=True)
    assert (customers.name, customers.kind, customers.new, customers.refused) == (
        *("b.xlsx [Clientes]", FileKind.CUSTOMERS, 1, 1),
    )
    assert [(note.column, note.reason) for note in customers.warnings] == [("Sheet", "sheet_headings")]
    assert (documents.name, documents.kind, documents.new) == ("b.xlsx [Documentos]", FileKind.DOCUMENTS, 1)


def test_refused_rows_are_read_again_from_the_sheet_that_they_are_in(database: Database, tmp_path: Path) -> None:
    customers, documents = run(database, workbook(tmp_path / "b.xlsx"))
    headings, rows = refused_rows(customers)
    assert (list(headings), [(number, list(cells)) for number, cells in rows]) == (CUSTOMERS[0], [(3, ["", "Ana"])])
    headings, rows = refused_rows(documents)
    assert (list(headings), [(number, list(cells)) for number, cells in rows]) == (DOCUMENTS[0], [(2, DOCUMENTS[1])])


def test_a_corrected_workbook_of_refused_rows_can_be_loaded_as_it_is(database: Database, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Por qué no se aceptó", "Renglón del archivo", *CUSTOMERS[0]])
    book.worksheets[0].append(["CODIGO: falta.", 3, "CL2", "Ana"])
    book.save(tmp_path / "b.xlsx")
    (report,) = run(database, tmp_path / "b.xlsx")
    assert (report.new, report.refused) == (1, 0)


@pytest.mark.slow
def test_a_run_tells_how_far_it_is_in_each_file(database: Database, tmp_path: Path) -> None:
    rows = [["CODIGO", "NOMBRE"], *([f"CL{n}", "Juan"] for n in range(25_000))]
    paths = [text(tmp_path / "c.csv", rows), workbook(tmp_path / "b.xlsx")]
    told: list[Progress] = []
    import_files(database.transaction, paths, today=TODAY, on_progress=told.append)
    shares = [progress.share for progress in told if progress.path == paths[0]]
    assert shares[0] is not None
    assert shares[:-1] == sorted(share for share in shares if share is not None)
    assert len(shares) == 4
    assert shares[-1] is None
    assert shares[2] is not None
    assert 0.7 < shares[2] <= 1
    assert {progress.kind for progress in told if progress.path == paths[1]} == {FileKind.CUSTOMERS, FileKind.DOCUMENTS}


def test_without_rows_there_is_nothing_to_do(database: Database, tmp_path: Path) -> None:
    payments = text(tmp_path / "p.csv", [["CODIGO", "FOLIO", "FECHA", "ABONO"]])
    promises = text(tmp_path / "q.csv", [["CODIGO", "FOLIO", "PROMESA", "FECHA PROMESA", "USUARIO", "AGENDADO"]])
    documents = text(tmp_path / "d.csv", DOCUMENTS[:1])
    assert [(file.new, file.refused) for file in run(database, payments, promises, documents)] == [(0, 0)] * 3
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRow)) == 0


def test_a_remittance_among_other_files_is_told_to_be_one_and_the_others_come_in(
    database: Database, tmp_path: Path
) -> None:
    remittance = text(
        tmp_path / "remesa.csv", [["CLIENTE", "UUID", "MONEDA", "IMPORTE A PAGAR"], ["CL1", "", "MXN", "5"]]
    )
    report = run(database, text(tmp_path / "c.csv", CUSTOMERS), remittance)
    assert [(file.new, file.refused) for file in report] == [(1, 1), (0, 1)]
    assert [problem.reason for problem in report[1].problems] == ["remittance"]
    for paths, alone in (([remittance], True), ([remittance, tmp_path / "c.csv"], False), ([], False)):
        assert import_files(database.transaction, paths, today=TODAY).is_of_remittances is alone


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (None, ".csv, .tsv, .txt, .xlsm, .xlsx, .xml, .zip"),
        (FileKind.DOCUMENTS, ".csv, .tsv, .txt, .xlsm, .xlsx"),
    ],
)
def test_a_type_that_is_not_read_is_told_with_those_that_are_for_what_was_asked(
    database: Database, tmp_path: Path, kind: FileKind | None, known: str
) -> None:
    path = tmp_path / "foto.pdf"
    path.write_bytes(b"%PDF-1.7")
    (report,) = import_files(database.transaction, [path], today=date(2019, 7, 16), kind=kind).files
    (problem,) = report.problems
    assert (problem.reason, problem.params) == ("format", {"known": known})


@pytest.mark.parametrize("name", ["pagos.xls", "PAGOS.XLSB", "pagos.ods"])
def test_a_workbook_of_a_folder_that_is_not_read_is_told_of(database: Database, tmp_path: Path, name: str) -> None:
    """It was left out in silence, and those who had paid were told that they owed."""
    text(tmp_path / "c.csv", CUSTOMERS)
    for left in (name, f"~${name}", "nota.pdf"):
        (tmp_path / left).write_bytes(b"\0")
    told = {report.path.name: [problem.reason for problem in report.problems] for report in run(database, tmp_path)}
    assert told == {"c.csv": ["missing"], name: ["format"]}
