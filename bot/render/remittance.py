"""The remittance file: one line per document, for the payer to say what is paid and send back."""

import csv
from collections.abc import Iterator
from io import StringIO

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from bot.domain.money import Money, total
from bot.domain.statement import Statement, StatementRow
from bot.i18n import Language
from bot.render.cells import put_text
from bot.render.formulas import Formulas
from bot.render.plain import inert, one_line
from bot.render.sheets import BOLD, fit_on_paper, put_headings

# The same in every language and for good: programs read it, here and at the payer's.
HEADER = ("CLIENTE", "UUID", "SERIE", "FOLIO", "MONEDA", "SALDO", "IMPORTE A PAGAR", "REFERENCIA")
_BALANCE, _TO_PAY = HEADER.index("SALDO") + 1, HEADER.index("IMPORTE A PAGAR") + 1
_AMOUNT = "#,##0.00##"
_WIDTHS = (14, 40, 10, 16, 10, 16, 18, 16)
_TO_FILL = PatternFill("solid", start_color="FFF6D6")


def remittance_csv(statement: Statement) -> bytes:
    """The file as CSV: UTF-8 with BOM, so that Excel reads the accents; amounts with a point; to pay is left blank."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in _payable(statement):
        *texts, reference = (inert(text) for text in _texts(statement, row))
        writer.writerow([*texts, row.balance.decimal, "", reference])
    return text.getvalue().encode("utf-8-sig")


def remittance_xlsx(statement: Statement, language: Language) -> bytes:
    """The same as a workbook, with a column to fill in and its sum per currency, as formulas."""
    book = Workbook()
    formulas = Formulas(book)
    book.properties.title = language.gettext("Remittance")
    book.properties.creator = "cobranza"
    sheet = book.worksheets[0]
    sheet.title = one_line(language.gettext("Remittance"))
    put_headings(sheet, 1, HEADER, _WIDTHS)
    fit_on_paper(sheet)
    last = 1
    for last, row in enumerate(_payable(statement), start=2):
        *texts, reference = _texts(statement, row)
        for column, text in enumerate(texts, start=1):
            put_text(sheet, last, column, text)
        sheet.cell(last, _BALANCE, row.balance.decimal).number_format = _AMOUNT
        put_text(sheet, last, len(HEADER), reference)
        sheet.cell(last, _TO_PAY).fill = _TO_FILL
        sheet.cell(last, _TO_PAY).number_format = _AMOUNT
    if last > 1:
        amounts = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        sheet.add_data_validation(amounts)
        amounts.add(f"G2:G{last}")
    payable = [row.balance for row in _payable(statement)]
    for n, currency in enumerate(dict.fromkeys(balance.currency for balance in payable), start=last + 2):
        put_text(sheet, n, _BALANCE - 1, currency, BOLD)
        balance = total((each for each in payable if each.currency == currency), currency)
        for column, value in ((_BALANCE, balance), (_TO_PAY, Money(0, currency))):
            letter = get_column_letter(column)
            formula = f'=SUMIF($E$2:$E${last},"{currency}",{letter}$2:{letter}${last})'
            cell = formulas.put(sheet, (n, column), formula, value)
            cell.number_format, cell.font = _AMOUNT, BOLD
    return formulas.saved()


def _payable(statement: Statement) -> Iterator[StatementRow]:
    """What can be paid: charges with something left, as the statement lists them."""
    return (row for section in statement.sections for row in section.rows if row.balance.minor > 0)


def _texts(statement: Statement, row: StatementRow) -> tuple[str, ...]:
    """The columns before the balance, and the reference after what is to be paid."""
    document, code = row.document, statement.customer.code
    texts = (code, document.uuid or "", document.series, document.folio, row.balance.currency, code)
    return tuple(map(one_line, texts))
