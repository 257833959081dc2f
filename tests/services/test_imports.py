from datetime import date
from hashlib import blake2b
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.domain.incoming import FileKind
from bot.domain.promises import PromiseState
from bot.services.imports import FILES, import_files, record
from bot.store.database import Database
from bot.store.models import (
    ApplicationRow,
    AuditRow,
    CustomerRow,
    DocumentRow,
    PromiseEventRow,
    PromiseInForceRow,
    PromiseRow,
)
from bot.store.sources import LastSync, last_sync
from tests import factories
from tests.services.loads import CUSTOMERS, DOCUMENTS, PAYMENTS, TODAY, Load, counts, documents, problems, run
from tests.services.world import World, act

SEED = Path(__file__).parents[2] / "bot" / "demo" / "seed"
U1, U2 = "8D05D435-FBD1-5FB2-846B-BAAEEC1593C2", "F8657F13-38D7-5DB5-B013-1F35F5965F1B"


def test_the_seed_is_loaded_in_the_order_that_it_needs(database: Database) -> None:
    names = ["promesas.csv", "agenda-2019-07-16.csv", "estado-2019-03-19.csv", "clientes.csv"]
    report = run(database, *(SEED / name for name in names))
    assert [(file.path.name, *counts(file)) for file in report.files] == [
        ("clientes.csv", 3, 0, 0, 0),
        ("agenda-2019-07-16.csv", 4, 0, 0, 0),
        ("estado-2019-03-19.csv", 8, 0, 0, 0),
        ("promesas.csv", 2, 0, 0, 0),
    ]
    assert (report.kept, report.refused) == (True, 0)
    with database.transaction() as session:
        query = select(CustomerRow.code, func.sum(DocumentRow.total)).join(DocumentRow.customer).group_by("code")
        totals = dict(session.execute(query).all())
    assert totals == {"CL001": 284200, "CL002": 177800 + 487200 + 162400, "CL003": 527800}


def test_the_same_folder_twice_changes_nothing(database: Database) -> None:
    run(database, SEED)
    before = len(documents(database))
    again = run(database, SEED)
    assert [(file.new, file.changed, file.refused) for file in again.files] == [(0, 0, 0)] * 4
    assert sum(file.same for file in again.files) == 3 + 4 + 8 + 2
    assert len(documents(database)) == before


def test_the_seeds_promises_are_a_rescheduled_one_and_one_in_force(database: Database) -> None:
    run(database, SEED)
    with database.transaction() as session:
        first, second = session.scalars(select(PromiseRow).order_by(PromiseRow.number))
        assert (first.on, second.on) == (date(2019, 7, 18), date(2019, 7, 23))
        assert (first.made_by, first.made_on, first.comment) == ("Administrador", TODAY, "Pagare con cheque.")
        assert (first.amount, first.currency) == (284200, "MXN")
        (event,) = session.scalars(select(PromiseEventRow))
        assert (event.promise_id, event.state, event.on) == (first.id, PromiseState.RESCHEDULED, TODAY)
        in_force = session.scalars(select(PromiseInForceRow)).one()
        assert (in_force.promise_id, in_force.on) == (second.id, date(2019, 7, 23))


def test_what_changed_is_counted_and_what_the_file_does_not_say_stays(database: Database, load: Load) -> None:
    load("CODIGO,NOMBRE,CORREO,LIMITE DE CREDITO,COBRADOR\nCL1,Juan,a@x.example;b@x.example,100,C1\nCL2,Ana,,0,\n")
    assert counts(load("CODIGO,NOMBRE,RFC\nCL1,José Ramírez,JORA\nCL2,Ana,\n")) == (0, 1, 1, 0)
    with database.transaction() as session:
        juan, ana = session.scalars(select(CustomerRow).order_by(CustomerRow.code))
        assert (juan.name, juan.email, juan.credit_limit, juan.collector_code) == (
            *("José Ramírez", ["a@x.example", "b@x.example"], 10000, "C1"),
        )
        assert juan.search == "jose ramirez jora"
        assert (ana.email, ana.collector_code) == ([], None)


def test_a_document_without_due_date_is_due_after_the_customers_days_of_credit(database: Database, load: Load) -> None:
    load("CODIGO,NOMBRE,DIAS DE CREDITO\nCL1,Juan,30\n")
    heading = "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,FECHA VENCIMIENTO\n"
    load(f"{heading}CL1,1,16/07/2019,5,\nCL1,2,16/07/2019,5,20/07/2019\n")
    assert [row.due for row in documents(database).values()] == [date(2019, 8, 15), date(2019, 7, 20)]
    assert counts(load(f"{DOCUMENTS}CL1,,,2,,16/07/2019,5\n")) == (0, 0, 1, 0)


def test_a_document_is_known_again_by_its_uuid_and_else_by_its_folio(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,42 / Factura,A,1,,16/07/2019,100\n")
    assert counts(load(f"{DOCUMENTS}CL1,42 / Factura,A,1,{U1},16/07/2019,100\n")) == (0, 1, 0, 0)
    assert counts(load(f"{DOCUMENTS}CL2,42 / Factura,A,9,{U1},16/07/2019,100\n")) == (0, 1, 0, 0)
    assert counts(load(f"{DOCUMENTS}CL2,42 / Factura,A,9,,16/07/2019,100\n")) == (0, 0, 1, 0)
    assert {folio: row.uuid for folio, row in documents(database).items()} == {"9": U1}


def test_the_same_folio_of_two_concepts_is_two_documents(load: Load) -> None:
    load(CUSTOMERS)
    rows = "CL1,42 / Factura,A,1,,16/07/2019,100\nCL1,43 / Cargo,A,1,,16/07/2019,100\n"
    assert counts(load(DOCUMENTS + rows)) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("CL9,,,7,,16/07/2019,5\n", (2, "CODIGO", "CL9", "unknown_customer")),
        (f"CL1,,,1,{U2},16/07/2019,5\n", (2, "UUID", U2, "other_uuid")),
        (f"CL1,,,2,{U1},16/07/2019,5\n", (2, "FOLIO", "2", "folio_taken")),
        ("CL1,,,8,,16/07/2019,5\nCL1,,,8,,16/07/2019,6\n", (3, "", "CL1 8", "repeated_folio")),
        (f"CL1,,,8,{U2},16/07/2019,5\nCL1,,,9,{U2},16/07/2019,5\n", (3, "", U2, "repeated")),
        (f"CL1,,{'S' * 26},8,,16/07/2019,5\n", (2, "SERIE", "S" * 26, "too_long")),
    ],
)
def test_a_document_that_contradicts_is_refused(load: Load, rows: str, expected: tuple[int, str, str, str]) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,,1,{U1},16/07/2019,5\nCL1,,,2,,16/07/2019,5\n")
    report = load(f"{DOCUMENTS}{rows}CL1,,,77,,16/07/2019,5\n")
    assert problems(report) == [expected]
    assert report.new == rows.count("\n")


def test_two_rows_that_mean_one_document_are_refused_but_the_first(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,,1,{U1},16/07/2019,5\n")
    report = load(f"{DOCUMENTS}CL1,,,9,{U1},16/07/2019,5\nCL1,,,1,,16/07/2019,6\n")
    assert problems(report) == [(3, "", "", "repeated")]
    assert {folio: row.total for folio, row in documents(database).items()} == {"9": 500}


def test_a_row_written_twice_alike_is_the_same_row(load: Load) -> None:
    load(CUSTOMERS)
    assert counts(load(DOCUMENTS + "CL1,,,8,,16/07/2019,5\n" * 2)) == (1, 0, 1, 0)
    assert counts(load("CODIGO,NOMBRE\n" + "CL8,Eva\n" * 2)) == (1, 0, 1, 0)
    assert problems(load("CODIGO,NOMBRE\nCL8,Eva\nCL8,Eva Luna\n")) == [(3, "", "CL8", "repeated")]


def test_a_cancelled_document_and_one_of_nothing_are_settled_from_their_issue(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    heading = "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,CANCELADO\n"
    load(f"{heading}CL1,1,16/07/2019,5,sí\nCL1,2,16/07/2019,0,no\nCL1,3,16/07/2019,5,no\n")
    assert [row.settled_on for row in documents(database).values()] == [TODAY, TODAY, None]
    load(f"{heading}CL1,1,16/07/2019,5,no\nCL1,3,16/07/2019,5,sí\n")
    assert [row.settled_on for row in documents(database).values()] == [None, TODAY, TODAY]


def test_equal_payments_of_a_file_count_each_and_the_file_again_counts_none(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,A,1,,01/07/2019,100\n")
    rows = "CL1,A,1,10/07/2019,50,ref,\n" * 2
    assert counts(load(PAYMENTS + rows)) == (2, 0, 0, 0)
    assert documents(database)["1"].settled_on == date(2019, 7, 10)
    assert counts(load(PAYMENTS + rows)) == (0, 0, 2, 0)
    assert counts(load(PAYMENTS + rows + "CL1,A,1,12/07/2019,(20),devuelto,\n")) == (1, 0, 2, 0)
    assert documents(database)["1"].settled_on is None


def test_a_payment_whose_rep_comes_later_is_the_same_payment(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,A,1,,01/07/2019,100\n")
    load(f"{PAYMENTS}CL1,A,1,10/07/2019,100,ref,\n")
    assert counts(load(f"{PAYMENTS}CL1,A,1,10/07/2019,100,ref,{U1}\n")) == (0, 1, 0, 0)
    assert counts(load(f"{PAYMENTS}CL1,A,1,10/07/2019,100,ref,\n")) == (0, 0, 1, 0)
    with database.transaction() as session:
        assert session.scalars(select(ApplicationRow.rep_uuid)).all() == [U1]


def test_a_payment_finds_its_document_by_uuid_or_by_concept_when_folios_repeat(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load(
        f"{DOCUMENTS}CL1,42 / Factura,A,1,{U1},01/07/2019,100\nCL1,43 / Nota de cargo,A,1,,01/07/2019,100\n"
        "CL1,,,2,,01/07/2019,7\n"
    )
    heading = "CODIGO,CONCEPTO,SERIE,FOLIO,UUID DOCUMENTO,FECHA,ABONO\n"
    report = load(
        f"{heading}CL1,43 / otro nombre,A,1,,10/07/2019,1\nCL1,nota de cargo,A,1,,10/07/2019,2\n,,,,{U1},10/07/2019,4\n"
        f"CL1,,A,1,,10/07/2019,8\n,,,,{U2},10/07/2019,8\nCL1,,B,1,,10/07/2019,8\nCL7,,A,1,,10/07/2019,8\n"
        "CL1,44 / Otro,A,1,,10/07/2019,8\nCL1,,,2,,10/07/2019,7\n"
    )
    assert problems(report) == [
        (5, "FOLIO", "CL1 A 1", "ambiguous_document"),
        (6, "UUID DOCUMENTO", U2, "unknown_document"),
        (7, "FOLIO", "CL1 B 1", "unknown_document"),
        (8, "CODIGO", "CL7", "unknown_customer"),
        (9, "FOLIO", "CL1 44 A 1", "unknown_document"),
    ]
    with database.transaction() as session:
        query = (
            select(DocumentRow.concept_code, func.sum(ApplicationRow.amount))
            .join(DocumentRow.applications)
            .group_by(DocumentRow.concept_code)
        )
        paid = dict(session.execute(query).all())
    assert paid == {"42": 400, "43": 300, "": 700}


def test_a_payment_is_in_the_currency_of_its_document(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load("CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,MONEDA\nCL1,1,01/07/2019,1500,JPY\nCL1,2,01/07/2019,1500,USD\n")
    report = load(f"{PAYMENTS}CL1,,1,10/07/2019,1500,,\nCL1,,1,10/07/2019,1.5,,\nCL1,,2,10/07/2019,1.5,,\n")
    assert problems(report) == [(3, "ABONO", "1.5", "decimals")]
    with database.transaction() as session:
        assert sorted(session.scalars(select(ApplicationRow.amount))) == [150, 1500]


def test_equal_payments_in_a_currency_without_cents_count_each_and_once(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load("CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,MONEDA\nCL1,1,01/07/2019,1500,JPY\nCL1,2,01/07/2019,1.5,KWD\n")
    rows = "CL1,,1,10/07/2019,500,a,\n" * 3 + "CL1,,2,10/07/2019,1.375,b,\n" * 2
    assert counts(load(PAYMENTS + rows)) == (5, 0, 0, 0)
    assert counts(load(PAYMENTS + rows)) == (0, 0, 5, 0)
    assert [row.settled_on for row in documents(database).values()] == [date(2019, 7, 10), None]
    with database.transaction() as session:
        assert sorted(session.scalars(select(ApplicationRow.amount))) == [500, 500, 500, 1375, 1375]


def test_a_reference_too_long_for_its_column_is_refused(load: Load) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,,1,,01/07/2019,100\n")
    report = load(f"{PAYMENTS}CL1,,1,10/07/2019,1,{'r' * 101},\n")
    assert problems(report) == [(2, "REFERENCIA", "r" * 101, "too_long")]


def test_a_bad_row_never_stops_the_good_ones_unless_strict(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "clientes.csv"
    path.write_text("CODIGO,NOMBRE\nCL1,Juan\n,Ana\nCL3,Eva\n", encoding="utf-8")
    strict = run(database, path, strict=True)
    assert (strict.kept, strict.refused, problems(strict.files[0])) == (False, 1, [(3, "CODIGO", "", "missing")])
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(CustomerRow)) == 0
    assert run(database, path).kept
    with database.transaction() as session:
        assert session.scalars(select(CustomerRow.code).order_by(CustomerRow.code)).all() == ["CL1", "CL3"]


def test_strict_keeps_what_has_no_problem(database: Database) -> None:
    assert run(database, SEED, strict=True).kept
    assert len(documents(database)) == 12


def test_a_dry_run_tells_all_and_keeps_nothing(database: Database) -> None:
    report = run(database, SEED, dry_run=True)
    assert (report.kept, [file.new for file in report.files]) == (False, [3, 4, 8, 2])
    assert documents(database) == {}


def test_a_file_that_cannot_be_read_is_refused_beside_the_good_ones(database: Database, tmp_path: Path) -> None:
    report = run(database, tmp_path / "none.csv", SEED / "clientes.csv")
    assert [(file.path.name, file.kind, file.new, file.refused) for file in report.files] == [
        ("clientes.csv", FileKind.CUSTOMERS, 3, 0),
        ("none.csv", None, 0, 1),
    ]
    assert problems(report.files[1]) == [(0, "", "none.csv", "no_file")]


def test_a_file_of_several_batches_is_loaded_whole(database: Database, load: Load) -> None:
    rows = "".join(f"CL{n},Nombre {n}\n" for n in range(2_050))
    assert counts(load(f"CODIGO,NOMBRE\n{rows}")) == (2_050, 0, 0, 0)
    bills = "".join(f"CL{n},,,{n},,16/07/2019,{n}.50\n" for n in range(2_050))
    assert counts(load(DOCUMENTS + bills)) == (2_050, 0, 0, 0)
    assert counts(load(f"{DOCUMENTS}{bills}CL7,,,7,,16/07/2019,8\n")) == (0, 0, 2_050, 1)
    with database.transaction() as session:
        assert session.scalar(select(func.sum(DocumentRow.total))) == sum(n * 100 + 50 for n in range(2_050))


def test_marks_that_nobody_sees_make_no_other_customer_and_no_other_document(database: Database, load: Load) -> None:
    bill = "CL1,,,21,,16/07/2019,5\n"
    assert [counts(load(text)) for text in (CUSTOMERS, DOCUMENTS + bill)] == [(2, 0, 0, 0), (1, 0, 0, 0)]
    pasted = CUSTOMERS.replace("CL1", "\u200bCL1\ufeff").replace("CODIGO", "\u200eCODIGO")
    assert counts(load(pasted)) == (0, 0, 2, 0)
    assert counts(load(DOCUMENTS + bill.replace("CL1", "CL\u200b1").replace("21", "\u202a21\u202c"))) == (0, 0, 1, 0)
    assert list(documents(database)) == ["21"]


def test_a_payment_is_known_again_by_what_is_remarked_as_it_was_written(database: Database, load: Load) -> None:
    written = "Depósito \u200b881\u201121"
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,,21,,16/07/2019,5\n")
    assert counts(load(f"{PAYMENTS}CL1,,21,16/07/2019,2,{written},\n")) == (1, 0, 0, 0)
    # As files were read when marks counted everywhere.
    said = f"2019-07-16\x1f200\x1fpayment\x1f\x1f{written}\x1f0"
    with database.transaction() as session:
        assert session.scalars(select(ApplicationRow.key)).all() == [blake2b(said.encode(), digest_size=16).hexdigest()]


def test_when_the_ledger_was_last_fed_is_noted_if_a_file_told_of_debts_or_payments(
    database: Database, tmp_path: Path
) -> None:
    texts = {
        "customers": CUSTOMERS,
        "unread": "A,B\n1,2\n",
        "refused": f"{DOCUMENTS}CL9,,,7,,16/07/2019,5\n",
        # A day on which nobody paid has an export without rows.
        "nothing": "CODIGO,FOLIO,FECHA PAGO,ABONO\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    for name, dry_run, noted in (
        *((name, False, None) for name in ("customers", "unread", "refused")),
        ("nothing", True, None),
        ("nothing", False, LastSync(factories.NOON, None)),
    ):
        import_files(database.transaction, [tmp_path / f"{name}.csv"], today=TODAY, dry_run=dry_run, now=factories.NOON)
        with database.transaction() as session:
            assert last_sync(session, FILES) == noted


def test_who_loaded_which_file_is_in_the_trail(world: World) -> None:
    world.call(record, act(world.chief, source="tg:9"), "cartera.csv")
    with world.database.transaction() as session:
        row = session.query(AuditRow).one()
        assert (row.person_id, row.action, row.subject, row.source) == (world.chief.id, "import", "cartera.csv", "tg:9")
