"""The workbooks as Excel and LibreOffice draw and print them."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl import Workbook

from bot.domain.company import Company
from bot.domain.remittance import propose
from bot.i18n import SPANISH, language
from bot.render.day_total_xlsx import day_total_xlsx
from bot.render.refused_xlsx import RefusedRow, RefusedTable, write_refused
from bot.render.remittance import remittance_xlsx
from bot.render.remittance_xlsx import proposal_xlsx
from bot.render.rep_xlsx import rep_xlsx
from bot.render.sheets import put_headings
from bot.render.statement_xlsx import statement_xlsx
from tests.presenters.receipt_screens import CHIEF, SOME, of_laura
from tests.presenters.rep_screens import WRONG
from tests.presenters.test_remittance import FILE, TODAY
from tests.presenters.values import two_currencies
from tests.rep_files import book

SPEECH = language(SPANISH)
COMPANY = Company("La Casa", rfc="CAA800101AB1")
ZONE = ZoneInfo("America/Mexico_City")
BOOKS: dict[str, Callable[[], bytes]] = {
    "statement": lambda: statement_xlsx(two_currencies(), SPEECH, COMPANY),
    "rep": lambda: rep_xlsx(WRONG, SPEECH),
    "day": lambda: day_total_xlsx(TODAY, [CHIEF, of_laura(SOME)], SPEECH, COMPANY, ZONE),
    "remittance": lambda: remittance_xlsx(two_currencies(), SPEECH),
    "proposal": lambda: proposal_xlsx([propose(FILE, [book()], (), TODAY)], SPEECH),
}


@pytest.fixture(params=[*BOOKS, "refused"])
def workbook(request: pytest.FixtureRequest, tmp_path: Path) -> Workbook:
    """Each of the workbooks that leave the bot."""
    if request.param == "refused":
        row = RefusedRow(3, ["32/07/2019"], {0: "not a date"}, "not a date")
        write_refused([RefusedTable("docs", ["FECHA DE VENCIMIENTO"], [row])], tmp_path / "r.xlsx", SPEECH)
        return openpyxl.load_workbook(tmp_path / "r.xlsx")
    return openpyxl.load_workbook(BytesIO(BOOKS[request.param]()))


def test_every_text_names_its_face_for_each_program_takes_another_where_it_does_not(workbook: Workbook) -> None:
    cells = [cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.font.name for cell in cells} == {"Calibri"}
    assert any(cell.font.b for cell in cells)


def test_all_columns_are_printed_on_the_width_of_one_page(workbook: Workbook) -> None:
    for sheet in workbook.worksheets:
        assert sheet.sheet_properties.pageSetUpPr
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_a_text_does_not_touch_the_amount_before_it() -> None:
    sheet = openpyxl.load_workbook(BytesIO(BOOKS["statement"]())).worksheets[0]
    concept = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Factura Crédito")
    assert (concept.alignment.horizontal, concept.alignment.indent) == ("left", 1)


def test_a_column_is_as_wide_as_the_longest_word_of_its_heading_and_the_row_as_high_as_its_lines() -> None:
    sheet = Workbook().worksheets[0]
    put_headings(sheet, 2, ("UUID", "FECHA VENCIMIENTO", "FECHA LIMITE DE PAGO"), (40, 10, 10))
    # The widest word takes 1.3 digits each letter, and what stays free beside it.
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [40, 16, 10]
    assert sheet.row_dimensions[2].height == 4 * 15
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A3", "$2:$2")


def test_what_fills_one_line_makes_the_row_no_higher() -> None:
    sheet = Workbook().worksheets[0]
    put_headings(sheet, 1, ("CLIENTE", "FOLIO"), (12, 12))
    assert sheet.row_dimensions[1].height == 15


def test_a_heading_of_a_refused_file_is_read_whole_and_a_very_long_one_takes_no_more_than_so_much(
    tmp_path: Path,
) -> None:
    write_refused([RefusedTable("docs", ["FECHA VENCIMIENTO", "X" * 500], [])], tmp_path / "r.xlsx", SPEECH)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert [sheet.column_dimensions[letter].width for letter in "BCD"] == [27, 24, 40]
