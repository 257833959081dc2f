"""docs/import.md, tried: its example loads as it stands, and every heading that it names is read."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.domain.incoming import FileKind
from bot.imports.headings import read_headings
from bot.services.imports import import_files
from bot.store.database import Database

PAGE = (Path(__file__).parents[1] / "docs" / "import.md").read_text(encoding="utf-8")
TABLES = {
    "clientes": FileKind.CUSTOMERS,
    "documentos": FileKind.DOCUMENTS,
    "pagos": FileKind.PAYMENTS,
    "promesas": FileKind.PROMISES,
}


def headings_of(table: str) -> list[str]:
    rows = re.search(rf"^\| {table} \|.*?(?=\n\n)", PAGE, re.MULTILINE | re.DOTALL)
    assert rows
    cells = [line.split("|")[2] for line in rows[0].splitlines()[2:]]
    plain = [re.sub(r"\(.*?\)|`.*?`|en blanco.*|negativo.*|También.*|si hace falta", "", cell) for cell in cells]
    words = re.split(r"[,;+]| y | o bien | o |\.", " ; ".join(plain))
    return [word.strip() for word in words if re.search("[A-Za-z]", word)]


@pytest.mark.parametrize("table", TABLES)
def test_every_heading_of_the_page_names_a_column(table: str) -> None:
    named = headings_of(table)
    assert len(named) > 5
    assert [word for word in named if not read_headings(TABLES[table], 1, [word]).positions] == []


def test_the_pages_example_loads_as_it_stands(sqlite_database: Database, tmp_path: Path) -> None:
    files = re.findall(r"^`(\w+\.csv)`\n\n```csv\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
    for name, content in files:
        (tmp_path / name).write_text(content, encoding="utf-8")
    report = import_files(sqlite_database.transaction, [tmp_path], today=date(2019, 7, 20))
    assert [(file.path.name, file.new, file.refused) for file in report.files] == [
        ("clientes.csv", 2, 0),
        ("documentos.csv", 2, 0),
        ("pagos.csv", 1, 0),
    ]
