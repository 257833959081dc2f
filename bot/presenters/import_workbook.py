"""What an import refused, as a workbook to hand back to whoever made the file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from bot.domain.incoming import FileKind, FileReport, ImportReport, Problem
from bot.i18n import Language
from bot.presenters.imports import sentence
from bot.render.refused_xlsx import Cell, RefusedRow, RefusedTable, write_refused

# The headings of a file and its refused rows with their numbers, as they stand there.
ReadRefused = Callable[[FileReport], tuple[Sequence[str], Iterable[tuple[int, Sequence[Cell]]]]]


def write_workbook(report: ImportReport, read: ReadRefused, path: Path, language: Language) -> None:
    """Write the refused rows of each file with the reasons, then what was refused as a whole. Raises OSError."""
    write_refused(_tables(report, read, language), path, language)


def _tables(report: ImportReport, read: ReadRefused, language: Language) -> Iterator[RefusedTable]:
    whole: list[RefusedRow] = []
    for file in report.files:
        if file.kind in (None, FileKind.CFDI):
            whole += (_whole(file, problem, language) for problem in file.problems)
        elif file.problems:
            headings, rows = read(file)
            by_row = {row: list(problems) for row, problems in groupby(file.problems, lambda problem: problem.row)}
            marked = (_marked(number, cells, by_row[number], headings, language) for number, cells in rows)
            yield RefusedTable(file.name, headings, marked)
    if whole:
        headings = (language.gettext("File"), language.gettext("What stands there"))
        yield RefusedTable(language.gettext("Files"), headings, whole)


def _whole(file: FileReport, problem: Problem, language: Language) -> RefusedRow:
    place = "/".join(filter(None, (file.path.name, problem.column)))
    return RefusedRow(problem.row, (place, problem.value), {}, sentence(problem, language))


def _marked(
    number: int, cells: Sequence[Cell], problems: Sequence[Problem], headings: Sequence[str], language: Language
) -> RefusedRow:
    marks = {_position(p, cells, headings): sentence(p, language) for p in problems}
    reasons = (": ".join(filter(None, (p.column, sentence(p, language)))) for p in problems)
    return RefusedRow(number, cells, marks, " · ".join(reasons))


def _position(problem: Problem, cells: Sequence[Cell], headings: Sequence[str]) -> int:
    """Which cell a problem is about; where it is about no column, the one with its value, else the first."""
    if problem.column in headings:
        return headings.index(problem.column)
    return max((n for n, cell in enumerate(cells) if problem.value and str(cell).strip() == problem.value), default=0)
