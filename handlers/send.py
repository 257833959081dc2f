"""Replies on their way to Telegram: rich where the server knows it, else plain; nothing is decided here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, EndPointNotFound, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.domain.correspondence import Attachment
from bot.presenters.reply import Keyboard, Picture, Reply
from bot.services import pictures, sent_messages
from handlers import transport
from handlers.office import Office
from handlers.transport import ReceiptLostError

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Bot API, sendPhoto: «caption … 0-1024 characters after entities parsing».
MAX_CAPTION = 1024
# Waiting longer than this would keep a person's next message waiting too; Telegram rarely asks for more.
MAX_WAIT = timedelta(seconds=30)
# How soon a message that nobody waits for is tried again when Telegram cannot be reached.
_AGAIN = timedelta(minutes=1)
# And when Telegram refuses it as it is: it will until somebody mends something.
_REFUSED_AGAIN = timedelta(hours=1)
# Of each task: whether what it sends may be at Telegram. Cut off before that, it surely is not.
may_be_there: ContextVar[bool] = ContextVar("may_be_there", default=False)


async def message(bot: Bot, office: Office, chat_id: int, reply: Reply) -> None:
    """Send a reply as a new message."""
    if not (reply.rich and office.rich and await _rich(bot, office, {"chat_id": chat_id}, reply)):
        await _plain(bot, office, chat_id, reply)


async def unasked(bot: Bot, office: Office, chat_id: int, reply: Reply) -> timedelta | None:
    """Send a reply to nothing; None when it left, or may have, else after how long to try again.

    Raises Forbidden when the person has blocked the bot, or has never written to it.
    """
    if office.stopping or office.turns.pause:
        # Since this was taken in hand.
        return office.turns.pause
    try:
        await message(bot, office, chat_id, reply)
    except Forbidden:
        raise
    except RetryAfter as flood:
        pause = _pause_of(flood)
        office.turns.hold(pause)
        return pause
    except BadRequest as refused:
        if "chat not found" in refused.message.lower():
            raise Forbidden(refused.message) from refused
        _log.error("a message was refused: %s", refused)
        return _REFUSED_AGAIN
    except NetworkError as fault:
        _log.warning("a message was not sent, or its receipt was lost: %s", fault)
        # The request was written: what nobody waits for may be lost, but does not come twice (docs/decisions/0007).
        return None if _may_have_left(fault) else _AGAIN
    except TelegramError as fault:
        _log.warning("a message was not sent: %s", fault)
        return _AGAIN
    return None


def _may_have_left(fault: NetworkError) -> bool:
    if isinstance(fault, TimedOut):
        return not isinstance(fault.__cause__, aiohttp.ConnectionTimeoutError)
    return isinstance(fault, ReceiptLostError)


async def file(bot: Bot, office: Office, chat_id: int, attachment: Attachment) -> None:
    """Send a file as a document."""
    document = InputFile(attachment.content, attachment.name)
    sent = await _patiently(office, lambda: bot.send_document(chat_id, document, protect_content=office.protect))
    await _note(office, sent.chat_id, sent.message_id)


async def _note(office: Office, chat_id: int, message_id: int) -> None:
    """Keep in mind to delete what was sent, where that is asked for."""
    if office.delete_after:
        await office.run(sent_messages.keep, chat_id, message_id, office.clock())


async def edit(bot: Bot, office: Office, query: CallbackQuery, reply: Reply) -> None:
    """Show a reply in the message whose button was tapped; where that cannot be, in a new one."""
    shown = query.message
    if not isinstance(shown, Message):
        # Telegram no longer gives old messages to bots; the person still gets the answer.
        await message(bot, office, query.from_user.id, reply)
        return
    try:
        await _edit(bot, office, shown, reply)
    except BadRequest as refused:
        if "not modified" in refused.message:
            return
        _log.info("edit refused, sent anew: %s", refused.message)
        await message(bot, office, shown.chat_id, reply)


async def change(bot: Bot, chat_id: int, message_id: int, reply: Reply) -> None:
    """Show a reply without a rich form in a message of ours; as it was already is no error."""
    try:
        await bot.edit_message_text(
            reply.plain, chat_id, message_id, parse_mode=ParseMode.HTML, reply_markup=_plain_markup(reply)
        )
    except BadRequest as refused:
        if "not modified" not in refused.message:
            raise


async def answer(query: CallbackQuery, notice: str = "") -> None:
    """Stop the button's spinner, with a short text if there is one; too late is no error."""
    try:
        await query.answer(notice or None)
    except BadRequest as refused:
        _log.info("tap not answered: %s", refused.message)


async def _edit(bot: Bot, office: Office, shown: Message, reply: Reply) -> None:
    where = {"chat_id": shown.chat_id, "message_id": shown.message_id}
    if not shown.photo:
        if reply.rich and office.rich and await _rich(bot, office, where, reply):
            return
        if not reply.photo:
            await shown.edit_text(reply.plain, parse_mode=ParseMode.HTML, reply_markup=_plain_markup(reply))
            return
    elif reply.photo:
        await _with_picture(
            office,
            reply.photo,
            lambda photo: shown.edit_media(
                InputMediaPhoto(photo, caption=reply.plain, parse_mode=ParseMode.HTML),
                reply_markup=_plain_markup(reply),
            ),
        )
        return
    elif len(reply.plain) <= MAX_CAPTION:
        await shown.edit_caption(reply.plain, parse_mode=ParseMode.HTML, reply_markup=_plain_markup(reply))
        return
    await message(bot, office, shown.chat_id, reply)


async def _rich(bot: Bot, office: Office, where: dict[str, Any], reply: Reply) -> bool:
    """Try the rich form; False when the server does not take it, and the plain one is due."""
    content: dict[str, Any] = {"html": reply.rich}
    request: dict[str, Any] = {"rich_message": content}
    if reply.keyboard:
        buttons = [[{"text": button.text, "callback_data": button.data} for button in row] for row in reply.keyboard]
        request["reply_markup"] = {"inline_keyboard": buttons}

    async def with_photo(photo: str | bytes) -> Any:  # noqa: ANN401 - the library's answer
        known = isinstance(photo, str)
        media = {"type": "photo", "media": photo if known else "attach://photo"}
        content["media"] = [{"id": "photo", "media": media}]
        upload = {} if isinstance(photo, str) else {"photo": InputFile(photo, "photo.png")}
        return await _request_rich(bot, office, where, {**request, **upload})

    try:
        if reply.photo:
            await _with_picture(office, reply.photo, with_photo)
        else:
            await _patiently(office, lambda: _request_rich(bot, office, where, request))
    except EndPointNotFound:
        # A server from before Bot API 10.1 will not learn it while we run.
        office.rich = False
        return False
    except BadRequest as refused:
        if "not modified" in refused.message:
            raise
        _log.warning("rich form refused: %s", refused.message)
        return False
    return True


async def _with_picture(office: Office, picture: Picture, request: Callable[[str | bytes], Awaitable[Any]]) -> None:
    """Make a request with a picture: by the id that Telegram has it under, else drawn, and its id kept for the next."""
    known = await office.run(pictures.file_id, picture.key)
    if known:
        try:
            await _patiently(office, lambda: request(known))
        except BadRequest as refused:
            if "not modified" in refused.message:
                raise
            # An id of another bot's, or one that Telegram has forgotten.
            _log.info("picture refused by its id, uploaded anew: %s", refused.message)
        else:
            return
    drawn = await asyncio.to_thread(picture.draw)
    if file_id := _photo_id(await _patiently(office, lambda: request(drawn))):
        await office.run(pictures.keep, picture.key, file_id, office.clock())


def _photo_id(sent: object) -> str | None:
    """The id of the picture in a message just sent or edited; that of its largest size."""
    if isinstance(sent, Message):
        return sent.photo[-1].file_id if sent.photo else None
    blocks = sent.get("rich_message", {}).get("blocks", []) if isinstance(sent, dict) else ()
    return next((str(block["photo"][-1]["file_id"]) for block in blocks if block.get("type") == "photo"), None)


async def _request_rich(bot: Bot, office: Office, where: dict[str, Any], request: dict[str, Any]) -> Any:  # noqa: ANN401 - as Telegram answers
    # python-telegram-bot 22.8 types the Bot API up to 10.0; this is its documented way beyond. What it answers is left
    # as it comes: objects of a whole message would be made for the two numbers that are read.
    if "message_id" in where:
        # In small letters, as the Bot API allows: the library warns where it has a method of its own.
        return await transport.request(bot, "editmessagetext", {**where, **request})
    protection = {"protect_content": True} if office.protect else {}
    sent = await transport.request(bot, "sendRichMessage", {**where, **request, **protection})
    await _note(office, sent["chat"]["id"], sent["message_id"])
    return sent


async def _plain(bot: Bot, office: Office, chat_id: int, reply: Reply) -> None:
    markup, protect = _plain_markup(reply), office.protect

    async def with_photo(photo: str | bytes) -> Message:
        sent = await bot.send_photo(
            chat_id, photo, caption=reply.plain, parse_mode=ParseMode.HTML, reply_markup=markup, protect_content=protect
        )
        await _note(office, sent.chat_id, sent.message_id)
        return sent

    if reply.photo:
        await _with_picture(office, reply.photo, with_photo)
        return
    sent = await _patiently(
        office,
        lambda: bot.send_message(
            chat_id, reply.plain, parse_mode=ParseMode.HTML, reply_markup=markup, protect_content=protect
        ),
    )
    await _note(office, sent.chat_id, sent.message_id)


async def _patiently(office: Office, request: Callable[[], Awaitable[T]]) -> T:
    """Make a request, once more after the pause that Telegram asks for (429, retry_after).

    What nobody has asked for waits as well.
    """
    may_be_there.set(True)
    try:
        return await request()
    except RetryAfter as flood:
        may_be_there.set(False)
        wait = _pause_of(flood)
        office.turns.hold(wait)
        if wait > MAX_WAIT:
            raise
        await asyncio.sleep(wait.total_seconds())
        may_be_there.set(True)
        return await request()


def _pause_of(flood: RetryAfter) -> timedelta:
    asked = flood.retry_after
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)


def _plain_markup(reply: Reply) -> InlineKeyboardMarkup | None:
    keyboard = reply.in_cells + reply.keyboard
    return _markup(keyboard) if keyboard else None


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.text, callback_data=b.data) for b in row] for row in keyboard])
