from pathlib import Path

import pytest

from bot.store import addresses
from bot.store.database import Database
from tests.cli.commands import Cobranza
from tests.mail.certificates import new_certificate
from tests.mail.graph_server import GraphServer
from tests.services.world import NOW


@pytest.fixture
def office(cobranza: Cobranza, graph: GraphServer, tmp_path: Path) -> Cobranza:
    """The command line with the settings of that Microsoft 365, without transport, secret and certificate."""
    cobranza.environment |= graph.settings | {"FILES_DIR": str(tmp_path / "files")}
    for name in ("MAIL_TRANSPORT", "M365_CLIENT_SECRET"):
        del cobranza.environment[name]
    return cobranza


def test_a_person_logs_in_with_a_code_and_everything_works(office: Cobranza, graph: GraphServer) -> None:
    opened, logged_in = office("mail", "login").stdout.splitlines()
    assert opened.startswith("Abra https://microsoft.example/devicelogin en cualquier navegador ")
    assert "el código ABCD-1234 antes de 15 minutos" in opened
    assert logged_in == "Sesión iniciada: laura@distribuidora.mx. Pruébela con «cobranza mail test»."
    assert office("mail", "test").stdout.splitlines() == [
        "cobranza@distribuidora.mx · la persona que inició sesión",
        "Los correos todavía quedan como archivos: MAIL_TRANSPORT no es m365.",
        "✓ Entrada a Microsoft 365",
        "✓ Permisos",
        "✓ Lectura del buzón",
        "✓ Un borrador en el buzón",
    ]
    assert (graph.sent, graph.drafts) == ([], [])


def test_before_the_login_the_try_says_to_log_in(office: Cobranza) -> None:
    tried = office("mail", "test", expect=1)
    assert "✗ Entrada a Microsoft 365\n  Nadie ha iniciado sesión en Microsoft 365: ejecute «cobranza mail login»" in (
        tried.stdout
    )
    assert tried.stderr == "El correo por Microsoft 365 todavía no funciona.\n"


def test_a_login_that_is_declined_ends_with_the_reason(office: Cobranza, graph: GraphServer) -> None:
    graph.authority.answers = ["authorization_declined"]
    failed = office("mail", "login", expect=1)
    assert failed.stderr.endswith("\nSe rechazó el inicio de sesión (authorization_declined)\n")


def test_with_a_secret_nobody_need_log_in(office: Cobranza) -> None:
    office.environment |= {"M365_CLIENT_SECRET": "x"}
    assert "M365_CLIENT_SECRET" in office("mail", "login", expect=1).stderr


def test_a_test_mail_is_sent_to_whom_one_wants(office: Cobranza, graph: GraphServer) -> None:
    office.environment |= {"M365_CLIENT_SECRET": graph.client_secret, "MAIL_TRANSPORT": "m365"}
    said = office("mail", "test", "--to", "yo@distribuidora.mx").stdout.splitlines()
    assert (said[0], said[-1]) == ("cobranza@distribuidora.mx · secreto de cliente", "✓ Envío de un correo")
    (mail,) = graph.sent
    assert (mail.to, mail.subject) == (("yo@distribuidora.mx",), "Prueba")


def test_the_safety_setting_is_shown_and_obeyed(office: Cobranza, graph: GraphServer) -> None:
    office.environment |= {"M365_CLIENT_SECRET": graph.client_secret, "MAIL_REDIRECT_TO": "prueba@distribuidora.mx"}
    said = office("mail", "test", "--to", "cliente@cliente.mx").stdout
    assert "Todo el correo va a prueba@distribuidora.mx (MAIL_REDIRECT_TO)." in said
    assert graph.sent[0].to == ("prueba@distribuidora.mx",)


def test_a_program_reads_what_came_of_each_step(office: Cobranza, graph: GraphServer, tmp_path: Path) -> None:
    graph.authority.certificate, pem = new_certificate()
    (tmp_path / "cert.pem").write_text(pem, encoding="ascii")
    office.environment["M365_CERTIFICATE"] = str(tmp_path / "cert.pem")
    graph.authority.roles = []
    graph.faults.on("draft", 403)

    answer = office.json("mail", "test", "--json", expect=1)

    steps = answer.pop("steps")
    assert "(403 ErrorAccessDenied: " in steps[3].pop("reason")
    assert steps[1:] == [
        {"name": "permissions", "ok": None, "missing": ["Mail.ReadWrite", "Mail.Send"], "reason": ""},
        {"name": "mailbox", "ok": True, "missing": [], "reason": ""},
        {"name": "draft", "ok": False, "missing": ["Mail.ReadWrite"]},
    ]
    assert answer == {
        "mailbox": "cobranza@distribuidora.mx", "login": "certificate", "transport": "folder", "redirect_to": None,
    }  # fmt: skip


@pytest.mark.parametrize("command", ["login", "test"])
def test_a_setting_that_is_missing_is_named(office: Cobranza, command: str) -> None:
    del office.environment["M365_MAILBOX"]
    assert office("mail", command, expect=1).stderr.startswith("Falta M365_MAILBOX: ")


def test_an_address_that_bounced_is_written_to_again(cobranza: Cobranza) -> None:
    database = Database(cobranza.environment["DATABASE_URL"])
    with database.transaction() as session:
        addresses.mark_bad(session, "pagos@cliente.mx", "550 5.1.1", NOW)
    assert cobranza("mail", "unblock", "Pagos@cliente.mx").stdout == "Se vuelve a enviar correo a Pagos@cliente.mx.\n"
    assert "Pagos@cliente.mx" in cobranza("mail", "unblock", "Pagos@cliente.mx", expect=1).stderr
    with database.transaction() as session:
        assert addresses.bad_ones(session, ["pagos@cliente.mx"]) == {}
    database.close()
