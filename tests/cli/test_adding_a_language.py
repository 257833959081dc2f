"""docs/adding-a-language.md, done as it says to a copy of the program, which then answers in the new language."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from bot.demo.server import BotApiServer
from tests.chat.patience import patience
from tests.cli.commands import Cobranza

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-language.md").read_text(encoding="utf-8")
TOKEN = "123456:TEST"  # noqa: S105 - the token of the server in these tests
FRENCH = {
    "From now on I answer in English.": "Désormais je réponds en français.",
    "Statement as of %(date)s": "Relevé au %(date)s",
    "Total": "Somme",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program with French added, of which somebody has translated a few messages only."""
    project = tmp_path / "project"
    for package in ("bot", "handlers", "locales"):
        shutil.copytree(ROOT / package, project / package, ignore=shutil.ignore_patterns("__pycache__"))

    (command,) = re.findall(r"^ *\.venv/bin/(pybabel init .*)", PAGE, re.MULTILINE)
    pybabel, *arguments = shlex.split(command)
    program = Path(sys.executable).with_name(pybabel)
    subprocess.run([program, *arguments], cwd=project, check=True, capture_output=True)  # noqa: S603 - ourselves
    catalogue = project / "locales" / "fr" / "LC_MESSAGES" / "messages.po"
    with catalogue.open("rb") as file:
        messages = read_po(file)
    for message, translation in FRENCH.items():
        messages[message].string = translation
    with catalogue.open("wb") as file:
        write_po(file, messages)

    (line,) = re.findall(r"^ *(LANGUAGES = .*)", PAGE, re.MULTILINE)
    source = project / "bot" / "i18n.py"
    changed, times = re.subn(r"^LANGUAGES = .*", line, source.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert times == 1
    source.write_text(changed, encoding="utf-8")
    return project


async def test_a_language_that_is_added_as_the_page_says_answers(seeded: Cobranza, copy: Path) -> None:
    async with BotApiServer(TOKEN) as server:
        server.world.add_user(1001, "Laura")
        seeded("people", "add", "--telegram-id", 1001, "--name", "Laura", "--role", "collector", "--collector", "C1")
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url, "PYTHONPATH": str(copy)}
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=seeded.environment | settings, stderr=asyncio.subprocess.PIPE
        )
        try:
            for typed, answered in (
                ("/idioma fr", FRENCH["From now on I answer in English."]),
                ("/estado CL002", "Relevé au 16/07/2019"),
                ("/estado CL002", "Credit limit"),  # nobody has translated it yet
                ("/calendario", "Juillet 2019"),
            ):
                server.world.type(1001, typed)
                await server.world.wait_for_text(1001, answered, patience(10))
        finally:
            bot.terminate()
            _, said = await bot.communicate()
        assert said == b""
        menus = [call.params for call in server.world.calls if call.method == "setMyCommands"]
        assert {menu.get("language_code") for menu in menus} == {None, "en", "fr"}
