"""What people were paid on a day as a workbook: a sheet per currency, sums as formulas; what was undone apart."""

from collections.abc import Sequence
from datetime import date, tzinfo
from itertools import groupby

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.company import Company
from bot.domain.handovers import DayTotal
from bot.domain.money import total
from bot.domain.receipts import Receipt
from bot.i18n import Language
from bot.render.cells import money_format, put_text
from bot.render.day_total_words import standing, standing_receipts, sums
from bot.render.formulas import Formulas
from bot.render.receipt_words import form_name
from bot.render.sheets import BOLD, TINT, Cell, fill_sheet, fit_on_paper

_WIDTHS = (24, 18, 12, 8, 12, 30, 16, 40, 14, 20, 30, 10, 36, 20)
_NAME, _KEY, _FORM, _AMOUNT = 1, 9, 10, 14


def day_total_xlsx(on: date, days: Sequence[DayTotal], language: Language, company: Company, zone: tzinfo) -> bytes:
    """The payments of one or several people; what others typed stays text, also where it looks like a formula."""
    book = Workbook()
    formulas = Formulas(book)
    book.properties.title = f"{language.gettext('Payments reported')} {language.date(on)}"
    book.properties.creator = "cobranza"
    first = book.worksheets[0]
    currencies = [currency for currency, _, _ in sums(standing_receipts(days))]
    for currency in currencies:
        _of_currency(_page(book, currency, company), formulas, days, language, zone)
    undone = [(day, receipt) for day in days for receipt in day.receipts if receipt.withdrawn]
    if undone or not currencies:
        rows = [_row(receipt, day, language, zone) for day, receipt in undone]
        fill_sheet(_page(book, language.gettext("Undone"), company), _headings(language), _WIDTHS, rows)
    book.remove(first)
    return formulas.saved()


def _page(book: Workbook, title: str, company: Company) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    fit_on_paper(sheet, company.paper)
    return sheet


def _of_currency(
    sheet: Worksheet, formulas: Formulas, days: Sequence[DayTotal], language: Language, zone: tzinfo
) -> None:
    # By form within each person, so that each of their sums below is over rows that follow one another.
    ordered = [
        (day, receipt)
        for day in days
        for receipt in sorted(standing_receipts([day]), key=lambda receipt: (receipt.form, receipt.number))
        if receipt.amount.currency == sheet.title
    ]
    fill_sheet(sheet, _headings(language), _WIDTHS, [_row(receipt, day, language, zone) for day, receipt in ordered])
    bottom = len(ordered) + 2
    _sum(sheet, formulas, (bottom, 2), [receipt for _, receipt in ordered], language.gettext("TOTALS"))
    for column in range(1, _AMOUNT + 1):
        sheet.cell(bottom, column).font, sheet.cell(bottom, column).fill = BOLD, TINT
    at, first = bottom + 2, 2
    put_text(sheet, at - 1, _NAME, language.gettext("By form of payment"), BOLD)
    for (_, form), group in groupby(ordered, key=lambda pair: (pair[0].taken_by_id, pair[1].form)):
        pairs = list(group)
        put_text(sheet, at, _NAME, pairs[0][0].taken_by)
        put_text(sheet, at, _KEY, form.value)
        _sum(sheet, formulas, (at, first), [receipt for _, receipt in pairs], form_name(form, language))
        at, first = at + 1, first + len(pairs)


def _sum(sheet: Worksheet, formulas: Formulas, rows: tuple[int, int], receipts: Sequence[Receipt], label: str) -> None:
    """In a row the sum of the receipts that stand in the rows from another on."""
    (at, first), letter, currency = rows, get_column_letter(_AMOUNT), sheet.title
    formula = f"=SUM({letter}{first}:{letter}{first + len(receipts) - 1})"
    value = total((receipt.amount for receipt in receipts), currency)
    formulas.put(sheet, (at, _AMOUNT), formula, value).number_format = money_format(currency)
    put_text(sheet, at, _FORM, label)


def _headings(language: Language) -> tuple[str, ...]:
    _ = language.gettext
    return (
        _("COLLECTOR"), _("RECEIPT"), _("DATE"), _("HOUR"), _("CODE"), _("CUSTOMER"), _("DOCUMENT"), "UUID",
        "FormaDePago", _("FORM OF PAYMENT"), _("COMMENT"), _("IN THE ERP"), _("HANDED OVER"), _("AMOUNT"),
    )  # fmt: skip


def _row(receipt: Receipt, day: DayTotal, language: Language, zone: tzinfo) -> Sequence[Cell]:
    return (
        day.taken_by, receipt.folio, receipt.on, f"{receipt.at.astimezone(zone):%H:%M}", receipt.customer.code,
        receipt.customer.name, receipt.document.label, receipt.document.uuid or "", receipt.form.value,
        form_name(receipt.form, language), receipt.comment,
        language.gettext("yes") if receipt.confirmed else language.gettext("no"),
        "" if receipt.withdrawn else standing(receipt, day, zone, language), receipt.amount.decimal,
    )  # fmt: skip
