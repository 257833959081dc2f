import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from io import BytesIO
from itertools import combinations, pairwise

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.transforms import Bbox
from PIL import Image

from bot.domain.agenda import Day, Month
from bot.domain.dates import add_months, is_bank_day
from bot.domain.money import Money, total
from bot.i18n import language
from bot.render.calendar_figure import DARK, LIGHT, Palette, month_figure
from bot.render.calendar_image import month_png

SPANISH = language("es")
JULY = date(2019, 7, 1)
TODAY = date(2019, 7, 16)


def _month(
    *days: tuple[int, int, int],
    first: date = JULY,
    today: date = TODAY,
    currency: str = "MXN",
    broken: Iterable[int] = (),
) -> Month:
    """A month of (day, minor units, count)."""
    made = {
        first.replace(day=n): Day(first.replace(day=n), Money(minor, currency), count, n in set(broken))
        for n, minor, count in days
    }
    amount = total((day.total for day in made.values()), currency)
    return Month(first, today, currency, made, amount, sum(count for _, _, count in days), (currency,))


def _texts(figure: Figure) -> dict[str, str]:
    return {str(text.get_gid()): text.get_text() for text in figure.axes[0].texts}


def _extents(figure: Figure) -> dict[str, Bbox]:
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call] # matplotlib left it untyped
    return {str(text.get_gid()): text.get_window_extent() for text in figure.axes[0].texts}


def test_each_day_shows_its_total_and_count_and_the_header_the_month_s() -> None:
    texts = _texts(month_figure(_month((23, 162400, 1), (25, 487250, 3)), SPANISH))
    assert texts["2019-07-23:total"] == "$1,624"
    assert texts["2019-07-23:count"] == "1 doc."
    assert texts["2019-07-25:total"] == "$4,872.50"
    assert texts["2019-07-25:count"] == "3 docs."
    assert texts["header:month"] == "Julio 2019"
    assert texts["header:total"] == "$6,496.50"
    assert texts["header:count"] == "4 documentos · PESOS (MXN)"
    assert not [key for key in texts if key.startswith("2019-07-24") and key != "2019-07-24:day"]


def test_another_currency_is_named_once_and_has_its_own_decimals() -> None:
    texts = _texts(month_figure(_month((23, 162400, 1), currency="JPY"), SPANISH))
    assert texts["header:total"] == "JPY 162,400"
    assert texts["header:count"] == "1 documento · JPY"
    assert texts["2019-07-23:total"] == "162,400"


def test_the_week_begins_on_monday() -> None:
    figure = month_figure(_month(first=date(2020, 3, 1)), SPANISH)
    texts, places = _texts(figure), _extents(figure)
    assert [texts[f"weekday:{n}"] for n in range(7)] == ["Lun", "Mar", "Mié", "Jue", "Vie", "Sáb", "Dom"]
    # 1 March 2020 is a Sunday, the 2nd a Monday one week further down.
    assert places["2020-03-01:day"].x0 > places["weekday:5"].x1
    assert places["2020-03-02:day"].x0 < places["weekday:1"].x0
    assert places["2020-03-02:day"].y1 < places["2020-03-01:day"].y0
    assert "2020-03-31:day" in texts
    assert "2020-04-01:day" not in texts


def test_days_without_banks_are_hatched_and_the_holiday_is_named() -> None:
    figure = month_figure(_month(first=date(2019, 9, 1)), SPANISH)
    closed = sum(not is_bank_day(date(2019, 9, 1) + timedelta(days=n)) for n in range(30))
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == closed + 1  # and the legend's
    texts = _texts(figure)
    name = " ".join(texts[key] for key in sorted(texts) if key.startswith("2019-09-16:holiday"))
    assert name == "Día de la Independencia"


@pytest.mark.parametrize(("today", "rings"), [(TODAY, 2), (date(2019, 8, 16), 1)])
def test_today_is_ringed_in_its_own_month_only(today: date, rings: int) -> None:
    figure = month_figure(_month(today=today), SPANISH)
    assert sum(not patch.get_fill() for patch in figure.axes[0].patches) == rings  # one in the legend


def test_a_broken_day_bears_a_cross() -> None:
    axes = month_figure(_month((2, 100, 1), (3, 100, 1), (23, 100, 1), broken=(2, 3)), SPANISH).axes[0]
    assert sum(isinstance(patch, Circle) for patch in axes.patches) == 3  # one in the legend
    assert len(axes.lines) == 6


def test_a_day_with_nothing_but_broken_promises_bears_a_cross_their_number_and_no_amount() -> None:
    on = JULY.replace(day=12)
    month = Month(JULY, TODAY, "MXN", {on: Day(on, Money(0), 0, broken=True, broken_count=2)}, Money(0), 0, ("MXN",))
    figure = month_figure(month, SPANISH)
    texts = _texts(figure)
    assert (texts[f"{on}:day"], texts[f"{on}:count"]) == ("12", "2 docs.")
    assert f"{on}:total" not in texts
    crosses = [patch for patch in figure.axes[0].patches if isinstance(patch, Circle)]
    assert len(crosses) == 2  # the day's and the legend's


def test_larger_amounts_are_never_lighter_in_the_light_nor_darker_in_the_dark() -> None:
    month = _month((2, 1, 1), (3, 25_00, 1), (4, 26_00, 1), (5, 60_00, 1), (8, 100_00, 1))
    for dark, palette in ((False, LIGHT), (True, DARK)):
        figure = month_figure(month, SPANISH, dark=dark)
        fills = [str(patch.get_facecolor()) for patch in figure.axes[0].patches]
        shown = [fills.index(str((*to_rgb(shade), 1.0))) for shade in palette.shades]
        assert shown == sorted(shown)  # the days above are drawn from the smallest to the largest


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_letters_stand_out_from_every_ground(palette: Palette) -> None:
    grounds = zip(
        (*palette.shades, palette.empty, palette.paper), (*palette.inks, palette.faint, palette.ink), strict=True
    )
    for ground, ink in grounds:
        assert _contrast(ground, ink) >= 6, (ground, ink)  # WCAG 2.2 asks for 4.5, the sun for more
    assert _contrast(palette.broken, palette.on_broken) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_shades_differ_in_grey(palette: Palette) -> None:
    steps = [_luminance(colour) for colour in (palette.empty, *palette.shades)]
    assert steps == sorted(steps, reverse=palette is LIGHT)
    for lighter, darker in pairwise(palette.shades):
        assert _contrast(lighter, darker) >= 1.2


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# Shrinking a month that fails takes minutes.
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    offset=st.integers(-60, 60),
    amounts=st.lists(st.integers(1, 99_999_999_99), min_size=28, max_size=28),
    currency=st.sampled_from(["MXN", "USD"]),
    today=st.integers(1, 28),
)
def test_whatever_the_amounts_no_text_leaves_its_cell_or_covers_another(
    offset: int, amounts: list[int], currency: str, today: int
) -> None:
    first = add_months(JULY, offset)
    days = [(n, minor, minor % 999 + 1) for n, minor in enumerate(amounts, start=1)]
    month = _month(*days, first=first, currency=currency, today=first.replace(day=today), broken=range(1, today))
    figure = month_figure(month, SPANISH)
    texts, extents = _texts(figure), _extents(figure)
    cells: dict[str, list[str]] = defaultdict(list)
    for key, extent in extents.items():
        assert 0 <= extent.x0 < extent.x1 <= 1080, key
        cells[key.partition(":")[0]].append(key)
    for place, keys in cells.items():
        if place.startswith("20"):
            room = 122 if place == month.today.isoformat() else 144  # a cell less its gap, and the ring
            assert max(extents[key].width for key in keys) <= room, [texts[key] for key in keys]
        for one, other in combinations(keys, 2):
            # Extents reach down to where a `g` would; capitals and digits do not.
            assert not extents[one].padded(-3).overlaps(extents[other].padded(-3)), (texts[one], texts[other])
    for on, day in month.days.items():
        assert _cents(texts[f"{on}:total"]) == day.total.minor


def _cents(amount: str) -> int:
    whole, _, cents = amount.replace("$", "").replace(",", "").partition(".")
    return int(whole + (cents or "00"))


def test_the_same_month_gives_the_same_bytes() -> None:
    month = _month((23, 162400, 1), broken=(23,))
    first, second = month_png(month, SPANISH), month_png(month, SPANISH)
    assert first == second
    assert first != month_png(month, SPANISH, dark=True)
    with Image.open(BytesIO(first)) as picture:
        assert picture.width == 1080
        assert "Software" not in picture.info


def test_a_month_without_promises_is_drawn_too() -> None:
    texts = _texts(month_figure(_month(), SPANISH, dark=True))
    assert texts["header:total"] == "$0.00"
    assert texts["header:count"] == "0 documentos · PESOS (MXN)"


def test_matplotlib_is_not_imported_before_a_month_is_drawn() -> None:
    code = "import bot.render.calendar_image, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own line
