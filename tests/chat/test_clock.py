import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from bot import app
from bot.config import Settings
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow
from handlers import jobs
from tests.chat.conftest import Running
from tests.chat.patience import patience
from tests.chat.phone import Phone
from tests.chat.test_mailing import left


class ADayBack(datetime):
    """What a clock says that was a day ahead, and was put right."""

    @classmethod
    def now(cls, tz: Any = None) -> Self:  # noqa: ANN401 - the parent's
        """A day ago."""
        return super().now(tz) - timedelta(days=1)


async def test_a_clock_put_back_by_a_day_keeps_the_rounds_of_every_minute_going(
    phone: Phone, stopped: Running, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.02)
    monkeypatch.setattr(app, "_TICK_SECONDS", 0.2)
    stopped.start()
    await phone.type("/hoy")
    for module in ("schedulers.base", "triggers.interval"):
        monkeypatch.setattr(f"apscheduler.{module}.datetime", ADayBack)
    await asyncio.sleep(0.3)
    with database.transaction() as session:
        customer = session.query(CustomerRow).filter_by(code="CL002").one()
        session.add(
            MailRow(
                key="k", customer_id=customer.id, to=["pagos@cl002.example"], cc=[], bcc=[], subject="Aviso",
                text="", html="", queued_at=datetime.now(UTC),
            )
        )  # fmt: skip
    async with asyncio.timeout(patience(3)):
        while not left(settings):  # noqa: ASYNC110 - a folder tells nobody of its files
            await asyncio.sleep(0.02)


async def test_a_round_that_fails_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    rounds = 0

    async def work(_: object) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise LookupError("the first")

    going: Any = None
    task = asyncio.create_task(jobs.every(going, 0.01, work, first=0))
    async with asyncio.timeout(patience(2)):
        while rounds < 3:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert "the first" in caplog.text
