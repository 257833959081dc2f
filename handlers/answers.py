"""What comes back to the mailbox: read by itself, told in the chat to whoever collects from the customer."""

import asyncio
import logging

from telegram import Bot
from telegram.error import Forbidden

from bot.domain.correspondence import Rejected, TryLater
from bot.i18n import language
from bot.presenters import answers as present
from bot.services import answers
from handlers import send
from handlers.office import Office

_log = logging.getLogger(__name__)


async def read(office: Office) -> None:
    """Look into the mailbox, if there is one and it is time; off the event loop."""
    if office.inbox is None:
        return
    try:
        await asyncio.to_thread(answers.read, office.transactions, office.inbox, office.clock())
    except (TryLater, Rejected) as failure:
        _log.warning("the mailbox was not read: %s", failure)


async def tell(bot: Bot, office: Office) -> None:
    """Tell what waits to be told, but not in quiet hours."""
    if office.quiet_hours.covers(office.clock().astimezone(office.zone).time()):
        return
    while told := await office.run(answers.claim, office.clock()):
        reply = present.answer(told, language(told.person.language))
        try:
            pause = await send.unasked(bot, office, told.person.telegram_id or 0, reply)
        except Forbidden:
            await office.run(answers.unreachable, told, office.clock())
            continue
        if pause:
            await office.run(answers.postpone, told, office.clock(), pause)
        else:
            await office.run(answers.told, told)
