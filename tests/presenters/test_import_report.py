from pathlib import Path

import pytest

from bot.domain.incoming import FileKind, FileReport, ImportReport, Problem
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.imports import REASONS, SHOWN_PROBLEMS, kind_name, problem_line, report_json, report_text, sentence

SPEECH = language(ENGLISH)
BAD_AMOUNT = Problem(5, "MONTO ORIGINAL", "1.234,50", "not_amount")
REPORT = ImportReport(
    (
        FileReport(Path("in/d.csv"), FileKind.DOCUMENTS, 1200, 2, 3, 1, (BAD_AMOUNT,), ("ABONOS", "SALDO TOTAL")),
        FileReport(Path("none.csv"), refused=1, problems=(Problem(0, "", "none.csv", "no_file"),)),
    ),
    kept=True,
)


def test_the_report_as_json_is_what_programs_rely_on() -> None:
    assert report_json(REPORT, SPEECH) == {
        "files": [
            {
                "path": str(Path("in/d.csv")),
                "kind": "documents",
                "new": 1200,
                "changed": 2,
                "same": 3,
                "refused": 1,
                "problems": [
                    {
                        "row": 5,
                        "column": "MONTO ORIGINAL",
                        "value": "1.234,50",
                        "reason": "is not an amount: write it as 1234.50.",
                    }
                ],
            },
            {
                "path": "none.csv",
                "kind": None,
                "new": 0,
                "changed": 0,
                "same": 0,
                "refused": 1,
                "problems": [
                    {
                        "row": None,
                        "column": "",
                        "value": "none.csv",
                        "reason": "There is no file or folder of this name.",
                    }
                ],
            },
        ]
    }


def test_the_report_as_text_tells_counts_unused_columns_and_problems() -> None:
    assert report_text(REPORT, SPEECH).splitlines() == [
        "d.csv · documents: 1,200 new, 2 changed, 3 same, 1 refused",
        "  Columns not used: ABONOS, SALDO TOTAL",
        "  Row 5, MONTO ORIGINAL: «1.234,50» is not an amount: write it as 1234.50.",
        "none.csv",
        "  There is no file or folder of this name.",
    ]


def test_a_run_that_kept_nothing_says_so() -> None:
    assert report_text(ImportReport(REPORT.files, kept=False), SPEECH).endswith("\nNothing was kept.")
    assert report_text(ImportReport((), kept=False), SPEECH) == "There is no file to import."


@pytest.mark.parametrize(("more", "last"), [(0, "Row 20"), (1, "  and 1 more problem"), (5, "  and 5 more problems")])
def test_of_many_problems_the_first_are_written_out(more: int, last: str) -> None:
    problems = tuple(Problem(row, "", "", "missing") for row in range(1, SHOWN_PROBLEMS + more + 1))
    report = ImportReport((FileReport(Path("d.csv"), FileKind.CUSTOMERS, problems=problems),), kept=True)
    lines = report_text(report, SPEECH).splitlines()
    assert len(lines) == 1 + SHOWN_PROBLEMS + bool(more)
    assert lines[-1].startswith(last) or last in lines[-1]


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem(3, "FOLIO", "", "missing"), "Row 3, FOLIO: is missing."),
        (Problem(3, "", "CL1 8", "repeated", {"first": 2}), "Row 3: «CL1 8» is already in row 2 with other values."),
        (
            Problem(3, "", "", "swallowed", {"lines": 2}),
            "Row 3: a quote is opened and not closed in its row, so the next 2 were not read.",
        ),
        (
            Problem(3, "", "", "swallowed", {"lines": 1}),
            "Row 3: a quote is opened and not closed in its row, so the next one was not read.",
        ),
    ],
)
def test_a_problem_is_a_line_with_its_place_value_and_reason(problem: Problem, line: str) -> None:
    assert problem_line(problem, SPEECH) == line


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("code", [ENGLISH, SPANISH])
def test_every_reason_is_a_sentence_that_names_what_it_is_given(reason: str, code: str) -> None:
    named = {
        "currency": "MXN",
        "other": "USD",
        "said": "PUE",
        "stamped": "PPD",
        "part": "$3.00",
        "whole": "$9.00",
        "digits": "2",
        "low": "1",
        "high": "30",
        "choices": "a, b",
        "limit": "25",
        "lines": "2",
        "first": "7",
        "customer": "CL1",
        "uuid": "8D05",
        "following": "3",
        "known": ".csv",
        "kind": "documents",
        "missing": "folio",
        "kinds": "x, y",
        "megabytes": "1,024",
        "rows": "9",
        "columns": "8",
        "line": "4",
        "namespace": "cfd/4",
        "count": "2",
        "document": "A-1",
        "concept": "Factura",
        "total": "$1.00",
        "balance": "$2.00",
        "on": "23/07/2019",
        "rfc": "DBA010101AB7",
    }
    written = sentence(Problem(1, "", "", reason, named), language(code))
    assert written.endswith((".", *named.values())) or written[-1] == "."
    assert "%(" not in written


@pytest.mark.parametrize("kind", FileKind)
def test_every_kind_of_file_has_a_name(kind: FileKind) -> None:
    assert kind_name(kind, SPEECH) == kind.value


@pytest.mark.parametrize("code", [SPANISH, ENGLISH])
def test_in_the_chat_no_reason_names_an_option_of_the_command_line(code: str) -> None:
    problems = (
        Problem(5, "ABONO", "1,23", "comma"),
        Problem(0, "", "", "which_kind", {"kinds": "documents, payments"}),
    )
    report = ImportReport((FileReport(Path("p.csv"), FileKind.PAYMENTS, 0, 0, 0, 2, problems),), kept=True)
    assert "--" not in report_text(report, language(code), in_chat=True)
    assert all(option in report_text(report, language(code)) for option in ("--decimal-comma", "--kind"))
