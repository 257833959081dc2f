"""The remittance file, and what is packed with it."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO
from zipfile import ZipFile

import openpyxl
import pytest

from bot.domain.correspondence import Attachment
from bot.domain.money import Money
from bot.domain.statement import build
from bot.i18n import language
from bot.render import parcel
from bot.render.parcel import pack
from bot.render.remittance import HEADER, remittance_csv, remittance_xlsx
from tests.render.examples import RAMIRO, SEED_DAY, document, long_statement, seed_statement
from tests.render.golden import assert_golden

SPANISH = language("es")


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_seed_s_remittance_file() -> None:
    content = remittance_csv(seed_statement())
    assert content.startswith(b"\xef\xbb\xbfCLIENTE,UUID,SERIE,FOLIO,MONEDA,SALDO,IMPORTE A PAGAR,REFERENCIA\r\n")
    assert_golden("remittance.csv", content.decode("utf-8-sig").replace("\r\n", "\n"))


def test_each_document_to_pay_has_a_line_and_what_to_pay_is_left_blank() -> None:
    statement = long_statement(8)
    rows = _rows(remittance_csv(statement))
    charges = [row for section in statement.sections for row in section.rows]
    assert [row["UUID"] for row in rows] == [row.document.uuid for row in charges]
    assert [row["SALDO"] for row in rows] == [str(row.balance) for row in charges]
    assert {row["MONEDA"] for row in rows} == {"MXN", "USD"}
    assert {(row["CLIENTE"], row["IMPORTE A PAGAR"], row["REFERENCIA"]) for row in rows} == {
        ("MAYOREO-0009", "", "MAYOREO-0009"),
    }  # fmt: skip


def test_what_was_overpaid_is_not_to_be_paid() -> None:
    statement = build(RAMIRO, [document(1, Money(100), paid=(300,)), document(2, Money(500))], SEED_DAY)
    assert [row["FOLIO"] for row in _rows(remittance_csv(statement))] == ["2"]


def test_the_workbook_has_the_same_lines_a_column_to_fill_in_and_sums_as_formulas() -> None:
    statement = long_statement(8)
    sheet = openpyxl.load_workbook(BytesIO(remittance_xlsx(statement, SPANISH))).worksheets[0]
    assert sheet.title == "Remesa"
    assert sheet.freeze_panes == "A2"
    header, *rows = sheet.iter_rows(values_only=True)
    assert header == HEADER
    lines = _rows(remittance_csv(statement))
    for row, line in zip(rows, lines, strict=False):
        texts = tuple(line[name] or None for name in HEADER[:5])
        assert row[:5] == texts
        assert f"{row[5]:.2f}" == line["SALDO"]
        assert row[6] is None
    last = len(lines) + 1
    sums = [row[4:7] for row in rows[len(lines) + 1 :]]
    assert sums == [
        (code, f'=SUMIF($E$2:$E${last},"{code}",F$2:F${last})', f'=SUMIF($E$2:$E${last},"{code}",G$2:G${last})')
        for code in ("MXN", "USD")
    ]
    (amounts,) = sheet.data_validations.dataValidation
    assert str(amounts.sqref) == f"G2:G{last}"


def test_a_statement_with_nothing_to_pay_gives_a_header_alone() -> None:
    nothing = build(RAMIRO, [], SEED_DAY)
    assert _rows(remittance_csv(nothing)) == []
    sheet = openpyxl.load_workbook(BytesIO(remittance_xlsx(nothing, SPANISH))).worksheets[0]
    assert list(sheet.iter_rows(values_only=True)) == [HEADER]


@pytest.mark.parametrize("typed", ["=1+1", "+52 33", "-2", "@SUM(A1)"])
def test_what_looks_like_a_formula_is_executed_by_no_spreadsheet(typed: str) -> None:
    customer = replace(RAMIRO, code=typed)
    statement = build(customer, [document(1, Money(100), series=typed, folio=typed)], SEED_DAY)
    (row,) = _rows(remittance_csv(statement))
    assert {row[name] for name in ("CLIENTE", "SERIE", "FOLIO", "REFERENCIA")} == {f"'{typed}"}
    sheet = openpyxl.load_workbook(BytesIO(remittance_xlsx(statement, SPANISH))).worksheets[0]
    cells = [cell for cells in sheet.iter_rows() for cell in cells if cell.value == typed]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)] * 4


def _file(name: str, size: int, kind: str = "application/pdf") -> Attachment:
    # Bytes that no ZIP makes smaller.
    return Attachment(name, kind, bytes(n * 7919 % 251 ^ (n >> 3) % 256 for n in range(256)) * (size // 256))


OWN = (_file("estado.pdf", 512),)
INVOICES = (_file("a.xml", 512, "application/xml"), _file("a.pdf", 1024), _file("b.pdf", 2048))


def test_invoices_travel_after_our_own_files_or_in_one_zip() -> None:
    assert pack(OWN, INVOICES, archive="f.zip", zipped=False).files == (*OWN, *INVOICES)
    packed = pack(OWN, INVOICES, archive="f.zip", zipped=True)
    own, archive = packed.files
    assert (own, archive.name, archive.content_type, packed.left_out) == (OWN[0], "f.zip", "application/zip", ())
    with ZipFile(BytesIO(archive.content)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {f.name: f.content for f in INVOICES}
    assert pack(OWN, INVOICES, archive="f.zip", zipped=True) == packed


def test_without_invoices_there_is_no_zip() -> None:
    assert pack(OWN, (), archive="f.zip", zipped=True).files == OWN


def test_more_files_than_exchange_takes_go_by_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "MAX_FILES", 5)
    assert len(pack(OWN, INVOICES, archive="f.zip", zipped=False, beside=(1,)).files) == 4
    assert [f.name for f in pack(OWN, INVOICES, archive="f.zip", zipped=False, beside=(1, 1)).files] == [
        "estado.pdf", "f.zip",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("room", "left_out"),
    [(2100, ("b.pdf",)), (1200, ("b.pdf", "a.pdf")), (0, ("b.pdf", "a.pdf", "a.xml"))],
)
def test_what_is_too_large_goes_by_zip_and_else_the_largest_pdf_stays_behind_and_is_named(
    monkeypatch: pytest.MonkeyPatch, room: int, left_out: tuple[str, ...]
) -> None:
    sizes = {f.name: len(f.content) for f in INVOICES}
    invoices = tuple(replace(f, content=_noise(sizes[f.name])) for f in INVOICES)
    monkeypatch.setattr(parcel, "_ROOM", (512 + 100 + room) * parcel.ENCODED)
    packed = pack(OWN, invoices, archive="f.zip", zipped=False, beside=(100,))
    assert packed.left_out == left_out
    size = sum(len(f.content) for f in packed.files) + 100
    assert size <= 512 + 100 + room
    if len(left_out) < len(INVOICES):
        with ZipFile(BytesIO(packed.files[-1].content)) as opened:
            assert set(opened.namelist()) == set(sizes) - set(left_out)
    else:
        assert packed.files == OWN


def _noise(size: int) -> bytes:
    state, made = 1, bytearray()
    for _ in range(size):
        state = (state * 1103515245 + 12345) % 2**31
        made.append(state >> 16 & 255)
    return bytes(made)
