from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("Dos \uffff\ufffe Ñ\ud800", "Dos Ñ"),
        ("\ufeffCL001\u200b \u202aA\u201021\u202c", "CL001 A-21"),
    ],
)
def test_a_text_is_one_line_and_a_whole_number_has_no_decimals(cell: Cell, expected: str) -> None:
    assert cells.text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "thousandths"),
    [
        ("1234.50", 1_234_500),
        ("$1,234.50", 1_234_500),
        (" $ 1,234.50 ", 1_234_500),
        ("(250.50)", -250_500),
        ("-250.50", -250_500),
        ("1.5", 1_500),
        ("1.567", 1_567),
        ("1234567", 1_234_567_000),
        ("$ -", 0),
        ("-", 0),
        (1234.5, 1_234_500),
        (1624, 1_624_000),
        (0.1 + 0.2, 300),
        (1234567.89, 1_234_567_890),
        (-0.01, -10),
    ],
)
def test_an_amount_is_read_exactly(cell: Cell, thousandths: int) -> None:
    assert cells.thousandths(cell) == thousandths


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1.234,50", "comma"),
        ("$1.234.567,5", "comma"),
        ("12,5", "comma"),
        ("1,23", "comma"),
        ("12.3456", "not_amount"),
        ("1,23,456", "not_amount"),
        ("abc", "not_amount"),
        ("--5", "not_amount"),
        ("9" * 20, "not_amount"),
        ("9" * 5_000, "not_amount"),
        (True, "not_amount"),
        (DAY, "not_amount"),
        (float("inf"), "not_amount"),
        (float("nan"), "not_amount"),
        (1e300, "not_amount"),
        (12.3456, "too_fine"),
    ],
)
def test_what_is_no_amount_is_refused(cell: Cell, reason: str) -> None:
    with pytest.raises(BadCell) as bad:
        cells.thousandths(cell)
    assert bad.value.reason == reason


@given(st.integers(-(10**12), 10**12))
def test_a_spreadsheets_number_of_cents_is_that_number_of_cents(minor: int) -> None:
    assert cells.thousandths(minor / 100) == minor * 10


@given(st.integers(-(10**12), 10**12), st.sampled_from(["{}", "${}", " $ {} "]))
def test_an_amount_with_its_decimals_after_a_comma_is_the_mirror_of_one_with_a_point(minor: int, form: str) -> None:
    written = form.format(f"{minor / 100:,.2f}")
    mirrored = written.translate(str.maketrans(",.", ".,"))
    assert cells.thousandths_with_comma(mirrored) == cells.thousandths(written) == minor * 10


def test_who_says_decimal_comma_has_a_decimal_point_refused() -> None:
    with pytest.raises(BadCell) as refused:
        cells.thousandths_with_comma("1234.50")
    assert refused.value.reason == "not_comma_amount"
    assert cells.thousandths_with_comma(1234.5) == 1_234_500


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("18.5012", "18.5012"),
        (" 18.5 ", "18.5"),
        (18.5, "18.5"),
        (20, "20"),
        # As a spreadsheet divides one by 17.1234.
        (0.05839961689851315, "0.0583996169"),
        (date(2019, 7, 16), None),
        ("", None),
        (True, None),
        ("18,5012", None),
        ("1,000.5", None),
        ("veinte", None),
        ("NaN", None),
        ("Infinity", None),
        ("-18.5", None),
        ("0", None),
        ("0.00000000001", None),
        (float("inf"), None),
        ("100000000", None),
        ("1e30", None),
    ],
)
def test_a_rate_is_a_number_above_zero_with_as_many_decimals_as_a_rep_has(cell: Cell, number: str | None) -> None:
    if number is None:
        with pytest.raises(cells.BadCell):
            cells.ratio(cell, 10)
    else:
        assert str(cells.ratio(cell, 10).normalize() + 0) == number


def test_a_rate_with_a_decimal_comma_has_no_point() -> None:
    assert cells.ratio_with_comma("18,5012", 6) == cells.ratio_with_comma(18.5012, 6) == Decimal("18.5012")
    with pytest.raises(cells.BadCell):
        cells.ratio_with_comma("18.5012", 6)


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
        *("16-jul-2019", "16/Jul/2019", "16-JUL-19", "16/jul./2019", "16 julio 2019", "16 de julio de 2019"),
        *("martes, 16 de julio de 2019", "16-Jul-2019 00:00:00", "Jul 16 2019 12:00AM", "July 16, 2019"),
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
            "31-feb-2019",
            "16-abc-2019",
            "Xyz 16 2019",
            "16-jul",
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
