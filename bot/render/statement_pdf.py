"""A statement as a PDF on Letter or A4, lying: the file that travels with the mail."""

from collections.abc import Sequence

from reportlab.lib.colors import HexColor

from bot.domain.company import Company
from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.render import statement_table as table
from bot.render.pdf_sheet import FAINT, INK, LEFT, PAD, Sheet, fold, text_width
from bot.render.pdf_table import SIZE, Row, Table
from bot.render.plain import lines, one_line

# Points: the ten columns on Letter, where they take the width between the margins; what A4 is wider the concept gets. A
# folio of twelve digits stands in one line.
_WIDTHS = (54, 64, 70, 172, 46, 60, 50, 70, 64, 70)
_CONCEPT = 3
_LOGO = (180, 48)
# From green over yellow to a dark red; the same stands beside each label, which says it in words.
_AGING_COLOURS = ("#7fb77e", "#d9c65a", "#e39b4c", "#cf6a4a", "#8f2d2d")


def statement_pdf(statement: Statement, language: Language, company: Company) -> bytes:
    """The statement as a PDF with selectable text; the same statement gives the same bytes."""
    sheet = Sheet(company.paper)
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
    half, top = (sheet.right - LEFT) / 2, sheet.y
    if company.logo:
        sheet.picture(company.logo, *_LOGO)
        sheet.y -= 6
    below = sheet.y
    for n, name in enumerate(fold(one_line(company.name), half, 14, bold=True)):
        sheet.y = below - 14 - n * 17
        sheet.text(LEFT, sheet.y, name, 14, bold=True)
    sheet.text(sheet.right, top - 14, language.gettext("Statement of account"), 18, bold=True, right=True)
    if company.rfc:
        sheet.y -= 13
        sheet.text(LEFT, sheet.y, f"{language.gettext('RFC')} {one_line(company.rfc)}", 9, colour=FAINT)
    sheet.y -= 10
    sheet.rule(sheet.y, colour=INK, width=1)

    top = sheet.y
    for label, value in table.heading(statement, language):
        sheet.text(LEFT, sheet.y - 15, label, 9, colour=FAINT)
        for n, line in enumerate(fold(value, half - 110, 9)):
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
            sheet.text(sheet.right - 90, sheet.y, f"{label} · {named}", 9, colour=FAINT, right=True)
            sheet.text(
                sheet.right - PAD, sheet.y, language.money(amount), 10 if bold else 9, bold=bold, right=True, width=84
            )
    sheet.y = min(bottom, sheet.y) - 6


def _section(sheet: Sheet, section: Section, language: Language) -> None:
    drawn = _table(sheet, language)
    drawn.draw(language.currency_name(section.currency), _rows(section.rows, language))
    drawn.totals(table.totals(section, language))
    if section.credits:
        drawn.draw(language.gettext("Unapplied credits"), _rows(section.credits, language))
        sheet.reserve(34)
        for label, amount in table.after_credits(section, language):
            sheet.text(sheet.right - 80, sheet.y - 13, label, 9, bold=True, right=True)
            sheet.text(sheet.right - PAD, sheet.y - 13, amount, 9, bold=True, right=True, width=70)
            sheet.y -= 14
    _aging(sheet, section, language)


def _aging(sheet: Sheet, section: Section, language: Language) -> None:
    """What is owed by age: a bar of the shares, and below it each in words."""
    sheet.reserve(70)
    sheet.title(language.gettext("Aging"))
    owed = [max(0, amount.minor) for amount in section.aging.values()]
    x, whole = float(LEFT), sum(owed)
    for minor, colour in zip(owed, _AGING_COLOURS, strict=True):
        if minor:
            width = (sheet.right - LEFT) * minor / whole
            sheet.field(x, sheet.y - 8, width, 8, HexColor(colour))
            x += width
    sheet.y -= 12
    shares = table.aging(section, language)
    width = (sheet.right - LEFT) / len(shares)
    for n, (label, amount) in enumerate(shares, start=1):
        right, room = LEFT + n * width - PAD, width - 2 * PAD - 8
        if n <= len(_AGING_COLOURS):
            taken = min(room, max(text_width(label, SIZE), text_width(amount, 9, bold=True)))
            sheet.field(right - taken - 8, sheet.y - 22, 4, 18, HexColor(_AGING_COLOURS[n - 1]))
        sheet.text(right, sheet.y - 10, label, SIZE, colour=FAINT, right=True, width=room)
        sheet.text(right, sheet.y - 22, amount, 9, bold=True, right=True, width=room)
    sheet.y -= 30


def _payment(sheet: Sheet, statement: Statement, language: Language, company: Company) -> None:
    _ = language.gettext
    told = [*lines(company.bank), _("Reference: %(reference)s", reference=one_line(statement.customer.code))]
    asked = table.ask_for_folios(language)
    informs = _("This statement is for information only; it is not a tax receipt.")
    small = [*fold(asked, sheet.right - LEFT, 8), *fold(informs, sheet.right - LEFT, 8)]
    sheet.reserve(24 + 13 * len(told) + 12 * len(small) + 8)
    sheet.title(_("How to pay"))
    for line in told:
        sheet.y -= 13
        sheet.text(LEFT, sheet.y, line, 9, width=sheet.right - LEFT)
    sheet.y -= 4
    for line in small:
        sheet.y -= 12
        sheet.text(LEFT, sheet.y, line, 8, colour=FAINT)


def _table(sheet: Sheet, language: Language) -> Table:
    words = [(*heading.split(" ", 1), "") for heading in table.headings(language)]
    headings = [[each[line] for each in words] for line in (0, 1)]
    return Table(sheet, _WIDTHS, wide=_CONCEPT, right=table.RIGHT, headings=headings)


def _rows(rows: Sequence[StatementRow], language: Language) -> list[Row]:
    return [(table.cells(row, language), table.notes(row, language)) for row in rows]
