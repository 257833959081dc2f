"""What `cobranza doctor` finds, and its checks of this machine: settings, folders, clock, database."""

import difflib
import os
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from dotenv import dotenv_values
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from stdnum.mx import rfc as rfc_numbers

from bot.cli.console import lacks_letters
from bot.cli.env_file import ENV
from bot.config import Settings
from bot.domain import rfc
from bot.domain.people import Person, Role
from bot.domain.vitals import Vitals
from bot.i18n import Language
from bot.presenters.mailing import age
from bot.services import people
from bot.services.vitals import take
from bot.store.database import Database
from bot.store.schema import is_only_read, may_make_tables, revision_of, revisions, unfit_encoding

_OURS = ("TELEGRAM_", "MAIL_", "M365_", "COMPANY_", "CONTPAQI_", "DATABASE_", "BUSINESS_")
_LIKE_OURS = 0.8
_MEGABYTE = 1 << 20
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FEW, _TOO_FEW = 1_000 * _MEGABYTE, 100 * _MEGABYTE


class Grade(StrEnum):
    """How bad it is: WRONG keeps something from working, WARNING may be meant."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence on one thing, and what to do about it."""

    about: str
    grade: Grade
    said: str
    todo: str = ""


def settings_file(language: Language) -> Iterator[Finding]:
    """Names that no setting has, and who else can read the file."""
    _ = language.gettext
    known = [name.upper() for name in Settings.model_fields]
    for name in dotenv_values(ENV, encoding="utf-8-sig") if ENV.is_file() else ():
        like = difflib.get_close_matches(name.upper(), known, 1, _LIKE_OURS)
        if name.upper() not in known and (like or name.upper().startswith(_OURS)):
            meant = _("Did you mean %(name)s?", name=like[0]) if like else _("«.env.example» lists those there are.")
            yield Finding("settings", Grade.WARNING, _("There is no setting %(name)s in .env.", name=name), meant)
    if os.name == "posix" and ENV.is_file() and ENV.stat().st_mode & 0o077:
        said = _("Other users of this machine can read .env, which holds secrets.")
        yield Finding("settings", Grade.WARNING, said, "chmod 600 .env")


def house(settings: Settings, language: Language) -> Iterator[Finding]:
    """What customers would miss on a statement, the day, and what works in another way than one may think."""
    _ = language.gettext
    blank = [name for name in ("company_name", "company_rfc", "company_bank") if name not in settings.model_fields_set]
    for name in blank:
        said = _("%(name)s is not set, and statements do not show it.", name=name.upper())
        if instead := getattr(settings, name):
            said = _("%(name)s is not set: statements are signed “%(value)s”.", name=name.upper(), value=instead)
        yield Finding("company", Grade.WARNING, said, _("Write it in .env."))
    if settings.company_rfc and not rfc_numbers.is_valid(rfc.compact(settings.company_rfc)):
        # Our own invoices would be taken for another company's.
        said = _(
            "“%(value)s” is not an RFC: it has 12 or 13 characters, such as DBA010101AB1.", value=settings.company_rfc
        )
        yield Finding("company", Grade.WRONG, f"COMPANY_RFC: {said}", _("Correct it in .env or in the environment."))
    now = datetime.now(UTC).astimezone(settings.timezone)
    said = _("It is %(at)s in %(zone)s.", at=f"{language.date(now)} {now:%H:%M}", zone=settings.timezone.key)
    yield Finding("clock", Grade.OK, said)
    if settings.business_date:
        said = _(
            "BUSINESS_DATE is fixed: the bot takes %(date)s for today.", date=language.date(settings.business_date)
        )
        yield Finding("clock", Grade.WARNING, said, _("Remove it, unless this is a demonstration."))
    if settings.quiet_hours.covers(settings.reminder_time):
        said = _(
            "REMINDER_TIME=%(at)s lies in QUIET_HOURS: the reminders come at %(end)s.",
            at=f"{settings.reminder_time:%H:%M}",
            end=f"{settings.quiet_hours.end:%H:%M}",
        )
        yield Finding("clock", Grade.WARNING, said, _("Write an hour outside them."))
    if not settings.quiet_hours.keep_the_law:
        said = _(
            "QUIET_HOURS=%(start)s-%(end)s lets reminders leave outside 07:00 to 22:00, the hours in which the law "
            "allows collecting.",
            start=f"{settings.quiet_hours.start:%H:%M}",
            end=f"{settings.quiet_hours.end:%H:%M}",
        )
        yield Finding("clock", Grade.WARNING, said, _("Make them last from 22:00 at the latest to 07:00 at least."))
    if settings.mail_redirect_to:
        said = _("All mail goes to %(address)s (MAIL_REDIRECT_TO).", address=settings.mail_redirect_to)
        yield Finding("mail", Grade.WARNING, said, _("Remove it, unless this is a test."))


def folders(settings: Settings, language: Language) -> Iterator[Finding]:
    """Whether they can be written to, and how much room is left."""
    url = make_url(settings.database_url)
    paths = {"FILES_DIR": settings.files_dir}
    if settings.mail_transport == "folder":
        paths["MAIL_FOLDER"] = settings.mail_folder
    if url.get_backend_name() == "sqlite" and url.database:
        paths["DATABASE_URL"] = Path(url.database).parent
    for name, path in paths.items():
        yield _folder(name, path, language)


def _folder(name: str, path: Path, language: Language) -> Finding:
    _ = language.gettext
    try:
        there = next((parent for parent in (path, *path.absolute().parents) if parent.exists()), path)
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        said = _(
            "%(name)s: nothing can be written to %(path)s: %(reason)s", name=name, path=path, reason=error.strerror
        )
        return Finding("folders", Grade.WRONG, said, _("Give the user who runs the bot the right to write there."))
    grade = Grade.WRONG if free < _TOO_FEW else Grade.WARNING if free < _FEW else Grade.OK
    said = _(
        "%(name)s: %(path)s can be written to, %(free)s MB free.", name=name, path=path, free=f"{free // _MEGABYTE:,}"
    )
    return Finding("folders", grade, said, _("Free some space on the disk.") if grade is not Grade.OK else "")


def database(settings: Settings, language: Language) -> Iterator[Finding]:
    """Whether it answers, is up to date and whole; then what is in it."""
    _ = language.gettext
    url = make_url(settings.database_url)
    try:
        if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
            said = _("There is no database %(where)s yet: the first start makes it.", where=url.database)
            yield Finding("database", Grade.WARNING, said, _("If there should be one, check DATABASE_URL."))
            return
        with closing(Database(settings.database_url)) as opened, opened.snapshot() as connection:
            yield from _tables(settings, connection, language)
    except (OSError, DBAPIError) as error:
        reason = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
        where = url.render_as_string()
        if isinstance(error, DBAPIError) and getattr(error.orig, "sqlite_errorcode", None) in _DAMAGED:
            yield _damaged(where, reason, language)
            return
        said = _("The database %(where)s does not answer: %(reason)s", where=where, reason=reason)
        yield Finding("database", Grade.WRONG, said, _("Check DATABASE_URL, and that its server runs."))


def _tables(settings: Settings, connection: Connection, language: Language) -> Iterator[Finding]:
    _ = language.gettext
    where, at, known = connection.engine.url.render_as_string(), revision_of(connection), revisions()
    if at is not None and at not in known:
        said = _("The database %(where)s is of a newer version (%(revision)s).", where=where, revision=at)
        yield Finding("database", Grade.WRONG, said, _("Install that version of Cobranza."))
        return
    if encoding := unfit_encoding(connection):
        yield Finding("database", Grade.WRONG, *lacks_letters(where, encoding, language))
        return
    if is_only_read(connection):
        said = _("The database %(where)s can only be read: whoever writes to the bot waits.", where=where)
        todo = _("Its server is a standby, or was set so, as hosts do when its disk is nearly full: ask who runs it.")
        yield Finding("database", Grade.WRONG, said, todo)
        return
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            yield _damaged(where, str(found), language)
            return
    if at is None:
        yield _without_tables(where, language, may_make_them=may_make_tables(connection))
        return
    if at != known[0]:
        said = _("The database %(where)s answers; its tables are of an older version.", where=where)
        todo = _("The next start brings them up to date; make a backup first: «cobranza backup».")
        yield Finding("database", Grade.WARNING, said, todo)
        return
    yield Finding("database", Grade.OK, _("The database %(where)s answers and is up to date.", where=where))
    yield from _people(connection, language)
    yield from _work(settings, take(connection, datetime.now(UTC)), datetime.now(UTC), language)


def _without_tables(where: str, language: Language, *, may_make_them: bool) -> Finding:
    _ = language.gettext
    if may_make_them:
        said = _("The database %(where)s answers; it has no tables yet.", where=where)
        return Finding("database", Grade.WARNING, said, _("The first start makes them."))
    said = _("In the database %(where)s this user may not make tables.", where=where)
    todo = _("Let the user of DATABASE_URL own it: ALTER DATABASE … OWNER TO ….")
    return Finding("database", Grade.WRONG, said, todo)


def _damaged(where: str, reason: str, language: Language) -> Finding:
    _ = language.gettext
    said = _("The database %(where)s is damaged: %(reason)s", where=where, reason=reason)
    # Into the damaged file itself nothing can be restored.
    todo = _("Stop the bot, give that file another name, and use «cobranza restore» with the last backup.")
    return Finding("database", Grade.WRONG, said, todo)


def _people(connection: Connection, language: Language) -> Iterator[Finding]:
    _ = language.gettext
    with Session(connection) as session:
        active = [person for person in people.listing(session) if person.active and person.telegram_id is not None]
    if not active:
        todo = _("Add somebody: by the link that «cobranza init» gives, or with «cobranza people add».")
        yield Finding("people", Grade.WARNING, _("Nobody may use the bot yet."), todo)
    elif not any(person.role is Role.ADMINISTRATOR for person in active):
        said = language.ngettext(
            "%(n)s person may use the bot, and is not an administrator.",
            "%(n)s people may use the bot, none of them an administrator.",
            len(active),
        )
        todo = _("Add one: «cobranza people add --role administrator».")
        yield Finding("people", Grade.WARNING, said, todo)
    else:
        said = language.ngettext("%(n)s person may use the bot.", "%(n)s people may use the bot.", len(active))
        yield Finding("people", Grade.OK, said)
    yield from _portfolios(active, language)


def _portfolios(active: Iterable[Person], language: Language) -> Iterator[Finding]:
    """Portfolios that people have under two spellings, as older versions let them in: only one finds the customers."""
    spelt: defaultdict[str, dict[str, Person]] = defaultdict(dict)
    for person in sorted(active, key=lambda each: each.id):
        if code := person.collector_code:
            spelt[code.upper()].setdefault(code, person)
    for people_by_code in spelt.values():
        if len(people_by_code) > 1:
            who = ", ".join(f"{person.name} ({code})" for code, person in people_by_code.items())
            said = language.gettext(
                "One portfolio is written in two ways, and only one of them has customers: %(who)s.", who=who
            )
            todo = language.gettext(
                "Take access from whoever sees no customers («cobranza people deactivate») and add them again."
            )
            yield Finding("people", Grade.WARNING, said, todo)


def _work(settings: Settings, vitals: Vitals, now: datetime, language: Language) -> Iterator[Finding]:
    _ = language.gettext
    if vitals.fed_at is None:
        todo = _("Load some: «cobranza import» or «cobranza sync contpaqi».")
        yield Finding("data", Grade.WARNING, _("There is no record of when data was loaded."), todo)
    else:
        old = now - vitals.fed_at
        is_old = old > timedelta(hours=settings.mail_ask_after_hours)
        said = _("The data was loaded %(ago)s.", ago=age(old, language))
        todo = _("Load it again: payments since then are missing.") if is_old else ""
        yield Finding("data", Grade.WARNING if is_old else Grade.OK, said, todo)
    counts = {"waiting": f"{vitals.waiting:,}", "failed": f"{vitals.failed:,}"}
    said = _("Emails: %(waiting)s wait to leave, %(failed)s failed in the last seven days.", **counts)
    if vitals.is_stuck(now):
        said += " " + _("The oldest could have left %(ago)s.", ago=age(now - (vitals.due_since or now), language))
        todo = _("Check that the bot runs («cobranza run») and that mail leaves («cobranza mail test»).")
        yield Finding("outbox", Grade.WRONG, said, todo)
    elif vitals.failed:
        todo = _("Who sent them finds the reason and a button to try again in the chat.")
        yield Finding("outbox", Grade.WARNING, said, todo)
    else:
        yield Finding("outbox", Grade.OK, said)
    if vitals.handled_at is None:
        yield Finding("updates", Grade.OK, _("Nobody has written to the bot in the last two days."))
    else:
        at = vitals.handled_at.astimezone(settings.timezone)
        when = f"{language.date(at)} {at:%H:%M}"
        yield Finding("updates", Grade.OK, _("The bot last answered somebody on %(at)s.", at=when))
