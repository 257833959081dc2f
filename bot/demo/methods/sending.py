"""sendMessage, sendRichMessage, sendPhoto, sendDocument, sendMediaGroup, sendChatAction."""

from bot.demo.chat import Chat, Message
from bot.demo.errors import JsonObject, bad_request
from bot.demo.limits import MEDIA_GROUP_MAX, MEDIA_GROUP_MIN
from bot.demo.methods.context import Context, Handler

# [api] sendChatAction
_ACTION_NAMES = """
    typing upload_photo record_video upload_video record_voice upload_voice upload_document
    choose_sticker find_location record_video_note upload_video_note
"""
_ACTIONS = frozenset(_ACTION_NAMES.split())


async def send_message(call: Context) -> JsonObject:
    """Send a text."""
    text, entities = call.text()
    message = _prepared(call)
    message.text, message.entities = text, entities
    return _sent(call, message)


async def send_rich_message(call: Context) -> JsonObject:
    """Send a rich message."""
    rich = call.rich()
    message = _prepared(call)
    message.rich_blocks, message.html = rich.blocks, rich.html
    return _sent(call, message)


async def send_photo(call: Context) -> JsonObject:
    """Send a picture."""
    caption = call.caption()
    message = _prepared(call)
    message.photo_file = call.file("photo", call.params.get("photo"), "photo")
    message.caption, message.caption_entities = caption
    return _sent(call, message)


async def send_document(call: Context) -> JsonObject:
    """Send a file."""
    caption = call.caption()
    message = _prepared(call)
    message.document_file = call.file("document", call.params.get("document"), "document")
    message.caption, message.caption_entities = caption
    return _sent(call, message)


async def send_media_group(call: Context) -> list[JsonObject]:
    """Send 2-10 pictures, or 2-10 documents, together."""
    media = call.params["media"]
    if not MEDIA_GROUP_MIN <= len(media) <= MEDIA_GROUP_MAX:
        raise bad_request("group send failed: must include 2-10 items")
    chat = call.chat_to_write()
    if len({item.get("type") for item in media}) > 1:
        raise bad_request("can't use the media of the specified type in the album")
    messages = [_group_message(call, chat, item) for item in media]
    for message in messages:
        message.media_group_id = str(messages[0].message_id)
    return [_sent(call, message) for message in messages]


async def send_chat_action(call: Context) -> bool:
    """Show "typing…" or the like for a few seconds."""
    if call.params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = call.chat_to_write()
    call.world.tell("action", chat.id, {"action": call.params["action"]})
    return True


def put_media(call: Context, message: Message, media: JsonObject) -> None:
    """Give `message` the file and the caption of an InputMedia."""
    reference = media.get("media")
    if not isinstance(reference, str):
        raise bad_request("can't parse InputMedia: media not found")
    caption = call.caption(media)
    if media.get("type") == "photo":
        message.photo_file, message.document_file = call.file("photo", reference), None
    elif media.get("type") == "document":
        message.photo_file, message.document_file = None, call.file("document", reference)
    else:
        raise bad_request(f'can\'t parse InputMedia: type "{media.get("type")}" is unsupported')
    message.text, message.entities = None, []
    message.caption, message.caption_entities = caption


def _group_message(call: Context, chat: Chat, item: JsonObject) -> Message:
    message = call.world.next_message(chat, call.world.bot)
    message.reply_to = call.reply_to(chat)
    put_media(call, message, item)
    return message


def _prepared(call: Context) -> Message:
    keyboard = call.keyboard()
    chat = call.chat_to_write()
    reply_to = call.reply_to(chat)
    message = call.world.next_message(chat, call.world.bot)
    message.markup, message.reply_to = keyboard, reply_to
    return message


def _sent(call: Context, message: Message) -> JsonObject:
    call.world.publish(message)
    return message.as_json()


HANDLERS: dict[str, Handler] = {
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
