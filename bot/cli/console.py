"""What every command of the command line shares: settings, the language, refusals and JSON."""

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from html import unescape
from importlib.metadata import version
from pathlib import Path
from re import sub
from typing import Annotated, NoReturn, TypeAlias

import typer
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import log
from bot.app import open_database
from bot.cli import env_file
from bot.config import Settings, right_forms, settings_problems, tongue
from bot.domain.dates import YEARS
from bot.domain.errors import CustomerNotFound, DatabaseAway, DatabaseLacksLetters, DatabaseTooNew, Refusal
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.domain.receivables import Customer
from bot.i18n import Language, language
from bot.presenters.refusals import refusal
from bot.render.plain import short
from bot.store import customers
from bot.store.database import Database

# What reading `.env` may raise, beside what is wrong in it; `unread` says it.
UNREAD = (OSError, UnicodeDecodeError)
# What opening a database may raise; `unopened` says it.
UNOPENED = (OSError, DBAPIError, DatabaseTooNew, DatabaseLacksLetters)


def _working_day(on: datetime | None) -> datetime | None:
    """A day that rules can count from; raises BadParameter."""
    if on and on.year not in YEARS:
        raise typer.BadParameter(right_forms(tongue())["business_date"])
    return on


def path_named(text: str) -> Path:
    """A path that was given; raises BadParameter for none, as of an unset variable: it would be this folder."""
    if not text:
        raise typer.BadParameter(tongue().gettext("Name a file or a folder: the name is empty."))
    return Path(text)


Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Respuesta en JSON.")]
DATE = typer.Option("--date", formats=["%Y-%m-%d"], callback=_working_day, help="Fecha de trabajo, año-mes-día.")


def fail(message: str) -> NoReturn:
    """Say on standard error why nothing was done, and end with status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def write(path: Path, content: bytes) -> None:
    """Write a file; where that cannot be the command ends."""
    try:
        path.write_bytes(content)
    except OSError as error:
        fail(f"{path}: {error.strerror}")


def stopped_by_signal() -> asyncio.Event:
    """Is set when somebody stops the program that runs in this loop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers on its loop; there Ctrl+C comes as KeyboardInterrupt.
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    return stop


def read_settings() -> Settings:
    """The settings, with the log set up; what is wrong in them ends the command."""
    try:
        settings = Settings()
    except ValidationError as error:
        fail("\n".join(settings_problems(error)))
    except UNREAD as error:
        fail(unread(error, tongue()))
    if lines := env_file.unread_lines(env_file.ENV):
        # It may be the one that keeps mail from leaving, or that names the database.
        fail("\n".join(" ".join(unread_line(line, speech(settings))) for line in lines))
    log.configure(settings.log_level, settings.secrets)
    return settings


def unread(error: OSError | UnicodeDecodeError, words: Language) -> str:
    """Why `.env` could not be read."""
    if isinstance(error, UnicodeDecodeError):
        return words.gettext("The file .env is not in UTF-8: save it again in that encoding.")
    return words.gettext(
        "The file .env cannot be read, give the command as the user who runs the bot: %(reason)s", reason=error.strerror
    )


def unread_line(line: int, words: Language) -> tuple[str, str]:
    """That a line of `.env` counts for nothing, and what to do."""
    return (
        words.gettext("Line %(n)s of .env cannot be read and counts for nothing.", n=line),
        words.gettext("Write it as NAME=value, and close each quote that opens."),
    )


def speech(settings: Settings) -> Language:
    """The language of the command line."""
    return language(settings.language)


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The database, closed at the end; a Refusal within ends the command with its sentence."""
    try:
        opened = open_database(settings)
    except UNOPENED as error:
        fail(unopened(settings, error))
    try:
        yield opened
    except CustomerNotFound as missing:
        # The chat takes names too, and forgives typos; `customer_by_code` says why a command does not.
        fail(
            speech(settings).gettext(
                "No customer has the code “%(code)s”: write all of it, as it was loaded.", code=short(missing.text, 60)
            )
        )
    except Refusal as refused:
        fail(as_text(refusal(refused, speech(settings)).plain))
    except DatabaseAway as away:
        fail(speech(settings).gettext("The database cannot be used: %(reason)s", reason=away))
    finally:
        opened.close()


def lacks_letters(where: str, encoding: str, words: Language) -> tuple[str, str]:
    """That a database cannot keep every name, and what to do."""
    return (
        words.gettext(
            "The database %(where)s keeps text in %(encoding)s, which lacks signs of names and comments, such as €.",
            where=where,
            encoding=encoding,
        ),
        words.gettext(
            "Make one with ENCODING 'UTF8' TEMPLATE template0 and write it in DATABASE_URL; what the old one holds "
            "goes there by «cobranza backup» before that and «cobranza restore» after."
        ),
    )


def unopened(settings: Settings, error: OSError | DBAPIError | DatabaseTooNew | DatabaseLacksLetters) -> str:
    """Why the database could not be opened, without its password."""
    _ = speech(settings).gettext
    where = make_url(settings.database_url).render_as_string()
    if isinstance(error, DatabaseTooNew):
        return _(
            "The database %(where)s is of a newer version of Cobranza than this one, %(version)s. Install the newer "
            "version; or restore a backup made by this one into an empty database («cobranza restore»).",
            where=where,
            version=version("cobranza"),
        )
    if isinstance(error, DatabaseLacksLetters):
        return " ".join(lacks_letters(where, error.encoding, speech(settings)))
    reason = error.orig if isinstance(error, DBAPIError) else error
    said = _("The database %(where)s cannot be opened, check DATABASE_URL: %(reason)s", where=where, reason=reason)
    return log.hider(settings.secrets)(said)


@contextmanager
def transaction(settings: Settings) -> Iterator[Session]:
    """One transaction of a command."""
    with database(settings) as opened, opened.transaction() as session:
        yield session


def occasion(settings: Settings) -> Occasion:
    """The command line acts, now."""
    now = datetime.now(UTC)
    today = settings.business_date or now.astimezone(settings.timezone).date()
    return Occasion(COMMAND_LINE, today, now, "cli", settings.promise_tolerance_days)


def day_named(settings: Settings, on: datetime | None) -> date:
    """The day that `--date` names, by default today; one that has not come yet, by any clock, ends the command.

    What was judged broken on it would stay so.
    """
    act = occasion(settings)
    latest = max(act.today, act.now.astimezone(settings.timezone).date())
    if on and on.date() > latest:
        language_ = speech(settings)
        fail(
            language_.gettext(
                "%(on)s has not come yet: today is %(today)s.",
                on=language_.date(on.date()),
                today=language_.date(latest),
            )
        )
    return on.date() if on else act.today


def customer_by_code(session: Session, code: str) -> Customer:
    """The customer with this code, as `by_exact_codes` finds them; raises CustomerNotFound.

    The chat also takes names and forgives typos, since a person sees whose answer it is; a script does not.
    """
    found = customers.by_exact_codes(session, COMMAND_LINE, [code])
    if code not in found:
        raise CustomerNotFound(code)
    return found[code]


def as_text(html: str) -> str:
    """A chat's sentence for a terminal."""
    return unescape(sub(r"</?[a-z]+>", "", html))


def print_json(value: object) -> None:
    """Print a value for a program to read."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
