from datetime import date
from decimal import Decimal
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money, minor_digits
from bot.i18n import Language, language, read_translations

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Good morning, %(name)s: %(rate)s %%"
msgstr "Buenos días, %(name)s: %(rate)s %%"

msgid "%(n)s document"
msgid_plural "%(n)s documents"
msgstr[0] "%(n)s documento"
msgstr[1] "%(n)s documentos"

#, fuzzy
msgid "Balance"
msgstr "Balanza"

msgid "DOLLARS"
msgstr "DÓLARES"
"""


@pytest.fixture
def spanish(tmp_path: Path) -> Language:
    po = tmp_path / "messages.po"
    po.write_text(PO, encoding="utf-8")
    return Language("es_MX", read_translations(po))


@pytest.mark.parametrize(
    ("given_code", "code"),
    [
        ("es", "es_MX"),
        ("es-MX", "es_MX"),
        ("es_MX", "es_MX"),
        (None, "es_MX"),
        ("", "es_MX"),
        ("pt-BR", "es_MX"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
    ],
)
def test_any_code_leads_to_one_of_two_languages(given_code: str | None, code: str) -> None:
    assert language(given_code).code == code


def test_a_language_is_read_once() -> None:
    assert language("es-MX") is language("es-MX")


def test_messages_are_translated_with_their_placeholders(spanish: Language) -> None:
    said = spanish.gettext("Good morning, %(name)s: %(rate)s %%", name="Ramiro 100%", rate=16)
    assert said == "Buenos días, Ramiro 100%: 16 %"


def test_a_missing_placeholder_is_an_error(spanish: Language) -> None:
    with pytest.raises(KeyError, match="rate"):
        spanish.gettext("Good morning, %(name)s: %(rate)s %%", name="Ramiro")


@pytest.mark.parametrize(("n", "said"), [(0, "0 documentos"), (1, "1 documento"), (1234, "1,234 documentos")])
def test_plurals_follow_the_number(spanish: Language, n: int, said: str) -> None:
    assert spanish.ngettext("%(n)s document", "%(n)s documents", n) == said


def test_unknown_and_unsure_messages_stay_as_they_are(spanish: Language) -> None:
    assert spanish.gettext("Nothing of the kind") == "Nothing of the kind"
    assert spanish.gettext("Balance") == "Balance"
    assert not spanish.gettext("")


def test_without_a_file_messages_are_the_source_s(tmp_path: Path) -> None:
    plain = Language("en", read_translations(tmp_path / "none.po"))
    assert type(plain.translations) is NullTranslations
    assert plain.ngettext("%(n)s document", "%(n)s documents", 2) == "2 documents"


def test_the_catalogue_of_the_house_is_found() -> None:
    assert language("es").gettext("Statement of account") == "Estado de cuenta"
    assert language("en").gettext("Statement of account") == "Statement of account"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(2842_00), "$2,842.00"),
        (Money(-2842_00), "-$2,842.00"),
        (Money(0), "$0.00"),
        (Money(5), "$0.05"),
        (Money(1234_00, "USD"), "USD 1,234.00"),
        (Money(-5, "EUR"), "-EUR 0.05"),
        (Money(1234, "JPY"), "JPY 1,234"),
        (Money(1234567, "KWD"), "KWD 1,234.567"),
        (Money(10**15), "$10,000,000,000,000.00"),
    ],
)
@pytest.mark.parametrize("code", ["es", "en"])
def test_money_is_written_as_in_mexico(code: str, amount: Money, written: str) -> None:
    assert language(code).money(amount) == written


@given(st.integers(-(10**15), 10**15), st.sampled_from(["MXN", "USD", "JPY", "KWD", "ISK", "COP"]))
def test_written_money_is_exact(minor: int, currency: str) -> None:
    written = language("es").money(Money(minor, currency))
    digits = written.replace("$", "").replace(f"{currency} ", "").replace(",", "")
    assert Decimal(digits).scaleb(minor_digits(currency)) == minor


@given(st.integers(0, 10**15), st.sampled_from(["es", "en"]))
def test_an_amount_is_written_as_babel_writes_it(minor: int, code: str) -> None:
    spoken = language(code)
    expected = format_decimal(Decimal(minor).scaleb(-2), "#,##0.00", locale=spoken.code)
    assert spoken.money(Money(minor)) == f"${expected}"


def test_dates_read_day_first_in_every_language() -> None:
    for code in ("es", "en"):
        assert language(code).date(date(2019, 7, 3)) == "03/07/2019"
        assert language(code).date(date(987, 7, 3)) == "03/07/0987"


def test_days_and_months_have_their_names() -> None:
    spanish, english = language("es"), language("en")
    assert spanish.day(date(2019, 7, 23)) == "martes 23/07/2019"
    assert english.day(date(2019, 7, 23)) == "Tuesday 23/07/2019"
    assert spanish.month(date(2019, 7, 1)) == "Julio 2019"
    assert english.month(date(2019, 7, 1)) == "July 2019"
    assert [spanish.weekday(date(2019, 7, n)) for n in range(1, 8)] == ["Lun", "Mar", "Mié", "Jue", "Vie", "Sáb", "Dom"]
    assert english.weekday(date(2019, 7, 1)) == "Mon"


def test_totals_rows_name_their_currency(spanish: Language) -> None:
    assert [spanish.currency_name(code) for code in ("MXN", "USD", "EUR", "CAD")] == [
        "PESOS",
        "DÓLARES",
        "EUROS",
        "CAD",
    ]
