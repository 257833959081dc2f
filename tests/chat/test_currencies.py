"""Where several currencies stand beside each other: pesos first, then by code, on every screen."""

import re
from collections.abc import Callable

import pytest

from bot.demo.chat import Message
from bot.demo.server import BotApiServer
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import SUPERVISOR, TODAY, Running
from tests.chat.mornings import MORNING
from tests.chat.patience import patience
from tests.chat.phone import Phone, buttons

_AMOUNT = re.compile(r"(EUR|USD|\$) ?\d")
PESOS_FIRST = ["$", "EUR", "USD"]


def order(message: Message, after: str = "") -> list[str]:
    """The currencies of a message's amounts, as they follow each other after some words."""
    return list(dict.fromkeys(_AMOUNT.findall(message.plain_text.partition(after)[2] if after else message.plain_text)))


def switch(message: Message) -> list[str]:
    """The currencies that can be tapped."""
    return [each for each in buttons(message) if each in {"PESOS", "EUROS", "DÓLARES"}]


@pytest.fixture
def _three_currencies(database: Database) -> None:
    """Three documents of Laura's, neither of whose ids nor codes are in the order to be shown."""
    with database.transaction() as session:
        theirs = factories.customer(session, "CL777", "Tres Monedas", rfc="TMO900101AA1")
        for folio, currency in (("X1", "USD"), ("X2", "EUR"), ("X3", "MXN")):
            factories.document(session, theirs, folio, total=100_00, currency=currency, due=TODAY)


@pytest.mark.usefixtures("_three_currencies", "running")
async def test_every_screen_lists_pesos_first_and_then_currencies_by_code(phone: Phone) -> None:
    seen = {"several promises": order(await phone.type("/promesa X1,X2,X3 hoy"), "PESOS · TOTALES |")}
    for document in ("X1", "X2", "X3"):
        await phone.type(f"/cobro {document} 10 efectivo")
    for command in ("/hoy", "/corte", "/estado CL777", "/enviar CL777"):
        seen[command] = order(await phone.type(command))
    agenda = await phone.tap(await phone.type("/agenda CL777"), "☑ Marcar página")
    question = await phone.tap(agenda, "📅 Agendar 3")
    seen["the question of the agenda"] = order(question)
    await phone.type("mañana")
    seen["what it recorded"] = order(await phone.type("llamar antes"), "PESOS · TOTALES |")

    assert seen == dict.fromkeys(seen, PESOS_FIRST)


@pytest.mark.usefixtures("_three_currencies", "running")
async def test_the_switch_of_currencies_offers_pesos_first_and_then_currencies_by_code(phone: Phone) -> None:
    await phone.type("/promesa X1,X2,X3 hoy")
    for command in ("/calendario", "/resumen"):
        shown = await phone.type(command)
        assert switch(shown) == ["EUROS", "DÓLARES"]
        dollars = await phone.tap(shown, "DÓLARES")
        assert switch(dollars) == ["PESOS", "EUROS"]


@pytest.mark.usefixtures("_three_currencies", "fast_ticks")
async def test_a_reminder_lists_pesos_first_and_then_currencies_by_code(
    telegram: BotApiServer, phone_of: Callable[[int], Phone], phone: Phone, stopped: Running
) -> None:
    stopped.start()
    await phone.type("/promesa X1,X2,X3 hoy")
    await stopped.stop()
    before, supervisor = len(phone.answers), phone_of(SUPERVISOR)
    stopped.start(**MORNING)
    await telegram.world.wait_for(lambda: len(phone.answers) > before and supervisor.answers != [], patience(10))

    assert [order(phone.answers[-1]), order(supervisor.answers[-1])] == [PESOS_FIRST, PESOS_FIRST]
