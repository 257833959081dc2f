from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.correspondence import Attachment, MailState, Pace, Rejected, SkipReason
from bot.domain.errors import CustomerAmbiguous, CustomerNotFound, ExtraFilesTooLarge, NothingPending
from bot.domain.money import Money
from bot.domain.people import COMMAND_LINE
from bot.domain.receivables import AttachmentPolicy, DocumentKind
from bot.domain.runs import Audience, Owed, RunState
from bot.render.parcel import MAX_EXTRA_BYTES
from bot.services import conversation, runs, sending, statements
from bot.services.imports import FILES
from bot.services.sync import CONTPAQI
from bot.store import conversations
from bot.store.models import CustomerRow
from bot.store.sources import LastSync, note_sync
from tests import factories
from tests.services.post import HOUSE, Office, Post, begin, candidates, queue, told, without_files, work, write
from tests.services.world import NOW, TODAY, World, act

PHOTO = Attachment("foto.jpg", "image/jpeg", b"JPEG")
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def codes(world: World, wanted: str | int | list[str] | Audience) -> list[str]:
    return [candidate.customer.code for candidate in candidates(world, world.ana, wanted)]  # type: ignore[arg-type] # one of the kinds that it takes


def test_who_is_meant_is_named_by_code_by_name_or_all_at_once(world: World) -> None:
    assert codes(world, "cl001, CL002") == ["CL001", "CL002"]
    assert codes(world, "CL002;CL001 CL002") == ["CL001", "CL002"]
    assert codes(world, "CL001 CL002.") == ["CL001", "CL002"]
    assert codes(world, "CL003, CL002 y cl001") == ["CL001", "CL002", "CL003"]
    assert codes(world, "juan perez") == ["CL001"]
    assert codes(world, world.customers["CL003"]) == ["CL003"]
    assert codes(world, ["CL001", "CL003"]) == ["CL001", "CL003"]
    assert codes(world, Audience.EVERYONE) == ["CL001", "CL002", "CL003"]


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


def test_a_draft_that_another_command_set_aside_is_taken_up_before_a_text_or_an_album_goes_into_it(
    world: World,
) -> None:
    assert world.call(runs.take_up, world.ana) is False
    draft = world.call(runs.compose, world.ana, "CL002")
    with world.database.transaction() as session:
        conversation.set_aside(session, world.ana)
    photo, of_its_album, next_one = (act(world.ana, source=f"tg:{n}") for n in (3, 4, 5))
    for sent in (photo, photo, of_its_album):  # delivered again, it is not put in either
        assert world.call(runs.take_up, sent, "album") is True
        world.call(runs.preview, sent, draft.id, HOUSE.invoices)
    assert world.call(runs.take_up, next_one) is False


def test_a_draft_that_is_looked_at_by_a_tap_is_no_longer_set_aside(world: World) -> None:
    draft = world.call(runs.compose, world.ana, "CL002")
    with world.database.transaction() as session:
        conversation.set_aside(session, world.ana)
    world.call(runs.preview, act(world.ana, source="tg:3"), draft.id, HOUSE.invoices)
    assert world.call(runs.take_up, act(world.ana, source="tg:4")) is False


def test_a_draft_that_nobody_gets_waits_for_no_comment(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL002"]).email = []
    draft = world.call(runs.compose, world.ana, "CL002")
    world.call(runs.preview, world.ana, draft.id, HOUSE.invoices)
    assert world.call(runs.asked, world.ana) is None


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
    draft = world.call(runs.compose, world.ana, Audience.EVERYONE)
    together = world.call(runs.preview, world.ana, draft.id, HOUSE.invoices)
    assert together.owed == (Owed(Money(13616_00), 4, 1), Owed(Money(199_50, "USD"), 1))
    assert (len(together.going), together.skipped) == (3, ())


def test_an_invoice_whose_file_is_not_kept_is_named_before_it_is_sent(world: World) -> None:
    draft = world.call(runs.compose, world.ana, "CL002")
    assert world.call(runs.preview, world.ana, draft.id, HOUSE.invoices).bare == ("5", "8")


def test_no_file_is_missed_of_a_customer_who_wants_none(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL002"]).attachments = AttachmentPolicy.NONE
    draft = world.call(runs.compose, world.ana, "CL001 CL002")
    assert world.call(runs.preview, world.ana, draft.id, HOUSE.invoices).bare == ("7",)


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
    assert [(file.name, file.size) for file in shown.files] == [("foto.jpg", 4), ("foto (2).jpg", 4)]
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
        assert mail.attachments[-2:] == (PHOTO, replace(PHOTO, name="foto (2).jpg"))


def test_files_of_the_same_name_are_told_apart_by_a_number(world: World) -> None:
    draft = world.call(runs.compose, world.ana, "CL001").id
    for n, name in enumerate(("foto.jpg", "Foto.JPG", "foto.jpg", "lista", "lista", "a.tar.gz", "a.tar.gz")):
        world.call(runs.add_file, act(world.ana, source=f"tg:{n}"), draft, replace(PHOTO, name=name))
    shown = world.call(runs.preview, world.ana, draft, HOUSE.invoices)
    assert [file.name for file in shown.files] == [
        "foto.jpg", "Foto (2).JPG", "foto (3).jpg", "lista", "lista (2)", "a.tar.gz", "a.tar (2).gz",
    ]  # fmt: skip


def test_no_question_of_another_kind_another_day_or_a_begun_sending_waits_for_a_comment(world: World) -> None:
    assert world.call(runs.asked, world.ana) is None
    world.call(runs.compose, world.ana, "CL001")
    assert world.call(runs.asked, act(world.ana, TOMORROW)) is None


def test_a_draft_that_is_looked_at_waits_for_its_comment_while_another_is_sent_or_cancelled(world: World) -> None:
    sent, cancelled, looked_at = (world.call(runs.compose, world.ana, code).id for code in ("CL001", "CL003", "CL002"))
    world.call(runs.confirm, world.ana, sent, message_id=1)
    world.call(runs.cancel, world.ana, cancelled)
    waiting = world.call(runs.asked, world.ana)
    assert waiting
    assert waiting.id == looked_at


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


def test_a_draft_that_is_cancelled_or_of_an_earlier_day_is_gone(world: World) -> None:
    cancelled, old, begun = (world.call(runs.compose, world.ana, "CL001").id for _ in range(3))
    world.call(runs.add_file, act(world.ana, source="tg:1"), old, PHOTO)
    world.call(runs.cancel, world.ana, cancelled)
    world.call(runs.confirm, world.ana, begun)
    assert world.call(runs.compose, world.ana, "CL001").id > begun
    assert not world.call(statements.ask, world.ana)[1], "it waits for a comment"
    with world.database.transaction() as session:
        sending.forget_drafts(session, TOMORROW)
    assert world.call(statements.ask, world.ana)[1]
    for gone in (cancelled, old):
        with pytest.raises(NothingPending):
            world.call(runs.progress, world.ana, gone)
    assert world.call(runs.progress, world.ana, begun).run.state is RunState.RUNNING
    last = world.call(runs.blank, world.ana).id
    world.call(runs.cancel, world.ana, last)
    assert world.call(runs.blank, world.ana).id > last, "the buttons of one that is gone are no other's"


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
    run_id = begin(world, world.ana, Audience.EVERYONE)
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
    run_id = begin(world, world.ana, Audience.EVERYONE)
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
    run_id = begin(world, world.ana, Audience.EVERYONE)
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
