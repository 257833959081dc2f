"""editMessageText, …Caption, …Media, …ReplyMarkup, deleteMessage, deleteMessages."""

from dataclasses import replace

from bot.demo.chat import Message
from bot.demo.errors import JsonObject, bad_request
from bot.demo.methods.context import Context, Handler
from bot.demo.methods.sending import put_media

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


async def edit_text(call: Context) -> JsonObject:
    """Put a text, or a rich message, in the place of the one there is."""
    rich_wanted = "rich_message" in call.params
    if rich_wanted and "text" in call.params:
        raise bad_request("exactly one of the parameters text and rich_message must be used")
    rich = call.rich() if rich_wanted else None
    text, entities = (None, []) if rich else call.text()
    old, new = _edited(call)
    if old.text is None and old.rich_blocks is None:
        raise bad_request("there is no text in the message to edit")
    new.text, new.entities = text, entities
    new.rich_blocks, new.html = (rich.blocks, rich.html) if rich else (None, None)
    return _published(call, old, new)


async def edit_caption(call: Context) -> JsonObject:
    """Change a caption."""
    caption = call.caption()
    old, new = _edited(call)
    if old.photo_file is None and old.document_file is None:
        raise bad_request("there is no caption in the message to edit")
    new.caption, new.caption_entities = caption
    return _published(call, old, new)


async def edit_media(call: Context) -> JsonObject:
    """Put another picture or file, or give a text message one."""
    old, new = _edited(call)
    if old.rich_blocks is not None:
        raise bad_request("message can't be edited")
    put_media(call, new, call.params["media"])
    return _published(call, old, new)


async def edit_markup(call: Context) -> JsonObject:
    """Change the keyboard alone."""
    old, new = _edited(call)
    return _published(call, old, new)


async def delete_message(call: Context) -> bool:
    """Take a message away: the bot's own, or a person's in a private chat."""
    message = call.message("message to delete")
    if message.chat.user is None and not message.outgoing:
        raise bad_request("message can't be deleted")
    call.world.remove(message)
    return True


async def delete_messages(call: Context) -> bool:
    """Take several away; those that are not there are passed over."""
    chat = call.chat()
    for number in call.params["message_ids"]:
        if message := chat.messages.get(number):
            call.world.remove(message)
    return True


def _edited(call: Context) -> tuple[Message, Message]:
    """Return the message and a copy to change, with the keyboard of this call: none given takes it away."""
    keyboard = call.keyboard()
    message = call.message("message to edit")
    if not message.outgoing:
        raise bad_request("message can't be edited")
    return message, replace(message, markup=keyboard)


def _published(call: Context, old: Message, new: Message) -> JsonObject:
    if _content(old) == _content(new):
        raise bad_request(_NOT_MODIFIED)
    new.edit_date = int(call.world.clock())
    new.edits += 1
    call.world.publish(new)
    return new.as_json()


def _content(message: Message) -> tuple[object, ...]:
    return (
        message.text,
        message.entities,
        message.rich_blocks,
        message.photo_file and message.photo_file.unique_id,
        message.document_file and message.document_file.unique_id,
        message.caption or "",
        message.caption_entities,
        message.markup,
    )


HANDLERS: dict[str, Handler] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
