import csv
from io import StringIO

import pytest

from bot.store import audit
from bot.store.database import Database
from bot.store.people import to_person
from tests import factories
from tests.cli.commands import Cobranza


def test_every_promise_is_exported_with_where_it_stands(seeded: Cobranza) -> None:
    seeded("judge", "--date", "2019-07-25")
    first, second = seeded.json("export", "promises", "--format", "json")
    assert (first["state"], second["number"], second["state"]) == ("rescheduled", 2, "broken")
    expected = {"customer": "CL001", "series": "", "folio": "7", "on": "2019-07-23", "amount": "2842.00"}
    expected |= {"currency": "MXN", "comment": "Pagare con cheque.", "state_by": "cobranza"}
    assert {name: second[name] for name in expected} == expected


def test_json_is_one_thing_however_it_is_asked_for(seeded: Cobranza) -> None:
    assert seeded.json("export", "promises", "--json") == seeded.json("export", "promises", "--format", "json")


def test_the_trail_is_exported_with_its_own_export(seeded: Cobranza) -> None:
    seeded("statement", "CL002")
    rows = list(csv.DictReader(StringIO(seeded("export", "audit").stdout)))
    assert [(row["action"], row["subject"], row["source"]) for row in rows[-2:]] == [
        ("statement", "CL002", "cli"), ("export", "audit", "cli"),
    ]  # fmt: skip


def test_only_what_came_since_a_day_is_exported(seeded: Cobranza) -> None:
    seeded("statement", "CL002")
    assert seeded.json("export", "promises", "--format", "json", "--since", "2100-01-01") == []
    assert list(csv.DictReader(StringIO(seeded("export", "audit", "--since", "2100-01-01").stdout))) == []
    assert len(seeded.json("export", "audit", "--format", "json", "--since", "2019-07-16")) > 2
    assert [row["subject"] for row in seeded.json("export", "audit", "--format", "json")][-3:] == [
        "audit since 2100-01-01", "audit since 2019-07-16", "audit",
    ]  # fmt: skip


@pytest.mark.parametrize(("what", "first", "last"), [("audit", "id", "source"), ("promises", "id", "state_by")])
def test_an_export_without_rows_has_its_headings_all_the_same(
    cobranza: Cobranza, what: str, first: str, last: str
) -> None:
    exported = cobranza("export", what, "--since", "2100-01-01").stdout.removeprefix("\ufeff")
    (headings,) = csv.reader(StringIO(exported))
    assert (headings[0], headings[-1]) == (first, last)
    assert cobranza.json("export", what, "--since", "2100-01-01", "--format", "json") == []


def test_what_is_kept_in_a_file_opens_in_excel_with_its_accents(seeded: Cobranza) -> None:
    """Excel reads UTF-8 by its mark only; a program asks for JSON, which has none."""
    assert seeded("export", "promises").stdout.startswith("\ufeffid,customer,")
    assert seeded("export", "promises", "--json").stdout.startswith("[\n")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t="])
def test_what_a_person_is_called_is_no_formula_in_a_spreadsheet(
    cobranza: Cobranza, sqlite_database: Database, sign: str
) -> None:
    with sqlite_database.transaction() as session:
        person = to_person(factories.person(session, name=f'{sign}HYPERLINK("http://x")'))
        audit.record(session, person, "statement", "CL001", now=factories.NOON, source="tg:1")
    (row, _) = csv.DictReader(StringIO(cobranza("export", "audit").stdout))
    assert row["name"] == f'\'{sign}HYPERLINK("http://x")'
