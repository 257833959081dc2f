"""A promise confirmed to the customer by mail: only when somebody taps for it, after a look."""

import asyncio
import time
from collections.abc import Sequence

from telegram import Update

from bot.domain.confirmations import Confirmation
from bot.presenters import confirming as present
from bot.presenters.mailing import rehearsed
from bot.presenters.reply import Reply
from bot.services import confirming
from handlers import sending
from handlers.arguments import number_of_button
from handlers.context import Context

# How often is looked whether another has sent what it holds; most mails take less than a second.
_LOOK_SECONDS = 0.3


async def look(update: Update, context: Context) -> None:
    """What would be confirmed and to whom, or what became of it, in place of the promise's answer."""
    promise_id = number_of_button(update)
    shown = await context.call(confirming.look, promise_id)
    await context.show(update, _seen(shown, promise_id, context))


async def send_it(update: Update, context: Context) -> None:
    """Queue the mails, and say what became of them once they had a moment to leave."""
    until = time.monotonic() + sending.SOON_SECONDS
    promise_id = number_of_button(update)
    queued = await context.call(confirming.confirm, promise_id, context.office.company)
    await context.show(update, _seen(queued, promise_id, context))
    await sending.deliver_until(context.office, until)
    shown = await context.call(confirming.confirmations, promise_id)
    while any(each.is_leaving for each in shown) and time.monotonic() < until:
        await asyncio.sleep(_LOOK_SECONDS)
        shown = await context.call(confirming.confirmations, promise_id)
    if shown != queued:
        await context.show_again(update, _seen(shown, promise_id, context))


def _seen(shown: Sequence[Confirmation], promise_id: int, context: Context) -> Reply:
    reply = present.confirmation(shown, promise_id, context.language)
    return rehearsed(reply, context.office.mail_redirect_to, context.language)


async def back(update: Update, context: Context) -> None:
    """The promise's answer, in place of its confirmation."""
    made = await context.call(confirming.recorded, number_of_button(update))
    await context.show(update, present.back(made, context.language))
