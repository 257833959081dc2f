from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.errors import (
    AmountForSeveral,
    AmountOrFolio,
    AmountOutOfRange,
    DocumentAmbiguous,
    DocumentNotCollectable,
    DocumentNotFound,
    NoLongerInForce,
    NothingPending,
    OtherCurrency,
    PromiseInThePast,
    PromiseTooFar,
)
from bot.domain.money import Money
from bot.domain.promises import PromiseState
from bot.domain.receivables import DocumentKind
from bot.services import agenda, calendar, scheduling
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import THE_18TH, THE_23RD, TODAY, World, act

FAR = TODAY + timedelta(days=61)


def history(world: World, folio: str) -> list[tuple[int, date, int, PromiseState, str]]:
    shown = world.call(scheduling.history, world.chief, world.documents[folio])
    return [(p.number, p.on, p.amount.minor, p.state, p.comment) for p in shown.promises]


def test_a_promise_rescheduled_gives_the_seeds_history(world: World) -> None:
    seven = [world.documents["7"]]
    (first,) = world.call(scheduling.promise, world.chief, seven, THE_18TH, comment="Pagare con cheque.")
    (second,) = world.call(scheduling.promise, world.chief, seven, THE_23RD, comment="Pagare con cheque.")
    assert (first.rescheduled, second.rescheduled) == (False, True)
    shown = world.call(scheduling.history, world.ana, "7")
    rows = [(p.number, f"{p.on:%d/%m/%Y}", p.made_by, f"{p.made_on:%d/%m/%Y}", p.comment) for p in shown.promises]
    assert rows == [
        (1, "18/07/2019", "Administrador", "16/07/2019", "Pagare con cheque."),
        (2, "23/07/2019", "Administrador", "16/07/2019", "Pagare con cheque."),
    ]
    assert [p.state for p in shown.promises] == [PromiseState.RESCHEDULED, PromiseState.IN_FORCE]
    assert shown.promises == second.history.promises
    assert (shown.customer.code, shown.document.label, shown.level) == ("CL001", "7", 0)
    month = world.call(calendar.month, world.ana, date(2019, 7, 1))
    assert {on: day.total for on, day in month.days.items()} == {THE_23RD: Money(2842_00)}


def test_the_same_update_handled_twice_records_one_promise(world: World) -> None:
    wanted = [world.documents["7"], world.documents["5"]]
    update = act(world.ana, source="tg:1")
    first = world.call(scheduling.promise, update, wanted, THE_18TH)
    again = world.call(scheduling.promise, update, wanted, THE_18TH)
    assert first == again
    assert history(world, "7") == [(1, THE_18TH, 2842_00, PromiseState.IN_FORCE, "")]
    world.call(scheduling.promise, act(world.ana, source="tg:2"), wanted, THE_23RD)
    late = world.call(scheduling.promise, update, wanted, THE_18TH)
    assert [r.promise.state for r in late] == [PromiseState.RESCHEDULED] * 2
    assert [n for n, *_ in history(world, "7")] == [1, 2]


def test_several_documents_are_promised_all_or_none(world: World) -> None:
    with world.database.transaction() as session:
        nine = session.get_one(DocumentRow, world.documents["9"])
        factories.application(session, nine, 5278_00, TODAY)
    for document_id in (world.documents["7"], world.documents["9"]):
        world.call(agenda.tick, world.ana, world.documents["7"], on=True)
        with pytest.raises(DocumentNotCollectable) as refusal:
            world.call(scheduling.promise, world.ana, [world.documents["7"], world.documents["9"]], THE_23RD)
        assert (refusal.value.document, refusal.value.reason) == ("9", "paid")
        assert world.call(scheduling.history, world.ana, document_id).promises == ()
    assert [item.document.folio for item in world.call(agenda.ticked_items, world.ana)] == ["7"]


def test_a_promise_clears_the_boxes_of_its_documents_only(world: World) -> None:
    for folio in ("7", "8"):
        world.call(agenda.tick, world.ana, world.documents[folio], on=True)
    world.call(agenda.tick, world.chief, world.documents["7"], on=True)
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    assert [item.document.folio for item in world.call(agenda.ticked_items, world.ana)] == ["8"]
    assert [item.document.folio for item in world.call(agenda.ticked_items, world.chief)] == ["7"]


def test_the_rules_are_asked_with_what_was_typed(world: World) -> None:
    seven = [world.documents["7"]]
    (part,) = world.call(scheduling.promise, world.ana, seven, THE_23RD, amount="$1,000.50")
    assert part.promise.amount == Money(1000_50)
    with pytest.raises(AmountOutOfRange):
        world.call(scheduling.promise, world.ana, seven, THE_23RD, amount="2842.01")
    with pytest.raises(PromiseInThePast):
        world.call(scheduling.promise, act(world.ana, THE_23RD), seven, THE_18TH)
    assert history(world, "7") == [(1, THE_23RD, 1000_50, PromiseState.IN_FORCE, "")]


def test_a_far_date_is_recorded_once_confirmed(world: World) -> None:
    with pytest.raises(PromiseTooFar):
        world.call(scheduling.promise, world.ana, [world.documents["7"]], FAR)
    assert history(world, "7") == []
    world.call(scheduling.promise, world.ana, [world.documents["7"]], FAR, far_confirmed=True)
    assert [on for _, on, *_ in history(world, "7")] == [FAR]


def test_from_when_on_a_date_is_far_is_the_houses(world: World) -> None:
    session_of = world.database.transaction
    wider, narrower = (replace(act(world.ana), far_days=days) for days in (400, 7))
    with session_of() as session, pytest.raises(PromiseTooFar):
        scheduling.promise(session, narrower, [world.documents["7"]], THE_23RD + timedelta(days=1))
    with session_of() as session:
        scheduling.promise(session, wider, [world.documents["7"]], FAR)
    assert [on for _, on, *_ in history(world, "7")] == [FAR]


def test_a_promise_moves_to_another_day_with_its_amount_and_comment(world: World) -> None:
    seven = world.documents["7"]
    saturday, monday = date(2019, 7, 20), date(2019, 7, 22)
    (made,) = world.call(scheduling.promise, world.ana, [seven], saturday, amount="1000", comment="Con cheque")
    assert made.bank_day == monday
    world.call(scheduling.move, world.ana, seven, made.promise.id, monday)
    assert history(world, "7") == [
        (1, saturday, 1000_00, PromiseState.RESCHEDULED, "Con cheque"),
        (2, monday, 1000_00, PromiseState.IN_FORCE, "Con cheque"),
    ]


def test_what_was_promised_together_moves_together_or_not_at_all(world: World) -> None:
    seven, eight = world.documents["7"], world.documents["8"]
    saturday, monday = date(2019, 7, 20), date(2019, 7, 22)
    first, _ = world.call(scheduling.promise, act(world.ana, source="tg:1"), [seven, eight], saturday, comment="Juntas")
    moved = world.call(scheduling.move, act(world.ana, source="tg:2"), seven, first.promise.id, monday)
    again = world.call(scheduling.move, act(world.ana, source="tg:2"), seven, first.promise.id, monday)
    assert [each.promise.id for each in moved] == [each.promise.id for each in again]
    for folio in ("7", "8"):
        assert [(on, comment) for _, on, _, _, comment in history(world, folio)] == [
            (saturday, "Juntas"), (monday, "Juntas"),
        ]  # fmt: skip
    # One of them is put off alone: the button of both acts on neither any more.
    world.call(scheduling.promise, act(world.ana, source="tg:3"), [eight], THE_23RD)
    with pytest.raises(NoLongerInForce):
        world.call(scheduling.move, act(world.ana, source="tg:4"), seven, moved[0].promise.id, THE_23RD)
    assert len(history(world, "7")) == 2


def test_a_far_promise_that_was_confirmed_moves_to_the_next_banking_day_too(world: World) -> None:
    saturday = date(2019, 9, 14)
    (made,) = world.call(scheduling.promise, world.ana, [world.documents["7"]], saturday, far_confirmed=True)
    assert made.bank_day == date(2019, 9, 17) > FAR
    world.call(scheduling.move, world.ana, world.documents["7"], made.promise.id, made.bank_day)
    assert [on for _, on, *_ in history(world, "7")] == [saturday, made.bank_day]


def test_only_the_promise_that_a_button_was_drawn_for_moves(world: World) -> None:
    eight, saturday, monday = world.documents["8"], date(2019, 7, 20), date(2019, 7, 22)
    (drawn,) = world.call(scheduling.promise, world.ana, [eight], saturday, comment="de Ana")
    world.call(scheduling.promise, world.chief, [eight], THE_23RD, amount="1000", comment="del jefe")
    with pytest.raises(NoLongerInForce) as refusal:
        world.call(scheduling.move, world.ana, eight, drawn.promise.id, monday)
    assert (refusal.value.number, refusal.value.state) == (1, PromiseState.RESCHEDULED)
    assert [on for _, on, *_ in history(world, "8")] == [saturday, THE_23RD]


def test_a_move_that_is_delivered_again_moves_once(world: World) -> None:
    eight, monday = world.documents["8"], date(2019, 7, 22)
    (made,) = world.call(scheduling.promise, world.ana, [eight], date(2019, 7, 20))
    tap = act(world.ana, source="tg:9")
    first, again = (world.call(scheduling.move, tap, eight, made.promise.id, monday) for _ in range(2))
    assert [each.promise.id for each in first] == [each.promise.id for each in again]
    assert len(history(world, "8")) == 2


def test_a_promise_that_the_document_never_had_does_not_move(world: World) -> None:
    (of_eight,) = world.call(scheduling.promise, world.ana, [world.documents["8"]], THE_23RD)
    with pytest.raises(NothingPending):
        world.call(scheduling.move, world.ana, world.documents["7"], of_eight.promise.id, date(2019, 7, 22))


def named(world: World, text: str) -> str:
    document, _ = world.call(scheduling.document, world.ana, text)
    return f"{document.concept_code}{document.label}"


def test_a_document_is_named_in_every_form_that_people_use(world: World) -> None:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        factories.document(session, juan, "21002", series="CFDI")
        factories.document(session, juan, "31", series="F")
        factories.document(session, juan, "B-7", series="")
        factories.document(session, juan, "3", series="A1")
    texts = {
        "#A1-3": "A1-3",
        "7": "7",
        "CFDI-21002": "CFDI-21002",
        "cfdi 21002": "CFDI-21002",
        "Factura 21002": "CFDI-21002",
        "21002": "CFDI-21002",
    }
    texts |= {
        "factura 7": "7",
        "Fact 7": "7",
        "F31": "F-31",
        "31": "F-31",
        "#7": "7",
        "# 7": "7",
        "#cfdi-21002": "CFDI-21002",
    }
    assert {text: named(world, text) for text in texts} == texts


def test_where_there_is_a_series_f_a_folio_that_it_lacks_is_asked_about(world: World) -> None:
    assert named(world, "F7") == "7"
    with world.database.transaction() as session:
        factories.document(session, session.get_one(CustomerRow, world.customers["CL001"]), "31", series="f")
    assert named(world, "factura 7") == named(world, "No. 7") == named(world, "folio: 7") == "7"
    with pytest.raises(DocumentAmbiguous) as asked:
        named(world, "F7")
    assert [label for _, label, _ in asked.value.choices] == ["7"]
    with pytest.raises(DocumentNotFound):
        named(world, "F77")


@pytest.mark.parametrize(
    ("series", "folio"),
    [("A1", "3"), ("A-B", "2"), ("ÑANDÚ", "5"), ("", "B-77"), ("A", "9B"), ("3B", "9"), ("F/1", "20-3")],
)
def test_a_document_is_named_as_it_is_printed_whatever_its_series_and_folio_are_made_of(
    world: World, series: str, folio: str
) -> None:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        factories.document(session, juan, folio, series=series)
    label = f"{series}-{folio}" if series else folio
    assert {named(world, text) for text in (label, f" {series}  {folio}")} == {label}
    if label.isascii():
        assert named(world, label.lower()) == label


def test_a_whole_number_that_makes_another_documents_name_of_the_one_before_it_is_not_guessed(world: World) -> None:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        factories.document(session, juan, "1", series="A")
        factories.document(session, juan, "3", series="A1")
    with pytest.raises(AmountOrFolio) as refusal:
        world.call(scheduling.find_documents, world.ana, ("A1",), "3")
    assert (refusal.value.document, refusal.value.number) == ("A1", "3")
    for amount in ("$3", "3.00", "4"):
        ((document, _),) = world.call(scheduling.find_documents, world.ana, ("A1",), amount)
        assert document.label == "A-1"


def test_a_text_that_names_no_document_is_refused_as_it_was_typed(world: World) -> None:
    for text in ("", "77", "X7", "CFDI-7", "Juan"):
        with pytest.raises(DocumentNotFound) as refusal:
            named(world, text)
        assert refusal.value.text == text
    with pytest.raises(DocumentNotFound) as refusal:
        world.call(scheduling.history, world.ana, 9999)
    assert refusal.value.text == "#9999"


def test_a_credit_is_meant_only_where_no_charge_is_called_so_and_is_then_refused_as_one(world: World) -> None:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        for series, folio in (("", "0007"), ("NC", "1"), ("NC", "01"), ("A1", "3")):
            factories.document(session, juan, folio, series=series, kind=DocumentKind.CREDIT_NOTE)
        factories.document(session, juan, "1", series="A")
    assert [named(world, text) for text in ("7", "0007", "07", "A1", "nc 1", "NC1")] == [
        "7", "7", "7", "A-1", "NC-1", "NC-1",
    ]  # fmt: skip
    assert world.call(scheduling.find_documents, world.ana, ("A1",), "3"), "no charge is called A1-3"
    with pytest.raises(DocumentNotCollectable) as refusal:
        world.call(scheduling.history, world.ana, "NC-1")
    assert (refusal.value.document, refusal.value.reason) == ("NC-1", "credit")
    with pytest.raises(DocumentNotFound):
        world.call(scheduling.document, world.beto, "NC-1")


def test_what_was_promised_on_what_a_file_has_made_a_credit_is_still_shown(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    with world.database.transaction() as session:
        session.get_one(DocumentRow, world.documents["7"]).kind = DocumentKind.CREDIT_NOTE
    assert len(world.call(scheduling.history, world.ana, "7").promises) == 1


def test_of_several_with_one_folio_the_only_open_one_is_meant_and_of_several_open_one_is_chosen(world: World) -> None:
    with world.database.transaction() as session:
        ramiro = session.get_one(CustomerRow, world.customers["CL002"])
        for concept, cancelled in (("1", False), ("2", True)):
            factories.document(session, ramiro, "50", concept_code=concept, cancelled=cancelled)
        paid = factories.document(session, ramiro, "50", total=5, concept_code="3", issued=date(2019, 7, 1))
        factories.application(session, paid, 5, date(2019, 7, 2))
        factories.document(session, ramiro, "50", concept_code="4", kind=DocumentKind.CREDIT_NOTE)
    assert named(world, "50") == "150"
    with world.database.transaction() as session:
        again = factories.document(session, session.get_one(CustomerRow, world.customers["CL001"]), "50")
        ids = {again.id}
    with pytest.raises(DocumentAmbiguous) as refusal:
        named(world, "50")
    assert {label for _, label, _ in refusal.value.choices} == {"50"}
    assert {customer for *_, customer in refusal.value.choices} == {"Juan Perez", "Ramiro Aldana"}
    assert ids < {document_id for document_id, *_ in refusal.value.choices}


def test_of_several_closed_ones_the_newest_not_cancelled_is_meant(world: World) -> None:
    with world.database.transaction() as session:
        ramiro = session.get_one(CustomerRow, world.customers["CL002"])
        factories.document(session, ramiro, "60", concept_code="1", cancelled=True, issued=date(2019, 7, 5))
        for concept, day in (("2", 1), ("3", 2)):
            paid = factories.document(session, ramiro, "60", total=5, concept_code=concept, issued=date(2019, 7, day))
            factories.application(session, paid, 5, date(2019, 7, 3))
    assert named(world, "60") == "360"


def test_a_document_is_named_with_or_without_the_zeros_of_its_folio_and_as_it_is_written_first(world: World) -> None:
    with world.database.transaction() as session:
        ramiro = session.get_one(CustomerRow, world.customers["CL002"])
        for folio in ("0042", "43", "0044", "44"):
            factories.document(session, ramiro, folio, series="A")
    typed = ("42", "A-042", "a 0042", "0043", "factura 00043", "44", "0044")
    assert [named(world, text) for text in typed] == [*["A-0042"] * 3, *["A-43"] * 2, "A-44", "A-0044"]
    with pytest.raises(DocumentNotFound):
        named(world, "B-42")


def test_a_printed_name_with_letters_in_its_folio_is_found_in_quotes_or_before_a_full_stop(world: World) -> None:
    with world.database.transaction() as session:
        factories.document(session, session.get_one(CustomerRow, world.customers["CL002"]), "A77", series="FAC")
    assert [named(world, text) for text in ("FAC-A77", "FAC-A77.", "«FAC-A77»")] == ["FAC-A77"] * 3


def test_several_texts_name_each_document_once_and_an_amount_only_one(world: World) -> None:
    found = world.call(scheduling.find_documents, world.ana, ("7", "8", "fact 7", "«7».", "8."))
    assert [document.folio for document, _ in found] == ["7", "8"]
    assert len(world.call(scheduling.find_documents, world.ana, ("7", "factura 7"), "500")) == 1
    with pytest.raises(AmountForSeveral) as refusal:
        world.call(scheduling.find_documents, world.ana, ("7", "8"), "500")
    assert (refusal.value.amount, refusal.value.documents) == ("500", 2)
    with pytest.raises(DocumentNotFound):
        world.call(scheduling.find_documents, world.ana, ("7", "77"))


def test_an_amount_in_another_currency_than_the_documents_is_refused(world: World) -> None:
    with pytest.raises(OtherCurrency):
        world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD, amount="500 dólares")
    assert history(world, "7") == []
