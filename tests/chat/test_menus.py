from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from telegram import Bot

from bot.app import make_office
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.store.database import Database
from bot.store.models import PersonRow
from handlers import menus
from tests import factories
from tests.chat.conftest import TOKEN
from tests.chat.in_process import InProcess


async def test_after_an_update_menus_are_given_to_some_in_each_round_so_that_reminders_and_mail_do_not_wait(
    settings: Settings, telegram: BotApiServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menus, "A_ROUND", 2)
    with database.transaction() as session:
        factories.person(session, collector="C9", telegram_id=2001, name="X")
        telegram.world.add_user(2001, "X")
        session.execute(update(PersonRow).values(last_seen=datetime.now(UTC)))
    office, request, given = make_office(settings, database), InProcess(telegram), []
    async with Bot(TOKEN, f"{telegram.url}/bot", request=request, get_updates_request=request) as bot:
        for _ in range(3):
            await menus.publish(bot, office)
            given.append(len(telegram.world.commands))
    assert given == [2, 4, 4]
