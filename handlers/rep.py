"""`/rep`: where REP differ from the ledger, and which payments still need one."""

import asyncio
from functools import partial

from telegram import Update

from bot.domain.correspondence import Attachment
from bot.domain.reconciling import Reconciled
from bot.presenters import reconcile as present
from bot.services import reconcile
from bot.services.enclosing import XLSX
from handlers.arguments import of_button, whole_number
from handlers.context import Context


async def rep(update: Update, context: Context) -> None:
    """`/rep`: the first page."""
    await context.say(update, present.rep(await _reconciled(context), context.language))


async def turn(update: Update, context: Context) -> None:
    """The other list, or another page."""
    view, page = of_button(update, 2)
    shown = await _reconciled(context)
    await context.show(update, present.rep(shown, context.language, view, whole_number(page)))


async def xlsx(update: Update, context: Context) -> None:
    """Both lists as a workbook."""
    from bot.render.rep_xlsx import rep_xlsx  # noqa: PLC0415 - most runs do not need openpyxl

    of_button(update, 0)
    shown = await _reconciled(context)
    content = await asyncio.to_thread(rep_xlsx, shown.found, context.language)
    await context.give(update, Attachment(present.file_name(shown.found), XLSX, content))


async def _reconciled(context: Context) -> Reconciled:
    # Not one transaction: the files are read between two.
    act, office = context.occasion, context.office
    house = office.house
    work = partial(reconcile.imported, office.transactions, act, vault=house.invoices, issuer=house.company.rfc)
    return await asyncio.to_thread(work)
