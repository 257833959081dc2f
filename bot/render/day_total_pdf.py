"""What people were paid on a day as a PDF: a table per person and currency, and what they add up to by form."""

from collections.abc import Sequence
from datetime import date, tzinfo

from bot.domain.company import Company
from bot.domain.handovers import DayTotal
from bot.domain.receipts import Receipt
from bot.i18n import Language
from bot.render.day_total_words import key_and_name, standing, standing_receipts, sums
from bot.render.pdf_sheet import FAINT, INK, LEFT, PAD, Sheet, fold
from bot.render.pdf_table import SIZE, SMALL, Row, Table
from bot.render.plain import one_line

# Points, on Letter; what A4 is wider the customer gets.
_WIDTHS = (84, 38, 170, 94, 112, 134, 88)
_CUSTOMER, _RIGHT = 2, frozenset({6})


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
        sheet.title(_("Everybody"), 12)
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
    # With a comment of four lines in the first row.
    sheet.reserve(160)
    sheet.y -= 8
    sheet.title(one_line(day.taken_by), 12)
    for currency, _forms, amount in sums(day.receipts):
        drawn = _table(sheet, language)
        rows = [
            _row(receipt, day, language, zone, drawn.room)
            for receipt in day.receipts
            if receipt.amount.currency == currency and not receipt.withdrawn
        ]
        drawn.draw(language.currency_name(currency), rows)
        drawn.totals(("", "", "", "", "", _("TOTALS"), language.money(amount)))
    standing_now = standing_receipts([day])
    if not standing_now:
        sheet.y -= 14
        sheet.text(LEFT, sheet.y, _("No payment."), 9)
    _by_form(sheet, standing_now, language)
    undone = ", ".join(f"{r.folio} {language.money(r.amount)}" for r in day.receipts if r.withdrawn)
    if undone:
        for line in fold(_("Undone, counts for nothing: %(what)s", what=undone), sheet.right - LEFT, SIZE):
            sheet.reserve(12)
            sheet.y -= 12
            sheet.text(LEFT, sheet.y, line, SIZE, colour=FAINT)


def _by_form(sheet: Sheet, receipts: Sequence[Receipt], language: Language) -> None:
    for currency, forms, amount in sums(receipts):
        sheet.reserve(20 + 13 * (len(forms) + 1))
        sheet.title(f"{language.gettext('By form of payment')} · {language.currency_name(currency)}")
        lines = [(key_and_name(form, language), each) for form, each in forms]
        for label, each in (*lines, (language.gettext("TOTALS"), amount)):
            sheet.y -= 13
            bold = each is amount
            sheet.text(LEFT + PAD, sheet.y, label, 9, bold=bold)
            sheet.text(LEFT + 220, sheet.y, language.money(each), 9, bold=bold, right=True)
        sheet.y -= 4


def _table(sheet: Sheet, language: Language) -> Table:
    _ = language.gettext
    names = (
        _("RECEIPT"), _("HOUR"), _("CUSTOMER"), _("DOCUMENT"), _("FORM OF PAYMENT"), _("HANDED OVER"), _("AMOUNT"),
    )  # fmt: skip
    return Table(sheet, _WIDTHS, wide=_CUSTOMER, right=_RIGHT, headings=[names])


def _row(receipt: Receipt, day: DayTotal, language: Language, zone: tzinfo, room: float) -> Row:
    cells = (
        receipt.folio,
        f"{receipt.at.astimezone(zone):%H:%M}",
        f"{one_line(receipt.customer.code)} · {one_line(receipt.customer.name)}",
        one_line(receipt.document.label),
        key_and_name(receipt.form, language),
        standing(receipt, day, zone, language),
        language.money(receipt.amount),
    )
    return cells, [line for note in _notes(receipt, language) for line in fold(note, room, SMALL)]


def _notes(receipt: Receipt, language: Language) -> list[str]:
    """What stands small under the customer: the comment, and that the ledger has the payment by now."""
    notes = [one_line(receipt.comment)] if receipt.comment else []
    return [*notes, language.gettext("In the ERP")] if receipt.confirmed else notes
