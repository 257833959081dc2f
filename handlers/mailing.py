"""`/enviar`: a statement by mail, after a look at what would leave."""

import asyncio
from collections.abc import Sequence

from telegram import Update

from bot.domain.errors import MalformedCommand, NothingPending
from bot.presenters import mailing as present
from bot.services import mailing, outbox
from bot.services.outbox import Delivery
from handlers.arguments import after_command, iso_date, of_button, whole_number
from handlers.context import Context
from handlers.office import Office


async def enviar(update: Update, context: Context) -> None:
    """`/enviar CL002`: what would be mailed, with a button to send it."""
    wanted = after_command(update)
    if not wanted:
        raise MalformedCommand("enviar")
    shown = await context.call(mailing.preview, wanted)
    await context.say(update, present.preview(shown, context.language))


async def preview(update: Update, context: Context) -> None:
    """The same from a button."""
    shown = await context.call(mailing.preview, whole_number(of_button(update, 1)[0]))
    await context.say(update, present.preview(shown, context.language))


async def send_statement(update: Update, context: Context) -> None:
    """Queue the mail that was looked at, send what is queued, and say what became of it."""
    customer_id, on = of_button(update, 2)
    if iso_date(on) != context.office.today:
        # The amounts looked at are of another day.
        raise NothingPending
    planned = await context.call(mailing.queue, whole_number(customer_id), context.office.company)
    await context.show(update, present.sending(planned.customer, context.language))
    await deliver(context.office)
    state, reason = await context.call(mailing.outcome, planned.customer.id)
    await context.show_again(update, present.outcome(planned.customer, state, reason, context.language))


async def cancel(update: Update, context: Context) -> None:
    """Send nothing."""
    await context.show(update, present.cancelled(context.language))


async def deliver(office: Office) -> Sequence[Delivery]:
    """Empty the outbox once, off the event loop."""
    return await asyncio.to_thread(lambda: list(outbox.deliver(office.transactions, office.mailer, office.clock)))
