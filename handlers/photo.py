"""A photo of a payment: sent with `/cobro`, as a reply to a receipt, or by itself just after one; and shown again."""

import asyncio
import re
from pathlib import Path

from telegram import Document, Message, PhotoSize, Update
from telegram.error import BadRequest

from bot.domain.correspondence import Attachment
from bot.domain.receipts import Photo, folio_in
from bot.presenters import mailing
from bot.presenters import receipt as present
from bot.presenters.loading import safe_name
from bot.presenters.reply import Picture
from bot.services import photos, pictures, receipts
from handlers import receipt, send, start
from handlers.arguments import number_of_button, of_button, typed_in, whole_number
from handlers.context import Context
from handlers.imports import MAX_FILE_BYTES

# What cameras make.
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic"}
_COMMAND = re.compile(r"/(?:cobro|payment)(?:@\w+)?(?:\s|$)", re.IGNORECASE)


async def taken(update: Update, context: Context) -> bool:
    """Take a photo that is of a payment; whether it was answered. Where a mail is being looked at it goes into that."""
    message = update.effective_message
    file = picture_in(message) if message else None
    if message is None:
        return False
    caption = typed_in(update)
    if file and _COMMAND.match(caption):
        await _with_command(file, update, context)
        return True
    if caption.startswith("/"):
        # No other command is read in a file's text: taken without it, what it says would be thought noted, or mailed.
        await start.not_text(update, context)
        return True
    if file is None:
        return False
    if folio := folio_in(caption) or folio_in(_answered(message)):
        found = await context.call(photos.named, folio)
        if found:
            if kept := await _taken(file, update, context):
                made = await context.call(photos.attach, found.id, kept, context.photos)
                unread = caption.replace(made.folio, "").strip()
                await context.say(update, present.with_photo(made, context.language, unread=unread))
            return True
    return await _by_itself(file, update, context)


def picture_in(message: Message) -> PhotoSize | Document | None:
    """The picture of a message, also where it was sent as a file; it may have been meant for a payment."""
    if message.photo:
        return message.photo[-1]
    return message.document if message.document and message.document.mime_type in _SUFFIXES else None


def _answered(message: Message) -> str:
    """The words of the message that is answered."""
    answered = message.reply_to_message
    return (answered.caption or answered.text or "") if answered else ""


async def _with_command(file: PhotoSize | Document, update: Update, context: Context) -> None:
    try:
        photo = await _download(file, context)
    except BadRequest:
        # The payment counts for more than its photo.
        photo = None
    await receipt.record(update, context, photo, lost=photo is None)


async def _by_itself(file: PhotoSize | Document, update: Update, context: Context) -> bool:
    """A photo is of the payment being asked about, and its text may answer; else perhaps of one just reported."""
    is_asked = await context.call(receipts.is_asked)
    offered = () if is_asked else await context.call(photos.recent)
    if not (is_asked or offered):
        return False
    kept = await _taken(file, update, context)
    if kept is None:
        return True
    if is_asked and (asked := await context.call(receipts.add_to_question, kept)):
        if typed_in(update):
            await receipt.text(update, context)
        else:
            await context.say(update, receipt.reply(asked, context))
        return True
    number = await context.call(photos.ask, kept)
    await context.say(update, present.of_which(number, offered, context.language, unread=typed_in(update)))
    return True


async def _taken(file: PhotoSize | Document, update: Update, context: Context) -> Photo | None:
    """The photo, put down until a payment claims it; None when it cannot be had, which is said."""
    photo = await _download(file, context)
    if photo is None:
        await context.say(update, mailing.too_large(MAX_FILE_BYTES, context.language))
    return photo


async def _download(file: PhotoSize | Document, context: Context) -> Photo | None:
    if (file.file_size or 0) > MAX_FILE_BYTES:
        return None
    # What Telegram's apps send as a photo is a JPEG by then (Bot API, PhotoSize), without a name.
    kind, given = (file.mime_type, file.file_name) if isinstance(file, Document) else ("image/jpeg", None)
    suffix = _SUFFIXES[kind or ""]
    name = safe_name(given or f"foto{suffix}")
    content = bytes(await (await file.get_file()).download_as_bytearray())
    digest = await asyncio.to_thread(context.photos.take, content, suffix)
    if not isinstance(file, Document):
        # Telegram has it already: it is shown by its id, which counts for a picture that is not there yet.
        await context.office.run(pictures.keep, digest, file.file_id, context.office.clock())
    return Photo(digest, suffix, name, len(content), isinstance(file, Document))


async def choose(update: Update, context: Context) -> None:
    """The payment that a photo is of, tapped."""
    number, receipt_id = of_button(update, 2)
    made = await context.call(photos.choose, number, whole_number(receipt_id), context.photos)
    await context.show(update, present.with_photo(made, context.language))


async def dismiss(update: Update, context: Context) -> None:
    """The photo is of no payment."""
    await context.call(photos.dismiss, of_button(update, 1)[0])
    await context.show(update, present.of_none(context.language))


async def show(update: Update, context: Context) -> None:
    """A payment's photos, each in a message of its own."""
    found, kept = await context.call(photos.of_receipt, number_of_button(update))
    paths = [(photo, context.photos.path(photo.digest, photo.suffix)) for photo in kept]
    there = [(photo, path) for photo, path in paths if path.is_file()]
    if not there:
        await context.say(update, present.no_photo(found, context.language))
        return
    await context.answer_tap(update)
    chat_id, bot, office = context.person.telegram_id or 0, context.bot, context.office
    for place, (photo, path) in enumerate(there, start=1):
        if photo.is_file:
            await send.file(bot, office, chat_id, await _as_file(photo, path))
        else:
            picture = Picture(photo.digest, path.read_bytes)
            shown = present.photo(found, picture, (place, len(there)), context.language)
            await send.message(bot, office, chat_id, shown)


async def _as_file(photo: Photo, path: Path) -> Attachment:
    kind = next(kind for kind, suffix in _SUFFIXES.items() if suffix == photo.suffix)
    return Attachment(photo.name, kind, await asyncio.to_thread(path.read_bytes))
