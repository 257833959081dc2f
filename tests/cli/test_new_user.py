"""From an empty folder to a real bot that answers, as the README tells a new user, in programs of their own."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest

from bot.demo.server import BotApiServer
from tests.chat.patience import patience
from tests.cli.test_bot import ROOT, ended

pytestmark = pytest.mark.slow

TOKEN = "123456:TEST"  # noqa: S105 - the token of the server in this test
NEW_USER = 4711
ANSWERS = (TOKEN, "La Casa", "DBA010101AB1", "CLABE 01", "", "", "", "3", "", "Eva Ruiz")


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    """A Telegram that knows the token, and somebody who has never written to the bot."""
    async with BotApiServer(TOKEN) as server:
        server.world.add_user(NEW_USER, "Eva")
        yield server


async def program(folder: Path, telegram: BotApiServer, command: str) -> asyncio.subprocess.Process:
    """Start `cobranza` in a folder, with nothing from the environment but where Telegram is, and no terminal."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, cwd=folder, start_new_session=True,
        env=environment | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TELEGRAM_API_URL": telegram.url},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_a_new_user_is_answered_by_a_bot_of_their_own(telegram: BotApiServer, tmp_path: Path) -> None:
    began = monotonic()
    setting_up = await program(tmp_path, telegram, "init")
    out, err = await setting_up.communicate("".join(f"{line}\n" for line in ANSWERS).encode())
    assert setting_up.returncode == 0, out.decode() + err.decode()
    assert TOKEN not in out.decode() + err.decode()
    link = re.search(r"https://t\.me/cobranza_bot\?start=([\w-]+)", out.decode())
    assert link

    running = await program(tmp_path, telegram, "run")
    telegram.world.type(NEW_USER, f"/start {link[1]}")
    await telegram.world.wait_for_text(NEW_USER, "Eva Ruiz", patience(20))
    telegram.world.type(NEW_USER, "/estado CL002")
    await telegram.world.wait_for_text(NEW_USER, "Ramiro Aldana", patience(20))
    assert monotonic() - began < patience(60), "under ten minutes, of which a person needs most to type"

    running.terminate()
    assert await ended(running, 5) == ("", "")
