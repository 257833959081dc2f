from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.access import Invitation
from bot.domain.people import Person, Role
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.access import link
from bot.presenters.people import person_line, role_name
from bot.presenters.welcome import strangers_menu

MEXICO = ZoneInfo("America/Mexico_City")


def test_a_person_is_one_line_with_portfolio_and_telegram_user() -> None:
    laura = Person(1, "Laura Méndez", Role.COLLECTOR, "C1", 1001)
    assert person_line(laura, language(SPANISH), MEXICO) == "1  Laura Méndez · cobrador · cartera C1 · Telegram 1001"


def test_who_was_shut_out_is_said_to_have_no_access() -> None:
    jorge = Person(2, "Jorge Salas", Role.SUPERVISOR, None, 1002, active=False)
    assert person_line(jorge, language(ENGLISH), MEXICO) == "2  Jorge Salas · supervisor · Telegram 1002 · no access"


def test_who_was_erased_has_no_telegram_user() -> None:
    nobody = Person(2, "persona borrada", Role.COLLECTOR, "C1", active=False)
    assert person_line(nobody, language(SPANISH), MEXICO).endswith("cartera C1 · Telegram – · sin acceso")


def test_who_blocked_the_bot_is_said_to_take_no_messages_since_a_day_of_the_office() -> None:
    evening = datetime(2019, 7, 17, 0, 5, tzinfo=UTC)
    rosa = Person(3, "Rosa", Role.COLLECTOR, "C2", 1003, unreachable_since=evening)
    assert person_line(rosa, language(SPANISH), MEXICO).endswith(" · no le llegan mensajes desde el 16/07/2019")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_name_of_its_own(role: Role) -> None:
    assert [role_name(each, language(SPANISH)) for each in Role].count(role_name(role, language(SPANISH))) == 1


def test_an_invitation_is_a_link_that_opens_the_chat_and_hands_over_its_token() -> None:
    invited = Invitation(3, "Ana", Role.COLLECTOR, "C9", datetime(2019, 7, 18, tzinfo=UTC), token="Zm9v")  # noqa: S106  # no secret
    assert link("cobranza_bot", invited) == "https://t.me/cobranza_bot?start=Zm9v"


def test_the_menu_of_who_is_not_let_in_has_the_way_in_alone() -> None:
    assert strangers_menu(language(SPANISH)) == [("start", "Entrar con su invitación")]
