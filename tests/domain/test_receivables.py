from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.receivables import (
    Application,
    ApplicationKind,
    Customer,
    DocumentKind,
    Received,
    despite_zeros,
    in_one_column,
    in_one_column_despite_zeros,
    one_word,
    read_alike,
    told_apart,
)
from tests.domain.values import RAMIRO, invoice, paid


def test_the_balance_on_a_past_date_comes_from_what_was_applied_up_to_it() -> None:
    document = invoice(100_00, paid(10, 30_00), paid(20, 70_00))
    balances = {day: document.balance_on(date(2019, 7, day)).minor for day in (1, 9, 10, 19, 20, 31)}
    assert balances == {1: 100_00, 9: 100_00, 10: 70_00, 19: 70_00, 20: 0, 31: 0}


def test_a_payment_reversed_opens_the_document_again() -> None:
    document = invoice(100_00, paid(10, 100_00), paid(15, -100_00))
    assert document.balance_on(date(2019, 7, 14)) == Money(0)
    assert document.balance_on(date(2019, 7, 15)) == Money(100_00)


def test_an_overpaid_document_has_a_negative_balance() -> None:
    assert invoice(100_00, paid(10, 120_00)).balance_on(date(2019, 7, 10)) == Money(-20_00)


def test_nothing_is_open_before_the_issue_or_when_cancelled() -> None:
    assert invoice(100_00).balance_on(date(2019, 6, 30)) == Money(0)
    assert invoice(100_00, cancelled=True).balance_on(date(2019, 7, 31)) == Money(0)


def test_a_balance_stays_in_the_documents_currency() -> None:
    assert invoice(100_00, currency="USD").balance_on(date(2019, 6, 30)) == Money(0, "USD")
    assert invoice(100_00, paid(2, 1, currency="USD"), currency="USD").balance_on(date(2019, 7, 2)).currency == "USD"


@pytest.mark.parametrize(
    ("as_of", "days"), [("2019-07-01", 0), ("2019-07-31", 0), ("2019-08-01", 1), ("2020-07-31", 366)]
)
def test_days_overdue_count_from_the_day_after_the_due_date(as_of: str, days: int) -> None:
    assert invoice().days_overdue(date.fromisoformat(as_of)) == days


def test_a_document_is_named_by_series_and_folio() -> None:
    assert invoice(series="CFDI", folio="21002").label == "CFDI-21002"
    assert invoice(series="", folio="7").label == "7"


def test_only_invoices_and_debit_notes_are_owed() -> None:
    assert {kind for kind in DocumentKind if kind.is_charge} == {DocumentKind.INVOICE, DocumentKind.DEBIT_NOTE}


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 10**9),
    st.lists(st.tuples(st.integers(0, 4), st.integers(-(10**8), 10**8), st.sampled_from(ApplicationKind))),
    st.integers(0, 5),
)
def test_balance_and_payments_always_make_the_original_amount(
    minor: int, applied: list[tuple[int, int, ApplicationKind]], day: int
) -> None:
    first = date(2019, 7, 1)
    rows = (Application(first + timedelta(days=n), Money(amount), kind) for n, amount, kind in applied)
    paid_by_then = sum(amount for n, amount, _ in applied if n <= day)
    assert invoice(minor, *rows).balance_on(first + timedelta(days=day)) + Money(paid_by_then) == Money(minor)


@pytest.mark.parametrize(
    ("received", "currency", "equivalence"),
    [
        (Received(Money(100), Money(100), Decimal(1)), "MXN", Decimal(1)),
        (Received(Money(100, "USD"), Money(100, "USD"), Decimal("18.5")), "USD", Decimal(1)),
        (Received(Money(100, "USD"), Money(100, "USD"), Decimal("18.5")), "MXN", Decimal("18.5")),
        (Received(Money(100, "USD"), Money(100, "USD"), Decimal("18.5"), Decimal("18.6")), "MXN", Decimal("18.6")),
        (Received(Money(100), Money(100), Decimal(1), Decimal("0.05")), "USD", Decimal("0.05")),
        (Received(Money(100), Money(100), Decimal(1)), "USD", None),
    ],
)
def test_what_a_document_gets_of_a_payments_unit_is_one_the_rate_or_what_is_known(
    received: Received, currency: str, equivalence: Decimal | None
) -> None:
    assert received.equivalence_in(currency) == equivalence


@pytest.mark.parametrize(
    ("received", "applied", "part"),
    [
        (Received(Money(100), Money(100), Decimal(1)), Money(75), Money(75)),
        # 100.00 pesos at 18.5 are 5.405 dollars, and taken back as many.
        (Received(Money(900, "USD"), Money(900, "USD"), Decimal("18.5")), Money(10000), Money(541, "USD")),
        (Received(Money(900, "USD"), Money(900, "USD"), Decimal("18.5")), Money(-10000), Money(-541, "USD")),
        (Received(Money(100), Money(100), Decimal(1), Decimal("7.4")), Money(740, "JPY"), Money(10000)),
        (Received(Money(100), Money(100), Decimal(1)), Money(75, "USD"), None),
    ],
)
def test_the_part_of_a_payment_is_what_is_applied_by_the_equivalence(
    received: Received, applied: Money, part: Money | None
) -> None:
    assert received.part_of(applied) == part


def test_documents_of_one_name_are_told_apart_by_customer_else_by_concept_too_else_by_codes() -> None:
    seven, eight, charge = invoice(), invoice(folio="8"), invoice(concept="Cargo", concept_code="")
    again = invoice(concept_code="5")
    juan, namesake = Customer(1, "CL001", "Juan Perez"), Customer(9, "CL050", "Ramiro Aldana")
    for found, beside in (
        ([(seven, RAMIRO), (eight, RAMIRO)], ["Ramiro Aldana"] * 2),
        ([(seven, juan), (seven, RAMIRO)], ["Juan Perez", "Ramiro Aldana"]),
        ([(seven, RAMIRO), (charge, RAMIRO)], ["Factura Crédito · Ramiro Aldana", "Cargo · Ramiro Aldana"]),
        (
            [(seven, RAMIRO), (again, RAMIRO), (charge, namesake)],
            ["CL002 · 4 · Factura Crédito", "CL002 · 5 · Factura Crédito", "CL050 · Cargo"],
        ),
    ):
        assert told_apart(found) == beside
    assert told_apart([(seven, RAMIRO), (eight, RAMIRO)], named=False) == ["", ""]
    assert told_apart([(seven, RAMIRO), (charge, RAMIRO)], named=False) == ["Factura Crédito", "Cargo"]


@pytest.mark.parametrize(("folio", "shortest"), [("42", "42"), ("0042", "42"), ("0", "0"), ("00", "0"), ("A7", "A7")])
def test_a_folio_may_have_any_number_of_leading_zeros(folio: str, shortest: str) -> None:
    spelled = despite_zeros(folio)
    assert (spelled[0], spelled[1], len(spelled[-1])) == (shortest, f"0{shortest}", 40)
    assert folio in spelled
    assert despite_zeros("9" * 50) == ["9" * 50]
    assert {"A-7", "A7", "A 007", "A-007"} <= set(in_one_column_despite_zeros("A", "7"))


@pytest.mark.parametrize(
    "written",
    [("CFDI", "42"), ("cfdi", "0042"), ("", "CFDI-42"), ("", "CFDI 042"), ("CFDI", "CFDI-42")],
)
def test_series_and_folio_read_the_same_in_one_column_or_two(written: tuple[str, str]) -> None:
    assert one_word(*written) == "CFDI42"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("A", "17"), ("", "A17"), True),
        (("A1", "007"), ("", "A17"), True),
        (("A1", "7"), ("", "A1 007"), True),
        (("1", "23"), ("1", "1-23"), True),
        (("A", "7-B"), ("", "A-7-B"), True),
        (("A", "17"), ("", "A1-7"), False),
        (("", "123"), ("1", "23"), False),
        (("", "1-23"), ("12", "3"), False),
        (("A", "7"), ("", "A-8"), False),
    ],
)
def test_they_are_the_same_unless_it_is_seen_that_the_folio_begins_elsewhere(
    one: tuple[str, str],
    other: tuple[str, str],
    expected: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    assert read_alike(one, other) is read_alike(other, one) is expected


def test_series_and_folio_are_put_together_in_the_usual_ways() -> None:
    assert in_one_column("CFDI", "42") == ["CFDI-42", "CFDI 42", "CFDI42"]
    assert in_one_column("", "42") == []
