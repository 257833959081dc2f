"""The log at INFO: what the bot did, and nothing that opens a door or tells of a customer."""

import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO

import pytest

from bot import log
from bot.config import Settings
from bot.store.database import Database
from tests.chat import walk
from tests.chat.conftest import OTHER_COLLECTOR, STRANGER, SUPERVISOR, TOKEN, Running
from tests.chat.phone import Phone
from tests.chat.walk import CODE, FOLIO, SOME, WORD

pytestmark = pytest.mark.slow

_LIBRARIES = ("httpx", "httpcore", "O365", "msal", "urllib3", "aiohttp.access", "apscheduler", "alembic", "telegram")


@pytest.fixture
def log_of_service(settings: Settings) -> Iterator[StringIO]:
    """What is logged where the log is set up as by `cobranza run`; put back at the end."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in _LIBRARIES}
    log.configure("INFO", settings.secrets)
    (ours,) = root.handlers
    assert isinstance(ours, logging.StreamHandler)
    said = StringIO()
    ours.setStream(said)
    yield said
    root.handlers[:], root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


async def test_a_day_of_everybody_leaves_no_secret_and_no_customer_in_the_log(
    log_of_service: StringIO, phone_of: Callable[[int], Phone], database: Database, stopped: Running
) -> None:
    numbers = walk.fill(database, SOME)
    stopped.start()
    rosa, supervisor, stranger = (phone_of(account) for account in (OTHER_COLLECTOR, SUPERVISOR, STRANGER))
    await walk.commands(rosa)
    await walk.buttons(rosa, rosa.answers[0], numbers, database, walk.drawn_for(rosa))
    invited = await supervisor.type("/invitar Xenia Ocampo cobradora C2")
    (token,) = re.findall(r"start=(\S+)", invited.plain_text)
    await stranger.type(f"/start {token}")
    await stopped.stop()

    logging.getLogger("handlers").info("the end of the day")

    said = log_of_service.getvalue()
    assert " INFO handlers: the end of the day" in said
    secrets = (*SOME.secrets, CODE, FOLIO, WORD, TOKEN, TOKEN.partition(":")[2], token, "Xenia", "Norma", "Ramiro")
    assert [secret for secret in secrets if secret in said] == []
