"""A day's cash and cheques handed over to a supervisor, who accepts them with a tap; both are told."""

from telegram import Bot, Update

from bot.domain.handovers import HandoverNotice
from bot.i18n import language
from bot.presenters import day_total as present
from bot.presenters.reply import Reply
from bot.services import handovers
from handlers import telling
from handlers.arguments import iso_date, number_of_button, of_button, whole_number
from handlers.context import Context
from handlers.office import Office


async def hand_over(update: Update, context: Context) -> None:
    """Hand over what is left of the day; to whom is asked where several could take it."""
    on, to = of_button(update, 1, 2)
    done = await context.call(handovers.hand_over, iso_date(on), whole_number(to) if to else None)
    person, zone = context.person, context.office.zone
    await context.show(update, present.handed(done, context.language, zone, all_seen=person.sees_all))
    await tell(context.bot, context.office)


async def accept(update: Update, context: Context) -> None:
    """What was received matches."""
    await _answer(update, context, accepted=True)


async def refuse(update: Update, context: Context) -> None:
    """It does not; nothing more is asked."""
    await _answer(update, context, accepted=False)


async def _answer(update: Update, context: Context, *, accepted: bool) -> None:
    (handover_id,) = of_button(update, 1)
    shown = await context.call(handovers.answer, whole_number(handover_id), accepted=accepted)
    await context.show(update, present.handover(shown, context.language, context.office.zone, context.person.id))
    await tell(context.bot, context.office)


async def take_back(update: Update, context: Context) -> None:
    """Take back what nobody has answered yet."""
    shown = await context.call(handovers.take_back, number_of_button(update))
    await context.show(update, present.handover(shown, context.language, context.office.zone, context.person.id))


async def open_(update: Update, context: Context) -> None:
    """A handover that waits, in a message of its own."""
    shown = await context.call(handovers.open_, number_of_button(update))
    await context.say(update, present.handover(shown, context.language, context.office.zone, context.person.id))


async def tell(bot: Bot, office: Office) -> None:
    """Tell what waits to be told of handovers."""

    def say(told: HandoverNotice) -> Reply:
        t, viewer = language(told.person.language), told.person.id
        return present.handover(told.handover, t, office.zone, viewer, unread=told.is_unread)

    await telling.tell(bot, office, handovers, say)
