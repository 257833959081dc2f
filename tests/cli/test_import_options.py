import io
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.cli.progress import progress_bar
from bot.domain.incoming import FileKind, Progress
from bot.i18n import ENGLISH, language
from tests.cli.commands import Cobranza
from tests.cli.conftest import SEED

DOCUMENTS = "CODIGO;FOLIO;FECHA DOCUMENTO;MONTO ORIGINAL\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_refused_rows_are_handed_back_in_a_workbook(cobranza: Cobranza, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(f"{DOCUMENTS}CL001;=1+1;ayer;5\nCL001;2;16/07/2019;5\n", encoding="utf-8")
    cobranza("import", SEED / "clientes.csv", tmp_path / "d.csv", "--report", tmp_path / "r.xlsx", expect=1)
    (sheet,) = load_workbook(tmp_path / "r.xlsx").worksheets
    assert [cell.value for cell in sheet[2]][1:] == [2, "CL001", "=1+1", "ayer", "5"]
    assert [cell.coordinate for cell in sheet[2] if cell.comment] == ["E2"]


def test_a_workbook_that_cannot_be_written_is_said(cobranza: Cobranza, tmp_path: Path) -> None:
    to = tmp_path / "none" / "r.xlsx"
    assert str(to) in cobranza("import", SEED / "clientes.csv", "--report", to, expect=1).stderr


def test_a_decimal_comma_is_read_when_told(cobranza: Cobranza, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(f"{DOCUMENTS}CL001;1;16/07/2019;1.234,50\n", encoding="utf-8")
    cobranza("import", SEED / "clientes.csv")
    assert "--decimal-comma" in cobranza("import", tmp_path / "d.csv", expect=1).stdout
    cobranza("import", tmp_path / "d.csv", "--decimal-comma")


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress_bar(language(ENGLISH)) as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", _Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar(language(ENGLISH)) as tell:
        assert tell is not None
        tell(Progress(Path("d.csv"), FileKind.DOCUMENTS, 0.5))
        tell(Progress(Path("d.csv"), FileKind.DOCUMENTS, None))
    assert isinstance(sys.stderr, _Terminal)
    assert "d.csv" in sys.stderr.getvalue()
