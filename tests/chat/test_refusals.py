import pytest

from bot.demo.server import BotApiServer
from tests.chat.conftest import COLLECTOR
from tests.chat.phone import Phone
from tests.demo.client import png

each_form = pytest.mark.usefixtures("each_form")

FORMS = {
    "/historial": "/historial 7",
    "/estado nadie": "/estado CL002",
    "/estado CL002 2019-02-30": "23/07/2019",
    "/promesa 777 viernes": '/promesa 7 23/07/2019 "Pagaré con cheque"',
    "/promesa 7 ayer": "23/07/2019",
    "/promesa 7 31/02": "23/07/2019",
    "/promesa 7 2019-07-15": "Escriba una fecha de hoy en adelante.",
    "/promesa 7 viernes $1.234": "1624.00",
    "/promesa 7 viernes 2842.01": "saldo, $2,842.00",
    "/promesa 7 viernes $0": "saldo, $2,842.00",
    "/historial CFDI-1": "Escriba el folio",
    "/calendario 2019-13": "23/07/2019",
    "/enviar nadie": "Escriba el código, nombre, RFC o folio.",
    "/desconocido": "No existe el comando /desconocido. Vea /ayuda.",
    "CL002": "/estado CL002",
}


@each_form
async def test_a_malformed_command_is_refused_with_its_right_form(phone: Phone) -> None:
    for typed, form in FORMS.items():
        said = await phone.type(typed)
        assert form in said.plain_text, typed
        assert said.buttons == []


@each_form
async def test_the_refusal_names_the_value_and_is_no_markup(phone: Phone) -> None:
    assert "«<zz>&»" in (await phone.type("/estado <zz>&")).plain_text
    assert "«<i>» no es una fecha" in (await phone.type("/promesa 7 <i>")).plain_text
    assert "«a < b» no es un comando" in (await phone.type("a < b")).plain_text


@each_form
async def test_help_shows_each_command_as_it_is_typed(phone: Phone) -> None:
    shown = await phone.type("/ayuda")

    for typed in ("/estado CL002", '/promesa 7 23/07/2019 "Pagaré con cheque"', "/historial 7", "/calendario 2019-07"):
        assert typed in shown.plain_text
    assert shown.plain_text == (await phone.type("/help")).plain_text


@each_form
async def test_a_picture_is_said_not_to_be_read(phone: Phone) -> None:
    await phone.done(phone.world.send_photo(COLLECTOR, png(), caption="/promesa 7 viernes"))

    assert phone.texts == ["Solo se leen textos; esto no se anotó. Vea /ayuda."]


@each_form
async def test_a_button_that_never_was_is_met_with_a_sentence(phone: Phone) -> None:
    shown = await phone.type("/hoy")

    for data in ("st:x::0", "tk:1", "cd:2019-99-99:MXN:0", "pd:mañana", "hi:" + "9" * 30, "pk"):
        assert [message.plain_text[:1] for message in await phone.forge(shown, data)] == ["✋"], data
    assert await phone.forge(shown, "zz:1") == []
    assert phone.toasts[-1] == "Ese botón ya no funciona. Use de nuevo el comando."


@pytest.mark.usefixtures("running")
async def test_the_menu_of_who_is_not_let_in_is_published_in_both_languages(
    phone: Phone, telegram: BotApiServer
) -> None:
    await phone.type("/ayuda")

    menus = {key: commands for key, commands in telegram.world.commands.items() if key[0] == "default"}
    assert [entry["command"] for commands in menus.values() for entry in commands] == ["start"] * 2
    assert menus["default", 0, "en"][0]["description"] == "Come in with your invitation"
