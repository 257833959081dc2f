from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from bot.domain.remittance import RemittanceRow
from bot.i18n import language
from bot.imports.remittance import is_remittance, read_remittance
from bot.imports.unreadable import UnreadableFile
from bot.render.remittance import HEADER, remittance_csv, remittance_xlsx
from tests.imports.cfdi_files import U1, U2
from tests.render.examples import long_statement, seed_statement

HEAD = ",".join(HEADER)


def read(path: Path, text: str, *, decimal_comma: bool = False) -> list[RemittanceRow]:
    path.write_text(text, encoding="utf-8")
    return list(read_remittance(path, decimal_comma=decimal_comma).rows)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "remesa.csv"


def test_our_own_csv_comes_back_as_it_left(path: Path) -> None:
    path.write_bytes(remittance_csv(seed_statement()))
    assert is_remittance(path)
    file = read_remittance(path)
    assert [(row.label, row.to_pay) for row in file.rows] == [
        (f"CFDI-{row.document.folio}", None) for section in seed_statement().sections for row in section.rows
    ]
    assert {row.balance for row in file.rows} == {
        row.balance.minor * 10 for section in seed_statement().sections for row in section.rows
    }
    assert (file.totals, file.problems) == ({}, ())


def test_our_own_workbook_comes_back_filled_in_with_the_sums_that_excel_made_of_the_formulas(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(remittance_xlsx(long_statement(8), language("es"))))
    sheet = book.worksheets[0]
    for row in range(2, 10):
        sheet.cell(row, 7, 100 + row)
    for row in range(10, sheet.max_row + 1):
        if sheet.cell(row, 5).value:
            sheet.cell(row, 6, 999.99)
            sheet.cell(row, 7, 12.5)
    book.save(tmp_path / "remesa.xlsx")
    file = read_remittance(tmp_path / "remesa.xlsx")
    assert [row.to_pay for row in file.rows] == [(100 + row) * 1000 for row in range(2, 10)]
    assert file.totals == {"MXN": 12_500, "USD": 12_500}
    assert all(row.uuid for row in file.rows)


def test_what_a_payers_own_program_writes_is_read_too(path: Path) -> None:
    text = f"Pago de julio\n\nFolio fiscal;Moneda;Importe pagado\n{U1.lower()};Pesos;$1,000.50\n;;\n;MXN;1000.50\n"
    assert read(path, text) == [RemittanceRow(4, "", U1, "", "", "MXN", 1_000_500)]
    assert read_remittance(path).totals == {"MXN": 1_000_500}
    assert read(path, f'UUID,MONEDA,A PAGAR\n{U1},USD,"1.234,50"\n', decimal_comma=True)[0].to_pay == 1_234_500


@pytest.mark.parametrize("below", ["TOTAL,,,,,,1500.00,", ",,,,,Total,1500.00", "Gracias\n,,,,,,1500.00"])
def test_a_total_or_a_note_of_the_payers_own_below_the_lines_is_no_line(path: Path, below: str) -> None:
    lines = f"{HEAD}\nCL1,{U1},A,7,MXN,2000.00,1000.00,CL1\nCL1,,A,8,MXN,500.00,500.00,CL1\n"
    path.write_text(f"{lines}{below}\n", encoding="utf-8")
    file = read_remittance(path)
    assert ([row.folio for row in file.rows], file.totals, file.problems) == (["7", "8"], {"MXN": 1_500_000}, ())
    # Two currencies are never added.
    path.write_text(f"{lines}CL1,{U2},A,9,USD,500.00,10.00,CL1\n{below}\n", encoding="utf-8")
    file = read_remittance(path)
    assert (file.totals, [problem.column for problem in file.problems]) == ({}, ["MONEDA"])


@pytest.mark.parametrize("total", [",,,,MXN,,1000.00", ",,,,,,1000.00"])
def test_an_amount_below_the_lines_that_is_no_total_is_told(path: Path, total: str) -> None:
    line = f"CL1,{U1},A,7,MXN,2000.00,1000.00,CL1"
    path.write_text(f"{HEAD}\n{line}\n,,Anticipo,,,,5000.00\n{total}\n", encoding="utf-8")
    file = read_remittance(path)
    assert (file.totals, [problem.row for problem in file.problems]) == ({"MXN": 1_000_000}, [3])


def test_what_was_kept_from_being_a_formula_is_itself_again(path: Path) -> None:
    (row,) = read(path, f"{HEAD}\n'=CL1,,'-A,'=7,MXN,1.00,1.00,CL1\n")
    assert (row.customer, row.series, row.folio, row.label) == ("=CL1", "-A", "=7", "-A-=7")
    (row,) = read(path, f"{HEAD}\n'x,,A,7,MXN,1.00,1.00\n")
    assert row.customer == "'x"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CL1,123,A,7,MXN,1.00,1.00", ("UUID", "123", "not_uuid")),
        (f"CL1,{U1},A,7,$,1.00,1.00", ("MONEDA", "$", "currency")),
        (f"CL1,{U1},A,7,MXN,1.00,uno", ("IMPORTE A PAGAR", "uno", "not_amount")),
        (f"CL1,{U1},A,7,MXN,1.00,-1", ("IMPORTE A PAGAR", "-1", "negative")),
        (f"CL1,{U1},A,7,MXN,x,1", ("SALDO", "x", "not_amount")),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_leaves_the_others(
    path: Path, line: str, expected: tuple[str, str, str]
) -> None:
    path.write_text(f"{HEAD}\n{line}\nCL1,{U1},A,8,MXN,-5.00,\n", encoding="utf-8")
    file = read_remittance(path)
    (problem,) = file.problems
    assert (problem.row, problem.column, problem.value, problem.reason) == (2, *expected)
    assert [(row.folio, row.balance) for row in file.rows] == [("8", -5_000)]


def test_a_quote_that_is_never_closed_is_told(path: Path) -> None:
    path.write_text(f"{HEAD}\n" + 'CL1,"' + "x" * 200_000, encoding="utf-8")
    (problem,) = read_remittance(path).problems
    assert (problem.row, problem.reason) == (2, "quote")


@pytest.mark.parametrize("text", ["CODIGO,NOMBRE\nCL1,Juan\n", ""])
def test_another_file_is_none(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    assert not is_remittance(path)
    with pytest.raises(UnreadableFile, match="headings"):
        read_remittance(path)
