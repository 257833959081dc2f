"""`cobranza`: the same use cases without Telegram."""

import errno
import os
import sys
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer

from bot.cli import chat, data, doctor, export, init, keeping, mailbox, mailing, people, promises, reconcile, sync
from bot.config import tongue

app = typer.Typer(
    name="cobranza",
    help="Cobranza en la calle: estados de cuenta, promesas, agenda y correo.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cobranza {version('cobranza')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Dice la versión.")
    ] = False,
) -> None:
    pass


app.command("init")(init.init)
app.command("run")(chat.run)
app.command("demo")(chat.demo)
app.command("remind")(chat.remind)
app.command("import")(data.import_)
app.command("statement")(data.statement)
app.command("send")(mailing.send)
app.command("deliver")(mailing.deliver)
app.command("judge")(promises.judge)
app.command("reconcile")(reconcile.reconcile)
app.command("doctor")(doctor.doctor)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("export")(export.export)
app.add_typer(mailbox.app, name="mail")
app.add_typer(people.app, name="people")
app.add_typer(sync.app, name="sync")


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Windows writes what goes to a file or another program in an old encoding, which lacks most of what people
            # are called; and no name, however odd, may end a command.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EPIPE}:
            raise
        # The disk that the answer goes to is full, or who reads it has left. What is still to be written would be tried
        # again as Python ends, and end it with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(error.strerror if error.errno == errno.ENOSPC else 1)
    except UnicodeEncodeError as error:
        if error.reason != "surrogates not allowed":
            raise
        # A terminal of another encoding typed it: a file may be called so, but what is kept or looked for is text.
        typed = error.object.encode("utf-8", "backslashreplace").decode()
        sys.exit(tongue().gettext("“%(value)s” is not in UTF-8: set the terminal to that encoding.", value=typed))
