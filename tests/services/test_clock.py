"""A clock that jumps, ahead by a day or back by an hour, and is put right: nothing happens twice, nothing is lost."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from bot.domain.correspondence import Mail, MailState, Pace
from bot.domain.promises import PromiseState
from bot.domain.receivables import ApplicationKind
from bot.services import answers, judgement, outbox, reminders, scheduling
from bot.store import outbox as store
from bot.store.models import DocumentRow
from tests import factories
from tests.services.mailbox import Mailbox
from tests.services.post import Office, Post
from tests.services.world import HOURS, NOW, THE_18TH, THE_23RD, World

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def test_put_back_by_an_hour_no_mail_leaves_twice_or_too_fast_and_none_waits_longer_than_that(world: World) -> None:
    office = Office(world, Post(pace=Pace(mails_a_minute=10, recipients_a_day=10_000)))

    def queue(first: int, count: int) -> None:
        with world.database.transaction() as session:
            for n in range(first, first + count):
                mail = Mail(f"k{n}", ("pagos@cliente.mx",), "s", "t", "h")
                store.queue(session, mail, world.customers["CL001"], person=world.ana, now=NOW)

    queue(0, 5)
    assert len(list(office.deliver())) == 5
    queue(5, 10)
    assert len(list(office.deliver(after=-HOUR))) == 5, "those that will have left in an hour count as of this minute"
    assert len(list(office.deliver(after=HOUR + MINUTE))) == 5
    assert office.post.keys == [f"k{n}" for n in range(15)]


def test_ahead_by_a_day_a_mail_in_somebodys_hands_is_asked_after_before_it_is_sent_again(world: World) -> None:
    office = Office(world, Post(faults={"after send": [KeyboardInterrupt()]}))
    with world.database.transaction() as session:
        store.queue(session, Mail("k", ("a@b.mx",), "s", "t", "h"), world.customers["CL001"], person=world.ana, now=NOW)
    with suppress(KeyboardInterrupt):
        list(office.deliver())
    assert [delivery.state for delivery in office.deliver(after=DAY)] == [MailState.SENT]
    assert office.post.keys == ["k"]
    with world.database.transaction() as session:
        assert outbox.next_departure(session, None, lambda _: NOW) is None


def test_ahead_by_a_month_and_put_right_the_mailbox_is_read_on(world: World) -> None:
    mailbox = Mailbox()

    def read(after: timedelta) -> None:
        answers.read(world.database.transaction, mailbox, NOW + after)

    for after in (timedelta(), 30 * DAY, HOUR, HOUR + MINUTE, HOUR + answers.EVERY):
        read(after)
    assert mailbox.asked == [NOW - answers.FIRST - answers.OVERLAP] * 4


def test_ahead_by_a_day_and_back_each_person_is_reminded_once_of_each_day(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_18TH)

    def reminded(on: date) -> int:
        instant = datetime(on.year, on.month, on.day, 9, tzinfo=HOURS.zone)
        with world.database.transaction() as session:
            reminders.queue_due(session, instant, HOURS)
        count = 0
        while True:
            with world.database.transaction() as session:
                if reminders.claim(session, instant, HOURS) is None:
                    return count
            count += 1

    first, ahead = reminded(THE_18TH), reminded(THE_18TH + DAY)
    assert first > 0
    assert ahead > 0
    assert (reminded(THE_18TH), reminded(THE_18TH + DAY)) == (0, 0)


def test_a_promise_that_a_clock_ahead_calls_broken_is_kept_once_its_payment_is_loaded(world: World) -> None:
    document = world.documents["7"]
    world.call(scheduling.promise, world.ana, [document], THE_23RD)

    def judged(on: date) -> None:
        with world.database.transaction() as session:
            judgement.judge(session, on, NOW, 1)

    judged(THE_23RD + 2 * DAY)
    with world.database.transaction() as session:
        row = session.get_one(DocumentRow, document)
        factories.application(session, row, row.total, THE_23RD, kind=ApplicationKind.PAYMENT)
    judged(THE_23RD)

    (promise,) = world.call(scheduling.history, world.chief, document).promises
    assert promise.state is PromiseState.KEPT
