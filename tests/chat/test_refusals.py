from datetime import timedelta

import pytest

from bot.demo.server import BotApiServer
from bot.domain.receivables import DocumentKind
from bot.store.database import Database
from bot.store.models import AuditRow, CustomerRow, DocumentRow
from tests import factories
from tests.chat.conftest import COLLECTOR, TODAY
from tests.chat.phone import Phone, buttons, says
from tests.demo.client import png

each_form = pytest.mark.usefixtures("each_form")

FORMS = {
    "/historial": "/historial 7",
    "/estado nadie": "/estado CL002",
    "/estado CL002 2019-02-30": "23/07/2019",
    "/promesa 777 viernes": '/promesa 7 23/07/2019 "Pagaré con cheque"',
    "/promesa 7 ayer": "23/07/2019",
    "/promesa 7 viernes en ocho": "«viernes en ocho» no es una fecha.",
    "/promesa 7 31/02": "23/07/2019",
    "/promise 8 July 23": "/promesa 8 23/07/2019 o /promesa 23 08/07/2020",
    "/promesa 7 2019-07-15": "Escriba una fecha de hoy en adelante.",
    "/promesa 7 viernes $1.234": "1624.00",
    "/promesa 7 viernes la mitad": "«la mitad» no es un importe. Escríbalo así: 1624.00.",
    '/promesa 7 viernes 50% "con cheque"': "«50%» no es un importe. Escríbalo así: 1624.00.",
    "/promesa 7 viernes 1.500": "«1.500» no es un importe. Escríbalo así: 1624.00.",
    "/promesa 7 viernes 2 mil": "«mil» no es un importe. Escríbalo así: 1624.00.",
    "/promesa 7 23/07 2 mil pesos": "«2 mil» no es un importe. Escríbalo así: 1624.00.",
    "/promesa 7 viernes 1.5k": "«1.5k» no es un importe. Escríbalo así: 1624.00.",
    "/promesa 7 viernes con cheque $500": "«$500» puede ser el importe o parte del comentario.",
    "/promesa 7 viernes 500 CAD": "El documento está en PESOS y el importe en CAD.",
    "/cobro 7 500 efectivo dls": "El documento está en PESOS y el importe en DÓLARES.",
    "/promesa 7 500 viernes dls": "El documento está en PESOS y el importe en DÓLARES.",
    "/cobro 7 500 CAD efectivo": "El documento está en PESOS y el importe en CAD.",
    "/promesa 7 viernes 2842.01": "saldo, $2,842.00",
    "/promesa 7 viernes $0": "saldo, $2,842.00",
    "/historial CFDI-1": "/historial 7",
    "/cobro 900 10 efectivo": '/cobro 7 1624.00 cheque "folio 881"',
    "/payment 900 10 efectivo": '/cobro 7 1624.00 cheque "folio 881"',
    "/cobro 7,8 100 efectivo": '/cobro 7 1624.00 cheque "folio 881"',
    "/cobro 7 50 % cheque folio 881": "«50 %» o «881» puede ser el importe.",
    "/cobro 7 2 cheques de 812": "«2 cheques» o «812» puede ser el importe.",
    "/cobro 7 $1,000 y $624": "«$1,000» y «$624» son dos importes, y solo se anota uno.",
    "/cobro 7 $1,000 efectivo y $624 cheque": "Escriba uno de ellos, o su total, y lo demás entre comillas",
    "/cobro 7 $500 8 $500 efectivo": "«8 $500» puede ser otro documento, y con importe o fecha propia solo se anota",
    "/cobro 7 $1,624.00 cheque $1,624.00": "«$1,624.00» está dos veces. Escríbalo una vez",
    "/cobro 7 ¥5000 efectivo": "El documento está en PESOS y el importe en JPY.",
    "/promesa 7 viernes $500 8 lunes $300": "«8 lunes» puede ser otro documento",
    "/promesa CFDI-21002 viernes CFDI-21088 lunes": "«CFDI-21088 lunes» puede ser otro documento",
    "/cobro CFDI-21002 y CFDI-21088 $300 efectivo": "«CFDI-21088» puede ser otro documento",
    "/promesa 7 8 $500 viernes": "$500 para 2 documentos puede ser",
    "/promesa 7 viernes de la otra": "«viernes de la otra» no es una fecha.",
    "/promesa 7 el otro viernes $500": "«el otro viernes» no es una fecha.",
    "/promise 7 friday august 2": "«friday august 2» no es una fecha.",
    "/promesa 7 hoy 17 de julio": "«hoy 17 de julio» no es una fecha.",
    "/cobro 7 55 1234 5678 efectivo": '/cobro 7 1624.00 cheque "folio 881"',
    "/promesa 7 23/07 $1,000 y $624": "«$1,000» y «$624» son dos importes",
    "/promesa 7 23/07 55 1234 5678": "«55 1234 5678» puede ser el importe o parte del comentario.",
    "/cobro 7 1.500 cheque": "«1.500» no es un importe. Escríbalo así: 1624.00.",
    "/cobro 7 2 mil cheque": "«2 mil» no es un importe. Escríbalo así: 1624.00.",
    "/cobro 7 mil 500 cheque": '/cobro 7 1624.00 cheque "folio 881"',
    "/cobro 7 cheque": "Falta el importe: «7» es el documento.",
    "/cobro $1,624.00 cheque": "Falta el documento: «$1,624.00» es el importe.",
    "/calendario 2019-13": "julio 2019",
    "/enviar nadie": "/enviar CL002",
    "/desconocido": "No existe el comando /desconocido. Vea /ayuda.",
    "CL002": "/estado CL002",
}


@each_form
async def test_a_credit_that_is_on_the_statement_is_refused_as_one_by_its_name(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        juan = session.query(CustomerRow).filter_by(code="CL001").one()
        factories.document(session, juan, "55", series="NC", kind=DocumentKind.CREDIT_NOTE, concept="Nota")
    assert says(await phone.type("/estado NC-55"), "NC-55")
    for typed in ("/promesa NC-55", "/promesa NC-55 viernes", "/historial NC55", "/cobro nc-55 10 efectivo"):
        assert says(await phone.type(typed), "El documento NC-55 es un crédito"), typed


@each_form
async def test_a_malformed_command_is_refused_with_its_right_form(phone: Phone) -> None:
    for typed, form in FORMS.items():
        said = await phone.type(typed)
        assert form in said.plain_text, typed
        assert said.buttons == []


@each_form
async def test_what_was_asked_for_is_shown_after_a_word_that_was_not_read(phone: Phone) -> None:
    told = {
        "/hoy mañana": "✋ «mañana» no se leyó: /hoy muestra solo el día de hoy. Otro día se ve en /calendario",
        "/today CL002": "✋ «CL002» no se leyó",
        "/hoy gracias": "✋ «gracias» no se leyó",
        "/rep CL002": "✋ «CL002» no se leyó: /rep se escribe solo.",
    }
    for typed, said in told.items():
        before, alone = len(phone.answers), (await phone.type(typed.split()[0])).plain_text
        await phone.done(phone.say(typed))
        notice, shown = phone.answers[before + 1 :]
        assert notice.plain_text.startswith(said)
        assert shown.plain_text == alone
    for typed in ("/hoy 👍", "/hoy martes", "/hoy 16/07", "/hoy hoy", "/rep !"):
        assert "no se leyó" not in (await phone.type(typed)).plain_text


@each_form
async def test_a_document_of_a_later_day_is_not_said_to_be_paid(phone: Phone, database: Database) -> None:
    with database.transaction() as session:
        session.query(DocumentRow).filter_by(folio="8").one().issued = TODAY + timedelta(days=1)
    said = [(await phone.type(typed)).plain_text for typed in ("/promesa 8 viernes", "/cobro 8 100 efectivo")]
    assert said == [
        "✋ El documento 8 es de un día posterior: aún no hay nada que prometer.",
        "✋ El documento 8 es de un día posterior: aún no se debe nada.",
    ]


@each_form
async def test_the_refusal_names_the_value_and_is_no_markup(phone: Phone) -> None:
    assert "«<zz>&»" in (await phone.type("/estado <zz>&")).plain_text
    assert "«<i>» no es una fecha" in (await phone.type("/promesa 7 <i>")).plain_text
    for typed in ("mil", "50%", "1e5", "todo"):
        assert f"«{typed}» no se entiende" in (await phone.type(f"/cobro 7 {typed} efectivo")).plain_text
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

    (said,) = phone.texts
    assert said.startswith("Esto no se anotó: se leen textos, y la foto de un cobro con /cobro como su texto")


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


@pytest.mark.usefixtures("running")
async def test_what_is_listed_to_choose_from_leaves_a_trace_though_nothing_else_is_kept(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        juan = session.query(CustomerRow).filter_by(code="CL001").one()
        factories.document(session, juan, "7", concept_code="9")
        factories.customer(session, "CL050", "Ramiro Aldama", collector="C1", rfc="AAA000101AB0")

    def trail() -> list[tuple[str, str]]:
        with database.transaction() as session:
            return [(row.action, row.subject) for row in session.query(AuditRow).order_by(AuditRow.id)]

    for typed, entry in {
        "/estado ramiro": ("customers", "CL050, CL002"),
        "/enviar ramiro": ("customers", "CL050, CL002"),
        "/resumen ramiro": ("customers", "CL050, CL002"),
        "/historial 7": ("ask", "7, 7"),
        "/cobro 7 10 efectivo": ("ask", "7, 7"),
    }.items():
        before = len(trail())
        await phone.type(typed)
        assert trail()[before:] == [entry], typed


@pytest.mark.usefixtures("running")
async def test_of_several_customers_the_one_tapped_is_sent_to(phone: Phone, database: Database) -> None:
    with database.transaction() as session:
        factories.customer(session, "CL050", "Ramiro Aldama", collector="C1", rfc="AAA000101AB0")
    asked = await phone.type("/enviar ramiro")
    assert says(asked, "Varios clientes coinciden con «ramiro». ¿Cuál?")
    assert "✉️ Enviar" in " ".join(buttons(await phone.tap(asked, "CL002")))


@each_form
async def test_old_buttons_of_a_customer_who_is_anothers_by_now_say_so_and_no_number_that_nobody_knows(
    phone: Phone, database: Database
) -> None:
    recorded = await phone.type("/promesa 5 sábado 500")
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL002").one().collector_code = "C2"

    for button in ("↩️ Deshacer", "🚫 Retirar promesa", "📅 22/07/2019", "✉️ Confirmar por correo"):
        assert (await phone.tap(recorded, button)).plain_text == (
            "✋ Ese documento no está en su cartera, o ya no lo está."
        )
    refused = await phone.tap(recorded, "👤 Estado de cuenta")
    assert refused.plain_text == "✋ Ese cliente no está en su cartera, o ya no lo está."
