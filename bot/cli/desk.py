"""What the steps of `cobranza init` share: questions on the terminal, the settings so far, and `.env`."""

from collections.abc import Mapping
from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from bot import log
from bot.cli import env_file
from bot.cli.console import speech
from bot.cli.env_file import ENV
from bot.config import Settings, right_forms, settings_problems

_YES, _NO = ("s", "si", "sí", "y", "yes"), ("n", "no")
# python-dotenv puts another setting in its place, and knows no way to write it as it stands.
_EXPANDED = "${"

Option = TypeVar("Option", bound=str)


class Desk:
    """Asks, and keeps each answer in `.env` at once: an interruption loses nothing."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.words = speech(settings)

    def say(self, text: str) -> None:
        """Say something, secrets hidden."""
        typer.echo(log.hider(self.settings.secrets)(text))

    def heading(self, text: str) -> None:
        """Begin a step."""
        typer.echo()
        Console().rule(f"[bold]{text}", align="left")

    def text(self, question: str, default: str = "", *, hidden: bool = False) -> str:
        """What is typed, without blanks around it; the default, which a hidden answer does not show, for Enter."""
        while True:
            given = typer.prompt(
                question, default=default, hide_input=hidden, show_default=bool(default) and not hidden
            )
            answer = str(given).strip()
            if _EXPANDED not in answer:
                return answer
            self.say(self.words.gettext("“%(value)s” cannot be written in .env.", value=_EXPANDED))

    def yes(self, question: str, *, default: bool) -> bool:
        """Whether the answer is yes."""
        _ = self.words.gettext
        asked = f"{question} [{_('Y/n') if default else _('y/N')}]"
        while True:
            answer = self.text(asked).casefold()
            if not answer:
                return default
            if answer in _YES + _NO:
                return answer in _YES
            self.say(_("Answer yes or no."))

    def choice(self, question: str, options: Mapping[Option, str], default: Option) -> Option:
        """One of several, by its number."""
        names = list(options)
        for number, name in enumerate(names, 1):
            typer.echo(f"  {number}. {options[name]}")
        while True:
            answer = self.text(question, str(names.index(default) + 1))
            if answer.isdecimal() and 0 < int(answer) <= len(names):
                return names[int(answer) - 1]
            self.say(self.words.gettext("Answer with a number from 1 to %(n)s.", n=len(names)))

    def setting(
        self, name: str, question: str, default: str = "", *, hidden: bool = False, needed: bool = False
    ) -> None:
        """Ask for a value that the setting takes until there is one, and keep it; Enter is what it has now."""
        default = self.value(name) or default
        while True:
            answer = self.text(question, default, hidden=hidden)
            if not answer and needed:
                form = right_forms(self.words)[name]
                self.say(self.words.gettext("%(name)s is missing: %(form)s.", name=name.upper(), form=form))
            elif not answer or self.fits(**{name: answer}):
                self.keep(**{name: answer})
                return

    def value(self, name: str) -> str:
        """What a setting has now, as one types it."""
        given = getattr(self.settings, name)
        if name not in self.settings.model_fields_set or given is None:
            return ""
        plain = given.get_secret_value() if hasattr(given, "get_secret_value") else str(given)
        return plain.replace("\n", "\\n")

    def fits(self, **values: Any) -> Settings | None:  # noqa: ANN401 - as typed
        """The settings with some changed; None, and the reason is said, when they cannot be so."""
        try:
            return Settings(**values)
        except ValidationError as error:
            for problem in settings_problems(error, self.words):
                self.say(problem)
            return None

    def keep(self, **values: str | None) -> None:
        """Write settings to `.env`; blank and None are the default."""
        env_file.write(ENV, {name.upper(): value or None for name, value in values.items()})
        self.settings = Settings()
        log.configure("ERROR", self.settings.secrets)
