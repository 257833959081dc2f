"""What the server does with what it takes, seen through the product's own client and an independent model."""

import json

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyParameters,
)

from bot.demo.chat import Button
from bot.demo.methods import account, editing, sending
from bot.demo.methods.signatures import SIGNATURES
from bot.demo.server import BotApiServer
from tests.aiogram_models import built
from tests.aiogram_models import types as independent
from tests.demo.client import RawApi, png

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Sí", callback_data="si")]])


async def test_a_text_arrives_with_its_entities_and_its_keyboard(telegram: BotApiServer, bot: Bot) -> None:
    text = 'Saldo de <b>CL002</b> 😀 <a href="https://a.b/">aquí</a>\n/estado CL002 &amp; más'

    sent = await bot.send_message(7, text, parse_mode="HTML", reply_markup=KEYBOARD)

    (message,) = telegram.world.messages(7)
    assert message.plain_text == "Saldo de CL002 😀 aquí\n/estado CL002 & más"
    assert message.buttons == [Button("Sí", data="si")]
    assert sent.message_id == message.message_id
    assert [(str(e.type), sent.parse_entity(e)) for e in sent.entities] == [
        ("bold", "CL002"),
        ("text_link", "aquí"),
        ("bot_command", "/estado"),
    ]
    assert built(independent.Message).model_validate(message.as_json()).html_text.startswith("Saldo de <b>CL002</b>")


async def test_a_code_inside_a_pre_gives_it_its_language(bot: Bot) -> None:
    sent = await bot.send_message(7, '<pre><code class="language-sql">SELECT 1</code></pre>', parse_mode="HTML")

    (entity,) = sent.entities
    assert (entity.type, entity.offset, entity.length, entity.language) == ("pre", 0, 8, "sql")


async def test_white_space_around_a_text_goes_and_its_entities_move(bot: Bot) -> None:
    sent = await bot.send_message(7, "  \n<b> hola </b> ", parse_mode="HTML")

    assert sent.text == "hola"
    assert [(e.offset, e.length) for e in sent.entities] == [(0, 4)]


async def test_a_photo_is_stored_downloaded_and_sent_again_by_its_id(telegram: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_photo(7, png(40, 30), caption="<i>Julio</i>", parse_mode="HTML", reply_markup=KEYBOARD)
    again = await bot.send_photo(8, sent.photo[-1].file_id)

    file = await bot.get_file(again.photo[-1].file_id)
    assert await file.download_as_bytearray() == png(40, 30)
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    assert (sent.caption, sent.caption_entities[0].type) == ("Julio", "italic")
    assert telegram.world.messages(8)[0].photo == png(40, 30)
    built(independent.Message).model_validate(telegram.world.messages(7)[0].as_json())
    built(independent.File).model_validate((await bot.get_file(sent.photo[-1].file_id)).to_dict())


async def test_a_document_keeps_its_name_and_its_bytes(telegram: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_document(7, b"%PDF-1.7", filename="Estado de cuenta ñ.pdf", caption="PDF")

    (message,) = telegram.world.messages(7)
    assert message.document == ("Estado de cuenta ñ.pdf", b"%PDF-1.7")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("Estado de cuenta ñ.pdf", "application/pdf")
    built(independent.Message).model_validate(message.as_json())


async def test_an_album_arrives_as_messages_of_one_group(telegram: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_media_group(7, [InputMediaPhoto(png(), caption="uno"), InputMediaPhoto(png(3, 3))])

    assert len({message.media_group_id for message in sent}) == 1
    assert [message.photo for message in telegram.world.messages(7)] == [png(), png(3, 3)]


async def test_a_reply_shows_what_it_answers(telegram: BotApiServer, bot: Bot) -> None:
    telegram.world.type(7, "/hoy")

    sent = await bot.send_message(7, "Nada", reply_parameters=ReplyParameters(1))
    lost = await bot.send_message(7, "Nada", reply_parameters=ReplyParameters(99, allow_sending_without_reply=True))

    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/hoy"
    assert lost.reply_to_message is None


async def test_every_kind_of_edit_changes_the_message_in_place(telegram: BotApiServer, bot: Bot) -> None:
    text = await bot.send_message(7, "uno", reply_markup=KEYBOARD)
    photo = await bot.send_photo(7, png(), caption="uno")

    await bot.edit_message_text("dos", 7, text.message_id)
    await bot.edit_message_reply_markup(7, text.message_id, reply_markup=KEYBOARD)
    await bot.edit_message_caption(7, photo.message_id, caption="dos", reply_markup=KEYBOARD)
    await bot.edit_message_media(InputMediaPhoto(png(4, 4), caption="tres"), 7, photo.message_id)
    await bot.edit_message_media(InputMediaDocument(b"x", filename="a.txt"), 7, text.message_id)

    first, second = telegram.world.messages(7)
    assert (first.text, first.document, first.buttons, first.edits) == (None, ("a.txt", b"x"), [], 3)
    assert (second.photo, second.caption, second.buttons, second.edits) == (png(4, 4), "tres", [], 2)
    built(independent.Message).model_validate(first.as_json())


async def test_an_edit_without_a_keyboard_takes_it_away(telegram: BotApiServer, bot: Bot) -> None:
    sent = await bot.send_message(7, "uno", reply_markup=KEYBOARD)

    await bot.edit_message_text("uno", 7, sent.message_id)

    assert telegram.world.messages(7)[0].buttons == []


async def test_messages_can_be_taken_away(telegram: BotApiServer, bot: Bot) -> None:
    for text in ("uno", "dos", "tres"):
        await bot.send_message(7, text)

    await bot.delete_message(7, 1)
    await bot.delete_messages(7, [2, 99])

    assert [message.text for message in telegram.world.messages(7)] == ["tres"]


async def test_the_menu_of_a_chat_hides_the_general_one(telegram: BotApiServer, bot: Bot) -> None:
    world = telegram.world
    await bot.set_my_commands([("hoy", "Lo de hoy")])
    await bot.set_my_commands([("today", "Due today")], language_code="en")
    await bot.set_my_commands([("enviar", "Enviar")], scope={"type": "chat", "chat_id": 7})  # type: ignore[arg-type]  # the wire's form

    menus = {user_id: [c["command"] for c in account.menu_for(world, world.users[user_id])] for user_id in (7, 8)}

    assert menus == {7: ["enviar"], 8: ["today"]}
    assert [command.command for command in await bot.get_my_commands()] == ["hoy"]
    await bot.delete_my_commands(language_code="en")
    assert [c["command"] for c in account.menu_for(world, world.users[8])] == ["hoy"]


async def test_a_chat_can_be_looked_up(bot: Bot, api: RawApi) -> None:
    chat = await bot.get_chat(7)
    group = await api("getChat", chat_id=-5)

    assert (chat.type, chat.first_name, chat.username) == ("private", "Ana", "ana")
    assert built(independent.ChatFullInfo).model_validate(group["result"]).title == "Cobradores"


async def test_parameters_may_come_in_the_address_a_form_or_json(telegram: BotApiServer, api: RawApi) -> None:
    url = f"{telegram.url}/bot{telegram.token}/sendMessage"
    markup = json.dumps(KEYBOARD.to_dict())

    await api.session.get(url, params={"chat_id": "7", "text": "dirección"})
    await api.session.post(url, data={"chat_id": "7", "text": "forma", "reply_markup": markup})
    await api("SENDMESSAGE", chat_id=7, text="json", disable_notification=True)

    assert [message.text for message in telegram.world.messages(7)] == ["dirección", "forma", "json"]
    assert telegram.world.messages(7)[1].buttons == [Button("Sí", data="si")]


async def test_the_transcript_tells_every_call_and_its_answer(telegram: BotApiServer, api: RawApi) -> None:
    await api("sendMessage", chat_id=7, text="uno")
    await api("sendMessage", chat_id=7)

    first, second = telegram.world.calls
    assert (first.method, first.params, first.ok) == ("sendMessage", {"chat_id": 7, "text": "uno"}, True)
    assert (second.ok, second.answer and second.answer["error_code"]) == (False, 400)


def test_every_method_that_is_declared_is_played() -> None:
    played = {*account.HANDLERS, *sending.HANDLERS, *editing.HANDLERS}
    delivery = {"getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"}

    assert played | delivery == set(SIGNATURES)
