"""More messages and taps than a hand can make: said once, then silence for a moment, and nothing is half done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.store.database import Database
from bot.store.models import AuditRow
from handlers import pace
from tests.chat.conftest import OTHER_COLLECTOR, STRANGER
from tests.chat.phone import Phone

LIMIT = 3


@pytest.fixture(autouse=True)
def _a_slow_pace(_any_pace: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MAX_UPDATES", LIMIT)
    monkeypatch.setattr(pace, "WINDOW", timedelta(minutes=10))


@pytest.mark.usefixtures("running")
async def test_what_comes_too_fast_is_said_not_to_be_done_once_and_only_to_who_is_too_fast(
    phone: Phone, phone_of: Callable[[int], Phone], database: Database
) -> None:
    statement = await phone.type("/estado CL002")
    for _ in range(LIMIT - 1):
        await phone.type("/hoy")

    said = await phone.type("/estado CL001")
    for typed in ("/historial 7", "hola"):
        await phone.done(phone.say(typed))
    tapped = await phone.forge(statement, "st:1::0")

    assert said.plain_text.startswith("✋ Demasiado rápido: «/estado CL001» no se hizo, ni se hará lo que envíe")
    assert len(phone.answers) == LIMIT + 1
    assert tapped == []
    assert phone.toasts[-1].startswith("No se hizo: demasiado rápido. Toque de nuevo en ")
    assert (await phone_of(OTHER_COLLECTOR).type("/hoy")).plain_text.startswith("☀️")
    with database.transaction() as session:
        assert [row.subject for row in session.query(AuditRow).filter_by(action="statement")] == ["CL002"]


@pytest.mark.usefixtures("running")
async def test_a_stranger_who_tries_links_too_fast_gets_silence(phone_of: Callable[[int], Phone]) -> None:
    stranger = phone_of(STRANGER)
    await stranger.type("/start nothing")
    for _ in range(LIMIT + 2):
        await stranger.done(stranger.say("/start nothing"))

    assert len(stranger.answers) == 1


@pytest.mark.usefixtures("running")
async def test_who_tapped_too_fast_is_told_of_the_message_that_was_not_done(phone: Phone) -> None:
    statement = await phone.type("/estado CL002")
    for _ in range(LIMIT):
        await phone.forge(statement, "no")

    assert phone.toasts[-1].startswith("No se hizo: demasiado rápido.")
    said = await phone.type("/promesa 7 2019-07-23")
    assert said.plain_text.startswith("✋ Demasiado rápido: «/promesa 7 2019-07-23» no se hizo")


def test_a_window_ends_and_what_was_sent_before_it_has_one_of_its_own() -> None:
    paces, now = pace.Pace(), datetime(2019, 7, 16, 18, tzinfo=UTC)
    assert [paces.fits(1, number, now) for number in range(LIMIT + 2)] == [True] * LIMIT + [False] * 2
    assert paces.left(1, now + timedelta(minutes=1)) == pace.WINDOW - timedelta(minutes=1)
    assert paces.fits(1, 10, now + pace.WINDOW)
    assert paces.fits(1, 11, now - timedelta(hours=8))
    assert paces.fits(2, 12, now)


def test_an_update_that_cannot_be_answered_counts_once_however_often_it_is_delivered() -> None:
    paces, now = pace.Pace(), datetime(2019, 7, 16, 18, tzinfo=UTC)
    assert all(paces.fits(1, 1, now) for _ in range(LIMIT + 5))
    assert [paces.fits(1, number, now) for number in range(2, LIMIT + 2)] == [True] * (LIMIT - 1) + [False]
    assert [paces.tells(1, number) for number in (LIMIT + 1, LIMIT + 2, LIMIT + 1)] == [True, False, True]
