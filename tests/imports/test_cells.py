from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.imports import cells
from bot.imports.cells import BadCell, Cell

DAY = date(2019, 7, 16)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  Juan\u00a0 Perez\n", "Juan Perez"),
        (21002.0, "21002"),
        (21002, "21002"),
        (1.5, "1.5"),
        (DAY, "2019-07-16"),
        ("A\0B", "AB"),
    ],
)
def test_a_text_is_one_line_and_a_whole_number_has_no_decimals(cell: Cell, expected: str) -> None:
    assert cells.text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("$1,234.50", "MXN", 123450),
        (" $ 1,234.50 ", "MXN", 123450),
        ("(250.50)", "MXN", -25050),
        (1234.5, "MXN", 123450),
        (1624, "MXN", 162400),
        (0.1 + 0.2, "MXN", 30),
        (1234567.89, "MXN", 123456789),
        (189.0, "JPY", 189),
        (-0.01, "MXN", -1),
    ],
)
def test_an_amount_is_read_exactly(cell: Cell, currency: str, minor: int) -> None:
    assert cells.amount(cell, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("cell", "currency", "reason"),
    [
        ("1.234,50", "MXN", "not_amount"),
        ("12,5", "MXN", "not_amount"),
        ("12.345", "MXN", "not_amount"),
        ("abc", "MXN", "not_amount"),
        (True, "MXN", "not_amount"),
        (DAY, "MXN", "not_amount"),
        (float("inf"), "MXN", "not_amount"),
        (1e300, "MXN", "not_amount"),
        (12.345, "MXN", "decimals"),
        (12.5, "JPY", "decimals"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused(cell: Cell, currency: str, reason: str) -> None:
    with pytest.raises(BadCell) as bad:
        cells.amount(cell, currency)
    assert bad.value.reason == reason


@given(st.integers(-(10**13), 10**13))
def test_a_spreadsheets_number_of_cents_is_that_number_of_cents(minor: int) -> None:
    assert cells.amount(minor / 100, "MXN") == Money(minor)


def test_an_amount_of_an_unknown_currency_keeps_its_digits() -> None:
    assert cells.decimal("$1,234.567") == Decimal("1234.567")
    assert cells.decimal(1234.5) == Decimal("1234.5")


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "16/07/2019",
            "16-7-2019",
            "16.07.19",
            "2019-07-16",
            "2019/7/16",
            "2019-07-16 00:00:00",
            "2019-07-16T10:05:00",
        ),
        *("16/07/2019 12:00:00 a.m.", "43662", 43662, 43662.5, DAY, datetime(2019, 7, 16, 10, 5)),  # noqa: DTZ001 - as Excel has it
    ],
)
def test_a_date_is_read_in_every_form_that_files_have(cell: Cell) -> None:
    assert cells.day(cell) == DAY


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "07/16/2019",
            "31/02/2019",
            "2019-13-01",
            "julio",
            "hoy",
            "16/07",
            "",
            "1234",
            "99999",
            "16/07/1019",
            "2109-07-16",
        ),
        *(True, 1.0, 1e300, float("nan"), time(8)),
    ],
)
def test_what_is_no_date_of_a_receivable_is_refused(cell: Cell) -> None:
    with pytest.raises(BadCell) as bad:
        cells.day(cell)
    assert bad.value.reason == "not_date"


@pytest.mark.parametrize("cell", ["30/12/1899", "1899-12-30 00:00:00", 0, date(1899, 12, 30)])
def test_the_day_before_all_days_means_no_date(cell: Cell) -> None:
    assert cells.day(cell) is None


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"]))
def test_every_date_written_is_read_back(day: date, form: str) -> None:
    assert cells.day(day.strftime(form)) == day


@pytest.mark.parametrize(
    ("cell", "expected"), [("Sí", True), ("x", True), (1.0, True), (True, True), ("NO", False), ("", False), (0, False)]
)
def test_yes_and_no_are_read(cell: Cell, expected: bool) -> None:  # noqa: FBT001 - what is tested
    assert cells.yes_no(cell) is expected


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (lambda: cells.yes_no("quizá"), "choice"),
        (lambda: cells.choice("otro", {"uno": 1}), "choice"),
        (lambda: cells.uuid("1234"), "not_uuid"),
        (lambda: cells.whole("31", 0, 30), "not_whole"),
        (lambda: cells.whole("-1", 0, 30), "not_whole"),
        (lambda: cells.whole(1.5, 0, 30), "not_whole"),
    ],
)
def test_a_cell_outside_its_choices_is_refused(read: Callable[[], object], reason: str) -> None:
    with pytest.raises(BadCell) as bad:
        read()
    assert bad.value.reason == reason


def test_a_uuid_is_in_capitals_whatever_its_form() -> None:
    assert cells.uuid("8d05d435fbd15fb2846bbaaeec1593c2") == "8D05D435-FBD1-5FB2-846B-BAAEEC1593C2"


def test_addresses_are_separated_by_semicolons_or_commas() -> None:
    assert cells.addresses(" a@x.example; b@x.example ,c@x.example;") == ("a@x.example", "b@x.example", "c@x.example")
