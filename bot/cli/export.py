"""`cobranza export`: the audit trail and the ledger of promises."""

import csv
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from json import dumps
from typing import Annotated

import typer

from bot.cli.console import database, occasion, read_settings
from bot.render.plain import inert
from bot.services import exports


class What(StrEnum):
    """What may be exported."""

    AUDIT = "audit"
    PROMISES = "promises"


class Form(StrEnum):
    """How it is written."""

    CSV = "csv"
    JSON = "json"


def export(
    what: Annotated[What, typer.Argument(help="audit: quién hizo qué y cuándo; promises: todas las promesas.")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Solo desde este día, año-mes-día.")
    ] = None,
    format_: Annotated[Form, typer.Option("--format", help="Cómo se escribe.")] = Form.CSV,
    json: Annotated[bool, typer.Option("--json", help="Lo mismo que --format json.")] = False,
) -> None:
    """Escribe en la pantalla la auditoría o las promesas, para guardarlas en un archivo con «>»."""
    settings = read_settings()
    first = since.replace(tzinfo=settings.timezone) if since else None
    read, headings = (exports.trail, exports.TRAIL) if what is What.AUDIT else (exports.promises, exports.PROMISES)
    with database(settings) as opened:
        rows = read(opened.transaction, occasion(settings), first)
        if json or format_ is Form.JSON:
            _write_json(rows)
        else:
            _write_csv(headings, rows)


def _write_csv(headings: Sequence[str], rows: Iterator[exports.Row]) -> None:
    """A table, written as it is read; its headings are there without rows too."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if not sys.stdout.isatty():
        # Without it Excel takes a file for one in Windows' own encoding, and spoils every accent.
        sys.stdout.write("\ufeff")
    writer.writerow(headings)
    for row in rows:
        # A comment is what a customer said: a spreadsheet must not execute it.
        writer.writerow([inert(value) if isinstance(value, str) else value for value in row.values()])


def _write_json(rows: Iterator[exports.Row]) -> None:
    """A list, written as it is read: years of a trail need not fit into memory."""
    sys.stdout.write("[")
    for n, row in enumerate(rows):
        sys.stdout.write(f"{',' * bool(n)}\n  {dumps(row, ensure_ascii=False)}")
    sys.stdout.write("\n]\n")
