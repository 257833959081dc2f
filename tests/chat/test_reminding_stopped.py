"""A stop while what nobody asked for is on its way: what Telegram has not taken comes after the next start."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import or_

from bot.demo.server import BotApiServer
from bot.domain.correspondence import MailState
from bot.domain.people import Role
from bot.store import database as store
from bot.store.database import Database
from bot.store.mail_models import AnswerRow
from bot.store.models import CustomerRow, NoticeRow, PersonRow
from handlers import telling
from tests.chat.conftest import COLLECTOR, SUPERVISOR, Running, Wire
from tests.chat.mornings import MORNING, NO_REMINDERS, add, phones_of_all, states
from tests.chat.patience import becomes, patience
from tests.chat.phone import Phone, met

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fast_ticks")]


def answered(database: Database, count: int = 8) -> None:
    """Answers of a customer to tell its collector."""
    with database.transaction() as session:
        customer = session.query(CustomerRow).filter_by(code="CL002").one()
        person = session.query(PersonRow).filter_by(telegram_id=COLLECTOR).one()
        for n in range(count):
            session.add(
                AnswerRow(
                    message_id=f"<{n}@x>", person_id=person.id, customer_id=customer.id, received_at=datetime.now(UTC),
                    sender="pagos@cl002.example", subject=f"Pago {n}", text=f"número {n}", failures=[],
                )
            )  # fmt: skip


def in_hand(database: Database) -> int:
    """How many reminders are claimed, on their way or about to leave."""
    claimed = or_(NoticeRow.state == MailState.SENDING, NoticeRow.not_before.is_not(None))
    with database.transaction() as session:
        return session.query(NoticeRow).filter(claimed).count()


async def test_answers_that_wait_for_their_turn_in_a_chat_are_told_after_a_stop(
    telegram: BotApiServer, stopped: Running, database: Database, phone_of: Callable[[int], Phone]
) -> None:
    answered(database)
    phone = phone_of(COLLECTOR)
    stopped.start(**NO_REMINDERS)
    await telegram.world.wait_for(lambda: len(phone.answers) == 2, patience(10))
    await stopped.stop()
    assert set(states(database, AnswerRow)) == {"sent", "queued"}

    stopped.start()
    await telegram.world.wait_for(lambda: len(phone.answers) == 8, patience(20))
    assert [f"número {n}" in text for n, text in enumerate(phone.texts)] == [True] * 8


async def test_what_telegram_refused_for_a_moment_is_told_after_a_stop(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], stopped: Running, database: Database, wire: Wire
) -> None:
    phones = phones_of_all(phone_of)
    add(telegram, database, Role.COLLECTOR)
    telegram.faults.flood(4, times=4, method="sendRichMessage")
    wire.expected.add(("sendRichMessage", 429))
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: any(call.method == "sendRichMessage" for call in telegram.world.calls))
    await stopped.stop()
    assert set(states(database)) == {"queued"}
    telegram.faults.clear()
    stopped.start()
    await telegram.world.wait_for(lambda: all(phone.answers for phone in phones), patience(20))
    assert {len(phone.answers) for phone in phones} == {1}


async def test_what_telegram_refused_while_the_database_was_away_is_told_once_it_is_back(
    telegram: BotApiServer, stopped: Running, database: Database, *, phone: Phone, wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with database.engine.connect():
        # That of the test waits for the lock as ever.
        monkeypatch.setattr(store, "BUSY_SECONDS", 0.02)
    telegram.faults.flood(1, times=2, method="sendMessage")
    wire.expected.add(("sendMessage", 429))
    answered(database, 1)
    stopped.start(**NO_REMINDERS)
    await telegram.world.wait_for(lambda: any(call.method == "sendMessage" for call in telegram.world.calls))
    with closing(sqlite3.connect(stopped.settings.database_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        await met(telegram.faults)
        await telegram.world.settled(quiet=0.3)
        other.rollback()
    await telegram.world.wait_for(lambda: len(phone.answers) == 1, patience(10))
    await becomes(lambda: states(database, AnswerRow), Counter(sent=1))


async def test_pictures_that_wait_for_one_that_telegram_is_slow_to_take_are_sent_after_a_stop(
    telegram: BotApiServer, stopped: Running, database: Database
) -> None:
    add(telegram, database, Role.SUPERVISOR)
    # That of the collector has none.
    telegram.faults.slow(60, times=2, method="sendRichMessage")
    stopped.start(**MORNING)
    await becomes(lambda: in_hand(database), telling.IN_HAND)
    await stopped.stop()
    assert states(database)["sending"] <= 2
    assert set(states(database)) == {"queued", "sending"}


async def test_who_is_shut_out_gets_none_of_the_answers_that_waited_for_their_turn(
    telegram: BotApiServer, stopped: Running, database: Database, phone_of: Callable[[int], Phone]
) -> None:
    answered(database)
    left, office = phone_of(COLLECTOR), phone_of(SUPERVISOR)
    stopped.start(**NO_REMINDERS)
    await telegram.world.wait_for(lambda: len(left.answers) == 2, patience(10))
    with database.transaction() as session:
        session.query(PersonRow).filter_by(telegram_id=COLLECTOR).one().active = False
    await telegram.world.wait_for(lambda: len(left.answers) + len(office.answers) == 8, patience(20))
    assert len(left.answers) <= 4
