import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from pydantic import SecretStr

from bot import app
from bot.store import pace
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow
from handlers import jobs
from tests.chat.conftest import Running
from tests.chat.patience import patience
from tests.mail.graph_server import GraphServer

# What stands for Microsoft's minute here.
MINUTE = timedelta(seconds=0.5)


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphServer]:
    """A Microsoft 365 on loopback; no proxy of this machine has business there."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with GraphServer() as server:
        yield server
    assert server.refusals == []


@pytest.mark.slow
async def test_mails_that_waited_for_the_pace_leave_as_soon_as_they_may_without_waiting_for_a_tick(
    stopped: Running, graph: GraphServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MINUTE", MINUTE)
    monkeypatch.setattr(jobs, "_POST", timedelta(seconds=0.05))
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.05)
    with database.transaction() as session:
        customer = session.query(CustomerRow).filter_by(code="CL002").one()
        for n in range(3):
            session.add(
                MailRow(
                    key=f"k{n}", customer_id=customer.id, to=["pagos@cl002.example"], cc=[], bcc=[], subject="Aviso",
                    text="", html="", queued_at=datetime.now(UTC),
                )
            )  # fmt: skip
    stopped.start(
        mail_transport="m365",
        mail_per_minute=1,
        m365_tenant_id=graph.tenant_id,
        m365_client_id=graph.client_id,
        m365_client_secret=SecretStr(graph.client_secret),
        m365_mailbox=graph.mailbox_address,
        m365_graph_url=graph.url,
        m365_authority_url=graph.authority_url,
    )
    async with asyncio.timeout(patience(5)):
        while len(graph.sent) < 3:  # noqa: ASYNC110 - the server is a thread, with no loop
            await asyncio.sleep(0.02)
    await stopped.stop()

    with database.transaction() as session:
        left = [row.sent_at for row in session.query(MailRow).order_by(MailRow.id)]
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(at for at in left if at))
