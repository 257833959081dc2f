import asyncio
import gc
import warnings

import pytest

from bot import app
from bot.config import Settings
from tests.chat.conftest import Running
from tests.chat.phone import Phone
from tests.chat.test_agenda import box

each_form = pytest.mark.usefixtures("each_form")


async def restart(bot: Running) -> None:
    await bot.stop()
    bot.start()


@each_form
async def test_a_conversation_goes_on_where_it_was_after_a_restart_at_each_step(phone: Phone, stopped: Running) -> None:
    shown = await phone.type("/agenda")
    ticked = await phone.tap(shown, box(shown, "7"))
    await restart(stopped)
    date = await phone.tap(ticked, "📅 Agendar 1 documento")
    await restart(stopped)
    comment = await phone.tap(date, "23")
    assert "martes 23/07/2019" in comment.plain_text
    await restart(stopped)

    recorded = await phone.type("con cheque")

    assert "Promesa 1 registrada" in recorded.plain_text
    assert "con cheque" in recorded.plain_text


@each_form
async def test_a_confirmation_and_a_cancellation_wait_over_a_restart(phone: Phone, stopped: Running) -> None:
    shown = await phone.type("/agenda")
    for folio in ("7", "CFDI-21002"):
        shown = await phone.tap(shown, box(shown, folio))
    date = await phone.tap(shown, "📅 Agendar 2 documentos")
    await phone.tap(date, "Hoy")
    summary = await phone.type("los dos")
    await restart(stopped)
    recorded = await phone.tap(summary, "✅ Agendar 2 documentos")
    assert recorded.plain_text.count("Promesa 1 registrada") == 2
    question = await phone.type("/promesa 9")
    await restart(stopped)

    assert (await phone.tap(question, "✕ Cancelar")).plain_text == "Cancelado: no se registró nada."


async def test_what_is_typed_and_tapped_while_the_bot_is_down_is_answered_in_order_when_it_comes_back(
    phone: Phone, running: Running
) -> None:
    shown = await phone.type("/agenda")
    await running.stop()
    typed = ("/estado CL002", '/promesa 7 2019-07-18 "uno"', '/promesa 7 2019-07-23 "dos"', "/historial 7")
    for text in typed:
        phone.say(text)
    last = phone.world.tap(phone.user_id, shown.message_id, box(shown, "7"))

    running.start()
    await phone.done(last)

    starts = ["Agenda al", "CL002 · Ramiro", "✅ Promesa 1", "✅ Promesa 2", "Documento 7"]
    assert len(phone.answers) == len(starts)
    assert all(text.startswith(start) for text, start in zip(phone.texts, starts, strict=True))
    assert "1 marcado" in phone.texts[0]


async def test_a_bot_that_is_to_stop_before_it_has_begun_leaves_nothing_open(settings: Settings) -> None:
    stop = asyncio.Event()
    stop.set()
    await app.run(settings, stop)
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(warning.message) for warning in left] == []
