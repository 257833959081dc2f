"""`/cobro`, a payment reported in the street with a receipt for the customer."""

from dataclasses import replace
from functools import partial

from telegram import Update

from bot.domain.errors import NothingPending
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import Asked, Photo, Receipt
from bot.domain.scheduling import DocumentChoice
from bot.i18n import language
from bot.presenters import choices
from bot.presenters import receipt as present
from bot.presenters.promise import set_aside
from bot.presenters.reply import Picture, Reply
from bot.render.receipt_image import receipt_key, receipt_png
from bot.services import receipts
from handlers import statement
from handlers.arguments import after_command, number_of_button, of_button, typed_in, whole_number
from handlers.context import Context


async def cobro(update: Update, context: Context) -> None:
    """`/cobro 7 1624.00 cheque "folio 881"`; the form of payment is asked for where it is missing."""
    await record(update, context)


async def record(update: Update, context: Context, photo: Photo | None = None, *, lost: bool = False) -> None:
    """The same, with a photo that came with it; `lost` when one did that cannot be had."""
    context.command = "cobro"  # in a photo's text too
    command = parse_receipt(after_command(update))
    made = await context.call(receipts.report, command, photo, context.photos, photo_lost=lost)
    await context.say(update, reply(made, context))


async def begin(update: Update, context: Context) -> None:
    """A document from a button: how all that is open on it was paid."""
    asked = await context.call(receipts.begin, number_of_button(update))
    await context.say(update, present.question(asked, context.language, offered=True))


async def choose_document(update: Update, context: Context) -> None:
    """The document tapped for the question that waits."""
    number, document_id = of_button(update, 2)
    made = await context.call(receipts.answer, number, context.photos, document_id=whole_number(document_id))
    await context.show(update, reply(made, context))


async def choose_form(update: Update, context: Context) -> None:
    """The form of payment tapped for the question that waits."""
    number, form = of_button(update, 2)
    made = await context.call(receipts.answer, number, context.photos, form=form)
    await context.show(update, reply(made, context))


async def more(update: Update, context: Context) -> None:
    """More than is open is meant."""
    (number,) = of_button(update, 1)
    made = await context.call(receipts.answer, number, context.photos, more=True)
    await context.show(update, reply(made, context))


async def text(update: Update, context: Context) -> None:
    """A message that is no command: the answer that a payment waits for, if one does; else perhaps for whom."""
    typed = typed_in(update)
    context.command = "cobro"
    if waiting := await context.call(receipts.take_up):
        await context.say(update, set_aside(typed, reply(waiting, context), context.language))
        return
    try:
        made = await context.call(receipts.type_answer, typed, context.photos)
    except NothingPending:
        await statement.text(update, context)
        return
    await context.say(update, reply(made, context))


async def undo(update: Update, context: Context) -> None:
    """Take a receipt back."""
    taken_back = await context.call(receipts.undo, number_of_button(update))
    await context.show(update, present.undone(taken_back, context.language))


def reply(made: Receipt | Asked | DocumentChoice, context: Context) -> Reply:
    """The receipt, or what is still asked."""
    if isinstance(made, DocumentChoice):
        return choices.paid(made, context.language)
    if isinstance(made, Asked):
        return present.question(made, context.language)
    theirs, office = language(made.customer.language), context.office
    # The receipt for the customer is the same with a photo and without.
    drawn = (replace(made, photographed=False, photo_lost=False), theirs, office.company, office.zone)
    picture = Picture(receipt_key(*drawn), partial(receipt_png, *drawn))
    return present.recorded(made, picture, office.today, context.language)
