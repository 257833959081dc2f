import csv
from datetime import date
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from bot.domain.money import Money
from bot.services.imports import import_files, refused_rows
from bot.store.database import Database
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.search import examples

HEADING = ["CODIGO", "FOLIO", "FECHA DOCUMENTO", "MONTO ORIGINAL", "MONEDA", "UUID", "CANCELADO"]
BROKEN = {
    "CODIGO": st.sampled_from(["", "CL404", "  "]),
    "FOLIO": st.sampled_from(["", "F" * 41]),
    "FECHA DOCUMENTO": st.sampled_from(["", "ayer", "31/02/2019", "07/16/2019", "2019-02-30", "1", "16/07/0019"]),
    "MONTO ORIGINAL": st.sampled_from(["", "-1", "mucho", "1.234,50", "1,23", "12.345", "$", "1e3", "9" * 20]),
    "MONEDA": st.sampled_from(["monedas", "$", "MX"]),
    "UUID": st.sampled_from(["1234", "no", "g" * 32]),
    "CANCELADO": st.sampled_from(["quizá", "2"]),
}


# The cells of a row, and its total in cents, or None when a cell of it is broken.
Row = tuple[list[str], int | None]


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    made: list[Row] = []
    for folio in range(draw(st.integers(1, 12))):
        cents = draw(st.integers(0, 10**11))
        form = draw(st.sampled_from(["{}", "${}", " $ {} "]))
        amount = form.format(f"{cents // 100:,}.{cents % 100:02}" if draw(st.booleans()) else Money(cents))
        day = draw(st.dates(date(2010, 1, 1), date(2030, 1, 1)))
        written = day.strftime(draw(st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%y"])))
        row = ["CL1", str(folio), written, amount, draw(st.sampled_from(["", "PESOS", "mxn"])), "", ""]
        broken = draw(st.sets(st.sampled_from(HEADING), max_size=3)) if draw(st.booleans()) else set()
        for column in broken:
            row[HEADING.index(column)] = draw(BROKEN[column])
        made.append((row, None if broken else cents))
    return made


FILES = {
    "rows": rows(),
    "separator": st.sampled_from([",", ";", "\t", "xlsx"]),
    "encoding": st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
}


@settings(
    max_examples=examples(20, searching=500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(**FILES)
def test_good_rows_come_in_bad_ones_are_named_and_the_sum_is_right(
    sqlite_database: Database, tmp_path: Path, rows: list[Row], separator: str, encoding: str
) -> None:
    database = sqlite_database
    with database.transaction() as session:
        session.execute(delete(DocumentRow))
        if not session.scalar(select(func.count()).select_from(CustomerRow)):
            factories.customer(session, "CL1")
    path = written(tmp_path, [row for row, _ in rows], separator, encoding)

    (report,) = import_files(database.transaction, [path], today=date(2019, 7, 16)).files

    good = [cents for _, cents in rows if cents is not None]
    bad = {number for number, (_, cents) in enumerate(rows, start=2) if cents is None}
    assert (report.new, report.refused) == (len(good), len(bad))
    assert {problem.row for problem in report.problems} == bad
    assert all(problem.column in HEADING for problem in report.problems)
    with database.transaction() as session:
        assert (session.scalar(select(func.sum(DocumentRow.total))) or 0) == sum(good)
    again = import_files(database.transaction, [path], today=date(2019, 7, 16)).files[0]
    assert (again.new, again.changed, again.same) == (0, 0, len(good))
    headings, refused = refused_rows(report)
    assert list(headings) == HEADING
    assert {number for number, _ in refused} == bad


def written(folder: Path, rows: list[list[str]], separator: str, encoding: str) -> Path:
    if separator == "xlsx":
        book = openpyxl.Workbook()
        for row in (HEADING, *rows):
            book.worksheets[0].append(row)
        book.save(folder / "documents.xlsx")
        return folder / "documents.xlsx"
    path = folder / "documents.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([HEADING, *rows])
    return path
