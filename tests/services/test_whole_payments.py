"""Payments of a file that say of which whole payment they are a part: what a REP is held against."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.domain.incoming import FileReport
from bot.domain.money import Money
from bot.domain.people import Person, Role
from bot.domain.receivables import Received
from bot.domain.reconciling import reconcile
from bot.domain.rep import Books, Rep
from bot.i18n import SPANISH, language
from bot.presenters.imports import problem_line
from bot.services.imports import import_files
from bot.store import rep_ledger
from bot.store.database import Database
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from bot.store.received import from_row
from tests.imports.cfdi_files import RFC, U1, U3
from tests.rep_files import d, make_rep, paid, payment, xml

TODAY = date(2019, 7, 16)
CUSTOMERS = f"CODIGO,NOMBRE,RFC\nCL1,Juan Perez,{RFC}\n"
DOCUMENTS = (
    "CODIGO,SERIE,FOLIO,FECHA DOCUMENTO,MONEDA,MONTO ORIGINAL\n"
    "CL1,A,1,01/07/2019,MXN,1000\nCL1,A,2,01/07/2019,USD,1000\nCL1,A,3,01/07/2019,JPY,1000\n"
)
PAYMENTS = "CODIGO,SERIE,FOLIO,FECHA,ABONO,TOTAL DEL PAGO,MONEDA DEL PAGO,TIPO DE CAMBIO,EQUIVALENCIA\n"

Load = Callable[..., FileReport]


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Load:
    """Imports a file of payments with these rows, or another text."""

    def loaded(*rows: str, heading: str = PAYMENTS) -> FileReport:
        path = tmp_path / "file.csv"
        path.write_text(heading + "\n".join(rows), encoding="utf-8")
        return import_files(database.transaction, [path], today=TODAY).files[0]

    loaded(heading=CUSTOMERS)
    loaded(heading=DOCUMENTS)
    return loaded


def known(database: Database) -> list[Received | None]:
    with database.transaction() as session:
        return [from_row(row) for row in session.scalars(select(ApplicationRow).order_by(ApplicationRow.id))]


@pytest.mark.parametrize(
    ("row", "received"),
    [
        # In the document's own currency nothing else is needed; blank is pesos, and a peso is a peso.
        ("A,1,10/07/2019,100,250,,,", Received(Money(25000), Money(10000), Decimal(1))),
        ("A,1,10/07/2019,100,100,PESOS,18.5,20", Received(Money(10000), Money(10000), Decimal(1), Decimal(20))),
        (
            "A,2,10/07/2019,100,100,USD,18.5012,",
            Received(Money(10000, "USD"), Money(10000, "USD"), Decimal("18.5012")),
        ),
        # A document in pesos gets what the dollars are worth.
        (
            "A,1,10/07/2019,185.01,50,USD,18.5012,",
            Received(Money(5000, "USD"), Money(1000, "USD"), Decimal("18.5012")),
        ),
        # Pesos for a document in dollars, or in yen, which have no cents.
        (
            "A,2,10/07/2019,40,740,MXN,,0.0540540541",
            Received(Money(74000), Money(74000), Decimal(1), Decimal("0.0540540541")),
        ),
        (
            "A,3,10/07/2019,740,100.01,MXN,,7.4",
            Received(Money(10001), Money(10000), Decimal(1), Decimal("7.4")),
        ),
        # Taken back.
        ("A,1,10/07/2019,-100,250,,,", Received(Money(25000), Money(-10000), Decimal(1))),
        ('A,1,10/07/2019,-100,"($250.00)",,,', Received(Money(25000), Money(-10000), Decimal(1))),
        # Without its total, which some write as zero, the rest says nothing.
        ("A,1,10/07/2019,100,$ -,USD,18.5,18.5", None),
        ("A,1,10/07/2019,100,,USD,18.5,18.5", None),
    ],
)
def test_of_a_payment_its_file_says_the_whole(
    database: Database, load: Load, row: str, received: Received | None
) -> None:
    assert load(f"CL1,{row}").new == 1
    assert known(database) == [received]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("A,2,10/07/2019,40,740,MXN,,", "EQUIVALENCIA", "", "no_equivalence"),
        ("A,1,10/07/2019,40,740,USD,,", "TIPO DE CAMBIO", "", "no_rate"),
        ("A,1,10/07/2019,100,99.98,,,", "TOTAL DEL PAGO", "99.98", "more_applied"),
        # The equivalence the wrong way round.
        ("A,1,10/07/2019,740,40,USD,18.5,0.0540540541", "TOTAL DEL PAGO", "40.00", "more_applied"),
        ("A,1,10/07/2019,40,cuarenta,,,", "TOTAL DEL PAGO", "cuarenta", "not_amount"),
        ("A,3,10/07/2019,40,40.5,JPY,0.17,", "TOTAL DEL PAGO", "40.5", "decimals"),
        ("A,1,10/07/2019,40,740,pesetas,,", "MONEDA DEL PAGO", "pesetas", "currency"),
        ('A,1,10/07/2019,40,740,USD,"18,5",', "TIPO DE CAMBIO", "18,5", "not_number"),
        ("A,1,10/07/2019,40,740,USD,18.5,-1", "EQUIVALENCIA", "-1", "not_number"),
    ],
)
def test_a_whole_payment_that_cannot_be_is_refused(load: Load, row: str, column: str, value: str, reason: str) -> None:
    report = load("CL1,A,1,09/07/2019,1,,,,", f"CL1,{row}")
    (problem,) = report.problems
    assert (problem.row, problem.column, problem.value, problem.reason) == (3, column, value, reason)
    assert (report.new, report.refused) == (1, 1)
    assert problem_line(problem, language(SPANISH)).startswith(f"Renglón 3, {column}: ")


def test_a_column_that_is_not_there_is_named_as_it_would_be(load: Load) -> None:
    report = load(
        *("CL1,A,1,09/07/2019,1,1,USD", "CL1,A,2,09/07/2019,1,18,MXN"),
        heading="CODIGO,SERIE,FOLIO,FECHA,ABONO,TOTAL DEL PAGO,MONEDA DEL PAGO\n",
    )
    assert [(each.row, each.column, each.reason) for each in report.problems] == [
        (2, "TIPO DE CAMBIO", "no_rate"),
        (3, "EQUIVALENCIA", "no_equivalence"),
    ]


def test_a_cent_more_than_the_total_is_rounding(database: Database, load: Load) -> None:
    # 100.00 pesos at 18.5 are 5.405 dollars.
    load("CL1,A,1,10/07/2019,100,5.40,USD,18.5,")
    assert known(database) == [Received(Money(540, "USD"), Money(541, "USD"), Decimal("18.5"))]


def test_what_is_known_of_a_whole_payment_comes_later_changes_and_is_not_taken_back(
    database: Database, load: Load
) -> None:
    without = "CL1,A,1,10/07/2019,100,,,,"
    assert load(without).new == 1
    for total in (250, 300):
        report = load(f"CL1,A,1,10/07/2019,100,{total},,,")
        assert (report.new, report.changed, report.same) == (0, 1, 0)
        assert load(f"CL1,A,1,10/07/2019,100,{total},,,").same == 1
    assert load(without).same == 1
    assert load("CL1,A,1,10/07/2019,100", heading="CODIGO,SERIE,FOLIO,FECHA,ABONO\n").same == 1
    assert known(database) == [Received(Money(30000), Money(10000), Decimal(1))]


def test_a_payment_that_its_rep_brought_first_is_known_whole_from_the_file(
    database: Database, load: Load, tmp_path: Path
) -> None:
    line = paid(U1, before=d(1000), after=d(900), folio="1", amount="100.00")
    (tmp_path / "rep.xml").write_text(xml(make_rep(payment(line))), encoding="utf-8")
    assert import_files(database.transaction, [tmp_path / "rep.xml"], today=TODAY).refused == 0
    assert known(database) == [None]
    row = "CL1,A,1,10/07/2019,100,250,,,"
    counts = [(report.new, report.changed, report.same) for report in (load(row), load(row))]
    assert counts == [(0, 1, 0), (0, 0, 1)]
    assert known(database) == [Received(Money(25000), Money(10000), Decimal(1))]
    with database.transaction() as session:
        assert session.scalars(select(ApplicationRow.rep_uuid)).one() == U3


def test_a_rep_is_held_against_the_whole_payment_that_a_file_told_of(database: Database, load: Load) -> None:
    """From the file of the office to what `cobranza reconcile` says of a REP that is not stamped yet."""
    with database.transaction() as session:
        session.execute(update(DocumentRow).values(payment_method="PPD"))
    load("CL1,A,2,10/07/2019,40,740,MXN,,0.0540540541")
    line = paid(U1, before=d(1000), after=d(960), currency="USD", folio="2", equivalence=d("0.0540540541"))
    right = make_rep(payment(line, amount=d("740.00")))
    wrong = make_rep(payment(replace(line, equivalence=d("0.0540540540")), amount=d("740.01")), total=d("740.01"))
    assert _differs(database, right) == []
    assert _differs(database, wrong) == [("Monto", d("740.00")), ("EquivalenciaDR", d("0.0540540541"))]


def _differs(database: Database, rep: Rep) -> list[tuple[str, object]]:
    person = Person(0, "x", Role.ADMINISTRATOR, None)
    with database.transaction() as session:
        books = rep_ledger.named(session, person, [], ["2"])
    found = reconcile([rep], Books(books.values()), on=TODAY, until=TODAY)
    return [(finding.field, finding.expected) for finding in found.findings]


def test_what_else_a_payment_paid_is_told_to_who_sees_every_portfolio(database: Database, load: Load) -> None:
    load("CL1,A,1,09/07/2019,100,100,,,", "CL1,A,1,10/07/2019,100,250,,,")
    with database.transaction() as session:
        session.execute(update(CustomerRow).values(collector_code="C1"))
    told = {}
    for role, code in ((Role.COLLECTOR, "C1"), (Role.SUPERVISOR, None)):
        with database.transaction() as session:
            (book,) = rep_ledger.named(session, Person(0, "x", role, code), [], ["1"]).values()
        told[role] = [entry.received and entry.received.total.minor for entry in book.entries]
    assert told == {Role.COLLECTOR: [10000, None], Role.SUPERVISOR: [10000, 25000]}
