"""A sending is stopped while a mail of it may have left: that is asked before anything else goes to its customer."""

from datetime import timedelta

import pytest

from bot.domain.correspondence import Mail, MailState, Rejected, SkipReason, TryLater
from bot.services import outbox, runs, sending
from bot.store.models import CustomerRow, PersonRow
from tests.services.post import Office, begin, candidates, later, queue, told, without_files, work, write
from tests.services.world import NOW, TODAY, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STEPS = pytest.mark.parametrize("step", ["before send", "after send"])


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def outside(office: Office, step: str) -> int:
    """A sending of Ana's whose mail got as far as a step and has a draft; its id."""
    run_id = begin(office.world, office.world.ana, "CL001")
    write(office.world, run_id)
    office.post.faults = {step: [TryLater("cut off")]}
    office.deliver()
    return run_id


def days(office: Office) -> list[str]:
    """Of which days the statements are that left."""
    return [key[-10:] for key in office.post.keys]


@STEPS
@pytest.mark.parametrize("is_under_way", [True, False], ids=["under way", "begun after"])
def test_of_one_that_is_stopped_and_may_have_left_and_todays_the_customer_gets_one(
    office: Office, step: str, *, is_under_way: bool
) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001")
    write(world, older)
    newer = begin(world, later(world.chief), "CL001 CL002") if is_under_way else 0
    office.post.faults = {step: [TryLater("cut off")]}
    office.deliver()
    world.call(runs.stop, world.ana, older)
    newer = newer or begin(world, later(world.chief), "CL001 CL002")
    write(world, newer)
    assert told(world, newer, world.chief)["CL001"] is SkipReason.EARLIER_WAITS
    office.deliver()
    write(world, newer)
    office.deliver()
    has_left = step == "after send"
    assert told(world, older) == {"CL001": MailState.SENT if has_left else MailState.CANCELLED}
    assert sorted(days(office)) == [str(TODAY if has_left else TODAY + DAY), str(TODAY + DAY)]
    assert office.post.drafts == {}
    assert office.deliver(after=DAY) == []


def test_it_is_asked_at_once_and_not_only_at_the_next_try(office: Office) -> None:
    run_id = outside(office, "before send")
    assert office.deliver() == []
    office.world.call(runs.stop, office.world.ana, run_id)
    assert [each.state for each in office.deliver()] == [MailState.CANCELLED]


def test_another_sending_of_that_day_that_left_the_customer_out_writes_anew_and_does_not_leave_beside_it(
    office: Office,
) -> None:
    world = office.world
    stopped = outside(office, "after send")
    other = begin(world, world.chief, "CL001 CL002")
    world.call(runs.stop, world.ana, stopped)
    write(world, other)
    assert told(world, other, world.chief)["CL001"] is MailState.QUEUED
    office.deliver(after=HOUR)
    assert told(world, other, world.chief) == {"CL001": SkipReason.ALREADY_SENT, "CL002": MailState.SENT}
    assert (told(world, stopped), len(office.post.sent)) == ({"CL001": MailState.SENT}, 2)


def test_one_that_is_sent_anew_on_its_day_is_not_said_to_take_an_earlier_ones_place(office: Office) -> None:
    world = office.world
    world.call(runs.stop, world.ana, outside(office, "before send"))
    (shown,) = candidates(world, world.ana, "CL001")
    assert (shown.skipped, shown.replaces) == (None, False)


@STEPS
def test_who_goes_on_with_what_was_stopped_sends_it_once(office: Office, step: str) -> None:
    world = office.world
    run_id = outside(office, step)
    world.call(runs.stop, world.ana, run_id)
    world.call(runs.retry, world.ana, run_id)
    work(office, run_id)
    assert (told(world, run_id), len(office.post.sent)) == ({"CL001": MailState.SENT}, 1)


def test_who_goes_on_writes_anew_what_another_wrote_and_stopped(office: Office) -> None:
    world = office.world
    first = outside(office, "before send")
    world.call(runs.stop, world.ana, first)
    second = begin(world, world.chief, "CL001")
    write(world, second)
    world.call(runs.stop, world.chief, second)
    world.call(runs.retry, world.ana, first)
    work(office, first)
    assert (told(world, first), len(office.post.sent)) == ({"CL001": MailState.SENT}, 1)


def test_who_goes_on_with_a_newer_one_writes_nothing_beside_what_nobody_could_be_asked_after(office: Office) -> None:
    world = office.world
    older = outside(office, "after send")
    world.call(runs.stop, world.ana, older)
    newer = begin(world, later(world.chief), "CL001 CL002")
    write(world, newer)
    office.post.faults = {"before was_sent": [TryLater("away")], "before draft": [Rejected("no such mailbox")]}
    work(office, newer)
    world.call(runs.retry, later(world.chief), newer)
    office.post.faults = {"before was_sent": [Rejected("The secret has expired")]}
    office.deliver(after=HOUR)
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": SkipReason.EARLIER_WAITS, "CL002": MailState.SENT}
    assert days(office) == [str(TODAY), str(TODAY + DAY)]


def test_stopped_as_it_could_not_leave_it_lets_another_sending_of_that_day_write_anew(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    stopped = begin(world, world.ana, "CL001")
    write(world, stopped)
    other = begin(world, world.chief, "CL001 CL002")

    def overtaken(draft_id: str) -> None:
        world.call(runs.stop, world.ana, stopped)
        raise TryLater(draft_id)

    with monkeypatch.context() as patch:
        patch.setattr(office.post, "send", overtaken)
        next(outbox.deliver(office.transaction, world.database.locks, office.post, lambda _: NOW))
    assert told(world, stopped) == {"CL001": MailState.RETRY}
    write(world, other)
    office.deliver(after=HOUR)
    assert told(world, other, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}
    assert len(office.post.sent) == 2


def test_stopped_while_no_draft_of_it_could_be_laid_down_it_is_cancelled_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    stopped = begin(world, world.ana, "CL001")
    write(world, stopped)

    def overtaken(mail: Mail) -> str:
        world.call(runs.stop, world.ana, stopped)
        raise TryLater(mail.key)

    monkeypatch.setattr(office.post, "draft", overtaken)
    assert [each.state for each in office.deliver()] == [MailState.CANCELLED]
    assert office.deliver(after=DAY) == []


def test_a_draft_of_who_asked_for_no_mail_meanwhile_is_removed(office: Office) -> None:
    outside(office, "before send")
    with office.world.database.transaction() as session:
        session.get_one(CustomerRow, office.world.customers["CL001"]).do_not_send = True
    office.deliver(after=HOUR)
    assert (office.post.sent, office.post.drafts) == ([], {})


def test_a_sending_that_was_stopped_goes_on_until_it_is_shown_what_became_of_what_was_leaving(
    office: Office,
) -> None:
    world = office.world
    run_id = outside(office, "after send")

    def show() -> tuple[list[int], bool]:
        with world.database.transaction() as session:
            sending.seen(session, sending.watch(session, run_id)[1])
            return sending.under_way(session), sending.is_running(session, run_id)

    world.call(runs.stop, world.ana, run_id)
    assert show() == ([run_id], True)
    with world.database.transaction() as session:
        session.get_one(PersonRow, world.ana.id).active = False
        assert sending.under_way(session) == []
        session.get_one(PersonRow, world.ana.id).active = True
    office.deliver()
    with world.database.transaction() as session:
        assert sending.under_way(session) == [run_id]
    assert show() == ([], False)


def test_a_rehearsal_that_is_stopped_keeps_nothing_back(office: Office) -> None:
    world = office.world
    office.post.redirect_to = "yo@casa.example"
    stopped = outside(office, "after send")
    office.post.redirect_to = None
    world.call(runs.stop, world.ana, stopped)
    assert told(world, stopped) == {"CL001": MailState.CANCELLED}
    queue(world, later(world.ana), "CL001")
    office.deliver()
    assert days(office) == [str(TODAY), str(TODAY + DAY)]
