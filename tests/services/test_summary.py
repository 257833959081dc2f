from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.calendar import Collector
from bot.domain.errors import CollectorGone, CustomerAmbiguous, CustomerNotFound, NotAllowed
from bot.domain.forecast import Forecast, Record
from bot.domain.money import Money, total
from bot.domain.people import Person
from bot.domain.plans import Plan, Rhythm
from bot.domain.receivables import DocumentKind
from bot.domain.scores import Score
from bot.domain.summary import Aging, Summary, Topic, View
from bot.services import calendar, scheduling, statements, summary
from bot.store import audit
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import THE_18TH, THE_23RD, TODAY, World, act, judge, pay, statements_counted

EXPECTED, KEPT = View(Topic.EXPECTED), View(Topic.KEPT)
ANAS = Collector("C1", "Ana")


def due(world: World, code: str, folio: str, days_overdue: int, **fields: object) -> None:
    """A document of a customer's, of 100 pesos unless said otherwise."""
    with world.database.transaction() as session:
        customer = session.get_one(CustomerRow, world.customers[code])
        on = TODAY - timedelta(days=days_overdue)
        values: dict[str, object] = {"issued": date(2019, 1, 1), "due": on, "total": 100_00, **fields}
        world.documents[folio] = factories.document(session, customer, folio, **values).id  # type: ignore[arg-type] # as given


def promise(world: World, folio: str, on: date, amount: str = "100", today: date = TODAY) -> None:
    world.call(scheduling.promise, act(world.chief, today), [world.documents[folio]], on, amount=amount)


def aged(world: World, person: Person, view: View = summary.AT_FIRST) -> Aging:
    figures = world.call(summary.summary, person, view).figures
    assert isinstance(figures, Aging)
    return figures


@pytest.fixture
def ledger(world: World) -> World:
    """All that makes a balance, in two currencies and two portfolios."""
    due(world, "CL001", "101", 10)
    pay(world, "101", 40_00)
    due(world, "CL001", "102", 45)
    pay(world, "102", 100_00)
    due(world, "CL002", "103", 75)
    pay(world, "103", 150_00)
    due(world, "CL002", "104", 200, currency="USD")
    due(world, "CL003", "105", 0)
    due(world, "CL003", "106", 91, kind=DocumentKind.CREDIT_NOTE)
    due(world, "CL003", "107", 91, cancelled=True)
    due(world, "CL003", "108", 30, kind=DocumentKind.DEBIT_NOTE)
    pay(world, "108", 10_01, TODAY + timedelta(days=1))
    due(world, "CL900", "109", 61)
    return world


def test_a_portfolios_aging_is_what_is_open_of_its_charges_by_days_past_due(ledger: World) -> None:
    shown = aged(ledger, ledger.ana)
    assert [(each.key, each.balance.minor, each.count) for each in shown.buckets] == [
        ("current", 14_716_00, 5), ("1-30", 160_00, 2), ("31-60", 0, 0), ("61-90", -50_00, 1), ("over_90", 0, 0),
    ]  # fmt: skip
    dollars = aged(ledger, ledger.ana, View(currency="USD"))
    assert [each.balance.minor for each in dollars.buckets] == [0, 0, 0, 0, 100_00]


@pytest.mark.parametrize("currency", ["MXN", "USD"])
def test_a_portfolios_aging_is_the_sum_of_its_customers_statements_and_theirs_is_the_statements(
    ledger: World, currency: str
) -> None:
    for person, codes in (
        (ledger.ana, ("CL001", "CL002", "CL003")),
        (ledger.beto, ("CL900",)),
        (ledger.chief, ("CL001", "CL002", "CL003", "CL900")),
    ):
        sections = []
        for code in codes:
            of_customer = [
                s for s in ledger.call(statements.statement, person, code).sections if s.currency == currency
            ]
            own = aged(ledger, person, View(currency=currency, customer_id=ledger.customers[code]))
            for key, balance in ((each.key, each.balance) for each in own.buckets):
                assert balance == total((section.aging[key] for section in of_customer), currency)
            sections += of_customer
        whole = aged(ledger, person, View(currency=currency))
        assert whole.balance == total((section.balance for section in sections), currency)
        for each in whole.buckets:
            assert each.balance == total((section.aging[each.key] for section in sections), currency)


def test_pesos_are_shown_unless_there_are_none_and_every_currency_is_offered(ledger: World) -> None:
    assert ledger.call(summary.summary, ledger.ana).currencies == ("MXN", "USD")
    assert aged(ledger, ledger.ana).currency == "MXN"
    assert ledger.call(summary.summary, ledger.beto).currencies == ("MXN",)
    assert aged(ledger, ledger.beto, View(currency="USD")).is_empty
    with ledger.database.transaction() as session:
        session.query(CustomerRow).filter(CustomerRow.code != "CL002").update({"collector_code": "C2"})
        for row in session.query(DocumentRow).filter(DocumentRow.folio.in_(("5", "8", "103"))):
            row.cancelled = True
    assert aged(ledger, ledger.ana).currency == "USD"


def coming(world: World, person: Person, view: View = EXPECTED) -> Forecast:
    figures = world.call(summary.summary, person, view).figures
    assert isinstance(figures, Forecast)
    return figures


def test_the_coming_weeks_hold_the_promises_in_force_on_what_is_owed_of_the_portfolio(world: World) -> None:
    promise(world, "7", THE_18TH, "1000")
    promise(world, "5", THE_23RD)
    promise(world, "8", THE_18TH)
    promise(world, "8", THE_23RD, "200.50")  # put off
    promise(world, "9", THE_18TH, "5278")
    pay(world, "9", 5278_00)
    promise(world, "70", THE_18TH)
    due(world, "CL003", "110", 0, currency="USD")
    promise(world, "110", THE_18TH)
    own = coming(world, world.ana)
    assert [week.expected.minor for week in own.weeks] == [1000_00, 300_50, 0, 0, 0, 0]
    assert [week.count for week in own.weeks] == [1, 2, 0, 0, 0, 0]
    assert (own.is_weighted, own.likely) == (False, own.expected)
    assert coming(world, world.chief).weeks[0].expected == Money(1100_00)
    assert coming(world, world.beto).expected == Money(100_00)
    assert coming(world, world.ana, replace(EXPECTED, currency="USD")).expected == Money(100_00, "USD")
    ramiros = coming(world, world.ana, replace(EXPECTED, customer_id=world.customers["CL002"]))
    assert ramiros.expected == Money(300_50)


def test_each_installment_of_a_plan_stands_in_its_own_week(world: World) -> None:
    plan = Plan(8, Rhythm.WEEKLY)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, plan=plan)
    shown = coming(world, world.ana)
    amounts = [amount for _, amount in plan.installments(Money(2842_00), THE_23RD)]
    assert [week.expected for week in shown.weeks] == [Money(0), *amounts[:5]]
    assert (shown.later.expected, shown.later.count) == (total(amounts[5:], "MXN"), 3)


def test_the_weeks_are_the_calendars(world: World) -> None:
    for folio, on in (("7", THE_18TH), ("5", THE_23RD), ("8", date(2019, 7, 31))):
        promise(world, folio, on)
    month = world.call(calendar.month, world.chief, date(2019, 7, 1))
    by_week = {week.days[0]: week.total for week in month.weeks()}
    shown = coming(world, world.chief)
    assert [by_week[week.first] for week in shown.weeks if week.first in by_week] == [
        week.expected for week in shown.weeks[:3]
    ]


def test_what_is_promised_is_weighted_by_what_the_customer_kept_else_by_the_portfolios_share(world: World) -> None:
    later = date(2019, 7, 24)
    promise(world, "7", THE_18TH)
    pay(world, "7", 100_00, THE_18TH)
    promise(world, "5", THE_18TH)
    promise(world, "70", THE_18TH)
    judge(world, later)
    for folio in ("7", "5", "9", "71"):
        promise(world, folio, date(2019, 7, 30), "0.99" if folio == "9" else "100", today=later)

    def weeks(person: Person, view: View = EXPECTED) -> Forecast:
        figures = world.call(summary.summary, act(person, later), view).figures
        assert isinstance(figures, Forecast)
        return figures

    own = weeks(world.ana)
    assert own.score == Score(2, 1, 1)
    # All of Juan's, nothing of Ramiro's, half of Samuel's 0.99 rounded up.
    assert own.weeks[1].likely == Money(100_00 + 0 + 50)
    assert weeks(world.beto).weeks[1].likely == Money(0)
    assert weeks(world.chief, replace(EXPECTED, collector=ANAS.key)).weeks == own.weeks
    team = weeks(world.chief)
    assert (team.score, team.weeks[1].likely) == (Score(3, 1, 2), Money(100_00 + 33))
    samuels = weeks(world.ana, replace(EXPECTED, customer_id=world.customers["CL003"]))
    assert (samuels.score, samuels.weeks[1].likely) == (Score(2, 1, 1), Money(50))


def test_the_weeks_past_hold_the_promises_judged_by_their_promised_day(world: World) -> None:
    later = date(2019, 7, 24)
    for folio, on, paid in (("7", THE_18TH, 100_00), ("5", THE_18TH, 0), ("8", THE_18TH, 40_00), ("70", TODAY, 0)):
        promise(world, folio, on)
        if paid:
            pay(world, folio, paid, on)
    promise(world, "9", date(2019, 8, 20))
    due(world, "CL003", "110", 0, currency="USD")
    promise(world, "110", THE_18TH)
    judge(world, later)

    def record(view: View = KEPT) -> Record:
        figures = world.call(summary.summary, act(world.chief, later), view).figures
        assert isinstance(figures, Record)
        return figures

    team = record()
    assert [week.score for week in team.weeks[-2:]] == [Score(4, 1, 2), Score()]
    assert team.score == Score(4, 1, 2)
    assert record(replace(KEPT, collector=ANAS.key)).score == Score(3, 1, 1)
    assert record(replace(KEPT, currency="USD")).score == Score(1, 0, 1)
    assert record(replace(KEPT, customer_id=world.customers["CL002"])).score == Score(2, 0, 1)
    assert world.call(summary.summary, act(world.chief, later), KEPT).currencies == ("MXN", "USD")
    weeks_on = act(world.chief, later + timedelta(weeks=11))
    figures = world.call(summary.summary, weeks_on, KEPT).figures
    assert isinstance(figures, Record)
    assert figures.is_empty


def shown_to(world: World, person: Person, view: View = summary.AT_FIRST) -> Summary:
    return world.call(summary.summary, person, view)


def test_only_who_sees_all_sees_how_promises_were_kept_and_one_collectors_portfolio(world: World) -> None:
    assert shown_to(world, world.chief).topics == tuple(Topic)
    assert shown_to(world, world.ana).topics == (Topic.AGING, Topic.EXPECTED)
    with pytest.raises(NotAllowed):
        shown_to(world, world.ana, KEPT)
    assert (shown_to(world, world.chief).choice, shown_to(world, world.ana).choice) == (True, False)
    anas = shown_to(world, world.chief, View(collector=ANAS.key))
    assert (anas.collector, anas.view) == (ANAS, View(currency="MXN", collector=ANAS.key))
    assert anas.figures == shown_to(world, world.ana).figures
    for person in (world.ana, world.chief):
        with pytest.raises(CollectorGone) as gone:
            shown_to(world, person, View(collector=Collector("C2" if person is world.ana else "C9").key))
        assert gone.value.command == "/resumen"


def test_a_customer_is_found_within_the_portfolio_only_by_text_and_by_id(world: World) -> None:
    ramiros = world.call(summary.of_customer, world.ana, "ramiro aldana")
    assert ramiros.customer
    assert (ramiros.customer.code, ramiros.choice) == ("CL002", False)
    assert ramiros.view == View(currency="MXN", customer_id=world.customers["CL002"])
    assert not world.call(summary.summary, world.chief, ramiros.view).choice
    with pytest.raises(CustomerAmbiguous):
        world.call(summary.of_customer, world.ana, "ram")
    with pytest.raises(CustomerNotFound):
        world.call(summary.of_customer, world.ana, "CL900")
    with pytest.raises(CustomerNotFound):
        world.call(summary.summary, world.ana, View(customer_id=world.customers["CL900"]))


def test_who_looks_at_whose_summary_leaves_a_trace(world: World) -> None:
    shown_to(world, world.chief, View(Topic.EXPECTED, customer_id=world.customers["CL002"]))
    shown_to(world, world.chief, View(collector=ANAS.key))
    shown_to(world, world.chief, KEPT)
    with world.database.transaction() as session:
        assert audit.last_subjects(session, world.chief, "summary", 9) == ["kept", "aging C1", "expected CL002"]


@pytest.mark.parametrize("topic", Topic)
def test_a_portfolio_of_many_is_read_in_as_many_queries_as_one_of_few(world: World, topic: Topic) -> None:
    def count() -> int:
        with statements_counted(world) as seen:
            shown_to(world, world.chief, View(topic))
        return sum(text.lstrip().startswith(("SELECT", "WITH")) for text in seen)

    few = count()
    with world.database.transaction() as session:
        for n in range(30):
            customer = factories.customer(session, f"X{n}")
            world.documents[f"X{n}"] = factories.document(session, customer, f"X{n}").id
    for n in range(30):
        promise(world, f"X{n}", THE_18TH + timedelta(days=n))
    assert count() == few <= 4
