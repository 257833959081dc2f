from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import NotAllowed
from bot.domain.handovers import DayTotal, Handed, Handover, HandoverNotice, HandoverState, NobodyToHandTo
from bot.domain.money import Money
from bot.domain.occasion import Occasion
from bot.domain.people import Person, Role
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import PaymentForm, Receipt, ReceiptHandedOver, totals
from bot.services import day_totals, handovers, receipts
from bot.store import people
from bot.store.models import AuditRow, CustomerRow, DocumentRow
from tests import factories
from tests.services.world import HOURS, NOW, THE_18TH, TODAY, World, act

CASH, CHEQUE = PaymentForm.CASH, PaymentForm.CHEQUE


def pay(world: World, typed: str = "7 100.00 efectivo", by: Person | None = None) -> Receipt:
    made = world.call(receipts.report, by or world.ana, parse_receipt(typed))
    assert isinstance(made, Receipt)
    return made


def of_ana(world: World) -> DayTotal:
    return world.call(day_totals.of_person, world.ana, TODAY)


def give(world: World, by: Person | Occasion | None = None, to: Person | None = None) -> Handed:
    return world.call(handovers.hand_over, by or world.ana, TODAY, to.id if to else None)


def made(world: World) -> Handover:
    """What Ana hands over to the only supervisor."""
    handed = give(world).made
    assert handed
    return handed


def hire(world: World, role: Role = Role.SUPERVISOR, **over: object) -> Person:
    with world.database.transaction() as session:
        return people.to_person(factories.person(session, role, None, **over))


def answer(world: World, handover: Handover, *, accepted: bool, by: Person | None = None) -> HandoverState:
    return world.call(handovers.answer, by or world.chief, handover.id, accepted=accepted).state


def told(world: World) -> list[tuple[str, HandoverState]]:
    """Tell all that waits: to whom, and how the handover stands."""
    found = []
    with world.database.transaction() as session:
        while notice := handovers.claim(session, NOW, HOURS):
            found.append((notice.person.name, notice.handover.state))
            assert handovers.leave(session, notice, NOW)
            handovers.told(session, notice)
    return found


def test_cash_and_cheques_that_stand_are_handed_over_to_the_only_supervisor_who_is_told(world: World) -> None:
    for typed in ("7 100.00 efectivo", "8 200.50 cheque", "7 50.00 efectivo", "8 1000.00 transferencia"):
        pay(world, typed)
    world.call(receipts.undo, world.ana, pay(world, "7 5.00 efectivo").id)
    assert totals(of_ana(world).to_hand_over) == [(CASH, Money(150_00)), (CHEQUE, Money(200_50))]

    handed = give(world)

    assert (handed.choice, handed.day.to_hand_over) == ((), ())
    assert handed.made
    assert totals(handed.made.receipts) == [(CASH, Money(150_00)), (CHEQUE, Money(200_50))]
    assert (handed.made.from_name, handed.made.to_name) == ("Ana", "Administrador")
    assert told(world) == [("Administrador", HandoverState.WAITING)]
    assert told(world) == [], "once"
    assert world.call(day_totals.of_team, world.chief, TODAY).waiting == (handed.made,)


def test_what_is_handed_over_is_not_handed_over_again_until_it_does_not_match(world: World) -> None:
    pay(world)
    first = made(world)
    assert give(world).made is None
    pay(world, "8 7.00 efectivo")
    second = made(world)
    assert totals(second.receipts) == [(CASH, Money(7_00))]

    assert answer(world, first, accepted=False) is HandoverState.REFUSED
    assert told(world)[-1] == ("Ana", HandoverState.REFUSED)
    again = made(world)
    assert totals(again.receipts) == [(CASH, Money(100_00))]
    assert answer(world, again, accepted=True) is HandoverState.ACCEPTED
    assert give(world).made is None
    assert [each.state for each in of_ana(world).handovers] == ["refused", "waiting", "accepted"]


def test_who_handed_over_is_told_of_the_answer_and_the_trail_has_who_and_when(world: World) -> None:
    pay(world)
    handover = made(world)
    told(world)
    answer(world, handover, accepted=True)
    assert told(world) == [("Ana", HandoverState.ACCEPTED)]
    (kept,) = of_ana(world).handovers
    assert (kept.state, kept.answered_at, kept.to_name) == (HandoverState.ACCEPTED, NOW, "Administrador")
    with world.database.transaction() as session:
        trail = [
            (row.person_id, row.action, row.subject, row.at)
            for row in session.query(AuditRow).order_by(AuditRow.id)
            if row.action.startswith("handover")
        ]
    named = f"handover {handover.id}"
    assert trail == [
        (world.ana.id, "handover", named, NOW),
        (world.chief.id, "handover_accept", named, NOW),
    ]


def test_the_first_answer_stands_whatever_is_tapped_after(world: World) -> None:
    pay(world)
    handover = made(world)
    told(world)
    assert answer(world, handover, accepted=True) is HandoverState.ACCEPTED
    assert answer(world, handover, accepted=True) is HandoverState.ACCEPTED
    assert answer(world, handover, accepted=False) is HandoverState.ACCEPTED
    assert world.call(handovers.take_back, world.ana, handover.id).state is HandoverState.ACCEPTED
    assert told(world) == [("Ana", HandoverState.ACCEPTED)]


def test_the_same_update_handled_twice_hands_over_once(world: World) -> None:
    pay(world)
    first = give(world, act(world.ana, source="tg:9")).made
    assert first
    pay(world, "8 7.00 efectivo")
    again = give(world, act(world.ana, source="tg:9"))
    assert again.made == first
    assert totals(again.day.to_hand_over) == [(CASH, Money(7_00))]


@pytest.mark.slow
def test_two_taps_at_once_hand_over_once_and_two_answers_at_once_leave_one(world: World) -> None:
    pay(world)
    gate = Barrier(8, timeout=20)

    def tap(n: int) -> Handed:
        gate.wait()
        return give(world, act(world.ana, source=f"tg:{n}"))

    with ThreadPoolExecutor(8) as threads:
        found = [handed.made for handed in threads.map(tap, range(8)) if handed.made]
    assert len(found) == 1

    def settle(n: int) -> HandoverState:
        gate.wait()
        return answer(world, found[0], accepted=n % 2 == 0)

    with ThreadPoolExecutor(8) as threads:
        states = set(threads.map(settle, range(8)))
    assert len(states) == 1
    assert of_ana(world).handovers[0].state in states


def test_to_whom_is_asked_among_several_who_can_be_reached(world: World) -> None:
    pay(world)
    eva = hire(world, name="Eva")
    hire(world, name="Gone", active=False)
    hire(world, name="Blocked", unreachable_since=NOW)
    hire(world, Role.ADMINISTRATOR, name="Root")
    asked = give(world)
    assert [person.name for person in asked.choice] == ["Administrador", "Eva"]
    assert asked.made is None
    handed = give(world, to=eva)
    assert handed.made
    assert handed.made.to_id == eva.id
    with pytest.raises(NotAllowed):
        answer(world, handed.made, accepted=True)


def test_where_there_is_no_supervisor_an_administrator_takes_it_or_nobody(world: World) -> None:
    pay(world, by=world.chief)
    with pytest.raises(NobodyToHandTo):
        give(world, world.chief)
    root = hire(world, Role.ADMINISTRATOR, name="Root")
    handed = give(world, world.chief)
    assert handed.made
    assert handed.made.to_id == root.id
    pay(world)
    with pytest.raises(NobodyToHandTo):
        give(world, to=world.beto)


def test_only_the_two_people_of_a_handover_act_on_it_as_what_they_are_when_they_tap(world: World) -> None:
    pay(world)
    handover = made(world)
    eva = hire(world, name="Eva")
    with world.database.transaction() as session:
        people.get_row(session, eva.id).role = Role.COLLECTOR
        demoted = replace(world.chief, role=Role.COLLECTOR, collector_code="C1")
    for refused in (
        lambda: answer(world, handover, accepted=True, by=world.ana),
        lambda: answer(world, handover, accepted=True, by=eva),
        lambda: answer(world, handover, accepted=True, by=demoted),
        lambda: answer(world, replace(handover, id=99), accepted=True),
        lambda: world.call(handovers.take_back, world.chief, handover.id),
        lambda: world.call(handovers.take_back, world.beto, 99),
        lambda: world.call(handovers.open_, world.beto, handover.id),
        lambda: world.call(handovers.open_, world.chief, 99),
    ):
        with pytest.raises(NotAllowed):
            refused()
    for person in (world.ana, world.chief):
        assert world.call(handovers.open_, person, handover.id) == handover


def test_who_handed_over_takes_it_back_while_nobody_has_answered(world: World) -> None:
    pay(world)
    handover = made(world)
    assert world.call(handovers.take_back, world.ana, handover.id).state is HandoverState.TAKEN_BACK
    assert told(world) == [], "what was not told yet is not told any more"
    assert answer(world, handover, accepted=True) is HandoverState.TAKEN_BACK
    assert made(world).id != handover.id


def test_a_payment_that_is_handed_over_is_not_undone(world: World) -> None:
    paid = pay(world)
    handover = made(world)
    with pytest.raises(ReceiptHandedOver) as refused:
        world.call(receipts.undo, world.ana, paid.id)
    assert refused.value == ReceiptHandedOver(paid.folio, "Administrador")
    answer(world, handover, accepted=False)
    assert world.call(receipts.undo, world.ana, paid.id).withdrawn
    assert give(world).made is None


def test_who_handed_over_is_told_when_the_other_takes_no_messages(world: World) -> None:
    pay(world)
    made(world)
    with world.database.transaction() as session:
        notice = handovers.claim(session, NOW, HOURS)
        assert isinstance(notice, HandoverNotice)
        handovers.postpone(session, notice, NOW + timedelta(minutes=1))
    with world.database.transaction() as session:
        assert handovers.claim(session, NOW, HOURS) is None
        later = handovers.claim(session, NOW + timedelta(minutes=1), HOURS)
        assert later == notice
        handovers.unreachable(session, later, NOW)
    with world.database.transaction() as session:
        unread = handovers.claim(session, NOW, HOURS)
        assert unread
        assert (unread.person.name, unread.is_unread) == ("Ana", True)
        handovers.unreachable(session, unread, NOW)
    assert told(world) == []
    answer(world, notice.handover, accepted=True)
    assert told(world) == [("Ana", HandoverState.ACCEPTED)], "of the answer they are told all the same"
    pay(world)
    with pytest.raises(NobodyToHandTo):
        give(world)


def test_the_answer_is_told_though_the_news_before_it_was_still_on_its_way(world: World) -> None:
    pay(world)
    made(world)
    with world.database.transaction() as session:
        notice = handovers.claim(session, NOW, HOURS)
        assert notice
        handovers.unreachable(session, notice, NOW)
    with world.database.transaction() as session:
        unread = handovers.claim(session, NOW, HOURS)
        assert unread
        assert handovers.leave(session, unread, NOW)
    answer(world, notice.handover, accepted=True)
    with world.database.transaction() as session:
        handovers.told(session, unread)
    assert told(world) == [("Ana", HandoverState.ACCEPTED)]


def test_another_day_s_money_is_handed_over_from_that_day(world: World) -> None:
    pay(world)
    handed = world.call(handovers.hand_over, act(world.ana, THE_18TH), TODAY)
    assert handed.made
    assert (handed.made.on, handed.made.given_on) == (TODAY, THE_18TH)
    accepted = world.call(handovers.answer, act(world.chief, THE_18TH), handed.made.id, accepted=True)
    assert accepted.answered_on == THE_18TH
    assert world.call(day_totals.of_person, act(world.ana, THE_18TH), THE_18TH).to_hand_over == ()


def test_earlier_days_that_left_money_with_nobody_are_named_until_the_ledger_or_a_supervisor_has_it(
    world: World,
) -> None:
    def left(on: date = THE_18TH, by: Person | None = None) -> tuple[date, ...]:
        return world.call(day_totals.of_person, act(by or world.ana, on), on).left_before

    pay(world)
    pay(world, "8 5.00 transferencia")
    pay(world, "8 6.00 cheque", world.chief)
    the_17th = TODAY + timedelta(days=1)
    world.call(receipts.report, act(world.ana, the_17th), parse_receipt("9 7.00 efectivo"))
    assert left(TODAY) == ()
    assert left() == (TODAY, the_17th)
    assert left(by=world.chief) == (TODAY,), "one's own alone"
    handover = world.call(handovers.hand_over, act(world.ana, THE_18TH), TODAY).made
    assert handover
    assert left() == (the_17th,)
    answer(world, handover, accepted=False)
    assert left() == (TODAY, the_17th)
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, world.documents["9"]), 7_00, the_17th)
    assert left() == (TODAY,)


@pytest.mark.parametrize(
    ("column", "before", "after"), [("active", True, False), ("role", Role.SUPERVISOR, Role.COLLECTOR)]
)
def test_an_earlier_day_whose_money_waits_for_somebody_who_can_accept_no_more_is_named_until_it_is_taken_back(
    world: World, column: str, before: object, after: object
) -> None:
    def become(value: object) -> None:
        with world.database.transaction() as session:
            setattr(people.get_row(session, world.chief.id), column, value)

    def left() -> tuple[date, ...]:
        return world.call(day_totals.of_person, act(world.ana, THE_18TH), THE_18TH).left_before

    pay(world)
    waits = made(world)
    assert left() == ()
    become(after)
    assert left() == (TODAY,)
    world.call(handovers.take_back, world.ana, waits.id)
    assert of_ana(world).to_hand_over

    become(before)
    answer(world, made(world), accepted=True)
    become(after)
    assert left() == (), "it was accepted while they could"


def test_what_was_handed_over_is_neither_changed_nor_deleted(world: World) -> None:
    pay(world)
    answer(world, made(world), accepted=True)
    for table in ("handovers", "handover_receipts", "handover_answers"):
        for statement in (f"UPDATE {table} SET {_KEY[table]} = 99", f"DELETE FROM {table}"):  # noqa: S608 - our own
            with pytest.raises(DBAPIError, match=f"{table} is append-only"), world.database.transaction() as session:
                session.execute(text(statement))


_KEY = {"handovers": "to_id", "handover_receipts": "receipt_id", "handover_answers": "by_id"}


def test_an_update_of_somebody_else_finds_nobody_s_handover(world: World) -> None:
    pay(world)
    give(world, act(world.ana, source="tg:9"))
    assert give(world, act(world.beto, source="tg:9")).made is None


def test_the_money_of_a_customer_who_changed_hands_stays_with_who_took_it_until_it_is_handed_over(world: World) -> None:
    paid = pay(world)
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).collector_code = "C2"

    assert [each.id for each in of_ana(world).receipts] == [paid.id]
    handover = made(world)

    for person in (world.ana, world.chief):
        assert totals(world.call(handovers.open_, person, handover.id).receipts) == totals([paid])
    answer(world, handover, accepted=False)
    assert world.call(receipts.undo, world.ana, paid.id).withdrawn
