"""`/calendario`: the month as a picture, its days to tap."""

from datetime import date
from functools import partial

from telegram import Update

from bot.domain.calendar import Basis, Month, View
from bot.domain.dates import YEARS, parse_month
from bot.domain.errors import NothingPending
from bot.i18n import Language
from bot.presenters import calendar as present
from bot.presenters.reply import Picture, Reply
from bot.render.calendar_image import month_key, month_png
from bot.services import calendar
from handlers.arguments import after_command, iso_date, of_button, whole_number
from handlers.context import Context


async def calendario(update: Update, context: Context) -> None:
    """`/calendario [2019-07]`: a month, this one by default."""
    typed, today = after_command(update), context.office.today
    first = parse_month(typed, today) if typed else today.replace(day=1)
    await context.say(update, await _month(context, first, View()))


async def open_month(update: Update, context: Context) -> None:
    """A month from a button: in place within the calendar, as a new message from another screen."""
    month, currency, code = of_button(update, 2, 3)
    view = present.read_view(currency, code)
    reply = await _month(context, _first(month) if month else context.office.today.replace(day=1), view)
    await (context.show(update, reply) if view.currency else context.say(update, reply))


async def switch_dark(update: Update, context: Context) -> None:
    """The month again, in the dark or in the light, as all that come after it."""
    dark, month, currency, code = of_button(update, 3, 4)
    first, view = _first(month), present.read_view(currency, code)
    context.person = await context.call(calendar.set_dark, dark=dark == "1")
    await context.show(update, await _month(context, first, view))


async def choose_collector(update: Update, context: Context) -> None:
    """The collectors to choose from, under the month."""
    month, currency, code, page = of_button(update, 4)
    shown = await context.look(calendar.month, _first(month), present.read_view(currency, code))
    listed = await context.look(calendar.collectors)
    picture = _picture(shown, context)
    await context.show(update, present.collectors(shown, listed, picture, context.language, whole_number(page)))


async def open_day(update: Update, context: Context) -> None:
    """A day's documents, in the calendar's place."""
    on, currency, page, code = of_button(update, 3, 4)
    view, number = present.read_view(currency, code), whole_number(page)
    if view.basis is Basis.DUE:
        due = await context.look(calendar.due_day, iso_date(on), view)
        await context.show(update, present.day(due, view, context.language, number))
    else:
        promised = await context.look(calendar.day, iso_date(on), view)
        await context.show(update, present.day(promised, view, context.language, number))


def _first(month: str) -> date:
    first = iso_date(f"{month}-01")
    if first.year not in YEARS:
        raise NothingPending
    return first


async def _month(context: Context, first: date, view: View) -> Reply:
    shown = await context.look(calendar.month, first, view)
    return present.month(shown, _picture(shown, context), context.language, dark=context.person.dark)


def _picture(shown: Month, context: Context) -> Picture:
    return month_picture(shown, context.language, dark=context.person.dark)


def month_picture(shown: Month, language: Language, *, dark: bool) -> Picture:
    """The picture of a month, drawn when it is not at Telegram already."""
    return Picture(month_key(shown, language, dark=dark), partial(month_png, shown, language, dark=dark))
