"""A sending leaves a customer out for another's statement: what becomes of that decides whether it writes after all."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.domain.correspondence import LastStatement, MailState, Rejected, SkipReason, Spacing, TryLater
from bot.domain.runs import Progress, RunState
from bot.services import access, outbox, runs, sending
from bot.store import last_statements
from bot.store import runs as store
from bot.store.database import Database
from bot.store.mail_models import MailRow
from tests.services.post import Office, begin, candidates, later, overtaken, queue, told, without_files, work, write
from tests.services.world import NOW, TODAY, World, act, build

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def until_it_waits(database: Database, going: Future[Any]) -> None:
    """What goes on at the same time has come to where it waits for this, or to its end."""
    with database.engine.connect() as connection:
        while not (connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or going.done()):
            connection.rollback()
            time.sleep(0.01)


def stands(office: Office, state: MailState) -> None:
    """The only mail there is stands so."""
    with office.world.database.transaction() as session:
        session.query(MailRow).one().state = state


def look(office: Office, run_id: int) -> Progress:
    """What the bot is about to show of a sending."""
    with office.world.database.transaction() as session:
        return sending.watch(session, run_id)[1]


def seen(office: Office, shown: Progress) -> None:
    """Telegram has shown it."""
    with office.world.database.transaction() as session:
        sending.seen(session, shown)


def test_a_try_again_for_others_sends_nothing_beside_an_earlier_one_of_which_nobody_knows_whether_it_left(
    office: Office,
) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    office.post.faults = {"after send": [TryLater("cut off")]}
    office.deliver()
    newer = begin(world, later(world.ana), "CL001 CL002")
    write(world, newer)
    office.post.left.clear()
    office.post.faults = {"before draft": [Rejected("too large")]}
    office.deliver(after=DAY)
    seen(office, look(office, newer))
    world.call(runs.retry, later(world.ana), newer)
    work(office, newer)
    assert told(world, newer) == {"CL001": SkipReason.EARLIER_WAITS, "CL002": MailState.SENT}


def test_a_sending_that_one_in_hand_kept_back_goes_on_when_what_took_that_ones_place_is_stopped(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    stands(office, MailState.SENDING)
    first = begin(world, later(world.chief), "CL001 CL002")
    stands(office, MailState.RETRY)
    second = begin(world, later(world.ana), "CL001")
    write(world, second)
    world.call(runs.stop, later(world.ana), second)
    work(office, first)
    assert told(world, first, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}


def gives_up(office: Office, run_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only attempt at a sending's mail is cut off after it was accepted."""
    write(office.world, run_id)
    office.post.faults = {"after send": [TryLater("cut off")]}
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "MAX_ATTEMPTS", 1)
        office.deliver(after=HOUR)
    assert told(office.world, run_id) == {"CL001": MailState.FAILED}


@pytest.mark.parametrize(
    ("moment", "of"), [("looked at", (0, 1)), ("under way", (1, 0)), ("being drawn", (0, 1))], ids=str
)
def test_what_failed_and_may_have_left_after_another_was_asked_for_is_the_only_one_until_that_is_asked_for_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, moment: str, of: tuple[int, int]
) -> None:
    world, office.passed = office.world, DAY
    failing = begin(world, later(world.ana, of[0]), "CL001")
    other = world.call(runs.compose, later(world.chief, of[1]), "CL001 CL002").id
    if moment == "looked at":
        gives_up(office, failing, monkeypatch)
    begun = world.call(runs.confirm, later(world.chief, of[1]), other)
    assert len(begun.going) == (1 if moment == "looked at" else 2)
    if moment == "under way":
        gives_up(office, failing, monkeypatch)
    if moment == "being drawn":
        overtaken(monkeypatch, lambda: gives_up(office, failing, monkeypatch))
    work(office, other)
    assert told(world, other, world.chief) == {"CL001": SkipReason.UNCLEAR, "CL002": MailState.SENT}
    assert len(office.post.sent) == 2

    anew = replace(later(world.chief, of[1]), now=NOW + DAY + 2 * HOUR)
    work(office, begin(world, anew, "CL001"))
    assert len(office.post.sent) == 3


def test_what_was_in_hand_as_another_was_looked_at_and_failed_before_the_tap_is_the_only_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, office.passed = office.world, DAY
    failing, other = begin(world, world.ana, "CL001"), list[int]()
    sent = office.post.send

    def slow(draft_id: str) -> None:
        office.passed += HOUR
        looking = replace(later(world.chief), now=NOW + office.passed)
        other.append(world.call(runs.compose, looking, "CL001 CL002").id)
        office.passed += HOUR
        sent(draft_id)

    monkeypatch.setattr(office.post, "send", slow)
    gives_up(office, failing, monkeypatch)
    monkeypatch.setattr(office.post, "send", sent)
    world.call(runs.confirm, later(world.chief), other[0])
    work(office, other[0])
    assert told(world, other[0], world.chief) == {"CL001": SkipReason.UNCLEAR, "CL002": MailState.SENT}


def test_a_rehearsal_of_the_day_before_keeps_no_statement_back_although_it_has_a_draft(office: Office) -> None:
    world = office.world
    office.post.redirect_to = "yo@casa.example"
    queue(world, world.ana, "CL001")
    office.post.faults = {"after send": [TryLater("cut off")]}
    office.deliver()
    office.post.redirect_to = None
    newer = begin(world, later(world.ana), "CL001")
    work(office, newer)
    assert told(world, newer) == {"CL001": MailState.SENT}
    assert office.post.keys[-1].endswith(str(TODAY + DAY))


def test_a_sending_is_not_done_when_a_customer_waits_again_by_the_time_its_report_is_shown(office: Office) -> None:
    world = office.world
    older = begin(world, world.ana, "CL001", comment="Como acordamos")
    write(world, older)
    newer = begin(world, later(world.chief), "CL001 CL002")
    write(world, newer)
    with world.database.transaction() as session:
        session.query(MailRow).filter_by(run_id=older).one().not_before = NOW + 2 * DAY
    office.deliver()
    shown = look(office, newer)
    assert shown.ended
    world.call(runs.stop, world.ana, older)
    seen(office, shown)
    assert world.call(runs.progress, later(world.chief), newer).run.state is RunState.RUNNING
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}
    assert world.call(runs.progress, later(world.chief), newer).run.state is RunState.DONE


def test_a_statement_that_left_by_a_clock_that_is_behind_is_not_of_the_day_before(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001")
    office.deliver(after=-DAY)
    (shown,) = candidates(world, world.ana, "CL001")
    assert shown.skipped is SkipReason.ALREADY_SENT


def test_the_preview_says_of_which_day_an_earlier_one_is_and_who_asked_for_it(office: Office) -> None:
    world = office.world
    queue(world, world.ana, "CL001", comment="Como acordamos")
    (shown,) = candidates(world, later(world.chief), "CL001")
    assert shown.waits
    assert (shown.waits.on, shown.waits.asked_by) == (TODAY, world.ana.name)
    assert LastStatement(TODAY, NOW).keeps_back(TODAY + DAY, Spacing()) is None


@pytest.mark.slow
@pytest.mark.parametrize("where", ["confirmed", "planned", "superseded"])
def test_stopped_at_the_moment_at_which_a_newer_one_looks_at_it_an_older_one_makes_way(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    world = build(postgres_database)
    office = Office(world)
    older = begin(world, world.ana, "CL001", comment="" if where == "superseded" else "Como acordamos")
    write(world, older)
    newer = world.call(runs.compose, later(world.chief), "CL001 CL002").id
    module, name = {
        "confirmed": (runs, "standing"), "planned": (sending, "standing"), "superseded": (last_statements, "supersede"),
    }[where]  # fmt: skip
    real, pool = getattr(module, name), ThreadPoolExecutor()
    stopping: list[Future[object]] = []

    def overtaken(*args: object) -> object:
        found = real(*args) if name == "standing" else None
        if not stopping:
            stopping.append(pool.submit(world.call, runs.stop, world.ana, older))
            until_it_waits(postgres_database, stopping[0])
        return found or real(*args)

    if where == "confirmed":
        monkeypatch.setattr(module, name, overtaken)
        world.call(runs.confirm, later(world.chief), newer, message_id=1)
    else:
        with world.database.transaction() as session:
            store.change(session, newer, state=RunState.RUNNING)
        monkeypatch.setattr(module, name, overtaken)
    write(world, newer)
    stopping[0].result()
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": MailState.SENT, "CL002": MailState.SENT}
    assert len(office.post.sent) == 2


@pytest.mark.slow
def test_a_sending_whose_report_is_shown_while_an_older_one_is_being_stopped_is_not_done(
    postgres_database: Database,
) -> None:
    world = build(postgres_database)
    office = Office(world)
    older = begin(world, world.ana, "CL001", comment="Como acordamos")
    write(world, older)
    newer = begin(world, later(world.chief), "CL001")
    shown = look(office, newer)
    assert shown.ended
    with ThreadPoolExecutor() as pool:
        with world.database.transaction() as session:
            runs.stop(session, act(world.ana), older)
            showing = pool.submit(seen, office, shown)
            until_it_waits(postgres_database, showing)
        showing.result()
    work(office, newer)
    assert told(world, newer, world.chief) == {"CL001": MailState.SENT}


@pytest.mark.slow
def test_who_is_shut_out_with_two_sendings_under_way_and_who_confirms_another_do_not_wait_for_each_other(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build(postgres_database)
    world.call(runs.stop, world.ana, queue(world, world.ana, "CL001").run.id)
    # Written anew, the older mail is of the newer sending.
    for code in ("CL002", "CL001"):
        queue(world, world.ana, code)
    draft = world.call(runs.compose, world.chief, "CL001 CL002").id
    real, pool = store.stop, ThreadPoolExecutor()
    confirming: list[Future[Progress]] = []

    def meanwhile(session: Session, run_id: int) -> None:
        real(session, run_id)
        if not confirming:
            confirming.append(pool.submit(world.call, runs.confirm, world.chief, draft, message_id=1))
            until_it_waits(postgres_database, confirming[0])

    monkeypatch.setattr(store, "stop", meanwhile)
    assert world.call(access.set_active, world.chief, world.ana.id, active=False).kept_back == 2
    assert [each.skipped for each in confirming[0].result().recipients] == [None, None]
