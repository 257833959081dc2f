"""`/promesa` and `/historial`: a promise in one line, or asked for step by step."""

from telegram import Update

from bot.domain.commands import PromiseCommand, parse_promise
from bot.domain.dates import parse_date
from bot.domain.errors import MalformedCommand, NothingPending, PromiseTooFar
from bot.domain.scheduling import Scheduling
from bot.presenters import promise as present
from bot.presenters import welcome
from bot.services import conversation, scheduling
from handlers.arguments import after_command, iso_date, of_button, whole_number
from handlers.context import Context


async def promesa(update: Update, context: Context) -> None:
    """`/promesa 7 23/07/2019 [amount] [comment]`; a missing date is asked for."""
    command = parse_promise(after_command(update), context.office.today)
    if not command.documents:
        raise MalformedCommand("promesa")
    found = await context.call(scheduling.find_documents, command.documents, command.amount)
    wanted = [document.id for document, _ in found]
    if command.on is not None:
        try:
            made = await context.call(
                scheduling.promise,
                wanted,
                command.on,
                amount=command.amount,
                comment=command.comment,
                plan=command.plan,
            )
        except PromiseTooFar:
            pass  # asked below whether it is meant
        else:
            await context.say(update, present.recorded(made, context.language))
            return
    begun = await context.call(conversation.start, wanted, command)
    await context.say(update, present.question(begun, context.office.today, context.language))


async def historial(update: Update, context: Context) -> None:
    """`/historial 7`: the promises of a document."""
    wanted = after_command(update)
    if not wanted:
        raise MalformedCommand("historial")
    shown = await context.call(scheduling.history, wanted)
    await context.say(update, present.history(shown, context.office.today, context.language))


async def open_history(update: Update, context: Context) -> None:
    """A document from a button."""
    shown = await context.call(scheduling.history, whole_number(of_button(update, 1)[0]))
    await context.say(update, present.history(shown, context.office.today, context.language))


async def turn_page(update: Update, context: Context) -> None:
    """Another page of a document's history, in place."""
    document_id, page = of_button(update, 2)
    shown = await context.call(scheduling.history, whole_number(document_id))
    await context.show(update, present.history(shown, context.office.today, context.language, whole_number(page)))


async def begin(update: Update, context: Context) -> None:
    """Schedule a document from a button: the date is asked for."""
    begun = await context.call(conversation.start, [whole_number(of_button(update, 1)[0])], PromiseCommand())
    await context.say(update, present.question(begun, context.office.today, context.language))


async def begin_ticked(update: Update, context: Context) -> None:
    """Schedule the ticked documents: the date is asked for."""
    begun = await context.call(conversation.start_ticked)
    await context.say(update, present.question(begun, context.office.today, context.language))


async def move_to_bank_day(update: Update, context: Context) -> None:
    """Move a promise just made to the next banking day, with its comment and amount."""
    document_id, on = of_button(update, 2)
    made = await context.call(scheduling.move, whole_number(document_id), iso_date(on))
    await context.show(update, present.recorded(made, context.language))


async def set_date(update: Update, context: Context) -> None:
    """The day tapped for the question that waits."""
    await _next(update, context, await context.call(conversation.set_date, iso_date(of_button(update, 1)[0])))


async def no_comment(update: Update, context: Context) -> None:
    """No comment, for the question that waits."""
    await _next(update, context, await context.call(conversation.set_comment, ""))


async def confirm_far(update: Update, context: Context) -> None:
    """The far date is meant."""
    await _next(update, context, await context.call(conversation.confirm_far))


async def confirm(update: Update, context: Context) -> None:
    """Record what was asked for."""
    await _record(update, context, await context.call(conversation.pending))


async def cancel(update: Update, context: Context) -> None:
    """Drop the question that waits."""
    await context.call(conversation.cancel)
    await context.show(update, present.cancelled(context.language))


async def text(update: Update, context: Context) -> None:
    """A message that is no command: the date or comment that was asked for, if one was."""
    typed = (update.effective_message.text or "").strip() if update.effective_message else ""
    try:
        waiting = await context.call(conversation.pending)
    except NothingPending:
        await context.say(update, welcome.not_understood(typed, context.language))
        return
    if waiting.on is None:
        step = await context.call(conversation.set_date, parse_date(typed, context.office.today))
    else:
        step = await context.call(conversation.set_comment, typed)
    await _next(update, context, step)


async def _next(update: Update, context: Context, step: Scheduling) -> None:
    """Ask what is still missing; one document with all that is needed is recorded at once."""
    if len(step.items) == 1 and step.is_complete(context.office.today):
        await _record(update, context, step)
    else:
        await context.show(update, present.question(step, context.office.today, context.language))


async def _record(update: Update, context: Context, step: Scheduling) -> None:
    if step.on is None:
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
