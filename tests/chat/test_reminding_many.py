"""The morning of a large office: several reminders on their way at once."""

from collections import Counter
from collections.abc import Callable

import pytest

from bot.demo.server import BotApiServer
from bot.domain.correspondence import MailState
from bot.domain.people import Role
from bot.store.database import Database
from bot.store.models import NoticeRow, PersonRow
from tests.chat.conftest import Running, Wire
from tests.chat.mornings import MORNING, add, phones_of_all, states
from tests.chat.patience import becomes, patience
from tests.chat.phone import Phone

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fast_ticks")]


async def test_the_others_are_reminded_while_a_message_is_on_its_way(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database
) -> None:
    phones = phones_of_all(phone_of)
    add(telegram, database, Role.COLLECTOR)
    telegram.faults.slow(60, method="sendRichMessage")
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: sum(bool(phone.answers) for phone in phones) == len(phones) - 1, patience(10))
    (waits,) = (phone.user_id for phone in phones if not phone.answers)
    with database.transaction() as session:
        notice = session.query(NoticeRow).join(PersonRow, PersonRow.id == NoticeRow.person_id)
        assert notice.filter(PersonRow.telegram_id == waits).one().state is MailState.SENDING


async def test_when_telegram_asks_for_a_pause_nobody_else_is_tried_before_it_is_over(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database, wire: Wire
) -> None:
    phones = phones_of_all(phone_of)
    add(telegram, database, Role.COLLECTOR)
    telegram.faults.flood(3, method="sendRichMessage")
    wire.expected.add(("sendRichMessage", 429))
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: any(call.method == "sendRichMessage" for call in telegram.world.calls))
    await telegram.world.settled(quiet=0.5)
    assert len([call for call in telegram.world.calls if call.method == "sendRichMessage"]) == 1

    await telegram.world.wait_for(lambda: all(phone.answers for phone in phones), patience(10))
    await becomes(lambda: states(database), Counter(sent=len(phones)))
    assert {len(phone.answers) for phone in phones} == {1}


async def test_the_picture_that_all_supervisors_get_is_uploaded_once(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database
) -> None:
    phones = phones_of_all(phone_of)
    add(telegram, database, Role.SUPERVISOR)
    telegram.faults.slow(0.4, times=4, method="sendRichMessage")
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: all(phone.answers for phone in phones), patience(20))
    assert len([call for call in telegram.world.calls if call.files]) == 1


async def test_a_stop_gives_back_what_is_in_hand_and_has_not_left(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database
) -> None:
    phones = phones_of_all(phone_of)
    add(telegram, database, Role.SUPERVISOR)
    telegram.faults.slow(0.4, times=1000, method="sendRichMessage")
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: any(phone.answers for phone in phones), patience(10))
    await stopped.stop()
    assert set(states(database)) == {"sent", "queued"}

    telegram.faults.clear()
    stopped.start()
    await telegram.world.wait_for(lambda: all(phone.answers for phone in phones), patience(20))
    assert {len(phone.answers) for phone in phones} == {1}
