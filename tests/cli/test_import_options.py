import io
import json
import os
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from bot.cli.progress import progress_bar, sync_progress
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
    result = cobranza("import", SEED / "clientes.csv", "--report", to, "--json", expect=1)
    assert str(to) in result.stderr
    assert [file["new"] for file in json.loads(result.stdout)["files"]] == [3]
    assert cobranza("statement", "CL001").exit_code == 0


def test_a_document_with_another_uuid_is_a_refused_row_like_any_other(cobranza: Cobranza, tmp_path: Path) -> None:
    cobranza("import", SEED)
    stamped_again = (
        "CODIGO;CONCEPTO;FOLIO;UUID;FECHA DOCUMENTO;MONTO ORIGINAL\nCL001;Factura Crédito;7;{};16/07/2019;2842\n"
    )
    (tmp_path / "d.csv").write_text(stamped_again.format("8D05D435-FBD1-5FB2-846B-BAAEEC159399"), encoding="utf-8")
    assert "92CA6091-5A46-55B2-8F18-B01A12D5D574" in cobranza("import", tmp_path / "d.csv", expect=1).stdout


def test_of_a_folder_only_people_s_own_files_are_read(cobranza: Cobranza, tmp_path: Path) -> None:
    folder = tmp_path / "cartera"
    folder.mkdir()
    for name in ("~$a.xlsx", ".a.csv", "._a.xml", ".b.xml"):
        (folder / name).write_bytes(b"\0")
    (folder / "a.csv").write_text("CODIGO;NOMBRE\nCL1;Eva\n", encoding="utf-8")
    (file,) = cobranza.json("import", folder, "--json")["files"]
    assert Path(file["path"]).name == "a.csv"


def test_a_decimal_comma_is_read_when_told(cobranza: Cobranza, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(f"{DOCUMENTS}CL001;1;16/07/2019;1.234,50\n", encoding="utf-8")
    (tmp_path / "p.csv").write_text(f"{DOCUMENTS}CL001;2;16/07/2019;1234.50\n", encoding="utf-8")
    cobranza("import", SEED / "clientes.csv")
    assert "--decimal-comma" in cobranza("import", tmp_path / "d.csv", expect=1).stdout
    said = cobranza("import", tmp_path / "d.csv", tmp_path / "p.csv", "--decimal-comma", expect=1).stdout
    assert "documentos: altas 1" in said
    assert "«1234.50» no es un importe con coma decimal: escríbalo como 1234,50." in said
    assert "--decimal-comma" not in said


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress_bar(language(ENGLISH)) as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", _Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar(language(ENGLISH)) as tell:
        assert tell is not None
        tell(Progress(Path("d.csv"), FileKind.DOCUMENTS, 0.5))
    assert isinstance(sys.stderr, _Terminal)
    assert "d.csv: reading documents" in sys.stderr.getvalue()


def test_on_a_narrow_terminal_the_bar_says_how_far_it_is_whatever_the_file_is_called_and_no_end_before_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    path = Path("documentos por cobrar al 16 de julio de 2019, con saldos.csv")
    monkeypatch.setattr(sys, "stderr", reading := _Terminal())
    with progress_bar(language(ENGLISH)) as tell:
        assert tell is not None
        tell(Progress(path, FileKind.DOCUMENTS, 0.5))
    assert all(said in reading.getvalue() for said in ("documentos por cobr…: reading documents", "50%"))
    monkeypatch.setattr(sys, "stderr", saving := _Terminal())
    with progress_bar(language(ENGLISH)) as tell:
        assert tell is not None
        tell(Progress(path, FileKind.DOCUMENTS, 1.0))
        tell(Progress(path, FileKind.DOCUMENTS, None))
    _, said, last = saving.getvalue().rpartition("comparing and saving documents")
    assert said
    assert "%" not in last


def test_a_synchronisation_says_on_a_terminal_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with sync_progress(language(ENGLISH)) as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", _Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with sync_progress(language(ENGLISH)) as tell:
        assert tell is not None
        tell(12_000)
    assert isinstance(sys.stderr, _Terminal)
    assert "CONTPAQi: 12,000 documents compared" in sys.stderr.getvalue()


def test_a_file_that_may_not_be_read_is_told_of_and_the_others_are_loaded(cobranza: Cobranza, tmp_path: Path) -> None:
    """All of it was taken for a wrong use of the command. Whoever runs the tests as root may read everything."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"CODIGO;NOMBRE\n{name};Eva\n", encoding="utf-8")
    (tmp_path / "b.csv").chmod(0)
    is_locked = not os.access(tmp_path / "b.csv", os.R_OK)
    result = cobranza("import", tmp_path / "a.csv", tmp_path / "b.csv", "--json", expect=int(is_locked))
    told = {Path(file["path"]).name: (file["new"], file["refused"]) for file in json.loads(result.stdout)["files"]}
    assert told == {"a.csv": (1, 0), "b.csv": (0, 1) if is_locked else (1, 0)}


def test_of_spreadsheets_in_a_zip_it_is_said_how_they_are_loaded(cobranza: Cobranza, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "julio.zip", "w") as archive:
        archive.writestr("clientes.csv", "CODIGO;NOMBRE\nCL1;Eva\n")
    said = cobranza("import", tmp_path / "julio.zip", expect=1).stdout
    assert "No hay ningún XML en el ZIP: si contiene hojas de cálculo, sáquelas y cárguelas por separado." in said
