from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.correspondence import Mail, MailState, Pace, TryLater
from bot.services import outbox
from bot.services.outbox import STUCK_AFTER, next_departure, pause_of_pace
from bot.store import outbox as store
from bot.store import pace
from bot.store.mail_models import MailRow
from tests import factories
from tests.services.post import Office, Post, without_files
from tests.services.world import NOW, World

TEN_A_MINUTE = Pace(mails_a_minute=10, recipients_a_day=10_000)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=24)


@pytest.fixture
def office(world: World) -> Office:
    """An office whose mailer takes ten mails a minute."""
    return replace(without_files(world), post=Post(pace=TEN_A_MINUTE))


def queue(office: Office, count: int, *, to: int = 1, first: int = 0) -> None:
    """Queue mails to so many recipients each: as many of them as can be in copy."""
    others = [f"copia{i}@cliente.mx" for i in range(to - 1)]
    kinds = (("pagos@cliente.mx",), tuple(others[::2]), tuple(others[1::2]))
    with office.world.database.transaction() as session:
        email, cc, bcc = map(list, kinds)
        customer = factories.customer(session, f"P{first}", rfc="", email=email, cc=cc, bcc=bcc)
        for n in range(first, first + count):
            mail = Mail(f"k{n}", kinds[0], "s", "t", "h", cc=kinds[1], bcc=kinds[2])
            store.queue(session, mail, customer.id, person=office.world.ana, now=NOW)


def sent(office: Office, *, after: timedelta = timedelta()) -> int:
    """How many leave, so much later."""
    return [delivery.state for delivery in office.deliver(after=after)].count(MailState.SENT)


def departure(office: Office) -> timedelta | None:
    """How long until the next mail may leave."""
    with office.world.database.transaction() as session:
        return next_departure(session, office.post.pace, lambda _: NOW + office.passed)


def pause(office: Office) -> timedelta:
    with office.world.database.transaction() as session:
        return pause_of_pace(session, office.post.pace, lambda _: NOW + office.passed)


def test_no_more_mails_leave_in_a_minute_than_the_mailer_takes(office: Office) -> None:
    queue(office, 25)
    assert sent(office) == 10
    assert sent(office, after=MINUTE - SECOND) == 0
    assert sent(office, after=SECOND) == 10
    assert sent(office, after=MINUTE) == 5
    assert len(office.post.keys) == 25


def test_a_minute_is_any_minute(office: Office) -> None:
    queue(office, 30)
    office.post.faults = {"before draft": [TryLater("busy", everyone=True)]}
    assert sent(office) == 0
    assert sent(office, after=MINUTE) == 10
    assert departure(office) == pause(office) == MINUTE
    office.passed += 30 * SECOND
    assert departure(office) == pause(office) == 30 * SECOND


def test_a_mail_alone_waits_for_nothing(office: Office) -> None:
    assert departure(office) is None
    assert pause(office) == timedelta()
    queue(office, 1)
    assert departure(office) == pause(office) == timedelta()


def test_a_mailer_that_takes_all_is_given_all(office: Office) -> None:
    office.post.pace = None
    queue(office, 25)
    assert departure(office) == pause(office) == timedelta()
    assert sent(office) == 25


def test_the_count_outlives_a_restart(office: Office) -> None:
    queue(office, 25)
    assert sent(office) == 10
    assert sent(Office(office.world, Post(pace=TEN_A_MINUTE), passed=MINUTE - SECOND)) == 0


def test_replicas_count_together(office: Office) -> None:
    queue(office, 40)
    posts = [Post(pace=TEN_A_MINUTE) for _ in range(4)]

    def deliver(post: Post) -> int:
        return len(
            list(outbox.deliver(office.world.database.transaction, office.world.database.locks, post, lambda _: NOW))
        )

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(deliver, posts)) == 10


def test_whoever_counts_waits_for_the_other_to_claim(office: Office) -> None:
    queue(office, 1)
    with ThreadPoolExecutor(1) as threads:
        with office.world.database.transaction() as session:
            pace.take_turns(session)
            pace.next_at(session, NOW)
            other = threads.submit(office.deliver)
            with pytest.raises(TimeoutError):
                other.result(timeout=0.3)
        assert len(other.result()) == 1


def test_a_mail_whose_fate_is_not_known_counts_as_one_that_left(office: Office) -> None:
    queue(office, 25)
    office.post.faults = {"after send": [TryLater("no answer")] * 10}
    assert sent(office) == 0
    assert len(office.post.keys) == 10
    assert sent(office, after=MINUTE - SECOND) == 0


def test_a_mail_of_a_process_that_died_counts_from_when_it_was_taken(office: Office) -> None:
    queue(office, 25)
    office.post.pace = Pace(1, 10_000)
    office.post.faults = {"after send": [KeyboardInterrupt()]}
    with pytest.raises(KeyboardInterrupt):
        office.deliver()
    assert sent(office, after=MINUTE - SECOND) == 0
    assert sent(office, after=SECOND) == 1


def test_no_more_recipients_are_written_to_in_a_day_than_the_mailer_takes(office: Office) -> None:
    office.post.pace = Pace(1000, recipients_a_day=100)
    queue(office, 40, to=3)
    assert sent(office) == 33
    assert departure(office) == timedelta()  # to one recipient
    assert sent(office, after=DAY - SECOND) == 0
    assert sent(office, after=SECOND) == 7


def test_a_day_is_any_day(office: Office) -> None:
    office.post.pace = Pace(1000, recipients_a_day=10)
    queue(office, 2, to=4)
    assert sent(office) == 2
    queue(office, 1, to=2, first=2)
    assert sent(office, after=timedelta(hours=12)) == 1
    queue(office, 2, to=5, first=3)
    assert departure(office) == timedelta(hours=12)
    assert pause(office) == timedelta()
    assert sent(office, after=timedelta(hours=12)) == 1
    assert sent(office, after=timedelta(hours=12)) == 1


def test_a_mail_to_more_recipients_than_a_day_takes_leaves_when_nothing_else_did(office: Office) -> None:
    office.post.pace = Pace(1000, recipients_a_day=5)
    queue(office, 1)
    queue(office, 1, to=9, first=1)
    assert sent(office) == 1
    assert sent(office, after=DAY - SECOND) == 0
    assert sent(office, after=SECOND) == 1


def test_a_server_that_asks_for_a_pause_is_left_alone_by_every_mail(office: Office) -> None:
    queue(office, 5)
    office.post.faults = {"before send": [TryLater("busy", after=300, everyone=True)]}
    (first,) = office.deliver()
    assert (first.key, first.state) == ("k0", MailState.RETRY)
    assert office.post.drafted == 1
    assert departure(office) == timedelta(seconds=300)
    assert pause(office) == timedelta()
    assert sent(Office(office.world, office.post, passed=timedelta(seconds=299))) == 0
    assert sent(office, after=timedelta(seconds=300)) == 5


def test_a_pause_lets_what_waits_longer_wait(office: Office) -> None:
    queue(office, 2)
    office.post.faults = {
        "before draft": [TryLater("busy", after=900), TryLater("busy", after=300, everyone=True)]
    }  # fmt: skip
    assert len(office.deliver()) == 2
    assert sent(office, after=timedelta(seconds=300)) == 1
    assert departure(office) == timedelta(seconds=600)


def test_a_mail_that_failed_for_good_still_leaves_the_server_alone(office: Office) -> None:
    queue(office, 2)
    with office.world.database.transaction() as session:
        session.get_one(MailRow, 1).attempts = outbox.MAX_ATTEMPTS - 1
    office.post.faults = {"before draft": [TryLater("busy", after=300, everyone=True)]}
    assert [delivery.state for delivery in office.deliver()] == [MailState.FAILED]
    assert sent(office, after=timedelta(seconds=299)) == 0
    assert sent(office, after=SECOND) == 1


class _Slow(Post):
    """A post whose next draft takes so long that another believes its sender dead."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.meanwhile = Post()

    def draft(self, mail: Mail) -> str:
        """Lay down, while another delivers."""
        draft_id = super().draft(mail)
        self.office.passed += STUCK_AFTER + SECOND
        self.office.lose_locks()
        assert len(Office(self.office.world, self.meanwhile, passed=self.office.passed).deliver()) == 1
        return draft_id


def test_a_mail_that_was_taken_for_stuck_is_not_sent_by_the_slow_one_too(office: Office) -> None:
    queue(office, 1)
    slow = _Slow(office)
    office.post = slow
    assert office.deliver() == []
    assert (slow.keys, slow.meanwhile.keys) == ([], ["k0"])
    assert slow.drafts == {}


def test_a_mail_taken_over_before_it_was_sent_keeps_its_draft(office: Office) -> None:
    queue(office, 1)
    office.post.faults = {"before send": [TryLater("busy")]}
    office.deliver()

    class Post2(Post):
        def was_sent(self, draft_id: str) -> bool:
            with office.world.database.transaction() as session:
                session.get_one(MailRow, 1).attempts += 1
            return super().was_sent(draft_id)

    late = Post2(drafts=office.post.drafts)
    assert Office(office.world, late, passed=office.passed + MINUTE).deliver() == []
    assert list(late.drafts) == ["draft 1"]


def test_what_became_of_a_mail_is_told_by_whoever_has_it(office: Office) -> None:
    queue(office, 1)

    class Taken(Post):
        def send(self, draft_id: str) -> None:
            super().send(draft_id)
            with office.world.database.transaction() as session:
                session.get_one(MailRow, 1).attempts += 1

    assert Office(office.world, Taken()).deliver() == []
    with office.world.database.transaction() as session:
        assert session.get_one(MailRow, 1).state is MailState.SENDING


def test_the_names_by_which_answers_know_a_mail_are_kept_with_its_draft(office: Office) -> None:
    queue(office, 2)

    class Named(Post):
        def draft(self, mail: Mail) -> str:
            draft_id = super().draft(mail).replace(" ", "-")
            self.drafts[draft_id] = mail
            return f"{draft_id} <{mail.key}@x> conversation-{mail.key}" if mail.key == "k0" else draft_id

        def send(self, draft_id: str) -> None:
            super().send(draft_id.partition(" ")[0])

    Office(office.world, Named()).deliver()
    with office.world.database.transaction() as session:
        rows = [(row.message_id, row.conversation_id) for row in session.query(MailRow).order_by(MailRow.id)]
    assert rows == [("<k0@x>", "conversation-k0"), (None, None)]
