"""What is to come is the same everywhere: a month's days, their lists, the coming weeks, `/hoy`."""

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest

from bot.domain.calendar import View
from bot.domain.forecast import Forecast, Record
from bot.domain.money import Money, total
from bot.domain.people import Person
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.domain.receivables import ApplicationKind, DocumentKind
from bot.domain.scores import Score
from bot.domain.summary import Topic
from bot.domain.summary import View as SummaryView
from bot.services import agenda, calendar, judgement, scheduling, summary
from bot.store import promises
from bot.store.loading.shared import settle
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY, World, act, judge, pay, statements_counted

JULY, AUGUST = date(2019, 7, 1), date(2019, 8, 1)


def coming(world: World, person: Person, on: date, currency: str = "MXN") -> Forecast:
    figures = world.call(summary.summary, act(person, on), SummaryView(Topic.EXPECTED, currency)).figures
    assert isinstance(figures, Forecast)
    return figures


def test_what_was_paid_since_it_was_promised_is_expected_no_longer(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    pay(world, "7", 2000_00, THE_18TH)
    later = act(world.ana, THE_18TH)
    month = world.call(calendar.month, later, JULY)
    assert {on: (day.total, day.count) for on, day in month.days.items()} == {THE_23RD: (Money(842_00), 1)}
    assert month.total == coming(world, world.ana, THE_18TH).expected == Money(842_00)
    day = world.call(calendar.day, later, THE_23RD, View("MXN"))
    assert (day.left, day.balance) == (Money(842_00), Money(842_00))


def test_a_promise_is_of_the_currency_to_which_its_document_was_corrected_since(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"], world.documents["5"]], THE_18TH)
    with world.database.transaction() as session:
        session.get_one(DocumentRow, world.documents["7"]).currency = "USD"
    dollars = Money(2842_00, "USD")
    assert [each.left for each in world.call(agenda.today, act(world.ana, THE_18TH)).due] == [Money(1624_00), dollars]
    assert world.call(calendar.month, world.ana, JULY, View("USD")).total == dollars
    assert world.call(calendar.day, world.ana, THE_18TH, View("USD")).left == dollars
    assert coming(world, world.ana, TODAY, "USD").expected == dollars
    assert [each.amount for each in world.call(scheduling.history, world.ana, "7").promises] == [dollars]
    judge(world, THE_23RD)
    later = act(world.chief, THE_23RD)
    assert [each.left for each in world.call(agenda.today, later).broken] == [Money(1624_00), dollars]
    assert world.call(calendar.month, later, JULY, View("USD")).days[THE_18TH].broken_count == 1
    kept = world.call(summary.summary, later, SummaryView(Topic.KEPT, "USD")).figures
    assert isinstance(kept, Record)
    assert kept.score == Score(1, 0, 1)


def test_of_what_was_corrected_to_a_credit_nothing_is_expected_and_nothing_was_broken(world: World) -> None:
    for folio, on in (("7", THE_18TH), ("5", THE_23RD)):
        world.call(scheduling.promise, world.ana, [world.documents[folio]], on)
    judge(world, THE_23RD)
    for folio in ("7", "5"):
        with world.database.transaction() as session:
            session.get_one(DocumentRow, world.documents[folio]).kind = DocumentKind.CREDIT_NOTE
            settle(session, [world.documents[folio]])
    later = act(world.ana, THE_23RD)
    for _ in ("not judged yet", "judged"):
        assert world.call(agenda.today, later).is_empty
        assert world.call(calendar.month, later, JULY).days == {}
        assert world.call(calendar.day, later, THE_23RD, View("MXN")).items == ()
        judge(world, THE_23RD)
    with world.database.transaction() as session:
        made = [promises.history(session, world.documents[folio])[0].state for folio in ("7", "5")]
    assert made == [PromiseState.WITHDRAWN, PromiseState.WITHDRAWN]


def test_what_was_paid_later_on_the_day_of_the_promise_is_paid_towards_it(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, amount="1000")
    pay(world, "7", 400_00, TODAY)
    assert (
        world.call(calendar.month, world.ana, JULY).total == coming(world, world.ana, TODAY).expected == Money(600_00)
    )


def test_a_promise_paid_in_full_is_expected_no_longer_though_more_is_open_and_it_was_not_judged_yet(
    world: World,
) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, amount="1000")
    pay(world, "7", 1000_00, THE_18TH)
    later = act(world.ana, THE_18TH)
    assert world.call(calendar.month, later, JULY).days == {}
    assert world.call(calendar.day, later, THE_23RD, View("MXN")).items == ()
    assert coming(world, world.ana, THE_18TH).is_empty


def test_what_was_broken_and_paid_too_late_marks_its_day_no_longer(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH, amount="1000")
    with world.database.transaction() as session:
        judgement.judge(session, THE_23RD, NOW, 1)
    later = act(world.ana, THE_23RD)
    for minor, broken in ((999_99, [(THE_18TH, 1)]), (1, [])):
        pay(world, "7", minor, THE_23RD)
        days = world.call(calendar.month, later, JULY).days
        assert [(on, day.broken_count) for on, day in days.items()] == broken
        listed = world.call(calendar.day, later, THE_18TH, View("MXN")).broken
        assert [item.left_on(THE_23RD) for item in listed] == [Money(1)] * len(broken)


@pytest.mark.parametrize("kind", [ApplicationKind.CREDIT_NOTE, ApplicationKind.PAYMENT])
def test_a_plan_that_was_broken_is_expected_as_long_as_anything_is_open(world: World, kind: ApplicationKind) -> None:
    plan = Plan(3, Rhythm.WEEKLY)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], date(2019, 7, 17), amount="300", plan=plan)
    open_still = 100_00
    with world.database.transaction() as session:
        left = session.get_one(DocumentRow, world.documents["7"]).total - open_still
    # Dated before the plan, and loaded after it was made.
    pay(world, "7", left, TODAY - timedelta(days=1), kind)
    later = act(world.ana, date(2019, 7, 29))
    with world.database.transaction() as session:
        judgement.judge(session, later.today, later.now, later.tolerance_days)
    broken = world.call(agenda.today, later).broken
    shown = [(item.document.folio, item.left_on(later.today).minor) for each in broken for item in each.items]
    assert shown == [("7", open_still)]
    month = world.call(calendar.month, later, JULY)
    assert {on for on, day in month.days.items() if day.broken} == {date(2019, 7, 17)}


def test_a_payment_known_before_the_promise_was_made_is_none_towards_it(world: World) -> None:
    pay(world, "7", 2000_00, TODAY)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    # Loaded late: of before the promise, so not for it, but less is open than was promised.
    pay(world, "7", 42_00, TODAY - timedelta(days=1))
    assert world.call(calendar.month, world.ana, JULY).total == Money(800_00)


@pytest.mark.parametrize("seed", range(3))
def test_a_month_s_days_are_the_sums_of_their_lists_and_the_weeks_those_of_the_days(world: World, seed: int) -> None:
    lots = random.Random(seed)  # noqa: S311 - the same each time
    fill(world, lots)
    on = THE_23RD
    with world.database.transaction() as session:
        judgement.judge(session, on, NOW, 1)
    for person in (world.ana, world.beto, world.chief):
        for currency in ("MXN", "USD"):
            view, weeks = View(currency), defaultdict[date, int](int)
            for first in (JULY, AUGUST):
                for day in world.call(calendar.month, act(person, on), first, view).days.values():
                    listed = world.call(calendar.day, act(person, on), day.on, view)
                    assert (day.total, day.count) == (listed.left, len(listed.items))
                    assert day.broken_count == len(listed.broken)
                    weeks[day.on - timedelta(days=day.on.weekday())] += day.total.minor
            shown = coming(world, person, on, currency)
            for week in shown.weeks[:4]:
                assert week.first
                assert week.expected.minor == weeks[week.first]
            due = [each for each in world.call(agenda.today, act(person, on)).due if each.currency == currency]
            today = world.call(calendar.day, act(person, on), on, view)
            assert total((each.left for each in due), currency) == today.left


def fill(world: World, lots: random.Random) -> None:
    """Documents in two portfolios and currencies, promised whole, in part and in payments; then anything applied.

    In the end a file corrects some: to the other currency, or to a credit.
    """
    with world.database.transaction() as session:
        whose = [session.get_one(CustomerRow, world.customers[code]) for code in ("CL001", "CL002", "CL900")]
        for n in range(30):
            world.documents[f"X{n}"] = factories.document(
                session, lots.choice(whose), f"X{n}", total=lots.randint(10_00, 999_99), issued=date(2019, 1, 1),
                currency=lots.choice(["MXN", "MXN", "USD"]),
            ).id  # fmt: skip
    for n in range(30):
        made, first = TODAY - timedelta(days=lots.randint(0, 9)), TODAY + timedelta(days=lots.randint(0, 20))
        plan = Plan(lots.randint(2, 4), Rhythm.WEEKLY) if n % 3 == 0 else None
        amount = "5" if n % 3 == 1 else None
        occasion = act(world.chief, made)
        world.call(scheduling.promise, occasion, [world.documents[f"X{n}"]], first, amount=amount, plan=plan)
        for _ in range(lots.randint(0, 2)):
            kind = lots.choice([ApplicationKind.PAYMENT, ApplicationKind.PAYMENT, ApplicationKind.CREDIT_NOTE])
            pay(world, f"X{n}", lots.randint(1, 400_00), made + timedelta(days=lots.randint(-2, 9)), kind)
        if lots.random() < 0.2:
            pay(world, f"X{n}", -lots.randint(1, 5_00), made + timedelta(days=lots.randint(0, 9)))
    with world.database.transaction() as session:
        rows = [session.get_one(DocumentRow, world.documents[f"X{n}"]) for n in lots.sample(range(30), 8)]
        for row in rows[:5]:
            row.currency = "MXN" if row.currency == "USD" else "USD"
        for row in rows[5:]:
            row.kind = DocumentKind.PAYMENT_ON_ACCOUNT
        settle(session, [row.id for row in rows])


def test_a_month_takes_no_more_queries_when_more_of_it_was_paid_in_part(world: World) -> None:
    def count() -> int:
        with statements_counted(world) as seen:
            world.call(calendar.month, world.chief, JULY)
        return len(seen)

    counts = []
    for n, folio in enumerate(("7", "8", "9", "70")):
        world.call(scheduling.promise, world.chief, [world.documents[folio]], THE_23RD)
        if n != 1:
            pay(world, folio, 1_00, TODAY)
        counts.append(count())
    assert counts == [counts[0]] * 4
