"""`cobranza init`: from an empty folder to a bot that answers, one question at a time, each answer tried at once."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime

import typer
from stdnum.mx import rfc as rfc_numbers
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import log
from bot.app import open_database
from bot.cli import doctor, init_data, init_mail
from bot.cli.chat import objection
from bot.cli.console import UNOPENED, as_text, fail, occasion, read_settings, transaction, unopened
from bot.cli.desk import Desk
from bot.cli.env_file import ENV
from bot.cli.findings import Grade
from bot.config import Settings
from bot.domain import rfc
from bot.domain.access import Invitation
from bot.domain.errors import MalformedCommand
from bot.domain.people import Role
from bot.presenters import access
from bot.services import invitations, people
from handlers.transport import AiohttpRequest


def init() -> None:
    """Prepara todo en esta carpeta paso por paso, y escribe .env. Se puede interrumpir y volver a ejecutar."""
    desk = Desk(read_settings())
    log.configure("ERROR", desk.settings.secrets)
    _ = desk.words.gettext
    try:
        if not _may_begin(desk):
            return
        bot_name = _telegram(desk)
        _company(desk)
        _database(desk)
        init_mail.microsoft(desk)
        init_data.load(desk)
        invited = _administrator(desk, bot_name)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo(
            "\n" + _("Interrupted. What was answered is kept in .env: «cobranza init» goes on from there."), err=True
        )
        raise typer.Exit(1) from None
    except OSError as error:  # .env cannot be written, or its disk is full
        fail(f"{error.filename or ENV}: {error.strerror}")
    _finish(desk, invited=invited)


def _may_begin(desk: Desk) -> bool:
    _ = desk.words.gettext
    # Desktops set LANGUAGE, and nobody is asked for it here.
    names = {name.upper() for name in Settings.model_fields} - {"LANGUAGE"}
    if given := sorted(name for name in names if os.environ.get(name)):
        desk.say(_("These come from the environment, which goes before .env: %(names)s.", names=", ".join(given)))
    if not ENV.exists():
        desk.say(
            _("The answers are written to .env in this folder. Enter takes what stands in brackets; Ctrl+C stops.")
        )
        return True
    desk.say(_("There is a .env in this folder. Its values are offered as answers, and what is not asked for stays."))
    return desk.yes(_("Change it?"), default=True)


def _telegram(desk: Desk) -> str:
    """The bot's name; none when that is left for later."""
    _ = desk.words.gettext
    desk.heading("Telegram")
    if desk.settings.telegram_token:
        name = _bot_name(desk, desk.settings)
        if name and not desk.yes(_("Change the token?"), default=False):
            return name
    desk.say(_("Write /newbot to @BotFather in Telegram, and paste here the token that he answers with."))
    while token := desk.text(_("Token (it is not shown; Enter: later)"), hidden=True):
        if not (tried := desk.fits(telegram_token=token)):
            continue
        name = _bot_name(desk, tried)
        if name is None:  # nobody could be asked
            if desk.yes(_("Keep it without having tried it?"), default=False):
                desk.keep(telegram_token=token)
                return ""
        elif name:
            desk.keep(telegram_token=token)
            return name
    return ""


def _bot_name(desk: Desk, settings: Settings) -> str | None:
    """Whose token it is, which is said; empty when Telegram does not know it, None when Telegram cannot be reached."""
    try:
        name = asyncio.run(_ask_name(settings))
    except TelegramError as fault:
        desk.say(log.hider(settings.secrets)(f"✗ {objection(fault, desk.words)}"))
        return "" if isinstance(fault, InvalidToken) else None
    desk.say("✓ " + desk.words.gettext("It is the bot @%(name)s.", name=name))
    return name


async def _ask_name(settings: Settings) -> str:
    token = settings.telegram_token
    assert token  # noqa: S101 - who calls has one
    root = f"{settings.telegram_api_url.rstrip('/')}/bot"
    way, other_way = AiohttpRequest(1), AiohttpRequest(1)
    async with Bot(token.get_secret_value(), base_url=root, request=way, get_updates_request=other_way) as bot:
        return bot.username


def _company(desk: Desk) -> None:
    _ = desk.words.gettext
    desk.heading(_("Your company"))
    desk.setting("company_name", _("Name, as statements are signed"))
    number = rfc.compact(desk.text("RFC", desk.value("company_rfc")))
    while number and not rfc_numbers.is_valid(number):
        desk.say(_("“%(value)s” is not an RFC: it has 12 or 13 characters, such as DBA010101AB1.", value=number))
        number = rfc.compact(desk.text("RFC"))
    desk.keep(company_rfc=number)
    desk.setting("company_bank", _("Where you are paid: bank, account, CLABE (\\n begins a new line)"))
    desk.setting("timezone", _("Time zone"), desk.settings.timezone.key)


def _database(desk: Desk) -> None:
    _ = desk.words.gettext
    desk.heading(_("Database"))
    url = desk.settings.database_url
    ways = {
        "here": _("Here: %(url)s", url="SQLite, var/cobranza.db"),
        "server": "PostgreSQL",
    }
    if "database_url" in desk.settings.model_fields_set:
        ways = {"same": _("The one of .env"), **ways}
    while True:
        way = desk.choice(_("Where is the data kept?"), ways, next(iter(ways)))
        if way == "here":
            url = str(Settings.model_fields["database_url"].default)
        elif way == "server":
            url = desk.text(_("postgresql://user:password@server/database (it is not shown)"), hidden=True)
        tried = desk.fits(database_url=url)
        if tried and _opens(desk, tried):
            if way != "same":
                desk.keep(database_url=url)
            return


def _opens(desk: Desk, settings: Settings) -> bool:
    try:
        open_database(settings).close()
    except UNOPENED as error:
        desk.say(f"✗ {unopened(settings, error)}")
        return False
    desk.say("✓ " + desk.words.gettext("The database can be written to, and its tables are up to date."))
    return True


def _administrator(desk: Desk, bot_name: str) -> bool:
    """Whether somebody was invited."""
    _ = desk.words.gettext
    desk.heading(_("The administrator"))
    with transaction(desk.settings) as session:
        known = [p.name for p in people.listing(session) if p.active and p.telegram_id and p.role is Role.ADMINISTRATOR]
    if known:
        desk.say(_("There is one: %(names)s.", names=", ".join(known)))
        if not desk.yes(_("Let in another one?"), default=False):
            return False
    if not bot_name:
        desk.say(
            _("The link needs the bot's name: run «cobranza init» again once there is a token that Telegram knows.")
        )
        return False
    import segno  # noqa: PLC0415 - only who asks for a link pays for it

    while name := desk.text(_("Name of the administrator (Enter: later)")):
        if invited := _invite(desk, name):
            address = access.link(bot_name, invited)
            until = invited.expires_at.astimezone(desk.settings.timezone)
            desk.say(as_text(access.invitation(invited, address, until, desk.words).plain))
            segno.make(address).terminal(compact=True)  # for the phone's camera
            return True
    return False


def _invite(desk: Desk, name: str) -> Invitation | None:
    act = occasion(desk.settings)
    # Of each run a link of its own: the same source would make the last one void.
    act = replace(act, source=f"cli:{datetime.now(UTC):%Y%m%d%H%M%S%f}")
    with transaction(desk.settings) as session:
        try:
            return invitations.invite(session, act, f"{name} administrator")
        except MalformedCommand:
            desk.say(desk.words.gettext("“%(value)s” is not a name.", value=name))
            return None


def _finish(desk: Desk, *, invited: bool) -> None:
    _ = desk.words.gettext
    desk.heading(_("How it stands"))
    wrong = False
    for finding in doctor.checks(desk.settings, desk.words):
        desk.say(doctor.finding_text(finding))
        wrong |= finding.grade is Grade.WRONG
    if wrong:
        desk.say(
            "\n" + _("What is marked ✗ is still to do: run «cobranza init» again, or «cobranza doctor» to look again.")
        )
        raise typer.Exit(1)
    if invited:
        desk.say(
            "\n" + _("Everything is ready. Start the bot with «cobranza run», then open the administrator's link.")
        )
    else:
        desk.say("\n" + _("Everything is ready. Start the bot with «cobranza run»."))
