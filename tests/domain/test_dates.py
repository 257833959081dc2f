from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dates import add_months, date_splits, parse_date, parse_month, parse_past_date
from bot.domain.errors import NoSuchDay, UnreadableDate, UnreadableMonth

TUESDAY = date(2019, 7, 16)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("2019-07-23", "2019-07-23"), ("2019-7-3", "2019-07-03"), ("23/07/2019", "2019-07-23"),
        ("23/7/19", "2019-07-23"),
        ("23-07-2019", "2019-07-23"), ("23.07.2019", "2019-07-23"), ("01/07/2019", "2019-07-01"),
        ("23/07", "2019-07-23"), ("16/07", "2019-07-16"), ("15/07", "2020-07-15"), ("3/1", "2020-01-03"),
        ("23 jul", "2019-07-23"), ("23 JUL.", "2019-07-23"), ("23jul", "2019-07-23"), ("23 de julio", "2019-07-23"),
        ("23 de julio de 2020", "2020-07-23"), ("23 de julio del 2020", "2020-07-23"), ("23 julio 2018", "2018-07-23"),
        ("mañana.", "2019-07-17"), ("23/07. ", "2019-07-23"),
        ("23-jul-2019", "2019-07-23"), ("23 jul 19", "2019-07-23"), ("23-jul-18", "2018-07-23"),
        ("1 ene. 20", "2020-01-01"),
        ("23/jul/2019", "2019-07-23"), ("1 ene", "2020-01-01"), ("1 jan", "2020-01-01"),
        ("5 aug", "2019-08-05"), ("5 ago", "2019-08-05"), ("9 septiembre", "2019-09-09"), ("24 dic", "2019-12-24"),
        ("hoy", "2019-07-16"), ("HOY", "2019-07-16"), ("today", "2019-07-16"), ("mañana", "2019-07-17"),
        ("manana", "2019-07-17"), (" Mañana ", "2019-07-17"), ("tomorrow", "2019-07-17"),
        ("pasado mañana", "2019-07-18"),
        ("viernes", "2019-07-19"), ("miércoles", "2019-07-17"), ("sabado", "2019-07-20"), ("domingo", "2019-07-21"),
        ("lunes", "2019-07-22"), ("friday", "2019-07-19"), ("martes", "2019-07-23"), ("tuesday", "2019-07-23"),
        ("+3", "2019-07-19"), ("+0", "2019-07-16"), ("+120", "2019-11-13"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_form_that_a_thumb_types(text: str, on: str) -> None:
    assert parse_date(text, TUESDAY) == date.fromisoformat(on)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("ayer", "2019-07-15"), ("Yesterday", "2019-07-15"), ("15/07", "2019-07-15"), ("17/07", "2018-07-17"),
        ("16/07", "2019-07-16"), ("23 jul", "2018-07-23"), ("viernes", "2019-07-12"), ("martes", "2019-07-16"),
        ("lunes", "2019-07-15"), ("el 23", "2019-06-23"), ("el 15", "2019-07-15"), ("23/07/2019", "2019-07-23"),
        ("hoy", "2019-07-16"), ("mañana", "2019-07-17"), ("+3", "2019-07-19"), ("2019-07-01", "2019-07-01"),
        ("30/06", "2019-06-30"), ("19 mar", "2019-03-19"), ("el 31", "2019-05-31"), ("viernes 12", "2019-07-12"),
        ("29/02", "2016-02-29"), ("para mañana", "2019-07-17"), ("para +3", "2019-07-19"),
    ],
)  # fmt: skip
def test_of_a_day_that_has_been_the_last_is_meant(text: str, on: str) -> None:
    assert parse_past_date(text, TUESDAY) == date.fromisoformat(on)


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(0, 364))
def test_a_day_without_a_year_that_has_been_is_the_last_such_day(today: date, back: int) -> None:
    on = today - timedelta(days=back)
    assert parse_past_date(f"{on.day}/{on.month}", today) == on


def test_the_last_29th_of_february_may_be_almost_four_years_ago() -> None:
    for today, on in ((date(2020, 2, 28), date(2016, 2, 29)), (date(2020, 3, 1), date(2020, 2, 29))):
        assert parse_past_date("29/02", today) == on


@pytest.mark.parametrize("text", ["30/02", "31/06/2019", "30 feb", "el 32", "martes 23/07/2020", "viernes 23/07/2019"])
def test_what_has_the_form_of_a_date_but_is_none_is_told_from_what_has_not(text: str) -> None:
    for parse in (parse_date, parse_past_date):
        with pytest.raises(NoSuchDay) as refusal:
            parse(text, TUESDAY)
        assert refusal.value.text == text


@pytest.mark.parametrize(
    ("text", "name", "end"),
    [
        ("CL002 2019-03-19", "CL002", "2019-03-19"), ("CL002   19/03", "CL002", "19/03"),
        ("CL002\n19.03.2019", "CL002", "19.03.2019"), ("CL002 19 mar 2019", "CL002", "19 mar 2019"),
        ("ramiro aldana 19 de marzo de 2019", "ramiro aldana", "19 de marzo de 2019"),
        ("CL002 el martes 19 de marzo de 2019", "CL002", "el martes 19 de marzo de 2019"),
        ("CL002 Ayer", "CL002", "Ayer"), ("CL002 viernes", "CL002", "viernes"), ("CL002 +3", "CL002", "+3"),
        ("CL002 al 19/03", "CL002", "19/03"), ("al 19/03", "al", "19/03"), ("ramiro 2 19 mar", "ramiro 2", "19 mar"),
        ("CL002 2019-02-30", "CL002", "2019-02-30"), ("CL002 30 feb", "CL002", "30 feb"),
        ("CL002 2019-07", "CL002", "2019-07"), ("CL002 2019-13-45", "CL002", "2019-13-45"),
        ("CL002, 19 mar", "CL002", "19 mar"), ("CL002: al 19/03", "CL002", "19/03"), (", 19/03", ",", "19/03"),
        ("CL002 as of 19/03", "CL002", "19/03"), ("CL002. 19/03. ", "CL002.", "19/03"),
        ("abarrotes 5 de mayo", "abarrotes", "5 de mayo"),  # whether that is a name, who knows the names can tell
    ],
)  # fmt: skip
def test_a_date_at_the_end_of_a_text_is_told_from_what_stands_before_it(text: str, name: str, end: str) -> None:
    assert next(date_splits(text, TUESDAY)) == (name, end)


@pytest.mark.parametrize(
    "text",
    [
        "", "CL002", "CFDI 21002", "CFDI 21002-1", "ramiro 2", "ramiro 2 sucursal", "ayer", "2019-03-19", "5 de mayo",
        "Ana Mayo", "Ana Abril", "juan julio 2019", "CL002 19 mar 2019 y más",
    ],
)  # fmt: skip
def test_a_text_that_ends_in_no_date_is_left_as_it_is(text: str) -> None:
    assert list(date_splits(text, TUESDAY)) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "jul", "23", "23 7 2019", "31/06", "31/02/2020", "29/02/2019", "32 jul", "0/7", "7/0", "2019-13-01",
        "2019-02-29",
        "1999-12-31", "2100-01-01", "23/07/1919", "23 juli 50", "23 xyz", "23 martes",
        "23 dice", "07/23/2019", "+1000", "+", "-3", "ayer",
        "23/07/2019 x", "Pagaré con cheque", "23 jul 2500",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_as_it_was_typed(text: str) -> None:
    with pytest.raises(UnreadableDate) as refusal:
        parse_date(text, TUESDAY)
    assert refusal.value.text == text


@pytest.mark.parametrize(
    ("today", "on"),
    [
        ("2019-07-16", "2020-02-29"), ("2020-02-29", "2020-02-29"), ("2020-03-01", "2024-02-29"),
        ("2096-03-01", "2104-02-29"),  # 2100 is no leap year
    ],
)  # fmt: skip
def test_the_29th_of_february_is_the_next_one_there_is(today: str, on: str) -> None:
    assert parse_date("29/02", date.fromisoformat(today)) == date.fromisoformat(on)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(), st.text("0123456789/-. +jul del", max_size=12)), DAYS)
def test_no_text_does_worse_than_be_unreadable(text: str, today: date) -> None:
    for parse in (parse_date, parse_past_date, parse_month):
        try:
            assert isinstance(parse(text, today), date)
        except (UnreadableDate, UnreadableMonth):
            continue
    name, end = next(date_splits(text, today), (text, ""))
    assert "".join(text.split()).startswith("".join(name.split()))
    assert "".join(text.split()).endswith("".join(end.split()))


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS)
def test_a_full_date_means_the_same_on_every_day(on: date, today: date) -> None:
    for form in (f"{on:%Y-%m-%d}", f"{on:%d/%m/%Y}", f"{on.day}/{on.month}/{on.year}", f"{on:%d.%m.%y}"):
        assert parse_date(form, today) == on


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(0, 364))
def test_a_day_without_a_year_is_the_first_such_day_from_today_on(today: date, ahead: int) -> None:
    on = today + timedelta(days=ahead)
    assert parse_date(f"{on.day}/{on.month}", today) == on


@settings(max_examples=50, deadline=None)
@given(DAYS, st.integers(1, 7))
def test_a_weekday_is_the_next_one_never_today(today: date, ahead: int) -> None:
    names = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
    on = today + timedelta(days=ahead)
    assert parse_date(names[on.weekday()], today) == on


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2019-07", "2019-07-01"), ("2019-7", "2019-07-01"), ("07/2019", "2019-07-01"), ("7-2019", "2019-07-01"),
        ("julio", "2019-07-01"), ("enero", "2019-01-01"), ("JULIO 2020", "2020-07-01"), ("julio de 2020", "2020-07-01"),
        ("ago", "2019-08-01"), ("december 2018", "2018-12-01"), ("julio del 2020", "2020-07-01"),
        ("2019/07", "2019-07-01"), ("2019-07-23", "2019-07-01"), ("23/08/2018", "2018-08-01"), ("1/2", "2019-02-01"),
        ("agosto.", "2019-08-01"), ("24 dic", "2019-12-01"), ("24 de diciembre de 2018", "2018-12-01"),
    ],
)  # fmt: skip
def test_a_month_is_read_by_number_or_name_or_from_a_date(text: str, first: str) -> None:
    assert parse_month(text, TUESDAY) == date.fromisoformat(first)


@pytest.mark.parametrize(
    ("text", "today", "first"),
    [
        ("enero", "2019-12-31", "2020-01-01"), ("15/01", "2019-12-01", "2020-01-01"),
        ("may", "2019-12-31", "2020-05-01"), ("junio", "2019-12-31", "2019-06-01"),
        ("diciembre", "2020-01-02", "2019-12-01"), ("24 dic", "2020-01-02", "2019-12-01"),
        ("enero", "2020-01-31", "2020-01-01"), ("29 feb", "2019-12-31", "2020-02-01"),
        ("15 ene 20", "2019-03-05", "2020-01-01"),
    ],
)  # fmt: skip
def test_a_month_without_a_year_or_of_a_near_one_is_the_one_about_now(text: str, today: str, first: str) -> None:
    assert parse_month(text, date.fromisoformat(today)) == date.fromisoformat(first)


@pytest.mark.parametrize("text", ["", "2019-13", "0/2019", "mes", "julio 1919", "2019", "7", "2019-02-30", "x" * 11])
def test_what_is_no_month_is_refused_as_it_was_typed(text: str) -> None:
    with pytest.raises(UnreadableMonth) as refusal:
        parse_month(text, TUESDAY)
    assert refusal.value.text == text


def test_months_are_added_over_the_years() -> None:
    july = date(2019, 7, 16)
    assert [add_months(july, n) for n in (-7, 0, 1, 6, 18)] == [
        date(2018, 12, 1), date(2019, 7, 1), date(2019, 8, 1), date(2020, 1, 1), date(2021, 1, 1),
    ]  # fmt: skip
