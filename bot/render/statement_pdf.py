"""A statement as a PDF on Letter paper, lying: the file that travels with the mail."""

from collections.abc import Sequence
from itertools import accumulate

from bot.domain.company import Company
from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.render import statement_table as table
from bot.render.pdf_sheet import FAINT, INK, LEFT, RIGHT, Sheet, fold
from bot.render.plain import lines, one_line

# Points: the ten columns, which take the width between the margins.
_WIDTHS = (54, 64, 70, 184, 46, 48, 50, 70, 64, 70)
_LEFT_EDGES = tuple(accumulate(_WIDTHS, initial=LEFT))
_CONCEPT = 3
_PAD = 3
_SIZE, _SMALL, _LEADING = 8, 6.5, 10
_HALF = (RIGHT - LEFT) / 2


def statement_pdf(statement: Statement, language: Language, company: Company) -> bytes:
    """The statement as a PDF with selectable text; the same statement gives the same bytes."""
    sheet = Sheet()
    _head(sheet, statement, language, company)
    for section in statement.sections:
        _section(sheet, section, language)
    if not statement.sections:
        sheet.y -= 20
        sheet.text(LEFT, sheet.y, language.gettext("There are no open documents."), 10)
    _payment(sheet, statement, language, company)
    customer = f"{one_line(statement.customer.code)} · {one_line(statement.customer.name)}"
    return sheet.pdf(
        title=f"{language.gettext('Statement of account')} · {customer} · {language.date(statement.as_of)}",
        author=one_line(company.name),
        lang=language.code.replace("_", "-"),
        foot=f"{one_line(company.name)} · {customer}",
        page=lambda number, of: language.gettext("Page %(number)s of %(of)s", number=number, of=of),
    )


def _head(sheet: Sheet, statement: Statement, language: Language, company: Company) -> None:
    top = sheet.y
    for n, name in enumerate(fold(one_line(company.name), _HALF, 14, bold=True)):
        sheet.y = top - 14 - n * 17
        sheet.text(LEFT, sheet.y, name, 14, bold=True)
    sheet.text(RIGHT, top - 14, language.gettext("Statement of account"), 18, bold=True, right=True)
    if company.rfc:
        sheet.y -= 13
        sheet.text(LEFT, sheet.y, f"{language.gettext('RFC')} {one_line(company.rfc)}", 9, colour=FAINT)
    sheet.y -= 10
    sheet.rule(sheet.y, colour=INK, width=1)

    top = sheet.y
    for label, value in table.heading(statement, language):
        sheet.text(LEFT, sheet.y - 15, label, 9, colour=FAINT)
        for n, line in enumerate(fold(value, _HALF - 110, 9)):
            sheet.y -= 12 if n else 15
            sheet.text(LEFT + 104, sheet.y, line, 9)
    bottom, sheet.y = sheet.y, top
    for section in statement.sections:
        named = language.currency_name(section.currency)
        figures = [(language.gettext("Total balance"), section.balance)]
        figures.append((language.gettext("Overdue"), table.overdue(section)))
        if section.credits:
            figures.append((language.gettext("Net balance"), section.net))
        for label, amount in figures:
            sheet.y -= 15
            bold = label == figures[0][0]
            sheet.text(RIGHT - 90, sheet.y, f"{label} · {named}", 9, colour=FAINT, right=True)
            sheet.text(
                RIGHT - _PAD, sheet.y, language.money(amount), 10 if bold else 9, bold=bold, right=True, width=84
            )
    sheet.y = min(bottom, sheet.y) - 6


def _section(sheet: Sheet, section: Section, language: Language) -> None:
    sheet.reserve(110)
    _title(sheet, language.currency_name(section.currency))
    _headings(sheet, language)
    for row in section.rows:
        _row(sheet, row, language)
    if sheet.reserve(18):
        _headings(sheet, language)
    sheet.band(sheet.y - 16, 16)
    _cells(sheet, sheet.y - 11, table.totals(section, language), bold=True)
    sheet.y -= 16
    if section.credits:
        sheet.reserve(60)
        _title(sheet, language.gettext("Unapplied credits"))
        _headings(sheet, language)
        for row in section.credits:
            _row(sheet, row, language)
        sheet.reserve(34)
        for label, amount in table.after_credits(section, language):
            sheet.text(RIGHT - 80, sheet.y - 13, label, 9, bold=True, right=True)
            sheet.text(RIGHT - _PAD, sheet.y - 13, amount, 9, bold=True, right=True, width=70)
            sheet.y -= 14
    sheet.reserve(50)
    _title(sheet, language.gettext("Aging"))
    shares = table.aging(section, language)
    width = (RIGHT - LEFT) / len(shares)
    for n, (label, amount) in enumerate(shares, start=1):
        sheet.text(
            LEFT + n * width - _PAD, sheet.y - 10, label, _SIZE, colour=FAINT, right=True, width=width - 2 * _PAD
        )
        sheet.text(LEFT + n * width - _PAD, sheet.y - 22, amount, 9, bold=True, right=True, width=width - 2 * _PAD)
    sheet.y -= 30


def _payment(sheet: Sheet, statement: Statement, language: Language, company: Company) -> None:
    _ = language.gettext
    told = [*lines(company.bank), _("Reference: %(reference)s", reference=one_line(statement.customer.code))]
    asked = table.ask_for_folios(language)
    informs = _("This statement informs; it is not a tax receipt.")
    small = [*fold(asked, RIGHT - LEFT, 8), *fold(informs, RIGHT - LEFT, 8)]
    sheet.reserve(24 + 13 * len(told) + 12 * len(small) + 8)
    _title(sheet, _("How to pay"))
    for line in told:
        sheet.y -= 13
        sheet.text(LEFT, sheet.y, line, 9, width=RIGHT - LEFT)
    sheet.y -= 4
    for line in small:
        sheet.y -= 12
        sheet.text(LEFT, sheet.y, line, 8, colour=FAINT)


def _title(sheet: Sheet, title: str) -> None:
    sheet.text(LEFT, sheet.y - 18, title, 10, bold=True)
    sheet.y -= 24


def _headings(sheet: Sheet, language: Language) -> None:
    sheet.band(sheet.y - 24, 24)
    for part, offset in ((0, 10), (1, 20)):
        words = [(*heading.split(" ", 1), "")[part] for heading in table.headings(language)]
        _cells(sheet, sheet.y - offset, words, bold=True, size=7)
    sheet.y -= 24


def _row(sheet: Sheet, row: StatementRow, language: Language) -> None:
    folded = [
        [cell] if column in table.RIGHT else fold(cell, _WIDTHS[column] - 2 * _PAD, _SIZE)
        for column, cell in enumerate(table.cells(row, language))
    ]
    notes = table.notes(row, language)
    under = len(folded[_CONCEPT]) * _LEADING + len(notes) * (_LEADING - 2)
    height = max(under, max(map(len, folded)) * _LEADING) + 4
    if sheet.reserve(height):
        _headings(sheet, language)
    for line in range(max(map(len, folded))):
        cells = [cell[line] if line < len(cell) else "" for cell in folded]
        _cells(sheet, sheet.y - (line + 1) * _LEADING, cells)
    for n, note in enumerate(notes, start=1):
        y = sheet.y - len(folded[_CONCEPT]) * _LEADING - n * (_LEADING - 2)
        width = _WIDTHS[_CONCEPT] - 2 * _PAD
        sheet.text(_LEFT_EDGES[_CONCEPT] + _PAD, y, note, _SMALL, colour=FAINT, width=width)
    sheet.y -= height
    sheet.rule(sheet.y)


def _cells(sheet: Sheet, y: float, cells: Sequence[str], *, bold: bool = False, size: float = _SIZE) -> None:
    for column, cell in enumerate(cells):
        if cell:
            right, width = column in table.RIGHT, _WIDTHS[column] - 2 * _PAD
            x = _LEFT_EDGES[column + 1] - _PAD if right else _LEFT_EDGES[column] + _PAD
            sheet.text(x, y, cell, size, bold=bold, right=right, width=width)
