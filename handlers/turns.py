"""How fast messages leave that nobody asked for: below what Telegram allows, with room for those who ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

# Telegram, Bots FAQ, «My bot is hitting limits, how do I avoid this?»: «avoid sending more than one message per
# second» in a single chat, and in bulk «not […] more than 30 messages per second or so».
MESSAGES_PER_SECOND = 30
CHAT_SECONDS = 1.0
# A third is left for answers to people who write meanwhile.
_SECONDS_EACH = 1 / (MESSAGES_PER_SECOND * 2 / 3)


class Turns:
    """The turns of this process's unasked messages; `clock` and `sleep` are in seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._next_departure = 0.0
        self._held_until = 0.0
        self._chats: dict[int, float] = {}

    async def take(self, chat_id: int) -> None:
        """Wait until a message may leave for a chat."""
        now = self._clock()
        self._chats = {chat: until for chat, until in self._chats.items() if until > now}
        turn = max(now, self._next, self._chats.get(chat_id, now))
        self._next = turn + _SECONDS_EACH
        self._chats[chat_id] = turn + CHAT_SECONDS
        await self._sleep(turn - now)

    async def depart(self) -> None:
        """Wait until the one before has left for as long as turns are apart: what is noted in between holds some up.

        Else who comes next would not know yet that Telegram asks for a pause.
        """
        now = self._clock()
        departure = max(now, self._next_departure)
        self._next_departure = departure + _SECONDS_EACH
        await self._sleep(departure - now)

    def hold(self, pause: timedelta) -> None:
        """Let nothing leave for as long as Telegram asks (429, retry_after)."""
        self._held_until = max(self._held_until, self._clock() + pause.total_seconds())

    @property
    def pause(self) -> timedelta:
        """What is left of a pause that Telegram has asked for."""
        return timedelta(seconds=max(0.0, self._held_until - self._clock()))

    async def wait(self) -> None:
        """Wait for the end of such a pause, and for the turn that was given last: what is taken up then leaves soon."""
        given = self._next - _SECONDS_EACH
        await self._sleep(max(self.pause.total_seconds(), given - self._clock(), 0.0))
