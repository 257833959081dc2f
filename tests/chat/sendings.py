"""Sendings to many, as the tests of the chat follow them."""

import re

from bot.config import Settings
from bot.demo.chat import Message
from bot.store.database import Database
from tests import factories
from tests.chat.patience import patience
from tests.chat.phone import Phone
from tests.chat.test_mailing import left


async def ended(phone: Phone, message: Message, text: str = "Envío terminado") -> Message:
    """The message as it is once it says so."""

    def found() -> Message | None:
        now = phone.world.message(phone.user_id, message.message_id)
        return now if now and text in now.plain_text else None

    return await phone.world.wait_for(found, patience(10))


async def moved(phone: Phone, message: Message, sent: int, whole: int) -> Message:
    """The message once so many have left or more: when an answer of Telegram is slow, the bar skips some."""

    def found() -> Message | None:
        now = phone.world.message(phone.user_id, message.message_id)
        said = re.search(rf"(\d+) de {whole}", now.plain_text) if now else None
        return now if said and int(said[1]) >= sent else None

    return await phone.world.wait_for(found, patience(10))


def to(settings: Settings) -> list[str]:
    return sorted(str(mail["To"]) for mail in left(settings))


def add_customers(database: Database, count: int) -> None:
    """Customers CL100… of Laura's, each with an invoice."""
    with database.transaction() as session:
        for n in range(100, 100 + count):
            customer = factories.customer(session, f"CL{n}", f"Cliente {n}", rfc=f"AAAA800{n}AB1")
            factories.document(session, customer, str(n), total=100_00)
