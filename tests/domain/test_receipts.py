from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from bot.domain.money import Money
from bot.domain.receipts import (
    NothingPaid,
    NotPayable,
    PaymentForm,
    Receipt,
    ReceiptCommand,
    ReceiptNotYours,
    ReceiptOfAnotherDay,
    check,
    check_undo,
    parse_receipt,
    totals,
)
from bot.domain.receivables import Application, DocumentKind
from tests.presenters.values import JUAN, RAMIRO, SEVEN, TODAY, document

CHEQUE = ReceiptCommand("7", "1624.00", PaymentForm.CHEQUE, "folio 881")


@pytest.mark.parametrize("order", list(permutations(("7", "1624.00", "cheque", '"folio 881"'))))
def test_the_arguments_are_read_in_any_order(order: tuple[str, ...]) -> None:
    assert parse_receipt(" ".join(order)) == CHEQUE


@pytest.mark.parametrize(
    ("typed", "document", "amount", "form", "comment"),
    [
        ("7 1624 efectivo", "7", "1624", "01", ""),
        ("7 $ 1,624.00 en efectivo", "7", "$1,624.00", "01", ""),
        ("CFDI 21002 500 usd spei ref. 99", "CFDI-21002", "500 usd", "03", "ref. 99"),
        ("CFDI-21002, 500, tarjeta de débito", "CFDI-21002", "500", "28", ""),
        ("F21002 500 Tarjeta de crédito.", "F21002", "500", "04", ""),
        ("cheque 7 1624.00 folio 881", "7", "1624.00", "02", "folio 881"),
        ("7 1624 cheque con «dos firmas»", "7", "1624", "02", "dos firmas con"),
        ("7 1624", "7", "1624", None, ""),
        ("7 efectivo", "7", None, "01", ""),
        ("$500 cheque", None, "$500", "02", ""),
        ("de 1.50 7", "7", "1.50", None, "de"),
        ("pagó $", None, None, None, "pagó $"),
        ("7 10 efectivo y cheque", "7", "10", "01", "y cheque"),
        ("", None, None, None, ""),
    ],
)
def test_a_payment_is_read_as_it_is_typed(
    typed: str, document: str | None, amount: str | None, form: str | None, comment: str
) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.amount, read.form, read.comment) == (document, amount, form, comment)


def test_what_is_left_is_the_balance_less_what_is_reported() -> None:
    paid = replace(SEVEN, applications=(Application(TODAY, Money(842_00)),))
    assert check(paid, Money(1), Money(500_00), TODAY) == Money(1_500_00)


def test_a_document_without_a_debt_and_an_amount_of_nothing_are_refused() -> None:
    paid = replace(SEVEN, applications=(Application(TODAY, SEVEN.total),))
    cases = (
        (paid, "paid"),
        (replace(SEVEN, cancelled=True), "cancelled"),
        (replace(SEVEN, kind=DocumentKind.CREDIT_NOTE), "credit"),
    )
    for refused, reason in cases:
        with pytest.raises(NotPayable) as refusal:
            check(refused, Money(1), Money(0), TODAY)
        assert refusal.value == NotPayable("7", reason)
    with pytest.raises(NothingPaid):
        check(SEVEN, Money(0), Money(0), TODAY)


def receipt(number: int, cents: int, form: str = "01", currency: str = "MXN", *, withdrawn: bool = False) -> Receipt:
    of = document(8, 10_000_00, RAMIRO, currency) if currency != "MXN" else SEVEN
    at = datetime(2019, 7, 16, 17, 5, tzinfo=UTC)
    return Receipt(
        number, of, JUAN, Money(cents, currency), PaymentForm(form), "", 3, "Ana", number, TODAY, at, withdrawn
    )


def test_a_folio_names_collector_year_and_number() -> None:
    assert receipt(12, 1).folio == "R3-2019-0012"


def test_totals_are_by_form_and_currency_without_what_was_taken_back() -> None:
    made = (
        receipt(1, 100_00),
        receipt(2, 50_00, "02"),
        receipt(3, 7_00),
        receipt(4, 9_00, "01", "USD"),
        receipt(5, 1_00, withdrawn=True),
    )
    assert totals(made) == [
        (PaymentForm.CASH, Money(107_00)),
        (PaymentForm.CHEQUE, Money(50_00)),
        (PaymentForm.CASH, Money(9_00, "USD")),
    ]
    assert totals(()) == []


def test_a_receipt_is_taken_back_by_its_own_collector_on_its_own_day() -> None:
    check_undo(receipt(1, 1), 3, TODAY)
    with pytest.raises(ReceiptNotYours):
        check_undo(receipt(1, 1), 4, TODAY)
    with pytest.raises(ReceiptOfAnotherDay) as late:
        check_undo(receipt(1, 1), 3, date(2019, 7, 17))
    assert late.value == ReceiptOfAnotherDay("R3-2019-0001", TODAY)
