"""Who looks at the same moment as others shares their transaction, and sees what one sees alone."""

import asyncio
import time
from collections.abc import Callable

import pytest

from bot.store.database import Database
from bot.store.models import AuditRow
from handlers.together import Together
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, SUPERVISOR
from tests.chat.phone import Phone

pytestmark = pytest.mark.usefixtures("running")


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many looks shared each transaction; each begins a moment late, so that others come meanwhile."""
    taken: list[int] = []
    done = Together._done  # noqa: SLF001 - nothing public is between asking and beginning

    def late(self: Together, works: list[object]) -> object:
        # What is noted of an update is hurried.
        if not getattr(self._begin, "keywords", {}):
            taken.append(len(works))
        return done(self, works)  # type: ignore[arg-type] # as it was given

    turn = Together._turn  # noqa: SLF001 - likewise

    def later(self: Together, loop: asyncio.AbstractEventLoop) -> None:
        time.sleep(0.3)
        turn(self, loop)

    monkeypatch.setattr(Together, "_done", late)
    monkeypatch.setattr(Together, "_turn", later)
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
    assert turns == [3]
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
    assert turns == [3, 1, 1, 1]
