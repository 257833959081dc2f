"""`/historial`: the promises of a document, and what is done to them."""

from telegram import Update

from bot.domain.errors import MalformedCommand
from bot.presenters import promise as present
from bot.services import scheduling, undoing
from handlers.arguments import after_command, number_of_button, of_button, whole_number
from handlers.context import Context


async def historial(update: Update, context: Context) -> None:
    """`/historial 7`: the promises of a document."""
    wanted = after_command(update)
    if not wanted:
        raise MalformedCommand("historial")
    shown = await context.call(scheduling.history, wanted)
    await context.say(update, present.history(shown, context.office.today, context.language))


async def open_history(update: Update, context: Context) -> None:
    """A document from a button."""
    shown = await context.call(scheduling.history, number_of_button(update))
    await context.say(update, present.history(shown, context.office.today, context.language))


async def turn_page(update: Update, context: Context) -> None:
    """Another page of a document's history, in place."""
    document_id, page = of_button(update, 2)
    shown = await context.call(scheduling.history, whole_number(document_id))
    await context.show(update, present.history(shown, context.office.today, context.language, whole_number(page)))


async def undo(update: Update, context: Context) -> None:
    """Take back what the person has just promised, in place."""
    shown = await context.call(undoing.undo, number_of_button(update))
    await context.show(update, present.undone(shown, context.office.today, context.language))


async def ask_withdrawal(update: Update, context: Context) -> None:
    """Ask whether what is in force of a document is to be withdrawn, in place."""
    shown = await context.call(scheduling.to_withdraw, number_of_button(update))
    await context.show(update, present.ask_withdrawal(shown, context.language))


async def withdraw(update: Update, context: Context) -> None:
    """Withdraw the promise that was asked about, in place."""
    document_id, promise_id = of_button(update, 2)
    shown = await context.call(scheduling.withdraw, whole_number(document_id), whole_number(promise_id))
    await context.show(update, present.withdrawn(shown, context.office.today, context.language))
