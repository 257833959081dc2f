import threading
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from bot.demo.chat import Message
from bot.domain.calendar import Collector
from bot.render.calendar_image import month_png
from bot.store.database import Database
from bot.store.models import PictureRow
from handlers import calendar
from tests.chat.conftest import SUPERVISOR, Running, Wire
from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")


@each_form
async def test_the_month_is_a_picture_with_a_button_for_each_day_that_has_documents(phone: Phone, form: str) -> None:
    await phone.type("/promesa 7 2019-07-18 $1000")
    shown = await phone.type("/calendario")

    assert shown.plain_text == "Julio 2019 · PESOS $2,624.00 · 2 documentos"
    assert buttons(shown) == ["16", "18", "📆 Vencimientos", "🌙 Oscuro", "◀ Junio 2019", "Agosto 2019 ▶"]
    (call,) = (call for call in phone.world.calls if call.files)
    with Image.open(BytesIO(call.files["photo"].content)) as picture:
        assert picture.width == 1080
    assert (call.method, shown.is_rich) == (("sendRichMessage", True) if form == "rich" else ("sendPhoto", False))


@each_form
async def test_a_rescheduled_promise_moves_its_amount_from_the_18th_to_the_23rd(phone: Phone) -> None:
    await phone.type('/promesa 7 2019-07-18 "Pagare con cheque."')
    assert "18" in buttons(await phone.type("/calendario"))

    await phone.type('/promesa 7 2019-07-23 "Pagaré con cheque"')

    shown = await phone.type("/calendario 2019-07")
    assert buttons(shown)[:2] == ["16", "23"]
    assert "$4,466.00" in shown.plain_text
    day = await phone.tap(shown, "23")
    for said in ("martes 23/07/2019", "Juan Perez", "$2,842.00", "Pagaré con cheque"):
        assert said in day.plain_text
    assert "No hay nada agendado para este día." in (await _day(phone, shown, "2019-07-18")).plain_text


@each_form
async def test_a_days_rows_are_the_seeds_and_lead_on(phone: Phone) -> None:
    await phone.type('/promesa 8 2019-07-16 "En cheque"')
    shown = await phone.type("/calendar")
    day = await phone.tap(shown, "16")

    assert says(day, "martes 16/07/2019", "5", "$1,624.00", "8", "$4,872.00")
    assert says(day, "martes 16/07/2019", "5", "Pago en efectivo", "8", "En cheque")
    assert says(day, "En cheque", "PESOS · TOTALES", "$6,496.00")
    history, statement = ([b.data or "" for b in day.buttons if (b.data or "")[:3] == kind] for kind in ("hi:", "st:"))
    assert (await phone.tap(day, history[0])).plain_text.startswith("Documento 5")
    assert "CL002 · Ramiro Aldana" in (await phone.tap(day, statement[0])).plain_text


@each_form
async def test_days_and_months_all_edit_the_same_message(phone: Phone) -> None:
    shown = await phone.type("/calendario")
    seen = [shown.plain_text]
    for tapped in ("Agosto 2019 ▶", "◀ Julio 2019", "◀ Junio 2019", "Julio 2019 ▶", "16", "◀ Julio 2019"):
        again = await phone.tap(shown, tapped)
        assert again.message_id == shown.message_id
        seen.append(again.plain_text.splitlines()[0].split(" · ")[0])
        shown = again

    assert seen[1:] == ["Agosto 2019", "Julio 2019", "Junio 2019", "Julio 2019", "martes 16/07/2019", "Julio 2019"]
    assert len(phone.answers) == 1


@pytest.mark.usefixtures("running")
async def test_a_month_is_named_in_several_ways(phone: Phone) -> None:
    for month in ("2019-08", "2019/08", "08/2019", "agosto", "agosto 2019", "2019-08-16", "16/08"):
        assert (await phone.type(f"/calendario {month}")).plain_text.startswith("Agosto 2019"), month


@pytest.mark.usefixtures("running")
async def test_what_is_no_month_is_refused_with_forms_that_are_taken(phone: Phone) -> None:
    refused = (await phone.type("/calendario nunca")).plain_text
    assert refused == "✋ «nunca» no es un mes. Escríbalo así: 2019-07, 07/2019, julio o julio 2019."


@each_form
async def test_a_long_day_turns_pages_in_place(phone: Phone) -> None:
    for folio in ("21002", "21088", "21090", "21091", "21095"):
        await phone.type(f"/promesa {folio} 2019-07-16 " + "un comentario largo " * 20)
    day = await phone.tap(await phone.type("/calendario"), "16")
    assert "1/2" in buttons(day)

    second = await phone.tap(day, "▶")

    assert second.message_id == day.message_id
    assert "2/2" in buttons(second)
    assert "$2,726.00" in second.plain_text


async def _day(phone: Phone, calendar: Message, day: str) -> Message:
    """A day without documents has no button; an old message may still have one."""
    await phone.forge(calendar, f"cd:{day}:MXN:0")
    now = phone.world.message(phone.user_id, calendar.message_id)
    assert now is not None
    return now


def uploads(phone: Phone) -> int:
    return sum(bool(call.files) for call in phone.world.calls)


@each_form
async def test_the_same_month_is_drawn_and_uploaded_once_and_a_changed_one_anew(phone: Phone) -> None:
    first = await phone.type("/calendario")
    assert uploads(phone) == 1
    again = await phone.type("/calendario")
    day = await phone.tap(again, "16")
    back = await phone.tap(day, "◀ Julio 2019")
    assert uploads(phone) == 1
    assert back.message_id == again.message_id
    assert pictures(first) == pictures(again) == pictures(back) != set()

    await phone.tap(back, "Agosto 2019 ▶")
    assert uploads(phone) == 2
    await phone.type("/promesa 7 2019-07-18")
    changed = await phone.type("/calendario")
    assert uploads(phone) == 3
    assert pictures(changed).isdisjoint(pictures(first))


def pictures(message: Message) -> set[str]:
    """The ids of the pictures that a message shows, in either form."""
    photos = message.as_json().get("photo", [])
    blocks = [block for block in message.rich_blocks or [] if block.get("type") == "photo"]
    return {size["file_unique_id"] for size in (*photos, *(size for block in blocks for size in block["photo"]))}


@each_form
async def test_a_picture_that_telegram_has_forgotten_is_uploaded_anew(
    phone: Phone, database: Database, wire: Wire, form: str
) -> None:
    wire.expected.add(("sendRichMessage" if form == "rich" else "sendPhoto", 400))
    first = await phone.type("/calendario")
    with database.transaction() as session:
        session.query(PictureRow).one().file_id = "AgACAgEAAxForgotten"

    again = await phone.type("/calendario")

    assert pictures(again) == pictures(first)
    assert uploads(phone) == 2
    await phone.type("/calendario")
    assert uploads(phone) == 2


@each_form
async def test_a_picture_that_telegram_has_forgotten_is_uploaded_anew_in_the_message_that_is_edited(
    phone: Phone, database: Database, wire: Wire, form: str
) -> None:
    wire.expected.add(("editMessageText" if form == "rich" else "editMessageMedia", 400))
    july = await phone.type("/calendario")
    august = await phone.tap(july, "Agosto 2019 ▶")
    with database.transaction() as session:
        for row in session.query(PictureRow):
            row.file_id = "AgACAgEAAxForgotten"

    back = await phone.tap(august, "◀ Julio 2019")

    assert back.message_id == july.message_id
    assert "Julio 2019" in back.plain_text
    assert uploads(phone) == 3


@each_form
async def test_a_month_is_drawn_off_the_event_loop(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def noted(*args: object, **kwargs: object) -> bytes:
        threads.append(threading.current_thread())
        return month_png(*args, **kwargs)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(calendar, "month_png", noted)
    await phone.type("/calendario")
    await phone.type("/calendario")
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


@each_form
async def test_the_dark_is_remembered_over_a_restart_until_the_light_is_wanted(phone: Phone, stopped: Running) -> None:
    light = await phone.type("/calendario")
    dark = await phone.tap(light, "🌙 Oscuro")
    assert dark.message_id == light.message_id
    assert pictures(dark).isdisjoint(pictures(light))
    await stopped.stop()
    stopped.start()

    again = await phone.type("/calendario")

    assert pictures(again) == pictures(dark)
    assert pictures(await phone.tap(again, "☀️ Claro")) == pictures(await phone.type("/calendario"))
    assert uploads(phone) == 2


@each_form
async def test_due_dates_take_the_place_of_promises_and_their_days_lead_on(phone: Phone) -> None:
    shown = await phone.type("/calendario 2019-08")
    assert "$0.00" in shown.plain_text
    due = await phone.tap(shown, "📆 Vencimientos")
    assert says(due, "Agosto 2019", "PESOS $14,616.00", "Vencimientos")
    assert "15" in buttons(due)

    day = await phone.tap(due, "15")
    assert says(day, "jueves 15/08/2019", "Vencimientos", "7", "$2,842.00", "TOTALES", "$14,616.00")
    assert day.message_id == shown.message_id
    asked = await phone.tap(day, "pr:" + document(day))
    assert "¿Para qué día?" in asked.plain_text
    back = await phone.tap(day, "◀ Agosto 2019")
    assert "Vencimientos" in back.plain_text
    assert "Vencimientos" not in (await phone.tap(back, "🤝 Promesas")).plain_text


def document(message: Message) -> str:
    """The id of the first document of a day."""
    return next((b.data or "").removeprefix("pr:") for b in message.buttons if (b.data or "").startswith("pr:"))


@each_form
async def test_a_supervisor_looks_at_one_collector_s_month_and_keeps_to_it(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    boss = phone_of(SUPERVISOR)
    await boss.type("/promesa CFDI-21002 2019-07-18")
    shown = await boss.type("/calendario")
    total = shown.plain_text
    asked = await boss.tap(shown, "👤 De todos")
    assert asked.message_id == shown.message_id
    assert says(asked, "¿De qué cobrador")
    assert {"👤 C1 · Laura", "👤 C2 · Rosa"} <= set(buttons(asked))

    rosas = await boss.tap(asked, "👤 C2 · Rosa")
    assert says(rosas, "$0.00", "Rosa")
    next_month = await boss.tap(rosas, "Agosto 2019 ▶")
    assert "Rosa" in next_month.plain_text
    due = await boss.tap(next_month, "📆 Vencimientos")
    assert says(due, "$555.00", "Rosa")
    day = await boss.tap(due, "15")
    assert says(day, "$555.00")
    assert "$2,842.00" not in day.plain_text
    asked = await boss.tap(await boss.tap(day, "◀ Agosto 2019"), "👤 Rosa")
    assert "14,616.00" not in asked.plain_text
    everybody = await boss.tap(await boss.tap(await boss.tap(asked, "👥 De todos"), "🤝 Promesas"), "◀ Julio 2019")
    assert everybody.plain_text == total
    assert "👤" not in " ".join(buttons(await phone.type("/calendario")))


@each_form
async def test_a_collector_s_button_of_another_s_customers_shows_nothing_and_says_why(phone: Phone) -> None:
    shown = await phone.type("/calendario")
    for data in (f"ca:2019-07:MXN:{ROSAS}", f"cd:2019-08-15:MXN:0:{ROSAS}", f"cd:2019-08-15:MXN:0:d{ROSAS}"):
        (said,) = await phone.forge(shown, data)
        assert "/calendario" in said.plain_text
        assert "555" not in said.plain_text


# A button of the collector C2, as a supervisor's messages have it.
ROSAS = "c" + Collector("C2").key


@each_form
async def test_buttons_from_before_there_were_views_still_work(phone: Phone) -> None:
    shown = await phone.type("/calendario")
    for data, said in (
        ("ca:2019-08:MXN", "Agosto 2019"),
        ("cd:2019-07-16:MXN:0", "martes 16/07/2019"),
        ("ca:2019-07:USD", "DÓLARES"),
    ):
        assert await phone.forge(shown, data) == []
        now = phone.world.message(phone.user_id, shown.message_id)
        assert now
        assert said in now.plain_text
    (new,) = await phone.forge(shown, "ca:2019-07:")
    assert "Julio 2019" in new.plain_text


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    "data", ["ca:1999-12:MXN", "ca:2019-13:MXN", "cm:1:0001-01:MXN", "cc:2019-07:MXN:", "cd:x:MXN:0"]
)
async def test_a_button_that_was_never_ours_says_so(phone: Phone, data: str) -> None:
    shown = await phone.type("/calendario")
    (said,) = await phone.forge(shown, data)
    assert "ya se cerró" in said.plain_text
