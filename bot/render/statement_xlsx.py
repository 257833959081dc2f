"""A statement as a workbook: a sheet per currency, numbers and dates as such, totals as formulas."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import DataBar, FormatObject, Rule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.company import Company
from bot.domain.money import MXN, Money, total
from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.render import statement_table as table
from bot.render.cells import money_format, put_text
from bot.render.formulas import Formulas
from bot.render.plain import lines, one_line
from bot.render.sheets import BOLD, TINT, TITLE, fit_on_paper, put_headings

_DATE = "dd/mm/yyyy"
_AGING, _ORIGINAL, _BALANCE = 3, 8, 10
_BAR = "FFE39B4C"
# Of a column of amounts, in digits: at least; and what bold ones take more, with what stays free beside them.
_AMOUNT_WIDTH, _MARGIN = 16, 3
# What is free beside the heading's lines: at most so much, and a row's height for each of them.
_LOGO_PIXELS = (220, 72)
_ROW_PIXELS = 20


def statement_xlsx(statement: Statement, language: Language, company: Company) -> bytes:
    """The statement as an XLSX file; what others typed stays text, also where it looks like a formula."""
    book = Workbook()
    formulas = Formulas(book)
    book.properties.title = language.gettext("Statement of account")
    book.properties.creator = "cobranza"
    first = book.worksheets[0]
    for section in statement.sections:
        _section(formulas, statement, section, language, company)
    if statement.sections:
        book.remove(first)
    else:
        first.title = MXN
        _heading(first, statement, language, company)
        put_text(first, first.max_row + 2, 1, language.gettext("There are no open documents."))
        _payment(first, statement, language, company)
    return formulas.saved()


def _section(formulas: Formulas, statement: Statement, section: Section, language: Language, company: Company) -> None:
    sheet = formulas.book.create_sheet(section.currency)
    _heading(sheet, statement, language, company)
    top = sheet.max_row + 2
    widths = _widths(section, statement.customer.credit_limit, language)
    put_headings(sheet, top, (*table.headings(language), "UUID"), widths)
    bottom = _rows(sheet, top + 1, section.rows)
    put_text(sheet, bottom, 1, language.currency_name(section.currency))
    put_text(sheet, bottom, _ORIGINAL - 1, language.gettext("TOTALS"))
    _sums(sheet, formulas, top + 1, section.currency, section.rows)
    if section.credits:
        put_text(sheet, bottom + 2, 1, language.gettext("Unapplied credits"), BOLD)
        end = _rows(sheet, bottom + 3, section.credits)
        put_text(sheet, end, 1, language.gettext("Unapplied credits"))
        _sums(sheet, formulas, bottom + 3, section.currency, section.credits)
        letter = get_column_letter(_BALANCE)
        put_text(sheet, end + 1, 1, language.gettext("Net balance"), BOLD)
        net = formulas.put(sheet, (end + 1, _BALANCE), f"={letter}{bottom}-{letter}{end}", section.net)
        net.number_format = money_format(section.currency)
        net.font = BOLD
    _aging(sheet, formulas, section, language)
    _payment(sheet, statement, language, company)
    fit_on_paper(sheet, company.paper)
    foot = sheet.HeaderFooter.oddFooter
    if foot is not None:  # which an empty one is not, though it counts as false
        foot.right.text = language.gettext("Page %(number)s of %(of)s", number="&P", of="&N")


def _widths(section: Section, limit: Money, language: Language) -> Sequence[int]:
    """The columns' widths, so that the largest amounts are read, which would else be shown as ####."""

    def wide(*amounts: Money) -> int:
        return max(_AMOUNT_WIDTH, *(len(language.money(amount)) + _MARGIN for amount in amounts))

    amount = wide(section.original, section.paid, section.balance, section.unapplied, section.net)
    return 13, 13, wide(limit, section.balance, *section.aging.values()), 34, 9, 11, 10, amount, amount, amount, 40


def _aging(sheet: Worksheet, formulas: Formulas, section: Section, language: Language) -> None:
    """What is owed by age, each with a bar of its share, and its sum."""
    title = sheet.max_row + 2
    put_text(sheet, title, 1, language.gettext("Aging"), BOLD)
    *buckets, (label, _) = table.aging(section, language)
    for n, ((name, _), amount) in enumerate(zip(buckets, section.aging.values(), strict=True), start=title + 1):
        put_text(sheet, n, 1, name)
        sheet.cell(n, _AGING, amount.decimal).number_format = money_format(section.currency)
    last, letter = title + len(buckets), get_column_letter(_AGING)
    cells = f"{letter}{title + 1}:{letter}{last}"
    bar = DataBar(cfvo=[FormatObject("num", 0), FormatObject("max")], color=_BAR)
    sheet.conditional_formatting.add(cells, Rule(type="dataBar", dataBar=bar))
    put_text(sheet, last + 1, 1, label, BOLD)
    whole = formulas.put(sheet, (last + 1, _AGING), f"=SUM({cells})", section.balance)
    whole.number_format, whole.font = money_format(section.currency), BOLD


def _payment(sheet: Worksheet, statement: Statement, language: Language, company: Company) -> None:
    _ = language.gettext
    title = sheet.max_row + 2
    put_text(sheet, title, 1, _("How to pay"), BOLD)
    told = (
        *lines(company.bank),
        _("Reference: %(reference)s", reference=one_line(statement.customer.code)),
        table.ask_for_folios(language),
        _("This statement is for information only; it is not a tax receipt."),
    )
    for n, line in enumerate(told, start=title + 1):
        put_text(sheet, n, 1, line)


def _heading(sheet: Worksheet, statement: Statement, language: Language, company: Company) -> None:
    put_text(sheet, 1, 1, one_line(company.name), TITLE)
    put_text(sheet, 1, _BALANCE, language.gettext("Statement of account"), TITLE)
    sheet.cell(1, _BALANCE).alignment = Alignment(horizontal="right")
    ours = ((language.gettext("RFC"), one_line(company.rfc)),) if company.rfc else ()
    for n, (label, value) in enumerate((*ours, *table.heading(statement, language)), start=2):
        put_text(sheet, n, 1, label)
        put_text(sheet, n, 3, value)
    if company.logo:
        logo = Image(BytesIO(company.logo))
        # With the empty row below them there are as many as the last one's number.
        height = min(_LOGO_PIXELS[1], sheet.max_row * _ROW_PIXELS)
        scale = min(_LOGO_PIXELS[0] / logo.width, height / logo.height)
        logo.width, logo.height = round(logo.width * scale), round(logo.height * scale)
        # Beside the heading's lines, so that it covers no text and moves no row.
        sheet.add_image(logo, f"{get_column_letter(_ORIGINAL)}2")


def _rows(sheet: Worksheet, first: int, rows: Sequence[StatementRow]) -> int:
    """Write the rows from `first` on; returns the number of the row below them."""
    for n, row in enumerate(rows, start=first):
        document = row.document
        charge = document.kind.is_charge
        sheet.cell(n, 1, document.issued).number_format = _DATE
        if charge:
            sheet.cell(n, 2, document.due).number_format = _DATE
            limit = sheet.cell(n, 3, row.credit_limit.decimal)
            limit.number_format = money_format(row.credit_limit.currency)
            sheet.cell(n, 7, row.days_overdue)
        texts = ((4, table.concept(document)), (5, document.series), (6, document.folio), (11, document.uuid or ""))
        for column, text in texts:
            put_text(sheet, n, column, one_line(text))
        for column, amount in enumerate((row.original, row.paid, row.balance), start=_ORIGINAL):
            sheet.cell(n, column, amount.decimal).number_format = money_format(amount.currency)
    return first + len(rows)


def _sums(sheet: Worksheet, formulas: Formulas, first: int, currency: str, rows: Sequence[StatementRow]) -> None:
    """Below the rows that begin at `first`, their sums."""
    at = first + len(rows)
    for column, amount in enumerate(("original", "paid", "balance"), start=_ORIGINAL):
        letter, value = get_column_letter(column), total((getattr(row, amount) for row in rows), currency)
        # A section of credits only has no charges: nothing to add up.
        formula = f"=SUM({letter}{first}:{letter}{at - 1})" if rows else None
        cell = formulas.put(sheet, (at, column), formula, value) if formula else sheet.cell(at, column, 0)
        cell.number_format = money_format(currency)
    for column in range(1, _BALANCE + 1):
        sheet.cell(at, column).font, sheet.cell(at, column).fill = BOLD, TINT
