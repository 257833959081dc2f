"""`cobranza` with a database of its own, empty or with the seed's data."""

import os
import shutil
from pathlib import Path

import pytest

import bot.demo
from tests.cli.commands import Cobranza

SEED = Path(bot.demo.__file__).parent / "seed"


@pytest.fixture
def cobranza(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cobranza:
    """The command line on an empty, migrated database, whatever this machine's own settings are."""
    shutil.copy(sqlite_template, tmp_path / "cobranza.db")
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("TELEGRAM_", "MAIL_", "M365_", "COMPANY_")) or name in {"LANGUAGE", "TIMEZONE"}:
            monkeypatch.delenv(name)
    return Cobranza(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'cobranza.db'}",
            "BUSINESS_DATE": "2019-07-16",
            "MAIL_FOLDER": str(tmp_path / "mail"),
            "LOG_LEVEL": "WARNING",
            "NO_COLOR": "1",
            "COLUMNS": "200",
        }
    )


@pytest.fixture
def seeded(cobranza: Cobranza) -> Cobranza:
    """The command line after the seed was imported, promises included."""
    cobranza("import", SEED)
    return cobranza
