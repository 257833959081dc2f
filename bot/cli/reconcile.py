"""`cobranza reconcile`: payment complements (REP) against the ledger and against each other."""

from pathlib import Path
from typing import Annotated

import typer

from bot.app import make_company
from bot.cli.console import Json, database, fail, occasion, path_named, print_json, read_settings, speech, write
from bot.domain.incoming import Problem
from bot.i18n import Language
from bot.imports import cells
from bot.imports.vault import Vault
from bot.presenters.imports import sentence
from bot.presenters.reconcile import report_json, report_text
from bot.services import reconcile as reconciling


def reconcile(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="REP en XML o ZIP, o carpetas; sin nada, los importados.", parser=path_named),
    ] = None,
    cancelled: Annotated[
        list[str] | None, typer.Option("--cancelled", metavar="UUID", help="Un REP cancelado, que ya no cuenta.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="PATH.xlsx", help="Libro con los REP por hacer.")] = None,
    json: Json = False,
) -> None:
    """Compara REP, timbrados o por timbrar, con la cartera y entre sí. No guarda nada."""
    settings = read_settings()
    language = speech(settings)
    act, vault, issuer = occasion(settings), Vault(settings.files_dir), make_company(settings).rfc
    gone = [_uuid(word, language) for word in cancelled or ()]
    try:
        with database(settings) as opened:
            if paths:
                shown = reconciling.of_files(opened.transaction, act, paths, vault=vault, issuer=issuer, cancelled=gone)
            else:
                shown = reconciling.imported(opened.transaction, act, vault=vault, issuer=issuer, cancelled=gone)
    except OSError as error:  # a folder that may not be entered
        fail(f"{error.filename}: {error.strerror}")
    if out:
        from bot.render.rep_xlsx import rep_xlsx  # noqa: PLC0415 - openpyxl takes its time, which only who asks should pay

        write(out, rep_xlsx(shown.found, language))
    if json:
        print_json(report_json(shown, language))
    else:
        typer.echo(report_text(shown, language))
    differences = len(shown.found.differences)
    reasons = [language.ngettext("%(n)s difference", "%(n)s differences", differences)] if differences else []
    if shown.unread:
        reasons.append(language.ngettext("%(n)s file was not read", "%(n)s files were not read", len(shown.unread)))
    if reasons:
        fail(f"{', '.join(reasons)}.")


def _uuid(word: str, language: Language) -> str:
    try:
        return cells.uuid(word)
    except cells.BadCell as error:
        problem = Problem(0, "", word, error.reason, error.params)
        raise typer.BadParameter(f"«{word}» {sentence(problem, language)}", param_hint="--cancelled") from error
