"""What the guides say to type is understood: every example, typed into the running bot."""

import re
from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.domain.reminders import QuietHours
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import COLLECTOR, Running
from tests.chat.phone import Phone
from tests.test_docs import code

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs"
PAGES = (*sorted(DOCS.glob("guia-*.md")), DOCS / "referencia" / "chat.md")
ADMINISTRATOR = 1009
OF_BOTFATHER = "/newbot"
FOR_CHIEFS = {"/invitar", "/invite", "/usuarios", "/users"}
# How a refusal begins; a command that is named without what follows it is refused with an example.
REFUSED = "✋"
INCOMPLETE = "✋ Falta indicar algo después del comando."


def examples() -> list[str]:
    """Each thing that the pages say to type, once."""
    lines = [line.strip() for page in PAGES for line in code(page.read_text(encoding="utf-8"))]
    typed = dict.fromkeys(line for line in lines if re.match(r"/[a-z]+(?!\S)", line))
    # Last, since it changes what is answered.
    return sorted(typed.keys() - {OF_BOTFATHER}, key="/idioma en".__eq__)


async def test_every_example_of_the_guides_is_understood(
    stopped: Running, telegram: BotApiServer, database: Database, phone_of: Callable[[int], Phone]
) -> None:
    with database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, telegram_id=ADMINISTRATOR, name="Eva")
    telegram.world.add_user(ADMINISTRATOR, "Eva")
    stopped.start(quiet_hours=QuietHours(time(20), time(7)), reminder_time=time(19, 59))
    refused = {}
    for typed in examples():
        # «…» stands for what is typed there.
        command, _, given = typed.removesuffix("…").partition(" ")
        phone = phone_of(ADMINISTRATOR if command in FOR_CHIEFS else COLLECTOR)
        before = len(phone.texts)
        await phone.done(phone.say(f"{command} {given}".strip()))
        (*_, answer) = phone.texts[before:]
        if answer.startswith(REFUSED) and (given or not answer.startswith(INCOMPLETE)):
            refused[typed] = answer
    assert refused == {}
    assert len(examples()) > 40
