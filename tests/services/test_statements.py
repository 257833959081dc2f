from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.errors import CustomerAmbiguous, CustomerNotFound, UnreadableDate
from bot.domain.money import Money
from bot.domain.plans import Plan, Rhythm
from bot.domain.receivables import ApplicationKind, DocumentKind
from bot.services import judgement, scheduling, statements
from bot.services.undoing import undo
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY, World, act


def test_a_statement_shows_what_is_open_today_and_until_when_payments_are_loaded(world: World) -> None:
    with world.database.transaction() as session:
        five = session.get_one(DocumentRow, world.documents["5"])
        factories.application(session, five, 624_00, date(2019, 7, 16))
        eight = session.get_one(DocumentRow, world.documents["8"])
        factories.application(session, eight, 4872_00, date(2019, 7, 16))
    shown = world.call(statements.statement, world.ana, "ramiro")
    (pesos,) = shown.sections
    assert shown.customer.code == "CL002"
    assert [(r.document.folio, r.paid.minor, r.balance.minor) for r in pesos.rows] == [("5", 624_00, 1000_00)]
    assert (shown.as_of, shown.loaded_until) == (date(2019, 7, 16), date(2019, 7, 16))


def test_a_statement_of_a_past_date_has_what_was_settled_since_and_leaves_out_what_came_later(world: World) -> None:
    with world.database.transaction() as session:
        ramiro = session.get_one(CustomerRow, world.customers["CL002"])
        old: dict[str, Any] = {"issued": date(2018, 12, 10), "due": date(2018, 12, 10), "series": "CFDI"}
        since = factories.document(session, ramiro, "21002", total=189_00, **old)
        factories.application(session, since, 89_00, date(2019, 1, 31))
        factories.application(session, since, 100_00, date(2019, 5, 2))
        before = factories.document(session, ramiro, "21003", total=50_00, **old)
        factories.application(session, before, 50_00, date(2019, 3, 19))
        again = factories.document(session, ramiro, "21004", total=60_00, **old)
        for minor, on in ((60_00, date(2019, 1, 2)), (-60_00, date(2019, 3, 1)), (60_00, date(2019, 6, 1))):
            factories.application(session, again, minor, on)
        factories.document(session, ramiro, "21005", total=70_00, cancelled=True, **old)
    (pesos,) = world.call(statements.statement, world.ana, "CL002", date(2019, 3, 19)).sections
    assert [(r.document.folio, r.days_overdue, r.paid.minor, r.balance.minor) for r in pesos.rows] == [
        ("21002", 99, 89_00, 100_00), ("21004", 99, 0, 60_00),
    ]  # fmt: skip
    assert pesos.balance == Money(160_00)
    # Paid in January, bounced in March: on the day between, nothing was open.
    between = world.call(statements.statement, world.ana, "CL002", date(2019, 2, 1)).sections[0]
    assert [r.document.folio for r in between.rows] == ["21002", "21003"]
    today = world.call(statements.statement, world.ana, "CL002").sections[0]
    assert [r.document.folio for r in today.rows] == ["5", "8"]


def test_a_payment_dated_tomorrow_lowers_nothing_today(world: World) -> None:
    with world.database.transaction() as session:
        seven = session.get_one(DocumentRow, world.documents["7"])
        factories.application(session, seven, 2842_00, date(2019, 7, 17))
    assert world.call(statements.statement, world.ana, "CL001").sections[0].balance == Money(2842_00)
    assert world.call(statements.statement, world.ana, "CL001", date(2019, 7, 17)).sections == ()


def test_an_overpaid_document_and_an_unapplied_credit_stay_in_sight(world: World) -> None:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        seven = session.get_one(DocumentRow, world.documents["7"])
        factories.application(session, seven, 3000_00, date(2019, 7, 16), kind=ApplicationKind.CREDIT_NOTE)
        factories.document(session, juan, "NC1", total=10_00, kind=DocumentKind.CREDIT_NOTE)
    (pesos,) = world.call(statements.statement, world.ana, world.customers["CL001"]).sections
    assert (pesos.balance, pesos.unapplied) == (Money(-158_00), Money(10_00))


def test_the_promise_in_force_stands_beside_its_document(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["5"]], THE_23RD, comment="Pago en efectivo")
    (pesos,) = world.call(statements.statement, world.ana, "CL002").sections
    promised = {r.document.folio: r.promise and (r.promise.on, r.promise.comment) for r in pesos.rows}
    assert promised == {"5": (THE_23RD, "Pago en efectivo"), "8": None}


def test_beside_a_document_of_a_past_day_stands_the_promise_that_was_in_force_then(world: World) -> None:
    five = world.documents["5"]

    def promised(as_of: date | None = None) -> date | None:
        (pesos,) = world.call(statements.statement, act(world.ana, date(2019, 8, 5)), "CL002", as_of).sections
        (row,) = (row for row in pesos.rows if row.document.id == five)
        return row.promise.on if row.promise else None

    weekly = Plan(2, Rhythm.WEEKLY)
    for today, on, plan in ((TODAY, THE_18TH, None), (THE_18TH, THE_23RD, None), (THE_23RD, date(2019, 7, 30), weekly)):
        world.call(scheduling.promise, act(world.ana, today), [five], on, plan=plan)
    with world.database.transaction() as session:
        judgement.judge(session, date(2019, 8, 1), NOW, 1)  # the plan's first installment is broken since

    assert promised(date(2019, 7, 17)) == THE_18TH
    assert promised(THE_18TH) == THE_23RD
    assert promised(THE_23RD) == promised(date(2019, 7, 31)) == date(2019, 7, 30)
    assert promised(date(2019, 8, 1)) == promised() == date(2019, 8, 6)


def test_a_promise_that_was_in_force_again_once_the_next_was_undone_stands_in_a_past_statement(world: World) -> None:
    five, the_17th = world.documents["5"], date(2019, 7, 17)
    world.call(scheduling.promise, world.ana, [five], THE_18TH)
    (put_off,) = world.call(scheduling.promise, act(world.ana, the_17th), [five], THE_23RD)
    world.call(undo, act(world.ana, the_17th), put_off.promise.id)

    (pesos,) = world.call(statements.statement, act(world.ana, THE_18TH), "CL002", the_17th).sections

    assert [row.promise.on for row in pesos.rows if row.promise] == [THE_18TH]


def test_what_was_promised_later_or_taken_back_by_then_does_not_stand_in_a_past_statement(world: World) -> None:
    with world.database.transaction() as session:
        for document in session.scalars(select(DocumentRow)):
            document.issued = date(2019, 5, 1)
    for today, folio in ((TODAY, "5"), (THE_18TH, "8")):
        (recorded,) = world.call(scheduling.promise, act(world.ana, today), [world.documents[folio]], THE_23RD)
    world.call(undo, act(world.ana, THE_18TH), recorded.promise.id)

    def promised(as_of: date) -> list[str]:
        (pesos,) = world.call(statements.statement, act(world.ana, THE_23RD), "CL002", as_of).sections
        return [row.document.folio for row in pesos.rows if row.promise]

    assert promised(date(2019, 7, 15)) == []
    assert promised(TODAY) == promised(THE_18TH) == promised(THE_23RD) == ["5"]


def test_a_post_dated_payment_does_not_say_that_payments_are_loaded_until_its_day(world: World) -> None:
    with world.database.transaction() as session:
        for folio, on in (("7", date(2019, 7, 12)), ("70", date(2019, 12, 31))):
            factories.application(session, session.get_one(DocumentRow, world.documents[folio]), 100, on)
    for as_of in (None, date(2019, 3, 19), date(2019, 12, 31)):
        assert world.call(statements.statement, world.ana, "CL001", as_of).loaded_until == date(2019, 7, 12)
    later = world.call(statements.statement, act(world.ana, date(2020, 1, 2)), "CL001")
    assert later.loaded_until == date(2019, 12, 31)


@pytest.mark.parametrize(
    ("text", "code", "as_of"),
    [
        ("CL002 30/06", "CL002", date(2019, 6, 30)), ("ramiro aldana\nayer", "CL002", date(2019, 7, 15)),
        ("CL002 5 de mayo", "CL002", date(2019, 5, 5)), ("CL002 domingo", "CL002", date(2019, 7, 14)),
        ("CL002 2019-12-31", "CL002", date(2019, 12, 31)),
        ("abarrotes 5 de mayo", "A1", TODAY), ("ABARROTES  5 DE MAYO", "A1", TODAY), ("santo domingo", "A2", TODAY),
        ("grupo 24/7", "A3", TODAY), ("suc 12/05", "SUC 12/05", TODAY), ("abril", "A4", TODAY), ("mayo", "A1", TODAY),
        ("abarrotes 5 de mayo 19 mar", "A1", date(2019, 3, 19)), ("santo domingo hoy", "A2", TODAY),
        ("martinez 10 abr", "A4", date(2019, 4, 10)), ("abarotes 5 de mayo", "A1", TODAY),
        ("A1 5 de mayo", "A1", date(2019, 5, 5)), ("a2 domingo", "A2", date(2019, 7, 14)),
        ("santo domingo 19/03", "A2", date(2019, 3, 19)), ("santo domingo al 19/03", "A2", date(2019, 3, 19)),
        ("santo domingo, 19/03", "A2", date(2019, 3, 19)), ("a2, domingo", "A2", date(2019, 7, 14)),
        ("ferretería el sábado 7 ene", "A5", date(2019, 1, 7)),
        ("ferretería el sábado 2019-03-19", "A5", date(2019, 3, 19)),
        ("santo el domingo 14/07", "A2", date(2019, 7, 14)), ("CL002 domingo 14/07", "CL002", date(2019, 7, 14)),
        ("abarrotes 5 mayo", "A1", TODAY), ("abarrotes del 5 de mayo", "A1", TODAY), ("snto domingo", "A2", TODAY),
    ],
)  # fmt: skip
def test_the_last_words_are_a_date_unless_a_customer_is_called_so(
    world: World, text: str, code: str, as_of: date
) -> None:
    names = [("A1", "Abarrotes  5 de Mayo"), ("A2", "Santo Domingo, S.A."), ("A3", "Grupo 24/7"), ("SUC 12/05", "Luz")]
    names.append(("A5", "Ferretería El Sábado"))
    with world.database.transaction() as session:
        for each, name in names:
            factories.customer(session, each, name)
        factories.customer(session, "A4", "Ana Abril Martínez", rfc="AIMA101010AB1")
    shown = world.call(statements.statement, world.ana, text)
    assert (shown.customer.code, shown.as_of) == (code, as_of)


@pytest.mark.parametrize("text", ["2019-02-30", "30 feb", "31/06", "2019-07", "19 mar 1919"])
def test_a_date_gone_wrong_is_refused_rather_than_taken_for_a_part_of_the_name(world: World, text: str) -> None:
    with pytest.raises(UnreadableDate) as refusal:
        world.call(statements.statement, world.ana, f"ramiro {text}")
    assert refusal.value.text == text


def test_who_has_to_choose_the_customer_keeps_the_date(world: World) -> None:
    with pytest.raises(CustomerAmbiguous) as refusal:
        world.call(statements.statement, world.ana, "ram 19/03")
    assert (refusal.value.text, refusal.value.as_of) == ("ram", date(2019, 3, 19))


def test_a_customer_with_nothing_open_has_an_empty_statement(world: World) -> None:
    with world.database.transaction() as session:
        factories.customer(session, "CL004", "Lucía Núñez", rfc="NULU900101AA1")
    shown = world.call(statements.statement, world.ana, "CL004")
    assert (shown.sections, shown.loaded_until) == ((), None)


def test_an_id_that_no_customer_has_is_refused(world: World) -> None:
    with pytest.raises(CustomerNotFound) as refusal:
        world.call(statements.statement, world.ana, 9999)
    assert refusal.value.text == "#9999"
