"""A Telegram of its own for every test, with Ana (7), Berta (8) and a group (-5), and two clients for it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from telegram import Bot

from bot.demo.server import BotApiServer
from tests.demo.client import TOKEN, RawApi


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    """The server, started."""
    async with BotApiServer(TOKEN) as server:
        server.world.add_user(7, "Ana", username="ana")
        server.world.add_user(8, "Berta", language_code="en")
        server.world.add_group(-5, "Cobradores")
        yield server


@pytest.fixture
async def api(telegram: BotApiServer) -> AsyncIterator[RawApi]:
    """A client that sends what it is told, right or wrong."""
    async with ClientSession() as session:
        yield RawApi(session, telegram.url)


@pytest.fixture
async def bot(telegram: BotApiServer) -> AsyncIterator[Bot]:
    """The client that the product uses."""
    async with Bot(TOKEN, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot") as client:
        yield client
