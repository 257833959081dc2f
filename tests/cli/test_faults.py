from pathlib import Path

from tests.cli.commands import Cobranza
from tests.disk import disk


def test_a_disk_that_is_full_is_said_nothing_is_kept_and_with_room_it_works(cobranza: Cobranza, tmp_path: Path) -> None:
    many = tmp_path / "clientes.csv"
    many.write_text("CODIGO,NOMBRE\n" + "".join(f"C{n},{'Casa ' * 40}{n}\n" for n in range(300)), encoding="utf-8")
    with disk() as crowded:
        crowded.full = True
        assert "No se puede usar la base: database or disk is full" in cobranza("import", many, expect=1).stderr
        crowded.full = False
        assert "altas 300" in cobranza("import", many).stdout
