import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.domain.correspondence import Attachment, Mail
from bot.mail.credentials import Secret
from bot.mail.folder import FolderMailer
from bot.mail.graph import GraphMailer
from bot.mail.graph_access import GraphAccess
from tests.mail.graph_server import GraphServer

AccessFactory = Callable[..., GraphAccess]
MailerFactory = Callable[..., GraphMailer]

MAIL = Mail(
    key="statement/CL002/2019-07-16",
    to=("pagos@cliente.mx", "tesoreria@cliente.mx"),
    cc=("ventas@distribuidora.mx",),
    bcc=("archivo@distribuidora.mx",),
    subject="Estado de cuenta de Ramiro Aldaña · 16/07/2019",
    text="Buen día:\nSu saldo es de $2,842.00.\n",
    html="<p>Buen día:</p><p>Su saldo es de <b>$2,842.00</b>.</p>",
    attachments=(
        Attachment("Relación de saldos.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff"),
        Attachment("F21002.xml", "text/xml", '<?xml version="1.0"?><a>ñ</a>'.encode()),
    ),
)


@pytest.fixture
def new_access(graph: GraphServer) -> Iterator[AccessFactory]:
    """Makes ways into the server's mailbox, each as fresh as after a restart; closes them."""
    made = []

    def make(**changed: object) -> GraphAccess:
        settings: dict[str, object] = {
            "tenant_id": graph.tenant_id,
            "client_id": graph.client_id,
            "credential": Secret(graph.client_secret),
            "mailbox": graph.mailbox_address,
            "graph_url": graph.url,
            "authority_url": graph.authority_url,
            "timeout": 5,
        }
        access = GraphAccess(**(settings | changed))  # type: ignore[arg-type]  # each value is of its own type
        made.append(access)
        return access

    yield make
    for access in made:
        access.close()


@pytest.fixture
def new_mailer(new_access: AccessFactory) -> MailerFactory:
    """Makes mailers likewise; `redirect_to` is the mailer's own."""

    def make(*, redirect_to: str | None = None, **changed: object) -> GraphMailer:
        return GraphMailer(new_access(**changed), redirect_to=redirect_to)

    return make


@pytest.fixture
def mailer(new_mailer: MailerFactory) -> GraphMailer:
    return new_mailer()


@pytest.fixture
def folder_mailer(tmp_path: Path) -> FolderMailer:
    return FolderMailer(
        tmp_path / "mail",
        "Distribuidora <cobranza@distribuidora.mx>",
        now=lambda: dt.datetime(2019, 7, 16, 15, tzinfo=dt.UTC),
    )
