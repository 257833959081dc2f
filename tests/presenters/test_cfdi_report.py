from datetime import date
from pathlib import Path

from bot.domain.incoming import FileKind, FileReport, ImportReport, Problem
from bot.domain.money import Money
from bot.i18n import ENGLISH, language
from bot.presenters.imports import SHOWN_PROBLEMS, report_json, report_text

SPEECH = language(ENGLISH)
UNSTAMPED = Problem(0, "b.xml", "", "cfdi_unstamped")
OVER = Problem(3, "x/c.xml", "116.00", "over_balance", {"document": "A-7", "balance": Money(5)})
SIMILAR = Problem(4, "x/d.xml", "58.00", "similar_payment", {"document": "A-7", "on": date(2019, 7, 9)})
LOOSE = FileReport(Path("in/a.xml"), FileKind.CFDI, new=1)
REFUSED = FileReport(Path("in/b.xml"), FileKind.CFDI, refused=1, problems=(UNSTAMPED,))
ZIP = FileReport(Path("in/z.zip"), FileKind.CFDI, new=1200, same=1, refused=1, problems=(OVER,), warnings=(SIMILAR,))
BROKEN = FileReport(Path("y.zip"), FileKind.CFDI, refused=1, problems=(Problem(0, "", "y.zip", "zip_broken"),))


def lines(*files: FileReport) -> list[str]:
    return report_text(ImportReport(files, kept=True), SPEECH).splitlines()


def test_the_cfdi_of_a_run_are_counted_together_and_each_refused_one_is_named() -> None:
    assert lines(LOOSE, REFUSED, ZIP, BROKEN) == [
        "4 files · cfdi: 1,201 new, 0 changed, 1 same, 3 refused",
        "  b.xml: It has no SAT stamp (TimbreFiscalDigital), and so no UUID: import the stamped XML.",
        (
            "  z.zip/x/c.xml: «116.00» is more than what is open on document A-7: $0.05. "
            "See whether the payment is there already, with another date or amount."
        ),
        (
            "  Note: z.zip/x/d.xml: «58.00» was applied to document A-7, which has a payment of that amount, "
            "without REP, of 09/07/2019: see whether they are the same."
        ),
        "  y.zip: The ZIP cannot be opened: it is damaged or not a ZIP.",
    ]


def test_one_cfdi_is_called_by_its_name() -> None:
    assert lines(LOOSE) == ["a.xml · cfdi: 1 new, 0 changed, 0 same, 0 refused"]


def test_tables_have_notes_too() -> None:
    note = Problem(2, "ABONO", "58.00", "similar_rep", {"on": date(2019, 7, 10)})
    assert lines(FileReport(Path("p.csv"), FileKind.PAYMENTS, new=1, warnings=(note,)), LOOSE) == [
        "p.csv · payments: 1 new, 0 changed, 0 same, 0 refused",
        (
            "  Note: Row 2, ABONO: «58.00» was applied, and a CFDI had applied the same amount with date 10/07/2019: "
            "see whether they are the same."
        ),
        "a.xml · cfdi: 1 new, 0 changed, 0 same, 0 refused",
    ]


def test_notes_that_are_not_shown_are_counted() -> None:
    notes = tuple(Problem(row, "ABONO", "58.00", "similar_rep", {"on": date(2019, 7, 10)}) for row in range(2, 25))
    written = lines(FileReport(Path("p.csv"), FileKind.PAYMENTS, new=23, warnings=notes))
    assert len(written) == 1 + SHOWN_PROBLEMS + 1
    assert written[-1] == "  and 3 more notes"


def test_json_has_the_number_and_name_of_an_entry_and_warnings_where_there_are_any() -> None:
    loose, zipped = report_json(ImportReport((LOOSE, ZIP), kept=True), SPEECH)["files"]
    assert "warnings" not in loose
    (problem,), (warning,) = zipped["problems"], zipped["warnings"]
    assert (problem["row"], problem["column"], problem["value"]) == (3, "x/c.xml", "116.00")
    assert (warning["row"], warning["column"], warning["reason"][:11]) == (4, "x/d.xml", "was applied")
