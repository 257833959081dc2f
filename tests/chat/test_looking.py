"""Who looks at the same moment as others shares their transaction, and sees what one sees alone."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.models import AuditRow
from handlers.together import Together
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, SUPERVISOR
from tests.chat.phone import Phone

pytestmark = pytest.mark.usefixtures("running")

LOOKS = 3


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many looks shared each transaction; none begins before three have come."""
    taken: list[int] = []
    turn, done = Together._turn, Together._done  # noqa: SLF001 - nothing public is between asking and beginning

    def looks(those: Together) -> bool:
        # What is noted of an update is hurried.
        return not getattr(those._begin, "keywords", {})  # noqa: SLF001 - likewise

    def later(self: Together, loop: asyncio.AbstractEventLoop) -> None:
        if looks(self) and self._waiting.qsize() < LOOKS:
            # The one thread is needed for those who are still at the door.
            self._workers.submit(self._turn, loop)
        else:
            turn(self, loop)

    def counted(self: Together, works: Sequence[Callable[[Any], Any]]) -> list[Any]:
        if looks(self):
            taken.append(len(works))
        return done(self, works)

    monkeypatch.setattr(Together, "_turn", later)
    monkeypatch.setattr(Together, "_done", counted)
    return taken


def trail(database: Database) -> list[tuple[int | None, str]]:
    """Who looked at whose statement, in order of person."""
    with database.transaction() as session:
        rows = session.query(AuditRow).filter_by(action="statement")
        return sorted((row.person_id or 0, row.subject) for row in rows)


async def test_three_who_ask_at_once_share_a_transaction_and_each_leaves_a_trace(
    phone_of: Callable[[int], Phone], turns: list[int], database: Database
) -> None:
    laura, jorge, rosa = map(phone_of, (COLLECTOR, SUPERVISOR, OTHER_COLLECTOR))
    answers = await asyncio.gather(laura.type("/estado CL002"), jorge.type("/estado CL002"), rosa.type("/estado CL900"))
    assert ["$8,274.00" in each.plain_text for each in answers] == [True, True, False]
    assert "$555.00" in answers[2].plain_text
    assert turns == [LOOKS]
    assert trail(database) == [(1, "CL002"), (2, "CL002"), (3, "CL900")]


async def test_one_who_is_refused_among_them_is_told_so_alone_and_nobody_leaves_two_traces(
    phone_of: Callable[[int], Phone], turns: list[int], database: Database
) -> None:
    laura, jorge, rosa = map(phone_of, (COLLECTOR, SUPERVISOR, OTHER_COLLECTOR))
    answers = await asyncio.gather(laura.type("/estado CL002"), jorge.type("/estado CL002"), rosa.type("/estado CL002"))
    assert [each.plain_text.count("$8,274.00") > 0 for each in answers] == [True, True, False]
    assert "CL002" in answers[2].plain_text
    assert "Ramiro" not in answers[2].plain_text, "she does not collect from him"
    assert trail(database) == [(1, "CL002"), (2, "CL002")]
    assert turns == [LOOKS, 1, 1, 1]
