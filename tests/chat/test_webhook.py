import asyncio
import json

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from bot.app import make_application, make_office
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.store.database import Database
from handlers import webhook
from tests.chat.conftest import Running, Wire
from tests.chat.independent import refusals
from tests.chat.phone import Phone
from tests.ports import free_address

PROMISE = '/promesa 7 2019-07-23 "Pagaré con cheque"'
SECRET = "s3creto_de-prueba"  # noqa: S105 - the tests' own
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def address() -> str:
    """An address on this machine where nobody listens yet."""
    return free_address()


@pytest.fixture
async def hooked(stopped: Running, address: str) -> Running:
    """The bot, started, behind a webhook whose address has a path, as a proxy would give it one."""
    stopped.start(
        telegram_mode="webhook",
        telegram_webhook_url=f"http://{address}/telegram",
        telegram_webhook_secret=SecretStr(SECRET),
        telegram_webhook_listen=address,
    )
    return stopped


@pytest.mark.usefixtures("hooked")
async def test_updates_that_telegram_brings_are_answered(phone: Phone) -> None:
    assert "CL002 · Ramiro Aldana" in (await phone.type("/estado CL002")).plain_text
    agenda = await phone.type("/agenda")
    assert (await phone.tap(agenda, "▶")).message_id == agenda.message_id


async def test_what_is_typed_while_the_webhook_is_down_comes_when_it_is_up_again(phone: Phone, hooked: Running) -> None:
    await phone.type("/hoy")
    await hooked.stop()
    number = phone.say(PROMISE)
    hooked.start()

    await phone.done(number)

    assert "Promesa 1 registrada" in phone.texts[-1]
    assert len(phone.answers) == 2


@pytest.mark.usefixtures("hooked")
async def test_an_update_that_was_not_answered_is_brought_again_and_makes_one_promise(
    phone: Phone, telegram: BotApiServer, wire: Wire
) -> None:
    await phone.type("/hoy")
    telegram.faults.error(method="sendRichMessage", times=2)
    wire.expected.add(("sendRichMessage", 500))

    answer = await phone.type(PROMISE)

    assert "Promesa 1 registrada" in answer.plain_text


@pytest.mark.usefixtures("hooked")
async def test_what_is_typed_while_the_token_is_replaced_is_answered_with_the_new_one(
    phone: Phone, telegram: BotApiServer, wire: Wire
) -> None:
    await phone.type("/hoy")
    telegram.token, known = "123456:OTHER", telegram.token
    wire.expected.add(("sendRichMessage", 401))
    number = phone.say(PROMISE)
    await phone.world.wait_for(lambda: ("sendRichMessage", 401) in refusals(phone.world.calls))
    telegram.token = known

    await phone.done(number)

    assert [text.splitlines()[0].strip() for text in phone.texts[1:]] == ["✅ Promesa 1 registrada"]


@pytest.mark.usefixtures("hooked")
async def test_who_does_not_know_the_secret_is_turned_away(phone: Phone, address: str) -> None:
    await phone.type("/hoy")
    update = {"update_id": 1, "message": phone.world.messages(phone.user_id)[0].as_json()}
    async with ClientSession(f"http://{address}") as session:

        async def post(body: object, **headers: str) -> int:
            async with session.post("/telegram", json=body, headers=headers) as response:
                return response.status

        assert await post(update) == 403
        assert await post(update, **{HEADER: "adivinado"}) == 403
        assert await post(update, **{HEADER: "ñ"}) == 403
        assert await post(["no es", "una"], **{HEADER: SECRET}) == 400
        # What cannot be read would be no better when brought again.
        assert await post({"update_id": 2, "message": {"x": 1}}, **{HEADER: SECRET}) == 200
        async with session.post("/telegram", data=b"{", headers={HEADER: SECRET}) as response:
            assert response.status == 400
        host, _, port = address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST / HTTP/1.0\r\nContent-Length: 2\r\n%s: \xff\r\n\r\n{}" % HEADER.encode())
        assert b" 403 " in await reader.readline()
        writer.close()
        assert len(phone.answers) == 1
        assert await post(update, **{HEADER: SECRET}) == 200
    assert len(phone.answers) == 2


@pytest.mark.usefixtures("hooked")
async def test_what_would_be_no_better_when_brought_again_is_passed_over_and_logged(
    phone: Phone, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    await phone.type("/hoy")
    said = phone.world.messages(phone.user_id)[0].as_json()
    update = json.dumps({"update_id": 1, "message": said})
    async with ClientSession(f"http://{address}", headers={HEADER: SECRET}) as session:

        async def post(body: str, content_type: str = "application/json") -> int:
            async with session.post(
                "/telegram", data=body.encode(), headers={"Content-Type": content_type}
            ) as response:
                return response.status

        for number in ("NaN", "1e3", '"1"', "-1", "9" * 30):
            assert await post(update.replace(": 1,", f": {number},", 1)) == 200
        assert "update 99999" in caplog.text
        assert await post("[" * 100_000) == 200
        assert "nested too deeply" in caplog.text
        # Damaged on its way it may be better next time.
        assert await post(update[:-1]) == 400
        assert "is no update and is refused" in caplog.text
        assert len(phone.answers) == 1
        assert await post(update, "application/json; charset=klingon") == 200
    assert len(phone.answers) == 2


async def test_who_writes_while_the_database_is_away_is_told_that_it_waits_and_telegram_to_bring_it_again(
    phone: Phone, settings: Settings, database: Database, address: str
) -> None:
    """What replicas lock a chat by is in PostgreSQL; there is none here."""
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    office = make_office(settings, database)
    office.locks = nowhere.locks
    bot = make_application(settings, office)
    host, _, port = address.partition(":")
    async with bot:
        listening = asyncio.create_task(
            webhook.listen(bot, office, url=f"http://{address}/", secret=SECRET, host=host, port=int(port))
        )
        phone.say(PROMISE)
        said = await phone.world.wait_for_text(phone.user_id, "⏳ En este momento no se puede")
        office.locks = database.locks
        await phone.done(phone.say("/historial 7"))
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    nowhere.close()

    starts = [said.plain_text[:9], "✅ Promesa", "Documento"]
    assert [text[:9] for text in phone.texts] == starts
