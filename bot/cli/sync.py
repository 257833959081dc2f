"""`cobranza sync`: the ledger made equal to the ERP's."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot import app as wiring
from bot.cli.console import Json, database, fail, print_json, read_settings, speech
from bot.cli.progress import sync_progress
from bot.presenters.sync import report_json, report_text

app = typer.Typer(help="Pone la cartera igual a la del ERP.", no_args_is_help=True)


@app.command()
def contpaqi(
    full: Annotated[bool, typer.Option("--full", help="Lee todo, no solo lo que cambió.")] = False,
    json: Json = False,
) -> None:
    """Trae de CONTPAQi Comercial clientes, documentos y pagos aplicados. Solo lee."""
    settings = read_settings()
    language = speech(settings)
    now = datetime.now(UTC).astimezone(settings.timezone)
    with database(settings) as opened, sync_progress(language) as on_progress:
        report = wiring.synchronise(settings, opened, now, full=full, on_progress=on_progress)
    if json:
        print_json(report_json(report, language))
    else:
        typer.echo(report_text(report, language))
    reasons: list[str] = []
    if report.refused:
        reasons.append(language.ngettext("%(n)s row was refused.", "%(n)s rows were refused.", report.refused))
    if unequal := len(report.mismatches):
        reasons.append(language.ngettext("%(n)s balance does not add up.", "%(n)s balances do not add up.", unequal))
    if reasons:
        fail(" ".join(reasons))
