"""What a try of Microsoft 365 found, for the command line: as text for people, as JSON for programs."""

from collections.abc import Sequence
from typing import Any

from bot.i18n import Language
from bot.mail.check import Step, StepName
from bot.presenters.mailing import reason_sentence

_MARKS = {True: "✓", False: "✗", None: "?"}


def steps_json(steps: Sequence[Step], language: Language) -> list[dict[str, Any]]:
    """The steps of `cobranza mail test --json`; `ok` is null where it could not be told."""
    return [
        {
            "name": step.name.value,
            "ok": step.done,
            "missing": list(step.missing),
            "reason": reason_sentence(step.reason, language) if step.reason else "",
        }
        for step in steps
    ]


def step_text(step: Step, language: Language) -> str:
    """One step on a line, and below it what to do where it failed."""
    lines = [f"{_MARKS[step.done]} {step_name(step.name, language)}"]
    lines += step_reasons(step, language)
    return "\n  ".join(lines)


def step_reasons(step: Step, language: Language) -> list[str]:
    """Why a step failed and what to do; nothing when it went well."""
    reasons = [reason_sentence(step.reason, language)] if step.reason else []
    return [*reasons, _missing(step, language)] if step.missing else reasons


def step_name(name: StepName, language: Language) -> str:
    """What is tried."""
    _ = language.gettext
    names = {
        StepName.TOKEN: _("Signing in to Microsoft 365"),
        StepName.PERMISSIONS: _("Permissions"),
        StepName.MAILBOX: _("Reading the mailbox"),
        StepName.DRAFT: _("A draft in the mailbox"),
        StepName.SEND: _("Sending an email"),
    }
    return names[name]


def _missing(step: Step, language: Language) -> str:
    names = ", ".join(step.missing)
    if step.done is None:
        return language.gettext(
            "Not granted in Microsoft Entra: %(names)s. That is fine where Exchange Online grants it for this mailbox.",
            names=names,
        )
    return language.gettext("The permission that is missing: %(names)s.", names=names)
