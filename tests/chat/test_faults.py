"""What a person sees on bad days of the database, and that it passes without hands."""

import asyncio
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing

import pytest
from sqlalchemy import make_url, text

from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.store import database as store
from bot.store.database import Database
from handlers import updates
from tests import factories
from tests.chat.conftest import CUT_OFF, GROUP, Running, Wire, promised
from tests.chat.patience import patience
from tests.chat.phone import Phone
from tests.chat.test_health import asked
from tests.disk import disk
from tests.ports import free_address

PROMISE = '/promesa 7 2019-07-23 "Pagaré con cheque"'
LATER = "⏳ En este momento no se puede leer ni guardar nada"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """Nobody waits for half a minute here, but for the test: its connection is made before."""
    with database.engine.connect():
        pass
    monkeypatch.setattr(updates, "_MAX_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.02)


async def test_while_the_database_is_locked_who_writes_is_told_once_and_answered_when_it_is_free(
    phone: Phone, telegram: BotApiServer, wire: Wire, stopped: Running, settings: Settings, *, database: Database
) -> None:
    """Also when Telegram does not take that line at first."""
    stopped.start()
    await phone.type("/hoy")
    telegram.faults.error(method="sendMessage")
    wire.expected.add(("sendMessage", 500))
    with closing(sqlite3.connect(make_url(settings.database_url).database or "")) as other:
        other.execute("BEGIN IMMEDIATE")
        phone.say(PROMISE)
        phone.world.type(phone.user_id, "hola", chat_id=GROUP)
        number = phone.say("/historial 7")
        await phone.world.wait_for_text(phone.user_id, LATER)
        other.rollback()
    await phone.done(number)

    said = [text.splitlines()[0] for text in phone.texts[1:]]
    assert [text[:9] for text in said] == [LATER[:9], "✅ Promesa", "Documento"]
    assert "Su mensaje no se pierde" in said[0]
    assert Phone(phone.world, GROUP).answers == []
    assert promised(database) == ["Pagaré con cheque"]


@pytest.mark.usefixtures("running")
async def test_commands_that_met_a_full_disk_are_done_and_answered_once_there_is_room(
    phone: Phone, database: Database
) -> None:
    """Some find a page with room left; one that does not keeps those after it waiting."""
    await phone.type("/hoy")
    comments = [f"paga con cheque {letter}".ljust(3_000, ".") for letter in "abcd"]
    with disk() as crowded:
        crowded.full = True
        for comment in comments:
            number = phone.say(f"/promesa 7 2019-07-23 {comment}")
        await phone.world.wait_for_text(phone.user_id, LATER)
        assert len(promised(database)) < len(comments)

        crowded.full = False
        await phone.done(number)

    assert [text[:9] for text in phone.texts[1:] if text[:9] != "✅ Promesa"] == [LATER[:9]]
    assert promised(database) == comments


@pytest.mark.slow
async def test_postgresql_may_be_restarted_under_the_bot_and_each_command_is_done_once(
    phone: Phone, stopped: Running, postgres_database: Database
) -> None:
    """One of its processes is killed: PostgreSQL then ends all others and starts anew from its journal."""
    with postgres_database.transaction() as session:
        # As PostgreSQL is unless somebody says otherwise, and the server of the tests does.
        session.execute(text("ALTER DATABASE ours SET synchronous_commit = on"))
        factories.person(session, collector="C1", telegram_id=phone.user_id, name="Laura")
        factories.document(session, factories.customer(session))
    stopped.start(database_url=postgres_database.url.render_as_string(hide_password=False))
    await phone.type("/hoy")
    for n in range(3):
        before = phone.say(f"/promesa 7 2019-07-23 letra {'abc'[n]}")
        with postgres_database.engine.connect() as connection:
            one = connection.scalar(text("SELECT pg_backend_pid()"))
        os.kill(one or 0, signal.SIGKILL)
        number = phone.say("/historial 7")
        await phone.done(number, within=20)
        assert before < number

    # That an answer has left is noted without waiting for the disk: it may come again, saying so.
    answers = Counter(said.split()[0] for said in phone.texts[1:])
    assert min(answers["✅"], answers["Documento"]) >= 3
    assert promised(postgres_database) == ["letra a", "letra b", "letra c"]
    with postgres_database.transaction() as session:
        session.execute(text("ALTER DATABASE ours RESET synchronous_commit"))


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["locked", "only read"])
async def test_while_postgresql_is_locked_or_only_read_who_writes_is_told_once_and_answered_when_that_is_over(
    phone: Phone, stopped: Running, postgres_database: Database, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A `VACUUM FULL` that takes minutes; a server that may only be read because its disk is nearly full."""
    # Longer than the rounds and the chat hold anything up.
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.5)
    with postgres_database.transaction() as session:
        factories.person(session, collector="C1", telegram_id=phone.user_id, name="Laura")
        factories.document(session, factories.customer(session))
    stopped.start(database_url=postgres_database.url.render_as_string(hide_password=False))
    await phone.type("/hoy")
    with postgres_database.engine.connect() as other:
        if fault == "locked":
            other.execute(text("LOCK TABLE audit"))
        else:
            other.execute(text("ALTER DATABASE ours SET default_transaction_read_only = on"))
            other.commit()
            other.execute(CUT_OFF)
        try:
            number = phone.say(PROMISE)
            await phone.world.wait_for_text(phone.user_id, LATER)
            await asyncio.sleep(0.2)
        finally:
            other.rollback()
            if fault == "only read":
                other.execute(text("SET TRANSACTION READ WRITE"))
                other.execute(text("ALTER DATABASE ours RESET default_transaction_read_only"))
                other.commit()
                other.execute(CUT_OFF)
    await phone.done(number)

    assert [said.split()[0] for said in phone.texts[1:]] == ["⏳", "✅"]
    assert promised(postgres_database) == ["Pagaré con cheque"]


@pytest.mark.usefixtures("running")
async def test_an_update_that_met_what_nobody_foresaw_is_handled_as_soon_as_that_is_mended(
    phone: Phone, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await phone.type("/hoy")
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE handled_updates RENAME TO lost"))
    number = phone.say(PROMISE)
    async with asyncio.timeout(patience(5)):
        while "could not be handled now" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
            await asyncio.sleep(0.01)
    assert len(phone.answers) == 1
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lost RENAME TO handled_updates"))
    await phone.done(number)

    assert promised(database) == ["Pagaré con cheque"]


NONSENSE = [b"<html>Sign in to the network</html>", b'{"ok": true, "resu', b"", b"[]", b'{"ok": true}']


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("body", [NONSENSE[0], *(pytest.param(body, marks=pytest.mark.slow) for body in NONSENSE[1:])])
async def test_where_something_else_answers_for_telegram_a_promise_is_answered_in_the_end_and_made_once(
    phone: Phone, telegram: BotApiServer, database: Database, body: bytes
) -> None:
    await phone.type("/hoy")
    telegram.faults.nonsense(body, method="getUpdates")
    telegram.faults.nonsense(body, method="sendRichMessage")
    telegram.faults.nonsense(body, method="sendRichMessage")

    await phone.done(phone.say(PROMISE))

    assert [said.splitlines()[0].strip() for said in phone.texts[1:]] == ["✅ Promesa 1 registrada"]
    assert promised(database) == ["Pagaré con cheque"]
    assert telegram.faults.planned == []


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    "result", ["true", *(pytest.param(one, marks=pytest.mark.slow) for one in ("[1]", '[{"message": {}}]'))]
)
async def test_what_comes_in_place_of_updates_is_asked_for_again(
    phone: Phone, telegram: BotApiServer, result: str
) -> None:
    await phone.type("/hoy")
    telegram.faults.nonsense(f'{{"ok": true, "result": {result}}}'.encode(), method="getUpdates", times=2)

    assert "Documento 7" in (await phone.type("/historial 7")).plain_text
    assert telegram.faults.planned == []


async def test_a_start_where_something_else_answers_waits_for_telegram(
    phone: Phone, telegram: BotApiServer, stopped: Running
) -> None:
    for body in (*NONSENSE, b'{"ok": true, "result": true}', b'{"ok": true, "result": []}'):
        telegram.faults.nonsense(body, method="getMe")

    stopped.start()

    assert "Documento 7" in (await phone.type("/historial 7")).plain_text
    assert telegram.faults.planned == []


async def test_a_second_bot_with_the_same_token_is_named_in_log_and_health_and_when_it_stops_the_first_goes_on(
    phone: Phone,
    stopped: Running,
    settings: Settings,
    wire: Wire,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The later of two who fetch gets the updates, and the earlier a 409: they take turns, on one database here."""
    wire.expected.add(("getUpdates", 409))
    address = free_address()
    stopped.start(health_listen=address)
    await phone.type("/hoy")
    other = Running(settings)
    other.start()
    async with asyncio.timeout(patience(5)):
        while (said := (await asked(address))[1])["problems"] != ["another bot"]:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)
    assert said["status"] == "degraded"
    assert "another program is fetching with the same token; only one may run" in caplog.text
    await other.stop()

    assert "Documento 7" in (await phone.type("/historial 7")).plain_text
    assert len(phone.answers) == 2
