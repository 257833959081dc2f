from datetime import date

from bot.domain.agenda import DayList, OpenFilter
from bot.domain.calendar import View
from bot.domain.money import Money, total
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.domain.receivables import ApplicationKind
from bot.domain.scores import Score
from bot.services import agenda, calendar, scheduling
from bot.services.undoing import undo
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import THE_18TH, THE_23RD, World, act, judge, pay

JULY = date(2019, 7, 1)


def dollars(world: World) -> int:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        return factories.document(session, juan, "300", total=90_00, currency="USD").id


def test_a_month_holds_its_own_days_in_one_currency(world: World) -> None:
    foreign = dollars(world)
    for folio, on in (("7", THE_18TH), ("5", THE_23RD), ("8", THE_23RD), ("9", date(2019, 8, 1))):
        world.call(scheduling.promise, world.ana, [world.documents[folio]], on)
    world.call(scheduling.promise, world.ana, [foreign], date(2019, 7, 31))
    pesos = world.call(calendar.month, world.ana, JULY)
    assert {on: (day.total.minor, day.count) for on, day in pesos.days.items()} == {
        THE_18TH: (2842_00, 1), THE_23RD: (6496_00, 2),
    }  # fmt: skip
    assert (pesos.currency, pesos.currencies, pesos.total) == ("MXN", ("MXN", "USD"), Money(9338_00))
    usd = world.call(calendar.month, world.ana, JULY, View("USD"))
    assert (usd.total, list(usd.days)) == (Money(90_00, "USD"), [date(2019, 7, 31)])
    assert list(world.call(calendar.month, world.ana, date(2019, 8, 1)).days) == [date(2019, 8, 1)]


def test_a_month_opens_in_the_only_currency_expected_and_in_pesos_when_none_is(world: World) -> None:
    empty = world.call(calendar.month, world.ana, JULY)
    assert (empty.currency, empty.currencies, empty.count) == ("MXN", (), 0)
    world.call(scheduling.promise, world.ana, [dollars(world)], THE_23RD)
    assert world.call(calendar.month, world.ana, JULY).currency == "USD"


def test_a_day_is_the_seeds_table_and_its_totals_are_the_sums_of_its_rows(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["5"]], THE_23RD, comment="Pago en efectivo")
    world.call(scheduling.promise, world.ana, [world.documents["8"], dollars(world)], THE_23RD, amount="50")
    day = world.call(calendar.day, world.ana, THE_23RD, View("MXN"))
    rows = [(i.document.label, i.customer.name, i.balance.minor, i.promise.comment) for i in day.items]
    assert rows == [("5", "Ramiro Aldana", 1624_00, "Pago en efectivo"), ("8", "Ramiro Aldana", 4872_00, "")]
    assert (day.promised, day.original, day.balance) == (Money(1674_00), Money(6496_00), Money(6496_00))
    assert world.call(calendar.day, world.ana, THE_18TH, View("MXN")).items == ()


def test_today_lists_what_is_due_and_what_was_not_kept_each_currency_apart(world: World) -> None:
    assert world.call(agenda.today, world.ana).is_empty
    ids = [world.documents["5"], dollars(world)]
    world.call(scheduling.promise, world.ana, [*ids, world.documents["8"]], THE_18TH, amount="90")
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    world.call(scheduling.promise, world.ana, [world.documents["9"]], date(2019, 7, 24))
    today = world.call(agenda.today, act(world.ana, THE_23RD))
    assert (summary(today.due), summary(today.broken)) == (
        [("MXN", ["7"])], [("MXN", ["5", "8"]), ("USD", ["300"])],
    )  # fmt: skip
    for each in (*today.due, *today.broken):
        assert each.promised == total((item.promise.amount for item in each.items), each.currency)


def summary(lists: tuple[DayList, ...]) -> list[tuple[str, list[str]]]:
    return [(each.currency, [item.document.folio for item in each.items]) for each in lists]


def test_what_is_paid_credited_or_cancelled_is_neither_expected_nor_broken(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents[f] for f in ("5", "7", "8")], THE_18TH, amount="500")
    world.call(scheduling.promise, world.ana, [world.documents["9"]], THE_18TH)
    with world.database.transaction() as session:
        five, seven, eight, nine = (session.get_one(DocumentRow, world.documents[f]) for f in ("5", "7", "8", "9"))
        factories.application(session, five, 1624_00, THE_18TH)
        factories.application(session, seven, 2842_00, THE_18TH, kind=ApplicationKind.CREDIT_NOTE)
        eight.cancelled, eight.settled_on = True, eight.issued
        factories.application(session, nine, 278_00, THE_18TH)
    later = act(world.ana, date(2019, 7, 19))
    assert summary(world.call(agenda.today, later).broken) == [("MXN", ["9"])]
    month = world.call(calendar.month, later, JULY)
    assert (month.count, month.total) == (1, Money(5000_00))
    assert [i.document.folio for i in world.call(calendar.day, later, THE_18TH, View("MXN")).items] == ["9"]


def broken_on(world: World, on: date) -> list[str]:
    return [folio for _, folios in summary(world.call(agenda.today, act(world.ana, on)).broken) for folio in folios]


def test_what_was_broken_stays_on_the_days_list_until_it_is_promised_again_or_paid(world: World) -> None:
    the_25th, the_29th = date(2019, 7, 25), date(2019, 7, 29)
    world.call(scheduling.promise, world.ana, [world.documents[f] for f in ("5", "7", "8", "9")], THE_23RD)
    pay(world, "7", 1000_00, THE_23RD)
    world.call(scheduling.promise, act(world.ana, THE_18TH), [world.documents["9"]], date(2019, 7, 31))
    assert broken_on(world, date(2019, 7, 24)) == ["7", "5", "8"]  # the payment may be under way
    judge(world, the_25th)
    assert broken_on(world, the_29th) == ["7", "5", "8"]
    (listed,) = world.call(agenda.today, act(world.ana, the_29th)).broken
    states = {item.document.folio: (item.promise.state, item.balance.minor) for item in listed.items}
    assert states["7"] == (PromiseState.PARTIALLY_KEPT, 1842_00)
    assert states["5"] == (PromiseState.BROKEN, 1624_00)
    world.call(scheduling.promise, act(world.ana, the_29th), [world.documents["5"]], date(2019, 7, 31))
    pay(world, "8", 4872_00, the_29th)
    assert broken_on(world, the_29th) == ["7"]
    promised = world.call(scheduling.history, act(world.ana, the_29th), world.documents["5"]).in_force[0]
    world.call(scheduling.withdraw, act(world.ana, the_29th), world.documents["5"], promised.id)
    assert broken_on(world, the_29th) == ["7"]
    (again,) = world.call(scheduling.promise, act(world.ana, the_29th), [world.documents["7"]], date(2019, 7, 31))
    world.call(undo, act(world.ana, the_29th), again.promise.id)
    assert broken_on(world, the_29th) == ["7"]
    assert world.call(agenda.today, act(world.beto, the_29th)).is_empty


def test_today_says_what_was_promised_and_what_of_it_has_not_come(world: World) -> None:
    the_25th = date(2019, 7, 25)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, amount="1000")
    world.call(scheduling.promise, world.ana, [world.documents["8"]], THE_23RD)
    pay(world, "7", 400_00, THE_18TH)
    pay(world, "8", 872_00, THE_18TH, kind=ApplicationKind.CREDIT_NOTE)
    the_23rd = act(world.ana, THE_23RD)
    assert left(world.call(agenda.today, the_23rd).due) == [("7", 1000_00, 600_00), ("8", 4872_00, 4000_00)]
    judge(world, the_25th)
    (listed,) = world.call(agenda.today, act(world.ana, the_25th)).broken
    assert left((listed,)) == [("7", 1000_00, 600_00), ("8", 4872_00, 4000_00)]
    assert (listed.promised, listed.left) == (Money(5872_00), Money(4600_00))
    assert [item.promise.state for item in listed.items] == [PromiseState.PARTIALLY_KEPT, PromiseState.BROKEN]


def test_what_was_paid_too_late_is_no_longer_on_the_days_list_though_more_is_open(world: World) -> None:
    the_29th = date(2019, 7, 29)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, amount="1000")
    judge(world, the_29th)
    assert broken_on(world, the_29th) == ["7"]
    pay(world, "7", 999_99, the_29th)
    assert left(world.call(agenda.today, act(world.ana, the_29th)).broken) == [("7", 1000_00, 1)]
    pay(world, "7", 1, the_29th)
    judge(world, the_29th)
    assert broken_on(world, the_29th) == []
    still_open = world.call(agenda.open_items, world.ana, OpenFilter()).items
    assert "7" in [item.document.folio for item in still_open]


def test_installments_of_one_plan_do_not_count_the_document_twice(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH, plan=Plan(3, Rhythm.WEEKLY))
    pay(world, "7", 500_00, THE_18TH)
    judge(world, THE_23RD)
    the_26th = date(2019, 7, 26)
    (listed,) = world.call(agenda.today, act(world.ana, the_26th)).broken
    assert left((listed,)) == [("7", 947_34, 447_34), ("7", 947_33, 947_33)]
    assert listed.left == Money(1394_67)


def left(lists: tuple[DayList, ...]) -> list[tuple[str, int, int]]:
    return [
        (item.document.folio, item.promise.amount.minor, item.left_on(each.today).minor)
        for each in lists
        for item in each.items
    ]


def test_today_has_the_score_of_the_own_portfolio_once_something_was_due(world: World) -> None:
    the_25th = date(2019, 7, 25)
    world.call(scheduling.promise, world.ana, [world.documents[f] for f in ("5", "7")], THE_23RD)
    world.call(scheduling.promise, world.beto, [world.documents["70"]], THE_23RD)
    pay(world, "7", 2842_00, THE_18TH)
    judge(world, THE_23RD)
    assert world.call(agenda.today, act(world.ana, THE_23RD)).score == Score(due=1, kept=1)
    assert world.call(agenda.today, act(world.beto, THE_23RD)).score is None
    judge(world, the_25th)
    assert world.call(agenda.today, act(world.ana, the_25th)).score == Score(due=2, kept=1, broken=1)
    assert world.call(agenda.today, act(world.beto, the_25th)).score == Score(due=1, broken=1)
    assert world.call(agenda.today, act(world.chief, the_25th)).score is None


def test_a_plan_is_broken_while_its_last_judged_payment_is(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, plan=Plan(3, Rhythm.WEEKLY))
    judge(world, date(2019, 7, 25))
    assert broken_on(world, date(2019, 7, 25)) == ["7"]
    pay(world, "7", 2000_00, date(2019, 7, 29))
    judge(world, date(2019, 7, 29))
    assert broken_on(world, date(2019, 7, 29)) == []
    judge(world, date(2019, 8, 8))
    (listed,) = world.call(agenda.today, act(world.ana, date(2019, 8, 8))).broken
    assert [item.promise.installment for item in listed.items] == [3]


def test_broken_days_are_marked_and_listed_and_in_no_total(world: World) -> None:
    foreign = dollars(world)
    world.call(scheduling.promise, world.ana, [world.documents["7"], foreign], THE_18TH)
    world.call(scheduling.promise, world.ana, [world.documents["5"]], THE_23RD)
    judge(world, THE_23RD)
    later = act(world.ana, THE_23RD)
    month = world.call(calendar.month, later, JULY)
    assert {on: (day.total.minor, day.count, day.broken, day.broken_count) for on, day in month.days.items()} == {
        THE_18TH: (0, 0, True, 1), THE_23RD: (1624_00, 1, False, 0),
    }  # fmt: skip
    assert (month.total, month.count, month.currencies) == (Money(1624_00), 1, ("MXN", "USD"))
    day = world.call(calendar.day, later, THE_18TH, View("USD"))
    assert (day.items, [item.document.id for item in day.broken], day.promised) == ((), [foreign], Money(0, "USD"))
    assert world.call(calendar.month, later, date(2019, 8, 1)).days == {}
