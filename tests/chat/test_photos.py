"""Photos of payments over the wire: with `/cobro`, as a reply to a receipt, by themselves; and seen again."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import pytest

from bot.config import Settings
from bot.demo.chat import Message
from bot.demo.files import FileStore
from bot.store.database import Database
from bot.store.models import CustomerRow
from tests import factories
from tests.chat.conftest import OTHER_COLLECTOR, SUPERVISOR, Wire
from tests.chat.phone import Phone, buttons, says
from tests.chat.test_mailing import left
from tests.demo.client import png

each_form = pytest.mark.usefixtures("each_form")
running = pytest.mark.usefixtures("running")
PNG = png()
COBRO = '/cobro 7 1624.00 cheque "folio 881"'


async def photo(phone: Phone, caption: str | None = None, *, reply_to: Message | None = None) -> Message:
    """Send a photo; the answer to it."""
    await phone.done(phone.world.send_photo(phone.user_id, PNG, caption, reply_to=reply_to))
    return phone.answers[-1]


async def image(phone: Phone, caption: str | None = None, content: bytes = PNG, kind: str = "image/png") -> Message:
    """Send an image as a file; the answer to it."""
    await phone.done(phone.world.send_document(phone.user_id, "cheque 881.png", content, kind, caption))
    return phone.answers[-1]


def kept(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.files_dir / "photos").rglob("*") if path.is_file())


@each_form
async def test_a_payment_in_the_text_of_a_photo_is_recorded_with_it_and_both_who_may_see_it_do(
    phone: Phone, phone_of: Callable[[int], Phone], settings: Settings
) -> None:
    made = await photo(phone, COBRO)
    assert says(made, "Cobro reportado", "$1,624.00", "Cheque", "«folio 881»", "📷 Con su foto")
    assert [path.name for path in kept(settings)] == [f"{sha256(PNG).hexdigest()}.jpg"]
    assert kept(settings)[0].read_bytes() == PNG

    shown = await phone.tap(made, "📷 Ver foto")
    assert shown.photo == PNG
    assert says(shown, "-2019-0001", "Juan Perez", "$1,624.00 · Cheque")
    (call,) = (call for call in phone.world.calls if call.method == "sendPhoto" and not call.files)
    assert isinstance(call.params["photo"], str), "Telegram has it: it is not uploaded"

    chief = phone_of(SUPERVISOR)
    day = await chief.tap(await chief.type("/corte"), "👤 Laura")
    assert "📷 0001" in buttons(day)
    assert (await chief.tap(day, "📷 0001")).photo == PNG

    (see,) = (button.data for button in made.buttons if button.text == "📷 Ver foto")
    rosa = phone_of(OTHER_COLLECTOR)
    (refused,) = await rosa.forge(await rosa.type("/ayuda"), see or "")
    assert refused.photo is None
    assert refused.plain_text.startswith("✋")


@running
async def test_the_form_of_payment_is_asked_and_the_photo_stays_with_the_question(
    phone: Phone, settings: Settings
) -> None:
    asked = await photo(phone, "/cobro 7 100.00")
    assert says(asked, "$100.00", "📷", "¿Cómo")
    made = await phone.tap(asked, "Efectivo")
    assert says(made, "$100.00", "Efectivo", "📷 Con su foto")
    again = await phone.type("/cobro 7 50.00")
    assert "📷" not in again.plain_text
    asked = await photo(phone)
    assert says(asked, "$50.00", "📷", "¿Cómo")
    assert says(await phone.tap(again, "Cheque"), "$50.00", "📷 Con su foto"), "the buttons of before count"
    assert len(kept(settings)) == 1, "the same photo is kept once"


@running
async def test_the_text_of_a_photo_answers_how_a_payment_was_made(phone: Phone) -> None:
    await phone.type("/cobro 7 100.00")
    assert says(await photo(phone, "el de ayer"), "«el de ayer» no es una forma de pago", "$100.00 · 📷", "¿Cómo")
    assert says(await photo(phone, "cheque folio 881"), "$100.00 · Cheque", "«folio 881»", "📷 Con su foto")


@running
async def test_all_photos_of_an_album_stay_with_the_payment_whose_form_is_asked(
    phone: Phone, settings: Settings
) -> None:
    await photo(phone, "/cobro 7 100.00")
    await phone.done(phone.world.send_photo(phone.user_id, png(3)))
    asked = phone.answers[-1]
    assert says(asked, "$100.00 · 📷 2", "¿Cómo")
    await phone.tap(asked, "Cheque")
    assert {path.read_bytes() for path in kept(settings)} == {PNG, png(3)}


@running
async def test_the_photo_of_a_payment_stays_while_its_document_is_asked(
    phone: Phone, database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        juan = session.query(CustomerRow).filter_by(code="CL001").one()
        factories.document(session, juan, "7", concept="Cargo", concept_code="9")
    asked = await photo(phone, COBRO)
    assert says(asked, "Hay varios documentos «7». ¿Cuál?")
    assert says(await photo(phone), "Hay varios documentos «7». ¿Cuál?")
    assert says(await phone.tap(asked, "7 · Cargo"), "$1,624.00", "«folio 881»", "📷 Con su foto")
    assert len(kept(settings)) == 1


@running
async def test_a_photo_of_a_payment_that_was_undone_is_refused_with_the_way_on(
    phone: Phone, settings: Settings
) -> None:
    made = await phone.type("/cobro 7 100.00 efectivo")
    await phone.tap(made, "↩️ Deshacer")
    folio = made.plain_text.partition("recibo ")[2].split()[0]
    for refused in (await photo(phone, folio), await photo(phone, reply_to=phone.answers[0])):
        assert says(refused, f"El recibo {folio} se deshizo: la foto no se guardó.", "/cobro 7 1624.00")
    assert kept(settings) == []


@running
async def test_a_photo_with_a_payment_of_an_unknown_document_is_refused_with_its_own_form(phone: Phone) -> None:
    assert says(await photo(phone, "/cobro 900 10 efectivo"), "«900»", '/cobro 7 1624.00 cheque "folio 881"')


@running
async def test_a_photo_as_a_reply_to_a_receipt_or_naming_its_folio_is_kept_without_a_question_and_its_text_is_not(
    phone: Phone,
) -> None:
    made = await phone.type("/cobro 7 100.00 efectivo")
    await phone.type("/cobro 7 200.00 efectivo")
    answered = await photo(phone, "cheque 881", reply_to=made)
    assert says(answered, "📷 Foto guardada con el recibo", "-2019-0001", "$100.00", "«cheque 881» no se anotó")
    assert (await phone.tap(answered, "📷 Ver foto")).photo == PNG
    folio = made.plain_text.partition("recibo ")[2].split()[0]
    named = await photo(phone, folio.replace("0001", "0002"))
    assert says(named, "Foto guardada", "-2019-0002", "$200.00")
    assert "no se anotó" not in named.plain_text


@running
async def test_a_photo_by_itself_just_after_a_payment_is_asked_about(phone: Phone, settings: Settings) -> None:
    await phone.type("/cobro 7 100.00 efectivo")
    asked = await photo(phone, "cheque 881")
    assert says(asked, "¿Es la foto de este cobro?", "«cheque 881» no se anotó")
    assert len(buttons(asked)) == 2
    said = await phone.tap(asked, "✕ De ninguno")
    assert says(said, "no se guardó")
    assert kept(settings) == []
    await phone.type("/cobro 7 200.00 efectivo")
    asked = await photo(phone)
    assert says(asked, "¿De qué cobro es la foto?")
    (second,) = (text for text in buttons(asked) if "$200.00" in text)
    assert says(await phone.tap(asked, second), "Foto guardada", "-2019-0002", "$200.00")
    assert len(kept(settings)) == 1


@running
@pytest.mark.parametrize(("asked", "answer"), [("/estado", "ramiro"), ("/estado", None), ("/promesa 7", "+3")])
async def test_a_photo_just_after_a_payment_is_asked_about_also_when_something_else_was_asked_before(
    phone: Phone, asked: str, answer: str | None
) -> None:
    shown = await phone.type(asked)
    if answer:
        shown = await phone.type(answer)
    if "Sin comentario" in buttons(shown):
        await phone.tap(shown, "Sin comentario")
    await phone.type("/cobro 7 100.00 efectivo")
    assert says(await photo(phone), "¿Es la foto de este cobro?")


@running
async def test_once_the_payment_of_a_photo_was_tapped_a_name_says_whose_statement_is_wanted(
    phone: Phone,
) -> None:
    await phone.type("/cobro 7 100.00 efectivo")
    one, other = await photo(phone), await photo_of(phone, png(3))
    await phone.tap(one, "R")
    assert says(await phone.type("/estado"), "después del comando")
    await phone.tap(other, "R")
    assert says(await phone.type("/estado"), "¿De quién?")
    assert says(await phone.type("ramiro"), "CL002")


@running
@pytest.mark.parametrize("pay", [Phone.type, photo], ids=["text", "the text of an album's first photo"])
async def test_a_photo_just_after_a_payment_does_not_go_into_a_mail_that_was_looked_at_before_it(
    phone: Phone, settings: Settings, pay: Callable[[Phone, str], Awaitable[Message]]
) -> None:
    preview = await phone.type("/enviar CL002")
    await pay(phone, "/cobro 7 100.00 efectivo")
    asked = await photo(phone)
    assert says(asked, "¿Es la foto de este cobro?")
    (one,) = (text for text in buttons(asked) if "$100.00" in text)
    assert says(await phone.tap(asked, one), "Foto guardada")
    assert says(await phone.tap(preview, "✉️ Enviar"), "Enviado")
    (mail,) = left(settings)
    assert "foto.jpg" not in [part.get_filename() for part in mail.walk()]


@running
async def test_an_image_sent_as_a_file_is_kept_and_given_back_as_one(phone: Phone, settings: Settings) -> None:
    made = await image(phone, COBRO)
    assert says(made, "$1,624.00", "📷 Con su foto")
    before = len(phone.answers)
    await phone.done(phone.world.tap(phone.user_id, made.message_id, _data(made, "📷 Ver foto")))
    (shown,) = phone.answers[before:]
    assert shown.document == ("cheque 881.png", PNG)
    assert [path.suffix for path in kept(settings)] == [".png"]


def _data(message: Message, text: str) -> str:
    (data,) = (button.data for button in message.buttons if button.text == text)
    return data or ""


@running
async def test_several_photos_of_a_payment_are_shown_one_after_the_other(phone: Phone, settings: Settings) -> None:
    made = await photo(phone, COBRO)
    await phone.done(phone.world.send_photo(phone.user_id, png(3), reply_to=made))
    before = len(phone.answers)
    await phone.done(phone.world.tap(phone.user_id, made.message_id, _data(made, "📷 Ver foto")))
    assert [(each.photo, each.plain_text.split("\n")[0][-3:]) for each in phone.answers[before:]] == [
        (PNG, "1/2"), (png(3), "2/2"),
    ]  # fmt: skip
    for path in kept(settings):
        path.unlink()
    assert says(await phone.tap(made, "📷 Ver foto"), "no tiene foto")


@running
async def test_another_command_in_the_text_of_a_photo_or_file_is_said_not_to_be_noted(
    phone: Phone, settings: Settings
) -> None:
    await phone.type("/cobro 7 100.00 efectivo")
    assert says(await photo(phone, "/promesa 9 viernes"), "Esto no se anotó")
    preview = await phone.type("/enviar CL002")
    assert says(await photo(phone, "/promesa 9 viernes"), "Esto no se anotó")
    assert says(await image(phone, "/cobro 7 1624 cheque", kind="application/pdf"), "Esto no se anotó")
    assert kept(settings) == []
    assert says(await phone.tap(preview, "✉️ Enviar"), "Enviado")
    (mail,) = left(settings)
    assert "/cobro" not in str(mail), "the mail is another customer's"
    assert "cheque 881.png" not in [part.get_filename() for part in mail.walk()]


@running
async def test_what_is_of_no_payment_is_answered_as_before(
    phone: Phone, phone_of: Callable[[int], Phone], settings: Settings
) -> None:
    assert "texto" in (await photo(phone)).plain_text
    rosa = phone_of(OTHER_COLLECTOR)
    made = await phone.type("/cobro 7 100.00 efectivo")
    assert "texto" in (await photo(rosa, made.plain_text)).plain_text, "another's folio names nothing"
    assert "corresponde" in (await image(phone, kind="application/pdf")).plain_text
    await phone.type("/enviar CL002")
    assert "foto.jpg" in (await photo(phone)).plain_text, "it goes into the mail"
    assert kept(settings) == []


@running
async def test_a_payment_counts_though_its_photo_cannot_be_had(
    phone: Phone, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.photo.MAX_FILE_BYTES", len(PNG) - 1)
    made = await phone.tap(await photo(phone, "/cobro 7 100.00"), "Efectivo")
    assert says(made, "$100.00", "La foto no se guardó")
    assert "MB" in (await photo(phone, reply_to=made)).plain_text
    assert "MB" in (await photo(phone)).plain_text
    monkeypatch.undo()
    wire.expected.add(("getFile", 400))
    sent = phone.world.send_photo(phone.user_id, PNG, "/cobro 7 50.00 efectivo")
    phone.world.files = FileStore()  # Telegram has forgotten it
    await phone.done(sent)
    assert says(phone.answers[-1], "$50.00", "La foto no se guardó")


@running
async def test_each_photo_of_an_album_sent_by_itself_is_kept_with_the_payment_tapped_under_it(
    phone: Phone, settings: Settings
) -> None:
    await phone.type("/cobro 7 100.00 cheque")
    album = [png(side) for side in (3, 4, 5, 6)]
    asked = [await photo_of(phone, side) for side in album]

    first, second, third, other = asked
    assert says(await phone.tap(first, "R"), "Foto guardada")
    assert says(await phone.tap(other, "✕ De ninguno"), "no se guardó")
    assert says(await phone.tap(second, "R"), "Foto guardada")
    assert says(await phone.tap(third, "R"), "Foto guardada")

    assert {path.read_bytes() for path in kept(settings)} == set(album[:3])


async def photo_of(phone: Phone, content: bytes) -> Message:
    """Send this photo; the question about it."""
    await phone.done(phone.world.send_photo(phone.user_id, content))
    return phone.answers[-1]
