"""When a statement keeps back the next one, by days alone; what waits or may have left is in the services' tests."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.correspondence import LastStatement, SkipReason, Spacing

MONDAY = date(2019, 7, 15)
ASKED = datetime(2019, 7, 15, 15, tzinfo=UTC)
DAY = timedelta(days=1)


def test_of_a_weekly_sending_a_delay_of_one_day_skips_nobody_the_week_after() -> None:
    late = LastStatement(MONDAY, ASKED, left_at=ASKED + DAY)
    assert late.keeps_back(MONDAY + 7 * DAY, Spacing(7)) is None
    assert late.keeps_back(MONDAY + 6 * DAY, Spacing(7)) is SkipReason.TOO_SOON


@pytest.mark.parametrize("min_days", [1, 7])
def test_what_waited_until_today_is_the_one_of_today(min_days: int) -> None:
    late = LastStatement(MONDAY, ASKED, left_at=ASKED + 9 * DAY)
    assert late.keeps_back(MONDAY + 9 * DAY, Spacing(min_days)) is SkipReason.ALREADY_SENT
    assert late.keeps_back(MONDAY + 10 * DAY, Spacing(min_days)) is None
