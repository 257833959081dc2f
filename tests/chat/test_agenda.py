from collections.abc import Callable

import pytest
from sqlalchemy import update

from bot.demo.chat import Message
from bot.domain.promises import TOLERANCE_DAYS
from bot.services import judgement
from bot.store.database import Database
from bot.store.models import DocumentRow
from tests import factories
from tests.chat.conftest import SUPERVISOR, TODAY, Running
from tests.chat.phone import Phone, buttons, says
from tests.factories import NOON

each_form = pytest.mark.usefixtures("each_form")


def box(message: Message, document: str, *, ticked: bool = False) -> str:
    """The data of a document's box: in the rich form it stands beside the document, in the plain one it names it."""
    mark = "☑" if ticked else "☐"
    seen = list(message.buttons)
    for place, button in enumerate(seen):
        after = seen[place + 1].text if place + 1 < len(seen) else ""
        if button.text.startswith(mark) and (f"{mark} {document} · " in button.text or after == document):
            return button.data or ""
    raise LookupError(f"{document} among {buttons(message)}")


@pytest.fixture
async def two_ticked(phone: Phone, each_form: Running) -> Message:
    """The agenda with documents 7 and 9 ticked, on two pages of the list."""
    assert each_form
    shown = await phone.type("/agenda")
    shown = await phone.tap(shown, box(shown, "7"))
    shown = await phone.tap(shown, "▶")
    return await phone.tap(shown, box(shown, "9"))


@each_form
async def test_the_agenda_is_the_seeds_table_over_the_portfolio(phone: Phone, form: str) -> None:
    shown = await phone.type("/agenda")

    assert shown.is_rich == (form == "rich")
    for said in ("CL001", "Juan Perez", "Factura Crédito", "16/07/2019", "$2,842.00", "CFDI-21098", "12 documentos"):
        assert said in shown.plain_text
    assert "Norma Ibarra" not in shown.plain_text
    assert box(shown, "7")
    assert "🤝 16/07/2019" in (await phone.tap(shown, "▶")).plain_text


async def test_ticked_documents_are_scheduled_together_date_comment_confirmation(
    phone: Phone, two_ticked: Message
) -> None:
    assert "2 marcados" in two_ticked.plain_text

    date = await phone.tap(two_ticked, "📅 Agendar 2 documentos")
    assert "2 documentos" in date.plain_text
    assert "$8,120.00" in date.plain_text
    comment = await phone.tap(date, "23")
    summary = await phone.type("pasa por la tarde")
    assert comment.message_id == date.message_id
    for said in ("martes 23/07/2019", "Juan Perez", "Samuel Ramirez", "$8,120.00", "pasa por la tarde"):
        assert said in summary.plain_text
    assert "Aún no hay promesas." in (await phone.type("/historial 7")).plain_text, "not before the confirmation"

    recorded = await phone.tap(summary, "✅ Agendar 2 documentos")

    assert recorded.plain_text.count("Promesa 1 registrada") == 2
    assert "$8,120.00" in recorded.plain_text
    for folio in ("7", "9"):
        assert "pasa por la tarde" in (await phone.type(f"/historial {folio}")).plain_text
    assert "marcado" not in (await phone.type("/agenda")).plain_text
    assert phone.toasts[-1] == "Registrada"


async def test_a_day_without_banks_is_moved_for_all_with_one_tap_before_they_are_scheduled(
    phone: Phone, two_ticked: Message
) -> None:
    date = await phone.tap(two_ticked, "📅 Agendar 2 documentos")
    summary = await phone.tap(await phone.tap(date, "·20·"), "Sin comentario")
    assert says(summary, "sábado 20/07/2019", "no abren los bancos", "lunes 22/07/2019")

    moved = await phone.tap(summary, "📅 22/07/2019")
    assert "bancos" not in moved.plain_text
    recorded = await phone.tap(moved, "✅ Agendar 2 documentos")
    assert says(recorded, "2 promesas registradas para el lunes 22/07/2019")


@pytest.mark.usefixtures("running")
async def test_several_in_one_line_for_a_day_without_banks_move_together_with_one_tap(phone: Phone) -> None:
    recorded = await phone.type("/promesa 7,9 sábado")
    assert says(recorded, "2 promesas registradas para el sábado 20/07/2019", "lunes 22/07/2019")
    moved = await phone.tap(recorded, "📅 22/07/2019")
    assert says(moved, "2 promesas registradas para el lunes 22/07/2019", "Promesa 2 registrada: reagendada")
    for folio in ("7", "9"):
        assert says(await phone.type(f"/historial {folio}"), "20/07/2019", "22/07/2019", "vigente")


async def test_cancelling_at_any_step_records_nothing_and_keeps_the_ticks(phone: Phone, two_ticked: Message) -> None:
    for step in ("date", "comment", "confirmation"):
        question = await phone.tap(two_ticked, "📅 Agendar 2 documentos")
        if step != "date":
            question = await phone.tap(question, "Hoy")
        if step == "confirmation":
            question = await phone.tap(question, "Sin comentario")

        cancelled = await phone.tap(question, "✕ Cancelar")

        assert cancelled.plain_text == "Cancelado: no se registró nada."
        assert "Aún no hay promesas." in (await phone.type("/historial 9")).plain_text, step
        assert "2 marcados" in (await phone.type("/agenda")).plain_text


async def test_a_box_is_cleared_by_a_second_tap_and_all_by_one_button(phone: Phone, two_ticked: Message) -> None:
    one = await phone.tap(two_ticked, box(two_ticked, "9", ticked=True))
    assert (one.message_id, "1 marcado" in one.plain_text) == (two_ticked.message_id, True)

    none = await phone.tap(one, "✕ Quitar marcas")

    assert "marcado" not in none.plain_text
    assert not any("Agendar" in text for text in buttons(none))


@each_form
async def test_filters_and_pages_edit_the_same_message(phone: Phone) -> None:
    shown = await phone.type("/agenda")
    assert "1/2" in buttons(shown)
    second = await phone.tap(shown, "▶")
    assert "2/2" in buttons(second)

    overdue = await phone.tap(second, "ag:0:o")
    assert any(text.startswith("● ") for text in buttons(overdue))
    assert "CFDI-21100" in overdue.plain_text
    assert "Juan Perez" not in overdue.plain_text

    both = await phone.tap(overdue, "Sin promesa")
    everything = await phone.tap(await phone.tap(both, "ag:0:p"), "● Sin promesa")

    assert "Juan Perez" in everything.plain_text
    assert len({m.message_id for m in (shown, second, overdue, both, everything)}) == 1


@each_form
async def test_a_page_is_ticked_with_one_tap_and_what_stands_elsewhere_is_named(phone: Phone) -> None:
    first = await phone.type("/agenda")
    second = await phone.tap(await phone.tap(first, box(first, "7")), "▶")
    assert "fuera de esta página: 7" in second.plain_text

    page = await phone.tap(second, "☑ Marcar página")

    assert page.message_id == first.message_id
    assert "5 marcados · fuera de esta página: 7" in page.plain_text
    assert "☑ Marcar página" not in buttons(page), "there is nothing left to tick here"
    assert "📅 Agendar 5 documentos" in buttons(page)
    assert "5 marcados" in (await phone.tap(page, "Solo vencidos")).plain_text


@each_form
async def test_one_customers_agenda_is_a_tap_or_a_name_away_and_keeps_the_other_filters(phone: Phone) -> None:
    shown = await phone.tap(await phone.type("/agenda"), "Sin promesa")
    customers = await phone.tap(shown, "🔎 Un cliente")
    assert [text for text in buttons(customers) if text.startswith("CL")] == [
        "CL001 · Juan Perez",
        "CL002 · Ramiro Aldana",
        "CL003 · Samuel Ramirez",
    ]

    one = await phone.tap(customers, "CL003")

    assert one.message_id == shown.message_id
    assert "CL003 Samuel Ramirez" in one.plain_text
    assert "1 documento" in one.plain_text
    assert {"● CL003 Samuel Ramirez", "● Sin promesa"} <= set(buttons(one))
    everyone = await phone.tap(one, "● CL003")
    back = await phone.tap(await phone.tap(everyone, "🔎 Un cliente"), "📋 Agenda")
    assert "Juan Perez" in back.plain_text

    typed = await phone.type("/agenda cl003")
    assert "● CL003 Samuel Ramirez" in buttons(typed)
    assert "Juan Perez" not in typed.plain_text
    assert (await phone.type("/agenda CL900")).plain_text.startswith("✋")


async def test_a_name_that_several_answer_to_offers_each_ones_agenda(
    phone_of: Callable[[int], Phone], running: Running
) -> None:
    assert running
    supervisor = phone_of(SUPERVISOR)
    asked = await supervisor.type("/agenda ra")
    assert "Varios clientes coinciden con «ra»" in asked.plain_text
    assert "● CL900 Norma Ibarra" in buttons(await supervisor.tap(asked, "CL900"))


@each_form
async def test_what_is_ticked_outlives_the_bot(phone: Phone, stopped: Running) -> None:
    shown = await phone.type("/agenda")
    await phone.tap(shown, "☑ Marcar página")
    await stopped.stop()
    stopped.start()
    assert "8 marcados" in (await phone.type("/agenda")).plain_text


@each_form
async def test_scheduling_with_nothing_ticked_says_what_to_do(phone: Phone) -> None:
    shown = await phone.type("/agenda")
    ticked = await phone.tap(shown, box(shown, "7"))
    (as_drawn,) = (b.data for b in ticked.buttons if b.text == "📅 Agendar 1 documento")
    await phone.tap(ticked, box(ticked, "7", ticked=True))

    (said,) = await phone.forge(ticked, as_drawn or "")

    assert said.plain_text == "✋ No hay documentos marcados. Marque primero algunos en /agenda."


@each_form
async def test_the_greetings_buttons_open_today_the_agenda_and_the_calendar(phone: Phone) -> None:
    hello = await phone.type("/start")

    assert hello.plain_text.startswith("Buen día, Laura.")
    assert "martes 16/07/2019" in (await phone.tap(hello, "☀️ Hoy")).plain_text
    assert "Agenda al 16/07/2019" in (await phone.tap(hello, "📋 Agenda")).plain_text
    assert "Julio 2019" in (await phone.tap(hello, "🗓 Calendario")).plain_text


@each_form
async def test_today_lists_what_is_due_and_what_broke_with_the_way_to_reschedule(
    phone: Phone, stopped: Running, database: Database
) -> None:
    due = await phone.type("/hoy")
    for said in ("martes 16/07/2019", "Para hoy", "Ramiro Aldana", "$1,624.00", "Pago en efectivo"):
        assert said in due.plain_text
    (document,) = (b.data for b in due.buttons if (b.data or "").startswith("hi:"))
    assert (await phone.tap(due, document or "")).plain_text.startswith("Documento 5")
    await stopped.stop()
    the_18th = TODAY.replace(day=18)
    with database.transaction() as session:
        judgement.judge(session, the_18th, NOON, TOLERANCE_DAYS)
    stopped.start(business_date=the_18th)

    broken = await phone.type("/today")
    assert "Incumplidas" in broken.plain_text
    assert "⚠️ 16/07/2019 incumplida" in broken.plain_text
    assert "Promesas cumplidas en 90 días: 0 de 1" in broken.plain_text
    asked = await phone.tap(broken, "🔁 Reagendar 5")

    assert "¿Para qué día?" in asked.plain_text
    assert "Julio 2019" in (await phone.tap(broken, "🗓 Julio 2019")).plain_text


@each_form
async def test_every_document_of_today_is_found_page_by_page_in_the_same_message(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        customer = factories.customer(session, "CL777", "Hugo Luna")
        ids = [factories.document(session, customer, f"9{n:02}", total=100_00).id for n in range(14)]
    for n in range(14):
        await phone.type(f"/promesa 9{n:02} hoy")

    first = await phone.type("/hoy")
    found = {b.data for b in first.buttons if (b.data or "").startswith("hi:")}
    second = await phone.tap(first, "▶")
    assert second.message_id == first.message_id
    assert "PESOS · TOTALES (15 documentos)" in second.plain_text
    found |= {b.data for b in second.buttons if (b.data or "").startswith("hi:")}
    assert {f"hi:{number}" for number in ids} < found
    assert len(found) == 15
    # As it stands under messages of before: a list of its own.
    (again,) = await phone.forge(second, "hy")
    assert again.plain_text == (await phone.tap(second, "◀")).plain_text


@each_form
async def test_a_supervisor_sees_every_portfolio(phone_of: Callable[[int], Phone]) -> None:
    supervisor = phone_of(SUPERVISOR)
    await supervisor.type("/promesa 9 2019-07-16")

    assert "Samuel Ramirez" in (await supervisor.type("/hoy")).plain_text
    assert "CL900" in (await supervisor.type("/estado norma")).plain_text


@each_form
async def test_the_day_is_told_in_the_currency_to_which_a_file_has_corrected_a_promised_document(
    phone: Phone, database: Database
) -> None:
    await phone.type("/promesa 7 hoy 1000 en efectivo")
    with database.transaction() as session:
        session.execute(update(DocumentRow).where(DocumentRow.folio == "7").values(currency="USD"))
    assert "USD 1,000.00" in (await phone.type("/hoy")).plain_text
