"""`cobranza run`, `demo` and `remind`: the bot itself."""

import asyncio
import contextlib
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Annotated

import typer
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError

from bot import app
from bot.cli.console import DATE, Json, database, day_named, fail, print_json, read_settings, speech, stopped_by_signal
from bot.config import Settings
from bot.i18n import Language
from bot.services import judgement
from handlers import reminder
from handlers.errors import CannotListenError
from handlers.office import Office

# The day of the seed's agenda.
_SEED_DATE = datetime.combine(date(2019, 7, 16), time())


def run() -> None:
    """Atiende Telegram con los ajustes de .env, hasta Ctrl+C."""
    settings = _with_token(read_settings())
    with database(settings):
        pass  # the bot opens it for itself; here it is said why it cannot be opened
    # What is loaded by now stays. Else each full collection looks through it again, which holds the event loop for
    # 80 ms while statements are drawn (bench/statements.py).
    gc.freeze()
    try:
        with _telegram(settings):
            asyncio.run(_run(settings))
    except CannotListenError as error:
        fail(
            speech(settings).gettext(
                "TELEGRAM_WEBHOOK_LISTEN=%(address)s cannot be listened on: %(reason)s",
                address=error.address,
                reason=error.reason,
            )
        )
    except KeyboardInterrupt:
        # Windows has no signal handlers on its loop; there Ctrl+C comes this way.
        raise typer.Exit(0) from None


async def _run(settings: Settings) -> None:
    await app.run(settings, stopped_by_signal())


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Puerto de la página.")] = 8765,
    on: Annotated[datetime, DATE] = _SEED_DATE,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="No abre el navegador.")] = False,
) -> None:
    """Muestra todo en el navegador, con datos de ejemplo y sin cuentas."""
    from bot.cli.showroom import show  # noqa: PLC0415 - the real bot has no use for a Telegram of its own

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(show(port=port, on=on.date(), browser=not no_browser))


def remind(
    on: Annotated[datetime | None, DATE] = None,
    json: Json = False,
) -> None:
    """Manda ahora el recordatorio del día a quien aún no lo tiene."""
    settings = _with_token(read_settings())
    if on:
        settings = settings.model_copy(update={"business_date": day_named(settings, on)})
    with database(settings) as opened, _telegram(settings):
        queued, sent = asyncio.run(_remind(settings, app.make_office(settings, opened)))
    if json:
        print_json({"queued": queued, "sent": sent})
    else:
        typer.echo(speech(settings).ngettext("%(n)s reminder sent.", "%(n)s reminders sent.", sent))


async def _remind(settings: Settings, office: Office) -> tuple[int, int]:
    """How many reminders were queued, and how many left."""
    await office.run(judgement.judge, office.today, office.clock(), office.tolerance_days)
    application = app.make_application(settings, office)
    try:
        async with application:
            return await reminder.remind_now(application.bot, office)
    finally:
        await application.bot.shutdown()  # the application does not, when it was never fully initialized


@contextmanager
def _telegram(settings: Settings) -> Iterator[None]:
    """What Telegram has against the settings, or why it cannot be reached, ends the command with a sentence."""
    try:
        yield
    except (InvalidToken, NetworkError) as fault:
        fail(objection(fault, speech(settings)))


def objection(fault: TelegramError, language: Language) -> str:
    """What Telegram has against a request, or why it cannot be reached."""
    _ = language.gettext
    if isinstance(fault, InvalidToken):
        return _("Telegram does not know this token: check TELEGRAM_TOKEN.")
    if isinstance(fault, BadRequest):
        return _("Telegram refuses: %(reason)s", reason=fault.message)
    return _("Telegram cannot be reached: %(reason)s", reason=fault.message)


def _with_token(settings: Settings) -> Settings:
    if settings.telegram_token is None:
        fail(
            speech(settings).gettext(
                "TELEGRAM_TOKEN is missing. Ask @BotFather for one and write it in .env; or try `cobranza demo` first."
            )
        )
    return settings
