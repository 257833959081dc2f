"""How well customers keep their promises, and how well the promises that collectors obtain are kept."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.scores import SCORE_DAYS, CollectorScore, Score
from bot.store import scores


def of_portfolio(session: Session, person: Person, today: date) -> Mapping[int, Score]:
    """The score of each customer of a portfolio with a promise judged in the last 90 days."""
    return scores.by_customer(session, person, _after(today))


def of_customer(session: Session, occasion: Occasion, customer_id: int) -> Score:
    """The score of one customer of the portfolio; zeros without a promise judged in the last 90 days."""
    return scores.of_customer(session, occasion.person, _after(occasion.today), customer_id)


def of_collectors(session: Session, occasion: Occasion) -> tuple[CollectorScore, ...]:
    """The score of each portfolio that the person sees, by code: a collector sees their own."""
    names = scores.collectors(session)
    found = scores.by_collector(session, occasion.person, _after(occasion.today))
    return tuple(CollectorScore(code, names.get(code, ()), score) for code, score in sorted(found.items()))


def _after(today: date) -> date:
    # By the promised day, not by the day of the judgement: the same whenever the judgement ran.
    return today - timedelta(days=SCORE_DAYS)
