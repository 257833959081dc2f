"""What people were paid on a day as a workbook: a sheet per currency, sums as formulas; what was undone apart."""

from collections.abc import Sequence
from datetime import date, tzinfo
from io import BytesIO
from itertools import groupby

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.company import Company
from bot.domain.handovers import DayTotal
from bot.domain.receipts import Receipt
from bot.i18n import Language
from bot.render.cells import money_format, put_text
from bot.render.day_total_words import standing, standing_receipts, sums
from bot.render.receipt_words import form_name
from bot.render.sheets import BOLD, TINT, Cell, fill_sheet, fit_on_paper

_WIDTHS = (24, 18, 12, 8, 12, 30, 16, 40, 14, 20, 30, 10, 36, 20)
_NAME, _KEY, _FORM, _AMOUNT = 1, 9, 10, 14


def day_total_xlsx(on: date, days: Sequence[DayTotal], language: Language, company: Company, zone: tzinfo) -> bytes:
    """The payments of one or several people; what others typed stays text, also where it looks like a formula."""
    book = Workbook()
    book.properties.title = f"{language.gettext('Payments reported')} {language.date(on)}"
    book.properties.creator = "cobranza"
    first = book.worksheets[0]
    currencies = [currency for currency, _, _ in sums(standing_receipts(days))]
    for currency in currencies:
        _of_currency(_page(book, currency, company), currency, days, language, zone)
    undone = [(day, receipt) for day in days for receipt in day.receipts if receipt.withdrawn]
    if undone or not currencies:
        rows = [_row(receipt, day, language, zone) for day, receipt in undone]
        fill_sheet(_page(book, language.gettext("Undone"), company), _headings(language), _WIDTHS, rows)
    book.remove(first)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _page(book: Workbook, title: str, company: Company) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    fit_on_paper(sheet, company.paper)
    return sheet


def _of_currency(sheet: Worksheet, currency: str, days: Sequence[DayTotal], language: Language, zone: tzinfo) -> None:
    # By form within each person, so that each of their sums below is over rows that follow one another.
    ordered = [
        (day, receipt)
        for day in days
        for receipt in sorted(standing_receipts([day]), key=lambda receipt: (receipt.form, receipt.number))
        if receipt.amount.currency == currency
    ]
    fill_sheet(sheet, _headings(language), _WIDTHS, [_row(receipt, day, language, zone) for day, receipt in ordered])
    bottom = len(ordered) + 2
    _sum(sheet, bottom, currency, (2, bottom - 1), language.gettext("TOTALS"), tinted=True)
    at, first = bottom + 2, 2
    put_text(sheet, at - 1, _NAME, language.gettext("By form of payment"), BOLD)
    for (_, form), group in groupby(ordered, key=lambda pair: (pair[0].taken_by_id, pair[1].form)):
        pairs = list(group)
        last = first + len(pairs) - 1
        put_text(sheet, at, _NAME, pairs[0][0].taken_by)
        put_text(sheet, at, _KEY, form.value)
        _sum(sheet, at, currency, (first, last), form_name(form, language), tinted=False)
        at, first = at + 1, last + 1


def _sum(sheet: Worksheet, at: int, currency: str, span: tuple[int, int], label: str, *, tinted: bool) -> None:
    letter = get_column_letter(_AMOUNT)
    cell = sheet.cell(at, _AMOUNT, f"=SUM({letter}{span[0]}:{letter}{span[1]})")
    cell.number_format = money_format(currency)
    put_text(sheet, at, _FORM, label)
    for column in range(1, _AMOUNT + 1) if tinted else ():
        sheet.cell(at, column).font, sheet.cell(at, column).fill = BOLD, TINT


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
