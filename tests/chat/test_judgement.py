from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.promises import PromiseState
from bot.store.database import Database
from bot.store.models import PromiseEventRow, PromiseRow
from tests.chat.conftest import Running
from tests.chat.patience import becomes
from tests.chat.phone import Phone

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
