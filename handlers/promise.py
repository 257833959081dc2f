"""`/promesa` and its questions: a promise in one line, or asked for step by step."""

from datetime import date

from telegram import Update

from bot.domain.commands import parse_promise
from bot.domain.errors import DocumentAmbiguous, NothingPending, PromiseTooFar
from bot.domain.scheduling import CustomerChoice, DocumentChoice, Scheduling, Step
from bot.presenters import choices
from bot.presenters import promise as present
from bot.presenters.reply import Reply
from bot.services import conversation, scheduling
from handlers import receipt
from handlers.arguments import after_command, iso_date, number_of_button, of_button, typed_in, whole_number
from handlers.context import Context


async def promesa(update: Update, context: Context) -> None:
    """`/promesa 7 23/07/2019 [amount] [comment]`; what is missing is asked for."""
    command = parse_promise(after_command(update), context.said_on)
    try:
        found = await context.call(scheduling.find_documents, command.documents, command.amount)
        if found and command.on:
            made = await context.call(
                scheduling.promise,
                [document.id for document, _ in found],
                command.on,
                amount=command.amount,
                comment=command.comment,
                plan=command.plan,
            )
            await context.say(update, present.recorded(made, context.language))
            return
    except (DocumentAmbiguous, PromiseTooFar):
        pass  # asked below which one, or whether it is meant
    await context.say(update, _question(await context.call(conversation.begin, command), context))


async def begin(update: Update, context: Context) -> None:
    """Schedule a document from a button: the date is asked for."""
    begun = await context.call(conversation.start, [number_of_button(update)])
    await context.say(update, _question(begun, context))


async def begin_ticked(update: Update, context: Context) -> None:
    """Schedule the ticked documents: the date is asked for."""
    await context.say(update, _question(await context.call(conversation.start_ticked), context))


async def move_to_bank_day(update: Update, context: Context) -> None:
    """Move what was just promised to the next banking day, with its comment and amounts."""
    document_id, on, promise_id = of_button(update, 3)
    made = await context.call(scheduling.move, whole_number(document_id), whole_number(promise_id), iso_date(on))
    await context.show(update, present.recorded(made, context.language))


async def choose_customer(update: Update, context: Context) -> None:
    """The customer tapped for the question that waits."""
    number, customer_id = of_button(update, 2)
    await _next(update, context, await context.call(conversation.choose_customer, number, whole_number(customer_id)))


async def turn_documents(update: Update, context: Context) -> None:
    """Another page of the documents to choose from."""
    number, page = of_button(update, 2)
    asked = await context.call(conversation.pending, number)
    await context.show(update, _question(asked, context, page=whole_number(page)))


async def choose_document(update: Update, context: Context) -> None:
    """The document tapped for the question that waits."""
    number, document_id = of_button(update, 2)
    await _next(update, context, await context.call(conversation.choose_document, number, whole_number(document_id)))


async def turn_month(update: Update, context: Context) -> None:
    """Another month to choose the day from."""
    number, month = of_button(update, 2)
    asked = await context.call(conversation.pending, number)
    await context.show(update, _question(asked, context, month=iso_date(f"{month}-01")))


async def set_date(update: Update, context: Context) -> None:
    """The day tapped for the question that waits."""
    number, on = of_button(update, 2)
    await _next(update, context, await context.call(conversation.set_date, number, iso_date(on)))


async def ask_amount(update: Update, context: Context) -> None:
    """Another amount than all of it is meant."""
    await _next(update, context, await context.call(conversation.ask_amount, *of_button(update, 1)))


async def whole_amount(update: Update, context: Context) -> None:
    """All of it is meant after all."""
    await _next(update, context, await context.call(conversation.whole_amount, *of_button(update, 1)))


async def no_comment(update: Update, context: Context) -> None:
    """No comment, for the question that waits."""
    (number,) = of_button(update, 1)
    await _next(update, context, await context.call(conversation.set_comment, number, ""))


async def confirm_far(update: Update, context: Context) -> None:
    """The far date that the button names is meant, whatever was answered since it was drawn."""
    number, on = of_button(update, 2)
    step = await context.call(conversation.set_date, number, iso_date(on), far_confirmed=True)
    await _next(update, context, step)


async def confirm(update: Update, context: Context) -> None:
    """Record what was asked for; a day that has gone by meanwhile is asked for again."""
    asked = await context.call(conversation.pending, *of_button(update, 1))
    if isinstance(asked, Scheduling) and asked.gone_by:
        await context.show(update, _question(asked, context))
    else:
        await _record(update, context, asked)


async def cancel(update: Update, context: Context) -> None:
    """Close the question that waits."""
    await context.call(conversation.cancel, *of_button(update, 1))
    await context.show(update, present.cancelled(context.language))


async def nothing(update: Update, context: Context) -> None:
    """A button that only fills its place."""
    await context.answer_tap(update)


async def text(update: Update, context: Context) -> None:
    """A message that is no command: the answer that was asked for, if one was; else perhaps one for a payment."""
    typed = typed_in(update)
    if waiting := await context.call(conversation.take_up):
        await context.say(update, present.set_aside(typed, _question(waiting, context), context.language))
        return
    try:
        step = await context.call(conversation.type_answer, typed)
    except NothingPending:
        await receipt.text(update, context)
        return
    await _next(update, context, step)


def _question(step: Step, context: Context, *, page: int = 0, month: date | None = None) -> Reply:
    if isinstance(step, CustomerChoice):
        return choices.customer(step, context.language)
    if isinstance(step, DocumentChoice):
        return choices.document(step, context.language, page)
    return present.question(step, context.office.today, context.language, month)


async def _next(update: Update, context: Context, step: Step) -> None:
    """Ask what is still missing; one document with all that is needed is recorded at once."""
    if isinstance(step, Scheduling) and len(step.items) == 1 and step.is_complete(context.office.today):
        await _record(update, context, step)
    else:
        await context.show(update, _question(step, context))


async def _record(update: Update, context: Context, step: Step) -> None:
    if not isinstance(step, Scheduling) or step.on is None:
        raise NothingPending
    made = await context.call(
        scheduling.promise,
        step.ids,
        step.on,
        amount=step.amount,
        comment=step.comment or "",
        far_confirmed=step.far_confirmed,
        plan=step.plan,
    )
    await context.show(update, present.recorded(made, context.language))
