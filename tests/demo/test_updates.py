"""Updates reach the bot at least once, in order, one way at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from bot.demo.server import BotApiServer
from tests.aiogram_models import built
from tests.aiogram_models import types as independent
from tests.demo.client import RawApi

Hook = tuple[str, list[tuple[str | None, int]], Callable[[int], None]]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A web server of the bot's: its address, what came (secret, update id), and how often to fail first."""
    came: list[tuple[str | None, int]] = []
    failures = [0]

    async def take(request: web.Request) -> web.Response:
        update = await request.json()
        came.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), update["update_id"]))
        failures[0] -= 1
        return web.Response(status=500 if failures[0] >= 0 else 200)

    def fail(times: int) -> None:
        failures[0] = times

    application = web.Application()
    application.router.add_post("/hook", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", came, fail
    await runner.cleanup()


async def test_an_update_comes_until_a_higher_offset_confirms_it(telegram: BotApiServer, bot: Bot) -> None:
    first = telegram.world.type(7, "uno")
    second = telegram.world.type(8, "dos")

    got = [[update.update_id for update in await bot.get_updates()] for _ in range(2)]
    rest = await bot.get_updates(offset=first + 1)
    none = await bot.get_updates(offset=second + 1)

    assert got == [[first, second]] * 2
    assert [update.update_id for update in rest] == [second]
    assert none == ()
    assert telegram.world.updates.pending == []


async def test_a_negative_offset_keeps_the_last_ones(telegram: BotApiServer, bot: Bot) -> None:
    numbers = [telegram.world.type(7, text) for text in ("uno", "dos", "tres")]

    got = await bot.get_updates(offset=-1)

    assert [update.update_id for update in got] == numbers[-1:]
    assert len(telegram.world.updates.pending) == 1


async def test_no_more_come_than_the_limit(telegram: BotApiServer, bot: Bot) -> None:
    numbers = [telegram.world.type(7, text) for text in ("uno", "dos", "tres")]

    assert [update.update_id for update in await bot.get_updates(limit=2)] == numbers[:2]


async def test_a_long_poll_answers_as_soon_as_there_is_something(telegram: BotApiServer, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    assert not poll.done()

    telegram.world.type(7, "hola")

    (update,) = await asyncio.wait_for(poll, 10)
    assert update.message is not None
    assert update.message.text == "hola"


@pytest.mark.slow
async def test_a_long_poll_ends_empty_when_nothing_comes(api: RawApi) -> None:
    assert await api("getUpdates", timeout=1) == {"ok": True, "result": []}


async def test_of_two_polls_the_earlier_one_gets_the_conflict(telegram: BotApiServer, bot: Bot, api: RawApi) -> None:
    earlier = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    later = asyncio.create_task(api("getUpdates", timeout=30))

    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await asyncio.wait_for(earlier, 10)
    telegram.world.type(7, "hola")
    assert len((await asyncio.wait_for(later, 10))["result"]) == 1


async def test_only_the_kinds_asked_for_come(telegram: BotApiServer, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])

    telegram.world.type(7, "hola")

    assert await bot.get_updates() == ()


async def test_the_same_update_can_be_delivered_again(telegram: BotApiServer, bot: Bot) -> None:
    number = telegram.world.type(7, "/promesa 7 2019-07-23")
    (first,) = await bot.get_updates()
    await bot.get_updates(offset=number + 1)

    assert telegram.world.type(7, "/promesa 7 2019-07-23", update_id=number) == number

    (second,) = await bot.get_updates(offset=number + 1)
    assert second.to_dict() == first.to_dict()
    assert await bot.get_updates(offset=number + 1) == ()
    assert len(telegram.world.messages(7)) == 1
    with pytest.raises(ValueError, match="the text it had"):
        telegram.world.type(7, "otra cosa", update_id=number)


async def test_an_update_may_be_given_its_number(telegram: BotApiServer) -> None:
    assert telegram.world.type(7, "uno", update_id=500_000) == 500_000
    assert telegram.world.type(7, "dos") == 500_001


async def test_updates_have_telegrams_shape(telegram: BotApiServer, api: RawApi) -> None:
    world = telegram.world
    world.type(7, "/estado CL002")
    world.type(8, "hola", chat_id=-5)
    world.send_document(7, "datos.csv", b"a;b", "text/csv", caption="De julio")
    markup = {"inline_keyboard": [[{"text": "Sí", "callback_data": "si"}]]}
    sent = await api("sendMessage", chat_id=7, text="¿Seguro?", reply_markup=markup)
    world.tap(7, sent["result"]["message_id"], "si")

    updates = [built(independent.Update).model_validate(update) for update in (await api("getUpdates"))["result"]]

    command, group, document, tap = updates
    assert command.message is not None
    assert command.message.entities is not None
    assert [(e.type, e.offset, e.length) for e in command.message.entities] == [("bot_command", 0, 7)]
    assert group.message is not None
    assert (group.message.chat.type, group.message.chat.title) == ("group", "Cobradores")
    assert document.message is not None
    assert document.message.document is not None
    assert (document.message.document.file_name, document.message.caption) == ("datos.csv", "De julio")
    assert tap.callback_query is not None
    assert tap.callback_query.data == "si"
    assert isinstance(tap.callback_query.message, independent.Message)


async def test_only_a_button_that_is_there_can_be_tapped(telegram: BotApiServer, api: RawApi) -> None:
    await api("sendMessage", chat_id=7, text="sin botones")

    with pytest.raises(ValueError, match="No button 'si' on message 1"):
        telegram.world.tap(7, 1, "si")


async def test_a_webhook_gets_each_update_until_it_takes_it(telegram: BotApiServer, api: RawApi, hook: Hook) -> None:
    url, came, fail = hook
    waiting = telegram.world.type(7, "antes")
    fail(2)

    await api("setWebhook", url=url, secret_token="s3creto")  # noqa: S106  # the tests' own
    later = telegram.world.type(7, "después")
    await telegram.world.wait_for(lambda: not telegram.world.updates.pending)

    assert came == [("s3creto", waiting)] * 3 + [("s3creto", later)]


async def test_a_webhook_gets_different_chats_at_once_and_one_chat_in_order(
    telegram: BotApiServer, api: RawApi
) -> None:
    came: asyncio.Queue[str] = asyncio.Queue()
    go_on = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        came.put_nowait((await request.json())["message"]["text"])
        await go_on.wait()
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for user_id, text in ((7, "uno"), (7, "dos"), (8, "otro")):
        telegram.world.type(user_id, text)

    await api("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    assert {await came.get(), await came.get()} == {"uno", "otro"}
    go_on.set()
    assert await came.get() == "dos"

    await telegram.world.wait_for(lambda: not telegram.world.updates.pending)
    await runner.cleanup()


async def test_with_a_webhook_polling_is_a_conflict_until_it_is_deleted(
    telegram: BotApiServer, api: RawApi, hook: Hook
) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    await api("setWebhook", url=hook[0])

    interrupted = await asyncio.wait_for(poll, 10)
    refused = await api("getUpdates")
    info = built(independent.WebhookInfo).model_validate((await api("getWebhookInfo"))["result"])
    await api("deleteWebhook")
    number = telegram.world.type(7, "hola")

    assert interrupted["description"] == "Conflict: terminated by setWebhook request"
    assert (refused["error_code"], refused["description"]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    assert info.url == hook[0]
    assert [update["update_id"] for update in (await api("getUpdates"))["result"]] == [number]


async def test_updates_that_wait_can_be_dropped(telegram: BotApiServer, api: RawApi) -> None:
    telegram.world.type(7, "hola")

    await api("deleteWebhook", drop_pending_updates=True)

    assert (await api("getUpdates"))["result"] == []


async def test_waiting_in_vain_ends_with_the_last_calls(telegram: BotApiServer, api: RawApi) -> None:
    await api("sendMessage", chat_id=7, text="otra cosa")

    with pytest.raises(TimeoutError, match=r"sendMessage .*otra cosa"):
        await telegram.world.wait_for_text(7, "lo esperado", timeout=0.05)


async def test_a_world_settles_when_the_bot_has_taken_all_and_is_still(telegram: BotApiServer, api: RawApi) -> None:
    number = telegram.world.type(7, "hola")
    with pytest.raises(TimeoutError):
        await telegram.world.settled(0.1, quiet=0.02)

    await api("getUpdates", offset=number + 1)

    await telegram.world.settled(quiet=0.02)
