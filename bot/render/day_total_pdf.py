"""What people were paid on a day as a PDF: a table per person and currency, and what they add up to by form."""

from collections.abc import Sequence
from datetime import date, tzinfo

from bot.domain.company import Company
from bot.domain.handovers import DayTotal
from bot.domain.receipts import Receipt
from bot.i18n import Language
from bot.render.day_total_words import key_and_name, standing, standing_receipts, sums
from bot.render.pdf_sheet import FAINT, INK, LEFT, PAD, Sheet, fold
from bot.render.plain import one_line

# Points, on Letter; what A4 is wider the customer gets.
_WIDTHS = (84, 38, 170, 94, 112, 134, 88)
_CUSTOMER, _AMOUNT = 2, 6
_RIGHT = frozenset({_AMOUNT})
_SIZE, _SMALL, _LEADING = 8, 6.5, 10


def day_total_pdf(on: date, days: Sequence[DayTotal], language: Language, company: Company, zone: tzinfo) -> bytes:
    """The day of one person, or of several with all of them together at the end; the same days give the same bytes."""
    _ = language.gettext
    sheet, title = Sheet(company.paper), _("Payments reported")
    sheet.y -= 14
    sheet.text(LEFT, sheet.y, one_line(company.name), 14, bold=True, width=(sheet.right - LEFT) / 2)
    sheet.text(sheet.right, sheet.y, title, 18, bold=True, right=True, width=(sheet.right - LEFT) / 2)
    sheet.y -= 15
    sheet.text(sheet.right, sheet.y, language.day(on), 10, colour=FAINT, right=True)
    sheet.y -= 8
    sheet.rule(sheet.y, colour=INK, width=1)
    for day in days:
        _person(sheet, day, language, zone)
    if len(days) > 1:
        sheet.reserve(60)
        _title(sheet, _("Everybody"), 12)
        _by_form(sheet, standing_receipts(days), language)
    who = one_line(days[0].taken_by) if len(days) == 1 else _("Everybody")
    return sheet.pdf(
        title=f"{title} · {who} · {language.date(on)}",
        author=one_line(company.name),
        lang=language.code.replace("_", "-"),
        foot=f"{one_line(company.name)} · {who} · {language.date(on)}",
        page=lambda number, of: _("Page %(number)s of %(of)s", number=number, of=of),
    )


def _person(sheet: Sheet, day: DayTotal, language: Language, zone: tzinfo) -> None:
    _ = language.gettext
    sheet.reserve(118)
    sheet.y -= 8
    _title(sheet, one_line(day.taken_by), 12)
    for currency, _forms, amount in sums(day.receipts):
        sheet.reserve(80)
        _title(sheet, language.currency_name(currency), 10)
        _headings(sheet, language)
        for receipt in day.receipts:
            if receipt.amount.currency == currency and not receipt.withdrawn:
                _row(sheet, receipt, day, language, zone)
        if sheet.reserve(18):
            _headings(sheet, language)
        sheet.band(sheet.y - 16, 16)
        _cells(sheet, sheet.y - 11, ("", "", "", "", "", _("TOTALS"), language.money(amount)), bold=True)
        sheet.y -= 16
    standing_now = standing_receipts([day])
    if not standing_now:
        sheet.y -= 14
        sheet.text(LEFT, sheet.y, _("No payment."), 9)
    _by_form(sheet, standing_now, language)
    undone = ", ".join(f"{r.folio} {language.money(r.amount)}" for r in day.receipts if r.withdrawn)
    if undone:
        for line in fold(_("Undone, counts for nothing: %(what)s", what=undone), sheet.right - LEFT, _SIZE):
            sheet.reserve(12)
            sheet.y -= 12
            sheet.text(LEFT, sheet.y, line, _SIZE, colour=FAINT)


def _by_form(sheet: Sheet, receipts: Sequence[Receipt], language: Language) -> None:
    for currency, forms, amount in sums(receipts):
        sheet.reserve(20 + 13 * (len(forms) + 1))
        _title(sheet, f"{language.gettext('By form of payment')} · {language.currency_name(currency)}", 10)
        lines = [(key_and_name(form, language), each) for form, each in forms]
        for label, each in (*lines, (language.gettext("TOTALS"), amount)):
            sheet.y -= 13
            bold = each is amount
            sheet.text(LEFT + PAD, sheet.y, label, 9, bold=bold)
            sheet.text(LEFT + 220, sheet.y, language.money(each), 9, bold=bold, right=True)
        sheet.y -= 4


def _title(sheet: Sheet, title: str, size: float) -> None:
    sheet.text(LEFT, sheet.y - 18, title, size, bold=True, width=sheet.right - LEFT)
    sheet.y -= 24


def _headings(sheet: Sheet, language: Language) -> None:
    _ = language.gettext
    names = (
        _("RECEIPT"), _("HOUR"), _("CUSTOMER"), _("DOCUMENT"), _("FORM OF PAYMENT"), _("HANDED OVER"), _("AMOUNT"),
    )  # fmt: skip
    sheet.band(sheet.y - 14, 14)
    _cells(sheet, sheet.y - 10, names, bold=True, size=7)
    sheet.y -= 14


def _row(sheet: Sheet, receipt: Receipt, day: DayTotal, language: Language, zone: tzinfo) -> None:
    cells = (
        receipt.folio,
        f"{receipt.at.astimezone(zone):%H:%M}",
        f"{one_line(receipt.customer.code)} · {one_line(receipt.customer.name)}",
        one_line(receipt.document.label),
        key_and_name(receipt.form, language),
        standing(receipt, day, zone, language),
        language.money(receipt.amount),
    )
    widths = _widths(sheet)
    folded = [
        [cell] if column == _AMOUNT else fold(cell, widths[column] - 2 * PAD, _SIZE)
        for column, cell in enumerate(cells)
    ]
    notes = _notes(receipt, language)
    note_lines = [line for note in notes for line in fold(note, widths[_CUSTOMER] - 2 * PAD, _SMALL)]
    under = len(folded[_CUSTOMER]) * _LEADING + len(note_lines) * (_LEADING - 2)
    height = max(under, max(map(len, folded)) * _LEADING) + 4
    if sheet.reserve(height):
        _headings(sheet, language)
    for line in range(max(map(len, folded))):
        _cells(sheet, sheet.y - (line + 1) * _LEADING, [cell[line] if line < len(cell) else "" for cell in folded])
    for n, note in enumerate(note_lines, start=1):
        y = sheet.y - len(folded[_CUSTOMER]) * _LEADING - n * (_LEADING - 2)
        sheet.text(LEFT + sum(widths[:_CUSTOMER]) + PAD, y, note, _SMALL, colour=FAINT)
    sheet.y -= height
    sheet.rule(sheet.y)


def _notes(receipt: Receipt, language: Language) -> list[str]:
    """What stands small under the customer: the comment, and that the ledger has the payment by now."""
    notes = [one_line(receipt.comment)] if receipt.comment else []
    return [*notes, language.gettext("In the ERP")] if receipt.confirmed else notes


def _cells(sheet: Sheet, y: float, cells: Sequence[str], *, bold: bool = False, size: float = _SIZE) -> None:
    sheet.cells(y, cells, _widths(sheet), _RIGHT, bold=bold, size=size)


def _widths(sheet: Sheet) -> tuple[float, ...]:
    """The columns on this paper."""
    spare = sheet.right - LEFT - sum(_WIDTHS)
    return tuple(width + spare if column == _CUSTOMER else width for column, width in enumerate(_WIDTHS))
