"""A remittance file that a payer returned, sent to the bot: how the payment would be applied."""

import asyncio
import tempfile
from pathlib import Path, PurePath

from telegram import Document, Update

from bot.domain.correspondence import Attachment
from bot.domain.occasion import Occasion
from bot.domain.remittance import Proposal
from bot.imports.remittance import is_remittance
from bot.presenters import remittance as present
from bot.presenters.loading import safe_name
from bot.services import remittances
from bot.services.enclosing import XLSX
from handlers.context import Context
from handlers.office import Office

_SUFFIXES = frozenset({".csv", ".xlsx", ".xlsm"})
# A customer's open documents, many times over; other files are read by nobody but an administrator.
_MAX_BYTES = 2 * 1024 * 1024


async def answered(document: Document, update: Update, context: Context) -> bool:
    """Answer a file that is a remittance; whether it was one."""
    name = safe_name(document.file_name or "")
    if PurePath(name).suffix.lower() not in _SUFFIXES or (document.file_size or 0) > _MAX_BYTES:
        return False
    content = bytes(await (await document.get_file()).download_as_bytearray())
    shown = await asyncio.to_thread(_propose, context.office, context.occasion, name, content)
    if shown is None:
        return False
    await context.say(update, present.proposal(shown, context.language))
    if shown.lines:
        from bot.render.remittance_xlsx import proposal_xlsx  # noqa: PLC0415 - most runs do not need openpyxl

        book = await asyncio.to_thread(proposal_xlsx, [shown], context.language)
        await context.give(update, Attachment(present.file_name(shown, context.language), XLSX, book))
    return True


def _propose(office: Office, act: Occasion, name: str, content: bytes) -> Proposal | None:
    # The readers of sheets open files; nothing of it is kept.
    with tempfile.TemporaryDirectory(prefix="cobranza-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        if not is_remittance(path):
            return None
        return remittances.proposal(office.transactions, act, path, office.house.invoices)
