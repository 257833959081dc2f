from datetime import date

import pytest

from bot.domain.agenda import OpenItem
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.domain.scheduling import History, Recorded, Scheduling
from tests.domain.values import RAMIRO, invoice, promise

TODAY = date(2019, 7, 16)


def recorded(on: date) -> Recorded:
    made = promise(on)
    return Recorded(made, History(invoice(), RAMIRO, (made,)), rescheduled=False)


@pytest.mark.parametrize(
    ("on", "holiday", "bank_day"),
    [
        ("2019-07-23", None, None),
        ("2019-07-20", None, "2019-07-22"),
        ("2019-09-16", "Día de la Independencia", "2019-09-17"),
        ("2019-04-18", "Jueves Santo", "2019-04-22"),
    ],
)
def test_a_day_on_which_banks_rest_is_pointed_out_with_the_next_one(
    on: str, holiday: str | None, bank_day: str | None
) -> None:
    for told in (recorded(date.fromisoformat(on)), Scheduling((), on=date.fromisoformat(on))):
        assert told.holiday == holiday
        assert told.bank_day == (date.fromisoformat(bank_day) if bank_day else None)


def test_no_next_banking_day_is_told_of_a_plan_nor_before_a_day_is_named() -> None:
    plan = Scheduling((), on=date(2019, 7, 20), plan=Plan(2, Rhythm.WEEKLY))
    assert (plan.bank_day, Scheduling(()).bank_day, Scheduling(()).holiday) == (None, None, None)


def test_a_history_counts_the_broken_promises_and_how_often_they_were_put_off() -> None:
    entries = tuple(promise(number=n, state=state) for n, state in enumerate(PromiseState, start=1))
    history = History(invoice(), RAMIRO, entries)
    assert (history.level, history.rescheduled) == (1, 1)
    assert history.in_force == entries[:1]


def test_nothing_is_left_to_ask_once_date_and_comment_are_known() -> None:
    document = invoice()
    item = OpenItem(document, RAMIRO, document.total, 0, None)
    assert Scheduling((item,)).ids == (7,)
    assert not Scheduling((item,)).is_complete(TODAY)
    assert not Scheduling((item,), on=TODAY).is_complete(TODAY)
    assert not Scheduling((item,), comment="").is_complete(TODAY)
    assert Scheduling((item,), on=TODAY, comment="").is_complete(TODAY)


def test_a_date_over_60_days_ahead_is_left_to_confirm() -> None:
    far = Scheduling((), on=date(2019, 9, 15), comment="")
    assert far.is_far(TODAY)
    assert not far.is_complete(TODAY)
    assert not Scheduling((), on=date(2019, 9, 14)).is_far(TODAY)
    confirmed = Scheduling((), on=date(2019, 9, 15), comment="", far_confirmed=True)
    assert not confirmed.is_far(TODAY)
    assert confirmed.is_complete(TODAY)
