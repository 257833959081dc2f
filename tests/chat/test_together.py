"""What is noted at every answer shares its transaction with whatever waits beside it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event

import pytest

from bot.domain.errors import DatabaseAway
from handlers.together import Together


class Ledger:
    """A database in whose transactions lines are written; the first begins when it may."""

    def __init__(self) -> None:
        self.may_begin, self.has_begun, self.begun, self.is_away = Event(), Event(), 0, False
        self.transactions: list[list[str]] = []

    @contextmanager
    def transaction(self) -> Iterator[list[str]]:
        """Lines that stay unless something is raised."""
        self.begun += 1
        self.has_begun.set()
        self.may_begin.wait(10)
        if self.is_away:
            raise DatabaseAway("gone")
        lines: list[str] = []
        yield lines
        self.transactions.append(lines)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def together(ledger: Ledger) -> Iterator[Together]:
    with ThreadPoolExecutor(1) as workers:
        yield Together(ledger.transaction, workers)


def write(line: str, lines: list[str]) -> str:
    """Write a line, unless it is a wrong one."""
    lines.append(line)
    if line == "wrong":
        raise ValueError(line)
    return line.upper()


async def asked(together: Together, *lines: str) -> list[asyncio.Task[str]]:
    """So many who wait, in this order."""
    tasks = [asyncio.create_task(together.run(partial(write, line))) for line in lines]
    await asyncio.sleep(0)
    return tasks


async def at_work(ledger: Ledger, together: Together) -> list[asyncio.Task[str]]:
    """Who asked for «a», for which the database is busy now."""
    tasks = await asked(together, "a")
    await asyncio.to_thread(ledger.has_begun.wait, 10)
    return tasks


async def test_what_waits_while_the_database_is_busy_runs_in_one_transaction_in_its_order_and_each_gets_its_own(
    ledger: Ledger, together: Together
) -> None:
    first = await at_work(ledger, together)
    rest = await asked(together, "b", "c", "d")
    ledger.may_begin.set()
    assert await asyncio.gather(*first, *rest) == ["A", "B", "C", "D"]
    assert ledger.transactions == [["a"], ["b", "c", "d"]]


async def test_nobody_is_answered_before_the_transaction_has_ended(ledger: Ledger, together: Together) -> None:
    tasks = await asked(together, "a", "b")
    await asyncio.wait(tasks, timeout=0.01)
    assert not any(task.done() for task in tasks)
    ledger.may_begin.set()
    await asyncio.gather(*tasks)


async def test_what_raises_undoes_none_of_the_others_and_tells_only_who_asked_for_it(
    ledger: Ledger, together: Together
) -> None:
    first = await at_work(ledger, together)
    rest = await asked(together, "b", "wrong", "c")
    ledger.may_begin.set()
    b, wrong, c = await asyncio.gather(*rest, return_exceptions=True)
    assert (b, c, type(wrong)) == ("B", "C", ValueError)
    await asyncio.gather(*first)
    assert ledger.transactions == [["a"], ["b"], ["c"]]


async def test_where_the_database_is_away_all_are_told_after_one_try(ledger: Ledger, together: Together) -> None:
    first = await at_work(ledger, together)
    rest = await asked(together, "b", "c")
    ledger.is_away = True
    ledger.may_begin.set()
    outcomes = await asyncio.gather(*first, *rest, return_exceptions=True)
    assert [type(each) for each in outcomes] == [DatabaseAway] * 3
    assert ledger.begun == 2


async def test_who_waits_no_more_keeps_nobody_else_from_being_told(ledger: Ledger, together: Together) -> None:
    first = await at_work(ledger, together)
    gone, other = await asked(together, "b", "c")
    gone.cancel()
    ledger.may_begin.set()
    async with asyncio.timeout(10):
        assert await asyncio.gather(*first, other) == ["A", "C"]


async def test_however_they_come_each_gets_its_own(ledger: Ledger, together: Together) -> None:
    ledger.may_begin.set()

    async def one(number: int) -> None:
        for turn in range(20):
            await asyncio.sleep(0)
            line = f"x{number}.{turn}"
            assert await together.run(partial(write, line)) == line.upper()

    async with asyncio.timeout(10):
        await asyncio.gather(*(one(number) for number in range(50)))
    assert sum(map(len, ledger.transactions)) == 1000
