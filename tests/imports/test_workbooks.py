"""Workbooks: several tables in one, totals, titles, serial dates, and what is too large to open."""

from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from bot.domain.incoming import FileKind, IncomingCustomer, IncomingDocument, Problem
from bot.domain.money import Money
from bot.imports import workbook_limits
from bot.imports.tabular import open_tables
from bot.imports.unreadable import UnreadableFile
from tests.imports.tables import table_in


def book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def refusal(path: Path) -> tuple[str, dict[str, object]]:
    with pytest.raises(UnreadableFile) as unreadable:
        open_tables(path)
    return unreadable.value.reason, unreadable.value.params


CUSTOMERS: list[list[object]] = [["CODIGO", "NOMBRE"], ["CL1", "Juan"]]
DOCUMENTS: list[list[object]] = [["CODIGO", "FOLIO", "FECHA DOCUMENTO", "MONTO ORIGINAL"], ["CL1", 7, 43662, 1234.5]]


def test_each_sheet_with_headings_is_a_table_and_the_others_are_named_unless_they_are_empty(tmp_path: Path) -> None:
    nearly: list[list[object]] = [["CODIGO", "No. de Folio", "FECHA DOCUMENTO", "MONTO ORIGINAL"], ["CL1", 8, 43662, 5]]
    path = book(tmp_path / "b.xlsx", {"Más": nearly, "Clientes": CUSTOMERS, "Nada": [], "Docs": DOCUMENTS})
    customers, documents = open_tables(path)
    assert (customers.kind, customers.label) == (FileKind.CUSTOMERS, "Clientes")
    assert (documents.kind, documents.label) == (FileKind.DOCUMENTS, "Docs")
    lacking = {"missing": "FOLIO", "kind": FileKind.DOCUMENTS}
    assert customers.left_out == (Problem(0, "Más", "", "sheet_headings", lacking),)


@pytest.mark.parametrize(("epoch", "serial"), [(CALENDAR_MAC_1904, 42200), (CALENDAR_WINDOWS_1900, 43662)])
def test_a_number_of_days_is_counted_from_where_the_workbook_does(tmp_path: Path, epoch: datetime, serial: int) -> None:
    made = openpyxl.Workbook()
    made.epoch = epoch
    for row in ([*DOCUMENTS[0], "FECHA VENCIMIENTO"], ["CL1", 42200, serial, 42200, date(2019, 7, 16)]):
        made.worksheets[0].append(row)
    made.save(tmp_path / "b.xlsx")
    ((_, document),) = table_in(tmp_path / "b.xlsx").rows()
    assert document == IncomingDocument("CL1", "42200", date(2019, 7, 16), Money(4220000), date(2019, 7, 16))


def test_the_only_table_of_a_workbook_needs_no_name(tmp_path: Path) -> None:
    (table,) = open_tables(book(tmp_path / "b.xlsx", {"Portada": [["Cartera"]], "Clientes": CUSTOMERS}))
    assert table.label == ""


def test_a_sheet_that_fits_two_kinds_stops_its_workbook(tmp_path: Path) -> None:
    either: list[list[object]] = [["CODIGO", "FOLIO", "FECHA", "IMPORTE"], ["CL1", 7, 43662, 5]]
    assert refusal(book(tmp_path / "b.xlsx", {"A": CUSTOMERS, "B": either}))[0] == "which_kind"


def test_title_rows_above_totals_below_and_serial_dates_are_understood(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet["A1"] = "Comercializadora, S.A. de C.V."
    sheet.merge_cells("A1:D1")
    sheet["A2"] = "Antigüedad de saldos"
    sheet.merge_cells("A2:D2")
    totals: list[list[object]] = [[], ["PESOS", None, None, 1234.5], ["Total general", "", "", 1234.5]]
    for row in [[], *DOCUMENTS, *totals]:
        sheet.append(row)
    made.save(tmp_path / "b.xlsx")
    assert list(table_in(tmp_path / "b.xlsx").rows()) == [
        (5, IncomingDocument("CL1", "7", date(2019, 7, 16), Money(123_450)))
    ]


@pytest.mark.parametrize("far", ["XFD1048576", "ZZ100000"])
def test_two_cells_far_apart_are_refused_before_they_fill_the_memory(tmp_path: Path, far: str) -> None:
    made = openpyxl.Workbook()
    made.worksheets[0]["A1"], made.worksheets[0][far] = "CODIGO", "x"
    made.save(tmp_path / "b.xlsx")
    reason, params = refusal(tmp_path / "b.xlsx")
    assert reason == "workbook_cells"
    assert (params["rows"], params["columns"]) in {("1,048,576", "16,384"), ("100,000", "702")}


def test_cells_that_are_only_formatted_far_away_do_no_harm(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in CUSTOMERS:
        sheet.append(row)
    sheet["XFD1048576"].font = Font(bold=True)
    made.save(tmp_path / "b.xlsx")
    assert len(list(table_in(tmp_path / "b.xlsx").rows())) == 1


def test_a_bomb_is_refused_by_what_it_unpacks_to_whatever_it_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workbook_limits, "MAX_UNPACKED", 1 << 21)
    path = book(tmp_path / "b.xlsx", {"Clientes": CUSTOMERS})
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"\x20" * (1 << 22))
    assert refusal(path) == ("workbook_size", {"megabytes": "2"})
    # The directory at the file's end says that it unpacks to one byte.
    lying = path.read_bytes().replace((1 << 22).to_bytes(4, "little"), (1).to_bytes(4, "little"))
    path.write_bytes(lying)
    assert refusal(path)[0] == "workbook_size"


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"", b"CODIGO,NOMBRE\n"])
def test_what_only_has_the_name_of_a_workbook_cannot_be_opened(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.xlsx").write_bytes(content)
    assert refusal(tmp_path / "b.xlsx")[0] == "unreadable"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("cell", ['{0}c r="XFD9"', "{0}c  s='1'\n r='xfd9'", '{0}c a=">" r="XFD9"'])
def test_a_far_cell_is_seen_however_it_is_written(tmp_path: Path, cell: str, prefix: str, encoding: str) -> None:
    path = tmp_path / "b.xlsx"
    sheet = (
        f'<?xml version="1.0" encoding="{encoding}"?><{prefix}sheetData xmlns:x="x"><{prefix}row r="9000"><!-- -->'
        f"<{cell.format(prefix)}><{prefix}v>1</{prefix}v></{prefix}c></{prefix}row></{prefix}sheetData>"
    )
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/anything.bin", sheet.encode(encoding))
    assert refusal(path) == ("workbook_cells", {"rows": "9,000", "columns": "16,384"})


def test_a_sheet_that_is_no_xml_is_not_opened_and_a_picture_does_no_harm(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"Clientes": CUSTOMERS})
    with ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG\r\n" + bytes(range(256)))
    assert len(open_tables(path)) == 1
    with ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"<worksheet><oops></worksheet><sheetData>")
    assert refusal(path)[0] == "unreadable"


@pytest.mark.parametrize("name", ["b.xls", "b.xlsb", "b.ods"])
def test_formats_whose_size_cannot_be_known_before_are_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    reason, params = refusal(tmp_path / name)
    assert (reason, params) == ("format", {"known": ".csv, .tsv, .txt, .xlsm, .xlsx"})


def with_relative_paths(path: Path) -> Path:
    """A workbook that names its sheets as Excel does; openpyxl begins at the root."""
    return rewritten(path, {b"/xl/worksheets/": b"worksheets/"})


def rewritten(path: Path, replaced: dict[bytes, bytes]) -> Path:
    other = path.with_name("relative.xlsx")
    with ZipFile(path) as source, ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for written, other_way in replaced.items():
                content = content.replace(written, other_way)
            target.writestr(name, content)
    return other


@pytest.mark.parametrize(("title", "margin"), [([], 0), ([["Cartera"], []], 0), ([], 2)])
def test_a_formula_that_failed_is_told_and_no_blank(tmp_path: Path, title: list[list[object]], margin: int) -> None:
    made = openpyxl.Workbook()
    for name in ("Otra", "Cartera"):
        sheet = made.create_sheet(name)
        rows = (
            [*DOCUMENTS[0], "MONEDA", "FECHA VENCIMIENTO"],
            ["CL1", 7, 43662, 5, "#N/A", "#REF!"],
            ["CL1", 8, 43662, 5],
        )
        for row in (*title, *(rows if name == "Cartera" else [["#N/A"]])):
            sheet.append([*[None] * margin, *row])
        for cell in next(sheet.iter_rows(min_row=sheet.max_row - 1)):
            cell.data_type = "e" if str(cell.value).startswith("#") else cell.data_type
    made.save(tmp_path / "b.xlsx")
    path = with_relative_paths(tmp_path / "b.xlsx") if title else tmp_path / "b.xlsx"
    ((number, problems), (_, right)) = table_in(path).rows()
    assert number == len(title) + 2
    assert isinstance(problems, list)
    assert [(p.column, p.value, p.reason) for p in problems] == [
        ("FECHA VENCIMIENTO", "#REF!", "failed_formula"),
        ("MONEDA", "#N/A", "failed_formula"),
    ]
    assert right == IncomingDocument("CL1", "8", date(2019, 7, 16), Money(500), says_currency=True)


def test_a_formula_whose_value_no_program_stored_is_told_and_no_blank(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (
        [*DOCUMENTS[0], "MONEDA"],
        ["CL1", 7, 43662, "=5*1.16", '=IF(A2="CL1","USD","MXN")'],
        ["CL1", 8, 43662, "=D2", "=E2"],
        ["Total", "=COUNTA(B2:B3)", None, "=SUM(D2:D3)"],
    ):
        made.worksheets[0].append(row)
    made.save(tmp_path / "b.xlsx")
    # As Excel saves what it has calculated: a number, and a text that is blank.
    calculated = {b'"D3"><f>D2</f><v>': b'"D3"><f>D2</f><v>5', b'"E3"><f>': b'"E3" t="str"><f>'}
    table = table_in(rewritten(tmp_path / "b.xlsx", calculated))
    ((_, problems), (_, right)) = table.rows()
    assert isinstance(problems, list)
    assert [(p.column, p.value, p.reason) for p in problems] == [
        ("MONEDA", "=", "uncalculated"),
        ("MONTO ORIGINAL", "=", "uncalculated"),
    ]
    assert right == IncomingDocument("CL1", "8", date(2019, 7, 16), Money(500), says_currency=True)


def test_a_list_to_choose_from_that_is_on_another_sheet_is_no_formula_of_the_last_cell(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (DOCUMENTS[0], ["CL1", 7, 43662, 5]):
        made.worksheets[0].append(row)
    made.save(tmp_path / "b.xlsx")
    # As Excel writes it, but for what is around it.
    choice = b'<extLst><xm:f xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">Hoja2!$A$1</xm:f></extLst>'
    table = table_in(rewritten(tmp_path / "b.xlsx", {b"</sheetData>": b"</sheetData>" + choice}))
    assert [row for _, row in table.rows()] == [IncomingDocument("CL1", "7", date(2019, 7, 16), Money(500))]


def test_a_failure_saved_as_text_is_no_collector_s_code(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("CODIGO,NOMBRE,COBRADOR\nCL1,Juan,#N/D\nCL2,Ana,#2\n", encoding="utf-8")
    ((_, problems), (_, ana)) = table_in(tmp_path / "c.csv").rows()
    assert isinstance(problems, list)
    assert [(p.column, p.reason) for p in problems] == [("COBRADOR", "failed_formula")]
    assert ana == IncomingCustomer("CL2", "Ana", collector_code="#2")
