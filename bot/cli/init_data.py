"""The step of `cobranza init` for data: where it comes from, loaded as `cobranza import` and `cobranza sync` do."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot import app as wiring
from bot.cli.console import as_text, database, occasion
from bot.cli.desk import Desk
from bot.cli.progress import progress_bar, sync_progress
from bot.domain.errors import Refusal
from bot.imports.vault import Vault
from bot.presenters.imports import report_text
from bot.presenters.mailing import age
from bot.presenters.refusals import refusal
from bot.presenters.sync import report_text as sync_text
from bot.services import imports, vitals


def load(desk: Desk) -> None:
    """Ask where data comes from, until some is loaded or that is left for later."""
    _ = desk.words.gettext
    desk.heading(_("Customers and documents"))
    now = datetime.now(UTC)
    with database(desk.settings) as opened, opened.snapshot() as connection:
        fed_at = vitals.take(connection, now).fed_at
    if fed_at:
        desk.say(_("The data was loaded %(ago)s.", ago=age(now - fed_at, desk.words)))
    ways = {
        "files": _("From a spreadsheet, CSV or CFDI, or a folder of them"),
        "contpaqi": _("From CONTPAQi Comercial"),
        "examples": _("Examples, to try: for your own data begin in another folder"),
        "later": _("Nothing for now"),
    }
    way = "later" if fed_at else "files"
    while (way := desk.choice(_("Where does the data come from?"), ways, way)) != "later":
        loaded = {"files": _files, "contpaqi": _contpaqi, "examples": _examples}[way](desk)
        way = "later" if loaded else way


def _examples(desk: Desk) -> bool:
    from bot.cli.showroom import EXAMPLES  # noqa: PLC0415 - with it comes a Telegram of its own

    return _import(desk, EXAMPLES)


def _files(desk: Desk) -> bool:
    path = desk.text(desk.words.gettext("Path of the file or folder"))
    return bool(path) and _import(desk, [Path(path.strip("'\"")).expanduser()])


def _import(desk: Desk, paths: Iterable[Path]) -> bool:
    """Whether something was loaded; the report is shown either way."""
    act = occasion(desk.settings)
    try:
        with database(desk.settings) as opened, progress_bar(desk.words) as on_progress:
            report = imports.import_files(
                opened.transaction,
                paths,
                today=act.today,
                keeper=Vault(desk.settings.files_dir),
                on_progress=on_progress,
                now=act.now,
                issuer=desk.settings.company_rfc,
            )
    except OSError as error:  # FILES_DIR is full or may not be written; nothing was kept
        desk.say(f"{error.filename or desk.settings.files_dir}: {error.strerror}")
        return False
    desk.say(report_text(report, desk.words))
    return any(file.new or file.changed or file.same for file in report.files)


def _contpaqi(desk: Desk) -> bool:
    _ = desk.words.gettext
    desk.say(_("docs/contpaqi.md says how to make a user who may only read."))
    question = _("Address of the company's database (it is not shown)")
    desk.setting("contpaqi_url", question, hidden=True, needed=True)
    settings = desk.settings
    now = datetime.now(UTC).astimezone(settings.timezone)
    with database(settings) as opened, sync_progress(desk.words) as on_progress:
        try:
            report = wiring.synchronise(settings, opened, now, on_progress=on_progress)
        except Refusal as refused:
            desk.say(as_text(refusal(refused, desk.words).plain))
            return False
    desk.say(sync_text(report, desk.words))
    return True
