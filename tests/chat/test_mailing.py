from collections.abc import Iterator
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from bot.config import Settings
from bot.domain.receivables import AttachmentPolicy
from bot.store.database import Database
from bot.store.models import CustomerRow
from tests.chat.conftest import COLLECTOR, Running
from tests.chat.phone import Phone, buttons, says
from tests.demo.client import png

each_form = pytest.mark.usefixtures("each_form")


def left(settings: Settings) -> list[EmailMessage]:
    """The mails in the folder."""

    def parsed() -> Iterator[EmailMessage]:
        for path in sorted(Path(settings.mail_folder).glob("*.eml")):
            message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            assert isinstance(message, EmailMessage)
            yield message

    return list(parsed())


@each_form
async def test_after_a_preview_one_tap_mails_the_statement_with_its_pdf(phone: Phone, settings: Settings) -> None:
    preview = await phone.type("/enviar CL002")
    for said in ("CL002 · Ramiro Aldana", "pagos@cl002.example", "10 documentos", "$8,274.00"):
        assert said in preview.plain_text
    assert left(settings) == []

    sent = await phone.tap(preview, "✉️ Enviar")

    assert sent.message_id == preview.message_id
    assert sent.plain_text == "✅ Enviado: estado de cuenta de CL002 a pagos@cl002.example"
    assert sent.buttons == []
    (mail,) = left(settings)
    assert mail["To"] == "pagos@cl002.example"
    assert "Estado de cuenta" in mail["Subject"]
    html = mail.get_body(("html",))
    assert html is not None
    assert "$8,274.00" in html.get_content()
    (pdf,) = (part for part in mail.iter_attachments() if part.get_content_type() == "application/pdf")
    (remittance,) = (part for part in mail.iter_attachments() if part.get_content_type() == "text/csv")
    assert remittance.get_filename() == "Remesa CL002 2019-07-16.csv"
    assert pdf.get_payload(decode=True).startswith(b"%PDF")  # type: ignore[union-attr] # bytes, once decoded


@each_form
async def test_the_same_statement_does_not_leave_twice_on_a_day(phone: Phone, settings: Settings) -> None:
    preview = await phone.type("/send CL002")
    other = await phone.type("/enviar CL002")
    await phone.tap(preview, "✉️ Enviar")

    again = await phone.type("/enviar CL002")
    late = await phone.tap(other, "✉️ Enviar")

    assert again.plain_text == "✋ El estado de cuenta de CL002 ya se envió hoy o está por salir."
    assert "Ya se envió hoy o está por salir (1): CL002" in late.plain_text
    assert "CL002 · Ramiro" in (await phone.tap(again, "👤 Estado de cuenta")).plain_text
    assert len(left(settings)) == 1


@each_form
async def test_cancelling_the_preview_sends_nothing(phone: Phone, settings: Settings) -> None:
    preview = await phone.type("/enviar CL001")

    cancelled = await phone.tap(preview, "✕ Cancelar")

    assert (cancelled.message_id, cancelled.plain_text) == (preview.message_id, "Cancelado: no se envió nada.")
    assert left(settings) == []


@pytest.mark.usefixtures("running")
async def test_a_preview_that_was_cancelled_in_another_message_sends_nothing_of_what_is_looked_at_since(
    phone: Phone, settings: Settings
) -> None:
    preview = await phone.type("/enviar CL002")
    await phone.tap(await phone.type("Quedo atento"), "✕ Cancelar")
    await phone.type("/enviar CL001")

    said = await phone.tap(preview, "✉️ Enviar")

    assert "ya se cerró" in said.plain_text
    assert left(settings) == []


@each_form
async def test_a_text_or_file_after_another_command_does_not_go_into_a_mail(phone: Phone) -> None:
    await phone.type("/enviar CL002")
    await phone.type("/hoy")
    await phone.done(phone.world.send_document(COLLECTOR, "cheque.pdf", b"%PDF"))
    assert says(phone.answers[-1], "«cheque.pdf» no se anotó", "Para: pagos@cl002.example")
    assert "📎" not in phone.texts[-1]
    await phone.type("/estado")

    asked = await phone.type("ramiro")

    assert says(asked, "«ramiro» no se anotó", "Para: pagos@cl002.example"), asked.plain_text
    assert "💬" not in asked.plain_text
    assert buttons(asked) == ["✉️ Enviar", "✕ Cancelar"]
    assert "💬 Gracias, Ramiro" in (await phone.type("Gracias, Ramiro")).plain_text


@each_form
async def test_under_a_statement_of_another_day_the_mail_says_that_it_is_of_today(phone: Phone) -> None:
    preview = await phone.tap(await phone.type("/estado CL002 2019-03-19"), "✉️")
    assert "Estado de cuenta al 16/07/2019" in preview.plain_text


async def test_a_preview_of_another_day_no_longer_sends(phone: Phone, stopped: Running, settings: Settings) -> None:
    stopped.start()
    preview = await phone.type("/enviar CL002")
    await stopped.stop()
    stopped.start(business_date=date(2019, 7, 17))

    said = await phone.tap(preview, "✉️ Enviar")

    assert "ya se cerró" in said.plain_text
    assert left(settings) == []


@each_form
async def test_who_gets_no_mail_is_named_with_the_reason(phone: Phone, database: Database) -> None:
    for name, value, reason in (
        ("email", [], "no tiene correo electrónico"),
        ("email", ["pagos@cl002.example", "Ana <ana@cl002.example>"], "no es válido: «Ana <ana@cl002.example>»"),
        ("rfc", "XAXX010101000", "público en general"),
        ("do_not_send", True, "pidió no recibir"),
    ):
        with database.transaction() as session:
            row = session.query(CustomerRow).filter_by(code="CL002").one()
            row.email, row.rfc = ["pagos@cl002.example"], "AARR750315CD2"
            setattr(row, name, value)

        said = await phone.type("/enviar CL002")

        assert says(said, "✋", reason), said.plain_text
        assert "CL002" in said.plain_text
        assert buttons(said) == ["👤 Estado de cuenta"]


@each_form
async def test_a_comment_goes_to_the_mail_looked_at_last_also_after_another_was_sent(
    phone: Phone, settings: Settings
) -> None:
    first = await phone.type("/enviar CL001")
    await phone.type("/enviar CL002")
    await phone.tap(first, "✉️ Enviar")
    commented = await phone.type("Quedo atento")
    assert says(commented, "CL002", "💬 Quedo atento")
    assert len(left(settings)) == 1


@each_form
async def test_who_wants_no_files_is_not_said_to_miss_some(phone: Phone, database: Database) -> None:
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL002").one().attachments = AttachmentPolicy.NONE
    preview = await phone.type("/enviar CL002")
    assert "Sin archivos, como prefiere el cliente." in preview.plain_text
    assert "Sin XML ni PDF" not in preview.plain_text


@pytest.fixture
def no_mail_folder(settings: Settings) -> None:
    """A file lies in its place."""
    Path(settings.mail_folder).touch()


@pytest.mark.usefixtures("no_mail_folder", "each_form")
async def test_what_could_not_leave_yet_is_not_said_to_be_sent(phone: Phone) -> None:
    waits = await phone.tap(await phone.type("/enviar CL001"), "✉️ Enviar")
    assert "⏳ Aún no se pudo enviar" in waits.plain_text
    assert "ya se envió hoy o está por salir" in (await phone.type("/enviar CL001")).plain_text


@pytest.mark.usefixtures("no_mail_folder", "each_form")
async def test_a_statement_that_could_not_leave_yet_can_be_stopped(phone: Phone) -> None:
    waits = await phone.tap(await phone.type("/enviar CL001"), "✉️ Enviar")
    stopped = await phone.tap(waits, "⏹ Detener")
    assert says(stopped, "Envío detenido", "0 estados de cuenta enviados", "1 sin enviar: CL001")
    assert buttons(stopped) == ["🔁 Enviar 1 que falta"]


@pytest.mark.parametrize("rich", ["auto", "off"])
async def test_where_all_mail_goes_to_one_address_previews_and_results_say_so(
    phone: Phone, stopped: Running, settings: Settings, rich: str
) -> None:
    stopped.start(mail_redirect_to="yo@casa.mx", telegram_rich=rich)
    said = "Todo el correo va a yo@casa.mx (MAIL_REDIRECT_TO)."
    preview = await phone.type("/enviar CL001")
    assert says(preview, "Para: pagos@cl001.example", said)
    assert says(await phone.tap(preview, "✉️ Enviar"), "✅ Enviado", said)
    looked = await phone.tap(await phone.type("/promesa 8 viernes"), "✉️ Confirmar por correo")
    assert says(looked, "Para: pagos@cl002.example", said)
    assert says(await phone.tap(looked, "✉️ Enviar"), "✅ Enviado", said)
    assert [mail["To"] for mail in left(settings)] == ["yo@casa.mx"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("rich", ["auto", "off"])
async def test_who_was_written_to_in_a_rehearsal_gets_the_mail_once_it_is_over(
    phone: Phone, stopped: Running, settings: Settings, rich: str
) -> None:
    stopped.start(mail_redirect_to="yo@casa.mx", telegram_rich=rich)
    await phone.tap(await phone.type("/enviar CL001"), "✉️ Enviar")
    looked = await phone.tap(await phone.type("/promesa 8 viernes"), "✉️ Confirmar por correo")
    rehearsed = await phone.tap(looked, "✉️ Enviar")
    assert says(rehearsed, "Para: pagos@cl002.example", "✅ Enviado a yo@casa.mx")
    await stopped.stop()
    stopped.start(mail_redirect_to=None)
    sent = await phone.tap(rehearsed, "✉️ Enviar")
    assert says(sent, "✅ Enviado a pagos@cl002.example")
    assert "✉️ Enviar" not in buttons(sent)
    assert says(await phone.tap(await phone.type("/enviar CL001"), "✉️ Enviar"), "✅ Enviado")
    to = sorted(mail["To"] for mail in left(settings))
    assert to == ["pagos@cl001.example", "pagos@cl002.example", "yo@casa.mx", "yo@casa.mx"]


@each_form
async def test_two_photos_travel_under_names_of_their_own(phone: Phone, settings: Settings) -> None:
    await phone.type("/enviar CL002")
    for _ in range(2):
        await phone.done(phone.world.send_photo(COLLECTOR, png()))
    await phone.tap(phone.answers[-1], "✉️ Enviar")
    (mail,) = left(settings)
    assert [part.get_filename() for part in mail.iter_attachments()][-2:] == ["foto.jpg", "foto (2).jpg"]
