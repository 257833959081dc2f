"""The only place that wires: settings → database, mailer, handlers, ticks."""

import asyncio
import logging
import os
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from telegram.error import TelegramError
from telegram.ext import Application, ContextTypes
from telegram.request import BaseRequest

import handlers
from bot.config import Settings, host_and_port
from bot.domain.company import Company
from bot.domain.correspondence import Spacing
from bot.domain.erp import ErpNotConfigured, SyncReport
from bot.i18n import LANGUAGES, language
from bot.imports.contpaqi import ContpaqiReader
from bot.imports.vault import Vault
from bot.mail import Mailer
from bot.mail.credentials import LOGIN_FILE, Credential, Delegated, Secret, read_certificate
from bot.mail.folder import FolderMailer
from bot.presenters.welcome import strangers_menu
from bot.render.logo import printable
from bot.services.answers import Inbox
from bot.services.enclosing import House
from bot.services.sync import OnProgress, sync_contpaqi
from bot.store.clock import shared
from bot.store.database import Database
from handlers import health, jobs, sending, updates
from handlers.context import App, Context
from handlers.office import Office
from handlers.transport import AiohttpRequest

if TYPE_CHECKING:
    from bot.mail.graph_access import GraphAccess

_log = logging.getLogger(__name__)

# More answers than this under way at once only queue at Telegram (30 messages a second, Bot FAQ).
_CONNECTIONS = 32
_FIRST_TICK_SECONDS = 1
_TICK_SECONDS = 60


def open_database(settings: Settings) -> Database:
    """The database of the settings, with its tables up to date."""
    database = Database(settings.database_url)
    try:
        database.upgrade()
    except BaseException:
        database.close()
        raise
    return database


def make_mailer(settings: Settings) -> Mailer:
    """The way out that the settings name."""
    if settings.mail_transport == "folder":
        sender = settings.m365_mailbox or "cobranza@localhost"
        return FolderMailer(settings.mail_folder, sender, redirect_to=settings.mail_redirect_to)
    # O365 takes a second to import, which only who uses it should pay.
    from bot.mail.graph import GraphMailer  # noqa: PLC0415 - see above

    return GraphMailer(
        make_access(settings), redirect_to=settings.mail_redirect_to, per_minute=settings.mail_per_minute
    )


def make_inbox(settings: Settings) -> Inbox | None:
    """The mailbox that answers come to, where mail leaves from one."""
    if settings.mail_transport == "folder":
        return None
    from bot.mail.graph_inbox import GraphInbox  # noqa: PLC0415 - see above

    return GraphInbox(make_access(settings))


def make_access(settings: Settings) -> "GraphAccess":
    """The way into the mailbox of the settings: by certificate, by secret, or else as the person who logged in."""
    from bot.mail.graph_access import GraphAccess  # noqa: PLC0415 - see above

    credential: Credential = Delegated(settings.files_dir / LOGIN_FILE)
    if settings.m365_certificate:
        credential = read_certificate(settings.m365_certificate)
    elif settings.m365_client_secret:
        credential = Secret(settings.m365_client_secret.get_secret_value())
    return GraphAccess(
        tenant_id=settings.m365_tenant_id or "",
        client_id=settings.m365_client_id or "",
        credential=credential,
        mailbox=settings.m365_mailbox or "",
        graph_url=settings.m365_graph_url,
        authority_url=settings.m365_authority_url,
    )


def synchronise(
    settings: Settings,
    database: Database,
    now: datetime,
    *,
    full: bool = False,
    on_progress: OnProgress | None = None,
) -> SyncReport:
    """Make the ledger equal to the ERP's; raises ErpNotConfigured, ErpDriverMissing, ErpUnreadable."""
    if settings.contpaqi_url is None:
        raise ErpNotConfigured
    with closing(ContpaqiReader(settings.contpaqi_url.get_secret_value())) as reader:
        return sync_contpaqi(database.transaction, reader, now=now, full=full, on_progress=on_progress)


def make_company(settings: Settings) -> Company:
    """Who signs the statements."""
    logo = printable(settings.company_logo.read_bytes()) if settings.company_logo else b""
    return Company(settings.company_name, settings.company_rfc, settings.company_bank, logo, settings.paper)


def make_house(settings: Settings) -> House:
    """Who sends statements, and with which files."""
    spacing = Spacing(settings.mail_min_days, settings.timezone)
    return House(make_company(settings), Vault(settings.files_dir), spacing)


def make_office(settings: Settings, database: Database) -> Office:
    """What the handlers work with."""
    return Office(
        transactions=database.transaction,
        workers=ThreadPoolExecutor(database.at_once, "database"),
        locks=database.locks,
        mailer=make_mailer(settings),
        inbox=make_inbox(settings),
        company=make_company(settings),
        mail_ask_after=timedelta(hours=settings.mail_ask_after_hours),
        mail_redirect_to=settings.mail_redirect_to,
        mail_min_days=settings.mail_min_days,
        zone=settings.timezone,
        clock=lambda: datetime.now(UTC),
        mail_clock=shared,
        language=settings.language,
        files_dir=settings.files_dir,
        reminder_time=settings.reminder_time,
        quiet_hours=settings.quiet_hours,
        business_date=settings.business_date,
        tolerance_days=settings.promise_tolerance_days,
        far_days=settings.promise_far_days,
        rich=settings.telegram_rich == "auto",
        protect=settings.protect_content,
        delete_after=timedelta(hours=settings.auto_delete_hours) if settings.auto_delete_hours else None,
    )


def make_application(settings: Settings, office: Office, request: BaseRequest | None = None) -> App:
    """The Telegram application with every handler; fetching is done by `handlers.updates`.

    `request` is what its requests go through, where that is not the network.
    """
    if settings.telegram_token is None:
        raise ValueError("TELEGRAM_TOKEN")
    # Else python-telegram-bot 22 warns, whenever Telegram asks for a pause, that the pause will be a timedelta.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    app: App = (
        Application.builder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_url.rstrip('/')}/bot")
        .base_file_url(f"{settings.telegram_api_url.rstrip('/')}/file/bot")
        .request(request or AiohttpRequest(_CONNECTIONS))
        .get_updates_request(request or AiohttpRequest(1))
        .context_types(ContextTypes(context=Context))
        .updater(None)
        .build()
    )
    app.bot_data.update(office=office, unanswered=set())
    handlers.register(app)
    return app


async def run(settings: Settings, stop: asyncio.Event, *, reminds: bool = True) -> None:
    """Answer Telegram until `stop` is set; raises InvalidToken when the token is wrong."""
    database = await asyncio.to_thread(open_database, settings)
    office = make_office(settings, database)
    office.reminds = reminds
    app = make_application(settings, office)
    try:
        polls = settings.telegram_mode == "polling"
        at = host_and_port(settings.health_listen) if settings.health_listen else None
        async with health.serving(office, database.snapshot, at, polls=polls):
            await _until(stop, _work(settings, app, office, database))
    finally:
        office.mailer.close()
        if office.inbox:
            office.inbox.close()
        await asyncio.to_thread(office.senders.shutdown)
        await asyncio.to_thread(office.workers.shutdown)
        database.close()


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do work until it ends, or raises, or is to stop."""
    if stop.is_set():
        # Begun and at once cancelled, the library would leave its connections open.
        work.close()
        return
    tasks = (asyncio.create_task(work), asyncio.create_task(stop.wait()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended, _ = await asyncio.gather(*tasks, return_exceptions=True)
    if isinstance(ended, Exception):
        raise ended


async def _work(settings: Settings, app: App, office: Office, database: Database) -> None:
    try:
        await updates.patiently(app.initialize)
        await _publish_menu(app)
        await app.start()
        rounds = [jobs.every(app, _TICK_SECONDS, _tick, first=_FIRST_TICK_SECONDS)]
        if settings.contpaqi_url:
            work, pause = jobs.sync(partial(synchronise, settings, database)), settings.contpaqi_every_minutes * 60
            rounds.append(jobs.every(app, pause, work, first=_FIRST_TICK_SECONDS))
        tasks = [asyncio.create_task(each) for each in rounds]
        try:
            await _serve(settings, app, office)
        finally:
            office.stopping = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await sending.stop_all(office)
            await app.stop()
    finally:
        await app.shutdown()
        await app.bot.shutdown()  # the application does not, when it was never fully initialized


async def _tick(context: Context) -> None:
    # So that all replicas together keep the pace of one.
    async with context.office.alone("tick") as alone:
        if alone:
            await jobs.tick(context)
    context.office.pulse.ticked_at = context.office.clock()


async def _serve(settings: Settings, app: App, office: Office) -> None:
    if settings.telegram_mode == "webhook":
        await _listen(settings, app, office)
    else:
        await updates.patiently(app.bot.delete_webhook)
        await updates.poll(app, office)


async def _listen(settings: Settings, app: App, office: Office) -> None:
    from handlers import webhook  # noqa: PLC0415 - a server takes 2 MB, and most offices fetch

    secret = settings.telegram_webhook_secret
    host, port = host_and_port(settings.telegram_webhook_listen)
    await webhook.listen(
        app,
        office,
        url=settings.telegram_webhook_url or "",
        secret=secret.get_secret_value() if secret else "",
        host=host,
        port=port,
    )


async def _publish_menu(app: App) -> None:
    try:
        # People have menus of their own, by role and language: see handlers.menus.
        default = language(None)
        await app.bot.set_my_commands(strangers_menu(default))
        for code in LANGUAGES.keys() - {default.code}:
            await app.bot.set_my_commands(strangers_menu(language(code)), language_code=code[:2])
    except TelegramError as fault:
        # A convenience, and the one of the last start still stands: nobody waits for it.
        _log.warning("the menu of commands was not published: %s", fault)
