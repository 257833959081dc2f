from collections.abc import Callable

import pytest

from bot.demo.server import BotApiServer
from tests.chat.conftest import OTHER_COLLECTOR, Running, Wire
from tests.chat.patience import patience
from tests.chat.phone import Phone, met


@pytest.mark.slow
async def test_who_waits_for_a_long_answer_keeps_nobody_else_waiting_and_a_stop_meanwhile_loses_neither(
    running: Running, phone: Phone, phone_of: Callable[[int], Phone], telegram: BotApiServer, wire: Wire
) -> None:
    telegram.faults.flood(30, method="sendRichMessage")
    wire.expected.add(("sendRichMessage", 429))
    other = phone_of(OTHER_COLLECTOR)

    first = phone.say("/hoy")
    await met(telegram.faults)
    second = other.say("/hoy")
    await telegram.world.wait_for(lambda: bool(other.answers), patience(5))

    assert phone.answers == []
    # Confirmed it would take the one before it along.
    assert {update["update_id"] for update in telegram.world.updates.pending} == {first, second}

    await running.stop()
    running.start()
    await phone.done(first)
    await other.done(second)

    assert len(phone.answers) == len(other.answers) == 1
