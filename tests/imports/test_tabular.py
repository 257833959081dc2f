import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bot.domain.incoming import (
    DocumentKey,
    FileKind,
    Incoming,
    IncomingCustomer,
    IncomingDocument,
    IncomingPayment,
    Problem,
    WholePayment,
)
from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, AttachmentPolicy, DocumentKind, PaymentMethod
from bot.imports import headings
from bot.imports.tabular import Table
from bot.imports.unreadable import UnreadableFile
from tests.imports.tables import table_in

SEED = Path(__file__).parents[2] / "bot" / "demo" / "seed"
DOCUMENTS = "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\n"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return written


def good(table: Table) -> list[Incoming]:
    return [found for _, found in table.rows() if not isinstance(found, list)]


def bad(table: Table) -> list[Problem]:
    return [problem for _, found in table.rows() if isinstance(found, list) for problem in found]


def refusal(path: Path, kind: FileKind | None = None) -> tuple[str, dict[str, object]]:
    with pytest.raises(UnreadableFile) as unreadable:
        table_in(path, kind)
    return unreadable.value.reason, unreadable.value.params


def twin(path: Path, folder: Path) -> Path:
    """The same file as a workbook, with numbers and dates as Excel has them, below a merged title."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Reporte de cartera"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            sheet.append([_typed(cell) for cell in row])
    book.save(folder / f"{path.stem}.xlsx")
    return folder / f"{path.stem}.xlsx"


def _typed(cell: str) -> object:
    plain = cell.replace("$", "").replace(",", "")
    if plain.replace(".", "", 1).isdigit():
        return float(plain)
    if len(cell) == 10 and cell[2] == cell[5] == "/":  # 16/07/2019
        return date(int(cell[6:]), int(cell[3:5]), int(cell[:2]))
    return cell


def test_the_seeds_documents_are_read_with_concept_code_and_name_apart() -> None:
    first = good(table_in(SEED / "estado-2019-03-19.csv"))[0]
    assert first == IncomingDocument(
        customer="CL002",
        folio="21002",
        issued=date(2018, 12, 10),
        due=date(2018, 12, 10),
        total=Money(18900),
        concept_code="42017",
        concept="Factura CFDI 2017",
        series="CFDI",
        uuid="8D05D435-FBD1-5FB2-846B-BAAEEC1593C2",
        payment_method=PaymentMethod.PPD,
        says_currency=True,
    )


@pytest.mark.parametrize(
    "name", ["clientes.csv", "estado-2019-03-19.csv", "agenda-2019-07-16.csv", "promesas.csv", "demo/promesas.csv"]
)
def test_a_workbook_gives_the_same_rows_as_its_csv(name: str, tmp_path: Path) -> None:
    from_csv = table_in(SEED / name)
    from_workbook = table_in(twin(SEED / name, tmp_path))
    assert good(from_workbook) == good(from_csv)
    assert len(good(from_csv)) > 0
    assert bad(from_csv) == bad(from_workbook) == []
    assert [number for number, _ in from_workbook.rows()] == [number + 2 for number, _ in from_csv.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found_out(write: Write, encoding: str, separator: str) -> None:
    text = separator.join(["CÓDIGO", "NOMBRE"]) + "\r\n" + separator.join(["CL009", "Peña y Ñúñez, S.A."]) + "\r\n"
    path = write(text if separator != "," else text.replace("Peña y Ñúñez, S.A.", '"Peña y Ñúñez, S.A."'), encoding)
    assert good(table_in(path)) == [IncomingCustomer("CL009", "Peña y Ñúñez, S.A.")]


def test_an_accent_far_down_the_file_is_read_in_its_encoding(write: Write) -> None:
    many = "".join(f"CL{n:07},Juan Perez Lopez de los Rios\n" for n in range(30_000))
    path = write(f"CODIGO,NOMBRE\n{many}CL1,Ñandú\n", "cp1252")
    assert good(table_in(path))[-1] == IncomingCustomer("CL1", "Ñandú")


def test_a_file_that_ends_with_an_accented_letter_is_read_in_its_encoding(write: Write) -> None:
    assert good(table_in(write("CODIGO,NOMBRE\nCL1,PEÑ", "cp1252"))) == [IncomingCustomer("CL1", "PEÑ")]


def test_title_rows_above_and_totals_below_are_left_out_and_rows_keep_their_numbers(write: Write) -> None:
    path = write(
        "Distribuidora del Bajío,,,\nEstado de cuenta al 19/03/2019,,,\n\n"
        + DOCUMENTS
        + 'CL002,1,10/12/2018,189.00\n\nCL002,x,mal,323.00\n,,TOTALES,"$1,779.00"\nPESOS,,,512.00\nGran total:,,,512\n'
    )
    table = table_in(path)
    assert [number for number, _ in table.rows()] == [5, 7]
    assert [problem.row for problem in bad(table)] == [7]


@pytest.mark.parametrize(
    "row",
    [
        "PESOS,,,,512.00,,",
        ",,,,512.00,,TOTALES",
        "TOTAL,,,,512.00,MXN,",
        ",Subtotal CL1,,,512.00,,",
        ",,Total general:,,512.00,PESOS,",
        ",,,Sumas,512.00,,",
        ",,,,512.00,TOTALES,",
        "Sub total,,,,512.00,,",
        ",Sub-total CL1,,,512.00,MXN,",
    ],
)
def test_a_totals_row_is_known_wherever_its_word_stands(write: Write, row: str) -> None:
    heading = "CODIGO,NOMBRE,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,MONEDA,DIAS VENCIDOS"
    assert list(table_in(write(f"{heading}\n{row}\n")).rows()) == []


@pytest.mark.parametrize(
    "row", [",7,16/07/2019,100,PESOS", "Total Play,7,,100,MXN", ",,,100,PESOS", "Total Play,,16/07/2019,100,MXN"]
)
def test_a_broken_row_is_not_taken_for_totals(write: Write, row: str) -> None:
    heading = "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,MONEDA"
    assert bad(table_in(write(f"{heading}\n{row}\n"))) != []


def test_a_complete_row_whose_customer_is_called_total_is_data(write: Write) -> None:
    rows = "TOTAL,Total Play,", "CL1,Totales del Norte,", "TOTAL 7,7,PEPJ8001019QA", ",TOTAL,", "Total clientes:,2,"
    path = write("\n".join(("CODIGO,NOMBRE,RFC", *rows, "")))
    assert good(table_in(path)) == [
        IncomingCustomer("TOTAL", "Total Play", rfc=""),
        IncomingCustomer("CL1", "Totales del Norte", rfc=""),
        IncomingCustomer("TOTAL 7", "7", rfc="PEPJ8001019QA"),
    ]


@pytest.mark.parametrize("written", ["1,001.00", "1,234,567", "1.23457E+11"])
def test_a_folio_or_a_code_written_as_excel_shows_a_number_is_refused(write: Write, written: str) -> None:
    told = [(written, "number_shown")]
    invoices = write(f'{DOCUMENTS}CL1,"{written}",16/07/2019,5\nCL1,1E5,16/07/2019,5\n', name="d.csv")
    payments = write(f'CODIGO,FOLIO,FECHA PAGO,ABONO\nCL1,"{written}",16/07/2019,5\n', name="p.csv")
    customers = write(f'CODIGO,NOMBRE\n"{written}",Ana\n', name="c.csv")
    for path in (invoices, payments, customers):
        assert [(problem.value, problem.reason) for problem in bad(table_in(path))] == told
    assert good(table_in(invoices)) == [IncomingDocument("CL1", "1E5", date(2019, 7, 16), Money(500))]


def test_columns_that_are_not_used_are_said(write: Write) -> None:
    path = write(
        "NOMBRE,ABONOS,CODIGO,FOLIO,SALDO TOTAL,FECHA,TOTAL,DIAS VENCIDOS\nJuan,0.00,CL001,7,5,16/07/2019,5,0\n"
    )
    table = table_in(path)
    assert table.headings.ignored == ("NOMBRE", "ABONOS", "SALDO TOTAL", "DIAS VENCIDOS")
    assert good(table) == [IncomingDocument("CL001", "7", date(2019, 7, 16), Money(500))]


def test_of_two_columns_for_one_field_the_surer_counts(write: Write) -> None:
    path = write("CLIENTE,CODIGO,FOLIO,FECHA,FECHA DOCUMENTO,TOTAL\nJuan,CL001,7,01/01/2020,16/07/2019,5\n")
    table = table_in(path)
    assert good(table) == [IncomingDocument("CL001", "7", date(2019, 7, 16), Money(500))]
    assert table.headings.ignored == ("CLIENTE", "FECHA")


def test_every_field_of_a_customer_is_read_and_columns_that_are_not_there_say_nothing(write: Write) -> None:
    heading = "code,name,rfc,email,cc,CCO,phone,credit_limit,credit_days,collector,language,attachments,do_not_send"
    addresses = "a@x.example;b@x.example,c@x.example,d@x.example;e@x.example"
    row = f'CL1,Juan,xaxx010101000,{addresses},55 1234,"$1,000.00",30,C1,inglés,solo pdf,sí'
    assert good(table_in(write(f"{heading}\n{row}\n"))) == [
        IncomingCustomer(
            code="CL1",
            name="Juan",
            rfc="XAXX010101000",
            email=("a@x.example", "b@x.example"),
            cc=("c@x.example",),
            bcc=("d@x.example", "e@x.example"),
            phone="55 1234",
            credit_limit=Money(100000),
            credit_days=30,
            collector_code="C1",
            language="en",
            attachments=AttachmentPolicy.PDF_ONLY,
            do_not_send=True,
        )
    ]
    assert good(table_in(write("code,name\nCL1,Juan\n"))) == [IncomingCustomer("CL1", "Juan")]


def test_every_field_of_a_payment_is_read(write: Write) -> None:
    uuid = "8D05D435-FBD1-5FB2-846B-BAAEEC1593C2"
    path = write(
        "document_uuid,customer,concept_code,series,folio,date,amount,kind,method,reference,rep_uuid,"
        "paid_total,paid_currency,paid_rate,paid_equivalence\n"
        f"{uuid},,,,,17/07/2019,100.50,,3,SPEI 1,{uuid.lower()},$200.00,dólares,18.5012,18.5012\n"
        ",CL001,42017,CFDI,7,2019-07-18,(5),nota de crédito,,,,,,,\n"
    )
    first, second = good(table_in(path))
    assert isinstance(first, IncomingPayment)
    assert isinstance(second, IncomingPayment)
    assert (first.document, first.on, first.thousandths) == (DocumentKey(uuid=uuid), date(2019, 7, 17), 100_500)
    assert (first.method, first.reference, first.rep_uuid) == ("03", "SPEI 1", uuid)
    assert first.whole == WholePayment(Money(20_000, "USD"), Decimal("18.5012"), Decimal("18.5012"))
    assert second.whole is None
    assert second.document == DocumentKey(customer="CL001", concept_code="42017", series="CFDI", folio="7")
    assert (second.kind, second.thousandths) == (ApplicationKind.CREDIT_NOTE, -5_000)


@pytest.mark.parametrize("written", ["ppd", "PPD - Pago en parcialidades", "PPD Pago en parcialidades o diferido"])
def test_the_method_of_payment_is_sats_key_however_it_is_written(write: Write, written: str) -> None:
    path = write(f"CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,METODO DE PAGO\nCL1,7,01/07/2019,1,{written}\n")
    (document,) = good(table_in(path))
    assert isinstance(document, IncomingDocument)
    assert document.payment_method is PaymentMethod.PPD


def test_a_text_that_excel_is_to_leave_as_it_is_loses_neither_zeros_nor_gains_signs(write: Write) -> None:
    path = write(f'{DOCUMENTS}="CL1",="0042",="01/07/2019",="1234.50"\n="CL1",="",01/07/2019,1\n')
    (document,) = good(table_in(path))
    expected = IncomingDocument(customer="CL1", folio="0042", issued=date(2019, 7, 1), total=Money(123450), due=None)
    assert document == expected
    assert [problem.reason for problem in bad(table_in(path))] == ["missing"]


@pytest.mark.parametrize("written", ["03", "3", "03 Transferencia electrónica de fondos", "03-Transferencia"])
def test_the_form_of_payment_is_sats_key_however_it_is_written(write: Write, written: str) -> None:
    (found,) = good(table_in(write(f"CODIGO,FOLIO,FECHA,ABONO,FORMA DE PAGO\nCL1,7,17/07/2019,100,{written}\n")))
    assert isinstance(found, IncomingPayment)
    assert found.method == "03"


@pytest.mark.parametrize("written", ["Transferencia", "EF", "103"])
def test_a_form_of_payment_without_key_is_refused_for_what_it_is(write: Write, written: str) -> None:
    (problem,) = bad(table_in(write(f"CODIGO,FOLIO,FECHA,ABONO,FORMA DE PAGO\nCL1,7,17/07/2019,100,{written}\n")))
    assert (problem.column, problem.value, problem.reason) == ("FORMA DE PAGO", written, "payment_form")


def test_kind_currency_and_cancellation_of_a_document_are_read(write: Write) -> None:
    heading = "customer,folio,issued,total,kind,currency,cancelled\n"
    row = "CL1,1,2019-07-16,100,Nota de cargo,DÓLARES,sí\n"
    (found,) = good(table_in(write(heading + row)))
    assert isinstance(found, IncomingDocument)
    assert (found.kind, found.total, found.cancelled) == (DocumentKind.DEBIT_NOTE, Money(10000, "USD"), True)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (",7,16/07/2019,100", "CODIGO", "", "missing"),
        ("CL1,,16/07/2019,100", "FOLIO", "", "missing"),
        ("CL1,7,,100", "FECHA DOCUMENTO", "", "missing"),
        ("CL1,7,30/12/1899,100", "FECHA DOCUMENTO", "30/12/1899", "not_date"),
        ("CL1,7,16/07/2019,", "MONTO ORIGINAL", "", "missing"),
        ('CL1,7,16/07/2019,"1.234,50"', "MONTO ORIGINAL", "1.234,50", "comma"),
        ("CL1,7,16/07/2019,-5", "MONTO ORIGINAL", "-5", "negative"),
        ("CL1,7,16/07/2019", "MONTO ORIGINAL", "", "missing"),
        ("CL1,7,16/07/2019,1,234.50", "", "234.50", "too_many_cells"),
    ],
)
def test_a_broken_cell_is_named_by_row_column_value_and_reason(
    write: Write, row: str, column: str, value: str, reason: str
) -> None:
    table = table_in(write(f"{DOCUMENTS}CL1,6,16/07/2019,50\n{row}\nCL1,8,16/07/2019,60\n"))
    problem = bad(table)[0]
    assert (problem.row, problem.column, problem.value, problem.reason) == (3, column, value, reason)
    assert len(good(table)) == 2


def test_every_broken_cell_of_a_row_is_named(write: Write) -> None:
    problems = bad(table_in(write(f"{DOCUMENTS}CL1,,ayer,mucho\n")))
    assert {problem.column for problem in problems} == {"FOLIO", "FECHA DOCUMENTO", "MONTO ORIGINAL"}


def test_a_quote_that_is_never_closed_is_told_with_the_rows_it_draws_in(write: Write) -> None:
    rows = 'CL1,"Juan,x\nCL2,Ana,x\nCL3,Eva,x\n'
    (problem,) = bad(table_in(write(f"CODIGO,NOMBRE,RFC\n{rows}")))
    assert (problem.row, problem.reason, problem.params) == (2, "swallowed", {"lines": 2})


def test_a_quote_over_more_than_a_cell_may_hold_ends_the_file_with_a_problem(write: Write) -> None:
    path = write('CODIGO,NOMBRE\nCL1,Ana\nCL2,"' + "Juan\n" * 40_000)
    assert [(problem.row, problem.reason) for problem in bad(table_in(path))] == [(3, "quote")]
    assert good(table_in(path)) == [IncomingCustomer("CL1", "Ana")]


def test_an_address_of_several_lines_within_quotes_is_read(write: Write) -> None:
    assert good(table_in(write('CODIGO,NOMBRE,RFC\nCL1,"Juan\nPerez",x\n'))) == [
        IncomingCustomer("CL1", "Juan Perez", rfc="X")
    ]


def test_the_sheet_with_the_headings_is_found_in_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Portada"])
    sheet = book.create_sheet("Clientes")
    sheet.append(["CODIGO", "NOMBRE"])
    sheet.append(["CL1", "Juan"])
    book.save(tmp_path / "book.xlsx")
    assert good(table_in(tmp_path / "book.xlsx")) == [IncomingCustomer("CL1", "Juan")]


def test_a_file_that_cannot_be_understood_says_why(write: Write, tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv")[0] == "no_file"
    assert refusal(tmp_path / "folder")[0] == "no_file"
    assert refusal(write("x", name="file.doc"))[0] == "format"
    assert refusal(write("not a workbook", name="file.xlsx"))[0] == "unreadable"
    assert refusal(write(""))[0] == "empty"
    assert refusal(write("\n \n,,\n"))[0] == "empty"
    assert refusal(write("hola\n")) == ("headings", {"missing": "CODIGO CLIENTE, NOMBRE", "kind": FileKind.CUSTOMERS})
    assert refusal(write("CODIGO,FOLIO,MONTO ORIGINAL\n")) == (
        "headings",
        {"missing": "FECHA DOCUMENTO", "kind": FileKind.DOCUMENTS},
    )


def test_headings_that_fit_two_kinds_are_refused_unless_the_kind_is_said(write: Write) -> None:
    path = write("CODIGO,FOLIO,FECHA,IMPORTE\nCL1,7,16/07/2019,100\n")
    assert refusal(path) == ("which_kind", {"kinds": "documents, payments"})
    assert isinstance(good(table_in(path, FileKind.PAYMENTS))[0], IncomingPayment)
    assert isinstance(good(table_in(path, FileKind.DOCUMENTS))[0], IncomingDocument)
    path = write("CODIGO,FOLIO,FECHA,IMPORTE,MONEDA\nCL1,7,16/07/2019,100,USD\n")
    assert isinstance(good(table_in(path))[0], IncomingDocument), "a payment needs no currency"


@pytest.mark.parametrize("kind", headings.ALIASES)
def test_no_heading_means_two_fields_of_a_kind(kind: FileKind) -> None:
    named = [
        alias for field, aliases in headings.ALIASES[kind].items() for alias in {field.replace("_", " "), *aliases}
    ]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("kind", "field", "wide", "narrow"),
    [
        (FileKind.DOCUMENTS, "issued", "FECHA", "FECHA FACTURA"),
        (FileKind.DOCUMENTS, "kind", "TIPO", "TIPO DE DOCUMENTO"),
        (FileKind.PAYMENTS, "date", "FECHA", "FECHA DE PAGO"),
        (FileKind.PROMISES, "promised", "FECHA", "FECHA PROMESA"),
    ],
)
def test_of_two_headings_for_a_field_the_one_that_says_more_counts(
    kind: FileKind, field: str, wide: str, narrow: str
) -> None:
    """Payments were of the day of their invoices where FECHA stood beside FECHA DE PAGO."""
    assert headings.read_headings(kind, 1, [wide, narrow]).names[field] == narrow


@pytest.mark.parametrize("written", ["RFC", "R.F.C.", "r. f. c."])
def test_the_rfc_s_heading_may_have_its_points(write: Write, written: str) -> None:
    table = table_in(write(f"CODIGO,NOMBRE,{written}\nCL1,Juan,JUAJ800101AB1\n"))
    assert good(table) == [IncomingCustomer("CL1", "Juan", rfc="JUAJ800101AB1")]
