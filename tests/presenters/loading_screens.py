"""The screens of a file sent to the bot, by the name of their golden files."""

from collections.abc import Callable
from pathlib import Path

from bot.domain.incoming import FileKind, FileReport, ImportReport, Problem
from bot.i18n import Language
from bot.presenters.loading import done, dropped, preview, too_large, working
from bot.presenters.reply import Reply

BAD = Problem(5, "MONTO ORIGINAL", "<1.234,50>", "not_amount")
GOOD = FileReport(Path("documentos julio.csv"), FileKind.DOCUMENTS, 1200, 2, 3, 1, (BAD,), ("SALDO & MÁS",))
UNREADABLE = FileReport(Path("nada.csv"), refused=1, problems=(Problem(0, "", "nada.csv", "no_file"),))
# More files than a message has room for.
MANY = tuple(FileReport(Path(f"cartera <{n}>.csv"), FileKind.CUSTOMERS, 1, 0, 0, 1, (BAD,)) for n in range(40))


def _trial(*files: FileReport) -> ImportReport:
    return ImportReport(files, kept=False)


LOADING: dict[str, Callable[[Language], Reply]] = {
    "file": lambda t: preview(_trial(GOOD, UNREADABLE), 77, t),
    "file_of_nothing": lambda t: preview(_trial(UNREADABLE), 77, t),
    "file_of_too_much_to_tell": lambda t: preview(_trial(*MANY), 77, t),
    "file_being_loaded": working,
    "file_loaded": lambda t: done(ImportReport((GOOD,), kept=True), t),
    "file_not_loaded": dropped,
    "file_too_large": lambda t: too_large(20 * 2**20, t),
}
