"""Messages of the bot deleted from the chats when their time has come, where that is asked for."""

import logging

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.services import sent_messages
from handlers.office import Office

_log = logging.getLogger(__name__)


async def delete_old(bot: Bot, office: Office) -> None:
    """Delete what is old enough; what cannot be deleted now is tried again at the next tick."""
    while office.delete_after and (found := await office.run(sent_messages.due, office.clock() - office.delete_after)):
        chat_id, message_ids = found
        try:
            await bot.delete_messages(chat_id, message_ids)
        except (BadRequest, Forbidden) as refused:
            # Older than 48 hours after a long stop, or the person has blocked the bot: that does not pass.
            _log.warning("%s messages can no longer be deleted: %s", len(message_ids), refused)
        except TelegramError as fault:
            _log.info("messages are deleted later: %s", fault)
            return
        await office.run(sent_messages.forget, chat_id, message_ids)
