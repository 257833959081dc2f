"""Statements to many, from the phone: chosen, looked at, confirmed, followed, stopped, tried again."""

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.config import Settings
from bot.demo.chat import Message
from bot.demo.server import BotApiServer
from bot.domain.correspondence import Mail, Pace, TryLater
from bot.domain.people import COMMAND_LINE
from bot.mail.folder import FolderMailer
from bot.services import access
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow
from bot.store.sources import LastSync, note_sync
from handlers import sending
from tests import factories
from tests.chat.conftest import COLLECTOR, SUPERVISOR, Running, Wire
from tests.chat.patience import patience
from tests.chat.phone import Phone, buttons, met, says
from tests.chat.test_mailing import left
from tests.services.world import act

_drawn = BytesIO()
Image.new("RGB", (64, 48), "white").save(_drawn, "JPEG")
PICTURE = _drawn.getvalue()

each_form = pytest.mark.usefixtures("each_form")


async def ended(phone: Phone, message: Message, text: str = "Envío terminado") -> Message:
    """The message as it is once it says so."""

    def found() -> Message | None:
        now = phone.world.message(phone.user_id, message.message_id)
        return now if now and text in now.plain_text else None

    return await phone.world.wait_for(found, patience(10))


async def moved(phone: Phone, message: Message, sent: int, whole: int) -> Message:
    """The message once so many have left or more: when an answer of Telegram is slow, the bar skips some."""

    def found() -> Message | None:
        now = phone.world.message(phone.user_id, message.message_id)
        said = re.search(rf"(\d+) de {whole}", now.plain_text) if now else None
        return now if said and int(said[1]) >= sent else None

    return await phone.world.wait_for(found, patience(10))


def to(settings: Settings) -> list[str]:
    return sorted(str(mail["To"]) for mail in left(settings))


def add_customers(database: Database, count: int) -> None:
    """Customers CL100… of Laura's, each with an invoice."""
    with database.transaction() as session:
        for n in range(100, 100 + count):
            customer = factories.customer(session, f"CL{n}", f"Cliente {n}", rfc=f"AAAA800{n}AB1")
            factories.document(session, customer, str(n), total=100_00)


@pytest.fixture
def slow_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mail takes a while, and progress is shown at once."""
    send = FolderMailer.send

    def slowly(self: FolderMailer, draft_id: str) -> None:
        time.sleep(0.15)
        send(self, draft_id)

    monkeypatch.setattr(FolderMailer, "send", slowly)
    monkeypatch.setattr(sending, "PROGRESS_SECONDS", 0.1)


@each_form
async def test_everyone_gets_a_statement_after_a_look_and_one_tap(
    phone: Phone, settings: Settings, database: Database
) -> None:
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL003").one().email = []
    preview = await phone.type("/enviar todos")
    for said in (
        "2 clientes",
        "PESOS",
        "Sin correo electrónico (1): CL003",
        "Con los archivos que prefiere cada cliente.",
    ):
        assert said in preview.plain_text
    assert left(settings) == []

    shown = await phone.tap(preview, "✉️ Enviar a 2 clientes")
    report = await ended(phone, shown)

    assert shown.message_id == preview.message_id
    assert says(report, "2 estados de cuenta enviados", "CL001, CL002", "Sin correo electrónico (1): CL003")
    assert report.buttons == []
    assert to(settings) == ["pagos@cl001.example", "pagos@cl002.example"]


@each_form
async def test_several_are_named_and_those_overdue_are_found(phone: Phone, settings: Settings) -> None:
    overdue = await phone.type("/enviar vencidos")
    assert "CL002 · Ramiro" in overdue.plain_text
    preview = await phone.type("/enviar CL001, CL003")
    await ended(phone, await phone.tap(preview, "✉️ Enviar a 2 clientes"))
    assert to(settings) == ["pagos@cl001.example", "pagos@cl003.example"]
    wrong = await phone.type("/enviar CL001 CL900")
    assert "«CL900»" in wrong.plain_text


@each_form
async def test_customers_are_ticked_on_pages_over_a_restart(
    phone: Phone, stopped: Running, settings: Settings, database: Database
) -> None:
    add_customers(database, 9)
    shown = await phone.type("/enviar")
    assert "¿A quién se envía" in shown.plain_text
    data = next(button.data for button in shown.buttons if button.data and button.data.startswith("rt:"))
    shown = await phone.tap(shown, data or "")
    await stopped.stop()
    stopped.start()
    shown = await phone.tap(shown, "▶")
    last = [b.data for b in shown.buttons if b.data and b.data.startswith("rt:")][-1]
    shown = await phone.tap(shown, last or "")
    assert "2 marcados" in shown.plain_text

    preview = await phone.tap(shown, "➡️ Continuar con 2 clientes")
    await ended(phone, await phone.tap(preview, "✉️ Enviar a 2 clientes"))

    assert to(settings) == ["pagos@cl001.example", "pagos@cl108.example"]


@each_form
async def test_from_the_list_all_are_taken_at_once(phone: Phone) -> None:
    shown = await phone.type("/enviar")
    assert "3 clientes" in (await phone.tap(shown, "Todos")).plain_text
    shown = await phone.type("/enviar")
    assert "CL002" in (await phone.tap(shown, "Todos los vencidos")).plain_text


@each_form
async def test_a_comment_and_files_typed_and_sent_travel_with_the_mail(phone: Phone, settings: Settings) -> None:
    await phone.type("/enviar CL002")
    commented = await phone.type("Buen día, quedo atento.")
    assert "💬 Buen día, quedo atento." in commented.plain_text
    await phone.done(
        phone.world.send_document(COLLECTOR, "../lista de precios.pdf", b"%PDF precios", "application/pdf")
    )
    await phone.done(phone.world.send_photo(COLLECTOR, PICTURE, "Otra cosa"))
    preview = phone.answers[-1]
    assert says(preview, "lista de precios.pdf", "foto.jpg", "💬 Buen día")

    await phone.tap(preview, "✉️ Enviar")

    (mail,) = left(settings)
    assert "Buen día, quedo atento." in _text(mail)
    files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert files["lista de precios.pdf"] == b"%PDF precios"
    assert files["foto.jpg"] == PICTURE
    assert "no es un comando" in (await phone.type("ya no es comentario")).plain_text


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.usefixtures("running")
async def test_a_caption_is_the_comment_where_there_is_none(phone: Phone) -> None:
    await phone.type("/enviar CL002")
    await phone.done(phone.world.send_document(COLLECTOR, "a.pdf", b"%PDF", caption="Con la lista nueva"))
    assert "💬 Con la lista nueva" in phone.answers[-1].plain_text


@pytest.mark.usefixtures("running")
async def test_files_beyond_what_a_mail_carries_or_telegram_gives_are_refused(phone: Phone) -> None:
    await phone.type("/enviar CL002")
    await phone.done(phone.world.send_document(COLLECTOR, "a.bin", b"x" * (20 * 2**20)), within=20)
    await phone.done(phone.world.send_document(COLLECTOR, "b.bin", b"x" * (2 * 2**20)))
    assert "«b.bin»" in phone.answers[-1].plain_text
    await phone.done(phone.world.send_document(COLLECTOR, "c.bin", b"x" * (20 * 2**20 + 1)))
    assert "20 MB" in phone.answers[-1].plain_text


@pytest.mark.usefixtures("running")
async def test_without_a_sending_a_picture_is_not_noted_and_a_file_is_for_administrators(phone: Phone) -> None:
    await phone.done(phone.world.send_photo(COLLECTOR, PICTURE))
    assert "Solo se leen textos" in phone.answers[-1].plain_text
    await phone.done(phone.world.send_document(COLLECTOR, "a.csv", b"x"))
    assert "no corresponde a su puesto" in phone.answers[-1].plain_text


@each_form
async def test_what_is_cancelled_is_gone(phone: Phone, settings: Settings) -> None:
    preview = await phone.type("/enviar todos")
    assert (await phone.tap(preview, "✕ Cancelar")).plain_text == "Cancelado: no se envió nada."
    assert "no es un comando" in (await phone.type("hola")).plain_text
    assert left(settings) == []


@each_form
async def test_old_data_is_asked_about_once_more(phone: Phone, settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        note_sync(session, "files", LastSync(datetime.now(UTC) - timedelta(hours=80), None))
    preview = await phone.type("/enviar CL002")
    asked = await phone.tap(preview, "✉️ Enviar")
    assert says(asked, "Los datos se cargaron hace 3 días", "¿Enviar de todos modos?")
    assert left(settings) == []
    assert "✅ Enviado" in (await phone.tap(asked, "✉️ Enviar de todos modos")).plain_text


@pytest.mark.slow
@pytest.mark.usefixtures("running", "slow_mail")
async def test_the_bar_moves_in_the_same_message_and_a_stop_keeps_the_rest(
    phone: Phone, settings: Settings, database: Database
) -> None:
    add_customers(database, 12)
    shown = await phone.tap(await phone.type("/enviar todos"), "✉️ Enviar a 15 clientes")
    assert says(shown, "Enviando", " de 15")
    assert buttons(shown) == ["⏹ Detener"]
    moving = await moved(phone, shown, 3, 15)
    assert moving.message_id == shown.message_id
    assert "▓" in moving.plain_text

    stopped = await phone.tap(moving, "⏹ Detener")

    sent = len(left(settings))
    assert 3 <= sent < 15
    assert says(stopped, "Envío detenido", f"{sent} estados de cuenta enviados", f"{15 - sent} sin enviar")
    await asyncio.sleep(0.3)
    assert len(left(settings)) == sent

    resumed = await phone.tap(stopped, f"🔁 Enviar los {15 - sent} que faltan")
    report = await ended(phone, resumed)
    assert "15 estados de cuenta enviados" in report.plain_text
    assert len(left(settings)) == len({str(mail["To"]) for mail in left(settings)}) == 15


@pytest.mark.slow
@pytest.mark.usefixtures("slow_mail")
async def test_a_restart_in_the_middle_goes_on_and_sends_nothing_twice(
    phone: Phone, stopped: Running, settings: Settings, database: Database
) -> None:
    stopped.start()
    add_customers(database, 9)
    shown = await phone.tap(await phone.type("/enviar todos"), "✉️ Enviar a 12 clientes")
    await moved(phone, shown, 2, 12)
    await stopped.stop()
    assert len(left(settings)) < 12

    stopped.start()
    report = await ended(phone, shown)

    assert "12 estados de cuenta enviados" in report.plain_text
    assert len(left(settings)) == len({str(mail["To"]) for mail in left(settings)}) == 12


@pytest.mark.usefixtures("running")
async def test_what_failed_is_told_with_its_reason_and_tried_again(
    phone: Phone, settings: Settings, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    draft = FolderMailer.draft

    def refuse(self: FolderMailer, mail: Mail) -> str:
        if "cl002" in mail.to[0]:
            raise TryLater("busy", 60)
        return draft(self, mail)

    with monkeypatch.context() as patched:
        patched.setattr(FolderMailer, "draft", refuse)
        shown = await phone.tap(await phone.type("/enviar CL001 CL002"), "✉️ Enviar a 2 clientes")
        waiting = await ended(phone, shown, "1 se reintenta")
        assert "1 de 2" in waiting.plain_text
    with database.transaction() as session:
        session.query(MailRow).filter(MailRow.not_before.is_not(None)).update({"state": "failed", "reason": "no <x>"})
    stopped = await phone.tap(waiting, "⏹ Detener")
    assert says(stopped, "1 no salió", "CL002: no <x>")
    report = await ended(phone, await phone.tap(stopped, "🔁 Enviar 1 que falta"))
    assert "2 estados de cuenta enviados" in report.plain_text
    assert to(settings) == ["pagos@cl001.example", "pagos@cl002.example"]


@pytest.mark.usefixtures("running")
async def test_who_is_shut_out_in_the_middle_sends_no_more_is_shown_no_more_and_finds_the_rest_when_they_are_back(
    phone: Phone, settings: Settings, telegram: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief = Phone(telegram.world, SUPERVISOR)
    card = await chief.tap(await chief.type("/usuarios"), "Laura")
    monkeypatch.setattr(FolderMailer, "pace", Pace(1, 10_000))
    shown = await phone.tap(await phone.type("/enviar CL001 CL002"), "✉️ Enviar a 2 clientes")
    shown = await moved(phone, shown, 1, 2)

    gone = await chief.tap(await chief.tap(card, "🚫 Quitar acceso"), "🚫 Sí, quitarlo")
    monkeypatch.setattr(FolderMailer, "pace", None)
    await phone.type("/hoy")

    assert "⏹ Se detuvo 1 correo que estaba enviando." in gone.plain_text
    assert len(left(settings)) == 1
    assert phone.answers[-2].plain_text == shown.plain_text

    await chief.tap(await chief.tap(gone, "✅ Dar acceso"), "✅ Sí, dar acceso")
    stopped = await phone.tap(shown, "⏹ Detener")
    assert says(stopped, "Envío detenido", "1 estado de cuenta enviado", "1 sin enviar: CL002")
    await ended(phone, await phone.tap(stopped, "🔁 Enviar 1 que falta"))
    assert to(settings) == ["pagos@cl001.example", "pagos@cl002.example"]


@pytest.mark.usefixtures("running", "slow_mail")
async def test_nothing_is_shown_to_who_is_shut_out_while_a_mail_of_theirs_leaves(
    phone: Phone, database: Database
) -> None:
    add_customers(database, 9)
    shown = await moved(phone, await phone.tap(await phone.type("/enviar todos"), "✉️ Enviar a 12 clientes"), 2, 12)
    with database.transaction() as session:
        access.set_active(session, act(COMMAND_LINE), 1, active=False)
    await asyncio.sleep(0.6)
    now = phone.world.message(phone.user_id, shown.message_id)
    assert now
    assert "Enviando" in now.plain_text


@pytest.mark.usefixtures("running")
async def test_what_is_left_of_a_sending_does_not_go_to_who_is_anothers_customer_by_then(
    phone: Phone, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderMailer, "pace", Pace(1, 10_000))
    shown = await phone.tap(await phone.type("/enviar CL001 CL002"), "✉️ Enviar a 2 clientes")
    stopped = await phone.tap(await moved(phone, shown, 1, 2), "⏹ Detener")
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL002").one().collector_code = "C2"
    monkeypatch.setattr(FolderMailer, "pace", None)

    report = await ended(phone, await phone.tap(stopped, "🔁 Enviar 1 que falta"))

    assert "Ya no está en su cartera (1): CL002" in report.plain_text
    assert not report.buttons
    assert to(settings) == ["pagos@cl001.example"]


@pytest.mark.slow
@pytest.mark.usefixtures("running")
async def test_a_stop_that_meets_the_last_word_of_the_task_is_shown_all_the_same(
    phone: Phone, telegram: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_self: FolderMailer, _mail: Mail) -> str:
        raise TryLater("busy", 60)

    monkeypatch.setattr(FolderMailer, "draft", busy)
    preview = await phone.type("/enviar CL001 CL002")
    telegram.faults.slow(0.5, times=2, method="editMessageText")
    shown = await phone.tap(preview, "✉️ Enviar a 2 clientes")
    await met(telegram.faults)

    stopped = await phone.tap(shown, "⏹ Detener")

    assert "⏹ Detener" not in buttons(stopped)
    assert "2 sin enviar: CL001, CL002" in stopped.plain_text


async def test_a_collector_sends_to_their_own_and_a_supervisor_to_all(
    phone: Phone, running: Running, telegram: BotApiServer
) -> None:
    assert running
    chief = Phone(telegram.world, SUPERVISOR)
    assert "3 clientes" in (await phone.type("/enviar todos")).plain_text
    preview = await chief.type("/enviar todos")
    assert "4 clientes" in preview.plain_text
    (send,) = (button.data for button in preview.buttons if button.text.startswith("✉️"))
    forged = await phone.forge(await phone.type("/enviar CL001"), send or "")
    assert "ya se cerró" in forged[-1].plain_text


@pytest.mark.slow
@pytest.mark.usefixtures("running", "slow_mail")
async def test_a_progress_message_that_was_deleted_stops_nothing(
    phone: Phone, settings: Settings, database: Database, wire: Wire
) -> None:
    wire.expected.add(("editMessageText", 400))
    add_customers(database, 3)
    shown = await phone.tap(await phone.type("/enviar todos"), "✉️ Enviar a 6 clientes")
    phone.world.remove(shown)
    await phone.world.wait_for(lambda: Path(settings.mail_folder).exists() and len(left(settings)) == 6, patience(10))


@pytest.mark.usefixtures("running")
async def test_where_nobody_owes_anything_there_is_nothing_to_send(phone: Phone, database: Database) -> None:
    with database.transaction() as session:
        session.query(CustomerRow).update({"collector_code": "C9"})
    assert "Nadie debe nada" in (await phone.type("/enviar todos")).plain_text
    assert "Nadie debe nada" in (await phone.type("/enviar")).plain_text
