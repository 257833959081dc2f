"""`/resumen` over the wire: its pictures, its buttons, and who sees what."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.calendar import Collector
from bot.store.database import Database
from bot.store.models import CustomerRow, PersonRow
from tests import factories
from tests.chat.conftest import SUPERVISOR
from tests.chat.phone import Phone, buttons, says
from tests.chat.test_calendar import pictures, uploads

each_form = pytest.mark.usefixtures("each_form")
ROSAS = "c" + Collector("C2").key


@each_form
async def test_a_collector_sees_their_portfolio_by_age_as_a_picture_with_its_figures(phone: Phone, form: str) -> None:
    shown = await phone.type("/resumen")

    assert says(shown, "Antigüedad de saldos", "PESOS", "$16,394.00", "16/07/2019", "Toda la cartera")
    assert says(shown, "Por vencer", "$14,616.00", "Más de 90 días", "$1,778.00", "TOTALES", "$16,394.00")
    assert "📊 Antigüedad" not in buttons(shown)
    assert buttons(shown)[0] == "💵 Próximas semanas"
    assert not {"🤝 Cumplimiento", "👤 De todos"} & set(buttons(shown))
    (call,) = (call for call in phone.world.calls if call.files)
    with Image.open(BytesIO(call.files["photo"].content)) as picture:
        assert picture.width == 1080
    assert (call.method, shown.is_rich) == (("sendRichMessage", True) if form == "rich" else ("sendPhoto", False))


@each_form
async def test_all_that_there_is_to_see_edits_the_same_message(
    phone_of: Callable[[int], Phone], database: Database
) -> None:
    with database.transaction() as session:
        norma = session.query(CustomerRow).filter_by(code="CL900").one()
        factories.document(session, norma, "D-1", total=250_00, currency="USD", due=date(2019, 7, 1))
    boss = phone_of(SUPERVISOR)
    shown = await boss.type("/summary")
    seen = []
    for tapped in ("DÓLARES", "PESOS", "💵 Próximas semanas", "🤝 Cumplimiento", "📊 Antigüedad", "👤 De todos"):
        again = await boss.tap(shown, tapped)
        assert again.message_id == shown.message_id
        seen.append(again.plain_text)
        shown = again
    dollars, pesos, weeks, kept, _, asked = seen
    assert "USD 250.00" in dollars
    assert "$" not in dollars
    assert "$555.00" not in pesos  # the whole team's
    assert "Próximas semanas" in weeks
    assert "no se ha juzgado ninguna promesa" in kept
    assert "¿De qué cobrador" in asked
    rosas = await boss.tap(shown, "👤 C2 · Rosa")
    assert says(rosas, "$555.00", "Rosa", "Por vencer", "$555.00")
    dark = await boss.tap(rosas, "🌙 Oscuro")
    assert says(dark, "$555.00", "Rosa")
    assert pictures(dark).isdisjoint(pictures(rosas))
    assert "☀️ Claro" in buttons(await boss.type("/resumen"))
    assert len(boss.answers) == 2


@each_form
async def test_the_coming_weeks_hold_what_was_promised_a_moment_ago(phone: Phone) -> None:
    shown = await phone.tap(await phone.type("/resumen"), "💵 Próximas semanas")
    before = shown.plain_text
    await phone.type("/promesa 7 2019-07-23 $1000")
    again = await phone.tap(await phone.type("/resumen"), "💵 Próximas semanas")
    assert again.plain_text != before
    assert says(again, "15/07–21/07", "$1,624.00", "22/07–28/07", "$1,000.00", "TOTALES", "$2,624.00")


@each_form
async def test_one_customer_by_name_or_chosen_among_several_leads_to_their_statement(phone: Phone) -> None:
    shown = await phone.type("/resumen CL002")
    assert says(shown, "Antigüedad de saldos", "CL002 · Ramiro Aldana", "TOTALES")
    weeks = await phone.tap(shown, "💵 Próximas semanas")
    assert says(weeks, "CL002 · Ramiro Aldana", "$1,624.00")
    assert (await phone.tap(weeks, "👤 Estado de cuenta")).plain_text.startswith("CL002 · Ramiro Aldana")

    which = await phone.type("/resumen r")
    assert says(which, "¿Cuál?")
    chosen = await phone.tap(which, "CL002")
    assert says(chosen, "Antigüedad de saldos", "CL002 · Ramiro Aldana")


@each_form
async def test_the_same_summary_is_drawn_and_uploaded_once_and_a_changed_one_anew(phone: Phone) -> None:
    first = await phone.type("/resumen")
    again = await phone.type("/resumen")
    assert uploads(phone) == 1
    assert pictures(first) == pictures(again) != set()
    weeks = await phone.tap(again, "💵 Próximas semanas")
    assert uploads(phone) == 2
    assert pictures(await phone.tap(weeks, "📊 Antigüedad")) == pictures(first)
    assert uploads(phone) == 2
    await phone.type("/promesa 7 2019-07-18")
    changed = await phone.tap(await phone.type("/resumen"), "💵 Próximas semanas")
    assert uploads(phone) == 3
    assert pictures(changed).isdisjoint(pictures(weeks))


@each_form
async def test_a_button_is_held_against_what_the_person_may_see_now(phone: Phone, database: Database) -> None:
    shown = await phone.type("/resumen")
    with database.transaction() as session:
        norma = session.query(CustomerRow).filter_by(code="CL900").one().id
    for data, why in (
        (f"su:a:MXN:{ROSAS}", "/resumen"),
        (f"sc:a:MXN:{ROSAS}:0", "/resumen"),
        (f"sm:1:e:MXN:{ROSAS}", "/resumen"),
        (f"su:a:MXN:u{norma}", "✋"),
        ("su:k:MXN:", "puesto"),
    ):
        (said,) = await phone.forge(shown, data)
        assert why in said.plain_text, data
        assert "555" not in said.plain_text
    with database.transaction() as session:
        assert not session.query(PersonRow).filter_by(telegram_id=phone.user_id).one().dark


@each_form
async def test_a_collector_whose_portfolio_is_taken_away_sees_nothing_by_an_old_button(
    phone: Phone, database: Database
) -> None:
    shown = await phone.type("/resumen")
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(collector_code="C1").update({"collector_code": "C2"})
    now = await phone.tap(await phone.tap(shown, "💵 Próximas semanas"), "📊 Antigüedad")
    assert says(now, "No se debe nada en PESOS.")
    assert "$16,394.00" not in now.plain_text


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("data", ["su:x:MXN:", "su:a:MXN", "su:a:mxn:", "sm:1:a:MXN", "sc:a:MXN::x", "su:a:MXN:u٣"])
async def test_a_button_that_was_never_ours_says_so(phone: Phone, data: str) -> None:
    shown = await phone.type("/resumen")
    (said,) = await phone.forge(shown, data)
    assert "ya se cerró" in said.plain_text


@pytest.mark.usefixtures("running")
async def test_whom_nobody_knows_by_that_name_is_said(phone: Phone) -> None:
    assert "✋" in (await phone.type("/resumen Zzzzz")).plain_text
    assert "✋" in (await phone.type("/resumen CL900")).plain_text
