"""`/resumen`: a portfolio or a customer as a picture."""

from functools import partial

from telegram import Update

from bot.domain.errors import NothingPending
from bot.domain.summary import Summary, View
from bot.presenters import summary as present
from bot.presenters.reply import Picture, Reply
from bot.render.summary_image import summary_key, summary_png
from bot.services import calendar, summary
from handlers.arguments import after_command, of_button, whole_number
from handlers.context import Context


async def resumen(update: Update, context: Context) -> None:
    """`/resumen [customer]`: the whole portfolio, or one customer."""
    typed = after_command(update)
    shown = await (context.look(summary.of_customer, typed) if typed else context.look(summary.summary))
    await context.say(update, _reply(shown, context))


async def open_view(update: Update, context: Context) -> None:
    """Another topic, currency or collector, in place."""
    shown = await context.look(summary.summary, _view(*of_button(update, 3)))
    await context.show(update, _reply(shown, context))


async def switch_dark(update: Update, context: Context) -> None:
    """The same in the dark or in the light, as all pictures that come after it."""
    dark, *view = of_button(update, 4)
    shown = await context.look(summary.summary, _view(*view))
    context.person = await context.call(calendar.set_dark, dark=dark == "1")
    await context.show(update, _reply(shown, context))


async def choose_collector(update: Update, context: Context) -> None:
    """The collectors to choose from, under the picture."""
    *view, page = of_button(update, 4)
    shown = await context.look(summary.summary, _view(*view))
    listed = await context.look(calendar.collectors)
    reply = present.collectors(shown, listed, _picture(shown, context), context.language, whole_number(page))
    await context.show(update, reply)


def _view(topic: str, currency: str, who: str) -> View:
    view = present.read_view(f"{topic}:{currency}:{who}")
    if view is None:
        raise NothingPending
    return view


def _reply(shown: Summary, context: Context) -> Reply:
    return present.summary(shown, _picture(shown, context), context.language, dark=context.person.dark)


def _picture(shown: Summary, context: Context) -> Picture:
    language, dark = context.language, context.person.dark
    return Picture(summary_key(shown, language, dark=dark), partial(summary_png, shown, language, dark=dark))
