"""What the buttons and figures of `/resumen` carry."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.forecast import Forecast, Promised, combined, forecast
from bot.domain.money import Money, parse_amount, total
from bot.domain.scores import Score
from bot.domain.summary import Aging, Summary, Topic, View
from bot.i18n import SPANISH, language
from bot.presenters import summary
from bot.presenters.reply import Picture, Reply
from tests.presenters.checks import assert_sendable
from tests.render.summaries import COMING, LARGEST, LAURA, OFFICE, TODAY, aged, kept, promised

SPEECH = language(SPANISH)
PICTURE = Picture("key", lambda: b"picture")

keys = st.text("0123456789abcdef", min_size=8, max_size=8)
currencies = st.sampled_from(["", "MXN", "USD"])


def rows(reply: Reply) -> list[list[str]]:
    """The lines of figures under the picture, with the totals' line as the last."""
    lines = reply.plain[: reply.plain.index("</b>", reply.plain.index("<b>TOTALES"))].splitlines()
    return [re.sub(r"</?b>", "", line).split(" · ") for line in lines[lines.index("") + 2 :]]


@given(
    view=st.builds(View, st.sampled_from(Topic), currencies, st.just("") | keys)
    | st.builds(View, st.sampled_from(Topic), currencies, customer_id=st.integers(0, 2**31))
)
def test_a_view_survives_its_way_through_a_button(view: View) -> None:
    assert summary.read_view(summary.view_code(view)) == view


@pytest.mark.parametrize(
    "code", ["", "x:MXN:", "a:mxn:", "a:MXN", "a:MXN:c12", "a:MXN:u", "a:MXN:u" + "9" * 19, "a:MXN::", "a:MXN:u٣"]
)
def test_a_code_that_was_never_ours_is_no_view(code: str) -> None:
    assert summary.read_view(code) is None


def test_the_figures_under_an_aging_are_exact_and_add_up() -> None:
    *lines, whole = rows(summary.summary(OFFICE, PICTURE, SPEECH))
    amounts = [parse_amount(line[1]) for line in lines]
    assert isinstance(OFFICE.figures, Aging)
    assert amounts == [each.balance for each in OFFICE.figures.buckets]
    assert total(amounts, "MXN") == parse_amount(whole[1]) == OFFICE.figures.balance
    assert sum(int(line[2].removesuffix(" %")) for line in lines) == 100


def test_the_figures_under_the_weeks_are_exact_and_add_up() -> None:
    reply = summary.summary(COMING, PICTURE, SPEECH)
    *lines, whole = rows(reply)
    assert isinstance(COMING.figures, Forecast)
    for column, wanted in ((1, COMING.figures.expected), (2, COMING.figures.likely)):
        amounts = [parse_amount(line[column]) for line in lines]
        assert total(amounts, "MXN") == parse_amount(whole[column]) == wanted
    assert "Antes: $3,000.00. Después: $5,000.00." in reply.plain


def test_a_summary_at_its_fullest_is_taken_in_both_forms_under_a_picture() -> None:
    each_week = [Promised(promised(1, n).on, 1, Money(10**15), 10**6) for n in range(-1, 9)]
    figures = forecast(each_week, {1: Score(10**6, 10**5)}, combined([Score(10**6, 10**5)]), "MXN", TODAY)
    for shown in (
        aged(*[(10**15, 10**6)] * 5, collector=LAURA, choice=True),
        Summary(TODAY, Topic.EXPECTED, figures, ("MXN", "USD", "EUR", "JPY", "CAD"), tuple(Topic), LAURA, choice=True),
        kept([(10**6, 10**6, 10**6)] * 12),
    ):
        assert_sendable(summary.summary(shown, PICTURE, SPEECH))
        assert_sendable(summary.collectors(shown, [LAURA] * 500, PICTURE, SPEECH, 99))


def test_the_largest_amounts_are_printed_to_the_cent() -> None:
    reply = summary.summary(aged((LARGEST, 1), (1, 1)), PICTURE, SPEECH)
    assert "$99,999,999.99 · 100 %" in reply.plain
    assert "$0.01 · &lt;1 %" in reply.plain
