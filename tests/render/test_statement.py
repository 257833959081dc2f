"""The statement as text, HTML, PDF, JSON and workbook."""

import json
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

from bot.domain.money import Money
from bot.domain.receivables import DocumentKind
from bot.domain.statement import build
from bot.i18n import language
from bot.render.pdf_sheet import fold, text_width
from bot.render.statement_html import statement_html
from bot.render.statement_json import statement_json
from bot.render.statement_pdf import statement_pdf
from bot.render.statement_text import statement_text
from bot.render.statement_xlsx import statement_xlsx
from tests.render.examples import COMPANY, RAMIRO, SEED_DAY, document, long_statement, seed_statement
from tests.render.golden import assert_golden

SPANISH = language("es")
NOTHING = build(RAMIRO, [], SEED_DAY)


def _pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def _part(workbook: bytes, name: str) -> str:
    with ZipFile(BytesIO(workbook)) as opened:
        return opened.read(name).decode()


def test_the_seed_s_statement_as_text() -> None:
    assert_golden("seed.txt", statement_text(seed_statement(), SPANISH))


def test_a_long_statement_as_text() -> None:
    assert_golden("long.txt", statement_text(long_statement(8), SPANISH))


def test_the_seed_s_statement_as_a_page() -> None:
    assert_golden("seed.html", statement_html(seed_statement(), SPANISH))


def test_the_seed_s_statement_as_the_text_of_its_pdf() -> None:
    assert_golden("seed.pdf.txt", "\f".join(_pages(statement_pdf(seed_statement(), SPANISH, COMPANY))) + "\n")


def test_the_seed_s_statement_as_json() -> None:
    assert_golden("seed.json", json.dumps(statement_json(seed_statement()), indent=2, ensure_ascii=False) + "\n")


def test_json_has_the_shape_that_programs_rely_on() -> None:
    shown = statement_json(seed_statement())
    assert shown["customer"] == {"code": "CL002", "name": "Ramiro Aldana"}
    assert shown["as_of"] == "2019-03-19"
    assert isinstance(shown["currencies"], list)
    (pesos,) = shown["currencies"]
    assert pesos["currency"] == "MXN"
    assert [row["balance"] for row in pesos["rows"]] == [
        "189.00", "323.00", "323.00", "215.00", "52.00", "359.00", "196.00", "121.00",
    ]  # fmt: skip
    assert [row["days_overdue"] for row in pesos["rows"]] == [99] + [71] * 7
    assert pesos["totals"] == {"original": "1778.00", "paid": "0.00", "balance": "1778.00"}
    assert pesos["aging"] == {
        "current": "0.00",
        "1-30": "0.00",
        "31-60": "0.00",
        "61-90": "1589.00",
        "over_90": "189.00",
    }
    assert pesos["rows"][0] == {
        "issued": "2018-12-10",
        "due": "2018-12-10",
        "credit_limit": "0.00",
        "concept_code": "42017",
        "concept": "Factura CFDI 2017",
        "series": "CFDI",
        "folio": "21002",
        "uuid": "6f1a2c3d-0000-4000-8000-000000021002",
        "days_overdue": 99,
        "original": "189.00",
        "paid": "0.00",
        "balance": "189.00",
    }


def test_json_keeps_credits_apart_from_rows() -> None:
    currencies = statement_json(long_statement(8))["currencies"]
    assert isinstance(currencies, list)
    assert [row["folio"] for row in currencies[0]["credits"]] == ["50001", "50002"]
    assert currencies[1]["credits"] == []


def test_nothing_owed_is_said_in_words() -> None:
    sentence = "No hay documentos pendientes."
    assert sentence in statement_text(NOTHING, SPANISH)
    assert sentence in statement_html(NOTHING, SPANISH)
    assert sentence in _pages(statement_pdf(NOTHING, SPANISH, COMPANY))[0]
    sheet = openpyxl.load_workbook(BytesIO(statement_xlsx(NOTHING, SPANISH, COMPANY))).worksheets[0]
    assert sentence in [cell.value for row in sheet.iter_rows() for cell in row]
    assert statement_json(NOTHING)["currencies"] == []


@pytest.mark.parametrize("rows", [1, 8, 60, *(pytest.param(rows, marks=pytest.mark.slow) for rows in (400, 1000))])
def test_every_page_of_the_pdf_repeats_the_headings_and_is_numbered(rows: int) -> None:
    pages = _pages(statement_pdf(long_statement(rows), SPANISH, COMPANY))
    for number, page in enumerate(pages, start=1):
        assert f"Página {number} de {len(pages)}" in page
        if "/ Factura" in page:
            assert page.index("VENCIMIENTO") < page.index("/ Factura")
    everything = "\n".join(pages)
    for row in (row for section in long_statement(rows).sections for row in section.rows):
        assert everything.count(f"\n{row.document.folio}\n") == 1
        assert everything.count(row.document.uuid or "") == 1


def test_a_title_stands_on_the_page_of_its_table_s_first_row() -> None:
    credit = document(99, Money(1_00), kind=DocumentKind.CREDIT_NOTE, concept="Nota de crédito")
    # With so many rows above it the title has room on the first page, and then its table's first row had none.
    invoices = [document(n, Money(1_00), concept="Venta a crédito " * (n % 3)) for n in range(14)]
    first, second = _pages(statement_pdf(build(RAMIRO, [*invoices, credit], SEED_DAY), SPANISH, COMPANY))
    assert "Créditos por aplicar" not in first
    assert str(credit.uuid) in second


def test_the_pdf_says_what_and_whose_it_is_and_in_which_language() -> None:
    reader = PdfReader(BytesIO(statement_pdf(seed_statement(), SPANISH, COMPANY)))
    assert reader.metadata
    assert reader.metadata.title == "Estado de cuenta · CL002 · Ramiro Aldana · 19/03/2019"
    assert reader.metadata.author == COMPANY.name
    assert reader.trailer["/Root"]["/Lang"] == "es-MX"  # type: ignore[index] # pypdf types a dictionary as any object
    page = reader.pages[0].extract_text()
    for text in ("CLABE 012345678901234567", "Referencia: CL002", "RFC PSB010203AB1", "AAAR800101AB2", "18/03/2019"):
        assert text in page


@pytest.mark.parametrize(("paper", "points"), [("letter", (792, 612)), ("a4", (842, 595))])
def test_the_pdf_lies_on_the_paper_that_the_house_has(paper: str, points: tuple[int, int]) -> None:
    content = statement_pdf(long_statement(), SPANISH, replace(COMPANY, paper=paper))
    for page in PdfReader(BytesIO(content)).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == points
        ends: list[float] = []

        def note(
            text: str, _cm: object, matrix: list[float], _font: object, size: float, ends: list[float] = ends
        ) -> None:
            ends.append(matrix[4] + (text_width(text.strip(), size) if text.strip() else 0))

        page.extract_text(visitor_text=note)
        # The widest letters of another font may be a little wider than these.
        assert max(ends) <= points[0] - 36 + 12


def test_the_logo_is_in_the_pdf_and_in_the_workbook_and_keeps_its_shape() -> None:
    drawn = BytesIO()
    Image.new("RGB", (400, 100), "navy").save(drawn, "PNG")
    company = replace(COMPANY, logo=drawn.getvalue())
    (picture,) = PdfReader(BytesIO(statement_pdf(seed_statement(), SPANISH, company))).pages[0].images
    assert picture.image
    assert picture.image.size == (400, 100)
    # 9,525 English Metric Units to a pixel (ECMA-376).
    extent = f'cx="{220 * 9525}" cy="{55 * 9525}"'
    assert extent in _part(statement_xlsx(seed_statement(), SPANISH, company), "xl/drawings/drawing1.xml")


def test_the_aging_bar_s_parts_are_as_long_as_their_shares() -> None:
    statement = build(RAMIRO, [document(1, Money(300), due=date(2019, 4, 1)), document(2, Money(100))], SEED_DAY)
    content = PdfReader(BytesIO(statement_pdf(statement, SPANISH, COMPANY))).pages[0].get_contents()
    assert content is not None
    fields = re.findall(rb"n ([\d.]+) [\d.]+ ([\d.]+) 8 re f\*", content.get_data())
    assert [(float(x), float(width)) for x, width in fields] == [(36, 540), (576, 180)]


@pytest.mark.parametrize(("paper", "size"), [("letter", "1"), ("a4", "9")])
def test_the_workbook_is_printed_on_the_same_paper_with_numbered_pages(paper: str, size: str) -> None:
    company = replace(COMPANY, paper=paper)
    content = statement_xlsx(seed_statement(), SPANISH, company)
    sheet = openpyxl.load_workbook(BytesIO(content))["MXN"]
    assert str(sheet.page_setup.paperSize) == size
    assert sheet["A1"].value == COMPANY.name
    assert "&amp;RP&#225;gina &amp;P de &amp;N" in _part(content, "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("rows", [1, 8, 60, 400, 1000])
def test_the_workbook_s_totals_are_formulas_over_just_its_rows(rows: int) -> None:
    statement = long_statement(rows)
    book = openpyxl.load_workbook(BytesIO(statement_xlsx(statement, SPANISH, COMPANY)))
    for section in statement.sections:
        sheet = book[section.currency]
        first = int(str(sheet.freeze_panes)[1:])
        last = first + len(section.rows) - 1
        balances = [sheet.cell(n, 10).value for n in range(first, last + 1)]
        assert [f"{value:.2f}" for value in balances] == [str(row.balance) for row in section.rows]
        if section.rows:
            assert sheet.cell(last + 1, 10).value == f"=SUM(J{first}:J{last})"


def test_the_pdf_is_the_same_twice() -> None:
    assert statement_pdf(long_statement(), SPANISH, COMPANY) == statement_pdf(long_statement(), SPANISH, COMPANY)


def test_letters_beyond_latin_are_in_the_pdf_too() -> None:
    statement = build(RAMIRO, [document(1, Money(100), concept="Łódź Ελλάδα")], SEED_DAY)
    assert "Łódź Ελλάδα" in _pages(statement_pdf(statement, SPANISH, COMPANY))[0]


def test_a_sign_that_no_font_has_leaves_no_box_in_the_pdf() -> None:
    statement = build(replace(RAMIRO, name="🏪 Łucía 🙂 ☎"), [document(1, Money(100), concept="Flete 🚚")], SEED_DAY)
    page = _pages(statement_pdf(statement, SPANISH, replace(COMPANY, name="La Casa 🏠")))[0]
    for said in ("La Casa", "CL002 · Łucía ☎", "42017 / Flete\n", "La Casa · CL002 · Łucía ☎"):
        assert said in page
    assert page.count("\x00") == 0


def test_no_letter_is_lost_in_a_narrow_column() -> None:
    folio = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789WXYZ"  # 40 characters, the most that SAT allows
    pieces = fold(folio, 54, 8)
    assert "".join(pieces) == folio
    assert max(text_width(piece, 8) for piece in pieces) <= 54
    assert fold("una dos tres", 1000, 8) == ["una dos tres"]
    assert fold("", 10, 8) == [""]

    concept = "Contraprestación por servicios de arrendamiento " * 4
    statement = build(RAMIRO, [document(1, Money(99_999_999_999_99), folio=folio, concept=concept)], SEED_DAY)
    page = _pages(statement_pdf(statement, SPANISH, COMPANY))[0]
    assert page.count("arrendamiento") == 4
    assert all(piece in page for piece in pieces)


def test_a_folio_of_twelve_digits_is_not_cut_in_two() -> None:
    # SAP numbers invoices with ten digits; whoever pays looks for the folio, or copies it.
    statement = build(RAMIRO, [document(1, Money(100), folio="009876543210")], SEED_DAY)
    assert "009876543210" in _pages(statement_pdf(statement, SPANISH, COMPANY))[0]


def test_an_amount_too_wide_for_its_column_is_set_smaller() -> None:
    statement = build(RAMIRO, [document(1, Money(99_999_999_999_99))], SEED_DAY)
    sizes: list[float] = []

    def note(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        if text.strip() == "$99,999,999,999.99":
            sizes.append(size)

    PdfReader(BytesIO(statement_pdf(statement, SPANISH, COMPANY))).pages[0].extract_text(visitor_text=note)
    in_row = min(sizes)
    assert text_width("$99,999,999,999.99", in_row) <= 64.1 < text_width("$99,999,999,999.99", 8)


def test_text_is_set_in_columns_whatever_is_in_them() -> None:
    statement = build(
        RAMIRO,
        [
            document(1, Money(100), concept="Corto", series=""),
            document(2, Money(99_999_999_99), concept="発票 二〇一九", folio="123456789012"),
            document(3, Money(5), concept="Contraprestación por servicios de arrendamiento de maquinaria pesada"),
        ],
        SEED_DAY,
    )
    assert_golden("columns.txt", statement_text(statement, SPANISH))


def test_the_logo_ends_above_the_headings_of_the_workbook_however_few_lines_stand_beside_it() -> None:
    drawn = BytesIO()
    Image.new("RGB", (100, 400), "navy").save(drawn, "PNG")
    for company, customer in ((COMPANY, RAMIRO), (replace(COMPANY, rfc=""), replace(RAMIRO, rfc=""))):
        statement = build(customer, [document(1, Money(100))], SEED_DAY)
        content = statement_xlsx(statement, SPANISH, replace(company, logo=drawn.getvalue()))
        match = re.search(r'<(?:xdr:)?ext cx="\d+" cy="(\d+)"', _part(content, "xl/drawings/drawing1.xml"))
        assert match
        top = int(str(openpyxl.load_workbook(BytesIO(content)).worksheets[0].freeze_panes)[1:]) - 1
        # It begins in the second row; a row has 20 pixels.
        assert 2 * 20 < int(match[1]) / 9525 <= (top - 2) * 20


@pytest.mark.parametrize("cents", [100, 999_999_999_999_99])
def test_the_columns_of_the_workbook_are_wide_enough_for_their_sums(cents: int) -> None:
    rich = replace(RAMIRO, credit_limit=Money(cents, "USD"))
    documents = [document(n, Money(cents, "USD")) for n in (1, 2, 3)]
    content = statement_xlsx(build(rich, documents, SEED_DAY), SPANISH, COMPANY)
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    limit, original, balance = (sheet.column_dimensions[letter].width for letter in "CHJ")
    assert limit >= max(13, len(SPANISH.money(Money(cents, "USD"))) + 3)
    assert original == balance >= max(16, len(SPANISH.money(Money(3 * cents, "USD"))) + 3)


def test_the_workbook_has_numbers_dates_and_frozen_headings() -> None:
    sheet = openpyxl.load_workbook(BytesIO(statement_xlsx(seed_statement(), SPANISH, COMPANY)))["MXN"]
    rows = list(sheet.iter_rows(values_only=True))
    top = next(n for n, row in enumerate(rows) if row[0] == "FECHA DOCUMENTO")
    assert rows[top][:10] == (
        "FECHA DOCUMENTO", "FECHA VENCIMIENTO", "LIMITE DE CREDITO", "CONCEPTO", "SERIE",
        "FOLIO", "DIAS VENCIDOS", "MONTO ORIGINAL", "ABONOS", "SALDO TOTAL",
    )  # fmt: skip
    first = rows[top + 1]
    assert first[:2] == (datetime(2018, 12, 10), datetime(2018, 12, 10))  # noqa: DTZ001 - a cell has no zone
    assert first[3:10] == ("42017 / Factura CFDI 2017", "CFDI", "21002", 99, 189, 0, 189)
    assert sheet.freeze_panes == f"A{top + 2}"
    assert sheet.cell(top + 2, 10).number_format == '"$"#,##0.00;-"$"#,##0.00'
    assert sheet.cell(top + 2, 1).number_format == "dd/mm/yyyy"


def test_the_workbook_has_the_aging_with_bars_and_where_to_pay_on_each_sheet() -> None:
    statement = long_statement(8)
    book = openpyxl.load_workbook(BytesIO(statement_xlsx(statement, SPANISH, COMPANY)), data_only=True)
    for section in statement.sections:
        sheet = book[section.currency]
        rows = [(row[0], row[2]) for row in sheet.iter_rows(values_only=True)]
        top = rows.index(("Antigüedad de saldos", None))
        labels = ("Por vencer", "1 a 30 días", "31 a 60 días", "61 a 90 días", "Más de 90 días", "Saldo total")
        amounts = [amount.decimal for amount in (*section.aging.values(), section.balance)]
        assert [(label, Decimal(str(amount))) for label, amount in rows[top + 1 : top + 7]] == [
            *zip(labels, amounts, strict=True)
        ]
        assert [str(bars.sqref) for bars in sheet.conditional_formatting] == [f"C{top + 2}:C{top + 6}"]
        assert [label for label, _ in rows[top + 8 : top + 12]] == [
            "Datos para pago", "BBVA México", "CLABE 012345678901234567", "Referencia: MAYOREO-0009",
        ]  # fmt: skip


@pytest.mark.parametrize("typed", ["=1+1", "+52 33", "-2", "@SUM(A1)"])
def test_what_looks_like_a_formula_stays_text_in_the_workbook(typed: str) -> None:
    statement = build(RAMIRO, [document(1, Money(100), series=typed, folio=typed)], SEED_DAY)
    sheet = openpyxl.load_workbook(BytesIO(statement_xlsx(statement, SPANISH, COMPANY)))["MXN"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == typed]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert all(cell.quotePrefix for cell in cells)


def test_rows_come_oldest_first() -> None:
    statement = long_statement()
    for section in statement.sections:
        assert all(one.document.issued <= other.document.issued for one, other in pairwise(section.rows))
    assert statement.as_of == date(2019, 3, 19)
