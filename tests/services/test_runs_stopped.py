"""Sendings that are stopped, by a tap or with who is shut out, and go on; who has a customer at that moment counts."""

from contextlib import suppress
from datetime import timedelta

import pytest

from bot.domain.correspondence import MailState, Rejected, SkipReason, TryLater
from bot.domain.people import COMMAND_LINE
from bot.domain.runs import Audience, RunState
from bot.services import access, mailing, runs, sending
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow, DocumentRow, PersonRow
from tests import factories
from tests.services.post import HOUSE, Office, Post, begin, overtaken, queue, told, without_files, work, write
from tests.services.world import NOW, TODAY, World, act


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def test_who_gets_none_is_not_on_its_way_from_the_tap_on(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL003"]).email = []
    begun = world.call(runs.progress, world.ana, begin(world, world.ana, Audience.EVERYONE))
    assert [r.code for r in begun.going] == ["CL001", "CL002"]
    assert [(r.code, r.skipped) for r in begun.skipped] == [("CL003", SkipReason.NO_ADDRESS)]


def test_what_is_stopped_does_not_leave_and_goes_on_when_asked(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, Audience.EVERYONE)
    sending.write_next(world.database.transaction, run_id, HOUSE, NOW)
    stopped = world.call(runs.stop, world.ana, run_id)
    assert stopped.run.state is RunState.STOPPED
    assert [r.mail for r in stopped.recipients] == [MailState.CANCELLED, None, None]
    assert not sending.write_next(world.database.transaction, run_id, HOUSE, NOW)
    assert office.deliver() == []
    assert world.call(runs.stop, world.ana, run_id) == stopped
    with world.database.transaction() as session:
        assert sending.under_way(session) == []
        assert not sending.is_running(session, run_id)
        sending.seen(session, sending.watch(session, run_id)[1])
    assert world.call(runs.progress, world.ana, run_id).run.state is RunState.STOPPED

    world.call(runs.retry, world.ana, run_id)
    work(office, run_id)
    assert set(told(world, run_id).values()) == {MailState.SENT}
    assert len(office.post.sent) == 3


def test_stopped_while_it_leaves_a_mail_that_could_not_is_not_tried_again_by_itself(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    write(world, run_id)

    class Busy(Post):
        """A server that is asked to wait, and a person who does not."""

        def send(self, draft_id: str) -> None:
            """Nothing leaves."""
            world.call(runs.stop, world.ana, run_id)
            raise TryLater(draft_id)

    busy = Office(world, Busy(office.post.drafts))
    assert [delivery.state for delivery in busy.deliver()] == [MailState.RETRY]
    assert [delivery.state for delivery in office.deliver(after=timedelta(hours=5))] == [MailState.CANCELLED]
    assert (office.post.sent, office.post.drafts) == ([], {})

    world.call(runs.retry, world.ana, run_id)
    write(world, run_id)
    office.post.faults = {"before send": [TryLater("busy")]}
    assert [delivery.state for delivery in office.deliver()] == [MailState.RETRY]
    assert [delivery.state for delivery in office.deliver(after=timedelta(hours=5))] == [MailState.SENT]


def test_stopped_while_its_files_are_drawn_a_mail_is_not_queued(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = begin(world, world.ana, "CL001")
    drawn = mailing.write

    def slow(*args: object, **more: object) -> object:
        world.call(runs.stop, world.ana, run_id)
        return drawn(*args, **more)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(sending, "write", slow)
    assert sending.write_next(world.database.transaction, run_id, HOUSE, NOW)
    with world.database.transaction() as session:
        assert session.query(MailRow).count() == 0


def test_queued_by_another_while_its_files_are_drawn_a_mail_leaves_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    overtaken(monkeypatch, lambda: queue(world, world.chief, "CL001"))
    work(office, run_id)
    assert told(world, run_id) == {"CL001": SkipReason.ALREADY_SENT}
    assert len(office.post.sent) == 1


def test_who_loses_a_customer_sends_nothing_to_it_any_more(world: World) -> None:
    run_id = begin(world, world.ana, "CL001 CL002")
    _change(world, "CL001", collector_code="C2")
    write(world, run_id)
    assert told(world, run_id) == {"CL001": SkipReason.NOT_YOURS, "CL002": MailState.QUEUED}


def test_who_is_shut_out_as_they_begin_a_sending_sends_nothing_and_may_go_on_when_they_are_back(world: World) -> None:
    run_id = begin(world, world.ana, "CL001 CL002")
    for active in (False, True):
        with world.database.transaction() as session:
            session.get_one(PersonRow, world.ana.id).active = active
        write(world, run_id)
        assert world.call(runs.progress, world.ana, run_id).run.state is RunState.STOPPED
        assert set(told(world, run_id).values()) == {None}
    world.call(runs.retry, world.ana, run_id)
    write(world, run_id)
    assert set(told(world, run_id).values()) == {MailState.QUEUED}


def _change(world: World, code: str, **columns: object) -> None:
    with world.database.transaction() as session:
        row = session.get_one(CustomerRow, world.customers[code])
        for name, value in columns.items():
            setattr(row, name, value)


def test_what_was_stopped_goes_on_to_those_who_are_still_ones_own_and_to_the_addresses_of_now(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, Audience.EVERYONE)
    write(world, run_id)
    world.call(runs.stop, world.ana, run_id)
    _change(world, "CL001", collector_code="C2", email=["nuevo@otra.mx"])
    _change(world, "CL002", email=["pagos@nuevo.mx"], cc=["jefa@nuevo.mx"])
    _change(world, "CL003", email=[])

    world.call(runs.retry, world.ana, run_id)
    work(office, run_id)

    assert [(mail.to, mail.cc) for mail in office.post.sent] == [(("pagos@nuevo.mx",), ("jefa@nuevo.mx",))]
    assert told(world, run_id) == {
        "CL001": SkipReason.NOT_YOURS, "CL002": MailState.SENT, "CL003": SkipReason.NO_ADDRESS,
    }  # fmt: skip
    assert world.call(runs.progress, world.ana, run_id).missing == 0
    queue(world, world.beto, "CL001")
    office.deliver()
    assert office.post.sent[-1].to == ("nuevo@otra.mx",)


def test_what_failed_is_not_sent_again_to_who_has_paid_or_asked_for_none_meanwhile(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001 CL003")
    office.post.faults = {"before send": [Rejected("no such mailbox"), Rejected("no such mailbox")]}
    work(office, run_id)
    _change(world, "CL003", do_not_send=True)
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, world.documents["7"]), 2842_00, TODAY)

    world.call(runs.retry, world.ana, run_id)
    work(office, run_id)

    assert office.post.sent == []
    assert told(world, run_id) == {"CL001": SkipReason.NOTHING_OWED, "CL003": SkipReason.OPTED_OUT}


def test_a_try_again_does_not_take_up_what_left_through_anothers_sending(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001 CL002")
    write(world, run_id)
    world.call(runs.stop, world.ana, run_id)
    other = begin(world, world.chief, "CL001")
    work(office, other)
    world.call(runs.retry, world.ana, run_id)
    work(office, run_id)
    assert set(told(world, run_id).values()) == {MailState.SENT}
    assert len(office.post.sent) == 2


def test_a_try_again_writes_to_who_was_left_out_for_anothers_mail_that_was_stopped_since(office: Office) -> None:
    world = office.world
    anothers = begin(world, world.ana, "CL001")
    write(world, anothers)
    of_the_chief = begin(world, world.chief, "CL001 CL002 CL003")
    sending.write_next(world.database.transaction, of_the_chief, HOUSE, NOW)
    world.call(runs.stop, world.chief, of_the_chief)
    assert told(world, of_the_chief, world.chief)["CL001"] is SkipReason.ALREADY_SENT
    world.call(access.set_active, act(COMMAND_LINE), world.ana.id, active=False)
    world.call(runs.retry, world.chief, of_the_chief)
    work(office, of_the_chief)
    assert told(world, of_the_chief, world.chief) == dict.fromkeys(("CL001", "CL002", "CL003"), MailState.SENT)


def test_who_is_shut_out_takes_no_mail_along_that_somebody_else_is_sending(office: Office) -> None:
    world = office.world
    write(world, begin(world, world.ana, "CL001 CL002"))
    office.post.faults = {"before draft": [Rejected("bad"), TryLater("busy", after=60, everyone=True)]}
    office.deliver()
    of_the_chief = begin(world, world.chief, "CL001")
    write(world, of_the_chief)
    shut_out = world.call(access.set_active, act(COMMAND_LINE), world.ana.id, active=False)
    assert shut_out.kept_back == 1
    office.deliver(after=timedelta(hours=2))
    assert told(world, of_the_chief, world.chief) == {"CL001": MailState.SENT}


def test_what_a_stopped_sending_keeps_back_is_written_by_the_one_that_left_it_out(office: Office) -> None:
    world = office.world
    stopped = begin(world, world.ana, "CL001 CL002")
    write(world, stopped)
    of_the_chief = begin(world, world.chief, "CL001 CL002 CL003")
    write(world, of_the_chief)
    assert told(world, of_the_chief, world.chief) == {
        "CL001": SkipReason.ALREADY_SENT, "CL002": SkipReason.ALREADY_SENT, "CL003": MailState.QUEUED,
    }  # fmt: skip
    world.call(runs.stop, world.ana, stopped)
    write(world, of_the_chief)
    office.deliver(after=timedelta(hours=2))
    assert set(told(world, of_the_chief, world.chief).values()) == {MailState.SENT}


@pytest.mark.parametrize("fault", [TryLater("busy"), SystemExit()], ids=["could not", "died as it left"])
def test_what_was_leaving_as_its_sending_was_stopped_is_written_by_the_one_that_left_it_out(
    world: World, fault: BaseException
) -> None:
    stopped = begin(world, world.ana, "CL001")
    write(world, stopped)
    begun: list[int] = []

    class Slow(Post):
        """As it sends the first mail its sending is stopped, and somebody else begins another."""

        def send(self, draft_id: str) -> None:
            """Only later mails leave."""
            if not begun:
                world.call(runs.stop, world.ana, stopped)
                begun.append(begin(world, world.chief, "CL001 CL002"))
                write(world, begun[0])
                raise fault
            super().send(draft_id)

    slow = Office(world, Slow())
    with suppress(SystemExit):
        slow.deliver()
    (of_the_chief,) = begun
    slow.deliver(after=timedelta(hours=2))
    write(world, of_the_chief)
    slow.deliver()
    assert told(world, of_the_chief, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}
    assert len(slow.post.sent) == 2
