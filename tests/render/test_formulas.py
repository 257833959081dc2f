"""Sums are formulas, and read by what computes nothing too."""

import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from openpyxl import Workbook

from bot.domain.money import Money, total
from bot.domain.statement import Statement
from bot.i18n import SPANISH, language
from bot.imports.remittance import read_remittance
from bot.render.day_total_words import standing_receipts, sums
from bot.render.day_total_xlsx import day_total_xlsx
from bot.render.formulas import Formulas
from bot.render.remittance import remittance_xlsx
from bot.render.statement_xlsx import statement_xlsx
from tests.presenters.receipt_screens import CHIEF, SOME, of_laura
from tests.presenters.values import TODAY
from tests.render.examples import COMPANY, long_statement, seed_statement
from tests.render.test_totals import few, statements

SPEECH, ZONE = language(SPANISH), ZoneInfo("America/Mexico_City")
DAYS = [CHIEF, of_laura(SOME)]
BOOKS: dict[str, Callable[[], bytes]] = {
    "statement": lambda: statement_xlsx(long_statement(8), SPEECH, COMPANY),
    "day": lambda: day_total_xlsx(TODAY, DAYS, SPEECH, COMPANY, ZONE),
    "remittance": lambda: remittance_xlsx(long_statement(8), SPEECH),
}


# LibreOffice's settings: what it opens is computed anew, whatever is saved in it.
ALWAYS_COMPUTE = """<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def formulas(content: bytes) -> list[tuple[str, str, object]]:
    """Each formula's sheet and cell, with the value that is saved beside it."""
    written = openpyxl.load_workbook(BytesIO(content))
    saved = openpyxl.load_workbook(BytesIO(content), data_only=True)
    return [
        (sheet.title, cell.coordinate, saved[sheet.title][cell.coordinate].value)
        for sheet in written.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def values(content: bytes) -> dict[str, list[object]]:
    """The values saved beside the formulas, by sheet."""
    found: dict[str, list[object]] = {}
    for sheet, _, value in formulas(content):
        found.setdefault(sheet, []).append(value)
    return found


def floats(amounts: list[Money]) -> list[float]:
    """As a workbook has numbers."""
    return [float(amount.decimal) for amount in amounts]


@few
@given(shown=statements())
def test_a_statements_sums_are_saved_as_the_domain_has_them(shown: Statement) -> None:
    wanted = {}
    for section in shown.sections:
        amounts = [section.original, section.paid, section.balance] if section.rows else []
        if section.credits:
            columns = [[row.original, row.paid, row.balance] for row in section.credits]
            amounts += [total(column, section.currency) for column in zip(*columns, strict=True)]
            amounts.append(section.net)
        # The last one is the aging's.
        wanted[section.currency] = floats([*amounts, section.balance])
    assert values(statement_xlsx(shown, SPEECH, COMPANY)) == wanted


def test_a_days_sums_are_saved_by_currency_and_by_person_and_form() -> None:
    found = values(day_total_xlsx(TODAY, DAYS, SPEECH, COMPANY, ZONE))
    for currency, _, whole in sums(standing_receipts(DAYS)):
        by_form = [
            amount
            for day in DAYS
            for of, forms, _ in sums(standing_receipts([day]))
            if of == currency
            for _, amount in forms
        ]
        assert found.pop(currency) == floats([whole, *by_form])
    assert found == {}


def test_a_remittances_balances_are_saved_with_nothing_to_pay_yet_and_it_is_read_back_as_it_left(
    tmp_path: Path,
) -> None:
    shown = long_statement(8)
    content = remittance_xlsx(shown, SPEECH)
    ((_, saved),) = values(content).items()
    balances = [
        total((row.balance for row in section.rows if row.balance.minor > 0), section.currency)
        for section in shown.sections
    ]
    assert saved == [number for balance in floats(balances) for number in (balance, 0)]
    path = tmp_path / "remesa.xlsx"
    path.write_bytes(content)
    file = read_remittance(path)
    assert [row.to_pay for row in file.rows] == [None] * 8
    assert (set(file.totals.values()), file.problems) == ({0}, ())


@pytest.mark.parametrize("name", BOOKS)
def test_the_same_numbers_give_the_same_sheets(name: str) -> None:
    first, again = (ZipFile(BytesIO(BOOKS[name]())) for _ in range(2))
    for part in first.namelist():
        if part.startswith("xl/"):
            assert first.read(part) == again.read(part)


def test_a_formula_without_a_value_is_a_mistake_of_ours() -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "=1+1"
    with pytest.raises(KeyError):
        Formulas(book).saved()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", BOOKS)
def test_libreoffice_computes_what_is_saved(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(BOOKS[name]())
    into, profile = tmp_path / "computed", tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_COMPUTE)
    options = (f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(into))
    command = (str(shutil.which("soffice")), *options, str(tmp_path / "a.xlsx"))
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - ours
    saved, computed = (formulas(path.read_bytes()) for path in (tmp_path / "a.xlsx", into / "a.xlsx"))
    assert saved
    for (sheet, cell, value), (other_sheet, other_cell, other) in zip(saved, computed, strict=True):
        assert (sheet, cell) == (other_sheet, other_cell)
        assert value == pytest.approx(other)


def test_the_seeds_statement_says_1778_to_whoever_reads_saved_values() -> None:
    assert values(statement_xlsx(seed_statement(), SPEECH, COMPANY)) == {"MXN": [1778, 0, 1778, 1778]}
