from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.promises import PromiseState
from bot.store.database import Database
from bot.store.models import PromiseEventRow, PromiseRow
from tests.chat.conftest import Running
from tests.chat.patience import becomes
from tests.chat.phone import Phone, buttons, says

pytestmark = pytest.mark.usefixtures("fast_ticks")


def entries(database: Database) -> list[tuple[date, PromiseState]]:
    """The promised day and the state of each entry by the rule."""
    with database.transaction() as session:
        query = select(PromiseRow.on, PromiseEventRow.state).join(
            PromiseEventRow, PromiseEventRow.promise_id == PromiseRow.id
        )
        return [(on, state) for on, state in session.execute(query.where(PromiseEventRow.by == "cobranza"))]


async def test_the_bot_judges_by_itself_what_is_due_with_the_houses_tolerance(
    phone: Phone, stopped: Running, database: Database
) -> None:
    stopped.start(promise_tolerance_days=0, business_date=date(2019, 7, 17))
    await phone.type("/ayuda")
    await becomes(lambda: entries(database), [(date(2019, 7, 16), PromiseState.BROKEN)])
    history = await phone.type("/historial 5")
    assert "incumplida" in history.plain_text
    today = await phone.type("/hoy")
    assert "$1,624.00" in today.plain_text
    assert len(entries(database)) == 1


async def test_each_payment_of_a_plan_that_was_not_kept_is_listed_on_its_day_with_what_it_lacks(
    phone: Phone, running: Running, database: Database
) -> None:
    await phone.type("/promesa 7 3x 17/07/2019 semanal")
    await running.stop()
    running.start(telegram_rich="off", business_date=date(2019, 7, 30))
    await phone.type("/ayuda")
    await becomes(lambda: len(entries(database)), 3)
    today = await phone.type("/hoy")
    assert says(today, "$947.34 · falta $947.34", "17/07/2019 incumplida", "$947.33 · falta $947.33", "24/07/2019")
    # With the $1,624.00 of the 16th.
    assert says(today, "PESOS · TOTALES $3,518.67 · falta $3,518.67")
    assert buttons(today).count("🔁 Reagendar 7") == 1
    month = await phone.type("/calendario")
    assert [text for text in buttons(month) if text.isdigit()] == ["16", "17", "24", "31"]
    assert says(await phone.tap(month, "17"), "$947.34")
