"""A release, as a stranger gets it: the wheel in an environment of its own, at work in an empty folder."""

import os
import re
import site
import subprocess
import sys
import tomllib
import venv
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from time import sleep
from urllib.error import URLError
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from bot.i18n import language
from tests.ports import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "locales")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make wheel` builds."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation",
         "--wheel-dir", folder, ROOT, cwd=folder)  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and of this one no more than the dependencies."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    _run(sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet", "--no-index", "--no-deps",
         "--no-compile", wheel, cwd=environment)  # fmt: skip
    (packages,) = environment.rglob("site-packages")
    # A folder named so is looked into after the environment's own, and its .pth files, of which one leads here, are not
    # read.
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return programs


def _environment() -> dict[str, str]:
    """What a program needs of ours: no settings, and no way to this folder."""
    kept = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "HOME")
    return {"PYTHONUTF8": "1", **{name: os.environ[name] for name in kept if name in os.environ}}


def _run(*command: object, cwd: Path, **settings: str) -> str:
    """Run a program to its end in a folder, with no settings but these; what it printed."""
    ran = subprocess.run(  # noqa: S603 - ourselves
        [str(word) for word in command], cwd=cwd, env=_environment() | settings,
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_wheel_holds_every_file_of_the_program_and_no_other(wheel: Path) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    ours |= set(built["targets"]["wheel"]["force-include"].values())
    with ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert held == ours
    # What a program is not, and is easily forgotten.
    assert {Path(name).suffix for name in held} >= {".po", ".html", ".txt", ".csv", ".css", ".js", ".py"}


def test_the_installed_program_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    def cobranza(*arguments: object, **settings: str) -> str:
        return _run(installed / "cobranza", *arguments, cwd=tmp_path, BUSINESS_DATE="2019-07-16", **settings)

    where = "from importlib.util import find_spec as find; print(find('bot').origin, find('tests'), sep='\\n')"
    program, tests = _run(installed / "python", "-c", where, cwd=tmp_path).split()
    assert Path(program).is_relative_to(installed.parent.resolve())
    assert tests == "None", "this folder is in reach"
    assert cobranza("--version").startswith("cobranza ")

    seed = Path(program).parent / "demo" / "seed"
    loaded = cobranza(
        "import", *(seed / name for name in ("clientes.csv", "estado-2019-03-19.csv", "agenda-2019-07-16.csv"))
    )
    spanish, english = cobranza("statement", "CL002"), cobranza("statement", "CL002", LANGUAGE="en")
    cobranza("send", "CL002", COMPANY_NAME="Distribuidora del Bajío")

    assert "clientes.csv · clientes: altas 3" in loaded
    for said, code in ((spanish, "es"), (english, "en")):
        assert language(code).gettext("Total balance") in said
        assert "$8,274.00" in said
    (mail,) = (tmp_path / "var" / "mail").glob("*.eml")
    message = message_from_bytes(mail.read_bytes(), policy=default)
    assert "Distribuidora del Bajío" in str(message["Subject"])
    assert {Path(part.get_filename() or "").suffix for part in message.iter_attachments()} >= {".pdf", ".xlsx", ".csv"}


def test_the_installed_demo_shows_its_page(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [str(installed / "cobranza"), "demo", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, env=_environment(), stdout=subprocess.DEVNULL) as demo:  # noqa: S603 - ourselves
        try:
            while True:
                assert demo.poll() is None
                try:
                    page = _fetched(port, "/")
                    break
                except URLError:  # it does not listen yet
                    sleep(0.1)
            parts = re.findall(r'(?:src|href)="(/page/[\w.]+)"', page)
            assert len(parts) > 1
            assert all(_fetched(port, part) for part in parts)
        finally:
            demo.terminate()


def _fetched(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.read().decode())
