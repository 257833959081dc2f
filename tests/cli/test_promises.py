from pathlib import Path

import pytest

from tests.cli.commands import Cobranza

PAYMENTS = "CODIGO,SERIE,FOLIO,FECHA,ABONO,TIPO\n"


def test_the_seeds_promise_is_judged_once_its_day_and_the_tolerance_have_passed(seeded: Cobranza) -> None:
    nothing = {"kept": 0, "partially_kept": 0, "broken": 0}
    assert seeded.json("judge", "--json") == {"date": "2019-07-16", "states": nothing}
    assert seeded.json("judge", "--json", "--date", "2019-07-24")["states"] == nothing
    judged = seeded.json("judge", "--json", "--date", "2019-07-25")
    assert judged == {"date": "2019-07-25", "states": {**nothing, "broken": 1}}
    assert seeded.json("judge", "--json", "--date", "2019-07-25")["states"] == nothing
    assert seeded.json("judge", "--json")["states"] == nothing


def test_the_judgement_is_told_in_spanish(seeded: Cobranza) -> None:
    seeded.environment["BUSINESS_DATE"] = "2019-07-25"
    assert seeded("judge").stdout.splitlines() == [
        "25/07/2019: 1 promesa cambió de estado.",
        "  cumplida: 0",
        "  cumplida en parte: 0",
        "  incumplida: 1",
    ]
    assert seeded("judge").stdout.splitlines()[0] == "25/07/2019: 0 promesas cambiaron de estado."


def test_a_longer_tolerance_waits_longer(seeded: Cobranza) -> None:
    seeded.environment["PROMISE_TOLERANCE_DAYS"] = "3"
    assert seeded.json("judge", "--json", "--date", "2019-07-26")["states"]["broken"] == 0
    assert seeded.json("judge", "--json", "--date", "2019-07-29")["states"]["broken"] == 1


def test_a_payment_imported_late_mends_what_was_judged_broken(seeded: Cobranza, tmp_path: Path) -> None:
    seeded("judge", "--date", "2019-07-25")
    (tmp_path / "pagos.csv").write_text(f"{PAYMENTS}CL001,,7,24/07/2019,2842.00,\n", encoding="utf-8")
    seeded("import", tmp_path / "pagos.csv")
    assert seeded.json("judge", "--json", "--date", "2019-07-30")["states"] == {
        "kept": 1, "partially_kept": 0, "broken": 0,
    }  # fmt: skip


def test_a_date_that_is_none_is_wrong_usage(cobranza: Cobranza) -> None:
    assert "--date" in cobranza("judge", "--date", "ayer", expect=2).stderr


@pytest.mark.parametrize("command", ["judge", "remind", "demo"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_of_no_year_of_ours_is_refused_in_words(cobranza: Cobranza, command: str, day: str) -> None:
    said = cobranza(command, "--date", day, expect=2).stderr
    assert "de 2000 a 2099" in said


@pytest.mark.parametrize("command", ["judge", "remind"])
def test_no_day_that_has_not_come_yet_is_judged(seeded: Cobranza, command: str) -> None:
    seeded.environment["TELEGRAM_TOKEN"] = "123456:TEST"  # noqa: S105 - nobody is asked
    said = seeded(command, "--date", "2099-12-31", expect=1).stderr
    assert said.startswith("31/12/2099 aún no llega: hoy es ")
