"""REP that others replace (TipoRelacion 04): whatever comes first, the ledger is the same."""

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import delete

from bot.domain.receivables import ApplicationKind
from bot.store.database import Database
from bot.store.loading.shared import settle
from bot.store.models import ApplicationRow
from bot.store.rep_models import ReplacedRepRow
from tests.imports.cfdi_files import U1, cfdi, doc, pago, related, rep
from tests.services.cfdi_run import Office

CSV = "CODIGO,SERIE,FOLIO,FECHA,ABONO,REP UUID\n"
OLD, NEW, NEWEST, OTHER = (f"{n}AAAAAAA-0000-4000-8000-000000000000" for n in (4, 3, 2, 1))

# What each REP pays of A-7, on which day of July, and which it replaces.
Family: TypeAlias = dict[str, tuple[str, int, tuple[str, ...]]]
# Day, amount and REP of each payment that is left.
Left: TypeAlias = list[tuple[int, str, str | None]]

FAMILIES: dict[str, tuple[Family, Left]] = {
    "chain": ({OLD: ("40.00", 10, ()), NEW: ("50.00", 10, (OLD,)), NEWEST: ("60.00", 12, (NEW,))},
              [(12, "60.00", NEWEST)]),
    "chain of equals": ({OLD: ("40.00", 10, ()), NEW: ("40.00", 11, (OLD,)), NEWEST: ("40.00", 10, (NEW,))},
                        [(10, "40.00", NEWEST)]),
    "fork": ({OLD: ("40.00", 10, ()), NEW: ("30.00", 10, (OLD,)), OTHER: ("20.00", 11, (OLD,))},
             [(10, "30.00", NEW), (11, "20.00", OTHER)]),
    "join": ({OLD: ("40.00", 10, ()), NEW: ("30.00", 11, ()), OTHER: ("70.00", 12, (OLD, NEW))},
             [(12, "70.00", OTHER)]),
    "ring": ({OLD: ("40.00", 10, (NEW,)), NEW: ("50.00", 11, (OLD,))}, []),
    "one that names itself": ({NEW: ("50.00", 11, (NEW,))}, [(11, "50.00", NEW)]),
}  # fmt: skip


def text_of(uuid: str, amount: str, day: int, replaces: tuple[str, ...]) -> str:
    relations = related("04", *replaces) if replaces else ""
    # Issued on one day: nothing but the UUID, which goes the other way, says which is the newer.
    return rep(uuid, [pago(doc(U1, amount), FechaPago=f"2019-07-{day}T12:00:00")], relations=relations)


def erps(rep_uuid: str = "") -> str:
    """The ERP's payment of $40.00 of 10 July."""
    return f"{CSV}CL1,A,7,10/07/2019,40,{rep_uuid}\n"


@pytest.fixture
def office(sqlite_database: Database, tmp_path: Path) -> Office:
    made = Office(sqlite_database, tmp_path)
    made.add_customer("CL1")
    made.load(cfdi())
    return made


def begin_anew(office: Office) -> None:
    """As if nothing had been paid or replaced yet."""
    (document,) = office.documents()
    with office.database.transaction() as session:
        session.execute(delete(ApplicationRow))
        session.execute(delete(ReplacedRepRow))
        settle(session, [document.id])


def left(office: Office) -> Left:
    found = [(on.day, f"{amount / 100:.2f}", rep_uuid) for _, on, amount, _, rep_uuid in office.applications()]
    (document,) = office.documents()
    assert document.applied == sum(round(float(amount) * 100) for _, amount, _ in found)
    return sorted(found, key=str)


@pytest.mark.parametrize("at_once", [True, False], ids=["in one run", "in several"])
@pytest.mark.parametrize("name", FAMILIES)
def test_no_order_in_which_rep_are_read_makes_a_replaced_one_pay(office: Office, name: str, *, at_once: bool) -> None:
    reps, expected = FAMILIES[name]
    texts = [text_of(uuid, *said) for uuid, said in reps.items()]
    for order in permutations(texts):
        begin_anew(office)
        for run in [order] if at_once else [(text,) for text in order]:
            office.load(*run)
        assert left(office) == sorted(expected, key=str)
        # Nothing changes when all is read once more.
        assert {count[2:] for count in office.counts(*order)} == {(1, 0)}
        assert left(office) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("name", "named"),
    [
        *(pytest.param(name, "", marks=pytest.mark.slow) for name in ("chain", "fork", "chain of equals")),
        ("chain of equals", OLD),
    ],
)
def test_the_erps_payment_stays_once_whenever_it_is_told(office: Office, name: str, named: str) -> None:
    reps, alone = FAMILIES[name]
    expected: Left = [(10, "40.00", None), *alone]
    if (10, "40.00", NEWEST) in alone:
        expected = alone
    texts = [text_of(uuid, *said) for uuid, said in reps.items()]
    for order in permutations([*texts, erps(named)]):
        begin_anew(office)
        for text in order:
            office.load(text)
        # What the ERP names may keep the day of the REP that was read before it.
        once = [(10 if named else on, *rest) for on, *rest in left(office)]
        assert {count[3] for count in office.counts(*order)} == {0}
        again = [(10 if named else on, *rest) for on, *rest in left(office)]
        assert once == again == sorted(expected, key=str)


def test_a_rep_that_puts_the_day_right_pays_no_second_time_where_the_erp_names_the_old_one(office: Office) -> None:
    texts = [text_of(OLD, "40.00", 10, ()), text_of(NEW, "40.00", 12, (OLD,)), erps(OLD)]
    for order in permutations(texts):
        begin_anew(office)
        for text in order:
            office.load(text)
        assert [each[1:] for each in left(office)] == [("40.00", NEW)]
        assert {count[2:] for count in office.counts(*order)} == {(1, 0)}
        assert [each[1:] for each in left(office)] == [("40.00", NEW)]


def test_a_rep_that_puts_the_day_right_takes_the_payment_that_the_erp_told_of_without_rep(office: Office) -> None:
    office.load(erps())
    assert office.counts(text_of(OLD, "40.00", 10, ())) == [(0, 1, 0, 0)]
    assert office.counts(text_of(NEW, "40.00", 12, (OLD,))) == [(0, 1, 0, 0)]
    assert left(office) == [(10, "40.00", NEW)]


def test_a_rep_beside_the_substitute_does_not_take_the_payment_that_the_erp_told_of(office: Office) -> None:
    office.load(erps())
    office.load(text_of(OLD, "40.00", 10, ()))
    office.load(text_of(OTHER, "40.00", 11, ()), text_of(NEW, "40.00", 12, (OLD,)))
    assert left(office) == [(10, "40.00", NEW), (11, "40.00", OTHER)]


def test_what_a_substitute_of_the_same_run_pays_again_is_told_of_as_gone_by_none(office: Office) -> None:
    reps, _ = FAMILIES["chain of equals"]
    office.load(text_of(OLD, *reps[OLD]))
    assert office.warnings(*(text_of(uuid, *reps[uuid]) for uuid in (NEW, NEWEST))) == []
    begin_anew(office)
    office.load(text_of(OLD, "40.00", 10, ()))
    fork = (text_of(NEW, "40.00", 10, (OLD,)), text_of(OTHER, "20.00", 11, (OLD,)))
    assert office.warnings(*fork) == []
    begin_anew(office)
    office.load(text_of(OLD, "40.00", 10, ()))
    assert [reason for _, reason in office.warnings(text_of(NEW, "20.00", 11, (OLD,)))] == ["replaced_rep"]


def test_a_payment_whose_rep_was_replaced_takes_the_rep_that_the_erp_names_then(office: Office) -> None:
    reps, _ = FAMILIES["chain"]
    office.load(erps())
    for uuid in (OLD, NEW):
        office.load(text_of(uuid, *reps[uuid]))
    assert left(office) == [(10, "40.00", None), (10, "50.00", NEW)]
    assert office.counts(erps(OTHER)) == [(0, 1, 0, 0)]
    assert office.counts(erps(OTHER)) == [(0, 0, 1, 0)]
    assert left(office) == [(10, "40.00", OTHER), (10, "50.00", NEW)]


def test_room_that_a_replaced_rep_leaves_is_there_for_others_of_its_run(office: Office) -> None:
    office.load(text_of(OLD, "100.00", 10, ()))
    later = text_of(OTHER, "90.00", 11, ())
    assert office.counts(later, text_of(NEW, "20.00", 12, (OLD,))) == [(1, 0, 0, 0), (1, 0, 0, 0)]
    assert left(office) == [(11, "90.00", OTHER), (12, "20.00", NEW)]


def test_both_databases_keep_what_replaces_what(database: Database, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    office.add_customer("CL1")
    office.load(cfdi())
    reps, expected = FAMILIES["chain"]
    for uuid in (NEWEST, NEW, OLD):
        office.load(text_of(uuid, *reps[uuid]))
        office.load(text_of(uuid, *reps[uuid]))
    office.load(erps())
    assert left(office) == [(10, "40.00", None), *expected]
    assert [kind for *_, kind, _ in office.applications()] == [ApplicationKind.PAYMENT] * 2
    assert {on for _, on, *_ in office.applications()} == {date(2019, 7, 10), date(2019, 7, 12)}
