import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.correspondence import Mail, MailState, Rejected, TryLater
from bot.services import outbox, runs
from bot.services.outbox import MAX_ATTEMPTS, MAX_PAUSE, MIN_PAUSE, STUCK_AFTER
from bot.store import outbox as store
from bot.store.mail_models import MailRow
from tests import factories
from tests.services.post import Office, Post, begin, queue, standing, without_files, write
from tests.services.world import NOW, World


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def states(office: Office) -> list[tuple[MailState, str]]:
    return [standing(office.world, code) for code in ("CL001", "CL002", "CL003")]


def key(office: Office, code: str) -> str:
    return f"statement:{office.world.customers[code]}:2019-07-16"


def test_mails_leave_in_the_order_they_were_queued_and_are_settled_one_by_one(office: Office) -> None:
    office.queue("CL003", "CL001", "CL002")
    deliveries = iter(
        outbox.deliver(office.world.database.transaction, office.world.database.locks, office.post, lambda _: NOW)
    )
    first = next(deliveries)
    assert (first.customer_code, first.state, first.queued_by) == ("CL003", MailState.SENT, office.world.ana.id)
    assert [state for state, _ in states(office)] == [MailState.QUEUED, MailState.QUEUED, MailState.SENT]
    assert [delivery.customer_code for delivery in deliveries] == ["CL001", "CL002"]
    assert office.post.keys == [key(office, code) for code in ("CL003", "CL001", "CL002")]
    assert office.deliver(after=timedelta(days=1)) == []
    with office.world.database.transaction() as session:
        assert session.get_one(MailRow, 1).sent_at == NOW


def test_what_leaves_is_what_was_frozen_when_it_was_queued(world: World) -> None:
    office = Office(world)
    office.queue("CL001")
    with office.world.database.transaction() as session:
        row = session.get_one(MailRow, 1)
        frozen = (row.subject, row.text, row.html, tuple(row.to))
    office.deliver()
    (mail,) = office.post.sent
    assert (mail.subject, mail.text, mail.html, mail.to) == frozen
    pdf, *_ = mail.attachments
    assert (pdf.content_type, pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_passing_fault_is_tried_again_after_a_pause_that_doubles(office: Office) -> None:
    office.queue("CL001", "CL002")
    office.post.faults = {"before send": [TryLater("busy", after=120)] + [TryLater("busy", after=120)] * 2}
    assert [d.state for d in office.deliver()] == [MailState.RETRY, MailState.RETRY]
    assert office.deliver(after=timedelta(seconds=119)) == []
    second = office.deliver(after=timedelta(seconds=1))
    assert [(d.state, d.reason) for d in second] == [(MailState.RETRY, "busy"), (MailState.SENT, "")]
    assert office.deliver(after=timedelta(seconds=239)) == []
    assert [d.state for d in office.deliver(after=timedelta(seconds=1))] == [MailState.SENT]
    assert sorted(office.post.keys) == sorted({key(office, "CL001"), key(office, "CL002")})


def test_a_fault_that_asks_for_no_pause_gets_one(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"before draft": [TryLater("busy", after=0)] * MAX_ATTEMPTS}
    assert len(office.deliver()) == 1
    assert office.deliver(after=MIN_PAUSE - timedelta(seconds=1)) == []
    assert len(office.deliver(after=timedelta(seconds=1))) == 1


def test_the_pause_has_a_limit_unless_the_fault_asks_for_more(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"before draft": [TryLater("busy", after=5 * 3600)] + [TryLater("busy")] * 10}
    office.deliver()
    assert office.deliver(after=timedelta(hours=4)) == []
    assert len(office.deliver(after=timedelta(hours=1))) == 1
    tries = [len(office.deliver(after=MAX_PAUSE)) for _ in range(9)]
    assert tries == [1] * 9


def test_a_fault_that_does_not_pass_fails_after_so_many_attempts_and_may_be_queued_anew(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"before send": [TryLater("busy")] * MAX_ATTEMPTS}
    tried = [office.deliver(after=MAX_PAUSE)[0].state for _ in range(MAX_ATTEMPTS)]
    assert tried == [MailState.RETRY] * (MAX_ATTEMPTS - 1) + [MailState.FAILED]
    assert states_of(office, "CL001") == (MailState.FAILED, "busy")
    assert office.deliver(after=timedelta(days=2)) == []
    office.queue("CL001")
    assert states_of(office, "CL001") == (MailState.QUEUED, "")
    assert [d.state for d in office.deliver()] == [MailState.SENT]
    assert office.post.keys == [key(office, "CL001")]


def states_of(office: Office, code: str) -> tuple[MailState, str]:
    return standing(office.world, code)


def test_what_nobody_foresaw_is_tried_again_and_in_the_end_told_as_any_other_failure(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"before send": [ValueError("Señora Pérez")] * MAX_ATTEMPTS}
    tried = [office.deliver(after=MAX_PAUSE)[0].state for _ in range(MAX_ATTEMPTS)]
    assert tried == [MailState.RETRY] * (MAX_ATTEMPTS - 1) + [MailState.FAILED]
    assert states_of(office, "CL001") == (MailState.FAILED, "Something unforeseen happened on our side (ValueError)")


def test_a_last_attempt_that_got_through_unseen_is_not_sent_again_when_queued_anew(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {
        "before draft": [TryLater("busy")] * (MAX_ATTEMPTS - 1), "after send": [TryLater("no answer")],
    }  # fmt: skip
    for _ in range(MAX_ATTEMPTS):
        office.deliver(after=MAX_PAUSE)
    assert states_of(office, "CL001") == (MailState.FAILED, "no answer")
    office.queue("CL001")
    assert [d.state for d in office.deliver()] == [MailState.SENT]
    assert office.post.keys == [key(office, "CL001")]


@pytest.mark.parametrize("step", ["before draft", "before send"])
def test_a_refused_mail_fails_at_once_with_its_reason_and_queued_anew_gets_a_fresh_draft(
    office: Office, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    office.queue("CL001", "CL002")
    why = f"not accepted (400 ErrorInvalidRecipients: pagos@cl001.example {'x' * 600})"
    office.post.faults = {step: [Rejected(why)]}
    assert [d.state for d in office.deliver()] == [MailState.FAILED, MailState.SENT]
    state, reason = states_of(office, "CL001")
    assert (state, reason) == (MailState.FAILED, why[:500])
    assert "failed not accepted" in caplog.text
    assert "@" not in caplog.text
    drafted = office.post.drafted
    office.queue("CL001")
    assert [d.state for d in office.deliver()] == [MailState.SENT]
    assert office.post.drafted == drafted + 1


def test_a_draft_that_nobody_can_find_fails_and_leaves_the_decision_to_a_person(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"before send": [TryLater("busy")]}
    office.deliver()
    with office.world.database.transaction() as session:
        session.get_one(MailRow, 1).draft_id = "lost"
    assert [(d.state, d.reason) for d in office.deliver(after=MAX_PAUSE)] == [
        (MailState.FAILED, "neither draft nor sent mail"),
    ]  # fmt: skip
    assert office.post.sent == []


def test_a_refusal_to_tell_whether_a_mail_left_says_nothing_of_its_draft(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"after send": [TryLater("no answer")], "before was_sent": [Rejected("the secret expired")]}
    assert [d.state for d in office.deliver()] == [MailState.RETRY]
    failed = office.deliver(after=MAX_PAUSE)
    assert [(d.state, d.reason) for d in failed] == [(MailState.FAILED, "the secret expired")]
    office.queue("CL001")
    assert [d.state for d in office.deliver()] == [MailState.SENT]
    assert office.post.keys == [key(office, "CL001")]


@pytest.mark.parametrize("fault", [None, TryLater("busy"), Rejected("the secret expired")])
def test_a_draft_that_was_refused_is_removed_or_else_asked_after(office: Office, fault: Exception | None) -> None:
    office.queue("CL001")
    office.post.faults = {"before send": [Rejected("no such mailbox")], "before discard": [fault] if fault else []}
    assert [(d.state, d.reason) for d in office.deliver()] == [(MailState.FAILED, "no such mailbox")]
    with office.world.database.transaction() as session:
        assert session.get_one(MailRow, 1).draft_id == ("draft 1" if fault else None)
    assert list(office.post.drafts) == (["draft 1"] if fault else [])
    office.queue("CL001")
    assert [d.state for d in office.deliver()] == [MailState.SENT]
    assert (office.post.keys, office.post.drafts) == ([key(office, "CL001")], {})


@pytest.mark.parametrize(("step", "became"), [
    ("before draft", MailState.CANCELLED), ("before send", MailState.CANCELLED), ("after send", MailState.SENT),
])  # fmt: skip
def test_a_mail_that_got_stuck_does_not_leave_once_its_sending_was_stopped(
    office: Office, step: str, became: MailState
) -> None:
    run_id = begin(office.world, office.world.ana, "CL001")
    write(office.world, run_id)
    office.post.faults = {step: [KeyboardInterrupt()]}
    with pytest.raises(KeyboardInterrupt):
        office.deliver()
    office.world.call(runs.stop, office.world.ana, run_id)
    left = list(office.post.keys)
    assert [d.state for d in office.deliver(after=STUCK_AFTER * 2)] == [became]
    assert office.post.keys == left
    assert office.deliver(after=timedelta(days=1)) == []


def test_what_somebody_sends_slowly_is_left_to_them_however_long_that_takes_and_others_are_not_kept_waiting(
    office: Office,
) -> None:
    office.queue("CL001", "CL002")
    send, meanwhile = office.post.send, list[str]()

    def slowly(draft_id: str) -> None:
        office.post.send = send  # type: ignore[method-assign] # the others are as quick as ever
        meanwhile.extend(delivery.customer_code for delivery in office.deliver(after=STUCK_AFTER * 2))
        send(draft_id)

    office.post.send = slowly  # type: ignore[method-assign] # behind large mails on a slow line
    assert [delivery.customer_code for delivery in office.deliver()] == ["CL001"]
    assert meanwhile == ["CL002"]


def test_who_slept_while_a_mail_failed_and_was_written_anew_does_not_send_what_it_was(office: Office) -> None:
    office.queue("CL001")

    class Asleep(Post):
        """Its first draft takes so long that others try, fail, write the mail anew and are about to send it."""

        def draft(self, mail: Mail) -> str:
            draft_id = super().draft(mail)
            office.post = Post(faults={"before draft": [Rejected("no such mailbox")]})
            office.lose_locks()
            office.deliver(after=STUCK_AFTER * 2)
            with office.world.database.transaction() as session:
                again = replace(mail, text="anew")
                store.rewrite(session, again, person=office.world.chief, now=NOW + office.passed)
            office.post.faults = {"before send": [KeyboardInterrupt()]}
            with pytest.raises(KeyboardInterrupt):
                office.deliver()
            return draft_id

    asleep = Asleep()
    assert (
        list(
            outbox.deliver(
                office.world.database.transaction, office.world.database.locks, asleep, lambda _: NOW + office.passed
            )
        )
        == []
    )
    assert (asleep.sent, asleep.drafts) == ([], {})
    office.deliver(after=STUCK_AFTER * 2)
    assert [mail.text for mail in office.post.sent] == ["anew"]


def test_a_mail_whose_fate_cannot_be_told_now_waits(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"after send": [TryLater("no answer")], "before was_sent": [TryLater("busy")]}
    assert [d.state for d in office.deliver()] == [MailState.RETRY]
    assert [d.state for d in office.deliver(after=MAX_PAUSE)] == [MailState.RETRY]
    assert [d.state for d in office.deliver(after=MAX_PAUSE)] == [MailState.SENT]
    assert office.post.keys == [key(office, "CL001")]


# A delivery opens three transactions: it claims (1), keeps the draft's id (2) and settles (3).
CRASHES = [
    ("before draft", {}), ("after draft", {}), ("before send", {}), ("after send", {}),
    ("", {1: "before commit"}), ("", {1: "after commit"}), ("", {2: "before commit"}), ("", {2: "after commit"}),
    ("", {3: "before commit"}), ("", {3: "after commit"}),
]  # fmt: skip


@pytest.mark.parametrize(("step", "crashes"), CRASHES)
def test_each_mail_leaves_once_wherever_the_process_dies(office: Office, step: str, crashes: dict[int, str]) -> None:
    office.queue("CL001", "CL002", "CL003")
    office.crashes = dict(crashes)
    office.post.faults = {step: [KeyboardInterrupt()]}
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        office.deliver()
    office.deliver(after=STUCK_AFTER - timedelta(seconds=1))
    office.deliver(after=timedelta(seconds=2))
    assert sorted(office.post.keys) == sorted(key(office, code) for code in ("CL001", "CL002", "CL003"))
    assert [state for state, _ in states(office)] == [MailState.SENT] * 3


def test_a_mail_being_sent_is_left_alone_until_it_must_be_stuck(office: Office) -> None:
    office.queue("CL001")
    office.post.faults = {"before draft": [KeyboardInterrupt()]}
    with pytest.raises(KeyboardInterrupt):
        office.deliver()
    assert office.deliver(after=STUCK_AFTER) == []
    assert len(office.deliver(after=timedelta(seconds=1))) == 1


def test_two_who_deliver_at_once_send_each_mail_once(office: Office) -> None:
    codes = [f"T{n:02}" for n in range(12)]
    with office.world.database.transaction() as session:
        for code in codes:
            tienda = factories.customer(session, code, f"Tienda {code}", rfc=f"TIE{code}")
            factories.document(session, tienda, f"9{code}")
    office.queue(*codes)
    posts = [Post(), Post()]

    def deliver(post: Post) -> int:
        return len(
            list(outbox.deliver(office.world.database.transaction, office.world.database.locks, post, lambda _: NOW))
        )

    with ThreadPoolExecutor(2) as threads:
        counts = list(threads.map(deliver, posts))
    assert sum(counts) == len(codes)
    assert len({*posts[0].keys, *posts[1].keys}) == len(posts[0].keys) + len(posts[1].keys) == len(codes)


def test_two_who_queue_the_same_statement_at_once_send_it_once(office: Office) -> None:
    def attempt(_: int) -> list[MailState]:
        queue(office.world, office.world.ana, "CL001")
        return [
            d.state
            for d in outbox.deliver(
                office.world.database.transaction, office.world.database.locks, office.post, lambda _: NOW
            )
        ]

    with ThreadPoolExecutor(6) as threads:
        outcomes = [state for done in threads.map(attempt, range(6)) for state in done]
    assert outcomes == [MailState.SENT]
    assert office.post.keys == [key(office, "CL001")]


def test_only_a_mail_that_has_ended_without_leaving_is_queued_anew(office: Office) -> None:
    office.queue("CL001")
    anew, mail = {}, Mail(key(office, "CL001"), ("pagos@cl001.example",), "s", "t", "h")
    for state in MailState:
        with office.world.database.transaction() as session:
            session.get_one(MailRow, 1).state = state
        with office.world.database.transaction() as session:
            store.rewrite(session, mail, person=office.world.ana, now=NOW)
            anew[state] = session.get_one(MailRow, 1).state
    assert anew == {state: state for state in MailState} | dict.fromkeys(
        (MailState.FAILED, MailState.CANCELLED), MailState.QUEUED
    )
