"""The month's picture as bytes: what matplotlib would draw, put together in a fraction of the time."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties, findfont
from PIL import Image

from bot.domain.calendar import Basis, Collector, Month
from bot.i18n import ENGLISH, SPANISH, language
from bot.render.calendar_colours import DARK, LIGHT
from bot.render.calendar_figure import HATCHED, figure
from bot.render.calendar_glyphs import RIM, cover, font, pixels, width
from bot.render.calendar_image import month_key, month_png
from bot.render.calendar_layout import Field, Line, lay_out
from tests.render.months import MONTHS, OFFICE, SEED, Shown, month
from tests.render.pictures import assert_no_others, assert_picture, difference, opened

each_month = pytest.mark.parametrize("name", MONTHS)


def png(shown: Shown) -> bytes:
    return month_png(shown.month, language(shown.language), dark=shown.dark)


@each_month
def test_the_month_looks_as_it_was_last_looked_at(name: str) -> None:
    assert_picture(f"calendar/{name}", png(MONTHS[name]))


def test_no_golden_picture_is_left_of_a_month_that_is_gone_and_they_stay_small() -> None:
    assert_no_others("calendar", MONTHS, largest=3_000_000)


def test_these_tests_see_one_wrong_digit_and_one_wrong_shade() -> None:
    right = opened(month_png(SEED, language(SPANISH)))
    digit = month((16, 1_624_00, 1), (18, 2_843_00, 1), (23, 4_465_50, 2), (30, 4_872_00, 1))
    mean, worst = difference(right, opened(month_png(digit, language(SPANISH))))
    assert worst > 12
    assert mean < 0.5  # so it is the worst place that tells
    other = replace(SEED, days={**SEED.days, date(2019, 7, 18): replace(SEED.days[date(2019, 7, 18)], broken=True)})
    assert difference(right, opened(month_png(other, language(SPANISH))))[1] > 12


# One of each kind of mark in both modes: matplotlib takes its time.
@pytest.mark.parametrize("name", ["seed", "office_dark", "easter", "all_broken", "largest_dark", "dinars"])
def test_the_picture_is_what_matplotlib_draws_of_the_same_layout(name: str) -> None:
    shown = MONTHS[name]
    layout = lay_out(shown.month, language(shown.language))
    reference = pixels(figure(layout, DARK if shown.dark else LIGHT)).astype(np.int16)
    apart = np.abs(reference - np.asarray(opened(png(shown)), np.int16)).max(axis=2)
    # Sixteen steps from ground to ink are 255 / 15 apart, so the nearest is never further than 9.
    rims = np.zeros(apart.shape, bool)
    for mark in layout.marks:
        if isinstance(mark, Field) and mark.closed:
            # matplotlib rounds the rim around a letter on hatching, where ours is square.
            rims[mark.y : mark.y + HATCHED, mark.x : mark.x + mark.width] = True
    assert apart[~rims].max() <= 24
    assert apart.mean() < 1.5


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size", range(22, 33, 2))
def test_an_amount_put_together_from_its_digits_is_the_one_matplotlib_writes(size: int, bold: bool) -> None:  # noqa: FBT001 - a parameter of the test
    for text in ("$1,234.50", "$99,999,999.99", "17", "$0.01", "$710,717.11"):
        whole = cover(f"{text}\u200b", size, bold=bold)  # no digit is put together with a blank of no width
        apart = np.abs(cover(text, size, bold=bold).astype(int) - whole[:, : width(text, size, bold=bold) + 2 * size])
        assert apart.max() == 0, text
        assert RIM > 0


def test_the_letters_are_those_that_come_with_matplotlib() -> None:
    for bold, name in ((False, "DejaVuSans.ttf"), (True, "DejaVuSans-Bold.ttf")):
        path = Path(str(findfont(font(24, bold=bold))))
        assert path.name == name
        assert "mpl-data" in path.parts
    assert isinstance(font(24, bold=True), FontProperties)


def test_the_same_month_gives_the_same_bytes() -> None:
    first, second = month_png(OFFICE, language(SPANISH)), month_png(OFFICE, language(SPANISH))
    assert first == second
    with Image.open(BytesIO(first)) as picture:
        assert (picture.width, picture.mode) == (1080, "P")
        assert "Software" not in picture.info
    assert len(first) < 100_000


def key(shown: Month, code: str = SPANISH, *, dark: bool = False) -> str:
    return month_key(shown, language(code), dark=dark)


def test_the_key_of_a_month_changes_with_all_that_is_drawn() -> None:
    day = SEED.days[date(2019, 7, 18)]
    changed = (
        replace(SEED, today=date(2019, 7, 17)),
        replace(SEED, currency="USD"),
        replace(SEED, basis=Basis.DUE),
        replace(SEED, collector=Collector("C1", "Laura")),
        replace(SEED, collector=Collector("C1", "Laura M.")),
        replace(SEED, days={**SEED.days, day.on: replace(day, count=2)}),
        replace(SEED, days={**SEED.days, day.on: replace(day, broken=True)}),
        replace(SEED, days={**SEED.days, day.on: replace(day, total=day.total + day.total)}),
        replace(SEED, first=date(2019, 8, 1)),
    )
    keys = {key(SEED), key(SEED, dark=True), key(SEED, ENGLISH), *map(key, changed)}
    assert len(keys) == 3 + len(changed)


def test_the_key_of_a_month_stays_where_nothing_else_is_drawn() -> None:
    assert key(SEED) == key(replace(SEED, choice=True, currencies=("MXN", "USD")))
    august = replace(SEED, first=date(2019, 8, 1))
    assert key(august) == key(replace(august, today=date(2019, 7, 17)))


def test_texts_have_keys_of_their_own() -> None:
    for shown in MONTHS.values():
        keys = [mark.key for mark in lay_out(shown.month, language(SPANISH)).marks if isinstance(mark, Line)]
        assert len(keys) == len(set(keys))
