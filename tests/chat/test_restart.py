import asyncio
import gc
import warnings
from datetime import UTC, datetime

import pytest

from bot import app
from bot.config import Settings
from bot.domain.correspondence import Mail, MailState
from bot.domain.people import COMMAND_LINE
from bot.store import outbox
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow
from tests.chat.conftest import Running
from tests.chat.patience import becomes
from tests.chat.phone import Phone
from tests.chat.test_agenda import box
from tests.chat.test_mailing import left

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


@pytest.mark.slow
@pytest.mark.usefixtures("slow_mail")
async def test_a_stop_waits_for_the_mail_in_hand_and_not_for_all_that_wait(
    phone: Phone, stopped: Running, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.02)
    with database.transaction() as session:
        customer = session.query(CustomerRow).filter_by(code="CL002").one()
        for n in range(100):
            mail = Mail(f"k{n}", ("pagos@cl002.example",), "Estado de cuenta", "t", "h")
            outbox.queue(session, mail, customer.id, person=COMMAND_LINE, now=datetime.now(UTC))
    stopped.start()
    await phone.type("/hoy")
    await becomes(lambda: bool(left(settings)), wanted=True)
    await stopped.stop()

    assert len(left(settings)) < 100
    with database.transaction() as session:
        assert session.query(MailRow).filter_by(state=MailState.SENDING).count() == 0
