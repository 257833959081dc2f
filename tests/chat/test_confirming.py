"""A promise confirmed to the customer by mail, from the phone to the mail that left."""

import asyncio
from datetime import UTC, datetime
from threading import Event

import pytest

from bot.config import Settings
from bot.domain.company import Company
from bot.domain.correspondence import Mail, Rejected, TryLater
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.mail.folder import FolderMailer
from bot.services import confirming, outbox
from bot.store.database import Database
from bot.store.models import CustomerRow
from handlers import sending
from tests.chat.conftest import OTHER_COLLECTOR, TODAY
from tests.chat.patience import patience
from tests.chat.phone import Phone, buttons, says
from tests.chat.test_mailing import left
from tests.render.test_confirmation import events

each_form = pytest.mark.usefixtures("each_form")

PROMISE = '/promesa 7 2019-07-23 "Dice que anda corto"'
CONFIRM, SEND = "✉️ Confirmar por correo", "✉️ Enviar"


@each_form
async def test_after_a_look_one_tap_mails_the_promise_with_its_day_for_the_calendar(
    phone: Phone, settings: Settings, form: str
) -> None:
    recorded = await phone.type(PROMISE)

    preview = await phone.tap(recorded, CONFIRM)

    assert preview.message_id == recorded.message_id
    assert says(preview, "Confirmación por correo", "CL001 · Juan Perez", "Para: pagos@cl001.example")
    assert says(preview, "7 · $2,842.00 · martes 23/07/2019", "Su comentario no se envía", ".ics")
    assert buttons(preview) == [SEND, "✕ Cancelar"]
    assert left(settings) == []

    sent = await phone.tap(preview, SEND)

    assert sent.message_id == preview.message_id
    assert says(sent, "CL001 · Juan Perez", "✅ Enviado a pagos@cl001.example")
    assert buttons(sent) == ["⬅️ Regresar"]
    (mail,) = left(settings)
    assert mail["To"] == "pagos@cl001.example"
    assert str(mail["Subject"]).startswith("Pago acordado para el 23/07/2019 – CL001 Juan Perez")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert html
    for body in (plain.get_content(), html.get_content()):
        assert "Le confirmamos el pago acordado para el martes 23/07/2019." in body
        assert "$2,842.00" in body
        assert "corto" not in body
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "Pago acordado CL001 2019-07-23.ics"
    assert (file.get_content_type(), file.get_content_charset()) == ("text/calendar", "utf-8")
    assert file["Content-Type"].params["method"] == "PUBLISH"
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert [event["DTSTART;VALUE=DATE"] for event in events(content)] == ["20190723"]

    back = await phone.tap(sent, "⬅️ Regresar")
    assert says(back, "Promesa 1 registrada", "Dice que anda corto")
    assert back.is_rich == (form == "rich")
    assert CONFIRM in buttons(back)


@each_form
async def test_tapped_again_or_by_another_update_it_leaves_once(phone: Phone, settings: Settings) -> None:
    preview = await phone.tap(await phone.type(PROMISE), CONFIRM)
    query = next(button.data for button in preview.buttons if button.text == SEND)
    assert query
    updates = [phone.world.tap(phone.user_id, preview.message_id, query) for _ in range(2)]
    for update in updates:
        await phone.done(update)
    await phone.forge(preview, query)
    sent = phone.world.message(phone.user_id, preview.message_id)
    assert sent

    again = await phone.tap(await phone.tap(sent, "⬅️ Regresar"), CONFIRM)

    assert says(again, "✅ Enviado a pagos@cl001.example")
    assert buttons(again) == ["⬅️ Regresar"]
    assert len(left(settings)) == 1


@each_form
async def test_cancelled_it_shows_the_promise_again_and_sends_nothing(phone: Phone, settings: Settings) -> None:
    recorded = await phone.type(PROMISE)
    before = (recorded.plain_text, buttons(recorded))

    cancelled = await phone.tap(await phone.tap(recorded, CONFIRM), "✕ Cancelar")

    assert (cancelled.plain_text, buttons(cancelled)) == before
    assert left(settings) == []


@each_form
async def test_each_customer_of_what_was_scheduled_together_gets_their_own_and_who_does_not_is_named(
    phone: Phone, settings: Settings, database: Database
) -> None:
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL003").one().email = []
    preview = await phone.tap(await phone.type("/promesa 7,8,9 viernes"), CONFIRM)
    assert says(preview, "CL003 no tiene correo electrónico", "pagos@cl001.example", "pagos@cl002.example")

    sent = await phone.tap(preview, "✉️ Enviar a 2 clientes")

    assert says(sent, "CL003", "CL001", "✅ Enviado a pagos@cl001.example", "CL002", "✅ Enviado a pagos@cl002.example")
    mails = {str(mail["To"]): mail.get_body(("plain",)) for mail in left(settings)}
    assert sorted(mails) == ["pagos@cl001.example", "pagos@cl002.example"]
    assert all(body and ("$2,842.00" in body.get_content()) == ("cl001" in to) for to, body in mails.items())


@each_form
async def test_put_off_between_the_look_and_the_tap_it_is_refused_with_the_reason(
    phone: Phone, settings: Settings
) -> None:
    preview = await phone.tap(await phone.type(PROMISE), CONFIRM)
    await phone.type("/promesa 7 2019-07-25")

    refused = await phone.tap(preview, SEND)

    assert says(refused, "7 del 23/07/2019 no se confirma: reagendada")
    assert buttons(refused) == ["⬅️ Regresar"]
    assert left(settings) == []


@each_form
async def test_a_mail_that_cannot_leave_says_so_and_is_tried_again(
    phone: Phone, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[Exception] = [Rejected("No such mailbox"), TryLater("busy", 1)]
    draft = FolderMailer.draft

    def failing(mailer: FolderMailer, mail: Mail) -> str:
        if faults:
            raise faults.pop(0)
        return draft(mailer, mail)

    monkeypatch.setattr(FolderMailer, "draft", failing)
    refused = await phone.tap(await phone.tap(await phone.type(PROMISE), CONFIRM), SEND)
    assert says(refused, "❌ El correo a pagos@cl001.example fue rechazado: No such mailbox")

    waiting = await phone.tap(refused, "🔁 Intentar de nuevo")
    assert says(waiting, "⏳ Aún no se pudo enviar; se intentará de nuevo automáticamente")
    assert buttons(waiting) == ["🔄 Ver de nuevo", "⬅️ Regresar"]
    assert left(settings) == []


@pytest.mark.usefixtures("running")
async def test_a_mail_that_another_is_sending_at_this_moment_is_waited_for(
    phone: Phone, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, draft = Event(), Event(), FolderMailer.draft

    def now() -> datetime:
        return datetime.now(UTC)

    def shows(text: str) -> bool:
        message = phone.world.message(phone.user_id, preview.message_id)
        return message is not None and says(message, text)

    def slow(mailer: FolderMailer, mail: Mail) -> str:
        begun.set()
        may_end.wait(60)
        return draft(mailer, mail)

    def elsewhere(promise_id: int) -> None:
        """Another replica confirms it and sends the mail."""
        with database.transaction() as session:
            confirming.confirm(session, Occasion(COMMAND_LINE, TODAY, now()), promise_id, Company("La Casa"))
        list(
            outbox.deliver(
                database.transaction,
                database.locks,
                FolderMailer(settings.mail_folder, "x@casa.example"),
                lambda _: now(),
            )
        )

    monkeypatch.setattr(FolderMailer, "draft", slow)
    monkeypatch.setattr(sending, "SOON_SECONDS", 60)
    preview = await phone.tap(await phone.type(PROMISE), CONFIRM)
    (number,) = (button.data.split(":")[1] for button in preview.buttons if button.data and button.text == SEND)
    other = asyncio.create_task(asyncio.to_thread(elsewhere, int(number)))
    assert await asyncio.to_thread(begun.wait, 30)

    update = phone.world.tap(phone.user_id, preview.message_id, f"ps:{number}")
    await phone.world.wait_for(lambda: shows("✉️ En camino a pagos@cl001.example"), patience(5))
    await asyncio.sleep(0.5)
    may_end.set()
    await phone.done(update)

    assert shows("✅ Enviado a pagos@cl001.example")
    await other
    assert len(left(settings)) == 1


@pytest.mark.usefixtures("running")
async def test_another_collector_s_tap_sees_nothing(phone: Phone, settings: Settings) -> None:
    recorded = await phone.type(PROMISE)
    number = next(b.data for b in recorded.buttons if b.text == CONFIRM)
    rosa = Phone(phone.world, OTHER_COLLECTOR)
    answer = await rosa.type("/start")
    assert number
    for data in (number, number.replace("pc:", "ps:"), number.replace("pc:", "pv:")):
        (said,) = await rosa.forge(answer, data)
        assert "Ese documento no está en su cartera" in said.plain_text
    assert left(settings) == []
