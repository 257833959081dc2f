from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SecondAmount, SecondDocument
from bot.domain.money import Money
from bot.domain.promises import judged_from
from bot.domain.receipts import (
    MATCH_DAYS,
    NothingPaid,
    NotPayable,
    PaymentForm,
    Receipt,
    ReceiptCommand,
    ReceiptNotYours,
    ReceiptOfAnotherDay,
    TwoAmounts,
    all_of,
    check,
    check_undo,
    confirmed,
    parse_form,
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
        ("7 500 dollars cash", "7", "500 dollars", "01", ""),
        ("500 dollars 7 cash", "7", "500 dollars", "01", ""),
        ("7 2 mil efectivo", "7", "2 mil", "01", ""),
        ("7 efectivo USD 2 mil", "7", "2 mil USD", "01", ""),
        ("7 mil 500 efectivo", "7", None, "01", "mil 500"),
        ("7 USD 500 efectivo", "7", "500 USD", "01", ""),
        ("7 efectivo €500, vale", "7", "500 €", "01", "vale"),
        ("7 500dlls. efectivo", "7", "500 dlls", "01", ""),
        ("7 500.00 MXN. efectivo", "7", "500.00 MXN.", "01", ""),
        # Thousands that stand apart: refused whole, where 1 was reported.
        ("7 1 624.00 efectivo", "7", "1 624.00", "01", ""),
        ("7 efectivo $1 000, vale", "7", "$1 000", "01", "vale"),
        ("$500 881 cheque", "881", "$500", "02", ""),
        ("$500 usd 881 cheque", "881", "$500 usd", "02", ""),
        ("7 1624 881 cheque", "7", "1624", "02", "881"),
        ("CFDI-21002, 500, tarjeta de débito", "CFDI-21002", "500", "28", ""),
        ("CFDI 21002. 500 efectivo", "CFDI-21002", "500", "01", ""),
        ("F21002 500 Tarjeta de crédito.", "F21002", "500", "04", ""),
        ("cheque 7 1624.00 folio 881", "7", "1624.00", "02", "folio 881"),
        ("7 1624 cheque con «dos firmas»", "7", "1624", "02", "dos firmas con"),
        ("7 1624", "7", "1624", None, ""),
        ("7 efectivo", "7", None, "01", ""),
        ("$500 cheque", None, "$500", "02", ""),
        ("de 1.50 7", "7", "1.50", None, "de"),
        ("pagó $", None, None, None, "pagó $"),
        ("7 10 efectivo y cheque", "7", "10", "01", "y cheque"),
        # As it is printed, whatever series and folio are made of.
        ("FAC-A77 500 efectivo", "FAC-A77", "500", "01", ""),
        ("efectivo É1-B2, 500", "É1-B2", "500", "01", ""),
        # A number with its currency is no folio.
        ("500 pesos 7 efectivo", "7", "500 pesos", "01", ""),
        ("efectivo 500 pesos, F 7", "F-7", "500 pesos", "01", ""),
        ("abono 500 pesos 7", "7", "500 pesos", None, "abono"),
        ("7 500pesos efectivo", "7", "500 pesos", "01", ""),
        ("500USD 7 efectivo", "7", "500 USD", "01", ""),
        ("F7 USD 500 efectivo", "F7", "500 USD", "01", ""),
        # before the document too, where it can be no document
        ("USD 1,500.50 7 efectivo", "7", "1,500.50 USD", "01", ""),
        ("efectivo USD $500 7", "7", "$500 USD", "01", ""),
        ("US$ 500 7 efectivo", "7", "500 US$", "01", ""),
        ("US$500 624 efectivo", "624", "500 US$", "01", ""),
        ("efectivo 500usd, 624", "624", "500 usd", "01", ""),
        ("US$1 624.00 7 efectivo", "7", "1 624.00 US$", "01", ""),
        ("MN 500 7 efectivo", "MN-500", "7", "01", ""),
        ("7 500 pesos M.N. efectivo", "7", "500 pesos M.N.", "01", ""),
        # thousands that stand apart, wherever
        ("$1 624.00 7 efectivo", "7", "$1 624.00", "01", ""),
        ("$1 624 efectivo", "624", "$1", "01", ""),
        ("7 USD 1 624.00, efectivo", "7", "1 624.00 USD", "01", ""),
        # a sign without an amount, or after the amount, is of the comment
        ("7 1624 $ efectivo", "7", "1624", "01", "$"),
        ("7 1624 efectivo, debe $ 200 más", "7", "1624", "01", "debe $ 200 más"),
        ("7 efectivo 1624 $ de anticipo", "7", "1624", "01", "$ de anticipo"),
        ("7 cheque MXN 500, folio 881", "7", "500 MXN", "02", "folio 881"),
        # What follows the document is its amount, whatever comes after.
        ("7 1624 cheque 881", "7", "1624", "02", "881"),
        ("F 7 1624 cheque 881", "F-7", "1624", "02", "881"),
        ("7 efectivo 50 % $1,421.00", "7", "$1,421.00", "01", "50 %"),
        ("7 1421 efectivo, 50 % de 9", "7", "1421", "01", "50 % de 9"),
        ("7 -$ 500 cheque", "7", "-$500", "02", ""),
        ("7 1624 efectivo, resta $1,218.00", "7", "1624", "01", "resta $1,218.00"),
        ("7 2 cheques $1,624.00", "7", "$1,624.00", None, "2 cheques"),
        ("7 1624 efectivo, 2 billetes", "7", "1624", "01", "2 billetes"),
        ("7 2 cheques", "7", None, None, "2 cheques"),
        ("7 efectivo abono 500", "7", "500", "01", "abono"),
        ("", None, None, None, ""),
    ],
)
def test_a_payment_is_read_as_it_is_typed(
    typed: str, document: str | None, amount: str | None, form: str | None, comment: str
) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.amount, read.form, read.comment) == (document, amount, form, comment)


@pytest.mark.parametrize(
    ("typed", "amount", "other"),
    [
        ("7 cheque folio 881 $1,624.00", "881", "$1,624.00"),
        ("7 cheque 881 1624", "881", "1624"),
        ("7 folio 881 cheque 1624 pesos", "881", "1624"),
        ("7 50 % cheque folio 881", "50 %", "881"),
        ("7 50% cheque 881", "50%", "881"),
        ("7 dos mil cheque 881", "dos mil", "881"),
        ("7 2 cheques de 812", "2 cheques", "812"),
        ("7 2 x 500 efectivo", "2 x", "500"),
        ("7 1 cheque 500", "1 cheque", "500"),
    ],
)
def test_two_numbers_apart_from_the_document_are_not_chosen_between(typed: str, amount: str, other: str) -> None:
    with pytest.raises(TwoAmounts) as raised:
        parse_receipt(typed)
    assert raised.value == TwoAmounts(amount, other)


@pytest.mark.parametrize(
    ("typed", "amount", "other"),
    [
        ("7 $1,000 y $624", "$1,000", "$624"),
        ("7 $1,000 $624 cheque", "$1,000", "$624"),
        ("7 $1,000 $ 624 cheque", "$1,000", "$624"),
        ("7 $1,000 efectivo y $624 cheque", "$1,000", "$624"),
        ("7 $1,000 efectivo, y en cheque $624", "$1,000", "$624"),
        ("7 $1,000 efectivo y cheque por $624", "$1,000", "$624"),
        ("7 1000 y 624 efectivo", "1000", "624"),
        ("7 1000 efectivo +624 cheque", "1000", "624"),
        ("7 500 efectivo más 2 cheques de 812", "500", "2 cheques"),
        ("$1,000 y $624 7 efectivo", "$1,000", "$624"),
        ("7 100 efectivo USD 500", "100", "500 USD"),
        ("7 $100 y 50 dls efectivo", "$100", "50 dls"),
    ],
)
def test_of_two_amounts_side_by_side_none_is_taken_for_both(typed: str, amount: str, other: str) -> None:
    with pytest.raises(SecondAmount) as raised:
        parse_receipt(typed)
    assert raised.value == SecondAmount(amount, other)


@pytest.mark.parametrize(
    ("typed", "document", "amount"),
    [
        *(("#7 500 efectivo", "#7", "500"), ("7 500 by check", "7", "500"), ("7 500 in cash", "7", "500")),
        *(("901 ¥5000 efectivo", "901", "5000 ¥"), ("¥ 5000 901 efectivo", "901", "5000 ¥")),
        *(("901 5000 yenes efectivo", "901", "5000 yenes"), ("500 libras 904 efectivo", "904", "500 libras")),
        *(("904 £50.50 efectivo", "904", "50.50 £"), ("904 50 efectivo £", "904", "50 £")),
    ],
)
def test_what_stands_beside_document_and_amount_is_read_with_them_and_is_no_comment(
    typed: str, document: str, amount: str
) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.amount, read.comment) == (document, amount, "")


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("7 $500 8 $500 efectivo", "8 $500"),
        ("7 $500, 8 $600 efectivo", "8 $600"),
        ("7 500 8 500 efectivo", "8 500"),
        ("7 500 efectivo y 8 500", "8 500"),
        ("7 500 efectivo 8 300 cheque", "8 300"),
        ("7 $500 cheque 8 $300", "8 $300"),
        ("7 500 CFDI 21003 $300 efectivo", "CFDI 21003 $300"),
        ("7 500 #8 $300", "#8 $300"),
        ("D-105 100 efectivo D-106 200 efectivo", "D-106 200"),
        ("D-105 y D-106 $300 efectivo", "D-106"),
        *(("D-105, D-106 $300 efectivo", "D-106"), ("7 500 efectivo y D-8", "D-8")),
        ("7 500 y factura 8 efectivo", "factura 8"),
    ],
)
def test_another_document_with_its_amount_is_no_comment(typed: str, other: str) -> None:
    with pytest.raises(SecondDocument) as raised:
        parse_receipt(typed)
    assert raised.value == SecondDocument(other)


@pytest.mark.parametrize(
    ("typed", "comment"),
    [
        ("7 500 cheque 881 $500", "881 $500"),
        ("7 500 transferencia 8812 4500", "8812 4500"),
        ("7 $500 efectivo y 3 comprobantes", "y 3 comprobantes"),
        ("7 $500 de $1,624.00 efectivo", "de $1,624.00"),
        ("7 500 efectivo y cheque 881", "y cheque 881"),
        ("7 500 efectivo y a las 5 pm", "y a las 5 pm"),
        ("7 500 efectivo y", "y"),
        ("7 500 efectivo y 30 de julio el resto", "y 30 de julio el resto"),
        ("7 500 efectivo y 8 días para el resto", "y 8 días para el resto"),
        ("7 500 efectivo y 3 facturas más", "y 3 facturas más"),
        ("7 480 efectivo con $20 de cambio", "con $20 de cambio"),
        ("7 500 transferencia por $500.00 BBVA", "por $500.00 BBVA"),
        ("500 pesos + 7 efectivo", "+"),
        ("7 500 efectivo 55 1234 5678", "55 1234 5678"),
    ],
)
def test_a_number_of_something_else_stays_in_the_comment_of_a_payment(typed: str, comment: str) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.comment) == ("7", comment)


def test_a_telephone_number_is_no_amount_of_a_payment() -> None:
    assert parse_receipt("7 55 1234 5678 efectivo").amount is None
    assert parse_receipt("7 500 0001234 cheque") == ReceiptCommand(
        "7", "500", PaymentForm.CHEQUE, "0001234", unread="0001234"
    )
    with pytest.raises(TwoAmounts):
        parse_receipt("7 55 1234 5678 500 efectivo")


@pytest.mark.parametrize(
    ("typed", "unread"),
    [
        ("7 mil efectivo", "mil"),
        ("7 50% efectivo", "50%"),
        ("7 50 % efectivo", "50 %"),
        ("7 50 por ciento efectivo", "50 por ciento"),
        ("$ 50 por ciento 7 efectivo", "$ 50 por ciento"),
        ("7 1e5 efectivo", "1e5"),
        ("7,8 100 efectivo", "7,8"),
        ('7 todo ya "folio 881"', "todo ya"),
        ('7 cheque "folio 881"', ""),
    ],
)
def test_what_was_not_read_is_told_from_what_was_quoted(typed: str, unread: str) -> None:
    assert parse_receipt(typed).unread == unread


@pytest.mark.parametrize(
    ("typed", "form", "rest"),
    [
        ("cheque", "02", ""),
        ("En efectivo.", "01", ""),
        ("tarjeta de crédito", "04", ""),
        ("cheque 881  Banorte", "02", "881 Banorte"),
        ("con abonos", None, "con abonos"),
        ("tarjeta", None, "tarjeta"),
        ("en", None, "en"),
        ("", None, ""),
    ],
)
def test_a_form_of_payment_typed_by_itself_is_read_as_in_the_command(typed: str, form: str | None, rest: str) -> None:
    assert parse_form(typed) == (form, rest)


def test_what_is_left_is_the_balance_less_what_is_reported_and_never_less_than_nothing() -> None:
    paid = replace(SEVEN, applications=(Application(TODAY, Money(842_00)),))
    assert check(paid, Money(1), Money(500_00), TODAY) == Money(1_500_00)
    assert check(paid, Money(1), Money(2_000_01), TODAY) == Money(0)


def test_a_document_without_a_debt_and_an_amount_of_nothing_are_refused() -> None:
    paid = replace(SEVEN, applications=(Application(TODAY, SEVEN.total),))
    cases = (
        (paid, "paid"),
        (replace(SEVEN, cancelled=True), "cancelled"),
        (replace(SEVEN, kind=DocumentKind.CREDIT_NOTE), "credit"),
        (replace(SEVEN, issued=TODAY + timedelta(days=1)), "later"),
    )
    for refused, reason in cases:
        with pytest.raises(NotPayable) as refusal:
            check(refused, Money(1), Money(0), TODAY)
        assert refusal.value == NotPayable("7", reason)
        with pytest.raises(NotPayable) as refusal:
            all_of(refused, Money(0), TODAY)
        assert refusal.value == NotPayable("7", reason)
    with pytest.raises(NothingPaid):
        check(SEVEN, Money(0), Money(0), TODAY)


def test_all_of_a_document_is_what_is_open_less_what_is_reported_and_refused_where_that_is_nothing() -> None:
    assert all_of(SEVEN, Money(2_841_99), TODAY) == Money(1)
    for reported in (SEVEN.total, Money(3_000_00)):
        with pytest.raises(NotPayable) as refusal:
            all_of(SEVEN, reported, TODAY)
        assert refusal.value == NotPayable("7", "reported")


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


def reported(*days: int, paid: Sequence[tuple[int, int]], withdrawn: int = 0) -> tuple[Receipt, ...]:
    """Receipts of $100 of days of July on one document, on which payments (day, cents) were applied."""
    of = replace(SEVEN, applications=tuple(Application(date(2019, 7, day), Money(cents)) for day, cents in paid))
    return tuple(
        replace(receipt(n, 100_00, withdrawn=n == withdrawn), document=of, on=date(2019, 7, day))
        for n, day in enumerate(days, 1)
    )


# From Friday the 12th the third banking day is Wednesday the 17th.
@pytest.mark.parametrize(
    ("day", "cents", "is_it"),
    [(11, 100_00, False), (12, 100_00, True), (17, 100_00, True), (18, 100_00, False), (12, 100_01, False)],
)
def test_a_payment_of_the_same_amount_within_three_banking_days_confirms_a_receipt(
    day: int, cents: int, *, is_it: bool
) -> None:
    assert confirmed(reported(12, paid=[(day, cents)]), date(2019, 7, 31)) == ({1} if is_it else set())


def test_each_payment_confirms_one_receipt_that_stands_and_none_once_reversed_or_before_its_day() -> None:
    today = date(2019, 7, 31)
    assert confirmed(reported(12, 12, paid=[(15, 100_00)]), today) == {1}
    assert confirmed(reported(12, 12, paid=[(15, 100_00)], withdrawn=1), today) == {2}
    assert confirmed(reported(12, 15, paid=[(15, 100_00), (18, 100_00)]), today) == {1, 2}
    assert confirmed(reported(12, paid=[(15, 100_00), (16, -100_00)]), today) == set()
    assert confirmed(reported(12, paid=[(15, 100_00)]), date(2019, 7, 14)) == set()


@given(
    st.lists(st.integers(8, 26), max_size=5),
    st.lists(st.integers(8, 31), max_size=5),
)
def test_no_other_choice_of_payments_would_confirm_more_receipts(days: list[int], paid: list[int]) -> None:
    made = reported(*days, paid=[(day, 100_00) for day in paid])
    fits = {
        r.id: {n for n, d in enumerate(paid) if r.on <= date(2019, 7, d) < judged_from(r.on, MATCH_DAYS)} for r in made
    }

    def most(left: list[int], free: frozenset[int]) -> int:
        if not left:
            return 0
        return max([most(left[1:], free), *(1 + most(left[1:], free - {n}) for n in fits[left[0]] & free)])

    assert len(confirmed(made, date(2019, 7, 31))) == most(list(fits), frozenset(range(len(paid))))


def test_a_receipt_is_taken_back_by_its_own_collector_on_its_own_day() -> None:
    check_undo(receipt(1, 1), 3, TODAY)
    with pytest.raises(ReceiptNotYours):
        check_undo(receipt(1, 1), 4, TODAY)
    with pytest.raises(ReceiptOfAnotherDay) as late:
        check_undo(receipt(1, 1), 3, date(2019, 7, 17))
    assert late.value == ReceiptOfAnotherDay("R3-2019-0001", TODAY)
