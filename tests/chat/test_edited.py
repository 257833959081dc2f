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


_FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 10, "duration": 1, "width": 1, "height": 1}
_PLACE = {"latitude": 19.43, "longitude": -99.13}
_POLL = {"id": "1", "question": "¿Cuándo?", "total_voter_count": 0, "is_closed": False, "is_anonymous": True}


@pytest.mark.parametrize(
    "held",
    [
        {"poll": {**_POLL, "type": "regular", "allows_multiple_answers": False, "options": []}},
        {"sticker": {**_FILE, "type": "regular", "is_animated": False, "is_video": False}},
        {"location": _PLACE},
        {"location": _PLACE, "venue": {"location": _PLACE, "title": "Tienda", "address": "5 de Mayo 7"}},
        {"contact": {"phone_number": "5512345678", "first_name": "Juan"}},
        {"voice": _FILE},
        {"video_note": {**_FILE, "length": 1}},
        {"animation": _FILE, "document": _FILE},
        {"document": {**_FILE, "mime_type": "image/jpeg", "file_name": "cheque.jpg"}},
        {"document": {**_FILE, "mime_type": "application/pdf"}, "caption": "/cobro 7 1624.00 cheque"},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
    ids=lambda held: next(iter(held)),
)
async def test_what_is_no_text_and_no_photo_is_answered_in_one_line_that_it_was_not_noted(
    phone: Phone, held: dict[str, object]
) -> None:
    sent = phone.world.next_message(phone.world.chats[phone.user_id], phone.world.users[phone.user_id]).as_json()
    (said,) = await phone.receive("message", sent | held)
    assert said.plain_text.startswith("Esto no se anotó: se leen textos")


@pytest.mark.parametrize(
    "beside",
    [
        {"forward_origin": {"type": "hidden_user", "date": 1563300000, "sender_user_name": "Jorge"}},
        {"quote": {"text": "cobro", "position": 0}},
        {"message_thread_id": 5, "is_topic_message": True},
    ],
    ids=lambda beside: next(iter(beside)),
)
async def test_a_command_that_is_forwarded_or_quotes_or_is_of_a_thread_is_carried_out_once(
    phone: Phone, beside: dict[str, object]
) -> None:
    sent = phone.world.next_message(phone.world.chats[phone.user_id], phone.world.users[phone.user_id]).as_json()
    typed = {"text": "/cobro 7 500 efectivo", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
    (said,) = await phone.receive("message", {**sent, **typed, **beside})
    assert says(said, "R1-2019-0001", "$500.00")


async def test_a_command_that_telegram_did_not_mark_as_one_is_carried_out(phone: Phone) -> None:
    sent = phone.world.next_message(phone.world.chats[phone.user_id], phone.world.users[phone.user_id]).as_json()
    code = {"entities": [{"type": "code", "offset": 0, "length": 12}]}
    (said,) = await phone.receive("message", {**sent, **code, "text": "/historial 7"})
    assert said.plain_text.startswith("Documento 7")
    (said,) = await phone.receive("message", {**sent, "text": "\u200e/Historial@x 7"})
    assert said.plain_text.startswith("Documento 7")
    (said,) = await phone.receive("message", {**sent, "text": "/nada"})
    assert said.plain_text == "No existe el comando /nada. Vea /ayuda."
