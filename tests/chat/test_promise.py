from collections.abc import Callable

import pytest

from bot.store.database import Database
from bot.store.models import CustomerRow
from tests import factories
from tests.chat.conftest import SUPERVISOR, Running
from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")

STRAIGHT = '/promesa 7 2019-07-23 "Pagaré con cheque"'
CURLY = "/promesa 7 2019-07-23 “Pagaré con cheque”"
ANGLED = "/promesa 7 23/07 «Pagaré con cheque»"
UNQUOTED = "/promise 7 +7 Pagaré con cheque"


@each_form
@pytest.mark.parametrize("second", [STRAIGHT, CURLY])
async def test_the_missions_second_example_reschedules_and_shows_the_seeds_list(
    phone: Phone, form: str, second: str
) -> None:
    first = await phone.type('/promesa 7 2019-07-18 "Pagare con cheque."')
    assert "Promesa 1 registrada" in first.plain_text
    assert "reagendada" not in first.plain_text

    answer = await phone.type(second)

    assert answer.plain_text.startswith("✅ Promesa 2 registrada: reagendada")
    for shown in (answer, await phone.type("/historial 7")):
        assert shown.is_rich == (form == "rich")
        assert says(shown, "1", "18/07/2019", "16/07/2019", "Pagare con cheque.", "2", "23/07/2019", "16/07/2019")
        assert says(shown, "Pagare con cheque.", "Pagaré con cheque")
        assert says(shown, "1", "reagendada", "2", "vigente")
        assert shown.plain_text.count("Laura") == 2
        if form == "rich":
            assert says(shown, "PROMESA", "FECHA", "USUARIO", "AGENDADO")


@each_form
async def test_a_document_is_named_in_several_ways(phone: Phone) -> None:
    for document in ("CFDI-21002", "CFDI 21002", "F21002", "21002"):
        answer = await phone.type(f"/promesa {document} viernes 100.50 en partes")

        assert says(answer, "documento CFDI-21002", "$100.50 · viernes 19/07/2019", "en partes"), document


@each_form
async def test_a_day_without_banks_is_pointed_out_with_a_button_to_the_next_one(phone: Phone) -> None:
    saturday = await phone.type("/promesa 7 2019-07-20 $500 la mitad")
    assert says(saturday, "⚠️ Ese día no abren los bancos", "lunes 22/07/2019")

    moved = await phone.tap(saturday, "📅 22/07/2019")

    assert moved.message_id == saturday.message_id
    assert "$500.00 · lunes 22/07/2019" in moved.plain_text
    assert "Promesa 2 registrada: reagendada" in moved.plain_text
    assert moved.plain_text.count("la mitad") == 2


@each_form
async def test_the_answers_buttons_open_the_statement_and_the_promises_month(phone: Phone) -> None:
    answer = await phone.type("/promesa 7 2019-08-05")

    assert "🤝 05/08/2019" in (await phone.tap(answer, "👤 Estado de cuenta")).plain_text
    month = await phone.tap(answer, "🗓 Agosto 2019")
    assert month.message_id > answer.message_id
    assert month.plain_text.startswith("Agosto 2019 · PESOS $2,842.00 · 1 documento")


@each_form
async def test_a_missing_date_is_asked_for_then_the_comment(phone: Phone) -> None:
    asked = await phone.type("/promesa 7")
    assert "¿Para qué día?" in asked.plain_text

    comment = await phone.tap(asked, "23")
    assert comment.message_id == asked.message_id
    assert "Escriba un comentario" in comment.plain_text

    recorded = await phone.tap(comment, "Sin comentario")
    assert "Promesa 1 registrada" in recorded.plain_text
    assert recorded.message_id == asked.message_id


@each_form
async def test_date_and_comment_may_be_typed(phone: Phone) -> None:
    history = await phone.type("/historial 7")
    await phone.tap(history, "🤝 Promesa")

    assert "Escriba un comentario" in (await phone.type("23 jul")).plain_text
    recorded = await phone.type("2 cheques & <más>")
    assert "Promesa 1 registrada" in recorded.plain_text
    assert "2 cheques & <más>" in recorded.plain_text


@each_form
async def test_a_far_date_is_confirmed_first_the_one_that_the_button_names(phone: Phone) -> None:
    asked = await phone.type("/promesa 7 2019-10-15 500 con calma")
    assert says(asked, "$500.00", "Faltan más de 60 días")
    assert "✅ Sí, 16/10/2019" in buttons(await phone.type("16/10"))
    assert "Aún no hay promesas." in (await phone.type("/historial 7")).plain_text

    recorded = await phone.tap(asked, "✅ Sí, 15/10/2019")

    assert says(recorded, "$500.00 · martes 15/10/2019", "con calma")


@pytest.mark.usefixtures("running")
async def test_angled_quotes_and_none_at_all_are_read_as_well(phone: Phone) -> None:
    for number, typed in enumerate((ANGLED, UNQUOTED), start=1):
        assert says(await phone.type(typed), f"Promesa {number} registrada", "martes 23/07/2019", "Pagaré con cheque")


@each_form
async def test_every_step_can_be_cancelled_and_records_nothing(phone: Phone) -> None:
    for step in ("date", "comment", "far"):
        question = await phone.type("/promesa 7 2019-12-02" if step == "far" else "/promesa 7")
        if step == "comment":
            question = await phone.tap(question, "18")

        cancelled = await phone.tap(question, "✕ Cancelar")

        assert cancelled.message_id == question.message_id
        assert (cancelled.plain_text, cancelled.buttons) == ("Cancelado: no se registró nada.", [])
        assert "Aún no hay promesas." in (await phone.type("/historial 7")).plain_text, step
        assert "no es un comando" in (await phone.type("23/07")).plain_text, "nothing waits for a date any more"


@each_form
async def test_a_folio_of_two_customers_is_asked_back(phone_of: Callable[[int], Phone]) -> None:
    supervisor = phone_of(SUPERVISOR)

    asked = await supervisor.type("/historial 7")

    assert buttons(asked) == ["7 · Juan Perez", "7 · Norma Ibarra"]
    assert "CL900 · Norma Ibarra" in (await supervisor.tap(asked, "7 · Norma Ibarra")).plain_text


@each_form
async def test_a_supervisors_promise_stands_in_the_collectors_list_under_their_name(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    await phone_of(SUPERVISOR).type("/promesa 9 2019-07-23 hablé con él")

    history = await phone.type("/history 9")

    assert "Jorge" in history.plain_text
    assert "hablé con él" in history.plain_text


@each_form
async def test_a_promise_just_made_is_undone_with_a_tap_and_what_it_rescheduled_is_in_force_again(phone: Phone) -> None:
    await phone.type("/promesa 7 2019-07-18 primera")
    made = await phone.type("/promesa 7 2019-07-23 segunda")

    undone = await phone.tap(made, "↩️ Deshacer")

    assert undone.message_id == made.message_id
    assert says(undone, "Deshecho", "1", "18/07/2019", "vigente", "2", "23/07/2019", "retirada")


@pytest.mark.usefixtures("running")
async def test_an_amount_after_its_currency_is_what_is_promised_and_not_all_that_is_owed(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        customer = session.query(CustomerRow).filter_by(code="CL001").one()
        factories.document(session, customer, "44", total=100000, currency="USD")

    recorded = await phone.type("/promesa 44 viernes USD 500.00")

    assert says(recorded, "USD 500.00", "viernes 19/07/2019")
    assert "1,000" not in recorded.plain_text


async def test_the_house_says_from_when_on_a_date_is_asked_about(phone: Phone, stopped: Running) -> None:
    stopped.start(promise_far_days=10)

    assert says(await phone.type("/promesa 7 26/07"), "Promesa 1 registrada")
    asked = await phone.type("/promesa 7 27/07")
    assert says(asked, "sábado 27/07/2019", "Faltan más de 10 días. ¿Es correcta la fecha?")
    assert says(await phone.tap(asked, "✅ Sí, 27/07/2019"), "Promesa 2 registrada: reagendada")
