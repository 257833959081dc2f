"""`/calendario`: the month as a picture, its days to tap."""

import asyncio
from datetime import date

from telegram import Update

from bot.domain.dates import parse_month
from bot.presenters import calendar as present
from bot.presenters.reply import Reply
from bot.render.calendar_image import month_png
from bot.services import agenda
from handlers.arguments import after_command, iso_date, of_button, whole_number
from handlers.context import Context


async def calendario(update: Update, context: Context) -> None:
    """`/calendario [2019-07]`: a month, this one by default."""
    typed = after_command(update)
    today = context.office.today
    await context.say(update, await _month(context, parse_month(typed, today) if typed else today.replace(day=1)))


async def open_month(update: Update, context: Context) -> None:
    """A month from a button: in place within the calendar, as a new message from another screen."""
    month, currency = of_button(update, 2)
    today = context.office.today
    first = iso_date(f"{month}-01") if month else today.replace(day=1)
    reply = await _month(context, first, currency or None)
    await (context.show(update, reply) if currency else context.say(update, reply))


async def open_day(update: Update, context: Context) -> None:
    """A day's documents, in the calendar's place."""
    on, currency, page = of_button(update, 3)
    shown = await context.call(agenda.day, iso_date(on), currency)
    await context.show(update, present.day(shown, context.language, whole_number(page)))


async def _month(context: Context, first: date, currency: str | None = None) -> Reply:
    month = await context.call(agenda.month, first, currency)
    picture = await asyncio.to_thread(month_png, month, context.language)
    return present.month(month, picture, context.language)
