from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.money import Money, total
from bot.domain.receivables import Customer, Document, DocumentKind
from bot.domain.statement import AGING_BUCKETS, Section, Statement, bucket, build
from tests.domain.values import RAMIRO, invoice, paid, promise

SEED_DAY = date(2019, 3, 19)
# The seed's report, its dates read as the month/day/year that it prints: folio, issue and due date, days, amount.
SEED = [
    ("21002", date(2018, 12, 10), 99, 189_00),
    ("21088", date(2019, 1, 7), 71, 323_00),
    ("21090", date(2019, 1, 7), 71, 323_00),
    ("21091", date(2019, 1, 7), 71, 215_00),
    ("21095", date(2019, 1, 7), 71, 52_00),
    ("21096", date(2019, 1, 7), 71, 359_00),
    ("21098", date(2019, 1, 7), 71, 196_00),
    ("21100", date(2019, 1, 7), 71, 121_00),
]


def seed_documents() -> list[Document]:
    return [
        invoice(minor, id=n, concept_code="42017", series="CFDI", folio=folio, issued=issued, due=issued)
        for n, (folio, issued, _, minor) in enumerate(SEED, start=1)
    ]


def sums(section: Section) -> tuple[Money, Money, Money]:
    rows = section.rows
    return (
        total((row.original for row in rows), section.currency),
        total((row.paid for row in rows), section.currency),
        total((row.balance for row in rows), section.currency),
    )


def test_the_seeds_table_adds_up_to_1778_on_its_day_and_its_days_overdue_are_99_and_71() -> None:
    statement = build(RAMIRO, reversed(seed_documents()), SEED_DAY)
    (pesos,) = statement.sections
    rows = [(r.document.folio, r.document.issued, r.days_overdue, r.original.minor) for r in pesos.rows]
    assert rows == SEED
    assert all((r.credit_limit, r.paid, r.balance) == (Money(0), Money(0), r.original) for r in pesos.rows)
    assert (pesos.original, pesos.paid, pesos.balance) == (Money(1778_00), Money(0), Money(1778_00)) == sums(pesos)
    assert {key: amount.minor for key, amount in pesos.aging.items()} == {
        "current": 0, "1-30": 0, "31-60": 0, "61-90": 1589_00, "over_90": 189_00,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "key"),
    [
        (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90"),
        (91, "over_90"), (9999, "over_90"),
    ],
)  # fmt: skip
def test_days_overdue_fall_into_one_bucket(days: int, key: str) -> None:
    assert bucket(days) == key


def test_what_was_settled_by_then_is_left_out_and_what_was_settled_since_stays() -> None:
    documents = [
        invoice(100_00, paid(10, 100_00), id=1, folio="settled"),
        invoice(100_00, paid(20, 100_00), id=2, folio="settled since"),
        invoice(100_00, paid(10, 40_00), paid(30, 60_00), id=3, folio="in part"),
        invoice(100_00, id=4, folio="issued since", issued=date(2019, 7, 16)),
        invoice(100_00, id=5, folio="cancelled", cancelled=True),
        invoice(100_00, paid(10, 130_00), id=6, folio="overpaid"),
    ]
    (pesos,) = build(RAMIRO, documents, date(2019, 7, 15)).sections
    assert {row.document.folio: (row.paid.minor, row.balance.minor) for row in pesos.rows} == {
        "settled since": (0, 100_00), "in part": (40_00, 60_00), "overpaid": (130_00, -30_00),
    }  # fmt: skip
    assert pesos.balance == Money(130_00)


def test_a_promise_in_force_stands_beside_its_document() -> None:
    in_force = promise()
    (pesos,) = build(
        RAMIRO,
        [invoice(id=7), invoice(id=8)],
        date(2019, 7, 16),
        promises={7: in_force},
        loaded_until=date(2019, 7, 15),
    ).sections
    assert [row.promise for row in pesos.rows] == [in_force, None]


def test_credits_wait_apart_and_lower_what_is_used_of_the_limit() -> None:
    customer = Customer(id=2, code="CL002", name="Ramiro Aldana", credit_limit=Money(500_00))
    documents = [
        invoice(100_00, id=1),
        invoice(40_00, id=2, kind=DocumentKind.DEBIT_NOTE),
        invoice(30_00, id=3, kind=DocumentKind.CREDIT_NOTE),
        invoice(20_00, paid(2, 5_00), id=4, kind=DocumentKind.PAYMENT_ON_ACCOUNT),
        invoice(900_00, id=5, currency="USD"),
    ]
    statement = build(customer, documents, date(2019, 7, 31), loaded_until=date(2019, 7, 30))
    pesos, dollars = statement.sections
    assert ([r.document.id for r in pesos.rows], [r.document.id for r in pesos.credits]) == ([1, 2], [3, 4])
    assert (pesos.balance, pesos.unapplied, pesos.net) == (Money(140_00), Money(45_00), Money(95_00))
    assert dollars.balance == dollars.net == Money(900_00, "USD")
    assert (statement.used, statement.available) == (Money(95_00), Money(405_00))
    assert statement.loaded_until == date(2019, 7, 30)


def test_a_limit_exceeded_leaves_a_negative_rest() -> None:
    assert build(RAMIRO, [invoice(100_00)], date(2019, 7, 31)).available == Money(-100_00)


def test_a_customer_with_nothing_open_has_no_section() -> None:
    statement = build(RAMIRO, [invoice(100_00, paid(2, 100_00))], date(2019, 7, 31))
    assert (statement.sections, statement.used) == ((), Money(0))


def test_pesos_come_first_and_the_oldest_document_of_each_currency() -> None:
    documents = [
        invoice(1, id=1, currency="USD"),
        invoice(1, id=2, currency="EUR"),
        invoice(1, id=3, issued=date(2019, 7, 2)),
        invoice(1, id=5),
        invoice(1, id=4),
    ]
    statement = build(RAMIRO, documents, date(2019, 7, 31))
    assert [(s.currency, [r.document.id for r in s.rows]) for s in statement.sections] == [
        ("MXN", [4, 5, 3]), ("EUR", [2]), ("USD", [1]),
    ]  # fmt: skip


DOCUMENTS = st.lists(
    st.builds(
        lambda minor, day, payments, currency, kind, cancelled: invoice(
            minor,
            *(paid(on, amount, currency=currency) for on, amount in payments),
            currency=currency,
            kind=kind,
            cancelled=cancelled,
            issued=date(2019, 7, 1),
            due=date(2019, 7, 1) + timedelta(days=day),
        ),
        st.integers(1, 10**9),
        st.integers(0, 150),
        st.lists(st.tuples(st.integers(1, 31), st.integers(-(10**6), 10**9)), max_size=3),
        st.sampled_from(["MXN", "USD", "EUR", "JPY"]),
        st.sampled_from(DocumentKind),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, st.integers(0, 200))
def test_printed_totals_equal_the_sum_of_the_printed_rows_and_of_the_aging(documents: list[Document], day: int) -> None:
    as_of = date(2019, 6, 25) + timedelta(days=day)
    statement: Statement = build(RAMIRO, documents, as_of)
    for section in statement.sections:
        assert (section.original, section.paid, section.balance) == sums(section)
        assert total(section.aging.values(), section.currency) == section.balance
        assert list(section.aging) == [key for key, _ in AGING_BUCKETS]
        assert section.original - section.paid == section.balance
        assert section.net + section.unapplied == section.balance
    currencies = [section.currency for section in statement.sections]
    assert len(set(currencies)) == len(currencies)
    listed = sum(len(section.rows) + len(section.credits) for section in statement.sections)
    assert listed == sum(document.balance_on(as_of).minor != 0 for document in documents)
