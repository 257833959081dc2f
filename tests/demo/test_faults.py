"""Bad days of the network and of Telegram, on demand."""

import time

import pytest
from aiohttp import ClientError
from telegram import Bot
from telegram.error import EndPointNotFound, Forbidden, NetworkError, RetryAfter

from bot.demo.faults import Faults
from bot.demo.server import BotApiServer
from tests.demo.client import RawApi

RICH = {"html": "<h1>Hola</h1>"}


async def test_a_flood_says_how_long_to_wait_for_as_many_calls_as_asked(
    telegram: BotApiServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else the client warns of its own future
    telegram.faults.flood(3, times=2)

    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 0:00:03"):
            await bot.send_message(7, "uno")
    await bot.send_message(7, "dos")

    assert [message.text for message in telegram.world.messages(7)] == ["dos"]
    refused = telegram.world.calls[1].answer  # the first one was the client's getMe
    assert refused == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }


async def test_a_fault_may_be_meant_for_one_method(telegram: BotApiServer, api: RawApi) -> None:
    telegram.faults.error(method="sendPhoto")

    sent = await api("sendMessage", chat_id=7, text="uno")
    failed = await api("sendPhoto", chat_id=7, photo="x")

    assert sent["ok"]
    assert (failed["error_code"], failed["description"]) == (500, "Internal Server Error")


async def test_a_fault_for_any_method_leaves_polling_alone(telegram: BotApiServer, api: RawApi) -> None:
    telegram.faults.error()

    assert (await api("getUpdates"))["ok"]
    assert not (await api("getMe"))["ok"]


async def test_silence_cuts_the_line_and_nothing_happens(telegram: BotApiServer, api: RawApi) -> None:
    telegram.faults.silence()

    with pytest.raises(ClientError):
        await api("sendMessage", chat_id=7, text="uno")

    assert telegram.world.messages(7) == []
    assert telegram.world.calls[0].answer is None


async def test_a_call_may_take_effect_and_its_answer_be_lost(telegram: BotApiServer, bot: Bot) -> None:
    telegram.faults.accept_then_cut()

    with pytest.raises(NetworkError):
        await bot.send_message(7, "uno")

    assert [message.text for message in telegram.world.messages(7)] == ["uno"]


async def test_a_slow_call_is_carried_out_late(telegram: BotApiServer, api: RawApi) -> None:
    telegram.faults.slow(0.1)
    start = time.monotonic()

    assert (await api("sendMessage", chat_id=7, text="uno"))["ok"]

    assert time.monotonic() - start >= 0.1


async def test_a_person_who_blocked_the_bot_gets_nothing(telegram: BotApiServer, bot: Bot) -> None:
    telegram.faults.block(7)

    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(7, "uno")
    telegram.faults.unblock(7)
    await bot.send_message(7, "dos")

    assert [message.text for message in telegram.world.messages(7)] == ["dos"]


async def test_an_old_server_knows_no_rich_messages(telegram: BotApiServer, bot: Bot, api: RawApi) -> None:
    await bot.send_message(7, "uno")
    telegram.faults.rich_off = True

    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendRichMessage", api_kwargs={"chat_id": 7, "rich_message": RICH})
    edit = await api("editMessageText", chat_id=7, message_id=1, rich_message=RICH)

    assert (edit["error_code"], edit["description"]) == (400, "Bad Request: message text is empty")
    assert [message.text for message in telegram.world.messages(7)] == ["uno"]


def test_a_wish_from_outside_switches_faults_on_and_off() -> None:
    faults = Faults()

    faults.apply({"rich_off": True, "block": 7, "kind": "flood", "seconds": 2, "method": "sendMessage"})
    assert (faults.rich_off, faults.blocked) == (True, {7})
    assert faults.take("sendPhoto") is None
    fault = faults.take("sendMessage")
    assert fault is not None
    assert (fault.kind, fault.seconds) == ("flood", 2)
    faults.apply({"clear": True})
    assert faults == Faults()
    for wrong in ({"kind": "earthquake"}, {"rich": False}):
        with pytest.raises(ValueError, match="Unknown fault"):
            faults.apply(wrong)
