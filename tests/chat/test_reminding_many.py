"""The morning of a large office: several reminders on their way at once."""

from collections import Counter
from collections.abc import Callable
from datetime import time

import pytest
from sqlalchemy import select

from bot import app
from bot.demo.server import BotApiServer
from bot.domain.correspondence import MailState
from bot.domain.people import Role
from bot.domain.reminders import QuietHours
from bot.store.database import Database
from bot.store.mail_models import AnswerRow
from bot.store.models import NoticeRow, PersonRow
from tests import factories
from tests.chat.conftest import COLLECTOR, SUPERVISOR, Running, Wire
from tests.chat.patience import becomes, patience
from tests.chat.phone import Phone

pytestmark = pytest.mark.slow

MORNING = {"reminder_time": time(0), "quiet_hours": QuietHours(time(0), time(0))}
MORE = range(2001, 2012)


@pytest.fixture(autouse=True)
def _fast_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.05)
    monkeypatch.setattr(app, "_TICK_SECONDS", 0.05)


@pytest.fixture
def phones(phone_of: Callable[[int], Phone]) -> list[Phone]:
    """Of everybody who has something to do in the morning, and of those of `add`."""
    return [phone_of(number) for number in (COLLECTOR, SUPERVISOR, *MORE)]


def add(telegram: BotApiServer, database: Database, role: Role) -> None:
    """More people of a role who have something to do."""
    with database.transaction() as session:
        for number in MORE:
            telegram.world.add_user(number, f"P{number}")
            factories.person(session, role, telegram_id=number, name=f"P{number}", collector="C1")


def states(database: Database, kind: type[NoticeRow] | type[AnswerRow] = NoticeRow) -> Counter[str]:
    """How many notices stand how."""
    with database.transaction() as session:
        return Counter(state.value for state in session.scalars(select(kind.state)))


async def test_the_others_are_reminded_while_a_message_is_on_its_way(
    telegram: BotApiServer, phones: list[Phone], stopped: Running, database: Database
) -> None:
    add(telegram, database, Role.COLLECTOR)
    telegram.faults.slow(60, method="sendRichMessage")
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: sum(bool(phone.answers) for phone in phones) == len(phones) - 1, patience(10))
    (waits,) = (phone.user_id for phone in phones if not phone.answers)
    with database.transaction() as session:
        notice = session.query(NoticeRow).join(PersonRow, PersonRow.id == NoticeRow.person_id)
        assert notice.filter(PersonRow.telegram_id == waits).one().state is MailState.SENDING


async def test_when_telegram_asks_for_a_pause_nobody_else_is_tried_before_it_is_over(
    telegram: BotApiServer, phones: list[Phone], stopped: Running, database: Database, wire: Wire
) -> None:
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
    telegram: BotApiServer, phones: list[Phone], stopped: Running, database: Database
) -> None:
    add(telegram, database, Role.SUPERVISOR)
    telegram.faults.slow(0.4, times=4, method="sendRichMessage")
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: all(phone.answers for phone in phones), patience(20))
    assert len([call for call in telegram.world.calls if call.files]) == 1


async def test_a_stop_gives_back_what_is_in_hand_and_has_not_left(
    telegram: BotApiServer, phones: list[Phone], stopped: Running, database: Database
) -> None:
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
