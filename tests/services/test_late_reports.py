"""A sending that ends on a later day than it was begun is told unasked, once: the old message rings for nobody."""

from datetime import datetime, timedelta

import pytest

from bot.domain.correspondence import MailState, Rejected, TryLater
from bot.domain.people import COMMAND_LINE
from bot.domain.runs import LateReport, RunState
from bot.services import access, late_reports, runs, sending
from bot.services.personal import erase
from bot.store.models import AuditRow, PersonRow
from bot.store.run_models import RunNoticeRow
from tests.services.post import Office, begin, without_files, write
from tests.services.world import HOURS, NOW, TODAY, World, act

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = NOW + 9 * HOUR


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def show(office: Office, run_id: int, days: int) -> None:
    """Its message is changed so many days later."""
    with office.world.database.transaction() as session:
        sending.seen(session, sending.watch(session, run_id)[1], today=TODAY + days * DAY)


def end(office: Office, days: int = 1) -> int:
    """A sending of Ana's to two customers, of which one is refused and one leaves so many days later; its id."""
    run_id = begin(office.world, office.world.ana, "CL001 CL002")
    write(office.world, run_id)
    office.post.faults = {"before draft": [Rejected("no such mailbox")]}
    office.deliver(after=days * DAY)
    show(office, run_id, days)
    return run_id


def claim(office: Office, now: datetime = NOW + DAY) -> LateReport | None:
    with office.world.database.transaction() as session:
        return late_reports.claim(session, now, HOURS)


def leave(office: Office, report: LateReport, now: datetime = NOW + DAY) -> bool:
    with office.world.database.transaction() as session:
        return late_reports.leave(session, report, now)


def test_the_end_on_a_later_day_is_told_once_whoever_shows_it_how_often_and_in_no_quiet_hour(office: Office) -> None:
    world = office.world
    run_id = end(office)
    show(office, run_id, 1)
    assert claim(office, NIGHT) is None
    report = claim(office)
    assert report
    assert (report.person.id, report.progress.run.id, report.progress.missing) == (world.ana.id, run_id, 1)
    assert claim(office) is None
    assert leave(office, report)
    assert not leave(office, report)
    with world.database.transaction() as session:
        late_reports.told(session, report)
        (trail,) = session.query(AuditRow).filter_by(action="mail_report")
        assert (trail.person_id, trail.subject) == (world.ana.id, f"run {run_id}")
    assert claim(office, NOW + 9 * DAY) is None


def test_the_end_on_its_own_day_or_of_what_the_command_line_sends_is_told_to_nobody(office: Office) -> None:
    end(office, days=0)
    of_nobody = begin(office.world, COMMAND_LINE, "CL003")
    write(office.world, of_nobody)
    office.deliver()
    show(office, of_nobody, 1)
    assert claim(office) is None


def test_what_a_process_that_died_had_claimed_is_taken_up_by_another_and_what_telegram_did_not_take_waits(
    office: Office,
) -> None:
    end(office)
    of_the_dead = claim(office)
    again = claim(office, NOW + DAY + HOUR)
    assert of_the_dead
    assert again
    assert not leave(office, of_the_dead)
    assert leave(office, again, NOW + DAY + HOUR)
    with office.world.database.transaction() as session:
        late_reports.postpone(session, again, NOW + DAY + 3 * HOUR)
    assert claim(office, NOW + DAY + 2 * HOUR) is None
    assert claim(office, NOW + DAY + 3 * HOUR)


def test_who_is_shut_out_is_not_told_before_they_are_back(office: Office) -> None:
    world = office.world
    end(office)
    claimed = claim(office)
    world.call(access.set_active, act(COMMAND_LINE), world.ana.id, active=False)
    assert claimed
    assert not leave(office, claimed)
    assert claim(office, NOW + DAY + HOUR) is None
    world.call(access.set_active, act(COMMAND_LINE), world.ana.id, active=True)
    assert claim(office, NOW + DAY + HOUR)


def test_who_blocked_the_bot_is_noticed_and_not_told_again(office: Office) -> None:
    world = office.world
    end(office)
    report = claim(office)
    assert report
    with world.database.transaction() as session:
        late_reports.unreachable(session, report, NOW + DAY)
        assert session.get_one(PersonRow, world.ana.id).unreachable_since
    assert claim(office, NOW + 2 * DAY) is None


def test_what_became_of_a_mail_that_was_stopped_is_told_when_it_is_known_on_a_later_day(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    write(world, run_id)
    office.post.faults = {"after send": [TryLater("cut off")], "before was_sent": [TryLater("away")]}
    office.deliver()
    world.call(runs.stop, world.ana, run_id)
    office.deliver()
    show(office, run_id, 0)
    show(office, run_id, 1)
    assert claim(office) is None
    office.deliver(after=DAY)
    show(office, run_id, 1)
    show(office, run_id, 1)
    report = claim(office)
    assert report
    assert report.progress.run.state is RunState.STOPPED
    assert [r.mail for r in report.progress.recipients] == [MailState.SENT]
    assert claim(office) is None


def test_what_is_to_be_told_to_who_is_erased_goes_with_them(office: Office) -> None:
    end(office)
    world = office.world
    world.call(erase, act(COMMAND_LINE), world.ana.id, "asked", "Colleague 1")
    with world.database.transaction() as session:
        assert session.query(RunNoticeRow).count() == 0
