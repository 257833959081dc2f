"""Months to look at: each a picture whose golden PNG is kept in `tests/golden/calendar`."""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.calendar import Basis, Collector, Day, Month
from bot.domain.money import Money
from bot.i18n import ENGLISH, SPANISH

JULY = date(2019, 7, 1)
TODAY = date(2019, 7, 16)
LARGEST = 99_999_999_99


@dataclass(frozen=True, slots=True)
class Shown:
    """A month, and how it is shown."""

    month: Month
    dark: bool = False
    language: str = SPANISH


def month(
    *days: tuple[int, int, int],
    first: date = JULY,
    today: date = TODAY,
    currency: str = "MXN",
    broken: Iterable[int] = (),
    all_broken: Iterable[int] = (),
    **fields: object,
) -> Month:
    """A month of (day, minor units, count), with the days on which something or everything was broken."""
    late = set(broken)
    made = {n: Day(first.replace(day=n), Money(minor, currency), count, n in late) for n, minor, count in days}
    for n in all_broken:
        made[n] = Day(first.replace(day=n), Money(0, currency), 0, broken=True, broken_count=n % 4 + 1)
    in_order = {made[n].on: made[n] for n in sorted(made)}
    return Month(first, today, currency, in_order, (currency,), **fields)  # type: ignore[arg-type] # as given


def every_day(amount: Callable[[int], int], count: Callable[[int], int] = lambda n: n, **fields: object) -> Month:
    """A month with something on each of its days."""
    first = fields.get("first", JULY)
    assert isinstance(first, date)
    last = calendar.monthrange(first.year, first.month)[1]
    return month(*((n, amount(n), count(n)) for n in range(1, last + 1)), **fields)  # type: ignore[arg-type] # as given


def _mixed(n: int) -> int:
    """Amounts as an office has them: many small, some large, with and without cents."""
    return (n * n * 37_911_13) % 186_000_00 // (n % 5 + 1) // (1 if n % 3 else 100) * (1 if n % 3 else 100) + 1_00


SEED = month((16, 1_624_00, 1), (18, 2_842_00, 1), (23, 4_466_50, 2), (30, 4_872_00, 1), broken=[])
OFFICE = month(
    *(
        (n, _mixed(n), n * 7 % 12 + 1)
        for n in (1, 2, 3, 4, 5, 8, 10, 11, 12, 15, 16, 17, 18, 19, 22, 23, 25, 26, 29, 31)
    ),
    broken=(3, 10, 15),
    all_broken=(9,),
)
LAURA = Collector("C1", "Laura Méndez Ñúñez")
SEPTEMBER, APRIL, DECEMBER = date(2019, 9, 1), date(2019, 4, 1), date(2019, 12, 1)

MONTHS: dict[str, Shown] = {
    "seed": Shown(SEED),
    "seed_dark": Shown(SEED, dark=True),
    "seed_in_english": Shown(SEED, language=ENGLISH),
    "office": Shown(OFFICE),
    "office_dark": Shown(OFFICE, dark=True),
    "nothing": Shown(month()),
    "nothing_dark": Shown(month(), dark=True),
    "every_day": Shown(every_day(lambda n: n * 12_345_67)),
    "every_day_dark": Shown(every_day(lambda n: n * 12_345_67, broken=range(1, 16)), dark=True),
    "six_weeks": Shown(every_day(_mixed, first=SEPTEMBER, today=date(2019, 9, 17))),
    "six_weeks_dark": Shown(every_day(_mixed, first=SEPTEMBER, today=date(2019, 9, 17)), dark=True),
    "four_weeks": Shown(every_day(_mixed, first=date(2021, 2, 1), today=date(2021, 2, 28))),
    "leap_day": Shown(month((29, 29_29, 29), first=date(2024, 2, 1), today=date(2024, 2, 29))),
    "one_cent": Shown(every_day(lambda _: 1, lambda _: 1)),
    "largest": Shown(every_day(lambda _: LARGEST, lambda _: 400)),
    "largest_dark": Shown(every_day(lambda _: LARGEST, lambda _: 400, broken=range(1, 32)), dark=True),
    "from_one_cent_to_the_largest": Shown(every_day(lambda n: min(LARGEST, 4 ** (n - 1)), lambda n: n * n % 400 + 1)),
    "whole_millions": Shown(every_day(lambda n: n * 1_234_567_00, lambda n: 400 - n)),
    "one_day_outweighs_all": Shown(month((5, 900_00, 1), (12, 1_200_50, 3), (19, 850_000_00, 400), (26, 75, 1))),
    "all_broken": Shown(month(all_broken=range(1, 16))),
    "all_broken_dark": Shown(month(all_broken=range(1, 16)), dark=True),
    "dollars": Shown(month((4, 250_00, 1), (18, 19_999_99, 12), currency="USD", broken=(4,))),
    "yen": Shown(month((18, 1_234_567, 2), (19, 99, 1), currency="JPY")),
    "dinars": Shown(month((18, 1_234_567, 2), (19, 99, 1), currency="KWD"), dark=True),
    "due_dates": Shown(replace(OFFICE, basis=Basis.DUE)),
    "due_dates_of_a_collector": Shown(replace(OFFICE, basis=Basis.DUE, collector=LAURA), dark=True),
    "a_collector_with_a_long_name": Shown(
        replace(SEED, collector=Collector("C2", "María Guadalupe Íñiguez Peñafiel de la Garza y Villaseñor"))
    ),
    "a_collector_without_a_name": Shown(replace(SEED, collector=Collector("RUTA-NORTE-07"))),
    "today_on_saturday": Shown(replace(OFFICE, today=date(2019, 7, 13))),
    "today_on_sunday_dark": Shown(every_day(lambda n: n * 98_765_43, today=date(2019, 7, 28)), dark=True),
    "today_on_independence_day": Shown(
        month((16, 48_500_00, 3), (17, 2_000_00, 1), first=SEPTEMBER, today=date(2019, 9, 16))
    ),
    "easter": Shown(every_day(_mixed, first=APRIL, today=date(2019, 4, 17))),
    "december": Shown(every_day(_mixed, first=DECEMBER, today=date(2019, 12, 12)), language=ENGLISH),
    "another_month": Shown(month((1, 75_000_00, 4), first=date(2026, 1, 1))),
}
