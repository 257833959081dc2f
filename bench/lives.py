"""What the processes of `bench.moments` and `bench.replicas` do; imported once by the process that all come from."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Imported before the first is born, so that most of a short life is work.
from bot import app as bot_app
from bot.cli import app
from bot.config import Settings
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


def serve(given: Mapping[str, Any]) -> None:
    """Be a bot with these settings, unchecked: Telegram may be one without https."""
    asyncio.run(bot_app.run(Settings.model_construct(**given), asyncio.Event()))
