"""Whatever happens in the ERP, its balances are ours: random ledgers, changed between synchronisations."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.imports.contpaqi import ContpaqiReader
from bot.services.sync import sync_contpaqi
from bot.store.database import Database
from bot.store.documents import to_document
from bot.store.models import CustomerRow, DocumentRow
from tests.contpaqi_company import CREDIT_NOTE, DEBIT_NOTE, DISCOUNT, DOLLAR, INVOICE, PAYMENT, PESO, Company
from tests.search import examples

NOW = datetime(2019, 7, 15, 8, tzinfo=ZoneInfo("America/Mexico_City"))
FIRST_DAY = date(2019, 1, 1)
CUSTOMERS = ("CL1", "CL2")

days = st.integers(0, 60).map(lambda n: FIRST_DAY + timedelta(days=n))
cents = st.integers(1, 1_000_000)
pick = st.integers(0, 1_000_000)
# What somebody does in the ERP: (what, to which document or customer, with which other one, amount in cents, day).
acts = st.lists(
    st.tuples(
        st.sampled_from(["charge", "credit", "apply", "apply", "apply", "unapply", "cancel", "delete"]),
        pick,
        pick,
        cents,
        days,
    ),
    max_size=12,
)


class Ledger:
    """The same ledger twice: in the company's tables, in floats, and in cents as an accountant would count."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.customers = [company.customer(code) for code in CUSTOMERS]
        self.concept = company.concept("4")
        self.documents: dict[int, tuple[str, str, date, int, int]] = {}  # customer, currency, day, sign, cents
        self.applied: dict[tuple[int, int], int] = {}

    def act(self, what: str, one: int, other: int, amount: int, on: date) -> None:
        """Do something that the ERP would allow; otherwise nothing."""
        if what in ("charge", "credit"):
            self._enter(what, one, other, amount, on)
        elif what == "apply":
            self._apply(one, other, amount)
        elif what == "unapply" and self.applied:
            credit, charge = sorted(self.applied)[one % len(self.applied)]
            self.company.unapply(credit, charge, self.applied.pop((credit, charge)) / 100)
        elif free := [key for key in self.documents if not any(key in pair for pair in self.applied)]:
            key = free[one % len(free)]
            del self.documents[key]
            if what == "cancel":
                self.company.change(self.company.documents, key, CCANCELADO=1)
            else:
                self.company.delete(self.company.documents, CIDDOCUMENTO=key)

    def _enter(self, what: str, one: int, other: int, amount: int, on: date) -> None:
        kinds = (INVOICE, DEBIT_NOTE) if what == "charge" else (PAYMENT, CREDIT_NOTE, DISCOUNT)
        which, currency = one % len(CUSTOMERS), (PESO, DOLLAR)[other % 2]
        key = self.company.document(
            self.customers[which], self.concept, kinds[other % len(kinds)], amount / 100, on, CIDMONEDA=currency
        )
        iso = "MXN" if currency == PESO else "USD"
        self.documents[key] = (CUSTOMERS[which], iso, on, 1 if what == "charge" else -1, amount)

    def _apply(self, one: int, other: int, amount: int) -> None:
        charges = [key for key, entry in self.documents.items() if entry[3] > 0 and self._left(key)]
        credits_ = [key for key, entry in self.documents.items() if entry[3] < 0 and self._left(key)]
        if not charges or not credits_:
            return
        charge, credit = charges[one % len(charges)], credits_[other % len(credits_)]
        if self.documents[charge][1] == self.documents[credit][1] and (credit, charge) not in self.applied:
            part = min(amount, self._left(charge), self._left(credit))
            self.applied[credit, charge] = part
            self.company.apply(credit, charge, part / 100)

    def _left(self, key: int) -> int:
        return self.documents[key][4] - sum(part for pair, part in self.applied.items() if key in pair)

    def balances(self, on: date) -> dict[tuple[str, str], int]:
        """By customer and currency on a day: charges less credits of all that was made by then.

        What was applied between the two of them changes no sum of one customer, and moves money between two.
        """
        sums: defaultdict[tuple[str, str], int] = defaultdict(int)
        for customer, currency, made, sign, total in self.documents.values():
            if made <= on:
                sums[customer, currency] += sign * total
        for (credit, charge), part in self.applied.items():
            if max(self.documents[credit][2], self.documents[charge][2]) <= on:
                sums[self.documents[charge][:2]] -= part
                sums[self.documents[credit][:2]] += part
        return {key: total for key, total in sums.items() if total}

    def pending(self) -> dict[tuple[str, str], int]:
        """By customer and currency as the ERP's own column has it."""
        table, sums = self.company.documents, defaultdict[tuple[str, str], int](int)
        with self.company.engine.connect() as connection:
            for row in connection.execute(select(table).where(table.c.CCANCELADO == 0)):
                customer = CUSTOMERS[self.customers.index(row.CIDCLIENTEPROVEEDOR)]
                left = int((Decimal(repr(row.CPENDIENTE)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
                sums[customer, "MXN" if row.CIDMONEDA == PESO else "USD"] += -left if row.CNATURALEZA else left
        return {key: total for key, total in sums.items() if total}


def here(database: Database, on: date) -> dict[tuple[str, str], int]:
    """Our balances on a day, document by document as the domain counts them."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    with database.transaction() as session:
        codes = {row.id: row.code for row in session.scalars(select(CustomerRow))}
        for row in session.scalars(select(DocumentRow).options(selectinload(DocumentRow.applications))):
            document = to_document(row)
            balance = document.balance_on(on).minor
            sums[codes[row.customer_id], row.currency] += balance if document.kind.is_charge else -balance
            assert (row.settled_on is None) == bool(document.balance_on(date(2100, 1, 1)).minor)
    return {key: total for key, total in sums.items() if total}


_numbers = count()


@contextmanager
def company_in(folder: Path) -> Iterator[Company]:
    company = Company(f"sqlite:///{folder / f'ad{next(_numbers)}.db'}")
    yield company
    company.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.slow
@given(rounds=st.lists(acts, min_size=1, max_size=3), full=st.booleans())
@settings(
    max_examples=examples(20, searching=40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_balances_are_the_erps_now_and_on_every_past_day(
    sqlite_template: Path,
    folder: Path,
    rounds: list[list[tuple[str, int, int, int, date]]],
    full: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    copy = folder / f"ours{next(_numbers)}.db"
    copy.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{copy}")
    with company_in(folder) as company:
        ledger, reader, now = Ledger(company), ContpaqiReader(company.url), NOW
        for round_ in rounds:
            for act in round_:
                ledger.act(*act)
            now += timedelta(minutes=15)
            report = sync_contpaqi(database.transaction, reader, now=now, full=full)
            assert (report.mismatches, report.refused) == ((), 0)
            assert here(database, date(2100, 1, 1)) == ledger.pending()
            for day in range(0, 61, 12):
                on = FIRST_DAY + timedelta(days=day)
                assert here(database, on) == ledger.balances(on)
        again = sync_contpaqi(database.transaction, reader, now=now, full=True)
        outcomes = (again.customers, again.documents, again.applications)
        assert [(o.new, o.changed, o.removed) for o in outcomes] == [(0, 0, 0)] * 3
        reader.close()
    database.close()
