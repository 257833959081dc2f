from typing import Any

from bot.config import Settings
from bot.store.database import Database
from bot.store.mail_models import MailRow
from tests.chat.conftest import Running
from tests.chat.phone import Phone
from tests.cli.commands import Cobranza
from tests.mail.graph_server import GraphServer


async def test_a_statement_leaves_once_through_microsoft_365_and_is_settled(
    phone: Phone, stopped: Running, graph: GraphServer, by_graph: dict[str, Any], database: Database
) -> None:
    stopped.start(**by_graph)
    preview = await phone.type("/enviar CL002")

    sent = await phone.tap(preview, "✉️ Enviar")

    assert sent.plain_text == "✅ Enviado: estado de cuenta de CL002 a pagos@cl002.example"
    (mail,) = graph.sent
    assert mail.to == ("pagos@cl002.example",)
    (pdf,) = (file for file in mail.attachments if file.name.endswith(".pdf"))
    assert pdf.content.startswith(b"%PDF")
    with database.transaction() as session:
        assert [row.state.value for row in session.query(MailRow)] == ["sent"]
    await stopped.stop()
    assert _deliver(stopped.settings) == {"states": {}, "skipped": [], "failed": []}
    assert len(graph.sent) == 1
    assert graph.drafts == []


def _deliver(settings: Settings) -> object:
    """`cobranza deliver --json` with the bot's settings."""
    secret = settings.m365_client_secret
    assert secret is not None
    names = ("database_url", "mail_transport", "m365_tenant_id", "m365_client_id", "m365_mailbox",
             "m365_graph_url", "m365_authority_url")  # fmt: skip
    given = {name.upper(): str(getattr(settings, name)) for name in names}
    return Cobranza(given | {"M365_CLIENT_SECRET": secret.get_secret_value()}).json("deliver", "--json")
