from collections.abc import Callable

import pytest

from bot.demo.faults import FaultKind
from bot.demo.server import BotApiServer
from bot.demo.world import World
from bot.store.database import Database
from bot.store.models import PromiseRow
from tests.chat.conftest import STRANGER, Running, Wire
from tests.chat.phone import Phone, met

PROMISE = '/promesa 7 2019-07-23 "Pagaré con cheque"'

pytestmark = [pytest.mark.usefixtures("running"), pytest.mark.slow]


def promises(database: Database) -> list[str]:
    """The comments of the promises of document 7."""
    with database.transaction() as session:
        return [row.comment for row in session.query(PromiseRow) if row.on.day != 16]


def redeliver(world: World, update_id: int) -> None:
    """Let Telegram deliver a known update once more."""
    world.updates.add("", {}, update_id)
    world.changed()


@pytest.mark.parametrize(("kind", "code"), [("flood", 429), ("error", 500), ("silence", None)])
async def test_a_promise_whose_answer_could_not_leave_is_answered_in_the_end_and_recorded_once(
    phone: Phone, telegram: BotApiServer, wire: Wire, database: Database, *, kind: FaultKind, code: int | None
) -> None:
    telegram.faults.apply({"kind": kind, "method": "sendRichMessage", "seconds": 1})
    wire.expected |= {("sendRichMessage", code)} if code else set()

    answer = await phone.type(PROMISE)

    assert "Promesa 1 registrada" in answer.plain_text
    assert promises(database) == ["Pagaré con cheque"]
    assert telegram.faults.planned == []


async def test_an_answer_that_left_although_it_looked_otherwise_comes_again_saying_so_and_the_promise_does_not(
    phone: Phone, telegram: BotApiServer, database: Database
) -> None:
    telegram.faults.accept_then_cut(method="sendRichMessage")

    await phone.done(phone.say(PROMISE))

    assert [text.splitlines()[0].rstrip() for text in phone.texts] == ["✅ Promesa 1 registrada"] * 2
    assert ["Hubo una interrupción" in text for text in phone.texts] == [False, True]
    assert promises(database) == ["Pagaré con cheque"]


async def test_an_answer_that_telegram_refuses_for_a_flood_twice_comes_as_the_first_that_it_is(
    phone: Phone, telegram: BotApiServer, wire: Wire
) -> None:
    telegram.faults.flood(1, method="sendRichMessage", times=2)
    wire.expected.add(("sendRichMessage", 429))

    answer = await phone.type(PROMISE)

    assert "Promesa 1 registrada" in answer.plain_text
    assert "interrupción" not in answer.plain_text


async def test_a_refusal_is_said_in_the_end_too(phone: Phone, telegram: BotApiServer, wire: Wire) -> None:
    telegram.faults.error(method="sendMessage")
    wire.expected.add(("sendMessage", 500))

    assert "no es una fecha" in (await phone.type("/promesa 7 ayer")).plain_text


async def test_a_strangers_one_line_is_said_in_the_end_too(
    phone_of: Callable[[int], Phone], telegram: BotApiServer, wire: Wire
) -> None:
    telegram.faults.error(method="sendMessage")
    wire.expected.add(("sendMessage", 500))

    assert "Este bot es solo para nuestro personal" in (await phone_of(STRANGER).type("/estado CL002")).plain_text


async def test_a_tap_that_met_a_flood_shows_its_screen_in_the_end(
    phone: Phone, telegram: BotApiServer, wire: Wire
) -> None:
    shown = await phone.type("/agenda")
    telegram.faults.flood(1, method="editMessageText")
    telegram.faults.error(method="answerCallbackQuery")
    wire.expected |= {("editMessageText", 429), ("answerCallbackQuery", 500), ("editMessageText", 400)}

    turned = await phone.tap(shown, "▶")

    assert "🤝 16/07/2019" in turned.plain_text


async def test_the_same_update_delivered_twice_is_one_promise_and_one_answer(phone: Phone, database: Database) -> None:
    number = phone.say(PROMISE)
    await phone.done(number)

    redeliver(phone.world, number)
    await phone.done(number)

    assert len(phone.answers) == 1
    assert promises(database) == ["Pagaré con cheque"]


async def test_twice_in_one_batch_is_one_promise_and_one_answer_as_well(
    phone: Phone, stopped: Running, database: Database
) -> None:
    await phone.type("/hoy")
    await stopped.stop()
    number = phone.say(PROMISE)
    redeliver(phone.world, number)

    stopped.start()
    await phone.done(number)

    assert len(phone.answers) == 2
    assert promises(database) == ["Pagaré con cheque"]


async def test_a_handled_update_is_remembered_over_a_restart(phone: Phone, stopped: Running) -> None:
    number = phone.say(PROMISE)
    await phone.done(number)
    await stopped.stop()
    redeliver(phone.world, number)

    stopped.start()
    await phone.type("/hoy")

    assert len(phone.answers) == 2


async def test_a_typed_date_whose_answer_was_lost_is_not_taken_for_the_comment(
    phone: Phone, telegram: BotApiServer, wire: Wire, database: Database
) -> None:
    await phone.type("/promesa 7")
    telegram.faults.error(method="sendMessage")
    wire.expected.add(("sendMessage", 500))

    answer = await phone.type("23/07")

    assert "Escriba un comentario" in answer.plain_text
    assert promises(database) == []


async def test_a_typed_comment_whose_answer_was_lost_is_answered_with_the_promise_it_made(
    phone: Phone, telegram: BotApiServer, wire: Wire, database: Database
) -> None:
    await phone.type("/promesa 7")
    await phone.type("23/07")
    telegram.faults.error(method="sendRichMessage")
    wire.expected.add(("sendRichMessage", 500))

    answer = await phone.type("con cheque")

    assert promises(database) == ["con cheque"]
    assert "Promesa 1 registrada" in answer.plain_text


@pytest.mark.parametrize("method", ["getMe", "setMyCommands", "deleteWebhook"])
async def test_a_start_on_a_bad_day_goes_on_as_soon_as_telegram_does(
    phone: Phone, telegram: BotApiServer, stopped: Running, wire: Wire, method: str
) -> None:
    await phone.type("/hoy")
    await stopped.stop()
    telegram.faults.error(method=method)
    wire.expected.add((method, 500))

    stopped.start()

    assert await phone.type("/ayuda")


async def test_a_bot_that_cannot_reach_telegram_stops_at_once_when_asked(
    phone: Phone, telegram: BotApiServer, stopped: Running, wire: Wire
) -> None:
    await phone.type("/hoy")
    await stopped.stop()
    telegram.faults.error(method="getMe", times=99)
    wire.expected.add(("getMe", 500))
    stopped.start()
    await telegram.world.wait_for(lambda: telegram.faults.planned[0].times < 99)

    await stopped.stop()


async def test_a_bot_that_is_answering_finishes_before_it_stops(
    phone: Phone, telegram: BotApiServer, stopped: Running, database: Database
) -> None:
    await phone.type("/hoy")
    telegram.faults.slow(0.3, method="sendRichMessage")
    number = phone.say(PROMISE)
    await met(telegram.faults)
    await stopped.stop()
    assert len(phone.answers) == 2

    stopped.start()
    await phone.done(number)

    assert len(phone.answers) == 2
    assert promises(database) == ["Pagaré con cheque"]
