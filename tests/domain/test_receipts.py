from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.promises import judged_from
from bot.domain.receipts import (
    MATCH_DAYS,
    NothingPaid,
    NotPayable,
    PaymentForm,
    Receipt,
    ReceiptNotYours,
    ReceiptOfAnotherDay,
    all_of,
    check,
    check_undo,
    confirmed,
    totals,
)
from bot.domain.receivables import Application, DocumentKind
from tests.presenters.values import JUAN, RAMIRO, SEVEN, TODAY, document


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
