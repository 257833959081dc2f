"""A statement as HTML: the mail's tables, alone on a page."""

from collections.abc import Sequence

from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.render import statement_table as table
from bot.render.jinja import environment
from bot.render.plain import one_line


def statement_html(statement: Statement, language: Language) -> str:
    """The statement as a whole HTML page."""
    return environment(language).get_template("mail/statement/page.html").render(view(statement, language))


def view(statement: Statement, language: Language) -> dict[str, object]:
    """What the statement's templates print, in words."""
    customer = statement.customer
    return {
        "lang": language.code.replace("_", "-"),
        "customer": f"{one_line(customer.code)} {one_line(customer.name)}",
        "as_of": language.date(statement.as_of),
        "heading": table.heading(statement, language),
        "headings": table.headings(language),
        "right": table.RIGHT,
        "sections": [_section(section, language) for section in statement.sections],
    }


def _section(section: Section, language: Language) -> dict[str, object]:
    return {
        "name": language.currency_name(section.currency),
        "rows": _rows(section.rows, language),
        "totals": table.totals(section, language),
        "credits": _rows(section.credits, language),
        "after_credits": table.after_credits(section, language),
        "aging": table.aging(section, language),
    }


def _rows(rows: Sequence[StatementRow], language: Language) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(table.cells(row, language), table.notes(row, language)) for row in rows]
