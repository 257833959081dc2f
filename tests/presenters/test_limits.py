import re
from dataclasses import replace

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.demo.entities import formatted_text, utf16_length
from bot.demo.errors import ApiError
from bot.demo.limits import CAPTION_MAX
from bot.demo.rich_text import block_texts, flat
from bot.domain.agenda import DayList, OpenFilter
from bot.domain.calendar import View
from bot.domain.money import Money
from bot.domain.scheduling import History
from bot.domain.statement import build
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters import agenda, calendar, promise, statement
from bot.presenters.reply import MAX_BUTTON_TEXT, MAX_CALLBACK_BYTES, Button, Picture, Reply, with_amount
from bot.presenters.welcome import said_again
from bot.render.plain import one_line, short
from tests.presenters.checks import assert_sendable, rich_blocks
from tests.presenters.values import JUAN, RAMIRO, SEVEN, TODAY, document, expected
from tests.presenters.values import promise as a_promise
from tests.presenters.worst import LARGEST, Fullest, Texts, screens

# What breaks markup, lines, directions and counts: an emoji is two units of Telegram's, an ampersand five characters.
_NASTY = [
    *("<", "&", ">", '"', "'", "</b>", "<tg-button>", "&amp;", "%(n)s", "%", "{{", "«", "»"),
    *("/promesa", "@x", "https://x.example", "😀", "👩\u200d👩\u200d👧", "ñ", "0"),
]
_UNSEEN = ["\u202e", "\u200f", "\x00", "\x07", "\n", "\t", "\ufeff", "   ", "e\u0301"]
hostile = st.one_of(st.lists(st.sampled_from(_NASTY + _UNSEEN), max_size=40).map("".join), st.text(max_size=30))
texts = st.builds(Texts, *[hostile] * len(Texts.__slots__))

SPEECH = language(SPANISH)


@pytest.mark.parametrize("code", [SPANISH, pytest.param(ENGLISH, marks=pytest.mark.slow)])
def test_five_hundred_documents_with_the_longest_texts_fit_every_screen(code: str) -> None:
    for reply in screens(Fullest(Texts(), 500), language(code)):
        assert_sendable(reply)
        assert_sendable(said_again(replace(reply, rich=""), language(code)))


@pytest.mark.slow
def test_texts_of_nothing_but_emoji_which_count_twice_fit_every_screen() -> None:
    emoji = Texts(**{name: "😀" * len(getattr(Texts(), name)) for name in Texts.__slots__})
    for reply in screens(Fullest(emoji, 40), SPEECH):
        assert_sendable(reply)


# To shrink an example through every screen takes minutes; the text that fails says enough.
@pytest.mark.slow
@settings(max_examples=15, deadline=None, phases=(Phase.reuse, Phase.generate))
@given(texts=texts)
def test_hostile_texts_break_no_screen(texts: Texts) -> None:
    for reply in screens(Fullest(texts, 5), SPEECH):
        assert_sendable(reply)


@pytest.mark.parametrize(
    "bad",
    [
        Reply("<b>open"),
        Reply("x" * 4097),
        Reply("x" * 1025, photo=Picture("key", bytes)),
        Reply("x", "<table><tr><td>open"),
        Reply("x", keyboard=((Button("x", "x"),) * 9,)),
        Reply("x", in_cells=((Button("x", "x"),),) * 101),
        Reply(""),
    ],
    ids=lambda reply: reply.plain[:6],
)
def test_the_check_of_these_tests_sees_what_telegram_would_refuse(bad: Reply) -> None:
    with pytest.raises((ApiError, AssertionError)):
        assert_sendable(bad)


def test_every_open_document_stands_on_exactly_one_page() -> None:
    documents = [document(n, 100, RAMIRO, "USD" if n % 2 else "MXN") for n in range(1, 501)]
    shown = build(RAMIRO, documents, TODAY)
    pages = [statement.statement(shown, SPEECH, page) for page in range(42)]
    data = [button.data for page in pages for row in page.in_cells for button in row]
    assert sorted(data) == sorted(f"hi:{n}" for n in range(1, 501))
    assert statement.statement(shown, SPEECH, 99) == pages[-1]


@settings(max_examples=25, deadline=None)
@given(comments=st.lists(st.one_of(st.text(max_size=4_000), hostile), min_size=1, max_size=6))
@example(comments=["Pagará cuando le paguen. " * 160, "x" * 4_096, "", "😀" * 2_000])
def test_every_comment_can_be_read_whole_over_the_pages_of_the_history(comments: list[str]) -> None:
    shown = History(SEVEN, JUAN, tuple(a_promise(SEVEN, TODAY, n, text) for n, text in enumerate(comments, 1)))
    newest = promise.history(shown, TODAY, SPEECH)
    numbers = [re.fullmatch(r"(\d+)/(\d+)", button.text) for row in newest.keyboard for button in row]
    count = next((int(number[2]) for number in numbers if number), 1)
    pages = [promise.history(shown, TODAY, SPEECH, page) for page in range(count)]
    assert pages[-1] == newest
    written = "".join(one_line(comment) for comment in comments).replace(" ", "")
    lines = [line for page in pages for line in formatted_text(page.plain, "HTML", None)[0].splitlines()]
    assert _commented(lines, r"   «(.*)»|\d+ · «… (.*)»") == written
    cells = [flat(text) for page in pages for block in rich_blocks(page) for text in block_texts(block)]
    assert _commented(cells, r"\$2,842.00 · vigente · «(.*)»|«… (.*)»") == written


def _commented(lines: list[str], pattern: str) -> str:
    found = [match for line in lines if (match := re.fullmatch(pattern, line))]
    return "".join(match[1] or match[2] or "" for match in found).replace(" ", "")


def test_a_day_of_long_names_and_comments_still_fits_under_the_months_picture() -> None:
    long = Fullest(Texts(), 40, cents=99_999_999_99)
    items = tuple(expected(d, long.customer, long.made(d)) for d in long.documents if d.total.currency == "MXN")
    reply = calendar.day(DayList(TODAY, TODAY, "MXN", items, items), View("MXN"), SPEECH)
    assert utf16_length(formatted_text(reply.plain, "HTML", None)[0]) <= CAPTION_MAX


@given(text=hostile, limit=st.integers(min_value=1, max_value=50))
def test_short_keeps_the_beginning_on_one_line_within_the_limit(text: str, limit: int) -> None:
    cut = short(text, limit)
    assert 0 < utf16_length(cut) <= limit
    assert cut in {one_line(text), "–"} or (cut.endswith("…") and one_line(text).startswith(cut[:-1]))


@given(text=hostile, cents=st.integers(min_value=-LARGEST, max_value=LARGEST))
def test_a_button_never_cuts_an_amount(text: str, cents: int) -> None:
    amount = SPEECH.money(Money(cents, "USD"))
    button = Button(with_amount(text, amount), "x")
    assert button.text.endswith(f" · {amount}")
    assert utf16_length(button.text) <= MAX_BUTTON_TEXT


@pytest.mark.parametrize("data", ["", "ñ" * 32 + "x"])
def test_a_button_whose_data_telegram_would_refuse_is_a_mistake_of_ours(data: str) -> None:
    assert Button("x", "ñ" * (MAX_CALLBACK_BYTES // 2)).data
    with pytest.raises(ValueError, match="callback data"):
        Button("x", data)


@given(
    st.builds(
        OpenFilter,
        overdue=st.booleans(),
        without_promise=st.booleans(),
        customer_id=st.none() | st.integers(0, 10**18 - 1),
    )
)
def test_a_filter_survives_its_way_through_a_button(only: OpenFilter) -> None:
    assert agenda.read_filter(agenda.filter_code(only)) == only


def test_a_code_that_is_no_filter_filters_nothing() -> None:
    assert agenda.read_filter("c12; drop") == OpenFilter()
