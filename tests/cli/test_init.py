"""`cobranza init` in an empty folder, with a Telegram and a Microsoft 365 on loopback that check each answer."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from dotenv import dotenv_values
from typer.testing import Result

from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.services import people
from bot.store.database import Database
from tests import factories
from tests.cli.commands import Cobranza
from tests.contpaqi_company import Company
from tests.imports.cfdi_files import RFC, cfdi
from tests.mail.certificates import new_certificate
from tests.mail.graph_server import GraphServer

TOKEN = "123456:TEST"  # noqa: S105 - the token of the server in these tests
OTHER_TOKEN = "1:NEW"  # noqa: S105 - likewise
COMPANY = ("La Casa, S.A.", "DBA010101AB1", "Banco\\nCLABE 01", "America/Tijuana")
SQLITE, NO_MAIL, NO_DATA, NOBODY = "", "", "4", ""
LINK = re.compile(r"https://t\.me/cobranza_bot\?start=([\w-]{32})")

Init = Callable[..., Awaitable[Result]]


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    """A Telegram on loopback."""
    async with BotApiServer(TOKEN) as server:
        yield server


@pytest.fixture
def bare(
    cobranza: Cobranza, telegram: BotApiServer, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Cobranza:
    """The command line in a folder with a migrated database where the default has one, and nothing else."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    Path("cobranza.db").unlink()
    Path("var").mkdir()
    Path("var/cobranza.db").write_bytes(sqlite_template.read_bytes())
    cobranza.environment = {"TELEGRAM_API_URL": telegram.url, "NO_COLOR": "1", "COLUMNS": "200"}
    return cobranza


@pytest.fixture
def init(bare: Cobranza) -> Init:
    """Runs `cobranza init`, typing these lines."""

    async def run(*lines: str, expect: int = 0) -> Result:
        return await asyncio.to_thread(bare, "init", typed="".join(f"{line}\n" for line in lines), expect=expect)

    return run


@pytest.fixture
def graph(bare: Cobranza, graph: GraphServer) -> GraphServer:
    """The Microsoft 365, where the command line looks for it."""
    bare.environment |= {name: graph.settings[name] for name in ("M365_GRAPH_URL", "M365_AUTHORITY_URL")}
    return graph


def text() -> str:
    """The whole of .env."""
    return Path(".env").read_text(encoding="utf-8")


def write(name: str, content: str) -> None:
    """A file in the folder where the command runs."""
    Path(name).write_text(content, encoding="utf-8")


def link(name: str, to: str) -> None:
    """A link in the folder where the command runs."""
    Path(name).symlink_to(to)


def env() -> dict[str, str | None]:
    """What .env says that is not blank."""
    return {name: value for name, value in dotenv_values(".env").items() if value}


async def test_all_is_asked_tried_and_written_and_a_link_is_made(init: Init) -> None:
    result = await init(TOKEN, *COMPANY, SQLITE, NO_MAIL, "3", NO_DATA, "Eva Ruiz")
    said = result.stdout
    assert "✓ Es el bot @cobranza_bot." in said
    assert "clientes: altas 3" in said
    assert "🔑 Eva Ruiz · administrador" in said
    assert LINK.search(said)
    assert "✓ Telegram contesta" in said
    assert said.splitlines()[-1].endswith("Inicie el bot con «cobranza run» y luego abra el enlace del administrador.")
    assert TOKEN not in result.output
    assert env() == {
        "TELEGRAM_TOKEN": TOKEN,
        "COMPANY_NAME": "La Casa, S.A.",
        "COMPANY_RFC": "DBA010101AB1",
        "COMPANY_BANK": "Banco\\nCLABE 01",
        "TIMEZONE": "America/Tijuana",
        "DATABASE_URL": "sqlite:///var/cobranza.db",
    }


async def test_a_second_run_offers_what_there_is_and_changes_nothing(init: Init) -> None:
    await init(TOKEN, *COMPANY, SQLITE, NO_MAIL, "3", NO_DATA, NOBODY)
    before = text()
    said = (await init(*[""] * 11)).stdout
    assert "En esta carpeta ya hay un .env." in said
    assert "La Casa, S.A." in said
    assert "Los datos se cargaron hace menos de una hora." in said
    assert said.splitlines()[-1] == "Todo está listo. Inicie el bot con «cobranza run»."
    assert text() == before
    await init("n")
    assert text() == before


async def test_interrupted_at_any_question_what_was_answered_is_kept(init: Init) -> None:
    result = await init(TOKEN, "La Casa", expect=1)
    assert result.stderr.strip() == "Interrumpido. Lo contestado quedó en .env: «cobranza init» continúa desde ahí."
    assert env() == {"TELEGRAM_TOKEN": TOKEN, "COMPANY_NAME": "La Casa"}


async def test_wrong_answers_are_refused_with_the_reason_and_asked_again(init: Init) -> None:
    wrong = "123456:WRONG"
    company = ("${HOME}", "La Casa", "ABC", "DBA010101AB1", "", "Marte", "")
    database = ("9", "2", "oracle://x", "2", "postgresql://yo:clave@127.0.0.1:1/x", "1")
    data = ("1", "", "1", "nada.csv", NO_DATA)
    result = await init("token", wrong, TOKEN, *company, *database, "x", NO_MAIL, *data, ",", "Eva")
    for said in (
        "TELEGRAM_TOKEN no puede ser «***»",
        "✗ Telegram no reconoce el token",
        "«${» no puede ir en .env.",
        "«ABC» no es un RFC",
        "TIMEZONE no puede ser «Marte»",
        "Conteste con un número del 1 al 2.",
        "DATABASE_URL no puede ser «***»",
        "✗ La base de datos postgresql://yo:***@127.0.0.1:1/x no se puede abrir",
        "No hay ningún archivo ni carpeta con este nombre.",
        "«,» no es un nombre.",
    ):
        assert said in result.stdout
    assert not any(secret in result.output for secret in (wrong, TOKEN, "clave"))
    assert LINK.search(result.stdout)


async def test_a_telegram_out_of_reach_is_said_and_the_token_may_be_kept_untried(init: Init, bare: Cobranza) -> None:
    bare.environment["TELEGRAM_API_URL"] = "http://127.0.0.1:1"
    result = await init(TOKEN, "tal vez", "", TOKEN, "s", *COMPANY, SQLITE, NO_MAIL, NO_DATA, expect=1)
    assert "✗ No hay comunicación con Telegram" in result.stdout
    assert "Conteste sí o no." in result.stdout
    assert "El enlace lleva el nombre del bot" in result.stdout
    assert "Falta lo marcado con ✗" in result.stdout
    assert TOKEN not in result.output
    assert env()["TELEGRAM_TOKEN"] == TOKEN


async def test_another_token_and_another_database_take_the_place_of_the_first(
    init: Init, telegram: BotApiServer
) -> None:
    write(".env", "# mío\nTELEGRAM_TOKEN=1:OLD\nDATABASE_URL=sqlite:///other.db\n")
    said = (await init("", TOKEN, *COMPANY, "2", NO_MAIL, NO_DATA, NOBODY)).stdout
    assert "✗ Telegram no reconoce el token" in said
    assert text().startswith(f"# mío\nTELEGRAM_TOKEN={TOKEN}\nDATABASE_URL=sqlite:///var/cobranza.db\nCOMPANY_NAME=")
    telegram.token = OTHER_TOKEN
    write(".env", f"TELEGRAM_TOKEN={OTHER_TOKEN}\n")
    await init("", "s", "", *COMPANY, SQLITE, NO_MAIL, NO_DATA)
    assert env()["TELEGRAM_TOKEN"] == OTHER_TOKEN


async def test_settings_of_the_environment_are_named_as_they_go_before_the_file(init: Init, bare: Cobranza) -> None:
    lines = ("", *COMPANY, SQLITE, NO_MAIL, NO_DATA)
    named = "Estos ajustes vienen del entorno, que va antes que .env: TELEGRAM_API_URL."
    assert named in (await init(*lines, expect=1)).stdout
    del bare.environment["TELEGRAM_API_URL"]
    assert named not in (await init("n")).stdout


async def test_who_is_administrator_already_is_named(init: Init) -> None:
    database = Database("sqlite:///var/cobranza.db")
    with database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, name="Eva", telegram_id=5)
    begun = (TOKEN, *COMPANY, SQLITE, NO_MAIL, NO_DATA)
    said = (await init(*begun, "")).stdout
    assert "Ya hay: Eva." in said
    assert said.splitlines()[-1] == "Todo está listo. Inicie el bot con «cobranza run»."
    assert LINK.search((await init("", "", *[""] * 4, "", "", "4", "s", "Rosa")).stdout)
    with database.transaction() as session:
        assert len(people.listing(session)) == 1
    database.close()


async def test_mail_by_a_secret_is_tried_until_it_works_and_a_mail_is_sent(init: Init, graph: GraphServer) -> None:
    ids = (graph.tenant_id, graph.client_id, graph.mailbox_address)
    mail = ("2", "", *ids, "malo", "", "", "", "", graph.client_secret, "yo", "yo@casa.mx")
    result = await init(TOKEN, *COMPANY, SQLITE, *mail, NO_DATA, NOBODY)
    assert "Falta M365_TENANT_ID" in result.stdout
    assert "✗ Entrada a Microsoft 365" in result.stdout
    assert "El correo por Microsoft 365 todavía no funciona." in result.stdout
    assert "✓ Envío de un correo" in result.stdout
    assert not any(secret in result.output for secret in ("malo\n", graph.client_secret))
    assert [sent.to for sent in graph.sent] == [("yo@casa.mx",)]
    assert env()["MAIL_TRANSPORT"] == "m365"
    assert env()["M365_CLIENT_SECRET"] == graph.client_secret


async def test_mail_that_was_told_to_stay_stays_by_enter_alone(init: Init, graph: GraphServer) -> None:
    ids = (graph.tenant_id, graph.client_id, graph.mailbox_address)
    mail = ("2", *ids, "malo", "1")
    await init(TOKEN, *COMPANY, SQLITE, *mail, NO_DATA, NOBODY)
    write(".env", text().replace("malo", graph.client_secret))
    before = text()
    await init("", "", *[""] * 4, "", "", NO_DATA, NOBODY)
    assert text() == before
    assert env()["MAIL_TRANSPORT"] == "folder"


@pytest.mark.slow
async def test_mail_by_a_certificate_or_by_a_person_takes_the_place_of_the_secret(
    init: Init, graph: GraphServer, tmp_path: Path
) -> None:
    ids = (graph.tenant_id, graph.client_id, graph.mailbox_address)
    graph.authority.certificate, pem = new_certificate()
    (tmp_path / "cert.pem").write_text(pem, encoding="ascii")
    await init(TOKEN, *COMPANY, SQLITE, "3", *ids, "no.pem", "cert.pem", "", NO_DATA, NOBODY)
    assert env()["M365_CERTIFICATE"] == "cert.pem"
    graph.authority.answers = ["authorization_declined"]
    again = ("", "", *[""] * 4, "", "4", *[""] * 3, "", *[""] * 3, "", NO_DATA, NOBODY)
    result = await init(*again)
    assert "Se rechazó el inicio de sesión" in result.stdout
    assert "✓ Sesión iniciada: laura@distribuidora.mx." in result.stdout
    assert "M365_CERTIFICATE" not in env()


async def test_data_comes_from_contpaqi_or_from_files(init: Init, sqlite_company: Company, tmp_path: Path) -> None:
    erp = f"sqlite:///{tmp_path / 'adEMPRESA.db'}"
    write("clientes.csv", "code,name\nC1,Ana\n")
    data = ("2", "postgresql+psycopg://yo:clave@127.0.0.1:1/x", "2", erp, "1", "'clientes.csv'", "")
    result = await init(TOKEN, *COMPANY, SQLITE, NO_MAIL, *data, NOBODY)
    assert "CONTPAQi · " in result.stdout
    assert "clientes.csv · clientes: altas 1" in result.stdout
    assert "clave" not in result.output
    assert env()["CONTPAQI_URL"] == erp
    assert sqlite_company


async def test_settings_that_cannot_be_written_are_said(init: Init) -> None:
    write("file", "")
    link(".env", "file/.env")
    result = await init(TOKEN, *COMPANY, expect=1)
    assert re.search(r"/file.*: (Not a directory|File exists)$", result.stderr)


async def test_files_that_cannot_be_kept_are_told(init: Init, bare: Cobranza) -> None:
    write("clientes.csv", f"code,name,rfc\nC1,Ana,{RFC}\n")
    write("factura.xml", cfdi())
    bare.environment["FILES_DIR"] = ".env"
    data = ("1", "clientes.csv", "1", "factura.xml", NO_DATA)
    result = await init(TOKEN, *COMPANY, SQLITE, NO_MAIL, *data, NOBODY, expect=1)
    assert re.search(r"^\.env.*: (Not a directory|File exists)$", result.stdout, re.MULTILINE)
