"""The door: nobody unknown gets past it, and no group."""

from datetime import timedelta

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from bot.i18n import language
from bot.presenters import welcome
from bot.services import people
from handlers import send
from handlers.context import Context

# A stranger gets one line, then nothing for so long.
_SILENCE = timedelta(hours=1)
# Strangers remembered at most; beyond, the oldest may be answered again.
_MAX_STRANGERS = 10_000


async def let_in(update: Update, context: Context) -> None:
    """Put the person who acts in the context, or stop here."""
    context.update_id = update.update_id
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or not (update.effective_message or update.callback_query):
        raise ApplicationHandlerStop
    if chat.type != ChatType.PRIVATE:
        if update.message and (update.message.text or "").startswith("/"):
            await send.message(context.bot, context.office, chat.id, welcome.private_only(context.language))
        raise ApplicationHandlerStop
    person = await context.office.run(people.by_telegram_id, user.id)
    if person is None:
        if not _was_answered(context, user.id):
            await context.say(update, welcome.stranger(user.id, language(user.language_code)))
            _remember(context, user.id)
        raise ApplicationHandlerStop
    context.person = person


def _was_answered(context: Context, telegram_id: int) -> bool:
    last = context.office.strangers.get(telegram_id)
    return last is not None and context.office.clock() - last < _SILENCE


def _remember(context: Context, telegram_id: int) -> None:
    """Note that a stranger has their line: only once it has left."""
    seen = context.office.strangers
    seen.pop(telegram_id, None)
    if len(seen) >= _MAX_STRANGERS:
        del seen[next(iter(seen))]
    seen[telegram_id] = context.office.clock()
