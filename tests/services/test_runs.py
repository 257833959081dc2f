from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.domain.correspondence import Attachment, MailState, Pace, Rejected, SkipReason, TryLater
from bot.domain.errors import CustomerAmbiguous, CustomerNotFound, ExtraFilesTooLarge, NothingPending
from bot.domain.money import Money
from bot.domain.people import COMMAND_LINE, Person
from bot.domain.receivables import DocumentKind
from bot.domain.runs import Audience, Owed, RunState
from bot.render.parcel import MAX_EXTRA_BYTES
from bot.services import access, mailing, runs, sending, statements
from bot.services.imports import FILES
from bot.services.sync import CONTPAQI
from bot.store import conversations
from bot.store.models import CustomerRow, DocumentRow, MailRow, PersonRow
from bot.store.sources import LastSync, note_sync
from tests import factories
from tests.services.post import HOUSE, Office, Post, begin, candidates, queue, write
from tests.services.world import NOW, TODAY, World, act

PHOTO = Attachment("foto.jpg", "image/jpeg", b"JPEG")
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def codes(world: World, wanted: str | int | list[str] | Audience) -> list[str]:
    return [candidate.customer.code for candidate in candidates(world, world.ana, wanted)]  # type: ignore[arg-type] # one of the kinds that it takes


def work(office: Office, run_id: int) -> None:
    """Write and deliver as the bot does, and note that it was seen."""
    write(office.world, run_id)
    office.deliver()
    with office.world.database.transaction() as session:
        sending.seen(session, sending.watch(session, run_id)[1])


def told(world: World, run_id: int) -> dict[str, object]:
    shown = world.call(runs.progress, world.ana, run_id)
    return {r.code: r.skipped or r.mail for r in shown.recipients}


def test_who_is_meant_is_named_by_code_by_name_or_all_at_once(world: World) -> None:
    assert codes(world, "cl001, CL002") == ["CL001", "CL002"]
    assert codes(world, "CL002;CL001 CL002") == ["CL001", "CL002"]
    assert codes(world, "juan perez") == ["CL001"]
    assert codes(world, world.customers["CL003"]) == ["CL003"]
    assert codes(world, ["CL001", "CL003"]) == ["CL001", "CL003"]
    assert codes(world, "TODOS") == codes(world, Audience.EVERYONE) == ["CL001", "CL002", "CL003"]


@pytest.mark.parametrize(
    ("wanted", "missing"), [("CL001 CL900", "CL900"), ("CL001 nadie", "nadie"), (["CL001", "ramiro"], "ramiro")]
)
def test_a_list_with_a_code_that_is_nobodys_is_refused_whole(world: World, wanted: str, missing: str) -> None:
    with pytest.raises(CustomerNotFound) as refusal:
        world.call(runs.compose, world.ana, wanted)
    assert refusal.value.text == missing


def test_a_name_of_several_is_asked_back(world: World) -> None:
    with pytest.raises(CustomerAmbiguous):
        world.call(runs.compose, world.chief, "ra")


def test_what_is_owed_is_what_the_statement_says_credits_taken_off(world: World) -> None:
    with world.database.transaction() as session:
        ramiro = session.get_one(CustomerRow, world.customers["CL002"])
        factories.document(session, ramiro, "NC1", total=1000_00, kind=DocumentKind.CREDIT_NOTE)
        paid = factories.document(session, ramiro, "D1", total=300_00, currency="USD")
        factories.application(session, paid, 100_50, TODAY)
        factories.document(session, ramiro, "gone", total=900_00, cancelled=True)
        settled = factories.document(session, ramiro, "settled", total=700_00)
        factories.application(session, settled, 700_00, TODAY)
    (shown,) = candidates(world, world.ana, "CL002")
    assert shown.owed == (Owed(Money(5496_00), 2, 1), Owed(Money(199_50, "USD"), 1))
    statement = world.call(statements.statement, world.ana, "CL002")
    assert [section.net for section in statement.sections] == [owed.net for owed in shown.owed]
    draft = world.call(runs.compose, world.ana, "todos")
    together = world.call(runs.preview, world.ana, draft.id, HOUSE.invoices)
    assert together.owed == (Owed(Money(13616_00), 4, 1), Owed(Money(199_50, "USD"), 1))
    assert (len(together.going), together.skipped) == (3, ())


def test_an_invoice_whose_file_is_not_kept_is_named_before_it_is_sent(world: World) -> None:
    draft = world.call(runs.compose, world.ana, "CL002")
    assert world.call(runs.preview, world.ana, draft.id, HOUSE.invoices).bare == ("5", "8")


def test_boxes_are_ticked_page_by_page_and_kept(world: World) -> None:
    with world.database.transaction() as session:
        for n in range(10, 20):
            factories.document(session, factories.customer(session, f"CL0{n}", rfc=f"AAAA8001{n}AB1"))
    draft = world.call(runs.blank, world.ana).id
    world.call(runs.tick, world.ana, draft, world.customers["CL001"], on=True)
    world.call(runs.tick, world.ana, draft, world.customers["CL001"], on=True)
    world.call(runs.tick, world.ana, draft, world.customers["CL002"], on=True)
    world.call(runs.tick, world.ana, draft, world.customers["CL002"], on=False)
    first = world.call(runs.choices, world.ana, draft)
    last = world.call(runs.choices, world.ana, draft, 99)
    assert (len(first.candidates), first.pages, first.count, first.ticked) == (8, 2, 13, 1)
    assert [c.customer.code for c in first.candidates if c.ticked] == ["CL001"]
    assert first.candidates[0].owed == (Owed(Money(2842_00), 1),)
    assert (last.page, len(last.candidates)) == (1, 5)
    world.call(runs.fill, world.ana, draft, Audience.EVERYONE)
    assert world.call(runs.choices, world.ana, draft).ticked == 13


def test_a_comment_and_files_go_into_the_draft_that_waits(office: Office) -> None:
    world = office.world
    draft = world.call(runs.compose, world.ana, "CL001 CL002")
    waiting = world.call(runs.asked, world.ana)
    assert waiting
    assert waiting.id == draft.id
    world.call(runs.set_comment, world.ana, draft.id, "Buen día")
    for source in ("tg:1", "tg:1", "tg:2"):
        world.call(runs.add_file, act(world.ana, source=source), draft.id, PHOTO)
    shown = world.call(runs.preview, world.ana, draft.id, HOUSE.invoices)
    assert [(file.name, file.size) for file in shown.files] == [("foto.jpg", 4)] * 2
    with pytest.raises(ExtraFilesTooLarge):
        world.call(
            runs.add_file,
            act(world.ana, source="tg:3"),
            draft.id,
            Attachment("v.mp4", "video/mp4", b"x" * MAX_EXTRA_BYTES),
        )
    world.call(runs.confirm, world.ana, draft.id)
    assert world.call(runs.asked, world.ana) is None
    with pytest.raises(NothingPending):
        world.call(runs.set_comment, world.ana, draft.id, "tarde")
    work(office, draft.id)
    for mail in office.post.sent:
        assert "Buen día" in mail.text
        assert mail.attachments[-2:] == (PHOTO, PHOTO)


def test_no_question_of_another_kind_another_day_or_a_begun_sending_waits_for_a_comment(world: World) -> None:
    assert world.call(runs.asked, world.ana) is None
    world.call(runs.compose, world.ana, "CL001")
    assert world.call(runs.asked, act(world.ana, TOMORROW)) is None


def test_a_draft_is_its_makers_and_its_days(world: World) -> None:
    draft = world.call(runs.compose, world.ana, "CL001").id
    for other in (world.chief, act(world.ana, TOMORROW)):
        with pytest.raises(NothingPending):
            world.call(runs.confirm, other, draft)
        with pytest.raises(NothingPending):
            world.call(runs.choices, other, draft)
    begun = world.call(runs.confirm, world.ana, draft)
    assert world.call(runs.confirm, world.ana, draft) == begun
    with pytest.raises(NothingPending):
        world.call(runs.cancel, world.ana, draft)
    with pytest.raises(NothingPending):
        world.call(runs.retry, act(world.ana, TOMORROW), draft)


def test_a_draft_that_is_cancelled_or_of_an_earlier_day_is_gone(world: World) -> None:
    cancelled, old, begun = (world.call(runs.compose, world.ana, "CL001").id for _ in range(3))
    world.call(runs.add_file, act(world.ana, source="tg:1"), old, PHOTO)
    world.call(runs.cancel, world.ana, cancelled)
    world.call(runs.confirm, world.ana, begun)
    with world.database.transaction() as session:
        sending.forget_drafts(session, TOMORROW)
    for gone in (cancelled, old):
        with pytest.raises(NothingPending):
            world.call(runs.progress, world.ana, gone)
    assert world.call(runs.progress, world.ana, begun).run.state is RunState.RUNNING


def test_the_command_line_cancels_without_a_question(world: World) -> None:
    draft = world.call(runs.compose, COMMAND_LINE, ["CL900"])
    assert len(world.call(runs.preview, COMMAND_LINE, draft.id, HOUSE.invoices).going) == 1
    world.call(runs.cancel, COMMAND_LINE, draft.id)
    with pytest.raises(NothingPending):
        world.call(runs.progress, COMMAND_LINE, draft.id)


def test_another_question_asked_meanwhile_is_not_forgotten(world: World) -> None:
    draft = world.call(runs.compose, world.ana, "CL001").id
    with world.database.transaction() as session:
        conversations.ask(session, world.ana, "schedule", {"documents": []})
    assert world.call(runs.asked, world.ana) is None
    world.call(runs.confirm, world.ana, draft)
    with world.database.transaction() as session:
        assert conversations.question(session, world.ana) == ("schedule", {"documents": []})


def test_an_old_ledger_is_asked_about_and_only_what_feeds_it_counts(world: World) -> None:
    draft = world.call(runs.compose, world.ana, "CL001").id
    day = timedelta(hours=24)
    assert world.call(runs.stale_since, world.ana, draft, day) is None
    for name, age, stale in (("mailbox", 0, False), (FILES, 30, True), (CONTPAQI, 25, True), (FILES, 23, False)):
        with world.database.transaction() as session:
            note_sync(session, name, LastSync(NOW - timedelta(hours=age), None))
        assert bool(world.call(runs.stale_since, world.ana, draft, day)) is stale
    world.call(runs.confirm, world.ana, draft)
    assert world.call(runs.stale_since, world.ana, draft, timedelta()) is None


def test_a_sending_ends_with_who_got_it_who_did_not_and_why(office: Office) -> None:
    world = office.world
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL003"]).email = []
    run_id = begin(world, world.ana, "todos")
    office.post.faults = {"before send": [Rejected("no such mailbox")]}
    work(office, run_id)
    assert told(world, run_id) == {
        "CL001": MailState.FAILED, "CL002": MailState.SENT, "CL003": SkipReason.NO_ADDRESS,
    }  # fmt: skip
    shown = world.call(runs.progress, world.ana, run_id)
    assert (shown.run.state, shown.ended, shown.missing) == (RunState.DONE, True, 1)
    assert (len(shown.going), len(shown.skipped), shown.count(MailState.SENT)) == (2, 1, 1)

    world.call(runs.retry, world.ana, run_id, message_id=7)
    assert world.call(runs.retry, world.ana, run_id).run.message_id == 7
    work(office, run_id)
    assert told(world, run_id)["CL001"] is MailState.SENT
    assert len(office.post.sent) == 2


def test_what_is_stopped_does_not_leave_and_goes_on_when_asked(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "todos")
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
    assert [delivery.state for delivery in busy.deliver()] == [MailState.CANCELLED]
    assert office.deliver(after=timedelta(hours=5)) == []

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
    drawn = mailing.write

    def overtaken(*args: object, **more: object) -> object:
        monkeypatch.setattr(sending, "write", drawn)
        queue(world, world.chief, "CL001")
        return drawn(*args, **more)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(sending, "write", overtaken)
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
    run_id = begin(world, world.ana, "todos")
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


def test_a_sending_that_nobody_has_is_no_work(world: World) -> None:
    assert not sending.write_next(world.database.transaction, 99, HOUSE, NOW)
    with world.database.transaction() as session, pytest.raises(LookupError):
        sending.watch(session, 99)


def test_progress_is_told_once_to_whoever_asked(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    with world.database.transaction() as session:
        person, progress = sending.watch(session, run_id)
        assert (person and person.id, sending.moves(session, run_id)) == (world.ana.id, False)
        sending.seen(session, progress)
        assert sending.watch(session, run_id)[0] is None
        assert sending.under_way(session) == [run_id]
    write(world, run_id)
    with world.database.transaction() as session:
        assert sending.watch(session, run_id)[0] is not None
    silent = world.call(runs.compose, COMMAND_LINE, ["CL900"]).id
    world.call(runs.confirm, COMMAND_LINE, silent)
    with world.database.transaction() as session:
        assert sending.watch(session, silent)[0] is None


@pytest.mark.parametrize("crash", ["before commit", "after commit"])
@pytest.mark.parametrize("at", range(1, 7))
def test_killed_between_any_two_steps_a_sending_goes_on_where_it_was(office: Office, at: int, crash: str) -> None:
    world = office.world
    run_id = begin(world, world.ana, "todos")
    office.opened, office.crashes = 0, {at: crash}
    with pytest.raises(SystemExit):
        write(world, run_id, office.transaction)
    work(office, run_id)
    assert office.post.keys == [f"statement:{world.customers[c]}:2019-07-16" for c in ("CL001", "CL002", "CL003")]
    assert set(told(world, run_id).values()) == {MailState.SENT}


def test_two_sendings_of_two_people_send_each_statement_once(office: Office) -> None:
    world = office.world
    one, other = begin(world, world.ana, "CL001 CL002"), begin(world, world.chief, "CL002 CL003")
    for run_id in (one, other, one, other):
        sending.write_next(world.database.transaction, run_id, HOUSE, NOW)
    work(office, one)
    assert sorted(office.post.keys) == [
        f"statement:{world.customers[c]}:2019-07-16" for c in ("CL001", "CL002", "CL003")
    ]
    assert told(world, one) == {"CL001": MailState.SENT, "CL002": SkipReason.ALREADY_SENT}
    assert [r.mail for r in world.call(runs.progress, world.chief, other).recipients] == [MailState.SENT] * 2


@pytest.mark.slow
def test_two_replicas_at_one_sending_send_each_statement_once(office: Office) -> None:
    world = office.world
    with world.database.transaction() as session:
        for n in range(10, 22):
            factories.document(session, factories.customer(session, f"CL0{n}", rfc=f"AAAA8001{n}AB1"))
    run_id = begin(world, world.ana, "todos")
    posts = [Post(), Post()]

    def replica(post: Post) -> None:
        write(world, run_id)
        Office(world, post).deliver()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(replica, posts))
    keys = [*posts[0].keys, *posts[1].keys]
    assert len(keys) == len(set(keys)) == 15
    assert set(told(world, run_id).values()) == {MailState.SENT}


def test_a_mail_that_waits_for_the_pace_keeps_its_sending_under_way(office: Office) -> None:
    world = office.world
    office.post.pace = Pace(1, 10_000)
    run_id = begin(world, world.ana, "CL001 CL002")
    work(office, run_id)
    assert world.call(runs.progress, world.ana, run_id).run.state is RunState.RUNNING
    office.deliver(after=timedelta(minutes=2))
    work(office, run_id)
    assert world.call(runs.progress, world.ana, run_id).run.state is RunState.DONE


def test_a_mail_already_queued_by_somebody_else_this_day_is_skipped(world: World) -> None:
    queue(world, world.chief, "CL001")
    (told_,) = queue(world, world.ana, "CL001").recipients
    assert told_.skipped is SkipReason.ALREADY_SENT


def seen(office: Office, by: Person, run_id: int) -> dict[str, str]:
    """How each of a sending's customers stands."""
    recipients = office.world.call(runs.progress, by, run_id).recipients
    return {r.code: (r.skipped or r.mail or MailState.QUEUED).value for r in recipients}


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
    assert seen(office, world.chief, of_the_chief) == {"CL001": "sent"}


def test_what_a_stopped_sending_keeps_back_is_written_by_the_one_that_left_it_out(office: Office) -> None:
    world = office.world
    stopped = begin(world, world.ana, "CL001 CL002")
    write(world, stopped)
    of_the_chief = begin(world, world.chief, "CL001 CL002 CL003")
    write(world, of_the_chief)
    assert seen(office, world.chief, of_the_chief) == {
        "CL001": "already_sent", "CL002": "already_sent", "CL003": "queued",
    }  # fmt: skip
    world.call(runs.stop, world.ana, stopped)
    write(world, of_the_chief)
    office.deliver(after=timedelta(hours=2))
    assert set(seen(office, world.chief, of_the_chief).values()) == {"sent"}
