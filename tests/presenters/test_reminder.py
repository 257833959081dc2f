"""A supervisor's digest adds up, whatever does not fit."""

from dataclasses import replace

from bot.domain.agenda import DayList
from bot.domain.reminders import Share
from bot.i18n import SPANISH, language
from bot.presenters import reminder
from bot.presenters.reply import Picture
from tests.presenters.checks import assert_sendable
from tests.presenters.values import JUAN, TODAY, digest, document, expected, promise

T = language(SPANISH)
PICTURE = Picture("key", lambda: b"picture")


def share(name: str, currency: str, cents: int) -> Share:
    of = document(cents, cents, JUAN, currency)
    due = DayList(TODAY, TODAY, currency, (expected(of, JUAN, promise(of, TODAY)),))
    return Share(name, due, replace(due, items=()))


def test_the_sum_of_a_team_is_of_everyone_and_says_of_how_many_documents_when_somebody_is_not_shown() -> None:
    team = tuple(share(f"P{n}", "MXN", n * 100_00) for n in range(1, reminder.SHARES + 2))
    whole, cut = (reminder.digest(replace(digest(), shares=shares), PICTURE, T) for shares in (team[:-1], team))
    assert "PESOS · TOTALES</b> · Para hoy <b>$1,000.00</b>" in whole.plain
    assert "PESOS · TOTALES (5 documentos)</b> · Para hoy <b>$1,500.00</b>" in cut.plain
    assert ("y 1 más" in cut.plain, "P5" in cut.plain, "P5" in cut.rich) == (True, False, True)
    assert "<b>PESOS · TOTALES</b>" in cut.rich
    of_plans = tuple(replace(each, broken=each.due) for each in team)
    again = reminder.digest(replace(digest(), shares=of_plans), PICTURE, T)
    assert "PESOS · TOTALES (5 documentos)" in again.plain


def test_currencies_beyond_the_third_are_named_with_the_way_to_see_them() -> None:
    team = tuple(share("Ana", currency, 100) for currency in ("CAD", "EUR", "GBP", "JPY", "MXN"))
    reply = reminder.digest(replace(digest(), shares=team), PICTURE, T)
    assert "+ JPY, MXN: /hoy" in reply.plain
    assert "+ JPY, MXN: /hoy" in reply.rich
    assert_sendable(reply)
