import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Basis, Collector, View
from bot.presenters import calendar
from bot.presenters.reply import MAX_CALLBACK_BYTES

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
