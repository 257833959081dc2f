"""The demo: the bot, a Telegram of its own on loopback, and the seed's data, in one process."""

import asyncio
import tempfile
import webbrowser
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import typer
from pydantic import SecretStr

from bot import app, log
from bot.cli.console import fail, speech, stopped_by_signal
from bot.cli.tour import COLLECTOR, MORNING, SUPERVISOR, promises, tour
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.services import imports, people
from bot.store.database import Database
from handlers import reminder

_SEED = Path(__file__).parent.parent / "demo" / "seed"
EXAMPLES = tuple(_SEED / name for name in ("clientes.csv", "estado-2019-03-19.csv", "agenda-2019-07-16.csv"))
# Made up: the demo's Telegram knows no other.
_TOKEN = "123456:demo"  # noqa: S105 - opens nothing


def _suggestions(on: date) -> list[str]:
    return ["/estado CL002", *promises(on), "/calendario", "/agenda", "/hoy", "/enviar CL002"]


async def show(*, port: int, on: date, browser: bool) -> None:
    """Serve the demo until interrupted."""
    stop = stopped_by_signal()
    with tempfile.TemporaryDirectory(prefix="cobranza-demo-", ignore_cleanup_errors=True) as folder:
        settings = _settings(Path(folder), on)
        log.configure("WARNING", settings.secrets)
        await asyncio.to_thread(_fill, settings)
        server = BotApiServer(
            _TOKEN,
            port=port,
            mail_folder=settings.mail_folder,
            controls={MORNING: lambda: _morning(settings)},
            suggestions=_suggestions(on),
            tour=tour(on),
        )
        server.world.add_user(COLLECTOR, "Laura")
        server.world.add_user(SUPERVISOR, "Jorge")
        try:
            await server.start()
        except OSError as error:
            fail(
                speech(settings).gettext(
                    "Port %(port)s cannot be used, try another with --port: %(reason)s",
                    port=port,
                    reason=error.strerror,
                )
            )
        settings = settings.model_copy(update={"telegram_api_url": server.url})
        _introduce(server.url, _suggestions(on))
        if browser:
            webbrowser.open(server.url)
        try:
            await app.run(settings, stop, reminds=False)
        finally:
            await server.stop()


def _settings(folder: Path, on: date) -> Settings:
    """The demo's own settings, whatever the environment and `.env` say."""
    given = {name: field.get_default() for name, field in Settings.model_fields.items()}
    given |= {
        "telegram_token": SecretStr(_TOKEN),
        "database_url": f"sqlite:///{folder / 'demo.db'}",
        "mail_folder": folder / "mail",
        "files_dir": folder / "files",
        "business_date": on,
        "company_name": "Distribuidora del Bajío, S.A. de C.V.",
        "company_rfc": "DBA010101AB7",
        "company_bank": "Banco de Ejemplo\nCuenta 0123456789\nCLABE 012345678901234567",
    }
    return Settings.model_construct(**given)


def _fill(settings: Settings) -> None:
    database = app.open_database(settings)
    try:
        today = settings.business_date or date(2019, 7, 16)
        # The seed's own promises, of document 7, are left for the visitor to type.
        imports.import_files(
            database.transaction, [*EXAMPLES, _SEED / "demo" / "promesas.csv"], today=today, now=datetime.now(UTC)
        )
        with database.transaction() as session:
            people.add(session, telegram_id=COLLECTOR, name="Laura Méndez", role=Role.COLLECTOR, collector_code="C1")
            people.add(session, telegram_id=SUPERVISOR, name="Jorge Salas", role=Role.SUPERVISOR)
    finally:
        database.close()


async def _morning(settings: Settings) -> str:
    """Send the morning's reminders now, as the clock would at eight."""
    database = Database(settings.database_url)
    try:
        office = app.make_office(settings, database)
        async with app.make_application(settings, office) as application:
            _, sent = await reminder.remind_now(application.bot, office)
    finally:
        database.close()
    return f"Recordatorios enviados: {sent}" if sent else "Ya se enviaron los recordatorios de hoy."


def _introduce(url: str, to_try: Sequence[str]) -> None:
    typer.echo(f"\nAbra {url} en el navegador. La fecha de trabajo es fija y los datos son de ejemplo.\n\nPruebe:")
    for line in to_try:
        typer.echo(f"  {line}")
    typer.echo("\nCtrl+C para terminar.")
