from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import CurrencyMismatch, OtherCurrency, UnknownCurrency, UnreadableAmount
from bot.domain.money import (
    Money,
    currencies_of,
    minor_digits,
    parse_amount,
    parse_amount_in,
    parse_currency,
    total,
    totals,
)
from bot.i18n import language

if TYPE_CHECKING:
    from collections.abc import Callable

CURRENCIES = st.sampled_from(["MXN", "USD", "EUR", "JPY", "CLP", "KWD"])
MINOR = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        *(("¥5000", "JPY", 5000), ("5,000 ¥", "JPY", 5000), ("5000 yenes", "JPY", 5000), ("JP¥5000", "JPY", 5000)),
        *(("£50", "GBP", 5000), ("50£", "GBP", 5000), ("50 libras", "GBP", 5000), ("¥50", "CNY", 5000)),
        *(("CN¥50", "CNY", 5000), ("€50", "EUR", 5000)),
    ],
)
def test_an_amount_is_read_with_the_sign_or_name_of_its_currency(text: str, currency: str, minor: int) -> None:
    assert parse_amount_in(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "named"), [("¥50", "JPY"), ("£50", "GBP"), ("50 yenes", "JPY"), ("500 libras", "GBP")]
)
def test_an_amount_with_the_sign_of_another_currency_is_refused_as_one_of_that(text: str, named: str) -> None:
    with pytest.raises(OtherCurrency) as raised:
        parse_amount_in(text, "MXN")
    assert raised.value == OtherCurrency(named, "MXN")


@settings(max_examples=100, deadline=None)
@given(MINOR, CURRENCIES)
def test_an_amount_written_for_a_program_is_read_back_the_same(minor: int, currency: str) -> None:
    assert parse_amount(str(Money(minor, currency)), currency) == Money(minor, currency)


@settings(max_examples=100, deadline=None)
@given(MINOR, st.sampled_from(["es_MX", "en"]))
def test_pesos_printed_for_people_are_read_back_the_same(minor: int, code: str) -> None:
    assert parse_amount(language(code).money(Money(minor))) == Money(minor)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1624", 162400), ("1624.00", 162400), ("$1,624.00", 162400), ("$ 1,624.00", 162400), (" 1,624 ", 162400),
        ("1624.5", 162450), ("1624.500", 162450), ("0.05", 5), ("1,234,567.89", 123456789), ("0", 0),
        ("-250.50", -25050), ("-$250.50", -25050), ("$-250.50", -25050), ("(250.50)", -25050), ("($1,624.00)", -162400),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_written_in_mexico(text: str, minor: int) -> None:
    assert parse_amount(text) == Money(minor, "MXN")


@pytest.mark.parametrize(
    "text",
    [
        "1.234,50", "12,5", "1,23,456", "12,34", "1.234.567", "1,2345", ",500", ".50", "1624.", "1624.555", "$", "",
        "1.500", "$12.000", "(1.500)",
        "(250", "250)", "--5", "-$-5", "mil", "2 mil", "2mil", "1e3", "NaN", "1 624", "5-",
        "9" * 17, "9" * 5000, "1,000,000,000,000,000",
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_or_in_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAmount) as refusal:
        parse_amount(text)
    assert refusal.value.text == text


def test_the_largest_amount_fits_a_64_bit_integer_with_room_for_sums() -> None:
    assert parse_amount("10,000,000,000,000.00") == Money(10**15)
    with pytest.raises(UnreadableAmount):
        parse_amount("10,000,000,000,000.01")


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_no_text_is_read_as_an_amount_by_accident(text: str) -> None:
    try:
        amount = parse_amount(text)
    except UnreadableAmount:
        return
    assert any(c.isdecimal() for c in text)
    assert isinstance(amount.minor, int)


def test_decimals_are_the_currencys_own() -> None:
    assert parse_amount("1624", "JPY") == Money(1624, "JPY")
    assert parse_amount("1624.00", "JPY") == Money(1624, "JPY")
    assert parse_amount("1.234", "KWD") == Money(1234, "KWD")
    assert parse_amount("1.500", "KWD") == Money(1500, "KWD")
    assert parse_amount("0.500") == Money(50)
    with pytest.raises(UnreadableAmount):
        parse_amount("1624.50", "JPY")
    assert [minor_digits(code) for code in ("MXN", "USD", "JPY", "VND", "KWD", "BHD")] == [2, 2, 0, 0, 3, 3]
    assert (str(Money(5, "MXN")), str(Money(5, "JPY")), str(Money(5, "KWD"))) == ("0.05", "5", "0.005")
    assert Money(-25050).decimal == Decimal("-250.50")


@settings(max_examples=50, deadline=None)
@given(MINOR, MINOR, st.lists(CURRENCIES, min_size=2, max_size=2, unique=True))
def test_two_currencies_are_never_added(left: int, right: int, currencies: list[str]) -> None:
    one, other = (Money(minor, code) for minor, code in zip((left, right), currencies, strict=True))
    additions: list[Callable[[], Money]] = [
        lambda: one + other,
        lambda: one - other,
        lambda: total([one, other], one.currency),
    ]
    for add in additions:
        with pytest.raises(CurrencyMismatch) as refusal:
            add()
        assert (refusal.value.left, refusal.value.right) == tuple(currencies)


@settings(max_examples=50, deadline=None)
@given(st.lists(MINOR))
def test_a_total_is_the_sum_of_its_amounts(minors: list[int]) -> None:
    assert total((Money(minor, "USD") for minor in minors), "USD") == Money(sum(minors), "USD")


def test_several_currencies_stand_beside_each_other_pesos_first_and_then_by_code() -> None:
    amounts = [Money(1, "USD"), Money(2), Money(4, "AUD"), Money(8), Money(16, "EUR"), Money(32, "AUD")]
    assert currencies_of(amounts) == ("MXN", "AUD", "EUR", "USD")
    assert totals(amounts) == (Money(10), Money(36, "AUD"), Money(16, "EUR"), Money(1, "USD"))
    assert (currencies_of([]), totals([])) == ((), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PESOS", "MXN"), ("pesos", "MXN"), ("MXN", "MXN"), ("MXP", "MXN"), ("M.N.", "MXN"),
        (" Peso  Mexicano ", "MXN"),
        ("DÓLARES", "USD"), ("dolares", "USD"), ("Dólar Americano", "USD"), ("usd", "USD"), ("Euros", "EUR"),
        ("US dollars", "USD"), ("cad", "CAD"),
    ],
)  # fmt: skip
def test_a_currency_is_read_by_code_or_name(text: str, code: str) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize("text", ["", "$", "MX", "MXNN", "pesetas", "12", "MNX", "DLL", "NAC", "XXX"])
def test_what_is_no_currency_is_refused(text: str) -> None:
    with pytest.raises(UnknownCurrency) as refusal:
        parse_currency(text)
    assert refusal.value.text == text


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("500 pesos", "MXN"),
        ("$500 MXN", "MXN"),
        ("500 dólares", "USD"),
        ("500 US dollars", "USD"),
        ("500 dlls", "USD"),
        ("500 usd", "USD"),
        ("USD 500.00", "USD"),
        ("US$500", "USD"),
        ("U$S500", "USD"),
        ("MX$500", "MXN"),
        ("usd $ 500", "USD"),
        ("500 m.n.", "MXN"),
        ("MXN$500.", "MXN"),
        ("€500", "EUR"),
        ("500€", "EUR"),
        ("500 EUR.", "EUR"),
        ("500 pesos M.N.", "MXN"),
    ],
)
def test_an_amount_may_name_its_currency(text: str, currency: str) -> None:
    assert parse_amount_in(text, currency) == Money(500_00, currency)


def test_an_amount_of_another_currency_than_the_documents_is_refused() -> None:
    with pytest.raises(OtherCurrency) as refusal:
        parse_amount_in("500 dólares", "MXN")
    assert (refusal.value.promised, refusal.value.document) == ("USD", "MXN")
    with pytest.raises(UnreadableAmount):
        parse_amount_in("500 con cheque", "MXN")
    for apart in ("1 624.00", "MXN 1 624.00", "MXN1 624", "1 624.00 pesos"):
        with pytest.raises(UnreadableAmount):
            parse_amount_in(apart, "MXN")
    with pytest.raises(UnreadableAmount):
        parse_amount_in("pesos", "MXN")
