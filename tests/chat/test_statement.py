from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from bot.domain.occasion import Occasion
from bot.domain.people import Person, Role
from bot.domain.receivables import DocumentKind
from bot.services import judgement, scheduling
from bot.store.database import Database
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.chat.conftest import TODAY, Running, Wire
from tests.chat.phone import Phone, buttons, says
from tests.factories import NOON

each_form = pytest.mark.usefixtures("each_form")

SEED_FOLIOS = ["21002", "21088", "21090", "21091", "21095", "21096", "21098", "21100"]
SEED_BALANCES = ["$189.00", "$323.00", "$323.00", "$215.00", "$52.00", "$359.00", "$196.00", "$121.00"]


@each_form
async def test_the_missions_first_example_shows_what_a_customer_owes_today(phone: Phone, form: str) -> None:
    answer = await phone.type("/estado CL002")

    assert answer.is_rich == (form == "rich")
    for said in ("CL002 · Ramiro Aldana", "Estado de cuenta al 16/07/2019", "$1,624.00", "$4,872.00", "$8,274.00"):
        assert said in answer.plain_text
    assert buttons(answer)[-4:] == ["📄 PDF", "📊 Excel", "✉️ Enviar por correo", "🤝 Promesa"]


@each_form
async def test_as_of_the_seeds_date_it_is_the_seeds_table_with_a_total_that_adds_up(phone: Phone, form: str) -> None:
    answer = await phone.type("/estado CL002 2019-03-19")

    assert "Estado de cuenta al 19/03/2019" in answer.plain_text
    assert buttons(answer)[:8] == [f"CFDI-{folio}" for folio in SEED_FOLIOS]
    for folio, balance in zip(SEED_FOLIOS, SEED_BALANCES, strict=True):
        assert says(answer, folio, balance)
    assert says(answer, "21002", "99", "21088", "71", "21090", "71", "21091", "71", "21095", "71", "21100", "71")
    if form == "rich":
        assert says(answer, "42017 / Factura CFDI 2017", "$0.00")
    assert says(answer, "PESOS · TOTALES", "$1,778.00")
    assert "$1,779.00" not in answer.plain_text


@each_form
async def test_that_the_aging_adds_up_without_the_credits_in_the_total_is_said(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        debtor = factories.customer(session, "CL050", "Zoila Luna", rfc="LUZO900101XX1")
        factories.document(session, debtor, "A-1", total=100000)
        factories.document(session, debtor, "NC-1", total=40000, kind=DocumentKind.CREDIT_NOTE)
    answer = await phone.type("/estado CL050")
    assert says(answer, "TOTALES", "$600.00", "Por vencer", "$1,000.00", "No descuenta créditos por aplicar.")
    assert "No descuenta" not in (await phone.type("/estado CL001")).plain_text


@each_form
async def test_the_date_is_typed_in_any_form_and_without_its_year_is_the_last_such_day(phone: Phone) -> None:
    for typed in (
        " 19/03",
        " 19 mar 2019",
        " 19 de marzo de 2019",
        " al 19.03.2019",
        "\n2019-03-19",
        " el martes 19/03",
    ):
        shown = await phone.type(f"/estado CL002{typed}")
        assert "Estado de cuenta al 19/03/2019" in shown.plain_text, typed
    assert "Estado de cuenta al 15/07/2019" in (await phone.type("/estado CL002 ayer")).plain_text
    assert "«30 feb» no es una fecha" in (await phone.type("/estado CL002 30 feb")).plain_text


@each_form
async def test_a_customer_is_found_by_code_name_typo_rfc_or_folio(phone: Phone) -> None:
    for wanted in ("cl002", "ramiro", "RAMIRO ALDANA", "Aldna", "aarr750315cd2", "CFDI-21096"):
        assert "CL002 · Ramiro Aldana" in (await phone.type(f"/estado {wanted}")).plain_text, wanted


@each_form
async def test_of_several_customers_one_is_tapped(phone: Phone) -> None:
    asked = await phone.type("/estado ramir")
    assert buttons(asked) == ["CL002 · Ramiro Aldana", "CL003 · Samuel Ramirez"]

    assert "CL003 · Samuel Ramirez" in (await phone.tap(asked, "CL003 · Samuel Ramirez")).plain_text
    asked = await phone.type("/estado ramir 19/03")
    assert "Estado de cuenta al 19/03/2019" in (await phone.tap(asked, "CL002 · Ramiro Aldana")).plain_text


@pytest.mark.usefixtures("running")
async def test_that_more_customers_match_than_are_offered_is_said_wherever_one_is_chosen(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        for letter in "ABCDEFGHI":
            factories.customer(session, f"G{letter}", f"García {letter}")
    await phone.type("/promesa")
    for typed in ("garcia", "/estado garcia", "/agenda garcia", "/resumen garcia", "/enviar garcia"):
        asked = await phone.type(typed)
        assert "Hay más: escriba más del nombre." in asked.plain_text, typed
        offered = [text for text in buttons(asked) if text.startswith("G")]
        assert offered == [f"G{letter} · García {letter}" for letter in "ABCDEFGH"], typed


@each_form
async def test_alone_it_asks_for_whom_and_offers_those_who_owe_then_those_seen_last(phone: Phone) -> None:
    asked = await phone.type("/estado")
    assert "/estado CL002" in asked.plain_text
    assert [text[:5] for text in buttons(asked)] == ["CL001", "CL002", "CL003"]
    await phone.type("/estado CL003")
    await phone.type("/statement CL001")

    asked = await phone.type("/estado")

    assert buttons(asked) == ["CL001 · Juan Perez", "CL003 · Samuel Ramirez"]
    assert "CL001 · Juan Perez" in (await phone.tap(asked, "CL001 · Juan Perez")).plain_text


@each_form
async def test_the_pdf_button_brings_the_statement_of_that_date(phone: Phone) -> None:
    shown = await phone.type("/estado CL002 19/03/2019")

    name, content = (await phone.tap(shown, "📄 PDF")).document or ("", b"")

    assert name == "Estado de cuenta CL002 2019-03-19.pdf"
    assert content.startswith(b"%PDF")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert "21098" in text
    assert "1,778.00" in text


@each_form
async def test_the_excel_button_brings_the_same_as_a_workbook(phone: Phone) -> None:
    shown = await phone.type("/estado CL002 2019-03-19")

    name, content = (await phone.tap(shown, "📊 Excel")).document or ("", b"")

    assert name == "Estado de cuenta CL002 2019-03-19.xlsx"
    lines = [line for sheet in load_workbook(BytesIO(content)) for line in sheet.values if line[5] in SEED_FOLIOS]
    assert [line[6] for line in lines] == [99] + [71] * 7
    assert sum(Decimal(str(line[9])) for line in lines) == 1778


@each_form
async def test_a_documents_button_opens_its_history_and_the_way_back(phone: Phone) -> None:
    shown = await phone.type("/estado CL002")

    history = await phone.tap(shown, "CFDI-21002")
    assert history.plain_text.startswith("Documento CFDI-21002")
    assert "Aún no hay promesas." in history.plain_text

    assert "Estado de cuenta al 16/07/2019" in (await phone.tap(history, "👤 Estado de cuenta")).plain_text


@each_form
async def test_the_mail_and_promise_buttons_lead_on_with_this_customer(phone: Phone) -> None:
    shown = await phone.type("/estado CL003")

    assert "pagos@cl003.example" in (await phone.tap(shown, "✉️ Enviar por correo")).plain_text
    agenda = await phone.tap(shown, "🤝 Promesa")
    assert "Samuel Ramirez" in agenda.plain_text
    assert "Juan Perez" not in agenda.plain_text


@each_form
@pytest.mark.usefixtures("long_statement")
async def test_pages_of_a_long_statement_turn_in_place(phone: Phone, wire: Wire) -> None:
    wire.expected.add(("editMessageText", 400))  # a page that is shown already is «not modified»
    first = await phone.type("/estado CL777")
    assert "F-13" not in buttons(first)
    assert "2/3" not in buttons(first)

    second = await phone.tap(first, "▶")

    assert second.message_id == first.message_id
    assert "1/3" not in buttons(second)
    assert {"F-13", "F-24", "◀", "2/3", "▶"} <= set(buttons(second))
    assert "$30.00" in second.plain_text, "the totals are those of the whole"
    same = await phone.tap(second, "2/3")
    assert (same.message_id, same.plain_text) == (first.message_id, second.plain_text)


@pytest.mark.usefixtures("old_server")
async def test_an_old_server_gets_the_plain_form_and_is_not_asked_again(phone: Phone, stopped: Running) -> None:
    stopped.start()

    answers = [await phone.type("/estado CL002") for _ in range(3)]

    assert not any(answer.is_rich for answer in answers)
    assert [call.method for call in phone.world.calls].count("sendRichMessage") == 1


@each_form
async def test_how_well_a_customer_keeps_promises_stands_beside_the_name(phone: Phone, database: Database) -> None:
    assert "Cumplió" not in (await phone.type("/estado CL002")).plain_text
    monday = date(2019, 6, 3)
    with database.transaction() as session:
        ramiro = session.query(CustomerRow).where(CustomerRow.code == "CL002").one()
        named = DocumentRow.customer_id == ramiro.id, DocumentRow.folio.in_(SEED_FOLIOS[:3])
        ids = [row.id for row in session.query(DocumentRow).where(*named)]
        occasion = Occasion(Person(0, "Oficina", Role.SUPERVISOR, None), monday, NOON)
        for each in ids:
            scheduling.promise(session, occasion, [each], monday)
        judgement.judge(session, TODAY, NOON, 1)

    shown = await phone.type("/estado CL002")

    assert says(shown, "CL002", "Cumplió 0 de 3 promesas en 90 días", "3 promesas incumplidas", "Estado de cuenta al")
    others = await phone.type("/estado CL003")
    assert "Cumplió" not in others.plain_text


@pytest.mark.usefixtures("running")
async def test_a_comma_may_stand_between_a_customer_and_a_date(phone: Phone) -> None:
    assert says(await phone.type("/estado CL002, 19 mar"), "CL002", "19/03/2019")


async def test_alone_it_asks_for_whom_and_the_next_text_answers_even_after_a_restart(
    phone: Phone, running: Running
) -> None:
    assert says(await phone.type("/estado"), "¿De quién?", "/estado CL002")
    assert says(await phone.type("nadie"), "«nadie»", "Escriba el código")
    await running.stop()
    running.start()

    assert says(await phone.type("ramiro 19/03/2019"), "CL002 · Ramiro Aldana", "Estado de cuenta al 19/03/2019")

    assert says(await phone.type("ramiro"), "no es un comando")


@pytest.mark.usefixtures("running")
async def test_a_text_after_another_command_is_not_taken_for_whose_statement_is_asked_for(phone: Phone) -> None:
    await phone.type("/estado")
    await phone.type("/hoy")
    assert says(await phone.type("ramiro"), "no es un comando")


@pytest.mark.usefixtures("running")
async def test_while_something_else_is_asked_the_customer_is_to_stand_after_the_command(phone: Phone) -> None:
    await phone.tap(await phone.type("/promesa 7"), "23")

    assert says(await phone.type("/estado"), "después del comando")

    assert says(await phone.type("ramiro"), "«ramiro» no se anotó", "Escriba un comentario")
