"""`cobranza import` and `statement`: data in, and a customer's statement out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.app import make_company
from bot.cli.console import (
    Json,
    customer_by_code,
    database,
    fail,
    occasion,
    path_named,
    print_json,
    read_settings,
    speech,
    transaction,
    write,
)
from bot.cli.progress import progress_bar
from bot.cli.remittance import show_remittances
from bot.config import Settings
from bot.domain.dates import parse_past_date
from bot.domain.incoming import FileKind, ImportReport
from bot.domain.statement import Statement
from bot.i18n import Language
from bot.imports.vault import Vault
from bot.presenters.imports import report_json, report_text
from bot.services import imports, statements


class Format(StrEnum):
    """How a statement is written."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    JSON = "json"


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Archivos CSV, XLSX, XML o ZIP, o carpetas.", parser=path_named)],
    kind: Annotated[
        FileKind | None, typer.Option(help="Qué contienen; si no, se reconoce por los encabezados.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Un renglón malo y no se guarda nada.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Solo revisa; no guarda.")] = False,
    decimal_comma: Annotated[
        bool, typer.Option("--decimal-comma", help="Los importes llevan coma decimal: 1.234,50.")
    ] = False,
    report_to: Annotated[
        Path | None, typer.Option("--report", metavar="PATH.xlsx", help="Libro con los renglones rechazados, marcados.")
    ] = None,
    json: Json = False,
) -> None:
    """Carga clientes, documentos, CFDI y pagos; de una remesa solo propone cómo se aplica."""
    settings = read_settings()
    if kind is FileKind.REMITTANCE:
        show_remittances(settings, paths, report_to, decimal_comma=decimal_comma, json=json)
        return
    act = occasion(settings)
    try:
        with database(settings) as opened, progress_bar(speech(settings)) as on_progress:
            report = imports.import_files(
                opened.transaction,
                paths,
                today=act.today,
                kind=kind,
                strict=strict,
                dry_run=dry_run,
                decimal_comma=decimal_comma,
                keeper=Vault(settings.files_dir),
                on_progress=on_progress,
                now=act.now,
                issuer=settings.company_rfc,
            )
    except OSError as error:  # FILES_DIR is full or may not be written; nothing was kept
        fail(f"{error.filename or settings.files_dir}: {error.strerror}")
    if report.is_of_remittances:
        found = [file.path for file in report.files]
        show_remittances(settings, found, report_to, decimal_comma=decimal_comma, json=json)
        return
    if json:
        print_json(report_json(report, speech(settings)))
    else:
        typer.echo(report_text(report, speech(settings)))
    if report_to:
        _write_refused(report, report_to, speech(settings))
    if report.refused:
        fail(speech(settings).ngettext("%(n)s row was refused.", "%(n)s rows were refused.", report.refused))


def _write_refused(report: ImportReport, to: Path, language: Language) -> None:
    from bot.presenters.import_workbook import write_workbook  # noqa: PLC0415 - openpyxl takes its time

    try:
        write_workbook(report, imports.refused_rows, to, language)
    except OSError as error:
        fail(f"{error.filename or to}: {error.strerror}")


def statement(
    code: Annotated[str, typer.Argument(help="Código del cliente.")],
    as_of: Annotated[str | None, typer.Option(help="A qué fecha: 2019-03-19 o 19/03/2019.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="Cómo se escribe.")] = Format.TEXT,
    out: Annotated[Path | None, typer.Option(help="Archivo; si no, la pantalla.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Lo mismo que --format json.")] = False,
) -> None:
    """Muestra el estado de cuenta de un cliente."""
    settings = read_settings()
    act = occasion(settings)
    with transaction(settings) as session:
        on = None if as_of is None else parse_past_date(as_of, act.today)
        customer = customer_by_code(session, code)
        shown = statements.statement(session, act, customer.id, on)
    chosen = Format.JSON if json else format_
    if chosen is Format.JSON and out is None:
        print_json(_json(shown))
        return
    content = _content(shown, chosen, settings, speech(settings))
    if out:
        write(out, content)
    else:
        typer.echo(content, nl=chosen is Format.TEXT)


def _json(shown: Statement) -> dict[str, object]:
    from bot.render.statement_json import statement_json  # noqa: PLC0415 - as below

    return statement_json(shown)


def _content(shown: Statement, chosen: Format, settings: Settings, language: Language) -> bytes:
    # Each format's library is imported by who asks for it: reportlab and openpyxl take their time.
    if chosen is Format.PDF:
        from bot.render.statement_pdf import statement_pdf  # noqa: PLC0415 - see above

        return statement_pdf(shown, language, make_company(settings))
    if chosen is Format.XLSX:
        from bot.render.statement_xlsx import statement_xlsx  # noqa: PLC0415 - see above

        return statement_xlsx(shown, language, make_company(settings))
    if chosen is Format.HTML:
        from bot.render.statement_html import statement_html  # noqa: PLC0415 - see above

        return statement_html(shown, language).encode()
    if chosen is Format.JSON:
        import json  # noqa: PLC0415 - the name is a flag above

        return json.dumps(_json(shown), ensure_ascii=False, indent=2).encode()
    from bot.render.statement_text import statement_text  # noqa: PLC0415 - see above

    return statement_text(shown, language).encode()
