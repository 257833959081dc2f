from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.correspondence import Attachment, Mail, Rejected
from bot.mail import Mailer
from bot.mail.folder import FolderMailer
from bot.mail.graph import GraphMailer
from bot.mail.redirect import redirected
from tests.mail.conftest import MAIL, MailerFactory
from tests.mail.graph_server import GraphServer


@pytest.fixture(params=["folder", "graph"])
def either(request: pytest.FixtureRequest, folder_mailer: FolderMailer, mailer: GraphMailer) -> Mailer:
    return folder_mailer if request.param == "folder" else mailer


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, subject="Saldo\r\nBcc: ladron@ejemplo.mx"),
        replace(MAIL, subject="Saldo\nBcc: ladron@ejemplo.mx"),
        replace(MAIL, subject="Saldo\x00"),
        replace(MAIL, key="k\nX: y"),
        replace(MAIL, to=("a@b.mx\r\nBcc: ladron@ejemplo.mx",)),
        replace(MAIL, to=("a@b.mx, ladron@ejemplo.mx",)),
        replace(MAIL, cc=("a@b.mx\nX: y",)),
        replace(MAIL, bcc=("<a@b.mx>",)),
        replace(MAIL, attachments=(Attachment('a"\r\nX: y.pdf', "application/pdf", b""),)),
    ],
    ids=["subject crlf", "subject lf", "subject nul", "key", "to crlf", "to list", "cc", "bcc", "file name"],
)
def test_no_text_can_add_a_header_or_a_recipient(
    either: Mailer, graph: GraphServer, tmp_path: Path, mail: Mail
) -> None:
    with pytest.raises(Rejected):
        either.draft(mail)
    assert graph.drafts == []
    assert list(tmp_path.rglob("*.eml")) == []


@pytest.mark.parametrize("to", [(), ("",), ("pagos",), ("pagos@",), ("josé@cliente.mx",), ("a b@cliente.mx",)])
def test_a_mail_without_a_good_address_is_rejected(either: Mailer, to: tuple[str, ...]) -> None:
    with pytest.raises(Rejected):
        either.draft(replace(MAIL, to=to))


def test_a_redirected_mail_goes_to_one_address_and_says_for_whom_it_was() -> None:
    mail = redirected(MAIL, "prueba@distribuidora.mx")
    assert (mail.to, mail.cc, mail.bcc) == (("prueba@distribuidora.mx",), (), ())
    assert mail.subject == (
        "[→ pagos@cliente.mx, tesoreria@cliente.mx, ventas@distribuidora.mx +1] "
        "Estado de cuenta de Ramiro Aldaña · 16/07/2019"
    )
    assert mail.attachments == MAIL.attachments


def test_without_the_setting_a_mail_stays_as_it_is() -> None:
    assert redirected(MAIL, None) is MAIL


def test_the_folder_obeys_the_redirection(tmp_path: Path) -> None:
    name = FolderMailer(tmp_path, "a@b.mx", redirect_to="prueba@distribuidora.mx").draft(MAIL)
    headers = (tmp_path / "drafts" / name).read_bytes().partition(b"\r\n\r\n")[0]
    assert b"\r\nTo: prueba@distribuidora.mx\r\n" in headers
    assert b"\r\nCc:" not in headers
    assert b"\r\nBcc:" not in headers


def test_microsoft_365_obeys_the_redirection(graph: GraphServer, new_mailer: MailerFactory) -> None:
    mailer = new_mailer(redirect_to="prueba@distribuidora.mx")
    mailer.send(mailer.draft(MAIL))
    (sent,) = graph.sent
    assert (sent.to, sent.cc, sent.bcc) == (("prueba@distribuidora.mx",), (), ())
    assert sent.subject.startswith("[→ pagos@cliente.mx, ")
