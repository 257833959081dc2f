import gc
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from bot.i18n import ENGLISH, language
from bot.render.refused_xlsx import MAX_CHARACTERS, RefusedRow, RefusedTable, write_refused

SPEECH = language(ENGLISH)
HEADINGS = ("CODIGO", "FOLIO", "MONTO")


def written(tmp_path: Path, *tables: RefusedTable) -> list[Worksheet]:
    write_refused(tables, tmp_path / "r.xlsx", SPEECH)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    return [sheet for sheet in book.worksheets if isinstance(sheet, Worksheet)]


def values(sheet: Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_a_refused_row_stands_as_it_came_with_its_bad_cell_marked_and_the_reason_before_it(tmp_path: Path) -> None:
    row = RefusedRow(5, ("CL1", 7.0, date(2019, 7, 16)), {2: "is not an amount."}, "MONTO: is not an amount.")
    (sheet,) = written(tmp_path, RefusedTable("d.csv", HEADINGS, [row]))
    assert sheet.title == "d.csv"
    assert values(sheet)[0] == ["Why it was refused", "Row in the file", *HEADINGS]
    assert [cell.value for cell in sheet[2]][:4] == ["MONTO: is not an amount.", 5, "CL1", 7]
    marked = [cell.coordinate for cell in sheet[2] if cell.comment]
    assert marked == ["E2"]
    assert sheet["E2"].comment is not None
    assert sheet["E2"].comment.text == "is not an amount."
    assert sheet["E2"].fill.fgColor.rgb == "00FFD9D0"
    assert sheet["D2"].fill.fgColor.rgb != "00FFD9D0"


def test_a_cell_that_is_missing_is_marked_and_one_beyond_the_headings_is_kept(tmp_path: Path) -> None:
    rows = [RefusedRow(2, ("CL1",), {2: "is missing."}, "x"), RefusedRow(3, ("CL1", "7", "5", "6"), {3: "beyond"}, "x")]
    (sheet,) = written(tmp_path, RefusedTable("d.csv", HEADINGS, rows))
    assert [cell.coordinate for row in sheet.iter_rows(min_row=2) for cell in row if cell.comment] == ["E2", "F3"]
    assert sheet["F3"].value == "6"


def test_what_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    evil = ("=HYPERLINK(1)", "+1", "-1", "@x", "\t=1+1", "\u200b=1+1", "a\x00b\x07")
    (sheet,) = written(tmp_path, RefusedTable("=x", ("=1+1", *HEADINGS), [RefusedRow(2, evil, {}, "=1")]))
    for cell in [*sheet[1], *sheet[2]]:
        assert cell.data_type in {"s", "n"}
    typed = [cell for cell in sheet[2] if isinstance(cell.value, str)]
    assert [cell.value for cell in typed] == ["=1", "=HYPERLINK(1)", "+1", "-1", "@x", "=1+1", "=1+1", "ab"]
    assert [cell.quotePrefix for cell in typed] == [True] * 7 + [False]


def test_sheets_are_called_as_excel_lets_them_be_and_no_two_the_same(tmp_path: Path) -> None:
    long = "un nombre de archivo bastante largo.csv"
    tables = [RefusedTable(title, HEADINGS, []) for title in ("a/b[1]:*?.csv", long, long, long.upper(), "''")]
    assert [sheet.title for sheet in written(tmp_path, *tables)] == [
        "a b 1    .csv", long[:31], f"{long[:29]} 2", f"{long.upper()[:29]} 3", "1",
    ]  # fmt: skip


def test_a_text_longer_than_a_cell_is_cut(tmp_path: Path) -> None:
    (sheet,) = written(tmp_path, RefusedTable("d", HEADINGS, [RefusedRow(2, ("x" * 40_000,), {}, "")]))
    assert len(str(sheet["C2"].value)) == MAX_CHARACTERS


def test_when_nothing_was_refused_the_workbook_says_so(tmp_path: Path) -> None:
    assert [sheet.title for sheet in written(tmp_path)] == ["Nothing was refused"]


def test_a_place_that_cannot_be_written_to_is_said_and_leaves_no_sheet_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the one line that said why, a terminal showed what became of each sheet: six screens of it."""
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left.append)
    with pytest.raises(FileNotFoundError):
        write_refused(
            [RefusedTable("a", ["X"], [RefusedRow(2, ["1"], {}, "no")])], tmp_path / "none" / "r.xlsx", SPEECH
        )
    gc.collect()
    assert left == []
