"""The day's total as PDF and workbook."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from bot.domain.handovers import DayTotal
from bot.domain.receipts import PaymentForm
from bot.i18n import language
from bot.render.day_total_pdf import day_total_pdf
from bot.render.day_total_words import clock
from bot.render.day_total_xlsx import day_total_xlsx
from tests.presenters.receipt_screens import (
    ACCEPTED,
    CHIEF,
    MADE,
    OLD,
    REFUSED,
    SOME,
    THREE,
    WAITING,
    ZONE,
    of_laura,
)
from tests.presenters.values import TODAY
from tests.render.examples import COMPANY
from tests.render.golden import assert_golden

SPANISH = language("es")
LAURA = of_laura((*THREE, replace(SOME[3], id=20, number=6)), (REFUSED, ACCEPTED, WAITING))
ROSA = replace(of_laura(SOME), taken_by_id=4, taken_by="=Rosa")
TEAM = (CHIEF, LAURA, ROSA)
NOBODY = of_laura(SOME[2:3])


def pages(days: Sequence[DayTotal]) -> list[str]:
    content = day_total_pdf(TODAY, days, SPANISH, COMPANY, ZONE)
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def book(days: Sequence[DayTotal]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(day_total_xlsx(TODAY, days, SPANISH, COMPANY, ZONE)))


def test_the_day_of_a_team_as_the_text_of_its_pdf() -> None:
    assert_golden("day_total.pdf.txt", "\f".join(pages(TEAM)) + "\n")


def test_a_day_without_payments_says_so_in_the_pdf() -> None:
    (text,) = pages([NOBODY])
    assert "Ningún cobro." in text
    assert "Deshechos, no cuentan: R3-2019-0003 $1,624.00" in text
    assert len(pages([])) == 1


def of_many(count: int) -> DayTotal:
    return of_laura(tuple(replace(MADE, id=n, number=n) for n in range(count)))


def test_a_day_of_many_payments_goes_on_with_its_headings_and_their_sum() -> None:
    told = pages([of_many(101)])
    assert len(told) > 3
    assert all("FORMA DE PAGO" in page for page in told[:-1])
    amounts = re.findall(r"\$([\d,]+\.\d\d)", "".join(told))
    *rows, total, by_form, by_all = (Decimal(amount.replace(",", "")) for amount in amounts)
    assert (len(rows), sum(rows)) == (101, total)
    assert by_form == by_all == total


def test_a_person_s_name_stands_on_the_page_of_their_first_payment() -> None:
    said = replace(MADE, id=900, number=900, comment="Pide que se le llame antes de depositar el cheque " * 5)
    # With so many payments above it the name has room on the first page, and its first row had none.
    first, second = pages([of_many(10), replace(ROSA, taken_by="Rosa Núñez", receipts=(said,))])
    assert "Rosa Núñez" not in first
    assert "Rosa Núñez" in second


def test_a_total_that_begins_a_page_stands_under_headings() -> None:
    begun = [told[1] for count in range(16, 22) if len(told := pages([of_many(count)])) > 1]
    alone = [page for page in begun if "TOTALES" in page and "R3-2019" not in page and "IMPORTE" in page]
    assert [page.index("IMPORTE") < page.index("TOTALES") for page in alone] == [True]


def test_the_workbook_has_each_payment_that_stands_and_sums_that_are_those_of_its_rows() -> None:
    shown = book(TEAM)
    assert shown.sheetnames == ["MXN", "USD", "Deshechos"]
    header, first, *_ = shown["MXN"].iter_rows(values_only=True)
    assert header[:3] == ("COBRADOR", "RECIBO", "FECHA")
    assert first == (
        "Jorge Salas", "R8-2019-0001", datetime(2019, 7, 16), "12:05", "CL001", "Juan Perez", "7", None,  # noqa: DTZ001 - as Excel has days
        "02", "Cheque", "folio <881>", "no", "Por entregar", 100,
    )  # fmt: skip
    for currency in ("MXN", "USD"):
        standing = [r for day in TEAM for r in day.receipts if not r.withdrawn and r.amount.currency == currency]
        sums = added(shown[currency])
        assert sums.pop("TOTALES") == sum(receipt.amount.decimal for receipt in standing)
        assert sums == {
            (day.taken_by, form.value): sum(amounts)
            for day in TEAM
            for form in PaymentForm
            if (amounts := [r.amount.decimal for r in day.receipts if r in standing and r.form is form])
        }
    assert [row[1] for row in shown["Deshechos"].iter_rows(min_row=2, values_only=True)] == ["R3-2019-0003"]
    cell = shown["MXN"].cell(7, 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=Rosa", "s", True)


def added(sheet: Worksheet) -> dict[object, Decimal]:
    """What each sum of a sheet comes to, by name and form; an office program does the same when it opens the file."""
    found: dict[object, Decimal] = {}
    for row in sheet.iter_rows(min_row=2):
        span = re.fullmatch(r"=SUM\(N(\d+):N(\d+)\)", str(row[13].value))
        if span:
            values = [sheet.cell(n, 14).value for n in range(int(span[1]), int(span[2]) + 1)]
            name = "TOTALES" if row[9].value == "TOTALES" else (row[0].value, row[8].value)
            found[name] = sum((Decimal(str(value)) for value in values), Decimal())
    return found


def test_a_workbook_of_a_day_without_payments_has_its_headings() -> None:
    (sheet,) = book([]).worksheets
    assert [cell.value for cell in sheet[1]][:2] == ["COBRADOR", "RECIBO"]
    assert sheet.max_row == 1


def test_the_same_day_gives_the_same_pdf() -> None:
    one, other = (day_total_pdf(TODAY, TEAM, SPANISH, COMPANY, ZONE) for _ in range(2))
    assert one == other


def test_an_hour_of_another_day_has_its_date() -> None:
    assert clock(MADE.at, TODAY, TODAY, ZONE, SPANISH) == "12:05"
    assert clock(MADE.at, TODAY, OLD[0].on, ZONE, SPANISH) == "16/07/2019 12:05"
