import json
import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.correspondence import Mail, Rejected
from bot.domain.people import COMMAND_LINE
from bot.i18n import N_
from bot.imports.vault import Vault
from bot.mail.folder import FolderMailer
from bot.services import outbox, sending
from bot.store import runs as store_runs
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow
from bot.store.outbox import queue
from bot.store.run_models import RunRow
from tests.cli.commands import Cobranza
from tests.mail.graph_faults import Fault, Faults
from tests.mail.graph_server import GraphServer


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """Where mails land."""
    return tmp_path / "mail"


class AtDraft(Faults):
    """Something happens as the n-th mail is laid down."""

    def __init__(self, at: int, happens: Callable[[], object]) -> None:
        super().__init__()
        self._left, self._happens = at, happens

    def take(self, operation: str) -> Fault | None:
        """The fault that the present request meets."""
        self._left -= operation == "draft"
        if operation == "draft" and self._left == 0:
            self._happens()
        return super().take(operation)


def test_a_dry_run_shows_what_would_leave_and_sends_nothing(seeded: Cobranza, mails: Path) -> None:
    assert seeded("send", "CL002", "--dry-run").stdout == "CL002 → pagos@cl002.example: $8,274.00\n"
    assert seeded.json("send", "CL002", "CL003", "--dry-run", "--json") == {
        "states": {"would_send": 2}, "skipped": [], "failed": [],
    }  # fmt: skip
    assert list(mails.glob("*.eml")) == []


def test_a_statement_is_sent_once_a_day(seeded: Cobranza, mails: Path) -> None:
    sent = seeded.json("send", "CL002", "--json")
    again = seeded.json("send", "CL002", "--json")

    assert sent == {"states": {"sent": 1}, "skipped": [], "failed": []}
    assert again == {"states": {}, "skipped": [{"customer": "CL002", "reason": "already_sent"}], "failed": []}
    assert seeded("send", "CL002").stdout == "El estado de cuenta de CL002 ya se envió hoy o está por salir.\n"
    (mail,) = mails.glob("*.eml")
    assert b"pagos@cl002.example" in mail.read_bytes()


def test_everyone_who_owes_or_only_who_is_overdue(seeded: Cobranza, mails: Path) -> None:
    assert seeded.json("send", "--overdue", "--json")["states"] == {"sent": 1}
    rest = seeded.json("send", "--all", "--json")

    assert rest["states"] == {"sent": 2}
    assert rest["skipped"] == [{"customer": "CL002", "reason": "already_sent"}]
    assert len(list(mails.glob("*.eml"))) == 3


def test_that_nobody_owes_is_said(cobranza: Cobranza) -> None:
    assert cobranza("send", "--all").stdout == "✅ Nadie debe nada: no hay estados de cuenta que enviar.\n"
    overdue = cobranza("send", "--overdue", "--dry-run").stdout
    assert overdue == "✅ Nadie debe nada vencido: no hay estados de cuenta que enviar.\n"
    assert cobranza.json("send", "--all", "--json") == {"states": {}, "skipped": [], "failed": []}


@pytest.mark.parametrize("wrong", ["NADIE", "cl00", "ramiro", ""])
def test_a_code_that_is_nobodys_is_refused_and_nobody_gets_anything(seeded: Cobranza, mails: Path, wrong: str) -> None:
    result = seeded("send", "CL002", wrong, expect=1)

    assert f"«{wrong or '–'}»" in result.stderr
    assert seeded.json("deliver", "--json") == {"states": {}, "skipped": [], "failed": []}
    assert list(mails.glob("*.eml")) == []


def test_of_two_customers_whose_codes_differ_in_case_alone_the_one_that_is_written_gets_theirs(
    seeded: Cobranza, tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_text("CODIGO,NOMBRE,EMAIL\nab1,Ana,ana@x.mx\nAB1,Beto,beto@x.mx\n", encoding="utf-8")
    (tmp_path / "d.csv").write_text(
        "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL\nab1,901,01/07/2019,10\nAB1,902,01/07/2019,20\n", encoding="utf-8"
    )
    seeded("import", tmp_path / "c.csv", tmp_path / "d.csv")
    assert seeded("send", "ab1", "--dry-run").stdout == "ab1 → ana@x.mx: $10.00\n"
    both = seeded("send", "AB1", "ab1", "--dry-run").stdout
    assert set(both.splitlines()) == {"AB1 → beto@x.mx: $20.00", "ab1 → ana@x.mx: $10.00"}
    assert "ab1 · Ana" in seeded("statement", "ab1").stdout
    for command in ("send", "statement"):
        assert "«Ab1»" in seeded(command, "Ab1", expect=1).stderr


def test_a_code_is_found_in_any_case_by_every_command_and_named_twice_is_one(seeded: Cobranza) -> None:
    assert seeded("send", "cl002", "CL002", "--dry-run").stdout == "CL002 → pagos@cl002.example: $8,274.00\n"
    assert "CL002 · Ramiro Aldana" in seeded("statement", "cl002\r").stdout


def test_a_code_is_found_as_it_is_written_where_the_database_has_no_capitals_of_its_letters(
    seeded: Cobranza, tmp_path: Path
) -> None:
    (tmp_path / "c.csv").write_text("CODIGO,NOMBRE\nñandú1,Ana\n", encoding="utf-8")
    seeded("import", tmp_path / "c.csv")
    assert "ñandú1 · Ana" in seeded("statement", "ñandú1").stdout
    refused = "Ningún cliente tiene el código «ñandú»: escríbalo completo, como se cargó.\n"
    assert seeded("statement", "ñandú", expect=1).stderr == refused


def test_a_mail_that_cannot_leave_yet_waits_and_is_no_failure(seeded: Cobranza, mails: Path) -> None:
    mails.write_text("a file where the folder should be", encoding="utf-8")

    assert seeded.json("send", "CL002", "--json")["states"] == {"retry": 1}
    said = seeded("send", "CL001").stdout
    assert said.startswith("CL001: retry No se puede escribir en la carpeta de correo (")


def test_a_mail_that_is_refused_is_said_with_status_1(seeded: Cobranza, graph: GraphServer) -> None:
    seeded.environment |= graph.settings | {"M365_CLIENT_SECRET": "equivocado"}

    result = seeded("send", "CL002", "--json", expect=1)

    answer = json.loads(result.stdout)
    assert answer["states"] == {"failed": 1}
    assert answer["failed"][0]["customer"] == "CL002"
    assert "M365_CLIENT_SECRET" in answer["failed"][0]["reason"]
    assert "1 correo" in result.stderr.splitlines()[-1]


def test_a_sending_that_is_interrupted_is_stopped_and_nothing_more_leaves_by_itself(
    seeded: Cobranza, graph: GraphServer
) -> None:
    graph.faults = AtDraft(2, lambda: os.kill(os.getpid(), signal.SIGINT))
    seeded.environment |= graph.settings
    said = seeded("send", "--all", expect=1)
    assert said.stderr.splitlines() == [
        "⏹ Envío detenido",
        "✅ 1 estado de cuenta enviado",
        "   CL001",
        "✉️ 1 está saliendo",
        "⏸ 1 sin enviar: CL003",
    ]
    assert seeded("deliver").stdout == ""
    assert [mail.to for mail in graph.sent] == [("pagos@cl001.example",)]
    with closing(Database(seeded.environment["DATABASE_URL"])) as opened, opened.transaction() as session:
        assert sending.under_way(session) == []


def test_what_the_running_bot_takes_over_of_a_sending_is_reported_too(
    seeded: Cobranza, mails: Path, graph: GraphServer
) -> None:
    class Refusing(FolderMailer):
        def draft(self, mail: Mail) -> str:
            if mail.to == ("pagos@cl002.example",):
                raise Rejected(N_("The email has no recipient"))
            return super().draft(mail)

    def bot() -> None:
        with closing(Database(seeded.environment["DATABASE_URL"])) as opened:
            list(
                outbox.deliver(opened.transaction, opened.locks, Refusing(mails, "a@b.mx"), lambda _: datetime.now(UTC))
            )

    graph.faults = AtDraft(1, bot)
    seeded.environment |= graph.settings
    answer = seeded.json("send", "--all", "--json", expect=1)
    assert answer["states"] == {"sent": 2, "failed": 1}
    assert [failed["customer"] for failed in answer["failed"]] == ["CL002"]


def test_a_statement_that_cannot_be_written_keeps_back_no_other_and_is_said_with_status_1(
    seeded: Cobranza, mails: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded.environment["FILES_DIR"] = str(tmp_path / "files")
    uuid = seeded.json("statement", "CL002", "--json")["currencies"][0]["rows"][0]["uuid"].upper()
    vault = Vault(tmp_path / "files")
    vault.keep(uuid, ".pdf", b"%PDF")
    (kept,), read = vault.find(uuid), Path.read_bytes

    def as_somebody_else(path: Path) -> bytes:
        if path == kept:
            raise PermissionError
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", as_somebody_else)
        said = seeded("send", "--all", expect=1)
        told = seeded.json("send", "CL002", "--json", expect=1)
    assert "El estado de cuenta de CL002 (1-2) no se pudo preparar" in said.stdout
    assert len(list(mails.glob("*.eml"))) == 2
    assert told["states"] == {}
    assert told["failed"] == [
        {
            "customer": "CL002",
            "reason": "El estado de cuenta de CL002 (2-2) no se pudo preparar: la bitácora dice por qué.",
        }
    ]
    assert seeded.json("send", "CL002", "--json")["states"] == {"sent": 1}


def test_that_all_mail_goes_to_one_address_is_said(seeded: Cobranza) -> None:
    seeded.environment["MAIL_REDIRECT_TO"] = "yo@casa.mx"
    assert "Todo el correo va a yo@casa.mx (MAIL_REDIRECT_TO)." in seeded("send", "CL002").stderr


def test_what_another_sending_left_waiting_and_leaves_with_this_one_is_reported_too(
    seeded: Cobranza, mails: Path
) -> None:
    mails.write_text("a file where the folder should be", encoding="utf-8")
    seeded("send", "CL001")
    with closing(Database(seeded.environment["DATABASE_URL"])) as opened, opened.transaction() as session:
        session.query(MailRow).update({"not_before": None})
    mails.unlink()
    assert seeded("send", "CL002").stdout == "CL002: sent\nCL001: sent\n"


def test_a_statement_that_still_waits_from_yesterday_gives_way_to_todays(seeded: Cobranza, mails: Path) -> None:
    mails.write_text("a file where the folder should be", encoding="utf-8")
    seeded("send", "CL001")
    seeded.environment["BUSINESS_DATE"] = "2019-07-17"
    mails.unlink()
    said = seeded("send", "CL001", "--dry-run").stdout.splitlines()
    assert said == ["CL001 → pagos@cl001.example: $2,842.00", "CL001: Sustituye a uno anterior que no ha salido"]
    assert seeded("send", "CL001").stdout.splitlines() == [said[1], "CL001: sent"]
    (mail,) = mails.glob("*.eml")
    assert b"2019-07-17" in mail.read_bytes()
    assert seeded.json("deliver", "--json") == {"states": {}, "skipped": [], "failed": []}


@pytest.mark.parametrize("as_json", [True, False])
def test_who_gets_one_of_anothers_before_it_is_written_is_said_to_be_skipped(
    seeded: Cobranza, monkeypatch: pytest.MonkeyPatch, *, as_json: bool
) -> None:
    write_next = sending.write_next

    def overtaken(*args: object) -> bool:
        monkeypatch.setattr(sending, "write_next", write_next)
        assert seeded("send", "CL002").stdout == "CL002: sent\n"
        return write_next(*args)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(sending, "write_next", overtaken)
    if as_json:
        skipped = [{"customer": "CL002", "reason": "already_sent"}]
        assert seeded.json("send", "CL002", "--json") == {"states": {}, "skipped": skipped, "failed": []}
    else:
        assert "ya se envió hoy o está por salir" in seeded("send", "CL002").stdout


def test_deliver_sends_what_waits(seeded: Cobranza, mails: Path) -> None:
    assert seeded("deliver").stdout == ""
    assert seeded.json("deliver", "--json") == {"states": {}, "skipped": [], "failed": []}
    assert not mails.exists() or list(mails.glob("*.eml")) == []


def test_another_mail_to_the_same_customer_that_cannot_leave_is_reported_beside_its_statement(
    seeded: Cobranza, graph: GraphServer
) -> None:
    with closing(Database(seeded.environment["DATABASE_URL"])) as opened, opened.transaction() as session:
        customer = session.query(CustomerRow).filter_by(code="CL002").one()
        mail = Mail("promise:1", ("pagos@cl002.example",), "Su promesa", "", "")
        queue(session, mail, customer.id, person=COMMAND_LINE, now=datetime.now(UTC))
    graph.faults.on("draft", 400)
    seeded.environment |= graph.settings
    said = seeded("send", "CL002", expect=1).stdout.splitlines()
    assert (said[0], said[1][:14], len(said)) == ("CL002: sent", "CL002: failed ", 2)


@pytest.mark.parametrize("as_json", [True, False])
def test_who_was_left_out_for_an_earlier_one_that_is_stopped_meanwhile_is_reported_once(
    seeded: Cobranza, mails: Path, monkeypatch: pytest.MonkeyPatch, *, as_json: bool
) -> None:
    mails.write_text("a file where the folder should be", encoding="utf-8")
    seeded("send", "CL001")
    mails.unlink()
    seeded.environment["BUSINESS_DATE"] = "2019-07-17"
    write_next = sending.write_next
    with closing(Database(seeded.environment["DATABASE_URL"])) as opened:
        with opened.transaction() as session:
            session.query(RunRow).update({"comment": "Como acordamos"})

        def overtaken(*args: object) -> bool:
            monkeypatch.setattr(sending, "write_next", write_next)
            with opened.transaction() as session:
                store_runs.stop(session, 1)
            return write_next(*args)  # type: ignore[arg-type] # handed on as they came

        monkeypatch.setattr(sending, "write_next", overtaken)
        if as_json:
            assert seeded.json("send", "CL001", "--json") == {"states": {"sent": 1}, "skipped": [], "failed": []}
        else:
            assert seeded("send", "CL001").stdout == "CL001: sent\n"


def test_a_look_names_for_a_program_whose_earlier_statement_gives_way(seeded: Cobranza, mails: Path) -> None:
    mails.write_text("a file where the folder should be", encoding="utf-8")
    seeded("send", "CL001")
    seeded.environment["BUSINESS_DATE"] = "2019-07-17"
    assert seeded.json("send", "CL001", "CL002", "--dry-run", "--json")["replaces"] == ["CL001"]
