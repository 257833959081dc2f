"""The whole bot against a Telegram on loopback, with the seed's data and people on both sides of every rule."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, time
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

import bot.demo
from bot import app
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.domain.reminders import QuietHours
from bot.mail.folder import FolderMailer
from bot.services import imports
from bot.store.database import Database
from bot.store.models import PromiseRow
from handlers import pace, sending
from tests import factories
from tests.chat.independent import problems, refusals
from tests.chat.patience import patience
from tests.chat.phone import Phone
from tests.mail.graph_server import GraphServer

TOKEN = "123456:TEST"  # noqa: S105 - the token of the server in these tests
TODAY = date(2019, 7, 16)
COLLECTOR, SUPERVISOR, OTHER_COLLECTOR, STRANGER = 1001, 1002, 1003, 1004
GROUP = -5
# What shows that a text is of the portfolio that Laura collects.
C1 = ("Perez", "Aldana", "Samuel", "2,842.00", "4,872.00", "1,624.00", "pagos@cl00")
# What a restart of PostgreSQL does to everybody who is connected.
CUT_OFF = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'ours'"
)
_SEED = Path(bot.demo.__file__).parent / "seed"
_FILES = ("clientes.csv", "estado-2019-03-19.csv", "agenda-2019-07-16.csv", "demo/promesas.csv")


def promised(database: Database) -> list[str]:
    """The comments of the promises made in the test."""
    with database.transaction() as session:
        return [row.comment for row in session.query(PromiseRow) if row.comment != "Pago en efectivo"]


class Running:
    """The application, started and stopped as often as a test likes, on one database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, **changed: object) -> None:
        """Start it, with some settings changed."""
        self.settings = self.settings.model_copy(update=changed)
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(app.run(self.settings, self._stop))

    async def stop(self) -> None:
        """Stop it as Ctrl+C does; raises what it ended with."""
        task, self._task = self._task, None
        if task:
            self._stop.set()
            await asyncio.wait_for(task, patience(3))


class Wire:
    """What the server may refuse in a test; anything else that is refused fails it."""

    def __init__(self) -> None:
        self.expected: set[tuple[str, int]] = set()


@pytest.fixture(scope="session")
def seed_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the seed's data, and one customer of another portfolio whose invoice is a 7 too."""
    path = tmp_path_factory.mktemp("seed") / "seed.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    report = imports.import_files(database.transaction, [_SEED / name for name in _FILES], today=TODAY)
    assert report.refused == 0
    with database.transaction() as session:
        factories.person(session, collector="C1", telegram_id=COLLECTOR, name="Laura")
        factories.person(session, Role.SUPERVISOR, telegram_id=SUPERVISOR, name="Jorge")
        factories.person(session, collector="C2", telegram_id=OTHER_COLLECTOR, name="Rosa")
        other = factories.customer(session, "CL900", "Norma Ibarra", collector="C2", rfc="IANO900101XX1")
        factories.document(session, other, "7", total=55500)
    database.close()
    return path


@pytest.fixture(autouse=True)
def _any_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are faster than hands."""
    monkeypatch.setattr(pace, "MAX_UPDATES", 1_000_000)


@pytest.fixture
def wire() -> Wire:
    """Where a test says which refusals it expects."""
    return Wire()


@pytest.fixture
async def telegram(wire: Wire) -> AsyncIterator[BotApiServer]:
    """The server with everybody on it; at the end every call is held against a second opinion."""
    async with BotApiServer(TOKEN) as server:
        for user_id, name in ((COLLECTOR, "Laura"), (SUPERVISOR, "Jorge"), (OTHER_COLLECTOR, "Rosa"), (STRANGER, "X")):
            server.world.add_user(user_id, name)
        server.world.add_group(GROUP, "Cobradores")
        yield server
        # An edit to what a message shows already is refused; a tap that is delivered again may make one.
        unmodified = {("editMessageText", 400)}
        assert refusals(server.world.calls) - unmodified == wire.expected - unmodified
        assert [problem for call in server.world.calls if call.ok for problem in problems(call)] == []


@pytest.fixture
def settings(telegram: BotApiServer, seed_database: Path, tmp_path: Path) -> Settings:
    """The defaults, whatever the environment says; never an hour for reminders."""
    shutil.copy(seed_database, tmp_path / "cobranza.db")
    given: dict[str, Any] = {name: field.get_default() for name, field in Settings.model_fields.items()}
    given |= {
        "telegram_token": SecretStr(TOKEN),
        "telegram_api_url": telegram.url,
        "database_url": f"sqlite:///{tmp_path / 'cobranza.db'}",
        "mail_folder": tmp_path / "mail",
        "files_dir": tmp_path / "files",
        "business_date": TODAY,
        "quiet_hours": QuietHours(time(0), time.max),
    }
    return Settings.model_construct(**given)


@pytest.fixture(params=["rich", pytest.param("plain", marks=pytest.mark.slow)])
def form(request: pytest.FixtureRequest) -> str:
    """In which form the bot answers."""
    return str(request.param)


@pytest.fixture
async def stopped(settings: Settings) -> AsyncIterator[Running]:
    """The bot, not started yet; stopped at the end."""
    running = Running(settings)
    yield running
    await running.stop()


@pytest.fixture
async def running(stopped: Running) -> Running:
    """The bot, started, in rich form."""
    stopped.start()
    return stopped


@pytest.fixture
async def each_form(stopped: Running, form: str) -> Running:
    """The bot, started, once in each form."""
    stopped.start(telegram_rich="auto" if form == "rich" else "off")
    return stopped


@pytest.fixture
def phone_of(telegram: BotApiServer) -> Callable[[int], Phone]:
    """Makes the phone of a user."""
    return lambda user_id: Phone(telegram.world, user_id)


@pytest.fixture
def phone(telegram: BotApiServer) -> Phone:
    """The phone of Laura, who collects portfolio C1."""
    return Phone(telegram.world, COLLECTOR)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The bot's database, to look into and to change."""
    opened = Database(settings.database_url)
    yield opened
    opened.close()


@pytest.fixture
def by_graph(graph: GraphServer) -> dict[str, Any]:
    """The settings that send mail through a Microsoft 365 on loopback."""
    given: dict[str, Any] = {name.lower(): value for name, value in graph.settings.items()}
    return given | {"m365_client_secret": SecretStr(graph.client_secret)}


@pytest.fixture
def fast_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the bot does every minute, it does all the time."""
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.05)
    monkeypatch.setattr(app, "_TICK_SECONDS", 0.05)


@pytest.fixture
def old_server(telegram: BotApiServer, wire: Wire) -> None:
    """The server is from before rich messages."""
    telegram.faults.rich_off = True
    wire.expected.add(("sendRichMessage", 404))


@pytest.fixture
def long_statement(database: Database) -> None:
    """A customer CL777 with thirty invoices F-1 to F-30 of one peso."""
    with database.transaction() as session:
        customer = factories.customer(session, "CL777", "Zoila Luna", rfc="LUZO900101XX1")
        for folio in range(1, 31):
            factories.document(session, customer, str(folio), series="F", total=100)


@pytest.fixture
def slow_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mail takes a while, and progress is shown at once."""
    send = FolderMailer.send

    def slowly(self: FolderMailer, draft_id: str) -> None:
        sleep(0.15)
        send(self, draft_id)

    monkeypatch.setattr(FolderMailer, "send", slowly)
    monkeypatch.setattr(sending, "PROGRESS_SECONDS", 0.1)
