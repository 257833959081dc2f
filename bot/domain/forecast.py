"""The coming weeks: what is to come of each one's promises, and what of it is likely by those that customers keep."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.money import Money, total
from bot.domain.scores import Score

WEEK = timedelta(days=7)
WEEKS_AHEAD = 6
WEEKS_BACK = 12


@dataclass(frozen=True, slots=True)
class Promised:
    """What is to come of a customer's promises in force for a day in one currency, and how many they are."""

    on: date
    customer_id: int
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """What is to come of a week's promises, or of those before or after all the weeks; there a day is missing."""

    first: date | None
    last: date | None
    expected: Money
    likely: Money
    count: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The promises in force in one currency, by week from the present one on; `score` is the portfolio's.

    `before` are those of earlier weeks, whose payment may be under way. With nothing judged nothing is weighted.
    """

    currency: str
    score: Score
    before: Span
    weeks: tuple[Span, ...]
    later: Span

    @property
    def spans(self) -> tuple[Span, ...]:
        """All of them, in order: together every promise of which something is to come, each once."""
        return self.before, *self.weeks, self.later

    @property
    def expected(self) -> Money:
        """What is to come in the weeks."""
        return total((week.expected for week in self.weeks), self.currency)

    @property
    def likely(self) -> Money:
        """What of it is likely to come."""
        return total((week.likely for week in self.weeks), self.currency)

    @property
    def count(self) -> int:
        """How many promises there are for the weeks."""
        return sum(week.count for week in self.weeks)

    @property
    def is_weighted(self) -> bool:
        """Whether any promise was judged to weigh by."""
        return self.score.due > 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to come at all."""
        return not any(span.count for span in self.spans)


def monday(day: date) -> date:
    """The first day of a day's week, as the calendar has it."""
    return day - timedelta(days=day.weekday())


def likely(minor: int, score: Score) -> int:
    """The share of an amount that promises kept out of those due make likely, to the nearest minor unit, half up.

    One kept in part counts as not kept. With nothing due the amount itself.
    """
    return (2 * minor * score.kept + score.due) // (2 * score.due) if score.due else minor


def combined(scores: Iterable[Score]) -> Score:
    """The score of all of them together."""
    each = list(scores)
    return Score(sum(s.due for s in each), sum(s.kept for s in each), sum(s.broken for s in each))


def forecast(
    promised: Iterable[Promised], scores: Mapping[int, Score], portfolio: Score, currency: str, today: date
) -> Forecast:
    """The weeks from today's on; each customer's money of a week is weighted, and rounded, by itself.

    A customer of whom nothing was due is weighted by the portfolio's score.
    """
    amounts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    counts: dict[int, int] = defaultdict(int)
    start = monday(today)
    for each in promised:
        if each.amount.currency == currency:
            position = min(max((each.on - start) // WEEK, -1), WEEKS_AHEAD)
            amounts[position][each.customer_id] += each.amount.minor
            counts[position] += each.count

    def span(position: int, first: date | None, last: date | None) -> Span:
        of = amounts[position]
        weighted = (likely(minor, scores.get(customer, portfolio)) for customer, minor in of.items())
        return Span(first, last, Money(sum(of.values()), currency), Money(sum(weighted), currency), counts[position])

    day = timedelta(days=1)
    return Forecast(
        currency,
        portfolio,
        span(-1, None, start - day),
        tuple(span(n, start + n * WEEK, start + (n + 1) * WEEK - day) for n in range(WEEKS_AHEAD)),
        span(WEEKS_AHEAD, start + WEEKS_AHEAD * WEEK, None),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """The promises of a week that have been judged."""

    first: date
    score: Score

    @property
    def last(self) -> date:
        """The week's Sunday."""
        return self.first + WEEK - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Record:
    """How promises were kept, week by week up to the present one, in one currency."""

    currency: str
    weeks: tuple[Tally, ...]

    @property
    def score(self) -> Score:
        """That of all the weeks."""
        return combined(week.score for week in self.weeks)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was judged in these weeks."""
        return not self.score.due


def first_week_back(today: date) -> date:
    """The Monday on which the weeks looked back on begin."""
    return monday(today) - (WEEKS_BACK - 1) * WEEK


def record(scores: Mapping[date, Score], currency: str, today: date) -> Record:
    """The scores of promised days, by week."""
    firsts = [first_week_back(today) + n * WEEK for n in range(WEEKS_BACK)]
    return Record(
        currency,
        tuple(Tally(first, combined(s for on, s in scores.items() if monday(on) == first)) for first in firsts),
    )
