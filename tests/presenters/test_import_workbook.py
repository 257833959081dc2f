from collections.abc import Sequence
from pathlib import Path

import openpyxl

from bot.domain.incoming import FileKind, FileReport, ImportReport, Problem
from bot.i18n import ENGLISH, language
from bot.presenters.import_workbook import write_workbook
from bot.render.refused_xlsx import Cell

HEADINGS = ("CODIGO", "FOLIO", "MONTO")
BAD_AMOUNT = "is not an amount: write it as 1234.50."
ROWS: dict[int, Sequence[Cell]] = {3: ("CL9", "7", "mucho"), 4: ("CL1", "8", "5", "6"), 5: ("CL1", "9", "5")}
REPORT = ImportReport(
    (
        FileReport(
            Path("in/d.csv"),
            FileKind.DOCUMENTS,
            refused=3,
            problems=(
                Problem(3, "CODIGO", "CL9", "unknown_customer"),
                Problem(3, "MONTO", "mucho", "not_amount"),
                Problem(4, "", "6", "too_many_cells"),
                Problem(5, "", "CL1 9", "repeated", {"first": 2}),
            ),
        ),
        FileReport(Path("good.csv"), FileKind.PAYMENTS, new=3),
        FileReport(Path("none.csv"), refused=1, problems=(Problem(0, "", "none.csv", "no_file"),)),
        FileReport(Path("z.zip"), FileKind.CFDI, refused=1, problems=(Problem(2, "a.xml", "", "empty"),)),
    ),
    kept=True,
)


def read(file: FileReport) -> tuple[Sequence[str], list[tuple[int, Sequence[Cell]]]]:
    assert file.path == Path("in/d.csv")
    return HEADINGS, list(ROWS.items())


def test_the_workbook_has_each_files_refused_rows_and_last_the_files_refused_as_a_whole(tmp_path: Path) -> None:
    write_workbook(REPORT, read, tmp_path / "r.xlsx", language(ENGLISH))
    rows, files = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets
    assert (rows.title, files.title) == ("d.csv", "Files")
    assert [[cell.value for cell in row] for row in rows.iter_rows(min_row=2, max_col=5)] == [
        [
            f"CODIGO: is not the code of a customer: import the customers first. · MONTO: {BAD_AMOUNT}",
            *(3, "CL9", "7", "mucho"),
        ],
        [
            "stands beyond the last heading: a text or amount with a separator in it needs quotes around it.",
            *(4, "CL1", "8", "5"),
        ],
        ["is already in row 2 with other values.", 5, "CL1", "9", "5"],
    ]
    marks = [cell.coordinate for row in rows.iter_rows(min_row=2) for cell in row if cell.comment]
    assert marks == ["C2", "E2", "F3", "C4"]
    assert [[cell.value for cell in row] for row in files.iter_rows(min_row=2)] == [
        ["There is no file or folder of this name.", 0, "none.csv", "none.csv"],
        ["The file is empty.", 2, "z.zip/a.xml", None],
    ]


def test_without_files_refused_as_a_whole_there_is_no_sheet_of_them(tmp_path: Path) -> None:
    report = ImportReport(REPORT.files[:2], kept=True)
    write_workbook(report, read, tmp_path / "r.xlsx", language(ENGLISH))
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["d.csv"]
