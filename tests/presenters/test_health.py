from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.vitals import Vitals
from bot.i18n import SPANISH, language
from bot.presenters.health import health
from bot.presenters.mailing import age

NOW = datetime(2019, 7, 16, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_monitor_reads_ages_in_seconds_and_instants() -> None:
    vitals = Vitals(NOW - 2 * HOUR, 3, 1, NOW - HOUR, NOW)
    assert health(vitals, ["outbox"], NOW, ticked_at=NOW) == {
        "status": "degraded",
        "problems": ["outbox"],
        "last_tick": "2019-07-16T18:00:00+00:00",
        "data_loaded": "2019-07-16T16:00:00+00:00",
        "data_age_seconds": 7200,
        "outbox": {"waiting": 3, "failed": 1, "oldest_due_seconds": 3600},
        "last_update_handled": "2019-07-16T18:00:00+00:00",
    }


def test_what_never_happened_is_null_and_what_cannot_be_read_is_left_out() -> None:
    answer = health(Vitals(None, 0, 0, None, None), [], NOW, ticked_at=None)
    assert (answer["status"], answer["data_age_seconds"], answer["last_update_handled"]) == ("ok", None, None)
    assert health(None, ["database"], NOW, ticked_at=None) == {
        "status": "degraded", "problems": ["database"], "last_tick": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(59, "hace menos de una hora"), (60, "hace 1 hora"), (47 * 60, "hace 47 horas"), (49 * 60, "hace 2 días")],
)
def test_an_age_is_told_in_hours_up_to_two_days(minutes: int, said: str) -> None:
    assert age(timedelta(minutes=minutes), language(SPANISH)) == said
