"""What each process of `bench.moments` does; imported once by the process that all of them come from."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

# Imported before the first is born, so that most of a short life is work.
from bot.cli import app
from bot.mail import graph, graph_inbox  # noqa: F401 - see above
from bot.render import receipt_image, statement_pdf, statement_xlsx  # noqa: F401 - see above


def live(environment: Mapping[str, str], folder: Path, log: Path, arguments: Sequence[str]) -> None:
    """Be `cobranza …` in a folder without a `.env`, with these settings and no others."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as written:
        os.dup2(written.fileno(), 1)
        os.dup2(written.fileno(), 2)
    app(list(arguments))
