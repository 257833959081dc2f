"""`/estado`, and the statement as a file."""

import asyncio

from telegram import Update

from bot.domain.correspondence import Attachment
from bot.domain.errors import NothingPending
from bot.domain.statement import Statement
from bot.presenters import statement as present
from bot.presenters import welcome
from bot.services import statements
from bot.services.enclosing import XLSX
from handlers.arguments import after_command, iso_date, of_button, typed_in, whole_number
from handlers.context import Context


async def estado(update: Update, context: Context) -> None:
    """`/estado CL002 [date]`; alone it asks for whom."""
    wanted = after_command(update)
    if not wanted:
        recent, is_answered = await context.call(statements.ask)
        await context.say(update, present.ask_customer(recent, context.language, by_text=is_answered))
        return
    shown, score, reported = await context.look(statements.on_screen, wanted)
    await context.say(update, present.statement(shown, context.language, score=score, reported=reported))


async def text(update: Update, context: Context) -> None:
    """A message that is no command: for whom, where that was asked."""
    typed = typed_in(update)
    context.command = "estado"
    try:
        shown, score, reported = await context.call(statements.on_screen_typed, typed)
    except NothingPending:
        await context.say(update, welcome.not_understood(typed, context.language))
        return
    await context.say(update, present.statement(shown, context.language, score=score, reported=reported))


async def open_statement(update: Update, context: Context) -> None:
    """A statement from a button: anew when named by customer alone, else in place."""
    customer_id, on, page = of_button(update, 3)
    wanted, as_of = whole_number(customer_id), iso_date(on) if on else None
    shown, score, reported = await context.look(statements.on_screen, wanted, as_of)
    reply = present.statement(shown, context.language, whole_number(page), score=score, reported=reported)
    await (context.show(update, reply) if on else context.say(update, reply))


async def pdf(update: Update, context: Context) -> None:
    """The statement as a PDF to keep or forward."""
    from bot.render.statement_pdf import statement_pdf  # noqa: PLC0415 - most runs need neither reportlab nor openpyxl

    shown = await _asked_for(update, context)
    content = await asyncio.to_thread(statement_pdf, shown, context.language, context.office.company)
    await context.give(update, Attachment(_name(shown, context, "pdf"), "application/pdf", content))


async def xlsx(update: Update, context: Context) -> None:
    """The statement as a spreadsheet."""
    from bot.render.statement_xlsx import statement_xlsx  # noqa: PLC0415 - likewise

    shown = await _asked_for(update, context)
    content = await asyncio.to_thread(statement_xlsx, shown, context.language, context.office.company)
    await context.give(update, Attachment(_name(shown, context, "xlsx"), XLSX, content))


async def _asked_for(update: Update, context: Context) -> Statement:
    customer_id, on = of_button(update, 2)
    return await context.call(statements.statement, whole_number(customer_id), iso_date(on), action="file")


def _name(shown: Statement, context: Context, extension: str) -> str:
    return present.file_name(shown, context.language, extension)
