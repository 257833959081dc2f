"""`/agenda` with its boxes, and `/hoy`."""

from telegram import Update

from bot.presenters import agenda as present
from bot.presenters import calendar as present_day
from bot.services import agenda
from handlers.arguments import of_button, whole_number
from handlers.context import Context


async def list_open(update: Update, context: Context) -> None:
    """`/agenda`: the first page of the open documents."""
    await _show(update, context, 0, "")


async def open_anew(update: Update, context: Context) -> None:
    """An agenda from another screen's button, of one customer if it names one."""
    (customer_id,) = of_button(update, 1)
    shown = await context.call(agenda.open_items, present.read_filter(f"c{customer_id}" if customer_id else ""))
    await context.say(update, present.agenda(shown, context.language))


async def turn_page(update: Update, context: Context) -> None:
    """Another page or filter of the agenda."""
    page, code = of_button(update, 2)
    await _show(update, context, whole_number(page), code)


async def tick(update: Update, context: Context) -> None:
    """Tick or clear a box, and show the page it stands on."""
    document_id, on, page, code = of_button(update, 4)
    await context.call(agenda.tick, whole_number(document_id), on=on == "1")
    await _show(update, context, whole_number(page), code)


async def clear(update: Update, context: Context) -> None:
    """Clear every box."""
    page, code = of_button(update, 2)
    await context.call(agenda.clear_ticks)
    await _show(update, context, whole_number(page), code)


async def hoy(update: Update, context: Context) -> None:
    """`/hoy`: due today, and broken."""
    shown = await context.call(agenda.today)
    await context.say(update, present_day.today(shown, context.language))


async def _show(update: Update, context: Context, page: int, code: str) -> None:
    shown = await context.call(agenda.open_items, present.read_filter(code), page)
    await context.show(update, present.agenda(shown, context.language))
