"""`/cobro`, a payment reported in the street with a receipt for the customer; `/corte`, the day's total."""

from functools import partial

from telegram import Update

from bot.domain.receipts import Asked, Receipt, parse_receipt
from bot.i18n import language
from bot.presenters import receipt as present
from bot.presenters.reply import Picture, Reply
from bot.render.receipt_image import receipt_key, receipt_png
from bot.services import receipts
from handlers.arguments import after_command, of_button, whole_number
from handlers.context import Context


async def cobro(update: Update, context: Context) -> None:
    """`/cobro 7 1624.00 cheque "folio 881"`; the form of payment is asked for where it is missing."""
    made = await context.call(receipts.report, parse_receipt(after_command(update)))
    await context.say(update, _reply(made, context))


async def choose_form(update: Update, context: Context) -> None:
    """The form of payment tapped for the question that waits."""
    number, form = of_button(update, 2)
    await context.show(update, _reply(await context.call(receipts.answer, number, form=form), context))


async def more(update: Update, context: Context) -> None:
    """More than is open is meant."""
    (number,) = of_button(update, 1)
    await context.show(update, _reply(await context.call(receipts.answer, number, more=True), context))


async def undo(update: Update, context: Context) -> None:
    """Take a receipt back."""
    taken_back = await context.call(receipts.undo, whole_number(of_button(update, 1)[0]))
    await context.show(update, present.undone(taken_back, context.language))


async def corte(update: Update, context: Context) -> None:
    """What the person reported today; from a button in a message of its own, since the receipt stays."""
    shown = await context.call(receipts.of_today)
    await context.say(update, present.day(shown, context.language))


def _reply(made: Receipt | Asked, context: Context) -> Reply:
    if isinstance(made, Asked):
        return present.question(made, context.language)
    theirs, office = language(made.customer.language), context.office
    drawn = (made, theirs, office.company, office.zone)
    picture = Picture(receipt_key(*drawn), partial(receipt_png, *drawn))
    return present.recorded(made, picture, context.language)
