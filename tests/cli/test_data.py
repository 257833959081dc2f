import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.cli.commands import Cobranza
from tests.cli.conftest import SEED

# The seed's report of 2019-03-19: folio, issued and due on the same day, days overdue, amount.
REPORT = [
    ("21002", "2018-12-10", 99, "189.00"),
    ("21088", "2019-01-07", 71, "323.00"),
    ("21090", "2019-01-07", 71, "323.00"),
    ("21091", "2019-01-07", 71, "215.00"),
    ("21095", "2019-01-07", 71, "52.00"),
    ("21096", "2019-01-07", 71, "359.00"),
    ("21098", "2019-01-07", 71, "196.00"),
    ("21100", "2019-01-07", 71, "121.00"),
]
AS_OF = ("statement", "CL002", "--as-of", "2019-03-19")


def test_the_seeds_statement_is_the_seeds_table_and_its_total_is_the_sum_of_its_rows(seeded: Cobranza) -> None:
    shown = seeded.json(*AS_OF, "--format", "json")

    (section,) = shown["currencies"]
    rows = section["rows"]
    uuids = [row.pop("uuid") for row in rows]
    assert rows == [
        {
            "issued": day, "due": day, "credit_limit": "0.00", "concept_code": "42017", "concept": "Factura CFDI 2017",
            "series": "CFDI", "folio": folio, "days_overdue": days, "original": amount, "paid": "0.00",
            "balance": amount,
        }
        for folio, day, days, amount in REPORT
    ]  # fmt: skip
    assert all(len(uuid) == 36 for uuid in uuids)
    assert shown["customer"] == {"code": "CL002", "name": "Ramiro Aldana"}
    assert shown["as_of"] == "2019-03-19"
    assert section["currency"] == "MXN"
    assert section["totals"] == {"original": "1778.00", "paid": "0.00", "balance": "1778.00"}
    assert section["aging"] == {
        "current": "0.00", "1-30": "0.00", "31-60": "0.00", "61-90": "1589.00", "over_90": "189.00",
    }  # fmt: skip


def test_json_is_one_thing_however_it_is_asked_for(seeded: Cobranza, tmp_path: Path) -> None:
    seeded(*AS_OF, "--format", "json", "--out", tmp_path / "x.json")

    written = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert written == seeded.json(*AS_OF, "--json") == seeded.json(*AS_OF, "--format", "json")


def test_the_statement_as_text_is_the_default(seeded: Cobranza) -> None:
    shown = seeded("statement", "CL002", "--as-of", "19/03/2019").stdout

    assert shown == seeded(*AS_OF, "--format", "text").stdout
    assert shown == seeded("statement", "CL002", "--as-of", "19/03").stdout
    assert shown.splitlines()[0] == "Cliente         CL002 · Ramiro Aldana"
    assert "$1,778.00" in shown


def test_the_statement_as_html_pdf_and_workbook(seeded: Cobranza, tmp_path: Path) -> None:
    page = seeded(*AS_OF, "--format", "html").stdout
    pdf = seeded(*AS_OF, "--format", "pdf").stdout_bytes
    seeded(*AS_OF, "--format", "xlsx", "--out", tmp_path / "x.xlsx")

    assert page.lower().startswith("<!doctype html>")
    assert "21098" in page
    assert "$1,778.00" in page
    assert "1,778.00" in "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    lines = list(load_workbook(tmp_path / "x.xlsx").worksheets[0].values)
    assert [(line[5], line[6], line[9]) for line in lines if line[5] in {row[0] for row in REPORT}] == [
        (folio, days, float(amount)) for folio, _, days, amount in REPORT
    ]


def test_without_a_date_it_is_todays_and_the_promise_in_force_is_in_it(seeded: Cobranza) -> None:
    assert seeded.json("statement", "CL001", "--json")["as_of"] == "2019-07-16"
    assert "Promesa de pago: 23/07/2019, $2,842.00" in seeded("statement", "CL001").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("NADIE",), "Ningún cliente tiene el código «NADIE»: escríbalo completo, como se cargó.\n"),
        (("",), "«–»"),
        (("ramiro",), "«ramiro»"),
        (("CL002", "--as-of", "nunca"), "✋ «nunca» no es una fecha. Escríbala así: 23/07/2019"),
        (("CL002", "--as-of", ""), "✋ «–» no es una fecha."),
        (("CL002", "--out", "/no/hay/x.txt"), "/no/hay/x.txt: "),
    ],
)
def test_a_refusal_is_said_on_standard_error_with_status_1(
    seeded: Cobranza, arguments: tuple[str, ...], said: str
) -> None:
    result = seeded("statement", *arguments, expect=1)

    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [(), ("statement",), ("statement", "CL002", "--format", "doc"), ("import",), ("nada",), ("send",),
     ("send", "CL002", "--all"), ("people", "add"), ("people", "deactivate", "x"), ("remind", "--date", "ayer"),
     ("import", "x.csv", "--kind", "facturas"), ("people", "deactivate", "0"), ("people", "deactivate", 2**31),
     ("people", "add", "--telegram-id", 2**52, "--name", "Ana", "--role", "supervisor"),
     ("people", "add", "--telegram-id", "-5", "--name", "Ana", "--role", "supervisor"),
     ("demo", "--port", 65536), ("demo", "--port", -1)],
)  # fmt: skip
def test_wrong_usage_is_status_2(cobranza: Cobranza, arguments: tuple[object, ...]) -> None:
    assert cobranza(*arguments, expect=2).output


def test_an_empty_name_is_not_the_folder_in_which_one_is(cobranza: Cobranza) -> None:
    for command in ("import", "reconcile", "backup"):
        assert "está vacío" in cobranza(command, "", expect=2).stderr


def test_an_import_says_what_it_did_and_twice_changes_nothing(cobranza: Cobranza) -> None:
    first = cobranza.json("import", SEED, "--json")["files"]
    again = cobranza.json("import", SEED, "--json")["files"]

    assert {(Path(file["path"]).name, file["kind"], file["new"]) for file in first} >= {
        ("clientes.csv", "customers", 3),
        ("agenda-2019-07-16.csv", "documents", 4),
        ("estado-2019-03-19.csv", "documents", 8),
        ("promesas.csv", "promises", 2),
    }
    assert [(f["new"], f["changed"], f["refused"]) for f in again] == [(0, 0, 0)] * len(first)
    assert [f["same"] for f in again] == [f["new"] for f in first]


def test_a_dry_run_keeps_nothing(cobranza: Cobranza) -> None:
    assert cobranza.json("import", SEED / "clientes.csv", "--dry-run", "--json")["files"][0]["new"] == 3
    assert cobranza.json("import", SEED / "clientes.csv", "--json")["files"][0]["new"] == 3


def test_a_bad_row_is_named_with_status_1_and_stops_the_good_ones_only_when_strict(
    cobranza: Cobranza, tmp_path: Path
) -> None:
    path = tmp_path / "pagos.csv"
    path.write_text(
        "CODIGO,NOMBRE,LIMITE DE CREDITO\nCL777,Zoila Luna,100.00\nCL778,Otra Más,mil pesos\n", encoding="utf-8"
    )

    strict = cobranza("import", path, "--strict", "--json", expect=1)
    assert json.loads(strict.stdout)["files"][0]["refused"] == 1
    assert cobranza("statement", "CL777", expect=1).stdout == ""
    lenient = cobranza("import", path, "--json", expect=1)

    (file,) = json.loads(lenient.stdout)["files"]
    (problem,) = file["problems"]
    assert (file["new"], file["refused"]) == (1, 1)
    assert (problem["row"], problem["column"], problem["value"]) == (3, "LIMITE DE CREDITO", "mil pesos")
    assert problem["reason"]
    assert "1 renglón" in lenient.stderr
    assert cobranza.json("statement", "CL777", "--json")["currencies"] == []


def test_a_file_that_is_not_there_is_status_1(cobranza: Cobranza) -> None:
    assert "no-hay.csv" in cobranza("import", "no-hay.csv", expect=1).stdout
