import pytest

from tests.chat.phone import Phone, says

pytestmark = pytest.mark.usefixtures("running")


@pytest.mark.parametrize("corrected", ['/cobro 7 500 efectivo "folio 88"', '/cobro 7 600 efectivo "folio 881"'])
async def test_a_payment_whose_message_is_changed_is_not_recorded_again(phone: Phone, corrected: str) -> None:
    await phone.type('/cobro 7 500 efectivo "folio 88"')

    (answer,) = await phone.edit(corrected)

    assert answer.plain_text.startswith("Un mensaje que se corrige no se lee de nuevo")
    assert says(await phone.type("/corte"), "R1-2019-0001", "$500.00")
    assert "R1-2019-0002" not in phone.texts[-1]


async def test_a_promise_whose_message_is_changed_stays_as_it_is(phone: Phone) -> None:
    await phone.type("/promesa 7 viernes uno")

    await phone.edit("/promesa 7 lunes uno")

    assert says(await phone.type("/historial 7"), "19/07/2019", "vigente")
    assert "reagendada" not in phone.texts[-1]


async def test_a_message_that_is_changed_answers_no_question(phone: Phone) -> None:
    await phone.type("/promesa 7")
    await phone.type("23/07")

    await phone.edit("24/07")

    assert "24/07" not in (await phone.type("/historial 7")).plain_text


async def test_what_telegram_tells_of_the_chat_itself_is_not_answered(phone: Phone) -> None:
    day = (await phone.type("/hoy")).as_json()
    about = {name: day[name] for name in ("chat", "date")} | {"from": phone.world.users[phone.user_id].as_json()}

    pinned = await phone.receive("message", {**about, "message_id": 901, "pinned_message": day})
    timer = {"message_auto_delete_time": 86_400}
    deleting = await phone.receive("message", {**about, "message_id": 902, "message_auto_delete_timer_changed": timer})
    place = await phone.receive("message", {**about, "message_id": 903, "location": {"latitude": 1, "longitude": 1}})

    assert (pinned, deleting) == ([], [])
    assert [said.plain_text[:17] for said in place] == ["Esto no se anotó:"]


async def test_a_place_that_moves_is_not_answered(phone: Phone) -> None:
    await phone.type("/hoy")
    last = [message for message in phone.world.messages(phone.user_id) if not message.outgoing][-1].as_json()
    del last["text"], last["entities"]
    place = {**last, "edit_date": int(phone.world.clock()), "location": {"latitude": 19.4, "longitude": -99.1}}

    assert await phone.receive("edited_message", place) == []
