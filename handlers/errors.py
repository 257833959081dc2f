"""What goes wrong, said: a refusal with its reason, anything else with a reference that the log has too."""

import logging
import secrets
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeAlias

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.domain.errors import DatabaseAway, Refusal
from bot.i18n import language
from bot.presenters import welcome
from bot.presenters.refusals import refusal
from bot.services import choices
from handlers.context import Context
from handlers.office import Office

_log = logging.getLogger(__name__)


class CannotListenError(Exception):
    """An address where nobody can listen: taken, or not of this machine."""

    def __init__(self, address: str, reason: OSError) -> None:
        super().__init__(address, reason.strerror)
        self.address, self.reason = address, reason.strerror


Handler: TypeAlias = Callable[[Update, Context], Coroutine[Any, Any, None]]


def refusals_said(handler: Handler, command: str = "") -> Handler:
    """The handler of a command, if it is one, with the refusal that it raises as its answer."""

    @wraps(handler)
    async def guarded(update: Update, context: Context) -> None:
        context.command = command
        try:
            await handler(update, context)
        except Refusal as refused:
            if refused.shown:
                # What it shows of customers leaves a trace; that of the use case was rolled back.
                await context.call(choices.told, refused)
            await context.say(update, refusal(refused, context.language, context.command))

    return guarded


async def on_error(update: object, context: Context) -> None:
    """Answer an update whose handling raised; no further handler sees it, above all not one behind the door."""
    error = context.error
    if not isinstance(update, Update):
        _log.error("a job failed", exc_info=error)
        return
    if isinstance(error, DatabaseAway):
        _log.error("update %s waits for the database: %s", update.update_id, error)
        context.unanswered.add(update.update_id)
        await say_later(context.bot, context.office, update)
    elif not _is_unsaid(update, context, error):
        reference = secrets.token_hex(4)
        _log.error("update %s failed, reference %s", update.update_id, reference, exc_info=error)
        try:
            await context.say(update, welcome.unexpected(reference, context.language))
        except TelegramError as failed:
            if not _is_unsaid(update, context, failed):
                _log.warning("update %s: the apology did not leave: %s", update.update_id, failed)
    raise ApplicationHandlerStop


async def say_later(bot: Bot, office: Office, update: Update) -> None:
    """Say, once until it is over, that what somebody sent waits for the database; in the office's language."""
    chat = update.effective_chat
    if chat is None or chat.type != ChatType.PRIVATE or chat.id in office.told_to_wait:
        return
    try:
        await bot.send_message(chat.id, welcome.later(language(office.language)).plain)
    except TelegramError as failed:
        _log.warning("update %s: nobody could be told that it waits: %s", update.update_id, failed)
    else:
        office.told_to_wait.add(chat.id)


def _is_unsaid(update: Update, context: Context, error: Exception | None) -> bool:
    """Whether all that is wrong is that nothing can be said now; then it is said later, or never to who blocked us."""
    if isinstance(error, Forbidden):
        _log.info("update %s: the person has blocked the bot", update.update_id)
    elif isinstance(error, NetworkError | RetryAfter | InvalidToken) and not isinstance(error, BadRequest):
        # The update stays unconfirmed, and Telegram delivers it again: also to who has the new token.
        _log.warning("update %s not answered: %s", update.update_id, error)
        context.unanswered.add(update.update_id)
    else:
        return False
    return True
