import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.reconciling import Reconciled
from bot.domain.rep import Finding, Rule, Value
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.reconcile import PAGE, file_name, rep, report_json, report_text
from bot.render.rep_words import sentence, value
from tests.presenters.checks import assert_sendable
from tests.presenters.golden import assert_text
from tests.presenters.rep_screens import CLEAN, MANY, UNREAD, WRONG
from tests.presenters.worst import Texts
from tests.rep_files import book, make_rep

SPEECH = language(SPANISH)


def test_the_report_for_the_terminal_is_as_it_was_last_looked_at() -> None:
    assert_text("rep_report.txt", report_text(Reconciled(WRONG, UNREAD), SPEECH))


def test_the_report_for_programs_is_as_it_was_last_looked_at() -> None:
    answer = report_json(Reconciled(WRONG, UNREAD), SPEECH)
    assert_text("rep_report.json", json.dumps(answer, ensure_ascii=False, indent=2))


@pytest.mark.parametrize("code", [SPANISH, ENGLISH])
@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_a_sentence(rule: Rule, code: str) -> None:
    for expected in (None, Decimal("1.50")):
        finding = Finding(rule, make_rep(), "Monto", Decimal("2.50"), expected, "MXN")
        said = sentence(finding, language(code))
        assert said
        assert "%" not in said


@pytest.mark.parametrize(
    ("found", "currency", "shown"),
    [
        (Decimal("1234.5"), "MXN", "$1,234.50"),
        (Decimal(-1), "USD", "-USD 1.00"),
        (Decimal("1.001"), "MXN", "1.001 MXN"),
        (Decimal("0.0000000001"), "", "0.0000000001"),
        (date(2019, 7, 10), "MXN", "10/07/2019"),
        (3, "MXN", "3"),
        (None, "MXN", "–"),
        ("", "", "–"),
        ("AAA010101AAA", "MXN", "AAA010101AAA"),
    ],
)
def test_a_value_is_shown_as_people_write_it(found: Value, currency: str, shown: str) -> None:
    assert value(found, currency, SPEECH) == shown


def test_every_page_of_both_lists_with_the_longest_texts_is_taken_by_telegram() -> None:
    texts = Texts()
    longest = book(
        customer_code=texts.code, customer_name=texts.name, series=texts.series, folio=texts.folio, uuid=None
    )
    named = make_rep(name="<&" * 200, series="&" * 25, folio="&" * 40)
    findings = tuple(replace(finding, rep=named, document=longest, found="&" * 400) for finding in WRONG.findings * 4)
    needed = tuple(replace(one, document=longest) for one in CLEAN.needed * 9)
    unread = tuple(replace(one, name="<&" * 200) for one in UNREAD * 4)
    shown = Reconciled(replace(WRONG, findings=findings, needed=needed), unread)
    for view in ("d", "n"):
        for page in range(-(-max(len(findings), len(needed)) // PAGE)):
            assert_sendable(rep(shown, SPEECH, view, page))


def test_deadlines_and_unread_files_that_a_phone_does_not_show_are_counted_and_a_terminal_shows_them_all() -> None:
    """Payments of three months in four currencies have twelve deadlines, those gone by together."""
    (one, *_) = CLEAN.needed
    needed = tuple(
        replace(one, entry=replace(one.entry, on=paid_on, amount=Money(100, currency)))
        for paid_on in (date(2019, 5, 10), date(2019, 6, 10), date(2019, 7, 2))
        for currency in ("MXN", "EUR", "USD", "CAD")
    )
    shown = Reconciled(replace(CLEAN, on=date(2019, 7, 3), needed=needed), UNREAD * 2)
    on_phone, in_terminal = rep(shown, SPEECH, "n").plain.splitlines(), report_text(shown, SPEECH).splitlines()
    assert sum("1 pago sin REP" in line for line in on_phone) == 6
    assert "y 6 renglones más" in on_phone
    assert "✋ y 1 renglón más" in on_phone
    assert sum("1 pago sin REP" in line for line in in_terminal) == 12


def test_every_difference_stands_on_one_page() -> None:
    many = Reconciled(replace(MANY, findings=WRONG.findings * 3))
    pages = [rep(many, SPEECH, "d", page) for page in range(3)]
    assert sum(page.plain.count("P-2 ·") + page.plain.count("P-3 ·") for page in pages) == len(WRONG.findings) * 3


def test_the_workbook_is_named_by_its_day() -> None:
    assert file_name(CLEAN) == "REP 2019-07-16.xlsx"


def test_where_no_rep_is_there_nothing_is_said_to_match() -> None:
    nothing = replace(CLEAN, reps=(), needed=(), findings=())
    assert report_text(Reconciled(nothing), SPEECH) == "No hay REP que revisar."
