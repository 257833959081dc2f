import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from socket import AF_INET6, socket
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import update
from telegram import Bot

from bot.app import make_office
from bot.config import Settings, host_and_port
from bot.demo.server import BotApiServer
from bot.domain.correspondence import MailState
from bot.services.updates import mark_handled
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import PersonRow
from handlers import health, menus, reminder
from handlers.office import Office
from tests import factories
from tests.chat.conftest import TOKEN, Running
from tests.chat.in_process import InProcess
from tests.chat.mornings import MORNING
from tests.chat.patience import patience
from tests.chat.phone import Phone
from tests.ports import free_address


@pytest.fixture
def address() -> str:
    """An address on this machine where nobody listens yet."""
    return free_address()


async def asked(address: str, path: str = "/health") -> tuple[int, Any]:
    """The status and the answer."""
    async with ClientSession() as session, session.get(f"http://{address}{path}") as response:
        return response.status, await response.json(content_type=None) if path == "/health" else None


async def test_a_bot_that_works_says_so_and_names_nobody(phone: Phone, stopped: Running, address: str) -> None:
    stopped.start(health_listen=address)
    await phone.type("/estado CL002")

    status, said = await asked(address)

    assert (status, said["status"], said["problems"]) == (200, "ok", [])
    handled = datetime.fromisoformat(said["last_update_handled"])
    assert datetime.now(UTC) - handled < timedelta(minutes=1)
    assert said["outbox"] == {"waiting": 0, "failed": 0, "oldest_due_seconds": None}
    assert not {"CL002", "Ramiro", "Laura"} & set(str(said).replace("'", " ").split())
    assert [(await asked(address, path))[0] for path in ("/", "/metrics", "/health/x")] == [404] * 3


@pytest.mark.slow
async def test_the_first_tick_is_told(stopped: Running, address: str, phone: Phone) -> None:
    stopped.start(health_listen=address)
    await phone.type("/hoy")
    async with asyncio.timeout(patience(5)):
        while not (said := (await asked(address))[1])["last_tick"]:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.05)
    assert said["status"] == "ok"


@pytest.mark.parametrize(("problem", "passed"), [("tick", timedelta(minutes=6)), ("telegram", timedelta(minutes=4))])
async def test_a_bot_that_hangs_is_degraded(
    settings: Settings, database: Database, address: str, problem: str, passed: timedelta
) -> None:
    office = make_office(settings, database)
    began = datetime.now(UTC)
    office.clock = lambda: began
    async with health.serving(office, database.snapshot, host_and_port(address), polls=True):
        assert (await asked(address))[1]["problems"] == []
        office.clock = lambda: began + passed
        status, said = await asked(address)
    assert status == 503
    assert problem in said["problems"]
    async with health.serving(office, database.snapshot, host_and_port(address), polls=False):
        assert "telegram" not in (await asked(address))[1]["problems"]


@pytest.mark.parametrize(
    ("work", "step"),
    [
        # What is claimed is held for five minutes, and the clock is looked at several times before it leaves.
        pytest.param(reminder.remind, timedelta(seconds=30), marks=pytest.mark.slow),
        (menus.publish, timedelta(minutes=1)),
    ],
)
async def test_a_long_round_that_goes_on_does_not_hang(
    settings: Settings,
    telegram: BotApiServer,
    database: Database,
    address: str,
    *,
    work: Callable[[Bot, Office], Coroutine[Any, Any, None]],
    step: timedelta,
) -> None:
    """As with thousands of reminders in a morning, or of menus after an update."""
    with database.transaction() as session:
        for number in range(2001, 2007):
            telegram.world.add_user(number, "X")
            factories.person(session, collector="C9", telegram_id=number, name=f"X{number}")
        session.execute(update(PersonRow).values(last_seen=datetime.now(UTC)))
    office = make_office(settings.model_copy(update=MORNING), database)
    began, looks = datetime.now(UTC), count()
    office.clock = lambda: began + next(looks) * step
    request = InProcess(telegram)
    async with (
        Bot(TOKEN, f"{telegram.url}/bot", request=request, get_updates_request=request) as bot,
        health.serving(office, database.snapshot, host_and_port(address), polls=False),
    ):
        await work(bot, office)
        assert office.clock() - began > timedelta(minutes=6)
        assert (await asked(address))[1]["problems"] == []


async def test_mail_that_does_not_leave_and_a_database_that_is_away_are_told(
    settings: Settings, database: Database, address: str
) -> None:
    office = make_office(settings, database)
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    with database.transaction() as session:
        mark_handled(session, 1, long_ago)
        empty = {"to": [], "cc": [], "bcc": [], "subject": "", "text": "", "html": ""}
        session.add(MailRow(key="x", customer_id=1, state=MailState.QUEUED, queued_at=long_ago, **empty))
    async with health.serving(office, database.snapshot, host_and_port(address), polls=False):
        status, said = await asked(address)
    assert (status, said["problems"], said["outbox"]["waiting"]) == (503, ["outbox"], 1)

    away = Database("postgresql://nobody:clave@127.0.0.1:1/nothing")
    async with health.serving(office, away.snapshot, host_and_port(address), polls=False):
        status, said = await asked(address)
    away.close()
    assert (status, said["problems"]) == (503, ["database"])
    assert "clave" not in str(said)


async def test_an_address_that_is_taken_keeps_nobody_from_being_answered(
    phone: Phone, stopped: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        stopped.start(health_listen=f"127.0.0.1:{taken.getsockname()[1]}")
        assert await phone.type("/ayuda")
    assert "HEALTH_LISTEN=" in caplog.text


async def test_an_address_of_ipv6_stands_in_brackets(phone: Phone, stopped: Running) -> None:
    with socket(AF_INET6) as probe:
        probe.bind(("::1", 0))
        address = f"[::1]:{probe.getsockname()[1]}"
    stopped.start(health_listen=address)
    await phone.type("/ayuda")
    assert (await asked(address))[0] == 200


async def test_nobody_listens_unless_asked(settings: Settings, database: Database) -> None:
    assert settings.health_listen is None
    async with health.serving(make_office(settings, database), database.snapshot, None, polls=True):
        pass


async def test_a_database_that_hangs_is_asked_once_however_often_the_monitor_asks(
    settings: Settings, database: Database, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_DATABASE_SECONDS", 0.1)
    looks, answers = 0, threading.Event()

    @contextmanager
    def hanging() -> Iterator[Any]:
        nonlocal looks
        looks += 1
        answers.wait(30)
        with database.snapshot() as connection:
            yield connection

    async with health.serving(make_office(settings, database), hanging, host_and_port(address), polls=False):
        for _ in range(3):
            assert (await asked(address))[1]["problems"] == ["database"]
        assert looks == 1
        answers.set()
        async with asyncio.timeout(patience(5)):
            while (await asked(address))[0] != 200:  # noqa: ASYNC110 - asked over HTTP
                await asyncio.sleep(0.05)
