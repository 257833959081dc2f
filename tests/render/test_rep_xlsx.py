from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import openpyxl

from bot.i18n import language
from bot.render.rep_xlsx import NEEDED, rep_xlsx
from tests.presenters.rep_screens import CLEAN, WRONG

SPANISH = language("es")


def test_the_payments_without_rep_stand_with_all_that_a_rep_says_of_them() -> None:
    book = openpyxl.load_workbook(BytesIO(rep_xlsx(CLEAN, SPANISH)))
    assert book.sheetnames == ["REP por hacer", "Diferencias"]
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert header == NEEDED
    assert rows[0] == (
        "CL1", "Peñón & Cía", "KIJ0906199R1", "A", "7", CLEAN.needed[0].document.uuid, datetime(2019, 6, 3), None, None,  # noqa: DTZ001 - as Excel has days
        "MXN", 2, 76, 10, 66, None, None, None, None, datetime(2019, 7, 5), -11,  # noqa: DTZ001 - likewise
    )  # fmt: skip
    for name, amounts in (("ImpPagado", "entry.amount"), ("ImpSaldoAnt", "before"), ("ImpSaldoInsoluto", "after")):
        column = NEEDED.index(name)
        told = [Decimal(str(row[column])) for row in rows]
        wanted = [one.entry.amount if "entry" in amounts else getattr(one, amounts) for one in CLEAN.needed]
        assert told == [amount.decimal for amount in wanted]


def test_of_a_whole_payment_that_the_ledger_knows_all_is_listed() -> None:
    sheet = openpyxl.load_workbook(BytesIO(rep_xlsx(CLEAN, SPANISH))).worksheets[0]
    at = NEEDED.index("EquivalenciaDR") + 1
    (cells,) = ([row[i] for i in range(at - 1, at + 3)] for row in sheet.iter_rows() if row[0].value == "CL2")
    assert [cell.value for cell in cells] == [0.0540540541, "MXN", 12000, 1]
    # All of the ten decimals are seen.
    assert cells[0].number_format == "#,##0.00########"


def test_what_is_late_or_more_than_was_open_is_marked() -> None:
    sheet = openpyxl.load_workbook(BytesIO(rep_xlsx(CLEAN, SPANISH))).worksheets[0]
    marked = [sheet.cell(row, 1).fill.start_color.rgb == "00FFD9D0" for row in range(2, 5)]
    assert marked == [True, False, True]


def test_the_differences_say_what_stands_there_and_what_should() -> None:
    sheet = openpyxl.load_workbook(BytesIO(rep_xlsx(WRONG, SPANISH))).worksheets[1]
    header, *rows = sheet.iter_rows(values_only=True)
    assert header == (
        "CODIGO", "NOMBRE", "REP", "DOCUMENTO", "UUID", "CAMPO", "QUÉ DIFIERE", "DICE", "DEBE DECIR",
    )  # fmt: skip
    assert len(rows) == len(WRONG.findings)
    by_field = {row[5]: row for row in rows}
    assert by_field["ImpSaldoAnt"][7:] == ("$80.00", "$76.00")
    assert str(by_field["FechaPago"][6]).startswith("Aviso: ")


def test_what_looks_like_a_formula_is_text() -> None:
    named = replace(CLEAN.needed[0], document=replace(CLEAN.needed[0].document, customer_name="=1+1"))
    sheet = openpyxl.load_workbook(BytesIO(rep_xlsx(replace(CLEAN, needed=(named,)), SPANISH))).worksheets[0]
    assert (sheet.cell(2, 2).value, sheet.cell(2, 2).data_type, sheet.cell(2, 2).quotePrefix) == ("=1+1", "s", True)
