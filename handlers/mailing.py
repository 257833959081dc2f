"""`/enviar`: statements by mail to one, several, all; after a look at what would leave."""

from telegram import Message, Update

from bot.domain.correspondence import Attachment
from bot.domain.runs import Audience, Progress, RunState, parse_audience
from bot.presenters import mailing as present
from bot.presenters.loading import safe_name
from bot.presenters.promise import set_aside
from bot.presenters.reply import Reply
from bot.services import runs
from handlers import imports, photo, promise, sending, start
from handlers.arguments import after_command, number_of_button, of_button, typed_in, whole_number
from handlers.context import Context

# What Telegram gives no name of its own.
_NAMES = {
    "photo": ("foto.jpg", "image/jpeg"),
    "voice": ("audio.ogg", "audio/ogg"),
    "video_note": ("video.mp4", "video/mp4"),
    "sticker": ("sticker.webp", "image/webp"),
}
_NAMED = ("document", "animation", "video", "audio")


async def enviar(update: Update, context: Context) -> None:
    """`/enviar CL002`, `/enviar CL001 CL002`, `/enviar todos`, `/enviar vencidos`; alone a list to tick."""
    wanted = after_command(update)
    if not wanted:
        draft = await context.call(runs.blank)
        await context.say(update, present.choices(await context.call(runs.choices, draft.id), context.language))
        return
    await _begin(update, context, parse_audience(wanted) or wanted)


async def of_customer(update: Update, context: Context) -> None:
    """The statement of one customer, from a button."""
    await _begin(update, context, number_of_button(update))


async def _begin(update: Update, context: Context, wanted: str | int | Audience) -> None:
    draft = await context.call(runs.compose, wanted)
    await _preview(update, context, draft.id, anew=True, overdue=wanted is Audience.OVERDUE)


async def _preview(update: Update, context: Context, run_id: int, *, anew: bool, overdue: bool = False) -> None:
    reply = await _previewed(context, run_id, overdue=overdue)
    await (context.say(update, reply) if anew else context.show(update, reply))


async def _previewed(context: Context, run_id: int, *, overdue: bool = False) -> Reply:
    house = context.office.house
    shown = await context.call(runs.preview, run_id, house.invoices, house.spacing)
    if not shown.candidates:
        return present.nobody(context.language, overdue=overdue)
    seen = present.preview(shown, context.language)
    return present.rehearsed(seen, context.office.mail_redirect_to, context.language)


async def turn_page(update: Update, context: Context) -> None:
    """Another page of the customers to choose from."""
    run_id, page = map(whole_number, of_button(update, 2))
    await context.show(update, present.choices(await context.call(runs.choices, run_id, page), context.language))


async def tick(update: Update, context: Context) -> None:
    """Tick or clear a customer, and show the page it stands on."""
    run_id, customer_id, on, page = map(whole_number, of_button(update, 4))
    await context.call(runs.tick, run_id, customer_id, on=on == 1)
    await context.show(update, present.choices(await context.call(runs.choices, run_id, page), context.language))


async def take_all(update: Update, context: Context) -> None:
    """Everyone, or everyone overdue: what would be sent."""
    run_id, audience = of_button(update, 2)
    meant = Audience.OVERDUE if audience == Audience.OVERDUE else Audience.EVERYONE
    await context.call(runs.fill, whole_number(run_id), meant)
    await _preview(update, context, whole_number(run_id), anew=False, overdue=meant is Audience.OVERDUE)


async def look(update: Update, context: Context) -> None:
    """What would be sent to those who are ticked."""
    await _preview(update, context, number_of_button(update), anew=False)


async def send_it(update: Update, context: Context) -> None:
    """Begin a sending; asked once more first when the ledger is old."""
    run_id, sure = map(whole_number, of_button(update, 2))
    office = context.office
    since = None if sure else await context.call(runs.stale_since, run_id, office.mail_ask_after)
    if since:
        await context.show(update, present.ask_again(run_id, office.clock() - since, context.language))
        return
    begun = await context.call(runs.confirm, run_id, office.house.spacing, message_id=_message_id(update))
    await _work(update, context, begun)


async def retry(update: Update, context: Context) -> None:
    """Send what failed or was stopped; on another day than its own, show what would be sent of that day."""
    run_id, message_id = number_of_button(update), _message_id(update)
    if await context.call(runs.ask_after, run_id, message_id=message_id):
        await sending.soon(sending.begin(context.bot, context.office, run_id))
    begun = await context.call(runs.retry, run_id, message_id=message_id)
    if begun.run.state is RunState.DRAFT:
        await _preview(update, context, begun.run.id, anew=True)
    else:
        await _work(update, context, begun)


async def _work(update: Update, context: Context, begun: Progress) -> None:
    shown = present.progress(begun, context.language)
    await context.show(update, present.rehearsed(shown, context.office.mail_redirect_to, context.language))
    if begun.run.state is RunState.RUNNING:
        task = sending.begin(context.bot, context.office, begun.run.id)
        if len(begun.recipients) == 1:
            await sending.soon(task)


async def stop(update: Update, context: Context) -> None:
    """Let nothing more of a sending leave."""
    run_id = number_of_button(update)
    await context.call(runs.stop, run_id)
    await context.answer_tap(update)
    # The task shows it, once what is leaving at this moment has left.
    await sending.soon(sending.begin(context.bot, context.office, run_id))


async def cancel(update: Update, context: Context) -> None:
    """Send nothing."""
    await context.call(runs.cancel, number_of_button(update))
    await context.show(update, present.cancelled(context.language))


async def text(update: Update, context: Context) -> None:
    """A message that is no command: the comment of the mail that is being looked at, else an answer to a question."""
    draft = await context.call(runs.asked)
    if draft is None:
        await promise.text(update, context)
        return
    typed = typed_in(update)
    if await context.call(runs.take_up):
        await _set_aside(typed, update, context, draft.id)
        return
    await context.call(runs.set_comment, draft.id, typed)
    await _preview(update, context, draft.id, anew=True)


async def _set_aside(sent: str, update: Update, context: Context, run_id: int) -> None:
    await context.say(update, set_aside(sent, await _previewed(context, run_id), context.language))


async def file(update: Update, context: Context) -> None:
    """A file: a payment's photo, for the mail that is being looked at, else for the administrator's tables."""
    if await photo.taken(update, context):
        return
    draft = await context.call(runs.asked)
    message = update.effective_message
    if draft is None or message is None:
        # A moving picture comes as a file, too; what was meant for a payment is no table.
        if message and message.document and not (message.animation or photo.picture_in(message)):
            await imports.receive(message.document, update, context)
        else:
            await start.not_text(update, context)
        return
    if await context.call(runs.take_up, message.media_group_id):
        name = getattr(message.effective_attachment, "file_name", None) or "📎"
        await _set_aside(typed_in(update) or name, update, context, draft.id)
        return
    sent = await _download(message, update, context)
    if sent is None:
        return
    await context.call(runs.add_file, draft.id, sent)
    # Once only: the file may be delivered again.
    if (said := typed_in(update)) and f"\n{said}\n" not in f"\n{draft.comment}\n":
        await context.call(runs.set_comment, draft.id, f"{draft.comment}\n{said}".strip())
    await _preview(update, context, draft.id, anew=True)


async def _download(message: Message, update: Update, context: Context) -> Attachment | None:
    """What was sent, as a file; None when it was refused or is no file, which was said."""
    kind = next((k for k in (*_NAMED, *_NAMES) if getattr(message, k)), None)
    if kind is None:
        await start.not_text(update, context)
        return None
    found = message.photo[-1] if kind == "photo" else getattr(message, kind)
    if (found.file_size or 0) > imports.MAX_FILE_BYTES:
        await context.say(update, present.too_large(imports.MAX_FILE_BYTES, context.language))
        return None
    name, content_type = _NAMES.get(kind, ("archivo", "application/octet-stream"))
    content = await (await found.get_file()).download_as_bytearray()
    given = getattr(found, "file_name", None) or name
    return Attachment(safe_name(given), getattr(found, "mime_type", None) or content_type, bytes(content))


def _message_id(update: Update) -> int | None:
    query = update.callback_query
    return query.message.message_id if query and query.message else None
