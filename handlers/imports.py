"""Files sent to the bot by an administrator: what they hold is shown first, and loaded by a tap."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from telegram import Document, Update

from bot.domain.errors import NotAllowed, NothingPending
from bot.domain.incoming import ImportReport
from bot.domain.people import Role
from bot.imports.vault import Vault
from bot.presenters import loading as present
from bot.services import imports
from handlers import remittance
from handlers.arguments import number_of_button
from handlers.context import Context
from handlers.office import Office

# Bot API, getFile: «bots can download files of up to 20MB in size».
MAX_FILE_BYTES = 20 * 1024 * 1024
# A file nobody has confirmed by then is forgotten.
_KEEP = timedelta(days=2)


async def receive(document: Document, update: Update, context: Context) -> None:
    """A remittance is answered at once; another file is kept, tried without keeping anything of it, and asked about."""
    if await remittance.answered(document, update, context):
        return
    _check_role(context)
    if (document.file_size or 0) > MAX_FILE_BYTES:
        await context.say(update, present.too_large(MAX_FILE_BYTES, context.language))
        return
    path = await _keep(update.update_id, document, context)
    report = await _import(context, path, dry_run=True)
    await context.say(update, present.preview(report, update.update_id, context.language))


async def load(update: Update, context: Context) -> None:
    """Load the file that was shown."""
    _check_role(context)
    folder = _folder(context.office, number_of_button(update))
    path = next(iter(folder.iterdir()), None) if folder.is_dir() else None
    if path is None:
        raise NothingPending
    await context.show(update, present.working(context.language))
    report = await _import(context, path, dry_run=False)
    await context.call(imports.record, path.name)
    await asyncio.to_thread(shutil.rmtree, folder)
    await context.show_again(update, present.done(report, context.language))


async def drop(update: Update, context: Context) -> None:
    """Forget the file that was shown."""
    _check_role(context)
    folder = _folder(context.office, number_of_button(update))
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    await context.show(update, present.dropped(context.language))


def _check_role(context: Context) -> None:
    if context.person.role is not Role.ADMINISTRATOR:
        raise NotAllowed(Role.ADMINISTRATOR)


def forget_old(office: Office) -> None:
    """Forget the files that nobody has confirmed in two days."""
    before = office.clock() - _KEEP
    inbox = office.files_dir / "inbox"
    for folder in inbox.iterdir() if inbox.is_dir() else ():
        if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < before:
            shutil.rmtree(folder, ignore_errors=True)


async def _keep(update_id: int, document: Document, context: Context) -> Path:
    folder = _folder(context.office, update_id)
    await asyncio.to_thread(partial(folder.mkdir, parents=True, exist_ok=True))
    file = await document.get_file()
    return await file.download_to_drive(folder / present.safe_name(document.file_name or ""))


def _folder(office: Office, update_id: int) -> Path:
    # By update, not by person: what a button names is found again after a restart.
    return office.files_dir / "inbox" / str(update_id)


async def _import(context: Context, path: Path, *, dry_run: bool) -> ImportReport:
    office = context.office
    keeper = Vault(office.files_dir)
    work = partial(
        imports.import_files,
        office.transactions,
        [path],
        today=office.today,
        dry_run=dry_run,
        keeper=keeper,
        now=office.clock(),
        issuer=office.house.company.rfc,
    )
    return await asyncio.to_thread(work)
