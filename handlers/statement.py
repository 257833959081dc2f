"""`/estado`, and the statement as a file."""

import asyncio
from collections.abc import Callable

from telegram import Update

from bot.domain.company import Company
from bot.domain.correspondence import Attachment
from bot.domain.errors import NothingPending
from bot.domain.statement import Statement
from bot.i18n import Language
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

    await _file(update, context, statement_pdf, ("pdf", "application/pdf"))


async def xlsx(update: Update, context: Context) -> None:
    """The statement as a spreadsheet."""
    from bot.render.statement_xlsx import statement_xlsx  # noqa: PLC0415 - likewise

    await _file(update, context, statement_xlsx, ("xlsx", XLSX))


async def _file(
    update: Update, context: Context, render: Callable[[Statement, Language, Company], bytes], kind: tuple[str, str]
) -> None:
    (customer_id, on), (extension, content_type) = of_button(update, 2), kind
    shown = await context.call(statements.statement, whole_number(customer_id), iso_date(on), action="file")
    content = await asyncio.to_thread(render, shown, context.language, context.office.company)
    await context.give(update, Attachment(present.file_name(shown, context.language, extension), content_type, content))
