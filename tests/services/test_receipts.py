from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import (
    DocumentNotFound,
    MalformedCommand,
    NotAllowed,
    OtherCurrency,
)
from bot.domain.money import Money
from bot.domain.people import COMMAND_LINE, Person
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import (
    LISTED_DAYS,
    Asked,
    NotPayable,
    PartMissing,
    PaymentForm,
    Receipt,
    ReceiptNotYours,
    ReceiptOfAnotherDay,
)
from bot.domain.scheduling import DocumentChoice
from bot.services import day_totals, receipts, scheduling, statements
from bot.store.models import DocumentRow
from tests.services.reporting import CASH, of_today, pay, report
from tests.services.world import THE_18TH, TODAY, World, act


def test_a_payment_is_recorded_and_the_ledger_stays_as_it_is(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)
    before = (
        world.call(statements.statement, world.ana, world.customers["CL001"]),
        world.call(scheduling.history, world.ana, world.documents["7"]),
    )
    made = report(world, '7 $1,624.00 cheque "folio 881"')
    assert (made.amount, made.form, made.comment) == (Money(1624_00), PaymentForm.CHEQUE, "folio 881")
    assert (made.folio, made.customer.code, made.on) == (f"R{world.ana.id}-2019-0001", "CL001", TODAY)
    assert of_today(world) == (made,)
    assert before == (
        world.call(statements.statement, world.ana, world.customers["CL001"]),
        world.call(scheduling.history, world.ana, world.documents["7"]),
    )


def test_the_same_update_handled_twice_records_one(world: World) -> None:
    first, again = (report(world, by=act(world.ana, source="tg:1")) for _ in range(2))
    assert first == again
    assert of_today(world) == (first,)


def test_numbers_run_by_collector_and_year(world: World) -> None:
    folios = [report(world).folio, report(world).folio, report(world, "8 5.00 efectivo", act(world.chief)).folio]
    folios.append(report(world, "8 5.00 efectivo", act(world.ana, TODAY + timedelta(days=200))).folio)
    ana = world.ana.id
    assert folios == [f"R{ana}-2019-0001", f"R{ana}-2019-0002", f"R{world.chief.id}-2019-0001", f"R{ana}-2020-0001"]


@pytest.mark.slow
def test_twenty_at_once_take_numbers_without_gaps_and_no_more_than_the_balance(world: World) -> None:
    gate = Barrier(20, timeout=20)

    def one(n: int) -> Receipt | Asked | DocumentChoice:
        gate.wait()
        return world.call(receipts.report, act(world.ana, source=f"tg:{n}"), parse_receipt("7 200.00 efectivo"))

    with ThreadPoolExecutor(20) as threads:
        made = [each for each in threads.map(one, range(20)) if isinstance(each, Receipt)]
    assert sorted(receipt.number for receipt in made) == list(range(1, 15)), "14 times $200.00 fit in $2,842.00"


def test_once_the_ledger_has_the_payment_the_receipt_is_confirmed_and_no_longer_counts_twice(world: World) -> None:
    report(world)
    assert [receipt.confirmed for receipt in of_today(world)] == [False]
    pay(world, 1000_00)
    assert [receipt.confirmed for receipt in of_today(world)] == [True]
    report(world, "7 1842.00 efectivo")
    assert [receipt.confirmed for receipt in of_today(world)] == [True, False]


def test_what_the_ledger_never_got_is_listed_after_three_banking_days_to_its_collector_and_the_chief(
    world: World,
) -> None:
    made, taken_back = report(world), report(world, "7 5.00 efectivo")
    world.call(receipts.undo, world.ana, taken_back.id)
    report(world, "70 10.00 efectivo", act(world.beto))

    def listed(by: Person, on: date) -> list[str]:
        if by.sees_all:
            return [receipt.folio for receipt in world.call(day_totals.of_team, act(by, on), on).unconfirmed]
        return [receipt.folio for receipt in world.call(day_totals.of_person, act(by, on), on).unconfirmed]

    # From Tuesday the 16th the third banking day is Friday the 19th, and the next one Monday the 22nd.
    assert listed(world.ana, date(2019, 7, 21)) == []
    assert listed(world.ana, date(2019, 7, 22)) == [made.folio]
    assert listed(world.chief, date(2019, 7, 22)) == [made.folio, f"R{world.beto.id}-2019-0001"]
    assert listed(world.ana, TODAY + timedelta(days=LISTED_DAYS)) == [made.folio]
    assert listed(world.ana, TODAY + timedelta(days=LISTED_DAYS + 1)) == []
    pay(world, 1000_00)
    assert listed(world.ana, date(2019, 7, 22)) == []


def test_what_waits_for_the_ledger_stands_beside_the_statement_of_today_alone(world: World) -> None:
    def told(on: date = TODAY, as_of: date | None = None) -> tuple[Money, ...]:
        return world.call(statements.on_screen, act(world.ana, on), "CL001", as_of)[2]

    assert told() == ()
    report(world)
    report(world, "7 50.00 cheque")
    world.call(receipts.undo, world.ana, report(world, "7 5.00 efectivo").id)
    report(world, "8 7.00 efectivo")
    assert told() == (Money(1050_00),)
    assert told(as_of=TODAY - timedelta(days=1)) == ()
    pay(world, 1000_00)
    assert told() == (Money(50_00),)
    assert told(TODAY + timedelta(days=LISTED_DAYS)) == (Money(50_00),)
    assert told(TODAY + timedelta(days=LISTED_DAYS + 1)) == ()


def test_what_is_missing_or_cannot_be_is_refused_with_the_reason(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(DocumentRow, world.documents["9"]).cancelled = True
    cases = (
        ("cheque", MalformedCommand("cobro", "")),
        ("1624.00 cheque", PartMissing(amount="1624.00")),
        ('7 cheque "folio 881"', PartMissing(document="7")),
        ("7 mil efectivo", MalformedCommand("cobro", "mil")),
        ("7 10 usd efectivo", OtherCurrency("USD", "MXN")),
        ("9 10 efectivo", NotPayable("9", "cancelled")),
        ("70 10 efectivo", DocumentNotFound("70")),
    )
    for typed, reason in cases:
        with pytest.raises(type(reason)) as refusal:
            report(world, typed)
        assert refusal.value == reason
    with pytest.raises(NotAllowed):
        world.call(receipts.report, COMMAND_LINE, parse_receipt(CASH))
    assert of_today(world) == ()


def test_one_takes_ones_own_receipt_back_the_same_day_and_it_leaves_room(world: World) -> None:
    made = report(world, "7 2842.00 efectivo")
    for _ in range(2):
        assert world.call(receipts.undo, world.ana, made.id).withdrawn
    assert [receipt.withdrawn for receipt in of_today(world)] == [True]
    assert report(world, "7 2842.00 efectivo").number == 2


def test_another_s_receipt_or_one_of_another_day_stays(world: World) -> None:
    made = report(world)
    with pytest.raises(DocumentNotFound):
        world.call(receipts.undo, world.beto, made.id)
    with pytest.raises(ReceiptNotYours):
        world.call(receipts.undo, world.chief, made.id)
    with pytest.raises(ReceiptOfAnotherDay):
        world.call(receipts.undo, act(world.ana, THE_18TH), made.id)
    assert not of_today(world)[0].withdrawn


def test_nobody_sees_another_s_day_but_who_sees_all(world: World) -> None:
    made = report(world)
    assert world.call(day_totals.of_person, world.beto, TODAY).receipts == ()
    for refused in (
        lambda: world.call(day_totals.of_person, world.beto, TODAY, world.ana.id),
        lambda: world.call(day_totals.of_team, world.beto, TODAY),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert world.call(day_totals.of_person, world.chief, TODAY, world.ana.id).receipts == (made,)
    report(world, "8 5.00 efectivo", act(world.chief))
    report(world, "70 10.00 efectivo", act(world.beto))
    days = world.call(day_totals.of_team, world.chief, TODAY).days
    assert [day.taken_by for day in days] == ["Administrador", "Ana", "Beto"], "one's own first"
    assert world.call(day_totals.of_team, world.chief, date(2019, 7, 15)).days == ()


@pytest.mark.parametrize(("table", "column"), [("receipts", "amount"), ("receipts_withdrawn", "receipt_id")])
def test_what_was_reported_is_neither_changed_nor_deleted(world: World, table: str, column: str) -> None:
    world.call(receipts.undo, world.ana, report(world).id)
    for statement in (f"UPDATE {table} SET {column} = 99", f"DELETE FROM {table}"):  # noqa: S608 - our own table
        with pytest.raises(DBAPIError, match=f"{table} is append-only"), world.database.transaction() as session:
            session.execute(text(statement))
