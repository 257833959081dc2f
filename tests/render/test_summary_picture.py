"""The summary's picture: as it was last looked at, and what it says, read from matplotlib's own text objects."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from bot.domain.calendar import Collector
from bot.domain.forecast import Forecast, Record
from bot.domain.summary import Aging, Summary, Topic
from bot.i18n import ENGLISH, language
from bot.i18n import SPANISH as ES
from bot.render.calendar_colours import DARK, LIGHT, Palette, Tone
from bot.render.calendar_glyphs import pixels
from bot.render.summary_figure import SMALLEST, WIDTH, figure
from bot.render.summary_image import summary_key, summary_png
from tests.render.pictures import assert_no_others, assert_picture, difference, opened
from tests.render.summaries import (
    COMING,
    LARGEST,
    LAURA,
    OFFICE,
    RAMIRO,
    SUMMARIES,
    TEAM,
    TODAY,
    Shown,
    aged,
    expected,
    kept,
    promised,
)

SPANISH = language(ES)
each_summary = pytest.mark.parametrize("name", SUMMARIES)


def png(shown: Shown) -> bytes:
    return summary_png(shown.summary, language(shown.language), dark=shown.dark)


def drawn(shown: Shown) -> Figure:
    return figure(shown.summary, language(shown.language), DARK if shown.dark else LIGHT)


def texts(shown: Summary) -> dict[str, str]:
    return {str(text.get_gid()): text.get_text() for text in drawn(Shown(shown)).texts if text.get_gid()}


def bars(shown: Summary) -> dict[str, float]:
    """How long each bar is."""
    boxes = (artist for artist in drawn(Shown(shown)).artists if isinstance(artist, Rectangle))
    return {str(box.get_gid()): box.get_width() for box in boxes if not str(box.get_gid()).endswith("axis")}


@each_summary
def test_the_summary_looks_as_it_was_last_looked_at(name: str) -> None:
    assert_picture(f"summary/{name}", png(SUMMARIES[name]))


def test_no_golden_picture_is_left_of_a_summary_that_is_gone_and_they_stay_small() -> None:
    assert_no_others("summary", SUMMARIES, largest=600_000)


def test_these_tests_see_one_wrong_digit() -> None:
    other = aged((486_310_25, 41), (152_900_00, 18), (61_244_50, 9), (18_020_00, 4), (37_615_76, 6))
    mean, worst = difference(opened(png(Shown(OFFICE))), opened(png(Shown(other))))
    assert worst > 12
    assert mean < 0.5


def test_aging_shows_each_buckets_amount_share_and_count_and_the_whole() -> None:
    found = texts(OFFICE)
    assert (found["header:title"], found["header:total"]) == ("Antigüedad de saldos", "$756,090.50")
    assert (found["header:subject"], found["header:count"]) == (
        "16/07/2019 · Toda la cartera", "78 documentos · PESOS (MXN)",
    )  # fmt: skip
    assert (found["current:age"], found["over_90:age"]) == ("Por vencer", "Más de 90 días")
    assert (found["1-30:age"], found["1-30:amount"], found["1-30:share"]) == (
        "1–30 días",
        "$152,900",
        "20 % · 18 docs.",
    )
    none = texts(SUMMARIES["aging_of_a_customer_in_dollars"].summary)
    assert (none["current:amount"], none.get("current:share")) == ("–", None)
    assert found["legend:overdue"] == "Vencido: $269,780.25 · 36 %"


def test_a_bar_is_as_long_as_its_amount_and_the_least_is_seen() -> None:
    found = bars(OFFICE)
    assert found["1-30:bar"] / found["current:bar"] == pytest.approx(152_900_00 / 486_310_25)
    smallest = bars(SUMMARIES["aging_from_one_cent_to_the_largest"].summary)
    assert 4 < smallest["current:bar"] < 10
    none = bars(aged((100, 1), (0, 0), (-5_00, 1)))
    assert {key for key in none if key.endswith(":bar")} == {"current:bar"}


def test_weeks_show_what_is_promised_and_what_of_it_is_likely() -> None:
    found = texts(COMING)
    assert (found["header:title"], found["header:total"]) == ("Próximas semanas", "$284,721.25")
    assert found["2019-07-15:week"] == "15/07–21/07"
    assert (found["2019-07-15:amount"], found["2019-07-15:weighted"]) == ("$104,520.50", "$68,390.13")
    assert (found["2019-07-15:count"], found["2019-08-19:count"]) == ("12 promesas", "1 promesa")
    assert found["2019-08-05:amount"] == "–"
    assert found["legend:likely"] == "Según cumplimiento: $153,459.44"
    long = bars(COMING)
    assert long["2019-07-15:likely"] / long["2019-07-15:promised"] == pytest.approx(68_390_13 / 104_520_50)
    plain = texts(expected(promised(100_00, 2)))
    assert plain["legend:unweighted"] == "Aún sin promesas juzgadas para ponderar"
    assert not [key for key in plain if key.endswith((":weighted", ":likely"))]


def test_only_what_lies_beyond_the_weeks_leaves_them_empty() -> None:
    found = texts(expected(promised(100_00, 8)))
    assert [text for key, text in found.items() if key.endswith(":amount")] == ["–"] * 6


def test_past_weeks_show_kept_in_part_and_broken_as_parts_of_a_bar() -> None:
    found, long = texts(TEAM), bars(TEAM)
    assert (found["header:title"], found["header:total"]) == ("Cumplimiento", "69 %")
    assert found["header:count"] == "126 promesas · PESOS (MXN)"
    assert [found[f"2019-06-03:{part}:count"] for part in ("kept", "in_part", "broken")] == ["12", "3", "4"]
    assert (found["2019-06-03:share"], found["2019-05-20:share"]) == ("12/19 · 63 %", "–")
    assert (long["2019-06-03:kept"] + 3) / (long["2019-06-03:broken"] + 3) == pytest.approx(3)
    assert "2019-05-27:broken" not in long
    assert [found[f"legend:{part}"] for part in ("kept", "in_part", "broken")] == [
        "Cumplidas",
        "En parte",
        "Sin cumplir",
    ]


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (aged(), "No se debe nada en PESOS."),
        (expected(currency="USD"), "No hay nada prometido en DÓLARES."),
        (kept([]), "En estas semanas no se ha juzgado ninguna promesa en PESOS."),
    ],
    ids=[topic.value for topic in Topic],
)
def test_what_is_empty_says_so_in_words(shown: Summary, said: str) -> None:
    assert texts(shown)["nothing"] == said
    assert bars(shown) == {}


def test_the_picture_says_whose_it_is_and_in_which_currency() -> None:
    assert texts(aged((1, 1), customer=RAMIRO))["header:subject"].endswith("CL002 · Ramiro Aldana")
    assert texts(aged((1, 1), collector=Collector("RUTA-7")))["header:subject"].endswith("RUTA-7")
    shop = texts(aged((1, 1), customer=replace(RAMIRO, name="Abarrotes 🏪")))
    assert shop["header:subject"].endswith("CL002 · Abarrotes")
    yen = texts(aged((162400, 1), currency="JPY"))
    assert (yen["header:total"], yen["current:amount"]) == ("JPY 162,400", "162,400")
    assert yen["header:count"] == "1 documento · JPY"
    long = replace(LAURA, name="María Guadalupe Íñiguez Peñafiel de la Garza y Villaseñor de los Montes")
    assert texts(aged((LARGEST, 400), collector=long))["header:subject"].endswith("…")


def test_the_largest_amount_is_exact_and_one_beyond_all_measure_is_in_millions() -> None:
    assert texts(aged((10**15 - 1, 1)))["current:amount"] == "$9,999,999,999,999.99"
    assert texts(aged((10**17 + 1, 1)))["current:amount"] == "$1,000,000,000 M"


@each_summary
def test_every_figure_is_inside_its_own_room_and_large_enough_to_read(name: str) -> None:
    of = drawn(SUMMARIES[name])
    pixels(of)
    places = {str(text.get_gid()): text.get_window_extent() for text in of.texts if text.get_gid()}
    assert all(float(text.get_fontsize()) >= SMALLEST for text in of.texts)
    height = of.get_figheight() * of.dpi
    for place in places.values():
        assert 0 <= place.x0 < place.x1 <= WIDTH
        assert 0 <= place.y0 < place.y1 <= height
    for (one, its), (other, others) in combinations(places.items(), 2):
        assert not its.overlaps(others), (one, other)


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_bars_that_meet_differ_in_lightness_or_in_hatching(palette: Palette) -> None:
    def contrast(one: str, other: str) -> float:
        light, dark = sorted((luminance(one), luminance(other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    strong, soft = palette.tones[Tone.MOST][0], palette.tones[Tone.LESS][0]
    assert contrast(strong, soft) > 4.5  # likely on promised; kept beside in part
    assert contrast(palette.broken, soft) > 3  # in part beside broken
    assert contrast(palette.broken, palette.on_broken) > 4.5  # the hatching that tells broken from kept
    assert contrast(strong, palette.paper) > 4.5


def test_the_same_summary_gives_the_same_bytes_of_a_small_file() -> None:
    first = png(Shown(OFFICE))
    assert first == png(Shown(OFFICE))
    with Image.open(BytesIO(first)) as picture:
        assert (picture.width, picture.mode) == (1080, "P")
    assert len(first) < 60_000


def key(shown: Summary, code: str = ES, *, dark: bool = False) -> str:
    return summary_key(shown, language(code), dark=dark)


def test_the_key_of_a_summary_changes_with_all_that_is_drawn_and_with_nothing_else() -> None:
    figures = OFFICE.figures
    assert isinstance(figures, Aging)
    changed = (
        replace(OFFICE, today=date(2019, 7, 17)),
        replace(OFFICE, figures=replace(figures, currency="USD")),
        replace(OFFICE, figures=replace(figures, buckets=figures.buckets[::-1])),
        replace(OFFICE, collector=LAURA),
        replace(OFFICE, customer=RAMIRO),
        COMING,
        TEAM,
    )
    keys = {key(OFFICE), key(OFFICE, dark=True), key(OFFICE, ENGLISH), *map(key, changed)}
    assert len(keys) == 3 + len(changed)
    assert key(OFFICE) == key(replace(OFFICE, choice=True, currencies=("MXN", "USD"), topics=()))
    named = replace(OFFICE, customer=RAMIRO)
    assert key(named) == key(replace(named, customer=replace(RAMIRO, email=("pagos@aldana.example",))))


def test_the_examples_are_of_the_seeds_day_and_of_every_topic() -> None:
    kinds = {type(shown.summary.figures) for shown in SUMMARIES.values()}
    assert kinds == {Aging, Forecast, Record}
    assert {shown.summary.today for shown in SUMMARIES.values()} == {TODAY}


@pytest.mark.slow
def test_matplotlib_is_not_imported_before_a_picture_is_drawn_not_even_for_its_key() -> None:
    code = (
        "import sys\nfrom tests.render.months import SEED\nfrom tests.render.summaries import OFFICE\n"
        "from bot.i18n import language\nimport handlers\nfrom bot.render.calendar_image import month_key\n"
        "from bot.render.summary_image import summary_key\nmonth_key(SEED, language('es'))\n"
        "summary_key(OFFICE, language('es'))\nsys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own lines
