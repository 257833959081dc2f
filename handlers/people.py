"""`/invitar`, `/usuarios`, `/idioma`: who uses the bot, and how each is answered."""

from telegram import Update

from bot.domain.errors import MalformedCommand, NothingPending
from bot.domain.text import AROUND, fold
from bot.i18n import LANGUAGES, Language, language, languages_by_name
from bot.presenters import access as present
from bot.services import access, invitations
from handlers import menus
from handlers.arguments import after_command, number_of_button, of_button, whole_number
from handlers.context import Context


async def invitar(update: Update, context: Context) -> None:
    """`/invitar Laura Méndez cobrador C1`: a link that lets one person in."""
    invited = await context.call(invitations.invite, after_command(update))
    link = present.link(context.bot.username, invited)
    until = invited.expires_at.astimezone(context.office.zone)
    await context.say(update, present.invitation(invited, link, until, context.language))


async def cancel_invitation(update: Update, context: Context) -> None:
    """The link just made is to let nobody in."""
    cancelled = await context.call(invitations.cancel, number_of_button(update))
    await context.show(update, present.invitation_cancelled(cancelled, context.language))


async def usuarios(update: Update, context: Context) -> None:
    """`/usuarios`: everyone who uses the bot."""
    shown = await context.look(access.everyone)
    await context.say(update, present.people(shown, context.office.zone, context.language))


async def turn_page(update: Update, context: Context) -> None:
    """Another page of the people."""
    shown = await context.look(access.everyone, number_of_button(update))
    await context.show(update, present.people(shown, context.office.zone, context.language))


async def open_person(update: Update, context: Context) -> None:
    """One of the people, with what can be done."""
    shown = await context.look(access.one, number_of_button(update))
    await context.show(update, present.colleague(shown, context.office.zone, context.language))


async def ask_change(update: Update, context: Context) -> None:
    """Ask whether somebody's access is really to be taken or given."""
    person_id, active = map(whole_number, of_button(update, 2))
    shown = await context.look(access.one, person_id)
    await context.show(update, present.ask_change(shown, context.language, active=active == 1))


async def change(update: Update, context: Context) -> None:
    """Take somebody's access away, or give it again."""
    person_id, active = map(whole_number, of_button(update, 2))
    shown = await context.call(access.set_active, person_id, active=active == 1)
    await context.show(update, present.changed(shown, context.office.zone, context.language))
    await menus.publish(context.bot, context.office)


async def idioma(update: Update, context: Context) -> None:
    """`/idioma`: the languages to choose from; `/idioma en`: that one."""
    typed = after_command(update)
    if not typed:
        await context.say(update, present.languages(context.language))
        return
    code = languages_by_name().get(fold(typed.strip(AROUND)))
    if code is None:
        raise MalformedCommand("idioma", typed)
    await context.say(update, present.language_set(await _set(context, code)))
    await menus.publish(context.bot, context.office)


async def choose_language(update: Update, context: Context) -> None:
    """The language tapped."""
    (code,) = of_button(update, 1)
    if code not in LANGUAGES:
        raise NothingPending
    await context.show(update, present.language_set(await _set(context, code)))
    await menus.publish(context.bot, context.office)


async def _set(context: Context, code: str) -> Language:
    context.person = await context.call(access.set_language, code)
    return language(code)
