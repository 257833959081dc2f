from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.reminders import (
    ZONES,
    Hours,
    QuietHours,
    ReminderKind,
    Setting,
    UnreadableReminder,
    is_cash,
    parse_setting,
)

NIGHT = QuietHours(time(20), time(7))
HOURS = Hours(time(8), ZoneInfo("America/Mexico_City"), NIGHT)
TIJUANA = "America/Tijuana"


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [(20, 7, {0, 1, 2, 3, 4, 5, 6, 20, 21, 22, 23}), (1, 3, {1, 2}), (0, 0, set()), (22, 0, {22, 23})],
)
def test_quiet_hours_hold_their_first_minute_and_not_their_last(start: int, end: int, covered: set[int]) -> None:
    quiet = QuietHours(time(start), time(end))
    assert {hour for hour in range(24) if quiet.covers(time(hour))} == covered
    assert {hour for hour in range(24) if quiet.covers(time(hour, 59))} == covered


def test_quiet_hours_keep_the_law_when_they_last_from_22_00_at_the_latest_to_07_00_at_least() -> None:
    """Held against every minute of the day."""
    steps = [time(hour, minute) for hour in range(24) for minute in (0, 29, 30, 59)]
    minutes = [time(minute // 60, minute % 60) for minute in range(24 * 60)]
    night = [at for at in minutes if at < time(7) or at >= time(22)]
    for start in steps[::3]:
        for end in (*steps[::5], time(6, 59), time(7), time(22)):
            quiet = QuietHours(start, end)
            assert quiet.keep_the_law == all(map(quiet.covers, night)), quiet


def test_each_time_zone_is_awake_by_its_own_clock_also_where_clocks_change() -> None:
    # In July Tijuana is two hours behind Mexico City, in January too: both changed until 2022, Tijuana still does.
    for now, awake in (
        (datetime(2026, 7, 6, 13, tzinfo=UTC), {None: date(2026, 7, 6)}),
        (datetime(2026, 7, 6, 14, tzinfo=UTC), {None: date(2026, 7, 6), TIJUANA: date(2026, 7, 6)}),
        (datetime(2026, 1, 5, 14, tzinfo=UTC), {None: date(2026, 1, 5)}),
        (datetime(2026, 1, 5, 15, tzinfo=UTC), {None: date(2026, 1, 5), TIJUANA: date(2026, 1, 5)}),
        (datetime(2026, 7, 7, 2, 30, tzinfo=UTC), {TIJUANA: date(2026, 7, 6)}),
    ):
        assert HOURS.awake(now, [None, TIJUANA]) == awake


def test_a_business_date_that_is_fixed_is_the_day_everywhere() -> None:
    fixed = Hours(time(8), ZoneInfo("America/Mexico_City"), NIGHT, date(2019, 7, 16))
    assert fixed.awake(datetime(2026, 7, 6, 18, tzinfo=UTC), [None]) == {None: date(2019, 7, 16)}


@pytest.mark.parametrize(
    ("own", "due"), [(None, time(8)), (time(7, 30), time(7, 30)), (time(6), time(7)), (time(21), time(7))]
)
def test_an_own_hour_that_has_become_quiet_waits_for_the_end_of_the_quiet_ones(own: time | None, due: time) -> None:
    assert HOURS.due(ReminderKind.MORNING, own) == due


@pytest.mark.parametrize(("start", "due"), [(20, 18), (19, 18), (18, 16), (15, 13), (1, 23)])
def test_the_evenings_reminder_is_due_at_six_or_two_hours_before_it_is_quiet(start: int, due: int) -> None:
    hours = Hours(time(8), HOURS.zone, QuietHours(time(start), time(20, 30)))
    assert hours.due(ReminderKind.EVENING, time(9)) == time(due)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("07:30", Setting(time(7, 30), wanted=True)),
        ("7.30", Setting(time(7, 30), wanted=True)),
        ("a las 7", Setting(time(7), wanted=True)),
        ("7:30 a.m.", Setting(time(7, 30), wanted=True)),
        ("12 am", Setting(time(0), wanted=True)),
        ("1:15pm Cancún", Setting(time(13, 15), "America/Cancun", wanted=True)),
        ("12 p. m. hora de Tijuana", Setting(time(12), TIJUANA, wanted=True)),
        ("Baja California Sur 9:00", Setting(time(9), "America/Mazatlan", wanted=True)),
        ("baja california", Setting(zone=TIJUANA, wanted=True)),
        ("MÉXICO", Setting(zone="America/Mexico_City", wanted=True)),
        ("7:30 am Mexico City", Setting(time(7, 30), "America/Mexico_City", wanted=True)),
        ("no", Setting(wanted=False)),
        ("Sí", Setting(wanted=True)),
        # as a phone ends it, or what is copied from a guide
        ("07:30.", Setting(time(7, 30), wanted=True)),
        ("7:30 a. m. Tijuana.", Setting(time(7, 30), TIJUANA, wanted=True)),
        ("“no”.", Setting(wanted=False)),
    ],
)
def test_a_reminder_is_set_as_a_thumb_types_it(text: str, setting: Setting) -> None:
    assert parse_setting(text) == setting


@pytest.mark.parametrize("text", ["25:00", "7:61", "13 pm", "0 am", "mañana", "7:30 París", "730", "07:30 08:00"])
def test_what_is_no_hour_and_no_place_is_refused(text: str) -> None:
    with pytest.raises(UnreadableReminder) as refused:
        parse_setting(text)
    assert refused.value.text == text


def test_every_time_zone_is_known_to_tz_and_every_name_means_its_own() -> None:
    for key, names in ZONES.items():
        ZoneInfo(key)
        assert [parse_setting(name).zone for name in names] == [key] * len(names)


@pytest.mark.parametrize(
    ("comment", "cash"),
    [
        ("Paga en EFECTIVO", True),
        ("efectivo.", True),
        ("will pay cash", True),
        ("cheque efectivamente", False),
        ("", False),
    ],
)
def test_a_promise_is_in_cash_when_its_comment_says_so(comment: str, cash: bool) -> None:  # noqa: FBT001 - an example
    assert is_cash(comment) is cash
