"""A promise asked for step by step, in the chat."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.store.database import Database
from bot.store.models import DocumentRow
from tests import factories
from tests.chat.conftest import COLLECTOR, SUPERVISOR, TODAY, Running
from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")
pytestmark = pytest.mark.usefixtures("running")
CLOSED = "Esa pregunta ya se cerró"


async def test_promesa_alone_asks_for_the_customer_the_document_the_date_and_a_comment(phone: Phone) -> None:
    await phone.type("/estado CL002")
    asked = await phone.type("/promesa")
    assert buttons(asked) == ["CL002 · Ramiro Aldana", "✕ Cancelar"]

    document = await phone.tap(asked, "CL002")
    assert says(document, "CL002 Ramiro Aldana", "¿Qué documento?")
    assert "CFDI-21002 · $189.00" in buttons(document)
    assert "5 · $1,624.00" not in buttons(document)
    date = await phone.tap(await phone.tap(document, "▶"), "5 · ")
    assert says(date, "Documento 5", "¿Para qué día?")
    comment = await phone.tap(date, "23")
    recorded = await phone.tap(comment, "Sin comentario")

    assert says(recorded, "Promesa 2 registrada: reagendada", "$1,624.00", "martes 23/07/2019")
    assert recorded.message_id == asked.message_id


async def test_the_customer_and_the_document_may_be_typed(phone: Phone) -> None:
    await phone.type("/promesa")
    assert says(await phone.type("nadie así"), "nadie así")
    assert "CFDI-21002 · $189.00" in buttons(await phone.type("ramiro"))
    assert says(await phone.type("8"), "Documento 8")
    await phone.type("el 23")
    recorded = await phone.type("“Con cheque”")
    assert says(recorded, "Promesa 1 registrada", "«Con cheque»")


async def test_other_months_are_a_tap_away_and_days_without_banks_stand_in_dots(phone: Phone) -> None:
    july = await phone.type("/promesa 7")
    assert "15" not in buttons(july)  # it has gone by
    assert {"16", "·20·", "·21·", "22"} <= set(buttons(july))
    august = await phone.tap(july, "Agosto 2019")
    september = await phone.tap(august, "Septiembre 2019")
    assert september.message_id == july.message_id
    assert {"·15·", "·16·", "17"} <= set(buttons(september))
    assert says(await phone.tap(september, "17"), "Faltan más de 60 días")
    again = await phone.type("/promesa 7")
    assert says(await phone.tap(again, "Hoy"), "martes 16/07/2019")


async def test_a_place_that_is_no_day_does_nothing(phone: Phone) -> None:
    asked = await phone.type("/promesa 7")
    assert (await phone.tap(asked, "Lu")).plain_text == asked.plain_text
    assert phone.toasts == [""]


async def test_another_amount_is_typed_or_taken_back(phone: Phone) -> None:
    comment = await phone.tap(await phone.type("/promesa 7"), "23")
    amount = await phone.tap(comment, "Otro importe")
    assert says(amount, "¿Qué importe?")
    assert says(await phone.type("3000"), "$3,000.00", "$2,842.00")
    comment = await phone.type("$1,000.50")
    assert says(comment, "Documento 7", "💵 $1,000.50", "Escriba un comentario")
    whole = await phone.tap(await phone.tap(comment, "Otro importe"), "Todo: $2,842.00")
    assert "💵" not in whole.plain_text
    await phone.tap(whole, "Otro importe")
    recorded = await phone.tap(await phone.type("500"), "Sin comentario")
    assert says(recorded, "$500.00 · martes 23/07/2019")


async def test_martes_between_two_numbers_is_tuesday_and_not_march(phone: Phone) -> None:
    assert says(await phone.type("/promesa 7 martes 500"), "documento 7", "$500.00 · martes 23/07/2019")
    assert says(await phone.type("/promesa 8 martes 30"), "documento 8", "$4,872.00 · martes 30/07/2019")


async def test_the_hour_of_a_promise_is_not_its_amount(phone: Phone) -> None:
    assert says(await phone.type("/promesa 7 mañana 5 pm"), "$2,842.00 · miércoles 17/07/2019", "«5 pm»")


async def test_what_comes_unseen_with_a_paste_is_not_read(phone: Phone) -> None:
    promised = await phone.type("/promesa \u200e7\u200b vi\u00adernes \u202a$500\u202c")
    assert says(promised, "$500.00 · viernes 19/07/2019")
    assert says(await phone.type("/estado\u00a0\u2068CL002\u2069"), "Ramiro Aldana")
    await phone.type("/promesa 8")
    assert says(await phone.type("\u200e23/07/2019"), "martes 23/07/2019")


async def test_a_sum_typed_for_the_comment_promises_nothing_before_it_is_said_to_be_the_amount(phone: Phone) -> None:
    comment = await phone.tap(await phone.type("/promesa 7"), "23")
    for typed in ("$500", "500 pesos", "500.", "la mitad", "mil quinientos", "💰500"):
        assert says(await phone.type(typed), f"«{typed}» no se anotó como comentario", "Otro importe"), typed
    await phone.tap(comment, "Otro importe")
    await phone.type("500")
    assert says(await phone.type("881"), "$500.00 · martes 23/07/2019", "881")


async def test_choosing_among_documents_of_one_name_goes_on_with_what_was_typed(
    phone_of: Callable[[int], Phone],
) -> None:
    supervisor = phone_of(SUPERVISOR)
    asked = await supervisor.type('/promesa 7 2019-07-23 $500 "Con cheque"')
    assert buttons(asked) == ["7 · Juan Perez · $2,842.00", "7 · Norma Ibarra · $555.00", "✕ Cancelar"]

    recorded = await supervisor.tap(asked, "7 · Norma Ibarra")

    assert says(recorded, "Promesa 1 registrada", "Norma Ibarra", "$500.00 · martes 23/07/2019", "Con cheque")
    assert says(await phone_of(COLLECTOR).type("/historial 7"), "Aún no hay promesas.")


async def test_a_button_of_an_older_question_says_so_and_leaves_the_newest_alone(phone: Phone) -> None:
    seven = await phone.type("/promesa 7")
    eight = await phone.type("/promesa 8")
    for old in ("23", "Agosto 2019", "✕ Cancelar"):
        assert says(await phone.tap(seven, old), CLOSED), old

    recorded = await phone.tap(await phone.tap(eight, "24"), "Sin comentario")

    assert says(recorded, "documento 8", "miércoles 24/07/2019")
    assert says(await phone.tap(seven, "23"), CLOSED)
    assert says(await phone.type("/historial 7"), "Aún no hay promesas.")


async def test_every_new_step_can_be_cancelled(phone: Phone) -> None:
    for name in ("customer", "document", "amount"):
        asked = await phone.type("/promesa")
        if name == "document":
            asked = await phone.type("ramiro")
        if name == "amount":
            asked = await phone.tap(await phone.tap(await phone.type("/promesa 7"), "23"), "Otro importe")
        assert (await phone.tap(asked, "✕ Cancelar")).plain_text == "Cancelado: no se registró nada.", name
        assert says(await phone.type("ramiro"), "no es un comando"), name


async def test_the_questions_survive_a_restart(phone: Phone, running: Running) -> None:
    await phone.type("/promesa")
    document = await phone.type("ramiro")
    await running.stop()
    running.start()
    date = await phone.tap(document, "CFDI-21002")
    await running.stop()
    running.start()
    assert says(await phone.tap(await phone.tap(date, "23"), "Sin comentario"), "Promesa 1 registrada")


async def test_a_text_after_another_command_is_not_taken_for_the_comment(phone: Phone) -> None:
    comment = await phone.tap(await phone.type("/promesa 7"), "23")
    assert "Escriba un comentario" in comment.plain_text
    assert says(await phone.type("/estado"), "Escriba el código")

    asked = await phone.type("ramiro")

    assert says(asked, "«ramiro» no se anotó", "Documento 7", "Escriba un comentario")
    recorded = await phone.type("“Con cheque”")
    assert says(recorded, "Promesa 1 registrada", "«Con cheque»")
    assert "ramiro" not in phone.texts[-1]


async def test_a_command_that_begins_a_promise_anew_is_answered_at_once(phone: Phone) -> None:
    await phone.type("/promesa 7")
    await phone.type("/estado CL002")
    await phone.type("/promesa 8")

    await phone.type("el 23")

    assert says(await phone.type("Con cheque"), "Promesa 1 registrada", "documento 8", "Con cheque")


async def test_a_past_day_is_refused_when_it_is_typed_and_another_is_taken(phone: Phone) -> None:
    await phone.type("/promesa 8")
    assert says(await phone.type("01/07/2019"), "01/07/2019 ya pasó")
    assert says(await phone.type("24/07"), "miércoles 24/07/2019", "Escriba un comentario")


async def test_an_amount_too_large_for_the_document_chosen_is_asked_for_again(
    phone_of: Callable[[int], Phone],
) -> None:
    supervisor = phone_of(SUPERVISOR)
    asked = await supervisor.type("/promesa 7 viernes 1000 con cheque")
    amount = await supervisor.tap(asked, "7 · Norma Ibarra")
    assert says(amount, "$555.00", "¿Qué importe?")
    assert says(await supervisor.type("300"), "registrada", "$300.00", "con cheque")


async def test_a_document_paid_before_all_are_confirmed_stops_them_all(phone: Phone, database: Database) -> None:
    agenda = await phone.type("/agenda")
    toggles = [button.data or "" for button in agenda.buttons if (button.data or "").startswith("tk")][:2]
    for data in toggles:
        agenda = await phone.tap(agenda, data)
    confirm = await phone.tap(await phone.tap(await phone.tap(agenda, "as"), "23"), "Sin comentario")
    with database.transaction() as session:
        paid = session.get_one(DocumentRow, int(toggles[0].split(":")[1]))
        factories.application(session, paid, paid.total - paid.applied, TODAY)

    refused = await phone.tap(confirm, "✅ Agendar 2 documentos")

    assert says(refused, paid.folio, "pagado")
    for data in toggles:
        history = await phone.forge(agenda, f"hi:{data.split(':')[1]}")
        assert "23/07/2019" not in history[-1].plain_text


async def test_an_old_button_of_the_next_banking_day_moves_no_other_promise(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    drawn = await phone.type('/promesa 8 20/07 "de Laura"')
    await phone_of(SUPERVISOR).type('/promesa 8 30/07 1000 "transferencia"')

    assert says(
        await phone.tap(drawn, "📅 22/07/2019"), "La promesa 1 del documento 8 ya está reagendada", "no se cambió"
    )
    assert says(await phone.type("/historial 8"), "2", "30/07/2019", "vigente")


async def test_a_question_left_open_over_midnight_says_that_its_day_has_gone_by_and_asks_for_another(
    phone: Phone, running: Running
) -> None:
    asked = await phone.type("/promesa 7,9")
    await phone.tap(asked, "Hoy")
    summary = await phone.type("con cheque")
    await running.stop()
    running.start(business_date=TODAY + timedelta(days=1))

    again = await phone.tap(summary, "✅ Agendar 2 documentos")
    assert says(again, "2 documentos", "16/07/2019 ya pasó: hoy es 17/07/2019", "¿Para qué día?")
    assert says(await phone.type("en efectivo"), "16/07/2019 ya pasó: hoy es 17/07/2019")
    summary = await phone.tap(again, "18")
    assert says(await phone.tap(summary, "✅ Agendar 2 documentos"), "2 promesas registradas para el jueves 18/07/2019")
