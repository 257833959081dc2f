"""`cobranza backup` and `restore`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from bot.cli.console import Json, fail, path_named, print_json, read_settings, speech, unopened
from bot.config import Settings
from bot.domain.backups import BackupRefused
from bot.domain.errors import DatabaseLacksLetters, DatabaseTooNew
from bot.mail.credentials import LOGIN_FILE
from bot.presenters.backup import contents_json, contents_text, refusal_text
from bot.services import backup as copies
from bot.store.database import Database


def backup(
    path: Annotated[
        Path,
        typer.Argument(
            help="El archivo .zip que se crea, o una carpeta (se crea si falta) en la que se le da nombre.",
            parser=path_named,
        ),
    ],
    json: Json = False,
) -> None:
    """Guarda en un archivo toda la base y los archivos; el bot puede seguir trabajando."""
    settings = read_settings()
    now = datetime.now(UTC).astimezone(settings.timezone)
    with _database(settings, path) as database:
        to = path
        if path.is_dir() or path.suffix.lower() != ".zip":
            # What earlier nights left there is not taken for a folder.
            if path.is_file():
                fail(
                    speech(settings).gettext(
                        "%(path)s is a file, and no folder: name another folder, or a file that ends in .zip.",
                        path=path,
                    )
                )
            to = path / f"cobranza-{now:%Y-%m-%d-%H%M%S}.zip"
        made = copies.write(database, settings.files_dir, to, now, without=[LOGIN_FILE])
    if json:
        print_json({"path": str(to), **contents_json(made)})
        return
    typer.echo(contents_text(made, speech(settings)))
    typer.echo(speech(settings).gettext("Saved in %(path)s. It holds your customers' data: keep it safe.", path=to))


def restore(
    path: Annotated[Path, typer.Argument(help="El archivo que hizo «cobranza backup».", readable=False)],
    force: Annotated[bool, typer.Option("--force", help="Quita antes lo que haya en la base.")] = False,
    json: Json = False,
) -> None:
    """Devuelve lo que guarda un respaldo a la base y a los archivos, y comprueba que quedó igual."""
    settings = read_settings()
    with _database(settings, path) as database:
        restored = copies.restore(database, settings.files_dir, path, force=force)
    if json:
        print_json(contents_json(restored))
        return
    language, on = speech(settings), restored.made_at.astimezone(settings.timezone)
    typer.echo(contents_text(restored, language))
    typer.echo(language.gettext("Restored and checked: all is as it was on %(at)s.", at=f"{on:%d/%m/%Y %H:%M}"))


@contextmanager
def _database(settings: Settings, path: Path) -> Iterator[Database]:
    """The database as it is: a backup from before an update must not update it."""
    try:
        with closing(Database(settings.database_url)) as database:
            yield database
    except BackupRefused as refused:
        fail(refusal_text(refused, speech(settings)))
    except (DatabaseTooNew, DatabaseLacksLetters) as error:
        fail(unopened(settings, error))
    except DBAPIError as error:
        fail(speech(settings).gettext("The database cannot be used: %(reason)s", reason=error.orig))
    except OSError as error:
        fail(f"{error.filename or path}: {error.strerror}")
