"""`/corte`: what one was paid on a day, or everybody, on the phone and as files."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, tzinfo

from telegram import Update

from bot.domain.company import Company
from bot.domain.correspondence import Attachment
from bot.domain.dates import parse_past_date
from bot.domain.errors import DayToCome
from bot.domain.handovers import DayTotal
from bot.i18n import Language
from bot.presenters import day_total as present
from bot.presenters.reply import Reply
from bot.services import day_totals
from bot.services.enclosing import XLSX
from handlers.arguments import after_command, iso_date, of_button, whole_number
from handlers.context import Context


async def corte(update: Update, context: Context) -> None:
    """`/corte`, `/corte 15/07/2019`; from a button in a message of its own, since the receipt stays."""
    today = context.said_on
    typed = "" if update.callback_query else after_command(update)
    on = parse_past_date(typed, today) if typed else today
    if on > today:
        raise DayToCome(on, today)
    whole = context.person.sees_all
    await context.say(update, await (_of_all(context, on) if whole else _of_person(context, on, context.person.id)))


async def turn(update: Update, context: Context) -> None:
    """A person's day, or a page of everybody's, in the message that it is asked from."""
    on, person_id, page = of_button(update, 1, 3)
    shown = _of_person(context, iso_date(on), whole_number(person_id)) if person_id else None
    await context.show(update, await (shown or _of_all(context, iso_date(on), whole_number(page or "0"))))


async def open_person(update: Update, context: Context) -> None:
    """A person's day in a message of its own."""
    on, person_id = of_button(update, 2)
    await context.say(update, await _of_person(context, iso_date(on), whole_number(person_id)))


async def _of_person(context: Context, on: date, person_id: int) -> Reply:
    shown = await context.look(day_totals.of_person, on, person_id)
    person, zone = context.person, context.office.zone
    return present.day(shown, context.language, zone, own=person_id == person.id, all_seen=person.sees_all)


async def _of_all(context: Context, on: date, page: int = 0) -> Reply:
    return present.team(await context.look(day_totals.of_team, on), context.language, page)


async def pdf(update: Update, context: Context) -> None:
    """The day of one person or of everybody, as a PDF."""
    from bot.render.day_total_pdf import day_total_pdf  # noqa: PLC0415 - most runs need neither reportlab nor openpyxl

    await _file(update, context, day_total_pdf, ("pdf", "application/pdf"))


async def xlsx(update: Update, context: Context) -> None:
    """The same as a workbook."""
    from bot.render.day_total_xlsx import day_total_xlsx  # noqa: PLC0415 - likewise

    await _file(update, context, day_total_xlsx, ("xlsx", XLSX))


async def _file(
    update: Update,
    context: Context,
    render: Callable[[date, Sequence[DayTotal], Language, Company, tzinfo], bytes],
    kind: tuple[str, str],
) -> None:
    day, person_id = of_button(update, 1, 2)
    on, office, (extension, content_type) = iso_date(day), context.office, kind
    if person_id:
        days: Sequence[DayTotal] = [await context.look(day_totals.of_person, on, whole_number(person_id))]
    else:
        days = (await context.look(day_totals.of_team, on)).days
    content = await asyncio.to_thread(render, on, days, context.language, office.company, office.zone)
    name = present.file_name(days, on.isoformat(), context.language, extension)
    await context.give(update, Attachment(name, content_type, content))
