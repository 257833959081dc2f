"""Mornings, whatever the hour at which the tests run, and an office where many are reminded."""

from collections import Counter
from collections.abc import Callable
from datetime import time

from sqlalchemy import select

from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.domain.reminders import QuietHours
from bot.store.database import Database
from bot.store.mail_models import AnswerRow
from bot.store.models import NoticeRow
from tests import factories
from tests.chat.conftest import COLLECTOR, SUPERVISOR
from tests.chat.phone import Phone

# No hour is quiet.
AWAKE = {"quiet_hours": QuietHours(time(0), time(0))}
# It is the hour of reminders, too; or nobody is reminded of anything.
MORNING, NO_REMINDERS = AWAKE | {"reminder_time": time(0)}, AWAKE | {"reminder_time": time.max}
_MORE = range(2001, 2012)


def add(telegram: BotApiServer, database: Database, role: Role) -> None:
    """More people of a role who have something to do."""
    with database.transaction() as session:
        for number in _MORE:
            telegram.world.add_user(number, f"P{number}")
            factories.person(session, role, telegram_id=number, name=f"P{number}", collector="C1")


def phones_of_all(phone_of: Callable[[int], Phone]) -> list[Phone]:
    """Of everybody who has something to do in the morning, and of those of `add`."""
    return [phone_of(number) for number in (COLLECTOR, SUPERVISOR, *_MORE)]


def states(database: Database, kind: type[NoticeRow] | type[AnswerRow] = NoticeRow) -> Counter[str]:
    """How many notices stand how."""
    with database.transaction() as session:
        return Counter(state.value for state in session.scalars(select(kind.state)))
