"""How long a test may wait for another program, on a machine that others use too."""

import asyncio
import os
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def patience(seconds: float) -> float:
    """These seconds, twice those of an idle machine; as many times more as programs share each processor.

    The load is that of the last minute: at first it does not tell of the tests themselves.
    """
    return seconds * max(2.0, os.getloadavg()[0] / (os.cpu_count() or 1))


async def becomes(read: Callable[[], T], wanted: T) -> None:
    """Wait until what is read is what is wanted: the bot writes down what it did after Telegram has answered."""
    try:
        async with asyncio.timeout(patience(5)):
            while read() != wanted:  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.02)
    except TimeoutError:
        assert read() == wanted
