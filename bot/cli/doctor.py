"""`cobranza doctor`: what is missing or wrong in the settings and around them, and what to do."""

from collections.abc import Iterator

import typer
from pydantic import ValidationError

from bot import log
from bot.cli import env_file, findings, services_around
from bot.cli.console import UNREAD, Json, fail, print_json, speech, unread, unread_line
from bot.cli.findings import Finding, Grade
from bot.config import Settings, settings_problems, tongue
from bot.i18n import Language

_MARKS = {Grade.OK: "✓", Grade.WARNING: "!", Grade.WRONG: "✗"}


def doctor(json: Json = False) -> None:
    """Dice qué falta o está mal en los ajustes, la base, Telegram, el correo y el ERP, y qué hacer. Nada cambia."""
    words, found = tongue(), []
    try:
        settings = Settings()
    except (ValidationError, *UNREAD) as error:
        hide = log.hider(())
        found_now = _unreadable(error, words)
    else:
        # What libraries have to say would stand between the findings.
        log.configure("ERROR", settings.secrets)
        words, hide = speech(settings), log.hider(settings.secrets)
        found_now = checks(settings, words)
    for finding in found_now:
        found.append(finding)
        if not json:
            typer.echo(hide(finding_text(finding)))
    wrong = sum(finding.grade is Grade.WRONG for finding in found)
    if json:
        listed = [{"about": f.about, "grade": f.grade, "said": hide(f.said), "todo": hide(f.todo)} for f in found]
        print_json({"ok": not wrong, "findings": listed})
    if wrong:
        fail(words.ngettext("%(n)s thing is wrong.", "%(n)s things are wrong.", wrong))
    if not json:
        typer.echo(words.gettext("Nothing is wrong."))


def _unreadable(error: ValidationError | OSError | UnicodeDecodeError, words: Language) -> Iterator[Finding]:
    """Without settings there is nothing else to look at."""
    if not isinstance(error, ValidationError):
        yield Finding("settings", Grade.WRONG, unread(error, words))
        return
    for problem in settings_problems(error, words):
        yield Finding("settings", Grade.WRONG, problem, words.gettext("Correct it in .env or in the environment."))
    yield from _unread_lines(words)
    yield from findings.settings_file(words)


def _unread_lines(words: Language) -> list[Finding]:
    lines = env_file.unread_lines(env_file.ENV)
    return [Finding("settings", Grade.WRONG, *unread_line(line, words)) for line in lines]


def finding_text(finding: Finding) -> str:
    """A finding on a line, and below it what to do."""
    said = f"{_MARKS[finding.grade]} {finding.said}"
    return f"{said}\n  → {finding.todo}" if finding.todo else said


def checks(settings: Settings, words: Language) -> Iterator[Finding]:
    """What is found in the settings, on this machine, and around it."""
    yield from _unread_lines(words) or [Finding("settings", Grade.OK, words.gettext("Every setting can be read."))]
    yield from findings.settings_file(words)
    yield from findings.house(settings, words)
    yield from findings.folders(settings, words)
    yield from findings.database(settings, words)
    yield from services_around.telegram(settings, words)
    yield from services_around.microsoft(settings, words)
    yield from services_around.contpaqi(settings, words)
    yield from services_around.running(settings, words)
