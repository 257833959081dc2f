import os
import stat
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.schema import revision_of
from tests.cli.commands import Cobranza


def test_a_backup_is_restored_elsewhere_and_says_what_it_holds(seeded: Cobranza, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    seeded.environment["FILES_DIR"] = str(files)
    (files / "x.xml").write_bytes(b"<x/>")
    (files / "microsoft-365-login.json").write_bytes(b"secret")
    statement = seeded("statement", "CL002").stdout

    said = seeded("backup", tmp_path / "copia.zip").stdout
    seeded.environment |= {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'otra.db'}",
        "FILES_DIR": str(tmp_path / "otros"),
    }
    restored = seeded("restore", tmp_path / "copia.zip").stdout

    assert "clientes: 3\n" in said
    assert f"Guardado en {tmp_path / 'copia.zip'}." in said
    assert restored.splitlines()[:-1] == said.splitlines()[:-1]
    assert "Restaurado y comprobado: todo quedó como estaba el " in restored
    assert seeded("statement", "CL002").stdout == statement
    assert [path.name for path in (tmp_path / "otros").iterdir()] == ["x.xml"]


def test_in_a_folder_a_backup_gets_a_name_of_its_own(seeded: Cobranza, tmp_path: Path) -> None:
    folder = tmp_path / "respaldos"
    folder.mkdir()
    made = seeded.json("backup", folder, "--json")
    (path,) = folder.iterdir()
    assert Path(made["path"]) == path
    assert path.name.startswith("cobranza-")
    assert made["tables"]["customers"] == 3
    assert seeded.json("restore", path, "--force", "--json")["tables"] == made["tables"]


def test_a_folder_that_is_missing_is_made_for_its_owner_alone_and_each_night_adds_to_it(
    seeded: Cobranza, tmp_path: Path
) -> None:
    folder = tmp_path / "srv" / "respaldos"
    first = Path(seeded.json("backup", folder, "--json")["path"]).rename(folder / "cobranza-2019-07-16-023000.zip")
    second = Path(seeded.json("backup", folder, "--json")["path"])
    assert sorted(folder.iterdir()) == [first, second]
    assert os.name == "nt" or stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert seeded.json("restore", second, "--force", "--json")["tables"]["customers"] == 3


def test_a_file_is_not_taken_for_a_folder_nor_a_folder_for_a_file(seeded: Cobranza, tmp_path: Path) -> None:
    there, folder = tmp_path / "respaldos", tmp_path / "x.ZIP"
    there.write_bytes(b"last night's")
    refused = seeded("backup", there, expect=1).stderr
    assert refused.startswith(f"{there} es un archivo y no una carpeta: indique otra carpeta")
    assert there.read_bytes() == b"last night's"
    folder.mkdir()
    assert Path(seeded.json("backup", folder, "--json")["path"]).parent == folder
    assert seeded.json("backup", tmp_path / "copia.Zip", "--json")["path"] == str(tmp_path / "copia.Zip")


def test_a_database_in_use_is_not_replaced_without_force(seeded: Cobranza, tmp_path: Path) -> None:
    seeded("backup", tmp_path / "copia.zip")
    refused = seeded("restore", tmp_path / "copia.zip", expect=1).stderr
    assert refused.startswith("La base no está vacía: tiene ")
    assert "--force" in refused


def test_why_a_backup_is_refused_is_said(seeded: Cobranza, tmp_path: Path) -> None:
    other = tmp_path / "otro.zip"
    other.write_bytes(b"GIF89a")
    assert f"{other} ya existe" in seeded("backup", other, expect=1).stderr
    assert f"{other} no es un respaldo" in seeded("restore", other, expect=1).stderr
    assert seeded("restore", "ayer.zip", expect=1).stderr == "ayer.zip: No such file or directory\n"
    seeded.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'nada.db'}"
    assert "no tiene tablas" in seeded("backup", tmp_path / "c.zip", expect=1).stderr


# As what lies in a folder that may not be entered, which for the tests' user there may be none of.
UNREACHABLE = 300 * "x"


@pytest.mark.parametrize(
    ("command", "setting"),
    [
        (f"backup {UNREACHABLE}.zip", ""),
        (f"reconcile {UNREACHABLE}.xml", ""),
        ("backup c.zip", f"sqlite:///{UNREACHABLE}/cobranza.db"),
    ],
)
def test_what_cannot_be_reached_is_said_in_a_line(cobranza: Cobranza, command: str, setting: str) -> None:
    cobranza.environment |= {"DATABASE_URL": setting} if setting else {}
    (said,) = cobranza(*command.split(), expect=1).stderr.splitlines()
    assert said.startswith(UNREACHABLE)
    assert said.endswith(": File name too long")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_that_is_not_there_is_said_without_its_password(cobranza: Cobranza, command: str) -> None:
    Path("copia.zip").write_bytes(b"")
    cobranza.environment["DATABASE_URL"] = "postgresql://yo:clave@127.0.0.1:1/x"
    said = cobranza(command, "copia.zip" if command == "restore" else "c.zip", expect=1).stderr
    assert "Traceback" not in said
    assert "clave" not in said


@pytest.mark.parametrize("command", ["run", "people list", "backup copia.zip", "restore antes.zip --force"])
def test_a_database_of_a_newer_version_is_said_and_left_as_it_is(cobranza: Cobranza, command: str) -> None:
    cobranza.environment["TELEGRAM_TOKEN"] = "1:x"  # noqa: S105 - nobody is asked with it
    cobranza("backup", "antes.zip")
    database = Database(cobranza.environment["DATABASE_URL"])
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    (said,) = cobranza(*command.split(), expect=1).stderr.splitlines()
    assert "es de una versión de Cobranza más nueva que esta" in said
    assert "«cobranza restore»" in said
    with database.snapshot() as connection:
        assert revision_of(connection) == "9999"
    database.close()
    assert not Path("copia.zip").exists()
