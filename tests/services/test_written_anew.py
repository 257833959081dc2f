"""A statement that ended without leaving and is sent anew the same day: what leaves is the new one, and once."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.correspondence import Attachment, Mail, MailState, Rejected, SkipReason, TryLater
from bot.services import runs
from bot.services.outbox import STUCK_AFTER
from bot.store.mail_models import MailAttachmentRow, MailRow
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.post import Office, without_files, write
from tests.services.world import TODAY, World, act

WRONG = Attachment("nomina.pdf", "application/pdf", b"%PDF-wrong")
RIGHT = Attachment("contrato.pdf", "application/pdf", b"%PDF-right")
HOUR = timedelta(hours=1)


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


@pytest.fixture
def with_files(world: World) -> Office:
    """The same, whose mails have the statement's files."""
    return Office(world)


def written(office: Office, comment: str, file: Attachment, code: str = "CL001") -> int:
    """A sending to a customer, written; its id."""
    world = office.world
    draft = world.call(runs.compose, world.ana, code).id
    world.call(runs.set_comment, world.ana, draft, comment)
    world.call(runs.add_file, act(world.ana, source=f"tg:{draft}"), draft, file)
    world.call(runs.confirm, world.ana, draft, message_id=draft)
    write(world, draft)
    return draft


@dataclass
class Corrected:
    """A sending that was stopped, and the one that is to leave in its stead."""

    office: Office
    wrong: int
    right: int

    def told(self, run_id: int) -> list[MailState | SkipReason | None]:
        """What became of the customers of one of them."""
        shown = self.office.world.call(runs.progress, self.office.world.ana, run_id)
        return [each.skipped or each.mail for each in shown.recipients]


def corrected(office: Office, step: str) -> Corrected:
    """A wrong sending got as far as a step and was stopped; its customer has paid, and it is sent anew."""
    wrong = written(office, "COMENTARIO EQUIVOCADO", WRONG)
    office.post.faults = {step: [TryLater("busy")]}
    office.deliver()
    office.world.call(runs.stop, office.world.ana, wrong)
    with office.world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, office.world.documents["7"]), 1000_00, TODAY)
    return Corrected(office, wrong, written(office, "comentario correcto", RIGHT))


def is_right(mail: Mail) -> bool:
    """Whether all of a mail is of the right sending; it is all of the wrong one if not."""
    signs = {
        "comentario correcto" in mail.text, "comentario correcto" in mail.html, "EQUIVOCADO" not in mail.text,
        mail.attachments[-1] == RIGHT, WRONG not in mail.attachments, "1,842.00" in mail.text,
    }  # fmt: skip
    (said,) = signs
    return said


def rows(office: Office) -> int:
    with office.world.database.transaction() as session:
        return session.query(MailRow).count()


@pytest.mark.parametrize("step", ["before draft", "before send"])
def test_what_was_corrected_leaves_whole_and_nothing_of_what_it_was(with_files: Office, step: str) -> None:
    office, sendings = with_files, corrected(with_files, step)
    assert [d.state for d in office.deliver(after=HOUR)] == [MailState.SENT]
    assert [is_right(mail) for mail in office.post.sent] == [True]
    assert (office.post.drafts, rows(office)) == ({}, 1)
    assert sendings.told(sendings.right) == [MailState.SENT]
    with office.world.database.transaction() as session:
        assert session.query(MailAttachmentRow).count() == 4


def test_what_was_sent_anew_goes_to_the_address_of_then(office: Office) -> None:
    written(office, "comentario correcto", RIGHT)
    office.post.faults = {"before send": [Rejected("no such mailbox")]}
    office.deliver()
    with office.world.database.transaction() as session:
        session.get_one(CustomerRow, office.world.customers["CL001"]).email = ["nuevo@cl001.example"]
    written(office, "comentario correcto", RIGHT)
    office.deliver()
    assert [mail.to for mail in office.post.sent] == [("nuevo@cl001.example",)]


def test_what_left_before_it_was_corrected_is_kept_as_it_left_and_the_new_one_is_not_sent(with_files: Office) -> None:
    office, sendings = with_files, corrected(with_files, "after send")
    assert [d.state for d in office.deliver(after=HOUR)] == [MailState.SENT]
    (left,) = office.post.sent
    assert not is_right(left)
    assert (sendings.told(sendings.wrong), sendings.told(sendings.right)) == (
        [MailState.SENT], [SkipReason.ALREADY_SENT],
    )  # fmt: skip
    with office.world.database.transaction() as session:
        (row,) = session.query(MailRow)
        assert (row.text, row.html, tuple(row.to), row.run_id) == (left.text, left.html, left.to, sendings.wrong)
        files = session.query(MailAttachmentRow).order_by(MailAttachmentRow.position)
        assert [file.content for file in files] == [file.content for file in left.attachments[:-1]]
    assert office.deliver(after=timedelta(days=1)) == []


def test_corrected_twice_only_the_last_one_leaves(office: Office) -> None:
    again = corrected(office, "before send")
    office.world.call(runs.stop, office.world.ana, again.right)
    written(office, "comentario correcto, por fin", RIGHT)
    office.deliver(after=HOUR)
    (left,) = office.post.sent
    assert is_right(left)
    assert "por fin" in left.text
    assert (office.post.drafts, rows(office)) == ({}, 1)


def test_what_left_before_it_was_corrected_twice_is_kept_as_it_left(office: Office) -> None:
    again = corrected(office, "after send")
    office.world.call(runs.stop, office.world.ana, again.right)
    written(office, "comentario correcto, por fin", RIGHT)
    office.deliver(after=HOUR)
    with office.world.database.transaction() as session:
        (row,) = session.query(MailRow)
        assert (row.state, row.text) == (MailState.SENT, office.post.sent[0].text)
        assert row.run_id == again.wrong


def test_while_it_cannot_be_told_whether_the_old_one_left_neither_leaves(office: Office) -> None:
    sendings = corrected(office, "after send")
    office.post.faults = {"before was_sent": [TryLater("busy"), Rejected("the secret expired")]}
    assert [d.state for d in office.deliver(after=HOUR)] == [MailState.RETRY]
    assert [d.state for d in office.deliver(after=HOUR)] == [MailState.FAILED]
    written(office, "comentario correcto", RIGHT)
    assert [d.state for d in office.deliver(after=HOUR)] == [MailState.SENT]
    assert [is_right(mail) for mail in office.post.sent] == [False]
    assert sendings.told(sendings.wrong) == [MailState.SENT]


def test_an_old_draft_that_nobody_finds_is_left_to_a_person(office: Office) -> None:
    corrected(office, "before send")
    office.post.drafts.clear()
    assert [(d.state, d.reason) for d in office.deliver(after=HOUR)] == [
        (MailState.FAILED, "neither draft nor sent mail"),
    ]  # fmt: skip
    assert rows(office) == 1
    written(office, "comentario correcto", RIGHT)
    assert [d.state for d in office.deliver(after=HOUR)] == [MailState.SENT]
    assert [is_right(mail) for mail in office.post.sent] == [True]


# A delivery of what was written anew opens four transactions: it claims (1), notes that the old draft is removed (2),
# keeps the new draft's id (3) and settles (4).
CRASHES = [
    *((step, {}) for step in ("before was_sent", "before discard", "after discard", "before draft", "after draft")),
    *((step, {}) for step in ("before send", "after send")),
    *(("", {n: when}) for n in range(1, 5) for when in ("before commit", "after commit")),
]  # fmt: skip


@pytest.mark.parametrize(("step", "crashes"), CRASHES)
@pytest.mark.parametrize("had_left", [False, True])
def test_of_old_and_new_one_leaves_wherever_the_process_dies(
    office: Office, step: str, crashes: dict[int, str], *, had_left: bool
) -> None:
    corrected(office, "after send" if had_left else "before send")
    office.crashes = dict(crashes)
    office.post.faults = {step: [KeyboardInterrupt()]}
    office.passed += HOUR
    try:
        office.deliver()
    except (KeyboardInterrupt, SystemExit):
        office.crashes, office.post.faults = {}, {}
        office.deliver(after=STUCK_AFTER * 2)
    if step == "after discard" or crashes == {2: "before commit"}:
        # Removed, and nobody wrote it down: told as failed, and up to a person.
        office.post.faults = {}
        written(office, "comentario correcto", RIGHT)
        office.deliver(after=HOUR)
    assert [is_right(mail) for mail in office.post.sent] == [not had_left]
    assert rows(office) == 1


def test_the_one_who_was_slow_to_remove_the_old_draft_sends_nothing(office: Office) -> None:
    corrected(office, "before send")
    other = Office(office.world, office.post, passed=office.passed + HOUR + STUCK_AFTER * 2)
    discard = office.post.discard

    def slowly(draft_id: str) -> None:
        office.post.discard = discard  # type: ignore[method-assign] # the other is as quick as ever
        office.lose_locks()
        other.deliver()
        discard(draft_id)

    office.post.discard = slowly  # type: ignore[method-assign] # on a line that hangs
    assert office.deliver(after=HOUR) == []
    assert [is_right(mail) for mail in office.post.sent] == [True]
    assert office.post.drafted == 2


def test_the_one_who_was_slow_to_lay_down_the_new_draft_leaves_none_behind(office: Office) -> None:
    corrected(office, "before send")
    other = Office(office.world, office.post, passed=office.passed + HOUR + STUCK_AFTER * 2)
    draft = office.post.draft

    def slowly(mail: Mail) -> str:
        office.post.draft = draft  # type: ignore[method-assign] # the other is as quick as ever
        draft_id = draft(mail)
        office.lose_locks()
        other.deliver()
        return draft_id

    office.post.draft = slowly  # type: ignore[method-assign] # on a line that hangs
    assert office.deliver(after=HOUR) == []
    assert ([is_right(mail) for mail in office.post.sent], office.post.drafts) == ([True], {})


def left_out(office: Office) -> int:
    """The sending of the chief, whose one customer waits for a mail that another is sending."""
    of_the_chief = office.world.call(runs.compose, office.world.chief, "CL001").id
    office.world.call(runs.confirm, office.world.chief, of_the_chief, message_id=1)
    write(office.world, of_the_chief)
    return of_the_chief


def told_the_chief(office: Office, run_id: int) -> list[MailState | SkipReason | None]:
    shown = office.world.call(runs.progress, office.world.chief, run_id)
    return [each.skipped or each.mail for each in shown.recipients]


def test_what_fails_for_good_is_written_by_the_sending_that_left_it_out(office: Office) -> None:
    written(office, "comentario correcto", RIGHT)
    of_the_chief = left_out(office)
    assert told_the_chief(office, of_the_chief) == [SkipReason.ALREADY_SENT]
    office.post.faults = {"before send": [Rejected("no such mailbox")]}
    office.deliver()
    assert told_the_chief(office, of_the_chief) == [None]
    write(office.world, of_the_chief)
    assert [each.state for each in office.deliver()] == [MailState.SENT]
    assert told_the_chief(office, of_the_chief) == [MailState.SENT]
    assert len(office.post.sent) == 1


def test_what_may_have_left_is_written_by_no_other_sending(office: Office) -> None:
    written(office, "comentario correcto", RIGHT)
    of_the_chief = left_out(office)
    office.post.faults = {"before send": [TryLater("busy")]}
    office.deliver()
    office.post.drafts.clear()
    assert [each.state for each in office.deliver(after=HOUR)] == [MailState.FAILED]
    assert told_the_chief(office, of_the_chief) == [SkipReason.ALREADY_SENT]
