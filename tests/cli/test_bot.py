import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from socket import socket
from time import monotonic

import pytest
from aiohttp import ClientSession

from bot.demo.server import BotApiServer
from tests.chat.patience import patience
from tests.cli.commands import Cobranza
from tests.ports import free_address, free_port
from tests.programs import Program, Programs

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

TOKEN = "123456:TEST"  # noqa: S105 - the token of the server in these tests


@pytest.fixture
async def telegram(seeded: Cobranza) -> AsyncIterator[BotApiServer]:
    """A Telegram that the command line is told of, with Laura (1001, portfolio C1) and a promise due today."""
    async with BotApiServer(TOKEN) as server:
        server.world.add_user(1001, "Laura")
        seeded.environment |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
        seeded("people", "add", "--telegram-id", 1001, "--name", "Laura", "--role", "collector", "--collector", "C1")
        yield server


async def start(cobranza: Cobranza, *arguments: str) -> asyncio.subprocess.Process:
    """Start a command that runs until it is stopped, as a program of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=cobranza.environment | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def fork(programs: Programs, cobranza: Cobranza, *arguments: str) -> Program:
    """The same, where how it is loaded does not matter."""
    return await programs.start(*arguments, environment=cobranza.environment)


async def stop(process: asyncio.subprocess.Process, name: signal.Signals) -> tuple[int, str, str]:
    """Stop it as a terminal or a service manager does; its status within 3 seconds, and what it said."""
    process.send_signal(name)
    out, err = await ended(process, 3)
    return process.returncode or 0, out, err


async def ended(process: asyncio.subprocess.Process | Program, seconds: float) -> tuple[str, str]:
    """What a program has said when it has ended, as it must within these seconds."""
    try:
        out, err = await asyncio.wait_for(process.communicate(), patience(seconds))
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    return out.decode(), err.decode()


async def test_remind_sends_each_persons_day_once(seeded: Cobranza, telegram: BotApiServer) -> None:
    command = ("remind", "--date", "2019-07-23")

    first = await asyncio.to_thread(seeded.json, *command, "--json")
    again = await asyncio.to_thread(seeded.json, *command, "--json")
    other_day = await asyncio.to_thread(seeded, "remind", "--date", "2019-07-24")

    assert (first, again) == ({"queued": 1, "sent": 1}, {"queued": 0, "sent": 0})
    assert other_day.stdout == "1 recordatorio enviado.\n"
    due, broken = (message.plain_text for message in telegram.world.messages(1001))
    assert "Para hoy" in due
    assert "$2,842.00" in due
    assert "Incumplidas" in broken


@pytest.mark.parametrize("command", ["run", "remind"])
async def test_a_token_that_telegram_does_not_know_is_said(
    loaded: Programs, seeded: Cobranza, telegram: BotApiServer, command: str
) -> None:
    seeded.environment["TELEGRAM_TOKEN"] = "123456:WRONG"  # noqa: S105 - it opens nothing, that is the point
    assert telegram.url

    process = await fork(loaded, seeded, command)
    _, err = await ended(process, 10)

    assert process.returncode == 1
    assert err == "Telegram no reconoce el token: revise TELEGRAM_TOKEN.\n"


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
async def test_run_answers_until_it_is_stopped_and_then_ends_well(
    seeded: Cobranza, telegram: BotApiServer, name: signal.Signals
) -> None:
    process = await start(seeded, "run")
    number = telegram.world.type(1001, "/estado CL002")
    await telegram.world.wait_for_text(1001, "Ramiro Aldana", patience(10))
    await telegram.world.wait_for(lambda: number not in [u["update_id"] for u in telegram.world.updates.pending])

    assert await stop(process, name) == (0, "", "")


async def test_the_demo_answers_on_its_port_within_5_seconds_and_is_stopped_cleanly(cobranza: Cobranza) -> None:
    began = monotonic()
    port = free_port()
    process = await start(cobranza, "demo", "--no-browser", "--port", str(port))
    async with ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/") as response:
                    page = await response.text()
                break
            except OSError:
                assert process.returncode is None
                assert monotonic() - began < patience(5)
                await asyncio.sleep(0.05)

    # As a visitor does it; how a service manager does it, each test in a browser proves.
    status, out, err = await stop(process, signal.SIGINT)

    assert response.status == 200
    assert "<html" in page
    assert (status, err) == (0, "")
    assert f"http://127.0.0.1:{port}" in out
    assert "/estado CL002" in out


async def test_a_port_that_is_taken_is_said(loaded: Programs, cobranza: Cobranza) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await fork(loaded, cobranza, "demo", "--no-browser", "--port", str(port))
        _, err = await ended(process, 10)

    assert process.returncode == 1
    assert str(port) in err
    assert len(err.splitlines()) == 1


async def test_a_token_that_is_replaced_while_it_runs_is_said(
    loaded: Programs, seeded: Cobranza, telegram: BotApiServer
) -> None:
    process = await fork(loaded, seeded, "run")
    await telegram.world.wait_for(lambda: any(call.method == "deleteWebhook" for call in telegram.world.calls))
    telegram.token = TOKEN[::-1]
    telegram.world.type(1001, "/hoy")
    _, err = await ended(process, 10)

    assert process.returncode == 1
    assert err == "Telegram no reconoce el token: revise TELEGRAM_TOKEN.\n"


@pytest.mark.usefixtures("telegram")
@pytest.mark.parametrize("host", ["127.0.0.1", "no.hay"])
async def test_an_address_where_no_webhook_can_be_listened_for_is_said(
    loaded: Programs, seeded: Cobranza, host: str
) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"{host}:{taken.getsockname()[1]}"
        seeded.environment |= {
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_URL": "https://cobranza.example/telegram",
            "TELEGRAM_WEBHOOK_SECRET": "s",
            "TELEGRAM_WEBHOOK_LISTEN": address,
        }
        process = await fork(loaded, seeded, "run")
        _, err = await ended(process, 10)

    assert process.returncode == 1
    assert err.startswith(f"No se puede escuchar en TELEGRAM_WEBHOOK_LISTEN={address}: ")
    assert len(err.splitlines()) == 1


@pytest.fixture
def nowhere(seeded: Cobranza) -> Cobranza:
    """The command line with a Telegram that is not there."""
    seeded.environment |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": f"http://{free_address()}"}
    return seeded


def test_a_telegram_out_of_reach_is_said(nowhere: Cobranza) -> None:
    result = nowhere("remind", expect=1)

    assert len(result.stderr.splitlines()) == 1
    assert TOKEN not in result.stderr


@pytest.mark.parametrize("command", ["run", "remind"])
def test_without_a_token_it_says_where_to_get_one(cobranza: Cobranza, command: str) -> None:
    assert "Falta TELEGRAM_TOKEN. Pida uno a @BotFather" in cobranza(command, expect=1).stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAIL_TRANSPORT", "paloma"), ("BUSINESS_DATE", "ayer"), ("TIMEZONE", "Marte"), ("DATABASE_URL", "oracle://x")],
)
def test_a_wrong_setting_is_named_with_its_right_form(cobranza: Cobranza, name: str, value: str) -> None:
    cobranza.environment[name] = value

    result = cobranza("people", "list", expect=1)

    (line,) = result.stderr.splitlines()
    assert line.startswith(name)
    assert (value in line) == (name != "DATABASE_URL")


@pytest.mark.parametrize("url", ["sqlite:////proc/no/x.db", "postgresql://yo:clave@127.0.0.1:1/x"])
def test_a_database_that_cannot_be_opened_is_said_without_its_password(cobranza: Cobranza, url: str) -> None:
    cobranza.environment["DATABASE_URL"] = url

    result = cobranza("people", "list", expect=1)

    assert "DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr
    assert "clave" not in result.stderr


def test_the_bot_starts_without_the_libraries_that_only_some_commands_need() -> None:
    asked = "import sys, bot.cli; print(*sorted(sys.modules.keys() & set(sys.argv[1:])))"
    late = (
        "O365",
        "alembic",
        "icalendar",
        "lxml",
        "matplotlib",
        "openpyxl",
        "python_calamine",
        "rapidfuzz",
        "reportlab",
        "bot.demo",
    )
    command = [sys.executable, "-c", asked, *late]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    assert done.stdout.split() == []
