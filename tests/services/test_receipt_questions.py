"""What is still asked of a payment: its document, how it was paid, whether more than is open is meant."""

from datetime import timedelta

import pytest

from bot.domain.errors import (
    AmountOrFolio,
    DocumentNotFound,
    NothingPending,
    OtherAmount,
    SecondAmount,
)
from bot.domain.money import Money
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import LISTED_DAYS, Asked, NotPayable, PaymentForm, Photo, Receipt
from bot.domain.scheduling import DocumentChoice
from bot.services import conversation, receipts, scheduling
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.reporting import ask, of_today, pay, report, say
from tests.services.world import THE_23RD, TODAY, World, act


def test_a_missing_form_is_asked_for_and_a_tap_records_once(world: World) -> None:
    asked = ask(world, '7 1624.00 "folio 881"')
    assert (asked.number, asked.form, asked.amount) == ("5", None, Money(1624_00))
    made = [world.call(receipts.answer, act(world.ana, source="tg:6"), "5", form="02") for _ in range(2)]
    assert made[0] == made[1] == of_today(world)[0]
    with pytest.raises(NothingPending):
        world.call(receipts.answer, act(world.ana, source="tg:7"), "5", form="02")


def test_a_payment_begun_from_a_document_asks_how_all_that_is_open_less_what_is_reported_was_paid(world: World) -> None:
    report(world)
    asked = world.call(receipts.begin, act(world.ana, source="tg:5"), world.documents["7"])
    assert (asked.number, asked.amount, asked.left, asked.form) == ("5", Money(1842_00), Money(1842_00), None)
    assert len(of_today(world)) == 1, "nothing is recorded before a form is chosen"
    made = world.call(receipts.answer, act(world.ana, source="tg:6"), "5", form="03")
    assert isinstance(made, Receipt)
    assert (made.amount, made.form) == (Money(1842_00), PaymentForm.TRANSFER)
    with pytest.raises(NotPayable) as refused:
        world.call(receipts.begin, act(world.ana, source="tg:7"), world.documents["7"])
    assert refused.value == NotPayable("7", "reported")


def test_what_the_ledger_never_got_keeps_nobody_from_reporting_once_it_is_listed_no_more(world: World) -> None:
    report(world)
    asked = [
        world.call(receipts.begin, act(world.ana, TODAY + timedelta(days=days)), world.documents["7"]).left
        for days in (LISTED_DAYS, LISTED_DAYS + 1)
    ]
    assert asked == [Money(1842_00), Money(2842_00)]


@pytest.mark.parametrize(
    "typed",
    [
        *("efectivo 500", "efectivo $500", "cheque $500", "efectivo y 500", "efectivo 1,500", "cheque por $500"),
        *(
            "cheque de 500",
            "efectivo solo 500",
            "efectivo la mitad",
            "efectivo 50%",
            "cheque mil",
            "con cheque, pagó $500",
        ),
    ],
)
def test_an_amount_typed_after_the_form_is_not_taken_for_a_comment_on_all_that_is_open(
    world: World, typed: str
) -> None:
    world.call(receipts.begin, act(world.ana, source="tg:5"), world.documents["7"])
    with pytest.raises((OtherAmount, SecondAmount)):
        world.call(receipts.type_answer, act(world.ana, source="tg:6"), typed)
    assert not of_today(world)


@pytest.mark.parametrize(
    ("typed", "comment"),
    [
        *(
            ("efectivo", ""),
            ("efectivo $1,624.00", "$1,624.00"),
            ("cheque 881", "881"),
            ("efectivo 3 billetes", "3 billetes"),
        ),
        *(("efectivo y 3 comprobantes", "y 3 comprobantes"), ("efectivo 5512345678", "5512345678")),
        ('efectivo "500"', '"500"'),
    ],
)
def test_what_else_follows_the_form_is_its_comment(world: World, typed: str, comment: str) -> None:
    ask(world, "7 1624.00")
    made = world.call(receipts.type_answer, act(world.ana, source="tg:6"), typed)
    assert isinstance(made, Receipt)
    assert (made.amount, made.comment) == (Money(1624_00), comment)


def test_what_was_paid_between_the_question_and_the_answer_is_asked_about(world: World) -> None:
    world.call(receipts.begin, act(world.ana, source="tg:5"), world.documents["7"])
    pay(world, 2000_00)
    asked = world.call(receipts.answer, act(world.ana, source="tg:6"), "5", form="01")
    assert isinstance(asked, Asked)
    assert (asked.amount, asked.left, asked.form) == (Money(2842_00), Money(842_00), PaymentForm.CASH)


def test_a_payment_is_begun_within_the_portfolio_only_and_where_something_is_owed(world: World) -> None:
    with pytest.raises(DocumentNotFound):
        world.call(receipts.begin, world.beto, world.documents["7"])
    pay(world, 2842_00)
    with pytest.raises(NotPayable) as refused:
        world.call(receipts.begin, world.ana, world.documents["7"])
    assert refused.value == NotPayable("7", "paid")
    with pytest.raises(NothingPending):
        world.call(receipts.answer, world.ana, "", form="01")


def test_a_button_that_was_never_ours_or_is_of_another_question_records_nothing(world: World) -> None:
    with pytest.raises(NothingPending):
        world.call(receipts.answer, world.ana, "5", form="01")
    ask(world, "7 100.00")
    for number, form in (("4", "01"), ("5", "99")):
        with pytest.raises(NothingPending):
            world.call(receipts.answer, world.ana, number, form=form)
    world.call(conversation.start, world.ana, [world.documents["7"]])
    with pytest.raises(NothingPending):
        world.call(receipts.answer, world.ana, "5", form="01")
    assert of_today(world) == ()


def test_more_than_what_is_open_less_what_is_reported_is_asked_first(world: World) -> None:
    report(world)
    asked = ask(world, "7 1842.01 efectivo")
    assert (asked.left, asked.form, len(of_today(world))) == (Money(1842_00), PaymentForm.CASH, 1)
    made = world.call(receipts.answer, act(world.ana, source="tg:6"), "5", more=True)
    assert isinstance(made, Receipt)
    assert made.amount == Money(1842_01)


def test_more_than_a_balance_all_of_which_is_reported_leaves_nothing(world: World) -> None:
    ask(world, "7 5000 efectivo")
    world.call(receipts.answer, act(world.ana, source="tg:6"), "5", more=True)
    assert ask(world, "7 1 efectivo", "tg:7").left == Money(0)


def test_a_typed_form_of_payment_records_once_and_what_follows_it_is_the_comment(world: World) -> None:
    with pytest.raises(NothingPending):
        say(world, "cheque")
    ask(world, '7 1624.00 "folio 881"')
    asked = say(world, "con abonos", None)
    assert isinstance(asked, Asked)
    assert (asked.unread, asked.form, of_today(world)) == ("con abonos", None, ())
    made = [say(world, "Con cheque, Banorte", "tg:7") for _ in range(2)]
    assert made[0] == made[1] == of_today(world)[0]
    assert isinstance(made[0], Receipt)
    assert (made[0].form, made[0].comment) == (PaymentForm.CHEQUE, "folio 881 Banorte")


def test_a_typed_form_that_comes_again_while_more_is_asked_is_taken_once(world: World) -> None:
    ask(world, "7 5000")
    asked = [say(world, "cheque 881") for _ in range(2)]
    assert asked[0] == asked[1]
    assert isinstance(asked[0], Asked)
    assert (asked[0].form, asked[0].unread) == (PaymentForm.CHEQUE, "")
    no = say(world, "no", "tg:7")
    assert isinstance(no, Asked)
    assert no.unread == "no"
    made = world.call(receipts.answer, act(world.ana, source="tg:8"), "5", more=True)
    assert isinstance(made, Receipt)
    assert made.comment == "881"


def set_aside(world: World) -> None:
    """Ana types another command."""
    with world.database.transaction() as session:
        conversation.set_aside(session, world.ana)


def test_a_text_or_a_photo_records_nothing_though_the_amount_fits_by_now(world: World) -> None:
    made = report(world, "7 2000 efectivo", act(world.ana, source="tg:4"))
    assert ask(world, "7 2000 efectivo").form is PaymentForm.CASH
    world.call(receipts.undo, act(world.ana, source="tg:6"), made.id)
    again = say(world, "no, era el mismo", "tg:7")
    assert isinstance(again, Asked)
    assert (again.form, again.unread) == (None, "no, era el mismo")
    photo = Photo("a" * 64, ".jpg", "foto.jpg", 9, is_file=False)
    assert isinstance(world.call(receipts.add_to_question, act(world.ana, source="tg:8"), photo), Asked)
    assert [receipt.withdrawn for receipt in of_today(world)] == [True]
    assert isinstance(say(world, "efectivo", "tg:9"), Receipt)


def test_a_payment_that_another_command_set_aside_is_asked_about_again_before_a_text_answers_it(world: World) -> None:
    ask(world, "7 500")
    assert world.call(receipts.take_up, act(world.ana, source="tg:6")) is None
    set_aside(world)
    typed = act(world.ana, source="tg:7")
    assert isinstance(world.call(receipts.take_up, typed), Asked)
    assert isinstance(world.call(receipts.type_answer, typed, "efectivo"), Asked)
    assert of_today(world) == ()
    assert isinstance(say(world, "efectivo", "tg:8"), Receipt)


def test_a_text_is_no_answer_about_a_payment_of_a_document_that_is_paid(world: World) -> None:
    ask(world, "7 500")
    pay(world, 2842_00)
    set_aside(world)
    assert world.call(receipts.take_up, act(world.ana, source="tg:6")) is None
    with pytest.raises(NothingPending):
        say(world, "gracias")
    with pytest.raises(NotPayable):
        say(world, "efectivo")


def test_a_text_is_no_answer_about_a_payment_of_a_document_that_is_somebody_else_s_by_now(world: World) -> None:
    ask(world, "7 500")
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).collector_code = "C2"
    set_aside(world)
    assert world.call(receipts.take_up, act(world.ana, source="tg:6")) is None
    with pytest.raises(NothingPending):
        say(world, "gracias")
    with pytest.raises(DocumentNotFound):
        say(world, "efectivo")


def test_a_promise_and_a_payment_leave_each_other_s_question_alone(world: World) -> None:
    asked = ask(world, "7 500")
    world.call(scheduling.promise, act(world.ana, source="tg:6"), [world.documents["8"]], THE_23RD)
    made = world.call(receipts.answer, act(world.ana, source="tg:7"), asked.number, form="01")
    assert isinstance(made, Receipt)
    world.call(conversation.start, act(world.ana, source="tg:8"), [world.documents["8"]])
    report(world, "9 5 efectivo", act(world.ana, source="tg:9"))
    assert world.call(conversation.pending, act(world.ana, source="tg:10"), "8")


def test_a_whole_number_that_makes_another_documents_name_is_no_amount_of_a_payment(world: World) -> None:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        factories.document(session, juan, "1", series="A")
        factories.document(session, juan, "3", series="A1")
    with pytest.raises(AmountOrFolio):
        report(world, "A1 3 efectivo")
    assert report(world, "A1 $3 efectivo").document.label == "A-1"


def two_of_one_folio(world: World) -> tuple[int, int]:
    """Ramiro's invoice and charge `F-77`."""
    with world.database.transaction() as session:
        ramiro = session.get_one(CustomerRow, world.customers["CL002"])
        made = [
            factories.document(session, ramiro, "77", series="F", total=total, concept=concept, concept_code=concept[0])
            for concept, total in (("Factura", 100_00), ("Cargo", 200_00))
        ]
        return made[0].id, made[1].id


def which(world: World, typed: str = '/F-77 50 cheque "folio 881"') -> DocumentChoice:
    asked = world.call(receipts.report, act(world.ana, source="tg:5"), parse_receipt(typed.lstrip("/")))
    assert isinstance(asked, DocumentChoice)
    return asked


def test_of_several_documents_of_one_name_one_is_chosen_and_what_was_said_besides_is_kept(world: World) -> None:
    invoice, charge = two_of_one_folio(world)
    asked = which(world)
    assert (asked.number, asked.text, {item.document.id for item in asked.items}) == ("5", "F-77", {invoice, charge})
    assert of_today(world) == ()
    made = [
        world.call(receipts.answer, act(world.ana, source="tg:6"), "5", document_id=charge) for _ in range(2)
    ]  # fmt: skip
    assert made[0] == made[1] == of_today(world)[0]
    assert isinstance(made[0], Receipt)
    assert (made[0].document.id, made[0].amount, made[0].form, made[0].comment) == (
        charge, Money(50_00), PaymentForm.CHEQUE, "folio 881",
    )  # fmt: skip


def test_after_the_document_the_form_is_asked_and_another_of_them_may_still_be_chosen(world: World) -> None:
    invoice, charge = two_of_one_folio(world)
    which(world, "F77 50")
    for n, chosen in enumerate((invoice, charge)):
        asked = world.call(receipts.answer, act(world.ana, source=f"tg:6{n}"), "5", document_id=chosen)
        assert isinstance(asked, Asked)
        assert asked.document.id == chosen
    made = say(world, "efectivo", "tg:7")
    assert isinstance(made, Receipt)
    assert made.document.id == charge


def test_a_document_that_was_not_offered_is_never_paid(world: World) -> None:
    two_of_one_folio(world)
    for number, document_id in (("5", world.documents["7"]), ("5", world.documents["70"]), ("4", 1)):
        which(world)
        with pytest.raises(NothingPending):
            world.call(receipts.answer, world.ana, number, document_id=document_id)
    with pytest.raises(DocumentNotFound):
        say(world, "7")
    ask(world, "7 100.00")
    with pytest.raises(NothingPending):
        world.call(receipts.answer, world.ana, "5", document_id=world.documents["7"])
    assert of_today(world) == ()


def test_the_document_may_be_typed_and_is_taken_once(world: World) -> None:
    with world.database.transaction() as session:
        samuel = session.get_one(CustomerRow, world.customers["CL003"])
        factories.document(session, samuel, "7", series="B", total=100_00)
    which(world, "7 50")
    for _ in range(2):
        asked = say(world, "b7")
        assert isinstance(asked, Asked)
        assert (asked.document.label, asked.unread) == ("B-7", "")


def test_a_choice_of_which_nothing_is_owed_any_more_is_closed(world: World) -> None:
    ids = two_of_one_folio(world)
    which(world)
    with world.database.transaction() as session:
        for document_id in ids:
            row = session.get_one(DocumentRow, document_id)
            row.cancelled, row.settled_on = True, row.issued
    with pytest.raises(NothingPending):
        say(world, "F-77")


def test_that_more_is_meant_is_remembered_with_the_form(world: World) -> None:
    ask(world, "7 3000.00")
    for answer in ({"form": "01"}, {"more": True}):
        shown = world.call(receipts.answer, act(world.ana, source=f"tg:{answer}"), "5", **answer)
    assert isinstance(shown, Receipt)
