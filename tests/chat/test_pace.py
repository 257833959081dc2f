import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

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


@pytest.mark.slow
async def test_mails_that_waited_for_the_pace_leave_as_soon_as_they_may_without_waiting_for_a_tick(
    stopped: Running, graph: GraphServer, by_graph: dict[str, Any], database: Database, monkeypatch: pytest.MonkeyPatch
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
    stopped.start(mail_per_minute=1, **by_graph)
    async with asyncio.timeout(patience(5)):
        while len(graph.sent) < 3:  # noqa: ASYNC110 - the server is a thread, with no loop
            await asyncio.sleep(0.02)
    await stopped.stop()

    with database.transaction() as session:
        left = [row.sent_at for row in session.query(MailRow).order_by(MailRow.id)]
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(at for at in left if at))
