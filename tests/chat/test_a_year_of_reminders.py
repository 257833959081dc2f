"""A year of reminders, by the real use cases and handlers on a real database; only the wire and the clock are not.

What "lost" means: a day's reminder is owed once the bot has been up and in order for a whole tick between the person's
hour and the quiet hours of that day, by the clock that the machine had. Where it was down for all of that, or Telegram
out of reach, the day is over: it is not told on another. A killed process may take with it the one message that it had
in its hands (docs/decisions/0007); a stop that is asked for takes none.
"""

import os
from bisect import bisect_left
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.domain.dates import is_bank_day
from bot.store.database import Database
from handlers.turns import CHAT_SECONDS, MESSAGES_PER_SECOND
from tests.chat.simulated_year import PEOPLE, YEAR, ZONES, Year

# Half a minute on an idle machine, and several on one that others use too.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_ENDS = datetime(YEAR + 1, 1, 1, 6, tzinfo=UTC)


def _moments(random: Random) -> list[datetime]:
    """The minutes worth a tick: around people's hours and the quiet ones in each zone, and any others."""
    moments: list[datetime] = []
    day = datetime(YEAR, 1, 1, 12, tzinfo=UTC)
    while day < _ENDS:
        on, works = day.date(), is_bank_day(day.date())
        edges = [(6, 59), (7, 0), (8, 0), (18, 0), (19, 59), (20, 0)]
        for hour, minute in random.sample(edges, 1) if works else []:
            zone = ZoneInfo(random.choice(ZONES))
            moments.append(datetime.combine(on, time(hour, minute), zone).astimezone(UTC))
        moments += [
            day + timedelta(minutes=random.randrange(-240, 900)) for _ in range(1 if works or not on.day % 3 else 0)
        ]
        # The last look of the day, in the last zone awake.
        moments += [datetime.combine(on, time(19, 40), ZoneInfo(ZONES[n])).astimezone(UTC) for n in range(3) if works]
        day += timedelta(days=1)
    return sorted(moments)


async def test_each_person_is_told_once_each_due_day_by_their_own_clock_and_never_at_night(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same year each time; SEED asks for another.
    seed = int(os.environ.get("SEED", "2026"))
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as the application has it
    monkeypatch.setattr("handlers.calendar.month_png", lambda *_, **__: b"picture")
    random = Random(seed)  # noqa: S311 - no secret
    year = Year(sqlite_database, random, tmp_path)
    down_until = right_again = year.now
    for n, moment in enumerate(_moments(random)):
        # A crowded morning may have taken longer than to the next one.
        year.now = max(year.now, moment)
        if year.now >= right_again:
            year.error = timedelta()
        if random.random() < 1 / 60:
            # Somebody sets the clock, by hours or a whole day, forward or back, and sets it right some time later.
            year.error = timedelta(minutes=random.choice((-1500, -180, -61, -5, 5, 61, 180, 1500)))
            right_again = year.now + timedelta(hours=random.randrange(1, 40))
        if random.random() < 1 / 70:
            down_until = year.now + timedelta(hours=random.choice((1, 3, 9, 30, 60)))
        if n % 50 == 0:
            year.forget_what_is_over()
        if year.now >= down_until:
            await year.tick()

    assert year.wrongs == []
    assert {told for told, times in year.came.items() if times > 1} == set()
    lost = {told for told in year.owed if told not in year.came}
    assert lost <= year.held_when_killed
    assert len(year.held_when_killed) <= year.counts["kills"]
    # The year was one worth living through.
    kinds = Counter(kind for _, kind, _ in year.came)
    assert kinds["morning"] > 2 * PEOPLE
    assert kinds["evening"] > PEOPLE / 3
    assert len(year.owed) > 0.6 * len(year.due)
    assert min(year.counts[each] for each in ("kills", "stops", "faults")) >= 1
    _assert_pace(year.moments)


def _assert_pace(moments: list[tuple[float, int]]) -> None:
    instants = [at for at, _ in moments]
    assert max(bisect_left(instants, at + 1) - n for n, at in enumerate(instants)) <= MESSAGES_PER_SECOND
    last: dict[int, float] = {}
    for at, person in moments:
        assert at - last.get(person, 0) >= CHAT_SECONDS
        last[person] = at
