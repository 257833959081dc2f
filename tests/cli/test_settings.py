"""A `.env` that cannot be read, as a whole or in part."""

from pathlib import Path

import pytest

from tests.cli.commands import Cobranza


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="a file that nobody can read from its beginning")
@pytest.mark.parametrize("command", ["people list", "doctor", "init", "run"])
def test_a_file_of_settings_that_may_not_be_read_is_said_in_a_line(cobranza: Cobranza, command: str) -> None:
    Path(".env").symlink_to("/proc/self/mem")
    said = cobranza(*command.split(), expect=1).output.splitlines()
    assert "El archivo .env no se puede leer, dé el comando como el usuario que ejecuta el bot: " in said[0]
    assert len(said) == 1 + (command == "doctor")


@pytest.mark.parametrize("command", ["people list", "doctor"])
def test_what_is_wrong_in_the_settings_is_said_in_the_language_that_they_ask_for(
    cobranza: Cobranza, command: str
) -> None:
    Path(".env").write_text("LANGUAGE=en\nTIMEZONE=Marte\n", encoding="utf-8")
    said = cobranza(*command.split(), expect=1).output
    assert "TIMEZONE cannot be “Marte”: a time zone, such as America/Mexico_City." in said
    Path(".env").write_text("LANGUAGE=fr\nTIMEZONE=Marte\n", encoding="utf-8")
    said = cobranza(*command.split(), expect=1).output
    assert "LANGUAGE no puede ser «fr»: se espera uno de: es_MX, en." in said
    assert "TIMEZONE no puede ser «Marte»" in said


@pytest.mark.parametrize("line", ["MAIL_REDIRECT_TO: yo@casa.mx", 'MAIL_REDIRECT_TO="yo@casa.mx', "para probar"])
def test_a_line_of_settings_that_cannot_be_read_ends_every_command(cobranza: Cobranza, line: str) -> None:
    Path(".env").write_text(f"# ajustes\n{line}\nCOMPANY_NAME=La Casa\n", encoding="utf-8")

    assert cobranza("people", "list", expect=1).stderr == (
        "El renglón 2 de .env no se entiende y no cuenta. Escríbalo como NOMBRE=valor y cierre cada comilla que abra.\n"
    )
    (first, *_) = cobranza.json("doctor", "--json", expect=1)["findings"]
    assert (first["grade"], first["said"]) == ("wrong", "El renglón 2 de .env no se entiende y no cuenta.")
    cobranza.environment["TIMEZONE"] = "Marte"
    assert "✗ El renglón 2 de .env no se entiende" in cobranza("doctor", expect=1).stdout


def test_a_number_that_is_no_rfc_is_said_before_invoices_are_taken_for_another_company_s(cobranza: Cobranza) -> None:
    for number, is_said in (("DBA010101AB", True), ("dba-010101-ab7", False)):
        cobranza.environment["COMPANY_RFC"] = number
        said = cobranza("doctor", expect=1).stdout
        assert (f"✗ COMPANY_RFC: «{number}» no es un RFC" in said) is is_said


def test_a_password_that_is_the_name_of_the_user_hides_no_word_of_what_to_do(cobranza: Cobranza) -> None:
    """`→ Inícielo con «*** run»` helps nobody, and says what the password is."""
    cobranza.environment["DATABASE_URL"] = "postgresql://cobranza:cobranza@127.0.0.1:1/cartera"
    said = cobranza("doctor", expect=1).stdout
    assert "`cobranza demo`" in said
    assert "postgresql://cobranza:***@127.0.0.1:1/cartera" in said
    assert ":cobranza@" not in said
