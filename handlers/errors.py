"""What goes wrong, said: a refusal with its reason, anything else with a reference that the log has too."""

import logging
import secrets

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.domain.errors import Refusal
from bot.presenters import welcome
from bot.presenters.refusals import refusal
from handlers.context import Context

_log = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Answer an update whose handling raised."""
    error = context.error
    if not isinstance(update, Update):
        _log.error("a job failed", exc_info=error)
        return
    if isinstance(error, Refusal):
        await context.say(update, refusal(error, context.language))
    elif isinstance(error, Forbidden):
        _log.info("update %s: the person has blocked the bot", update.update_id)
    elif isinstance(error, NetworkError | RetryAfter) and not isinstance(error, BadRequest):
        # Nothing can be said now. The update stays unconfirmed, and Telegram delivers it again.
        _log.warning("update %s not answered: %s", update.update_id, error)
        context.unanswered.add(update.update_id)
    else:
        reference = secrets.token_hex(4)
        _log.error("update %s failed, reference %s", update.update_id, reference, exc_info=error)
        try:
            await context.say(update, welcome.unexpected(reference, context.language))
        except TelegramError as failed:
            _log.warning("update %s: the apology did not leave: %s", update.update_id, failed)
