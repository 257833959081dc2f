"""`cobranza doctor` outside this machine: Telegram, Microsoft 365, CONTPAQi, and the running bot's own health."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import app as wiring
from bot.cli.console import as_text
from bot.cli.findings import Finding, Grade
from bot.config import Settings, host_and_port
from bot.domain.correspondence import Mail
from bot.domain.errors import Refusal
from bot.i18n import Language
from bot.imports.contpaqi import ContpaqiReader
from bot.mail.check import check
from bot.presenters.mail_check import step_name, step_reasons
from bot.presenters.refusals import refusal
from handlers.health import ANOTHER_BOT
from handlers.transport import proxy_for

_SECONDS = 15
# A tap is answered late and a login refused when the clock is off by more.
_SKEW, _SKEW_TOO_MUCH = timedelta(seconds=30), timedelta(minutes=5)
# What waits at Telegram that nobody has fetched.
_MANY_WAIT = 100
_NOT_KNOWN = (401, 404)


def telegram(settings: Settings, language: Language) -> Iterator[Finding]:
    """Whether the token is known, the clock right, and updates come the way that the settings say."""
    _ = language.gettext
    if settings.telegram_token is None:
        todo = _("Ask @BotFather for one and write it in .env; or try `cobranza demo` first.")
        yield Finding("telegram", Grade.WRONG, _("TELEGRAM_TOKEN is missing."), todo)
        return
    root = f"{settings.telegram_api_url.rstrip('/')}/bot{settings.telegram_token.get_secret_value()}"
    try:
        (status, me, clock), (_status, hook, _clock) = asyncio.run(_get(f"{root}/getMe", f"{root}/getWebhookInfo"))
    except (ClientError, TimeoutError, OSError, ValueError) as fault:
        # The texts of some have the address, and with it the token.
        said = _("Telegram cannot be reached: %(reason)s", reason=type(fault).__name__)
        yield Finding("telegram", Grade.WRONG, said, _("Check the internet connection and TELEGRAM_API_URL."))
        return
    if status in _NOT_KNOWN:
        said = _("Telegram does not know this token: check TELEGRAM_TOKEN.")
        yield Finding("telegram", Grade.WRONG, said, _("@BotFather shows it with /mybots."))
    elif not me.get("ok"):
        said = _("What answers at %(url)s is not Telegram.", url=settings.telegram_api_url)
        yield Finding("telegram", Grade.WRONG, said, _("Check TELEGRAM_API_URL."))
    else:
        name = me["result"].get("username", "")
        yield Finding("telegram", Grade.OK, _("Telegram answers: the bot is @%(name)s.", name=name))
        yield from _webhook(settings, hook.get("result") or {}, language)
        yield from _clock_against(clock, language)


async def _get(*addresses: str) -> list[tuple[int, dict[str, Any], datetime | None]]:
    """The status, JSON and date of each answer of a server, asked as the bot asks."""
    answers = []
    async with ClientSession(timeout=ClientTimeout(total=_SECONDS), proxy=proxy_for(addresses[0])) as session:
        for address in addresses:
            async with session.get(address) as response:
                try:
                    said = await response.json(content_type=None)
                except ValueError:
                    said = {}
                date = response.headers.get("Date")
                at = parsedate_to_datetime(date) if date else None
                answers.append((response.status, said if isinstance(said, dict) else {}, at))
    return answers


def _webhook(settings: Settings, hook: dict[str, Any], language: Language) -> Iterator[Finding]:
    _ = language.gettext
    url = str(hook.get("url") or "")
    if settings.telegram_mode == "polling" and url:
        said = _("TELEGRAM_MODE is polling, but Telegram brings the updates to %(url)s.", url=url)
        todo = _("Another bot with this token may run there: only one may. The next «cobranza run» takes it away.")
        yield Finding("telegram", Grade.WARNING, said, todo)
    if settings.telegram_mode == "webhook" and url != settings.telegram_webhook_url:
        said = _("Telegram does not bring the updates to TELEGRAM_WEBHOOK_URL but to: %(url)s", url=url or "–")
        yield Finding("telegram", Grade.WARNING, said, _("«cobranza run» tells Telegram the address."))
    waiting = hook.get("pending_update_count") or 0
    if url and hook.get("last_error_message"):
        at = datetime.fromtimestamp(hook.get("last_error_date") or 0, settings.timezone)
        said = _(
            "Telegram could not bring an update on %(at)s: %(reason)s",
            at=f"{language.date(at)} {at:%H:%M}",
            reason=hook["last_error_message"],
        )
        todo = _("Check that the address is open to the internet, with https, and leads to TELEGRAM_WEBHOOK_LISTEN.")
        # Telegram goes on telling of the last failure, a restart's too, when all has been brought since.
        yield Finding("telegram", Grade.WRONG if waiting else Grade.WARNING, said, todo)
    if waiting > _MANY_WAIT:
        said = language.ngettext("%(n)s update waits at Telegram.", "%(n)s updates wait at Telegram.", waiting)
        yield Finding("telegram", Grade.WARNING, said, _("Check that the bot runs («cobranza run»)."))


def _clock_against(theirs: datetime | None, language: Language) -> Iterator[Finding]:
    skew = abs(datetime.now(UTC) - theirs) if theirs else timedelta()
    if skew > _SKEW:
        grade = Grade.WRONG if skew > _SKEW_TOO_MUCH else Grade.WARNING
        said = language.gettext("The clock of this machine is off by %(n)s seconds.", n=f"{skew.total_seconds():,.0f}")
        yield Finding("clock", grade, said, language.gettext("Let it set itself by the internet (NTP)."))


def microsoft(settings: Settings, language: Language) -> Iterator[Finding]:
    """Whether mail would leave, without sending any."""
    _ = language.gettext
    if settings.mail_transport != "m365":
        said = _("Emails become files in %(path)s, and none leaves.", path=settings.mail_folder)
        yield Finding("mail", Grade.OK, said)
        return
    # Each takes a second to import, which only who uses it should pay.
    from bot.mail.graph import GraphMailer  # noqa: PLC0415 - see above
    from bot.mail.graph_inbox import GraphInbox  # noqa: PLC0415 - see above

    mailbox = settings.m365_mailbox or ""
    mail = Mail("doctor", (mailbox,), _("Test"), _("Test"), _("Test"))
    with closing(wiring.make_access(settings)) as access:
        mailer = GraphMailer(access, redirect_to=settings.mail_redirect_to)
        for step in check(access.token, GraphInbox(access), mailer, mail, send=False):
            grade = {True: Grade.OK, False: Grade.WRONG, None: Grade.WARNING}[step.done]
            said = f"Microsoft 365 ({mailbox}): {step_name(step.name, language)}"
            yield Finding("mail", grade, said, " ".join(step_reasons(step, language)))


def contpaqi(settings: Settings, language: Language) -> Iterator[Finding]:
    """Whether the ERP can be read."""
    if settings.contpaqi_url is None:
        return
    try:
        with closing(ContpaqiReader(settings.contpaqi_url.get_secret_value())) as reader:
            reader.connect()
    except Refusal as refused:
        said = as_text(refusal(refused, language).plain).removeprefix("✋ ")
        todo = language.gettext("Check CONTPAQI_URL (docs/contpaqi.md).")
        yield Finding("contpaqi", Grade.WRONG, said, todo)
    else:
        yield Finding("contpaqi", Grade.OK, language.gettext("CONTPAQi can be read."))


def running(settings: Settings, language: Language) -> Iterator[Finding]:
    """What the running bot says of itself, where HEALTH_LISTEN lets it."""
    _ = language.gettext
    if settings.health_listen is None:
        return
    host, port = host_and_port(settings.health_listen)
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    if ":" in here:
        here = f"[{here}]"
    try:
        ((_status, said, _at),) = asyncio.run(_get(f"http://{here}:{port}/health"))
    except (ClientError, TimeoutError, OSError):
        said = {}
    if said.get("status") == "ok":
        yield Finding("running", Grade.OK, _("The bot runs and is well."))
    elif said.get("status"):
        problems = [str(problem) for problem in said.get("problems", ())]
        todo = _("Look at its log.")
        if ANOTHER_BOT in problems:
            todo = _("Another program fetches with the same token: stop it, or give it a bot of its own.")
        what = ", ".join(problems)
        yield Finding("running", Grade.WRONG, _("The bot runs, but not well: %(what)s.", what=what), todo)
    else:
        todo = _("Start it with «cobranza run».")
        yield Finding("running", Grade.WARNING, _("The bot does not run: nobody answers at HEALTH_LISTEN."), todo)
