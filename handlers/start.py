"""`/start`, `/ayuda`, and buttons whose meaning has gone."""

from telegram import Update

from bot.presenters import access, privacy, welcome
from bot.services import invitations, personal
from handlers import menus
from handlers.arguments import after_command, typed_in
from handlers.context import Context


async def start(update: Update, context: Context) -> None:
    """A greeting with what to try first; a link that another needs is left to them."""
    token = after_command(update)
    open_still = bool(token) and await context.call(invitations.is_still_open, token)
    note = access.in_already(context.language) if open_still else ""
    first = await context.call(personal.is_told_first)
    greeting = welcome.start(context.person, context.language, note)
    await context.say(update, privacy.with_notice(greeting, context.office.company.name, context.language, first=first))
    await menus.publish(context.bot, context.office)


async def privacy_notice(update: Update, context: Context) -> None:
    """What is kept of a person, what for, and how long."""
    await context.say(update, privacy.full(context.office.company.name, context.language))


async def ayuda(update: Update, context: Context) -> None:
    """Each command in the form in which it is typed."""
    await context.say(update, welcome.help_(context.person.role, context.language))


async def unknown_command(update: Update, context: Context) -> None:
    """A command that does not exist."""
    await context.say(update, welcome.unknown_command(typed_in(update).split()[0], context.language))


async def old_button(update: Update, context: Context) -> None:
    """A button from before the bot changed, or one that only shows a number."""
    await context.say(update, welcome.old_button(context.language))


async def not_text(update: Update, context: Context) -> None:
    """A picture, sticker or voice message: nothing is done with it yet, and that is said."""
    await context.say(update, welcome.not_text(context.language))


async def edited(update: Update, context: Context) -> None:
    """A message that was changed after it was sent: Telegram may say so though nobody did, so nothing is done anew."""
    message = update.edited_message
    if message and (message.text or message.caption):
        await context.say(update, welcome.edited(context.language))
