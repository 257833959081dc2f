"""`cobranza` run in this process, with an environment of its own."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from typer.testing import CliRunner, Result

from bot.cli import app


@contextmanager
def _log_kept() -> Iterator[None]:
    """A command sets the log up for its process; this one is pytest's."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


class Cobranza:
    """Runs commands with the same settings."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)

    def __call__(self, *arguments: object, typed: str = "", expect: int = 0) -> Result:
        """Run a command, to which `typed` is answered; its exit status must be `expect`."""
        words = [str(argument) for argument in arguments]
        with _log_kept():
            result = CliRunner().invoke(app, words, input=typed, env=self.environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == expect, result.output
        return result

    def json(self, *arguments: object, expect: int = 0) -> Any:  # noqa: ANN401 - whatever was printed
        """The same, and read the JSON on standard output."""
        return json.loads(self(*arguments, expect=expect).stdout)
