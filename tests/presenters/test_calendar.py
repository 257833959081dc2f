from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agenda import DayList
from bot.domain.calendar import Basis, Collector, View
from bot.domain.money import Money
from bot.domain.receivables import Application, ApplicationKind
from bot.i18n import SPANISH, language
from bot.presenters import calendar
from bot.presenters.reply import MAX_CALLBACK_BYTES
from tests.presenters.values import JUAN, TODAY, document, expected
from tests.presenters.values import promise as a_promise

SPEECH = language(SPANISH)
collectors = st.text(min_size=1, max_size=30).map(lambda code: Collector(code).key)
views = st.builds(View, st.sampled_from(["MXN", "USD"]), st.sampled_from(Basis), st.just("") | collectors)


@given(views)
def test_a_view_survives_its_way_through_a_button_which_stays_short(view: View) -> None:
    code = calendar.view_code(view)
    assert calendar.read_view(view.currency, code) == view
    longest = f"cc:2019-07:{view.currency}:{code}:999999"
    assert len(longest.encode()) <= MAX_CALLBACK_BYTES


def test_a_view_as_everyone_begins_with_takes_no_room_in_a_button() -> None:
    assert calendar.view_code(View("MXN")) == ""
    assert calendar.read_view("MXN", "") == View("MXN")


@pytest.mark.parametrize("code", ["x", "dd", "c123", "c1f2e3d4c; drop", "d:"])
def test_a_code_that_is_no_view_is_nothing_special(code: str) -> None:
    assert calendar.read_view("MXN", code) == View("MXN")


def test_a_day_says_what_is_to_come_where_it_is_less_than_what_is_open_though_promised_and_open_add_up_alike() -> None:
    part, paid = (document(n, 100_00, JUAN) for n in (1, 2))
    paid = replace(paid, applications=(Application(TODAY, Money(40_00), ApplicationKind.PAYMENT),))
    of_part = expected(part, JUAN, a_promise(part, TODAY, cents=60_00))
    of_paid = expected(paid, JUAN, replace(a_promise(paid, TODAY), made_on=TODAY), balance=60_00)
    both = calendar.day(DayList(TODAY, TODAY, "MXN", (of_part, of_paid)), View("MXN"), SPEECH)
    assert "<th>ESPERADO</th>" in both.rich
    assert '<b>PESOS · TOTALES</b></td><td align="right"><b>$120.00</b></td>' in both.rich
    assert both.plain.splitlines()[-1] == "<b>PESOS · TOTALES $120.00</b>"
    one = calendar.day(DayList(TODAY, TODAY, "MXN", (of_paid,)), View("MXN"), SPEECH)
    assert "ESPERADO" not in one.rich
