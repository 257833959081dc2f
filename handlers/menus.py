"""The menu of commands in each person's chat: by role and language, and none for who was shut out."""

import logging
from functools import cache
from hashlib import sha256

from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.domain.people import Person
from bot.i18n import language
from bot.presenters import welcome
from bot.services import access
from handlers.office import Office

_log = logging.getLogger(__name__)

# Half a minute of Telegram's: reminders and mail wait meanwhile.
A_ROUND = 200


async def publish(bot: Bot, office: Office) -> None:
    """Give chats the menus that they should have and have not; what fails, and what is left, is for the next tick."""
    # Of a few thousand people no more than six menus are different.
    menu_of = cache(lambda role, code: welcome.menu(role, language(code)))
    fingerprint_of = cache(lambda role, code: _fingerprint(menu_of(role, code)))
    tried = 0
    for person, given in await office.run(access.menus):
        kind = (person.role, person.language)
        menu = menu_of(*kind) if person.active else []
        wanted = fingerprint_of(*kind) if person.active else None
        if wanted == given:
            continue
        tried += 1
        if tried > A_ROUND:
            # After an update that changes a word of it, everybody is given theirs.
            return
        office.pulse.ticked_at = office.clock()
        try:
            await _set(bot, person, menu)
        except (BadRequest, Forbidden) as refused:
            # The chat is gone, or the person has blocked the bot: that does not pass.
            _log.info("no menu for person %s: %s", person.id, refused)
        except TelegramError as fault:
            _log.info("the menu of person %s is given later: %s", person.id, fault)
            return
        await office.run(access.menu_given, person.id, wanted)


async def _set(bot: Bot, person: Person, menu: list[tuple[str, str]]) -> None:
    scope = BotCommandScopeChat(person.telegram_id or 0)
    if menu:
        await bot.set_my_commands(menu, scope=scope)
    else:
        await bot.delete_my_commands(scope=scope)


def _fingerprint(menu: list[tuple[str, str]]) -> str:
    # Of the words themselves: a new version's commands, another role and another language all show.
    return sha256(repr(menu).encode()).hexdigest()[:40]
