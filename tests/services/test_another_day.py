"""What a sending did not reach is sent on another day: a new one of that day, looked at first; nobody gets two."""

from datetime import timedelta

import pytest

from bot.domain.correspondence import Attachment, MailState, Rejected, SkipReason, Spacing, TryLater
from bot.domain.errors import NobodyMissing, NothingPending
from bot.domain.runs import RunPreview, RunState
from bot.services import outbox, runs
from bot.store.models import CustomerRow
from tests.services.post import HOUSE, Office, begin, later, queue, told, without_files, work, write
from tests.services.world import TODAY, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FILE = Attachment("contrato.pdf", "application/pdf", b"%PDF")


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def refused(office: Office, *codes: str, on: int = 0) -> int:
    """A sending of Ana's of which nothing left; its id."""
    run_id = begin(office.world, later(office.world.ana, on), " ".join(codes))
    write(office.world, run_id)
    office.post.faults = {"before draft": [Rejected("no such mailbox") for _ in codes]}
    work(office, run_id)
    return run_id


def given_up(office: Office, codes: str, step: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """One of which the last attempt at CL001's got as far as a step, where any other's is refused; its id."""
    run_id = begin(office.world, office.world.ana, codes)
    write(office.world, run_id)
    office.post.faults = {step: [TryLater("away"), Rejected("no such mailbox")][: len(codes.split())]}
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "MAX_ATTEMPTS", 1)
        work(office, run_id)
    assert told(office.world, run_id)["CL001"] is MailState.FAILED
    return run_id


def again(office: Office, run_id: int, days: int = 1, spacing: Spacing = HOUSE.spacing) -> RunPreview:
    """What is shown to who taps for the rest so many days later."""
    ana = later(office.world.ana, days)
    office.world.call(runs.ask_after, ana, run_id, message_id=7)
    draft = office.world.call(runs.retry, ana, run_id, message_id=7)
    assert (draft.run.state, draft.run.on) == (RunState.DRAFT, TODAY + days * DAY)
    return office.world.call(runs.preview, ana, draft.run.id, HOUSE.invoices, spacing)


def send(office: Office, shown: RunPreview, days: int = 1) -> dict[str, object]:
    office.world.call(runs.confirm, later(office.world.ana, days), shown.run.id, message_id=8)
    work(office, shown.run.id)
    return told(office.world, shown.run.id)


def days(office: Office) -> list[str]:
    """Of which days the statements are that left."""
    return [key[-10:] for key in office.post.keys]


def test_the_rest_is_shown_as_a_sending_of_that_day_with_what_had_been_added_and_leaves_once_however_often_it_is_tapped(
    office: Office,
) -> None:
    world = office.world
    draft = world.call(runs.compose, world.ana, "CL001 CL002 CL003").id
    world.call(runs.set_comment, world.ana, draft, "Como acordamos")
    world.call(runs.add_file, world.ana, draft, FILE)
    world.call(runs.confirm, world.ana, draft, message_id=1)
    write(world, draft)
    office.post.faults = {"before draft": [Rejected("no"), Rejected("no")]}
    work(office, draft)

    first, second = again(office, draft), again(office, draft)
    assert [c.customer.code for c in first.going] == [c.customer.code for c in second.going] == ["CL001", "CL002"]
    assert (first.run.comment, [file.name for file in first.files]) == ("Como acordamos", ["contrato.pdf"])
    office.passed = DAY
    assert set(send(office, first).values()) == {MailState.SENT}
    assert send(office, second) == dict.fromkeys(("CL001", "CL002"), SkipReason.ALREADY_SENT)
    assert days(office) == [str(TODAY), *[str(TODAY + DAY)] * 2]
    assert [mail.attachments[-1] for mail in office.post.sent] == [FILE] * 3
    for day in (1, 2):
        with pytest.raises(NobodyMissing):
            again(office, draft, day)


def test_who_is_anothers_by_then_wants_none_or_got_one_too_lately_is_shown_and_gets_none(office: Office) -> None:
    world = office.world
    queue(world, world.chief, "CL003")
    office.deliver()
    run_id, office.passed = refused(office, "CL001", "CL002", "CL003", on=1), 2 * DAY
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).collector_code = "C2"
        session.get_one(CustomerRow, world.customers["CL002"]).do_not_send = True
    shown = again(office, run_id, 2, Spacing(3))
    assert {c.customer.code: c.skipped for c in shown.candidates} == {
        "CL001": SkipReason.NOT_YOURS, "CL002": SkipReason.OPTED_OUT, "CL003": SkipReason.TOO_SOON,
    }  # fmt: skip
    begun = world.call(runs.confirm, later(world.ana, 2), shown.run.id, Spacing(3), message_id=8)
    assert begun.going == ()


@pytest.mark.parametrize("step", ["before send", "after send"])
def test_what_was_given_up_and_may_have_left_is_asked_after_before_anything_else_goes_to_its_customer(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run_id = given_up(office, "CL001", step, monkeypatch)
    (shown,) = again(office, run_id).candidates
    assert shown.skipped is SkipReason.EARLIER_WAITS
    assert shown.waits
    assert shown.waits.withheld
    (shown,) = again(office, run_id).candidates
    assert shown.skipped is SkipReason.EARLIER_WAITS

    office.deliver(after=DAY)

    if step == "after send":
        assert told(office.world, run_id) == {"CL001": MailState.SENT}
        with pytest.raises(NobodyMissing):
            again(office, run_id)
    else:
        assert send(office, again(office, run_id)) == {"CL001": MailState.SENT}
    assert (len(office.post.sent), office.post.drafts) == (1, {})


def test_who_may_have_got_one_is_written_to_with_the_rest_once_it_is_known_not_to_have_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = given_up(office, "CL001 CL002", "before send", monkeypatch)
    shown = again(office, run_id)
    assert [c.customer.code for c in shown.going] == ["CL002"]
    office.passed = DAY
    begun = office.world.call(runs.confirm, later(office.world.ana), shown.run.id, message_id=8)
    assert [r.code for r in begun.going] == ["CL002"]
    office.deliver()
    work(office, shown.run.id)
    assert told(office.world, shown.run.id) == dict.fromkeys(("CL001", "CL002"), MailState.SENT)
    assert (days(office), office.post.drafts) == ([str(TODAY + DAY)] * 2, {})


def test_beside_anothers_that_failed_and_may_have_left_none_is_sent(office: Office) -> None:
    world = office.world
    run_id = refused(office, "CL001")
    of_the_chief = begin(world, world.chief, "CL001")
    write(world, of_the_chief)
    office.post.faults = {"after send": [TryLater("away")], "before was_sent": [Rejected("The secret has expired")]}
    office.deliver()
    office.deliver(after=HOUR)
    assert told(world, run_id) == {"CL001": MailState.FAILED}
    assert [c.skipped for c in again(office, run_id).candidates] == [SkipReason.UNCLEAR]


def test_what_cannot_be_asked_after_yet_is_named_and_gets_none_while_the_rest_does(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = given_up(office, "CL001 CL002", "before send", monkeypatch)
    ana = later(office.world.ana)
    for _ in range(2):
        assert office.world.call(runs.ask_after, ana, run_id, message_id=7)
        office.post.faults = {"before was_sent": [Rejected("The secret has expired")]}
        office.deliver(after=DAY / 2)
    draft = office.world.call(runs.retry, ana, run_id).run.id
    shown = office.world.call(runs.preview, ana, draft, HOUSE.invoices, HOUSE.spacing)
    assert {c.customer.code: c.skipped for c in shown.candidates} == {"CL001": SkipReason.UNCLEAR, "CL002": None}
    assert send(office, shown) == {"CL001": SkipReason.UNCLEAR, "CL002": MailState.SENT}
    assert days(office) == [str(TODAY + DAY)]


def test_who_cannot_be_asked_after_between_the_look_and_the_tap_gets_none(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = again(office, given_up(office, "CL001 CL002", "before send", monkeypatch))
    office.post.faults = {"before was_sent": [Rejected("The secret has expired")]}
    office.deliver(after=DAY)
    assert send(office, shown) == {"CL001": SkipReason.UNCLEAR, "CL002": MailState.SENT}
    assert days(office) == [str(TODAY + DAY)]


def test_who_got_it_from_another_after_it_was_stopped_is_not_missing(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001 CL002")
    world.call(runs.stop, world.ana, run_id)
    queue(world, world.chief, "CL001")
    office.deliver()
    assert [c.customer.code for c in again(office, run_id).candidates] == ["CL002"]


def test_one_that_goes_on_is_shown_and_a_draft_of_another_day_is_gone(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    assert world.call(runs.retry, later(world.ana), run_id).run.state is RunState.RUNNING
    draft = world.call(runs.compose, world.ana, "CL002").id
    with pytest.raises(NothingPending):
        world.call(runs.retry, later(world.ana), draft)


def test_beside_what_may_have_left_of_a_later_sending_none_is_sent_by_the_button_of_the_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = refused(office, "CL001")
    second = again(office, first).run.id
    office.world.call(runs.confirm, later(office.world.ana), second, message_id=8)
    write(office.world, second)
    office.post.faults = {"after send": [TryLater("away")]}
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "MAX_ATTEMPTS", 1)
        office.deliver()
    office.passed = 2 * DAY
    (shown,) = again(office, first, 2).candidates
    assert shown.skipped is SkipReason.UNCLEAR
    assert len(office.post.sent) == 1
