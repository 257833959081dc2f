"""Summaries to look at: each a picture whose golden PNG is kept in `tests/golden/summary`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain.calendar import Collector, Sum
from bot.domain.forecast import WEEK, WEEKS_BACK, Promised, combined, first_week_back, forecast, record
from bot.domain.money import Money
from bot.domain.receivables import Customer
from bot.domain.scores import Score
from bot.domain.summary import Figures, Summary, Topic, aging
from bot.i18n import ENGLISH, SPANISH

TODAY = date(2019, 7, 16)
LARGEST = 99_999_999_99
LAURA = Collector("C1", "Laura Méndez Ñúñez")
RAMIRO = Customer(2, "CL002", "Ramiro Aldana")
ALL = tuple(Topic)


@dataclass(frozen=True, slots=True)
class Shown:
    """A summary, and how it is shown."""

    summary: Summary
    dark: bool = False
    language: str = SPANISH


def of(figures: Figures, topic: Topic = Topic.AGING, **fields: Any) -> Summary:  # noqa: ANN401 - as given
    """A summary on the seed's day."""
    return Summary(TODAY, topic, figures, (figures.currency,), ALL, **fields)


def aged(*amounts: tuple[int, int], currency: str = "MXN", **fields: Any) -> Summary:  # noqa: ANN401 - likewise
    """The aging of (minor units, documents), from those not due yet to those over 90 days past due."""
    late = (-5, 10, 45, 75, 200)
    sums = [
        Sum(TODAY - timedelta(days=days), Money(minor, currency), count)
        for days, (minor, count) in zip(late, amounts, strict=False)
    ]
    return of(aging(sums, currency, TODAY), **fields)


def promised(minor: int, week: int, customer: int = 1, count: int = 1, currency: str = "MXN") -> Promised:
    """What a customer promised for the Thursday of a week from this one on."""
    return Promised(date(2019, 7, 18) + week * WEEK, customer, Money(minor, currency), count)


def expected(
    *promises: Promised,
    scores: dict[int, Score] | None = None,
    currency: str = "MXN",
    **fields: Any,  # noqa: ANN401 - likewise
) -> Summary:
    """The coming weeks; the portfolio's score is that of its customers."""
    of_customers = scores or {}
    return of(
        forecast(promises, of_customers, combined(of_customers.values()), currency, TODAY), Topic.EXPECTED, **fields
    )


def kept(weeks: Sequence[tuple[int, int, int]], currency: str = "MXN", **fields: Any) -> Summary:  # noqa: ANN401 - likewise
    """The weeks' promises (kept, kept in part, broken), from the earliest one on."""
    first = first_week_back(TODAY)
    scores = {
        first + n * WEEK + timedelta(days=3): Score(sum(counts), counts[0], counts[2]) for n, counts in enumerate(weeks)
    }
    return of(record(scores, currency, TODAY), Topic.KEPT, **fields)


OFFICE = aged((486_310_25, 41), (152_900_00, 18), (61_244_50, 9), (18_020_00, 4), (37_615_75, 6))
COMING = expected(
    promised(84_520_00, 0, 1, 9), promised(20_000_50, 0, 2, 3), promised(61_300_00, 1, 1, 7),
    promised(7_450_00, 1, 3, 2), promised(98_000_00, 2, 2, 5), promised(12_250_75, 4, 1, 2),
    promised(1_200_00, 5, 3, 1), promised(5_000_00, 9, 1, 1), promised(3_000_00, -1, 1, 1),
    scores={1: Score(12, 9, 2), 2: Score(4, 1, 3)},
)  # fmt: skip
TEAM = kept([(5, 1, 2), (8, 0, 3), (6, 2, 1), (0, 0, 0), (9, 1, 0), (12, 3, 4), (7, 0, 7), (3, 1, 1), (14, 2, 2),
             (10, 0, 5), (11, 1, 3), (2, 0, 0)])  # fmt: skip

SUMMARIES: dict[str, Shown] = {
    "aging": Shown(OFFICE),
    "aging_dark": Shown(OFFICE, dark=True),
    "aging_of_a_customer_in_dollars": Shown(
        aged((0, 0), (250_00, 1), (0, 0), (0, 0), (19_999_99, 12), currency="USD", customer=RAMIRO)
    ),
    "aging_from_one_cent_to_the_largest": Shown(
        aged((1, 1), (LARGEST, 400), (LARGEST, 1), (99, 1), (LARGEST, 1_400), collector=LAURA)
    ),
    "aging_of_nothing_dark": Shown(aged(collector=LAURA), dark=True),
    "expected": Shown(COMING),
    "expected_dark_in_english": Shown(COMING, dark=True, language=ENGLISH),
    "expected_largest_and_unweighted": Shown(
        expected(promised(LARGEST, 0), promised(1, 3), promised(LARGEST, 5, 2, 400))
    ),
    "kept": Shown(TEAM),
    "kept_dark": Shown(TEAM, dark=True),
    "kept_of_many": Shown(
        kept([(400, 120, 999), (1, 0, 0), (0, 1, 0), (0, 0, 1)] * (WEEKS_BACK // 4), collector=LAURA)
    ),
}
