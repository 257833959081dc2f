from contextlib import closing

import pytest

from bot.services import runs
from bot.store import people
from bot.store.database import Database
from tests.cli.commands import Cobranza
from tests.services.world import act

LAURA = ("people", "add", "--telegram-id", "1001", "--name", "Laura Méndez", "--role", "collector", "--collector", "C1")


def test_people_are_added_listed_and_deactivated(cobranza: Cobranza) -> None:
    added = cobranza(*LAURA).stdout
    chief = cobranza.json("people", "add", "--telegram-id", 1002, "--name", "Jorge", "--role", "supervisor", "--json")
    gone = cobranza("people", "deactivate", chief["id"]).stdout

    assert added == "1  Laura Méndez · cobrador · cartera C1 · Telegram 1001\n"
    assert gone == "2  Jorge · supervisor · Telegram 1002 · sin acceso\n"
    assert cobranza("people", "list").stdout == gone + added
    assert cobranza.json("people", "list", "--json") == [
        {
            "id": 2, "telegram_id": 1002, "name": "Jorge", "role": "supervisor", "collector": None,
            "active": False, "unreachable_since": None,
        },
        {
            "id": 1, "telegram_id": 1001, "name": "Laura Méndez", "role": "collector", "collector": "C1",
            "active": True, "unreachable_since": None,
        },
    ]  # fmt: skip


def test_a_program_reads_who_was_deactivated(cobranza: Cobranza) -> None:
    cobranza(*LAURA)

    deactivated = cobranza.json("people", "deactivate", 1, "--json")

    assert (deactivated["name"], deactivated["active"]) == ("Laura Méndez", False)


def test_somebody_deactivated_can_be_added_again(cobranza: Cobranza) -> None:
    cobranza(*LAURA)
    cobranza("people", "deactivate", 1)

    assert cobranza(*LAURA).stdout == "1  Laura Méndez · cobrador · cartera C1 · Telegram 1001\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (LAURA, "✋ El usuario de Telegram 1001 ya es Laura Méndez."),
        (("people", "add", "--telegram-id", "7", "--name", "Ana", "--role", "collector"), "✋ Ana es cobrador y"),
        (("people", "deactivate", "99"), "✋ No hay nadie con el número 99."),
    ],
)
def test_what_cannot_be_is_refused_in_spanish_on_standard_error(
    cobranza: Cobranza, arguments: tuple[str, ...], said: str
) -> None:
    cobranza(*LAURA)

    result = cobranza(*arguments, expect=1)

    assert result.stderr.startswith(said)
    assert result.stdout == ""
    assert len(cobranza.json("people", "list", "--json")) == 1


@pytest.mark.parametrize("way", [("deactivate", 1), ("erase", 1, "--reason", "lo pidió")])
def test_who_goes_is_said_to_send_no_more(seeded: Cobranza, way: tuple[object, ...]) -> None:
    seeded(*LAURA)
    database = Database(seeded.environment["DATABASE_URL"])
    with closing(database), database.transaction() as session:
        laura = act(people.get(session, 1))
        runs.confirm(session, laura, runs.compose(session, laura, "CL001 CL002").id)

    _line, stopped = seeded("people", *way).stdout.splitlines()

    assert stopped == "Se detuvieron 2 correos que estaba enviando."
    assert seeded.json("deliver", "--json")["states"] == {}


def test_who_is_added_is_answered_in_the_office_s_language_until_they_choose(cobranza: Cobranza) -> None:
    cobranza.environment["LANGUAGE"] = "en"
    cobranza(*LAURA)
    assert [row["language"] for row in cobranza.json("people", "export", "C1")["people"]] == ["en"]


def test_what_is_kept_of_a_person_is_shown_and_erased(cobranza: Cobranza) -> None:
    cobranza(*LAURA)

    kept = cobranza.json("people", "export", "C1")
    assert "--reason: ' '" in cobranza("people", "erase", "1", "--reason", " ", expect=2).stderr
    cobranza("people", "erase", "C1", "--reason", "lo pidió", expect=2)
    assert "2" in cobranza("people", "erase", "2", "--reason", "lo pidió", expect=1).stderr
    erased = cobranza("people", "erase", "1", "--reason", "lo pidió").stdout

    assert [row["name"] for row in kept["people"]] == ["Laura Méndez"]
    assert erased == "1  persona borrada · cobrador · cartera C1 · Telegram – · sin acceso\n"
    assert "Laura" not in cobranza("people", "export", "1").stdout
    assert "C9" in cobranza("people", "export", "C9", expect=1).stderr
