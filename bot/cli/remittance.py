"""`cobranza import` of a remittance: how what a payer returned would be applied."""

from pathlib import Path

import typer

from bot.cli.console import database, fail, occasion, print_json, speech, write
from bot.config import Settings
from bot.domain.incoming import Problem
from bot.domain.remittance import Proposal
from bot.i18n import Language
from bot.imports.unreadable import UnreadableFile
from bot.imports.vault import Vault
from bot.presenters.imports import problem_line
from bot.presenters.remittance import report_json, report_text
from bot.services import remittances


def show_remittances(
    settings: Settings, paths: list[Path], report_to: Path | None, *, decimal_comma: bool, json: bool
) -> None:
    """Print a proposal for each file; ends with status 1 when something of them does not fit."""
    language, act, vault = speech(settings), occasion(settings), Vault(settings.files_dir)
    shown: list[Proposal] = []
    unread: list[str] = []
    with database(settings) as opened:
        for path in paths:
            try:
                shown.append(remittances.proposal(opened.transaction, act, path, vault, decimal_comma=decimal_comma))
            except UnreadableFile as error:
                unread.append(problem_line(Problem(0, path.name, "", error.reason, error.params), language))
    if report_to and shown:
        _write(shown, report_to, language)
    if json:
        print_json({"files": [report_json(one, language) for one in shown]})
    elif shown:
        typer.echo("\n".join(report_text(one, language) for one in shown))
    reasons = [*unread]
    if wrong := sum(not one.is_clean for one in shown):
        reasons.append(language.ngettext("%(n)s remittance does not fit.", "%(n)s remittances do not fit.", wrong))
    if reasons:
        fail("\n".join(reasons))


def _write(shown: list[Proposal], path: Path, language: Language) -> None:
    from bot.render.remittance_xlsx import proposal_xlsx  # noqa: PLC0415 - openpyxl takes its time

    write(path, proposal_xlsx(shown, language))
