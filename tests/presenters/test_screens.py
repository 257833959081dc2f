from pathlib import Path

import pytest

from bot.domain.promises import PromiseState
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.promise import states
from bot.presenters.reply import MAX_BUTTON_TEXT, ROOM
from tests.presenters.checks import assert_sendable
from tests.presenters.golden import assert_screen
from tests.presenters.screens import SCREENS

IN_ENGLISH = ("statement_two_currencies_1", "agenda", "history")


@pytest.mark.parametrize("name", SCREENS)
def test_screen_is_as_it_was_last_looked_at(name: str) -> None:
    assert_screen(name, SCREENS[name](language(SPANISH)))


@pytest.mark.parametrize("name", IN_ENGLISH)
def test_english_screen_is_as_it_was_last_looked_at(name: str) -> None:
    assert_screen(f"{name}.en", SCREENS[name](language(ENGLISH)))


@pytest.mark.parametrize("name", SCREENS)
def test_telegram_takes_the_screen_in_both_forms(name: str) -> None:
    assert_sendable(SCREENS[name](language(SPANISH)))


@pytest.mark.parametrize("name", SCREENS)
def test_a_phone_of_360_points_shows_every_button_whole(name: str) -> None:
    reply = SCREENS[name](language(SPANISH))
    for row in (*reply.keyboard, *reply.in_cells):
        for button in row:
            # What makes an emoji of a sign is no character to see.
            assert len(button.text.replace("\ufe0f", "")) <= ROOM.get(len(row), MAX_BUTTON_TEXT if len(row) == 1 else 6)


def test_no_golden_file_is_left_of_a_screen_that_is_gone() -> None:
    folder = Path(__file__).parent.parent / "golden" / "presenters"
    named = {*SCREENS, *IN_ENGLISH, "refusals", "imports", "people", "rep_report", "remittance_report"}
    assert {path.name.split(".")[0] for path in folder.iterdir()} <= named


@pytest.mark.parametrize("code", [SPANISH, ENGLISH])
def test_every_state_of_a_promise_has_a_name_of_its_own(code: str) -> None:
    names = states(language(code))
    assert set(names) == set(PromiseState)
    assert len(set(names.values())) == len(PromiseState)
