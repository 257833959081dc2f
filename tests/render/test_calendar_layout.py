"""What the month's picture says and where, read from matplotlib's own text objects."""

import calendar
from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from bot.domain.calendar import Collector, Month
from bot.domain.dates import add_months, bank_holiday, is_bank_day
from bot.domain.money import Money, total
from bot.i18n import SPANISH as ES
from bot.i18n import language
from bot.render.calendar_colours import LIGHT
from bot.render.calendar_figure import HATCHED, figure
from bot.render.calendar_glyphs import pixels
from bot.render.calendar_layout import WIDTH, Cross, Field, Line, in_cell, in_millions, lay_out
from tests.render.months import JULY, LARGEST, MONTHS, OFFICE, TODAY, Shown, every_day, month

SPANISH = language(ES)
# What readers of 360 points can read: 7.3 of them.
SMALLEST = 22


def drawn(shown: Month) -> Figure:
    return figure(lay_out(shown, SPANISH), LIGHT)


def texts(shown: Month) -> dict[str, str]:
    return {str(text.get_gid()): text.get_text() for text in drawn(shown).texts if text.get_gid()}


def extents(of: Figure) -> dict[str, Bbox]:
    pixels(of)
    return {str(text.get_gid()): text.get_window_extent() for text in of.texts if text.get_gid()}


def test_each_day_shows_its_total_and_count_and_the_header_the_month_s() -> None:
    found = texts(month((23, 162400, 1), (25, 487250, 3)))
    assert found["2019-07-23:total"] == "$1,624"
    assert found["2019-07-23:count"] == "1 doc."
    assert found["2019-07-25:total"] == "$4,872.50"
    assert found["2019-07-25:count"] == "3 docs."
    assert found["header:month"] == "Julio 2019"
    assert found["header:subject"] == "Promesas de pago"
    assert found["header:total"] == "$6,496.50"
    assert found["header:count"] == "4 documentos · PESOS (MXN)"
    assert not [key for key in found if key.startswith("2019-07-24") and key != "2019-07-24:day"]


@pytest.mark.parametrize("shown", MONTHS.values(), ids=MONTHS)
def test_weeks_show_their_totals_and_add_up_to_the_month(shown: Shown) -> None:
    found = texts(shown.month)
    weeks = list(shown.month.weeks())
    assert total((week.total for week in weeks), shown.month.currency) == shown.month.total
    for week in weeks:
        key = f"week:{week.days[0]}"
        assert found.get(f"{key}:total") == (in_cell(week.total, SPANISH) if week.count else None)
        assert found.get(f"{key}:count", "0").count(f"{week.count:,}") == 1
        named = [f"{on.day} {bank_holiday(on)}" for on in week.days if bank_holiday(on)]
        assert found.get(f"{key}:holidays", "") == " · ".join(named)


def test_another_currency_is_named_once_and_has_its_own_decimals() -> None:
    found = texts(month((23, 162400, 1), currency="JPY"))
    assert found["header:total"] == "JPY 162,400"
    assert found["header:count"] == "1 documento · JPY"
    assert found["2019-07-23:total"] == "162,400"


def test_the_header_says_whose_documents_and_by_which_dates() -> None:
    assert texts(MONTHS["due_dates_of_a_collector"].month)["header:subject"] == "Vencimientos · Laura Méndez Ñúñez"
    assert texts(MONTHS["a_collector_without_a_name"].month)["header:subject"] == "Promesas de pago · RUTA-NORTE-07"
    smiling = replace(MONTHS["a_collector_without_a_name"].month, collector=Collector("C1", "Laura 🙂"))
    assert texts(smiling)["header:subject"] == "Promesas de pago · Laura"
    long = texts(MONTHS["a_collector_with_a_long_name"].month)["header:subject"]
    assert long.startswith("Promesas de pago · María Guadalupe")
    assert long.endswith("…")


def test_the_legend_says_not_kept_of_promises_and_overdue_of_due_dates() -> None:
    assert texts(OFFICE)["legend:broken"] == "Sin cumplir"
    assert texts(MONTHS["due_dates"].month)["legend:broken"] == "Vencido"


def test_the_week_begins_on_monday() -> None:
    shown = month(first=date(2020, 3, 1))
    found, places = texts(shown), extents(drawn(shown))
    assert [found[f"weekday:{n}"] for n in range(7)] == ["Lun", "Mar", "Mié", "Jue", "Vie", "Sáb", "Dom"]
    # 1 March 2020 is a Sunday, the 2nd a Monday one week further down.
    assert places["2020-03-01:day"].x0 > places["weekday:5"].x1
    assert places["2020-03-02:day"].x0 < places["weekday:1"].x0
    assert places["2020-03-02:day"].y1 < places["2020-03-01:day"].y0
    assert "2020-03-31:day" in found
    assert "2020-04-01:day" not in found


def test_every_day_without_banks_is_hatched_and_no_other() -> None:
    shown = month(first=date(2019, 9, 1))
    days = [date(2019, 9, n) for n in range(1, 31)]
    fields = [mark for mark in lay_out(shown, SPANISH).marks if isinstance(mark, Field)]
    assert [field.closed for field in fields[:30]] == [not is_bank_day(on) for on in days]


@pytest.mark.parametrize("shown", MONTHS.values(), ids=MONTHS)
def test_nothing_is_written_on_hatching_but_the_day_s_number(shown: Shown) -> None:
    marks = lay_out(shown.month, SPANISH).marks
    closed = [mark for mark in marks if isinstance(mark, Field) and mark.closed and mark.height > HATCHED]
    for line in (mark for mark in marks if isinstance(mark, Line)):
        hatched = any(
            field.x <= line.x < field.x + field.width and field.y <= line.y - line.style.size < field.y + HATCHED
            for field in closed
        )
        assert line.style.clear == hatched == (hatched and line.key.endswith(":day")), line.key


@pytest.mark.parametrize(("today", "rings"), [(TODAY, 2), (date(2019, 8, 16), 1)])
def test_today_is_ringed_in_its_own_month_only(today: date, rings: int) -> None:
    marks = lay_out(month(today=today), SPANISH).marks
    assert sum(isinstance(mark, Field) and mark.ringed for mark in marks) == rings  # one in the legend


def test_a_broken_day_bears_a_cross() -> None:
    marks = lay_out(month((2, 100, 1), (3, 100, 1), (23, 100, 1), broken=(2, 3)), SPANISH).marks
    assert sum(isinstance(mark, Cross) for mark in marks) == 3  # one in the legend


def test_a_day_with_nothing_but_broken_promises_bears_a_cross_their_number_and_no_amount() -> None:
    shown = month(all_broken=(13,))
    found = texts(shown)
    assert (found["2019-07-13:day"], found["2019-07-13:count"]) == ("13", "2 docs.")
    assert "2019-07-13:total" not in found
    assert sum(isinstance(mark, Cross) for mark in lay_out(shown, SPANISH).marks) == 2


def test_amounts_are_exact_wherever_that_can_be_read() -> None:
    amounts = (1, 99, 1_00, 999_99, 12_345_67, 999_999_99, 99_999_999_00)
    for minor in amounts:
        assert texts(month((23, minor, 1)))["2019-07-23:total"] == in_cell(Money(minor), SPANISH)
    for minor, said in ((1_000_000_01, "$1.00 M"), (LARGEST, "$99.99 M"), (12_345_678_901_23, "$12,345 M")):
        found = texts(month((23, minor, 400)))
        assert found["2019-07-23:total"] == said
        assert found["header:total"] == SPANISH.money(Money(minor))


@given(st.integers(1, 10**13), st.sampled_from(["MXN", "USD", "JPY", "KWD"]))
def test_millions_say_never_more_than_there_is(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    millions, _, unit = in_millions(amount, SPANISH).replace("$", "").replace(",", "").rpartition(" ")
    assert unit == "M"
    said = float(millions) * 1_000_000
    assert said <= amount.decimal + 1
    assert amount.decimal - 1 <= said + (1_000_000 if said >= 1e9 else 10_000)


# Shrinking a month that fails takes minutes.
@pytest.mark.slow
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    offset=st.integers(-60, 60),
    amounts=st.lists(st.integers(1, LARGEST), min_size=28, max_size=28),
    currency=st.sampled_from(["MXN", "USD"]),
    today=st.integers(1, 28),
)
def test_whatever_the_amounts_no_text_leaves_its_cell_or_covers_another(
    offset: int, amounts: list[int], currency: str, today: int
) -> None:
    first = add_months(JULY, offset)
    days = [(n, minor, minor % 400 + 1) for n, minor in enumerate(amounts, start=1)]
    shown = month(*days, first=first, currency=currency, today=first.replace(day=today), broken=range(1, today))
    assert_readable(shown)
    found = texts(shown)
    for on, day in shown.days.items():
        assert found[f"{on}:total"] in {in_cell(day.total, SPANISH), in_millions(day.total, SPANISH)}


@pytest.mark.parametrize("shown", MONTHS.values(), ids=MONTHS)
def test_no_month_to_look_at_has_a_text_that_leaves_its_cell_or_covers_another(shown: Shown) -> None:
    assert_readable(shown.month)


def assert_readable(shown: Month) -> None:
    of = drawn(shown)
    assert min(float(text.get_fontsize()) for text in of.texts) >= SMALLEST
    places, said = extents(of), texts(shown)
    groups: dict[str, list[str]] = defaultdict(list)
    for key, place in places.items():
        assert 0 <= place.x0 < place.x1 <= WIDTH, said[key]
        groups[key.partition(":")[0]].append(key)
    for name, keys in groups.items():
        if name.startswith("20"):
            column = calendar.weekday(*map(int, name.split("-")))
            left = 8 + 152 * column
            assert all(left + 4 <= places[key].x0 and places[key].x1 <= left + 148 for key in keys), name
        for one, other in combinations(keys, 2):
            # Extents reach down to where a `g` would; capitals and digits do not.
            assert not places[one].padded(-3).overlaps(places[other].padded(-3)), (said[one], said[other])


def test_amounts_of_a_month_are_in_one_cut_and_in_sizes_close_to_each_other() -> None:
    for shown in MONTHS.values():
        written = [text for text in drawn(shown.month).texts if str(text.get_gid()).endswith(":total")]
        days = [text for text in written if str(text.get_gid()).startswith("20")]
        sizes = {float(text.get_fontsize()) for text in days}
        assert len({str(text.get_fontproperties().get_file()) for text in days}) <= 1
        assert max(sizes, default=0) - min(sizes, default=0) <= 4


def test_the_smallest_day_of_all_is_still_there() -> None:
    assert texts(every_day(lambda _: 1, lambda _: 1))["header:total"] == "$0.31"
