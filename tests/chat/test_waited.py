"""What is typed while the bot is stopped is done later, and is of the day on which it was typed."""

import time
from datetime import date, datetime, timedelta

import pytest

from bot.config import Settings
from bot.demo.server import BotApiServer
from tests.chat.conftest import Running
from tests.chat.phone import Phone, buttons, says
from tests.demo.client import png


@pytest.fixture
def sent_on(telegram: BotApiServer, settings: Settings) -> date:
    """The day of whatever is sent: yesterday, at this hour."""
    sent_at = time.time() - timedelta(days=1).total_seconds()
    telegram.world.clock = lambda: sent_at
    return datetime.fromtimestamp(sent_at, settings.timezone).date()


def shown(day: date) -> str:
    """A day as the bot shows it."""
    return f"{day:%d/%m/%Y}"


async def test_the_days_in_a_promise_that_waited_count_from_when_it_was_typed(
    phone: Phone, stopped: Running, sent_on: date
) -> None:
    typed = ("/promesa 7 mañana", "/promesa 9 hoy", "/promesa 8", "mañana", "sin falta", "/promesa 5 ayer")
    for text in typed:
        last = phone.say(text)
    stopped.start(business_date=None)
    await phone.done(last)

    tomorrow, today, _asked, _comment, other, refused = phone.answers
    assert says(tomorrow, shown(sent_on + timedelta(days=1)), "Laura", shown(sent_on))
    assert says(today, shown(sent_on), "Laura", shown(sent_on))
    assert says(other, shown(sent_on + timedelta(days=1)), "Laura", shown(sent_on), "sin falta")
    assert "ayer" in refused.plain_text


async def test_a_payment_that_waited_is_of_the_day_and_hour_at_which_it_was_typed(
    phone: Phone, stopped: Running, sent_on: date
) -> None:
    for text in ("/cobro 7 100 efectivo", "/corte", "/corte ayer"):
        last = phone.say(text)
    stopped.start(business_date=None)
    await phone.done(last)

    receipt, own_day, day_before = phone.answers
    assert f"R1-{sent_on.year}-0001" in receipt.plain_text
    # It would be refused: a payment is undone on its own day only.
    assert not any("Deshacer" in label for label in buttons(receipt))
    assert says(own_day, shown(sent_on), "Efectivo", "$100.00")
    assert shown(sent_on - timedelta(days=1)) in day_before.plain_text


async def test_a_photo_that_waited_with_its_payment_is_asked_about_as_sent_just_after_it(
    phone: Phone, stopped: Running, sent_on: date
) -> None:
    phone.say("/cobro 7 100 efectivo")
    photo = phone.world.send_photo(phone.user_id, png())
    stopped.start(business_date=None)
    await phone.done(photo)

    assert says(phone.answers[1], "¿Es la foto de este cobro?")
    assert f"R1-{sent_on.year}-0001" in buttons(phone.answers[1])[0]


async def test_a_statement_as_of_yesterday_that_waited_is_of_the_day_before_it_was_typed(
    phone: Phone, stopped: Running, sent_on: date
) -> None:
    asked = phone.say("/estado CL002 ayer")
    stopped.start(business_date=None)
    await phone.done(asked)

    assert says(phone.answers[0], "Estado de cuenta al", shown(sent_on - timedelta(days=1)))


async def test_what_is_owed_and_the_days_list_are_those_of_the_day_on_which_they_are_answered(
    phone: Phone, stopped: Running, sent_on: date
) -> None:
    for text in ("/estado CL002", "/agenda"):
        last = phone.say(text)
    stopped.start(business_date=None)
    await phone.done(last)

    for answer in phone.answers:
        assert shown(sent_on + timedelta(days=1)) in answer.plain_text
