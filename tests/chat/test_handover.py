"""`/corte` over the wire: another day, everybody's, files, and cash handed over to a supervisor who accepts it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from bot.demo.chat import Message
from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import OTHER_COLLECTOR, STRANGER, SUPERVISOR, Wire
from tests.chat.patience import patience
from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")
running = pytest.mark.usefixtures("running")


async def press(phone: Phone, message: Message, text: str) -> list[Message]:
    """Tap a button; all that the bot writes anew."""
    before = len(phone.answers)
    (data,) = (button.data for button in message.buttons if button.text.startswith(text))
    await phone.done(phone.world.tap(phone.user_id, message.message_id, data or ""))
    return phone.answers[before:]


async def told(phone: Phone, count: int) -> Message:
    """The message that makes so many on a phone: what nobody asked for may leave with the bot's rounds as well."""
    await phone.world.wait_for(lambda: len(phone.answers) >= count, patience(5))
    assert len(phone.answers) == count
    return phone.answers[-1]


def now(phone: Phone, message: Message) -> Message:
    """A message as it has become."""
    found = phone.world.message(phone.user_id, message.message_id)
    assert found
    return found


@each_form
async def test_cash_is_handed_over_and_accepted_with_a_tap_and_both_see_it(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    chief = phone_of(SUPERVISOR)
    await phone.type("/cobro 7 1000.00 efectivo")
    await phone.type("/cobro 7 500.00 transferencia")
    day = await phone.type("/corte")
    assert says(day, "TOTALES", "$1,500.00", "Por entregar", "Efectivo", "$1,000.00")
    assert await press(phone, day, "🤝 Entregar") == []
    assert says(now(phone, day), "Entregado a Jorge", "por aceptar", "Efectivo", "$1,000.00")
    assert "🤝 Entregar" not in buttons(now(phone, day))
    assert phone.toasts[-1].startswith("Entregado a Jorge")

    asked = await told(chief, 1)
    assert says(asked, "Laura entrega efectivo y cheques del martes 16/07/2019", "Efectivo: $1,000.00", "¿Coincide")
    assert "Transferencia" not in asked.plain_text
    assert says((await press(chief, asked, "🧾 Ver los cobros"))[0], "Laura", "$1,500.00")
    assert await press(chief, asked, "✅ Aceptar") == []
    assert says(now(chief, asked), "✅ Aceptado por Jorge")
    assert buttons(now(chief, asked)) == ["🧾 Ver los cobros"]
    assert says(await told(phone, 4), "Entregado a Jorge", "$1,000.00", "✅ Aceptado por Jorge")
    assert says(await phone.type("/corte"), "✅ Aceptado por Jorge", "$1,000.00")


@running
@pytest.mark.slow
async def test_what_does_not_match_is_told_and_handed_over_again(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    chief = phone_of(SUPERVISOR)
    made = await phone.type("/cobro 7 1000.00 cheque")
    day = await phone.type("/corte")
    await press(phone, day, "🤝 Entregar")
    assert says(await phone.tap(made, "↩️ Deshacer"), "se entregó a Jorge")
    asked = await told(chief, 1)
    await press(chief, asked, "✋ No coincide")
    assert says(now(chief, asked), "no coincide")
    returned = await told(phone, 4)
    assert says(returned, "no coincide", "Se puede entregar de nuevo")
    (again,) = await press(phone, returned, "🧾 Ver los cobros")
    await press(phone, again, "🤝 Entregar")
    asked_again = await told(chief, 2)
    taken_back = await phone.tap(now(phone, again), "↩️ Retirar la entrega")
    assert says(taken_back, "Entrega a Jorge retirada")
    assert says(await chief.tap(asked_again, "✅ Aceptar"), "retirada"), "too late"
    assert says(await phone.type("/corte"), "Por entregar", "$1,000.00")


@pytest.mark.slow
@running
async def test_a_second_tap_and_a_forged_one_accept_nothing(phone: Phone, phone_of: Callable[[int], Phone]) -> None:
    chief, rosa = phone_of(SUPERVISOR), phone_of(OTHER_COLLECTOR)
    await phone.type("/cobro 7 1000.00 efectivo")
    day = await phone.type("/corte")
    (give,) = (button.data or "" for button in day.buttons if "Entregar" in button.text)
    await press(phone, day, "🤝 Entregar")
    await phone.forge(day, give)
    assert phone.toasts[-1] == "No hay nada por entregar."
    asked = await told(chief, 1)
    (accept,) = (button.data or "" for button in asked.buttons if "Aceptar" in button.text)
    for other in (phone, rosa):
        (refused,) = await other.forge(await other.type("/ayuda"), accept)
        assert "no corresponde a su puesto" in refused.plain_text
    await press(chief, asked, "✅ Aceptar")
    before = len(phone.answers)
    await chief.forge(asked, accept)
    assert len(phone.answers) == before, "told once"


@running
async def test_to_whom_is_asked_where_there_are_two_supervisors_and_the_day_waits_in_their_list(
    phone: Phone, phone_of: Callable[[int], Phone], database: Database
) -> None:
    with database.transaction() as session:
        factories.person(session, Role.SUPERVISOR, telegram_id=STRANGER, name="Eva")
    eva = phone_of(STRANGER)
    await phone.type("/cobro 7 1000.00 efectivo")
    asked = await phone.tap(await phone.type("/corte"), "🤝 Entregar")
    assert says(asked, "¿A quién se entrega?", "Efectivo: $1,000.00")
    assert buttons(asked) == ["👤 Eva", "👤 Jorge", "◀ Regresar"]
    assert says(await phone.tap(asked, "👤 Eva"), "Entregado a Eva")
    everybody = await eva.type("/corte")
    opened = await eva.tap(everybody, "⏳ Laura")
    assert says(opened, "Laura entrega", "¿Coincide")
    assert "⏳ Laura" not in str(buttons(await phone_of(SUPERVISOR).type("/corte")))


@each_form
async def test_a_supervisor_sees_everybody_s_day_and_each_person_s_with_files_of_both(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    chief, rosa = phone_of(SUPERVISOR), phone_of(OTHER_COLLECTOR)
    await phone.type("/cobro 7 1000.00 efectivo")
    await rosa.type("/cobro 7 55.00 cheque")
    everybody = await chief.type("/corte 16/07/2019")
    assert says(everybody, "Laura", "$1,000.00", "Rosa", "$55.00", "Todo el equipo", "TOTALES", "$1,055.00")
    (file,) = await press(chief, everybody, "📄 PDF")
    assert file.document
    assert file.document[0] == "Corte Todo el equipo 2019-07-16.pdf"
    text = PdfReader(BytesIO(file.document[1])).pages[0].extract_text()
    assert "$1,055.00" in text
    laura = await chief.tap(everybody, "👤 Laura")
    assert says(laura, "Laura", "$1,000.00", "Por entregar")
    assert buttons(laura) == ["📄 PDF", "📊 Excel", "👥 Todo el equipo"]
    (file,) = await press(chief, laura, "📊 Excel")
    assert file.document
    assert file.document[0] == "Corte Laura 2019-07-16.xlsx"
    sheet = load_workbook(BytesIO(file.document[1]))["MXN"]
    assert [cell.value for cell in sheet[2]][13] == 1000
    assert says(await chief.tap(laura, "👥 Todo el equipo"), "Todo el equipo", "$1,055.00")
    assert says(await chief.type("/corte Laura"), "«Laura» no es una fecha")
    assert says(await phone.type("/corte 15/07"), "lunes 15/07/2019", "Ningún cobro.")
    assert says(await phone.type("/corte mañana"), "17/07/2019 aún no llega: hoy es 16/07/2019")
    assert says(await phone.type("/corte 2019-07-16"), "$1,000.00")


@running
async def test_who_hands_over_to_somebody_who_blocked_the_bot_is_told(
    phone: Phone, telegram: BotApiServer, wire: Wire
) -> None:
    telegram.faults.block(SUPERVISOR)
    wire.expected.add(("sendMessage", 403))
    await phone.type("/cobro 7 1000.00 efectivo")
    await press(phone, await phone.type("/corte"), "🤝 Entregar")
    assert says(phone.answers[-1], "por aceptar", "A Jorge no le llegan mensajes", "retire la entrega")
    await press(phone, phone.answers[-1], "↩️ Retirar la entrega")
    await press(phone, await phone.type("/corte"), "🤝 Entregar")
    assert says(phone.answers[-1], "no hay un supervisor")
