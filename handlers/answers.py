"""What comes back to the mailbox: read by itself, told in the chat to whoever collects from the customer."""

import asyncio
import logging

from telegram import Bot

from bot.domain.answers import Answer
from bot.domain.correspondence import Rejected, TryLater
from bot.i18n import language
from bot.presenters import answers as present
from bot.presenters.reply import Reply
from bot.services import answers
from handlers import telling
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
    """Tell what waits to be told."""

    def say(told: Answer) -> Reply:
        return present.answer(told, language(told.person.language))

    await telling.tell(bot, office, answers, say)
