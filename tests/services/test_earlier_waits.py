"""A statement still waits from an earlier day, since the way out was away: its customer gets one, not two at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.domain.correspondence import Attachment, MailState, Rejected, SkipReason, Spacing, TryLater
from bot.domain.runs import Audience, RunState
from bot.services import mailing, outbox, runs, sending
from bot.services.outbox import STUCK_AFTER
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import AuditRow, CustomerRow
from tests import factories
from tests.services.post import (
    HOUSE,
    Office,
    begin,
    candidates,
    later,
    overtaken,
    queue,
    told,
    without_files,
    work,
    write,
)
from tests.services.world import NOW, TODAY, World, build

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FILE = Attachment("contrato.pdf", "application/pdf", b"%PDF")


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def key(office: Office, days: int, code: str = "CL001") -> str:
    return f"statement:{office.world.customers[code]}:{TODAY + days * DAY}"


def skipped(office: Office, days: int) -> SkipReason | None:
    """Why the customer would get no statement so many days later."""
    (shown,) = candidates(office.world, later(office.world.ana, days), "CL001")
    return shown.skipped


@pytest.mark.parametrize("faults", [[], [TryLater("away", everyone=True)]], ids=["untried", "tried"])
def test_of_the_statements_of_two_days_that_waited_the_newer_alone_leaves(
    office: Office, faults: list[TryLater]
) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001")
    write(world, older)
    if faults:
        office.post.faults = {"before draft": faults}
        office.deliver()
    (shown,) = candidates(world, later(world.chief), "CL001")
    assert (shown.skipped, shown.replaces) == (None, True)

    newer = begin(world, later(world.chief), "CL001", comment="Con saldo de hoy")
    write(world, newer)
    assert told(world, older) == {"CL001": SkipReason.SUPERSEDED}
    assert [d.state for d in office.deliver(after=DAY)] == [MailState.SENT]

    assert office.post.keys == [key(office, 1)]
    assert "Con saldo de hoy" in office.post.sent[0].text
    assert told(world, newer, world.chief) == {"CL001": MailState.SENT}
    work(office, older)
    shown_last = world.call(runs.progress, world.ana, older)
    assert (shown_last.run.state, shown_last.missing) == (RunState.DONE, 0)
    assert office.deliver(after=DAY) == []
    with world.database.transaction() as session:
        trail = session.query(AuditRow).filter_by(action="mail_superseded").all()
        assert [(row.person_id, row.subject, row.source) for row in trail] == [
            (world.chief.id, "CL001", f"run:{newer}"),
        ]


@pytest.mark.parametrize("fault", ["before send", "after send"])
def test_beside_one_that_may_have_left_no_newer_one_is_written(office: Office, fault: str) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    office.post.faults = {fault: [TryLater("away", everyone=True)]}
    office.deliver()
    assert skipped(office, 1) is SkipReason.EARLIER_WAITS
    newer = begin(world, later(world.chief), "CL001")
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": SkipReason.EARLIER_WAITS}
    office.deliver(after=DAY)
    assert office.post.keys == [key(office, 0)]


def test_beside_one_that_a_process_had_in_hand_as_it_died_no_newer_one_is_written(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    office.post.faults = {"before draft": [SystemExit()]}
    with suppress(SystemExit):
        office.deliver()
    assert skipped(office, 1) is SkipReason.EARLIER_WAITS
    office.lose_locks()
    office.deliver(after=STUCK_AFTER + HOUR)
    assert office.post.keys == [key(office, 0)]


@pytest.mark.parametrize("added", ["comment", "file"])
def test_what_somebody_wrote_or_added_leaves_and_the_newer_one_does_not(office: Office, added: str) -> None:
    world = office.world
    draft = world.call(runs.compose, world.ana, "CL001").id
    if added == "comment":
        world.call(runs.set_comment, world.ana, draft, "Como acordamos")
    else:
        world.call(runs.add_file, world.ana, draft, FILE)
    world.call(runs.confirm, world.ana, draft)
    write(world, draft)
    newer = begin(world, later(world.chief), "CL001 CL002")
    write(world, newer)
    assert told(world, newer, world.chief) == {"CL001": SkipReason.EARLIER_WAITS, "CL002": MailState.QUEUED}
    office.deliver()
    assert office.post.keys == [key(office, 0), key(office, 1, "CL002")]


def test_who_stops_what_they_wrote_lets_the_newer_one_be_written(office: Office) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001", comment="Como acordamos")
    write(world, older)
    newer = begin(world, later(world.chief), "CL001 CL002")
    write(world, newer)
    world.call(runs.stop, world.ana, older)
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}
    assert sorted(office.post.keys) == [key(office, 1), key(office, 1, "CL002")]


def test_one_that_may_have_left_lets_no_sending_under_way_write_a_newer_one_when_it_is_stopped(office: Office) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001")
    write(world, older)
    office.post.faults = {"after send": [TryLater("away", everyone=True)]}
    office.deliver()
    newer = begin(world, later(world.chief), "CL001 CL002")
    world.call(runs.stop, world.ana, older)
    write(world, newer)
    assert told(world, newer, world.chief)["CL001"] is SkipReason.EARLIER_WAITS


def test_a_newer_one_is_written_where_the_earlier_one_fails_and_nothing_of_it_lies_outside(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001", comment="Como acordamos")
    newer = begin(world, later(world.chief), "CL001 CL002")
    office.post.faults = {"before draft": [Rejected("too large")]}
    office.deliver()
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}


def test_a_try_again_asks_anew_about_who_had_an_earlier_one_on_its_way(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001", comment="Como acordamos")
    newer = begin(world, later(world.chief), "CL001 CL002")
    write(world, newer)
    world.call(runs.stop, later(world.chief), newer)
    with world.database.transaction() as session:
        session.query(MailRow).filter_by(key=key(office, 0)).one().state = MailState.CANCELLED
    world.call(runs.retry, later(world.chief), newer)
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}


@pytest.mark.parametrize("left", [False, True], ids=["in hand", "left"])
def test_begun_while_the_newer_ones_files_are_drawn_the_older_one_is_the_one_that_leaves(
    office: Office, monkeypatch: pytest.MonkeyPatch, *, left: bool
) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    newer = begin(world, later(world.chief), "CL001")
    drawn, office.passed = mailing.write, DAY

    def overtaken(*args: object, **more: object) -> object:
        if not left:
            office.post.faults = {"before draft": [TryLater("slow")], "before send": [SystemExit()]}
            office.deliver()
            office.passed += HOUR
        with suppress(SystemExit):
            office.deliver()
        return drawn(*args, **more)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(sending, "write", overtaken)
    write(world, newer)
    expected = SkipReason.ALREADY_SENT if left else SkipReason.EARLIER_WAITS
    assert told(world, newer, world.chief) == {"CL001": expected}
    office.lose_locks()
    office.deliver(after=DAY)
    assert office.post.keys == [key(office, 0)]


def test_written_while_the_older_ones_files_are_drawn_the_newer_one_alone_leaves(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001 CL002")
    overtaken(monkeypatch, lambda: queue(world, later(world.chief), "CL001 CL002"))
    work(office, older)
    assert told(world, older) == dict.fromkeys(("CL001", "CL002"), SkipReason.SUPERSEDED)
    assert office.post.keys == [key(office, 1), key(office, 1, "CL002")]


@pytest.mark.parametrize("moment", ["before commit", "after commit"])
@pytest.mark.parametrize(
    "transaction", [pytest.param(1, marks=pytest.mark.slow), 2, pytest.param(3, marks=pytest.mark.slow)]
)
def test_killed_at_any_step_of_writing_the_newer_one_a_customer_gets_one(
    office: Office, transaction: int, moment: str
) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001")
    write(world, older)
    newer = begin(world, later(world.chief), "CL001")
    office.crashes, office.passed = {transaction: moment}, DAY
    with suppress(SystemExit):
        write(world, newer, office.transaction)
    assert office.crashes == {}
    work(office, older)
    work(office, newer)
    office.deliver(after=DAY)
    (sent,) = office.post.keys
    is_newer = sent == key(office, 1)
    # What left before the newer one could be written keeps that one back.
    assert (told(world, older)["CL001"], told(world, newer, world.chief)["CL001"]) == (
        (SkipReason.SUPERSEDED, MailState.SENT) if is_newer else (MailState.SENT, SkipReason.ALREADY_SENT)
    )


def test_a_newer_one_takes_the_place_of_the_older_one_in_the_queue(office: Office) -> None:
    world = office.world
    for code in ("CL003", "CL001"):
        queue(world, world.ana, code)
    queue(world, later(world.chief), "CL001 CL002 CL003")
    office.deliver()
    assert [k.split(":")[1] for k in office.post.keys] == [
        str(world.customers[code]) for code in ("CL003", "CL001", "CL002")
    ]


def test_a_newer_one_that_was_stopped_before_is_written_anew_in_place_of_the_older(office: Office) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001")
    newer = begin(world, later(world.chief), "CL001")
    write(world, newer)
    world.call(runs.stop, later(world.chief), newer)
    write(world, older)
    world.call(runs.retry, later(world.chief), newer)
    work(office, newer)
    assert office.post.keys == [key(office, 1)]
    assert told(world, older) == {"CL001": SkipReason.SUPERSEDED}


def test_what_left_today_after_waiting_counts_as_todays(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    office.deliver(after=DAY)
    assert skipped(office, 1) is SkipReason.ALREADY_SENT
    assert skipped(office, 2) is None


@pytest.mark.parametrize(("waited", "reason"), [(timedelta(hours=11), None), (12 * HOUR, SkipReason.ALREADY_SENT)])
def test_the_day_on_which_a_mail_left_is_the_offices(
    office: Office, waited: timedelta, reason: SkipReason | None
) -> None:
    """It is noon in Mexico when it is asked for, and already the next day in Greenwich eight hours later."""
    world = office.world
    queue(world, world.ana, "CL001")
    office.deliver(after=waited)
    draft = world.call(runs.compose, later(world.ana), "CL001")
    spacing = Spacing(1, ZoneInfo("Etc/GMT+6"))
    (shown,) = world.call(runs.preview, later(world.ana), draft.id, HOUSE.invoices, spacing).candidates
    assert shown.skipped is reason


def test_one_that_waits_within_the_days_between_two_is_the_one_that_leaves(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    draft = world.call(runs.compose, later(world.ana), "CL001")
    (shown,) = world.call(runs.preview, later(world.ana), draft.id, HOUSE.invoices, Spacing(3)).candidates
    assert shown.skipped is SkipReason.EARLIER_WAITS


@pytest.mark.slow
def test_sent_by_one_while_two_others_write_newer_ones_each_customer_gets_one(office: Office) -> None:
    world = office.world
    with world.database.transaction() as session:
        for n in range(10):
            customer = factories.customer(session, f"CL5{n:02}", f"Cliente {n}", rfc=f"AAAA8005{n:02}AB1")
            factories.document(session, customer, f"5{n:02}", total=100_00)
    queue(world, world.chief, Audience.EVERYONE)
    office.passed = DAY
    newer = [begin(world, later(by), Audience.EVERYONE) for by in (world.chief, world.ana)]
    with ThreadPoolExecutor() as pool:
        working = [pool.submit(write, world, each) for each in newer]
        while not all(each.done() for each in working):
            next(
                outbox.deliver(world.database.transaction, world.database.locks, office.post, lambda _: NOW + DAY), None
            )
        for each in working:
            each.result()
    office.deliver()
    customers_of = [k.split(":")[1] for k in office.post.keys]
    assert sorted(customers_of) == sorted(set(customers_of))
    assert len(customers_of) == 14


@pytest.mark.slow
def test_what_another_replica_is_about_to_take_is_waited_for_and_the_newer_one_not_written(
    postgres_database: Database,
) -> None:
    world = build(postgres_database)
    queue(world, world.ana, "CL001")
    newer = begin(world, later(world.chief), "CL001")
    with ThreadPoolExecutor() as pool, postgres_database.transaction() as session:
        (row,) = session.query(MailRow).with_for_update()
        writing = pool.submit(write, world, newer)
        with postgres_database.engine.connect() as connection:
            while not connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                connection.rollback()
                assert not writing.done()
        row.state = MailState.SENDING
        session.commit()
        writing.result()
    assert told(world, newer, world.chief) == {"CL001": SkipReason.EARLIER_WAITS}
    assert told(world, 1) == {"CL001": MailState.SENDING}


def test_customers_who_share_an_address_get_a_statement_each(office: Office) -> None:
    world = office.world
    with world.database.transaction() as session:
        for code in ("CL001", "CL002"):
            session.get_one(CustomerRow, world.customers[code]).email = ["pagos@grupo.mx"]
    queue(world, world.ana, "CL001")
    newer = begin(world, later(world.ana), "CL002")
    work(office, newer)
    assert sorted(office.post.keys) == [key(office, 0), key(office, 1, "CL002")]
