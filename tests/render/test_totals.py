"""What is printed as a total is the sum of what is printed above it, in every rendering."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.receivables import DocumentKind
from bot.domain.statement import Statement, build
from bot.i18n import language
from bot.render.mail import statement_mail
from bot.render.statement_html import statement_html
from bot.render.statement_json import statement_json
from bot.render.statement_pdf import statement_pdf
from bot.render.statement_text import statement_text
from bot.render.statement_xlsx import statement_xlsx
from tests.render import printed
from tests.render.examples import COMPANY, RAMIRO, SEED_DAY, document

ENGLISH = language("en")

amounts = st.integers(min_value=1, max_value=99_999_999_99)
# Explaining a failure would trace every line of the PDF and template engines: minutes.
few = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])

rows = st.tuples(
    amounts,
    st.integers(min_value=0, max_value=150_000_000_00),
    st.sampled_from(["MXN", "USD"]),
    st.integers(min_value=0, max_value=200),
    st.sampled_from(list(DocumentKind)),
)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """Two currencies, overpaid rows and credits among them."""
    documents = [
        document(
            1000 + n,
            Money(total, currency),
            issued=SEED_DAY - timedelta(days=age),
            due=SEED_DAY - timedelta(days=age - 30),
            kind=kind,
            paid=(paid,) if paid else (),
        )
        for n, (total, paid, currency, age, kind) in enumerate(draw(st.lists(rows, min_size=1, max_size=25)))
    ]
    return build(RAMIRO, documents, SEED_DAY)


def _mail(statement: Statement) -> tuple[str, str]:
    mail = statement_mail(statement, ENGLISH, COMPANY, key="k")
    return mail.text, mail.html


READERS: dict[str, Callable[[Statement], list[str]]] = {
    "text": lambda s: printed.text_words(statement_text(s, ENGLISH)),
    "html": lambda s: printed.html_words(statement_html(s, ENGLISH)),
    "pdf": lambda s: printed.pdf_words(statement_pdf(s, ENGLISH, COMPANY)),
    "mail text": lambda s: printed.text_words(_mail(s)[0]),
    "mail html": lambda s: printed.html_words(_mail(s)[1]),
}


@pytest.mark.parametrize("rendering", READERS)
@few
@given(statement=statements())
def test_printed_totals_are_the_sum_of_the_printed_rows(rendering: str, statement: Statement) -> None:
    sections = printed.read(READERS[rendering](statement))
    assert len(sections) == len(statement.sections)
    for section, shown in zip(statement.sections, sections, strict=True):
        assert len(shown.rows) == len(section.rows)
        assert shown.totals == shown.sums
        assert shown.after["Total balance"] == shown.totals[2]
        buckets = ("Not yet due", "1 to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days")
        assert sum(shown.after[bucket] for bucket in buckets) == shown.totals[2]
        assert len(shown.credits) == len(section.credits)
        if shown.credits:
            unapplied = sum(balance for _, _, balance in shown.credits)
            assert shown.after["Unapplied credits"] == unapplied
            assert shown.after["Net balance"] == shown.totals[2] - unapplied


@few
@given(statement=statements())
def test_json_totals_are_the_sum_of_the_json_rows(statement: Statement) -> None:
    currencies = statement_json(statement)["currencies"]
    assert isinstance(currencies, list)
    for shown in currencies:
        for key in ("original", "paid", "balance"):
            assert Decimal(shown["totals"][key]) == sum(Decimal(row[key]) for row in shown["rows"])
        assert sum(map(Decimal, shown["aging"].values())) == Decimal(shown["totals"]["balance"])


@few
@given(statement=statements())
def test_workbook_totals_are_formulas_over_exactly_the_rows(statement: Statement) -> None:
    book = openpyxl.load_workbook(BytesIO(statement_xlsx(statement, ENGLISH, COMPANY)))
    assert book.sheetnames == ([section.currency for section in statement.sections] or ["MXN"])
    for section in statement.sections:
        sheet = book[section.currency]
        found = next(row for row in sheet.iter_rows() if row[6].value == "TOTALS")
        first = 1 + next(row[0].row or 0 for row in sheet.iter_rows() if row[0].value == "DOCUMENT DATE")
        last = (found[0].row or 0) - 1
        cells = [
            (sheet.cell(n, 8).value, sheet.cell(n, 9).value, sheet.cell(n, 10).value) for n in range(first, last + 1)
        ]
        expected = [(row.original, row.paid, row.balance) for row in section.rows]
        assert [tuple(f"{value:.2f}" for value in row) for row in cells] == [
            tuple(str(amount) for amount in row) for row in expected
        ]
        sums = [f"=SUM({letter}{first}:{letter}{last})" for letter in "HIJ"] if cells else [0, 0, 0]
        assert [cell.value for cell in found[7:10]] == sums


def test_the_reader_of_these_tests_sees_a_wrong_total() -> None:
    words = printed.text_words(statement_text(build(RAMIRO, [document(1, Money(100))], date(2019, 3, 19)), ENGLISH))
    at = words.index("TOTALS") + 1
    words[at] = "$9.99"
    (shown,) = printed.read(words)
    assert shown.totals != shown.sums
