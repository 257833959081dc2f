"""`/resumen`: a portfolio or a customer at a glance."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.domain import calendar as rules
from bot.domain.errors import NotAllowed
from bot.domain.forecast import Forecast, Record, combined, first_week_back, forecast, monday, record
from bot.domain.occasion import Occasion
from bot.domain.people import Role
from bot.domain.summary import Aging, Figures, Summary, Topic, View, aging
from bot.services import scores
from bot.services.statements import customer_by_id, find_customer
from bot.store import audit, calendar, summaries
from bot.store import scores as judged

# What is shown when nobody has chosen.
AT_FIRST = View()


def summary(session: Session, occasion: Occasion, view: View = AT_FIRST) -> Summary:
    """What a view shows; in MXN, or the only currency that there is, when none is asked for.

    Raises NotAllowed, CustomerNotFound, and CollectorGone when the view is of a collector whose customers the person
    does not see, or no longer.
    """
    person = occasion.person
    # How well a team keeps its promises is its supervisor's matter.
    topics = tuple(topic for topic in Topic if topic is not Topic.KEPT or person.sees_all)
    if view.topic not in topics:
        raise NotAllowed(Role.SUPERVISOR)
    choice = calendar.collectors(session, person) if person.sees_all or view.collector else []
    seen_by, collector = rules.seen_by(person, choice, view.collector, "/resumen")
    customer = None if view.customer_id is None else customer_by_id(session, person, view.customer_id)
    subject = customer.code if customer else collector.code if collector else ""
    seen = f"{view.topic} {subject}".strip()
    audit.note(session, occasion, "summary", seen)
    figures, currencies = _READ[view.topic](session, replace(occasion, person=seen_by), view)
    return Summary(
        occasion.today,
        view.topic,
        figures,
        currencies,
        topics,
        collector,
        customer,
        choice=person.sees_all and customer is None and len(choice) > 1,
    )


def of_customer(session: Session, occasion: Occasion, text: str) -> Summary:
    """The one customer's that a text means; raises CustomerNotFound or CustomerAmbiguous."""
    return summary(session, occasion, View(customer_id=find_customer(session, occasion.person, text).id))


def _aging(session: Session, occasion: Occasion, view: View) -> tuple[Aging, tuple[str, ...]]:
    balances = summaries.balances(session, occasion.person, occasion.today, view.customer_id)
    currency, currencies = rules.currency_shown(view.currency, (each.total.currency for each in balances))
    return aging(balances, currency, occasion.today), currencies


def _expected(session: Session, occasion: Occasion, view: View) -> tuple[Forecast, tuple[str, ...]]:
    person, today = occasion.person, occasion.today
    promised = summaries.promised(session, person, today, view.customer_id)
    by_customer = scores.of_portfolio(session, person, today)
    currency, currencies = rules.currency_shown(view.currency, (each.amount.currency for each in promised))
    return forecast(promised, by_customer, combined(by_customer.values()), currency, today), currencies


def _kept(session: Session, occasion: Occasion, view: View) -> tuple[Record, tuple[str, ...]]:
    today = occasion.today
    before, sunday = first_week_back(today) - timedelta(days=1), monday(today) + timedelta(days=6)
    found = judged.by_day(session, occasion.person, before, sunday, view.customer_id)
    currency, currencies = rules.currency_shown(view.currency, (each for _, each in found))
    return record({on: score for (on, of), score in found.items() if of == currency}, currency, today), currencies


_READ: dict[Topic, Callable[[Session, Occasion, View], tuple[Figures, tuple[str, ...]]]] = {
    Topic.AGING: _aging,
    Topic.EXPECTED: _expected,
    Topic.KEPT: _kept,
}
