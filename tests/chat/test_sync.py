"""The bot takes the ERP over by itself, and goes on answering when it cannot."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.models import DocumentRow
from tests.chat.conftest import Running
from tests.chat.patience import patience
from tests.contpaqi_company import INVOICE, Company


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(patience(5)):
        while not holds():  # noqa: ASYNC110 - a thread of the bot writes, and tells nobody
            await asyncio.sleep(0.05)


def from_the_erp(url: str) -> int:
    database = Database(url)
    with database.transaction() as session:
        found = session.scalar(select(func.count()).where(DocumentRow.erp_id.is_not(None)))
    database.close()
    return found or 0


@pytest.mark.slow
async def test_the_erp_is_taken_over_soon_after_the_start(stopped: Running, sqlite_company: Company) -> None:
    cl1, concept = sqlite_company.customer("CL001"), sqlite_company.concept("4")
    sqlite_company.document(cl1, concept, INVOICE, 1624.0, date(2019, 1, 10))
    stopped.start(contpaqi_url=SecretStr(sqlite_company.url))
    await until(lambda: from_the_erp(stopped.settings.database_url) == 1)


@pytest.mark.slow
async def test_an_erp_that_is_down_is_logged_and_nothing_else_stops(
    stopped: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "handlers.jobs")
    stopped.start(contpaqi_url=SecretStr("postgresql+psycopg://lector:secreto@127.0.0.1:1/ad"))
    await until(lambda: "CONTPAQi cannot be read" in caplog.text)
    assert "It has never been read before." in caplog.text
    assert "secreto" not in caplog.text
