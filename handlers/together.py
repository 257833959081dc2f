"""Use cases that may run twice, and wait for the database, run together: one turn of a thread and one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from bot.domain.errors import DatabaseAway

T = TypeVar("T")
Work: TypeAlias = Callable[[Any], Any]
# What one gave, or what it raised.
Outcome: TypeAlias = tuple[Any, Exception | None]


class Together:
    """Runs what came since its last turn, in that order; `begin` begins a transaction, `workers` are its threads."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Any]], workers: ThreadPoolExecutor) -> None:
        self._begin, self._workers = begin, workers
        self._waiting: SimpleQueue[tuple[Work, asyncio.Future[Any]]] = SimpleQueue()

    async def run(self, work: Callable[[Any], T]) -> T:
        """What it gives; raises what it raises, which undoes none of the others."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        self._waiting.put((work, outcome))
        # Else whoever was first has asked for a turn, which is not over before the queue is empty.
        if self._waiting.qsize() == 1:
            self._workers.submit(self._turn, loop)
        return await outcome

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        taken = []
        with suppress(Empty):
            while True:
                taken.append(self._waiting.get_nowait())
        outcomes = self._done([work for work, _ in taken])
        loop.call_soon_threadsafe(_tell, [future for _, future in taken], outcomes)

    def _done(self, works: Sequence[Work]) -> list[Outcome]:
        try:
            with self._begin() as session:
                return [(work(session), None) for work in works]
        except DatabaseAway as away:
            return [(None, away)] * len(works)
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            # All is rolled back: whose it was shows when each runs alone.
            return [(None, error)] if len(works) == 1 else [one for work in works for one in self._done([work])]


def _tell(waiting: Sequence[asyncio.Future[Any]], outcomes: Sequence[Outcome]) -> None:
    for future, (given, error) in zip(waiting, outcomes, strict=True):
        if future.done():
            # Nobody waits any more.
            continue
        if error:
            future.set_exception(error)
        else:
            future.set_result(given)
