"""What docs/operacion.md hands over to others' tools fits the program: compose, the image, the service, the samples."""

import configparser
import re
import shlex
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot.cli import app
from bot.config import Settings
from bot.services.imports import import_files
from bot.store.database import Database

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operacion.md").read_text(encoding="utf-8")
COMMANDS: Any = typer.main.get_command(app)


# What compose takes from .env.
FILLED = {
    "POSTGRES_PASSWORD": "clave123",
    "DOMINIO": "cobranza.suempresa.mx",
    "TELEGRAM_WEBHOOK_SECRET": "s3creto",
}


def composed(name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """What a file of compose holds, with .env filled in."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"\$\{(\w+)[^}]*\}", lambda match: FILLED[match[1]], text))


@pytest.fixture
def compose() -> Any:  # noqa: ANN401 - see above
    """The services and volumes of compose.yaml."""
    return composed("compose.yaml")


def test_compose_sets_settings_that_exist_to_what_they_may_be(
    compose: Any,  # noqa: ANN401 - see above
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)  # no .env is there
    given = compose["services"]["bot"]["environment"]
    assert set(given) <= {name.upper() for name in Settings.model_fields}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.database_url == "postgresql://cobranza:clave123@base/cobranza"
    # The monitor inside the container asks where the bot answers.
    assert f"http://{settings.health_listen}/health" in str(compose["services"]["bot"]["healthcheck"]["test"])


def test_compose_names_services_and_volumes_that_it_has(compose: Any) -> None:  # noqa: ANN401 - see above
    services = compose["services"]
    mounts = [mount.partition(":") for service in services.values() for mount in service["volumes"]]
    assert {name for name, _, _ in mounts} == set(compose["volumes"])
    assert set(services["bot"]["depends_on"]) < set(services)
    database = services["base"]["environment"]
    url = f"postgresql://{database['POSTGRES_USER']}:{database['POSTGRES_PASSWORD']}@base/{database['POSTGRES_DB']}"
    assert services["bot"]["environment"]["DATABASE_URL"] == url
    kept = {target for name, _, target in mounts if name == "datos"}
    assert {services["bot"]["environment"][name].rpartition("/")[0] for name in ("FILES_DIR", "MAIL_FOLDER")} == kept


def test_replicas_are_one_bot_by_webhook_behind_a_proxy_that_finds_each(
    compose: Any,  # noqa: ANN401 - see above
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    added = composed("compose.replicas.yaml")
    bot, proxy = added["services"].pop("bot"), added["services"].pop("proxy")
    assert bot["deploy"]["replicas"] == 3
    for name, value in (compose["services"]["bot"]["environment"] | bot["environment"]).items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    host, _, port = settings.telegram_webhook_listen.partition(":")
    assert (settings.telegram_mode, host) == ("webhook", "0.0.0.0")  # noqa: S104 - inside a container
    assert str(settings.telegram_webhook_url).startswith(f"https://{FILLED['DOMINIO']}/")

    (config,) = proxy["configs"]
    caddyfile = added["configs"].pop(config["source"])["content"]
    assert caddyfile.startswith(f"{FILLED['DOMINIO']} {{\n")
    assert f"dynamic a bot {port} {{\n" in caddyfile
    assert proxy["depends_on"] == ["bot"]
    assert [mount.partition(":")[0] for mount in proxy["volumes"]] == list(added["volumes"])
    assert (added["services"], added["configs"]) == ({}, {})


def test_the_image_copies_what_is_there_and_runs_a_command_that_exists() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert [name for name in copied if not (ROOT / name).exists() or f"!{name}" not in let_in] == []
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    assert {*wheel["packages"], *wheel["force-include"]} < set(copied)
    assert [line for line in lines if line.startswith(("ENTRYPOINT", "CMD"))] == [
        'ENTRYPOINT ["cobranza"]',
        'CMD ["run"]',
    ]
    assert "run" in COMMANDS.commands


def test_the_service_starts_the_bot_where_it_may_write_what_it_keeps() -> None:
    (block,) = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    unit = configparser.ConfigParser()
    unit.optionxform = str  # type: ignore[assignment, method-assign] # systemd tells capitals apart
    unit.read_string(block)
    service = unit["Service"]
    program, command = shlex.split(service["ExecStart"])
    home = Path(service["WorkingDirectory"])
    assert (Path(program).name, command in COMMANDS.commands) == ("cobranza", True)
    assert Path(program).is_relative_to(home)
    kept = (
        Path("var/cobranza.db"),
        Settings.model_fields["files_dir"].default,
        Settings.model_fields["mail_folder"].default,
    )
    assert Settings.model_fields["database_url"].default == f"sqlite:///{kept[0]}"
    assert all((home / path).is_relative_to(service["ReadWritePaths"]) for path in kept)


def test_who_runs_the_service_may_write_what_was_there_before_and_each_night_s_backup() -> None:
    """By then `cobranza init` has made the database, as another user."""
    (handed,) = re.findall(r"chown -R cobranza: (.*)", PAGE)
    var, env, backups = handed.split()
    assert (var, env) == ("var", ".env")
    assert f"cobranza backup {backups} &&" in PAGE


def test_the_sample_files_load_without_a_refusal_and_add_up(sqlite_database: Database) -> None:
    report = import_files(sqlite_database.transaction, [ROOT / "docs" / "ejemplos"], today=date(2019, 7, 16))
    assert {file.path.name: (file.new, file.refused, file.problems) for file in report.files} == {
        "clientes.csv": (3, 0, ()),
        "documentos.xlsx": (4, 0, ()),
        "pagos.csv": (2, 0, ()),
        "promesas.csv": (1, 0, ()),
        "factura.xml": (1, 0, ()),
    }
