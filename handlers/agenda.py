"""`/agenda` with its boxes, and `/hoy`."""

from telegram import Update

from bot.domain.agenda import AgendaPage
from bot.presenters import agenda as present
from bot.services import agenda
from handlers.arguments import after_command, of_button, whole_number
from handlers.context import Context


async def list_open(update: Update, context: Context) -> None:
    """`/agenda`: the first page of the open documents; `/agenda CL002`: of one customer's."""
    typed = after_command(update)
    if not typed:
        await _show(update, context, 0, "")
        return
    found = await context.call(agenda.of_customer, typed)
    if isinstance(found, AgendaPage):
        await context.say(update, present.agenda(found, context.language))
    else:
        await context.say(update, present.customers(found, context.language))


async def open_anew(update: Update, context: Context) -> None:
    """An agenda from another screen's button, of one customer if it names one."""
    (customer_id,) = of_button(update, 1)
    shown = await context.look(agenda.open_items, present.read_filter(f"c{customer_id}" if customer_id else ""))
    await context.say(update, present.agenda(shown, context.language))


async def turn_page(update: Update, context: Context) -> None:
    """Another page or filter of the agenda."""
    page, code = of_button(update, 2)
    await _show(update, context, whole_number(page), code)


async def choose_customer(update: Update, context: Context) -> None:
    """The customers whose agenda may be asked for, a page at a time."""
    page, code = of_button(update, 2)
    found = await context.look(agenda.customers_owing, present.read_filter(code), whole_number(page))
    await context.show(update, present.customers(found, context.language))


async def tick(update: Update, context: Context) -> None:
    """Tick or clear a box, and show the page it stands on."""
    document_id, on, page, code = of_button(update, 4)
    await context.call(agenda.tick, whole_number(document_id), on=on == "1")
    await _show(update, context, whole_number(page), code)


async def tick_page(update: Update, context: Context) -> None:
    """Tick every box of a page."""
    page, code = of_button(update, 2)
    await context.call(agenda.tick_page, present.read_filter(code), whole_number(page))
    await _show(update, context, whole_number(page), code)


async def clear(update: Update, context: Context) -> None:
    """Clear every box."""
    page, code = of_button(update, 2)
    await context.call(agenda.clear_ticks)
    await _show(update, context, whole_number(page), code)


async def hoy(update: Update, context: Context) -> None:
    """`/hoy`: due today, and broken."""
    shown = await context.look(agenda.today)
    await context.say(update, present.today(shown, context.language))


async def open_today(update: Update, context: Context) -> None:
    """The same from a button: a page of it in place, from another screen the first as a new message."""
    (page,) = of_button(update, 0, 1)
    shown = await context.look(agenda.today)
    if page:
        await context.show(update, present.today(shown, context.language, whole_number(page)))
    else:
        await context.say(update, present.today(shown, context.language))


async def _show(update: Update, context: Context, page: int, code: str) -> None:
    shown = await context.look(agenda.open_items, present.read_filter(code), page)
    await context.show(update, present.agenda(shown, context.language))
