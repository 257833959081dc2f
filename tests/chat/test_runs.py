"""Statements to many, from the phone: chosen, looked at, confirmed, followed, stopped, tried again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.render.remittance import HEADER
from bot.store.database import Database
from bot.store.models import CustomerRow
from bot.store.sources import LastSync, note_sync
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, SUPERVISOR, Running, Wire
from tests.chat.patience import patience
from tests.chat.phone import Phone, says
from tests.chat.sendings import add_customers, ended, to
from tests.chat.test_mailing import left

_drawn = BytesIO()
Image.new("RGB", (64, 48), "white").save(_drawn, "JPEG")
PICTURE = _drawn.getvalue()

each_form = pytest.mark.usefixtures("each_form")


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


@pytest.mark.usefixtures("running")
async def test_the_full_stop_that_a_phone_adds_is_not_of_who_is_meant(phone: Phone) -> None:
    for typed in ("/enviar todos.", "/enviar CL001, CL002 y CL003.", "/enviar «todos»"):
        assert "3 clientes" in (await phone.type(typed)).plain_text
    assert "CL002 · Ramiro" in (await phone.type("/enviar vencidos.")).plain_text


@each_form
async def test_what_is_sent_after_nobody_was_to_get_a_statement_is_not_taken_for_a_mail_s(
    phone_of: Callable[[int], Phone], database: Database
) -> None:
    rosa = phone_of(OTHER_COLLECTOR)
    assert (await rosa.type("/enviar vencidos")).plain_text == (
        "✅ Nadie debe nada vencido: no hay estados de cuenta que enviar."
    )
    remittance = f"{','.join(HEADER)}\nCL900,,,7,MXN,555.00,55.00,CL900\n".encode()
    await rosa.done(rosa.world.send_document(rosa.user_id, "remesa.csv", remittance))
    assert "$555.00 → $500.00" in "".join(rosa.texts)

    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL900").one().email = []
    assert "no tiene correo" in (await rosa.type("/enviar CL900")).plain_text
    assert "no es un comando" in (await rosa.type("Favor de pagar")).plain_text


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
async def test_the_text_of_a_file_is_added_to_the_comment(phone: Phone, settings: Settings) -> None:
    shown = await phone.type("/enviar CL002")
    for name, said in (("a.pdf", "Con la lista nueva"), ("b.pdf", "y las fotos"), ("c.pdf", None)):
        await phone.done(phone.world.send_document(COLLECTOR, name, b"%PDF", caption=said))
    assert says(phone.answers[-1], "💬 Con la lista nueva", "y las fotos")
    await phone.tap(shown, "✉️ Enviar")
    (mail,) = left(settings)
    text = mail.get_body(("plain",))
    assert text
    assert "Con la lista nueva\ny las fotos\n" in text.get_content().replace("\r\n", "\n")


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
    assert "Esto no se anotó: se leen textos" in phone.answers[-1].plain_text
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
