from io import BytesIO

import pytest
from matplotlib.image import imread

from bot.demo.chat import Message
from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")


@each_form
async def test_the_month_is_a_picture_with_a_button_for_each_day_that_has_documents(phone: Phone, form: str) -> None:
    await phone.type("/promesa 7 2019-07-18 $1000")
    shown = await phone.type("/calendario")

    assert shown.plain_text == "Julio 2019 · PESOS $2,624.00 · 2 documentos"
    assert buttons(shown) == ["16", "18", "◀ Junio 2019", "Agosto 2019 ▶"]
    (call,) = (call for call in phone.world.calls if call.files)
    height, width, _ = imread(BytesIO(call.files["photo"].content)).shape
    assert width > 600
    assert height > 400
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

    assert says(day, "martes 16/07/2019", "5", "$1,624.00", "Pago en efectivo", "8", "$4,872.00", "En cheque")
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
    for month in ("2019-08", "08/2019", "agosto", "agosto 2019"):
        assert (await phone.type(f"/calendario {month}")).plain_text.startswith("Agosto 2019"), month


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
