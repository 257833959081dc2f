"""What every command of the command line shares: settings, the language, refusals and JSON."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from re import sub
from typing import NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from bot import log
from bot.app import open_database
from bot.config import Settings, settings_problems
from bot.domain.errors import Refusal
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.i18n import Language, language
from bot.presenters.refusals import refusal
from bot.store.database import Database


def fail(message: str) -> NoReturn:
    """Say on standard error why nothing was done, and end with status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def read_settings() -> Settings:
    """The settings, with the log set up; what is wrong in them ends the command."""
    try:
        settings = Settings()
    except ValidationError as error:
        fail("\n".join(settings_problems(error)))
    log.configure(settings.log_level, settings.secrets)
    return settings


def speech(settings: Settings) -> Language:
    """The language of the command line."""
    return language(settings.language)


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The database, closed at the end; a Refusal within ends the command with its sentence."""
    opened = open_database(settings)
    try:
        yield opened
    except Refusal as refused:
        fail(as_text(refusal(refused, speech(settings)).plain))
    finally:
        opened.close()


@contextmanager
def transaction(settings: Settings) -> Iterator[Session]:
    """One transaction of a command."""
    with database(settings) as opened, opened.transaction() as session:
        yield session


def occasion(settings: Settings) -> Occasion:
    """The command line acts, now."""
    now = datetime.now(UTC)
    today = settings.business_date or now.astimezone(settings.timezone).date()
    return Occasion(COMMAND_LINE, today, now, "cli")


def as_text(html: str) -> str:
    """A chat's sentence for a terminal."""
    return unescape(sub(r"</?[a-z]+>", "", html))


def print_json(value: object) -> None:
    """Print a value for a program to read."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
