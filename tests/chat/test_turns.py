import asyncio
from datetime import timedelta

import pytest
from telegram import Bot

from bot.app import make_office
from bot.config import Settings
from bot.store.database import Database
from handlers import handover
from handlers.turns import CHAT_SECONDS, MESSAGES_PER_SECOND, Turns
from tests.chat.patience import patience


class Time:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        """What it shows."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.now += seconds


@pytest.fixture
def time() -> Time:
    """A hundred seconds after it began."""
    return Time()


async def test_many_chats_get_fewer_than_thirty_messages_a_second_and_the_first_at_once(time: Time) -> None:
    turns = Turns(time.clock, time.sleep)
    moments = []
    for chat in range(100):
        await turns.take(chat)
        moments.append(time.now)
    assert moments[0] == 100.0
    assert all(sum(at <= each < at + 1 for each in moments) < MESSAGES_PER_SECOND for at in moments)
    assert moments[-1] - moments[0] < 6


async def test_a_chat_gets_one_message_a_second(time: Time) -> None:
    turns = Turns(time.clock, time.sleep)
    await turns.take(1)
    await turns.take(1)
    assert time.now == 100 + CHAT_SECONDS


async def test_what_was_held_up_after_its_turn_does_not_leave_together_with_the_next(time: Time) -> None:
    turns = Turns(time.clock, time.sleep)
    await turns.take(1)
    await turns.take(2)
    time.now = 101.0
    await turns.depart()
    assert time.now == 101.0
    await turns.depart()
    assert time.now == pytest.approx(101.05)


async def test_a_pause_that_telegram_asks_for_is_kept_and_a_shorter_one_does_not_end_it(time: Time) -> None:
    turns = Turns(time.clock, time.sleep)
    left = [turns.pause]
    turns.hold(timedelta(seconds=90))
    turns.hold(timedelta(seconds=5))
    for seconds in (89, 1):
        time.now += seconds
        left.append(turns.pause)
    assert left == [timedelta(), timedelta(seconds=1), timedelta()]
    turns.hold(timedelta(seconds=3))
    await turns.wait()
    assert (time.now, turns.pause) == (193.0, timedelta())


async def test_who_waits_waits_for_the_turn_that_was_given_last(time: Time) -> None:
    given: list[float] = []

    async def keep(seconds: float) -> None:
        given.append(seconds)

    turns = Turns(time.clock, keep)
    await turns.wait()
    await turns.take(1)
    await turns.take(1)
    await turns.wait()
    assert given == [0.0, 0.0, CHAT_SECONDS, pytest.approx(CHAT_SECONDS)]


async def test_who_asks_for_something_to_be_told_does_not_wait_for_a_pause_that_others_were_asked_for(
    settings: Settings, database: Database
) -> None:
    office = make_office(settings, database)
    office.turns.hold(timedelta(seconds=29))
    async with asyncio.timeout(patience(5)):
        await handover.tell(Bot("1:x"), office)
    office.workers.shutdown()
