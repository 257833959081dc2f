"""A promise confirmed to the customer by mail, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from bot.domain.company import Company
from bot.domain.confirmations import Confirmation
from bot.domain.correspondence import MailState, Rejected, SkipReason, TryLater
from bot.domain.errors import DocumentNotFound
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.domain.receivables import ApplicationKind, AttachmentPolicy
from bot.services import confirming, scheduling, undoing
from bot.store import addresses, promises
from bot.store.mail_models import MailRow
from bot.store.models import AuditRow, CustomerRow, DocumentRow
from tests import factories
from tests.services.post import Office, queue
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY, World, act

if TYPE_CHECKING:
    from collections.abc import Callable

COMPANY = Company("La Casa", bank="CLABE 012345678901234567")


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def promised(
    world: World, *folios: str, on: date = THE_23RD, plan: Plan | None = None, update: str = "tg:1", comment: str = ""
) -> int:
    """The id of the first promise that one command of the chief's makes."""
    ids = [world.documents[folio] for folio in folios]
    return world.call(
        scheduling.promise, act(world.chief, source=update), ids, on, plan=plan, comment=comment
    )[0].promise.id  # fmt: skip


def look(world: World, promise_id: int, by: Person | Occasion | None = None) -> tuple[Confirmation, ...]:
    return world.call(confirming.look, by or world.chief, promise_id)


def confirm(world: World, promise_id: int, by: Person | Occasion | None = None) -> tuple[Confirmation, ...]:
    return world.call(confirming.confirm, by or world.chief, promise_id, COMPANY)


def state(confirmation: Confirmation) -> MailState | None:
    return confirmation.posted.state if confirmation.posted else None


def change(world: World, code: str, **values: object) -> None:
    with world.database.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(CustomerRow, world.customers[code]), name, value)


def test_nothing_leaves_before_it_is_asked_for_and_then_one_mail_does(office: Office) -> None:
    world = office.world
    promise = promised(world, "7", comment="Dice que anda corto")
    (shown,) = look(world, promise, world.ana)
    assert shown.may_leave
    assert [(each.document.folio, each.promise.on) for each in shown.agreed] == [("7", THE_23RD)]
    assert office.deliver() == []
    (queued,) = confirm(world, promise, world.ana)
    assert (state(queued), queued.may_leave) == (MailState.QUEUED, False)
    (left,) = office.deliver()
    assert (left.customer_code, left.queued_by, left.state) == ("CL001", world.ana.id, MailState.SENT)
    (mail,) = office.post.sent
    assert (mail.key, mail.to) == (f"promise:{promise}", ("pagos@cl001.example",))
    assert "martes 23/07/2019" in mail.text
    assert "$2,842.00" in mail.text
    assert "CLABE 012345678901234567" in mail.text
    assert "corto" not in mail.text + mail.html
    (file,) = mail.attachments
    assert file.name == "Pago acordado CL001 2019-07-23.ics"
    assert file.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert b"DTSTART;VALUE=DATE:20190723" in file.content
    assert state(look(world, promise)[0]) is MailState.SENT


def test_who_saw_and_who_sent_it_is_in_the_audit(world: World) -> None:
    promise = promised(world, "7")
    look(world, promise, world.ana)
    confirm(world, promise, world.ana)
    with world.database.transaction() as session:
        rows = session.query(AuditRow).filter_by(person_id=world.ana.id).order_by(AuditRow.id)
        assert [(row.action, row.subject) for row in rows] == [
            ("mail_preview", "CL001"), ("mail", "CL001"), ("mail_preview", "CL001"),
        ]  # fmt: skip


def test_however_often_and_by_whoever_it_is_confirmed_one_mail_leaves(office: Office) -> None:
    world = office.world
    promise = promised(world, "5", "8")
    with world.database.transaction() as session:
        second = max(made.id for made in promises.history(session, world.documents["8"]))
    for by, wanted in ((world.ana, promise), (world.chief, promise), (world.ana, second)):
        confirm(world, wanted, by)
        office.deliver()
    assert office.post.keys == [f"promise:{promise}"]


@pytest.mark.slow
def test_twenty_at_once_queue_one_mail(world: World) -> None:
    promise, gate = promised(world, "5", "8"), Barrier(20, timeout=20)

    def one(_: int) -> None:
        gate.wait()
        confirm(world, promise, world.ana)

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(one, range(20)))
    with world.database.transaction() as session:
        assert session.query(MailRow).count() == 1


def test_a_plan_is_confirmed_with_all_its_payments(office: Office) -> None:
    promise = promised(office.world, "7", plan=Plan(3, Rhythm.WEEKLY))
    confirm(office.world, promise)
    office.deliver()
    (mail,) = office.post.sent
    assert "Pagos acordados del 23/07/2019 al 06/08/2019" in mail.subject
    assert mail.attachments[0].content.count(b"BEGIN:VEVENT") == 3


def test_each_of_several_customers_gets_a_mail_of_their_own_documents_alone(office: Office) -> None:
    world = office.world
    change(world, "CL003", email=[])
    change(world, "CL002", language="en", attachments=AttachmentPolicy.PDF_ONLY)
    promise = promised(world, "5", "7", "8", "9")
    assert [(c.customer.code, c.skipped, c.may_leave) for c in look(world, promise)] == [
        ("CL002", None, True),
        ("CL001", None, True),
        ("CL003", SkipReason.NO_ADDRESS, False),
    ]
    confirm(world, promise)
    office.deliver()
    english, spanish = office.post.sent
    assert english.to == ("pagos@cl002.example",)
    assert english.subject.startswith("Payment agreed for 23/07/2019")
    assert ("$1,624.00" in english.text, "$4,872.00" in english.text, "$6,496.00" in english.text) == (True, True, True)
    assert ("CL001" in english.text, "$2,842.00" in english.text) == (False, False)
    assert english.attachments == ()
    assert spanish.to == ("pagos@cl001.example",)
    assert ("$2,842.00" in spanish.text, "$1,624.00" in spanish.text) == (True, False)
    # Once the third has an address, they get theirs, and the others nothing more.
    change(world, "CL003", email=["pagos@cl003.example"])
    confirm(world, promise)
    office.deliver()
    assert [mail.to[0] for mail in office.post.sent[2:]] == ["pagos@cl003.example"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"email": []}, SkipReason.NO_ADDRESS),
        ({"email": ["no es correo"]}, SkipReason.BAD_ADDRESS),
        ({"do_not_send": True}, SkipReason.OPTED_OUT),
        ({"rfc": "XAXX010101000"}, SkipReason.GENERAL_PUBLIC),
    ],
)
def test_who_gets_no_statement_gets_no_confirmation(
    world: World, changed: dict[str, object], reason: SkipReason
) -> None:
    promise = promised(world, "7")
    change(world, "CL001", **changed)
    assert look(world, promise)[0].skipped is reason
    assert confirm(world, promise)[0].posted is None


def test_where_a_mail_bounced_none_is_sent_and_the_reason_is_told(world: World) -> None:
    promise = promised(world, "7")
    with world.database.transaction() as session:
        addresses.mark_bad(session, "pagos@cl001.example", "550 unknown", NOW)
    (shown,) = confirm(world, promise)
    assert (shown.skipped, shown.posted) == (SkipReason.BAD_ADDRESS, None)
    assert shown.bounced == ("pagos@cl001.example (550 unknown)",)


def test_a_statement_sent_the_same_day_keeps_back_no_confirmation_nor_the_other_way_round(office: Office) -> None:
    queue(office.world, office.world.ana, "CL001")
    promise = promised(office.world, "7")
    confirm(office.world, promise)
    confirm(office.world, promised(office.world, "5", update="tg:2"))
    queue(office.world, office.world.ana, "CL002")
    assert len(office.deliver()) == 4


def fallen(shown: Confirmation) -> list[tuple[str, PromiseState]]:
    return [(each.document.folio, each.promise.state) for each in shown.fallen]


def pay(world: World, folio: str, minor: int, kind: ApplicationKind = ApplicationKind.PAYMENT) -> None:
    with world.database.transaction() as session:
        document = session.get_one(DocumentRow, world.documents[folio])
        factories.application(session, document, minor, TODAY, kind=kind)


def test_what_was_put_off_withdrawn_undone_or_paid_before_the_tap_is_not_confirmed(office: Office) -> None:
    world = office.world
    ends: dict[str, Callable[[int], object]] = {
        "5": lambda _made: promised(world, "5", update="tg:99", on=THE_18TH),
        "7": lambda made: world.call(scheduling.withdraw, world.chief, world.documents["7"], made),
        "9": lambda made: world.call(undoing.undo, world.chief, made),
    }
    for folio, end in ends.items():
        promise = promised(world, folio, update=f"tg:{folio}")
        end(promise)
        (shown,) = confirm(world, promise)
        assert (shown.agreed, len(shown.fallen), shown.posted) == ((), 1, None)
    paid = promised(world, "8", update="tg:50")
    pay(world, "8", 4872_00)
    (shown,) = confirm(world, paid)
    assert (fallen(shown), shown.posted) == ([("8", PromiseState.KEPT)], None)
    assert office.deliver() == []


@pytest.mark.parametrize("kind", [ApplicationKind.PAYMENT, ApplicationKind.CREDIT_NOTE])
def test_of_a_promise_only_what_is_left_to_pay_is_confirmed(office: Office, kind: ApplicationKind) -> None:
    world = office.world
    promise = promised(world, "7")
    pay(world, "7", 1842_00, kind)
    confirm(world, promise)
    office.deliver()
    (mail,) = office.post.sent
    assert mail.text.count("$1,000.00") == 2
    assert "2,842.00" not in mail.text
    assert rb"Pagar $1\,000.00" in mail.attachments[0].content


def test_what_a_credit_note_has_settled_is_not_confirmed(office: Office) -> None:
    world = office.world
    promise = promised(world, "7")
    pay(world, "7", 2842_00, ApplicationKind.CREDIT_NOTE)
    (shown,) = confirm(world, promise)
    assert (fallen(shown), shown.posted) == ([("7", PromiseState.IN_FORCE)], None)


def test_of_several_what_still_holds_is_confirmed(office: Office) -> None:
    world = office.world
    promise = promised(world, "5", "8")
    promised(world, "8", on=THE_18TH, update="tg:2")
    (shown,) = confirm(world, promise)
    assert fallen(shown) == [("8", PromiseState.RESCHEDULED)]
    office.deliver()
    (mail,) = office.post.sent
    assert ("$1,624.00" in mail.text, "$4,872.00" in mail.text) == (True, False)


def test_a_day_that_has_gone_by_is_not_confirmed_though_there_is_still_time_to_pay(world: World) -> None:
    promise = promised(world, "7", on=TODAY)
    assert look(world, promise)[0].may_leave
    (shown,) = confirm(world, promise, act(world.chief, TODAY + timedelta(days=1)))
    assert (fallen(shown), shown.posted) == ([("7", PromiseState.IN_FORCE)], None)


def test_a_mail_that_failed_is_tried_again_as_it_was_written_while_all_of_it_holds(office: Office) -> None:
    world = office.world
    promise, other = promised(world, "5", "8"), promised(world, "7", update="tg:2")
    office.post.faults = {"before draft": [Rejected("no such mailbox")] * 3}
    confirm(world, other)
    office.deliver()
    confirm(world, promise)
    office.deliver()
    (failed,) = look(world, promise)
    assert (state(failed), failed.may_leave) == (MailState.FAILED, True)
    assert failed.posted
    assert (failed.posted.reason, failed.posted.to) == ("no such mailbox", ("pagos@cl002.example",))
    confirm(world, promise)
    office.deliver()
    world.call(scheduling.withdraw, world.chief, world.documents["8"], look(world, promise)[0].agreed[1].promise.id)
    (shown,) = confirm(world, promise)
    assert (state(shown), shown.may_leave) == (MailState.FAILED, False)
    confirm(world, other)
    office.deliver()
    assert office.post.keys == [f"promise:{other}"]


def test_a_mail_that_was_refused_goes_to_the_address_that_was_mended_meanwhile(office: Office) -> None:
    world = office.world
    promise = promised(world, "7")
    office.post.faults = {"before draft": [Rejected("no such mailbox")]}
    confirm(world, promise)
    office.deliver()
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).email = ["nuevo@cl001.example"]
    confirm(world, promise)
    office.deliver()
    assert [mail.to for mail in office.post.sent] == [("nuevo@cl001.example",)]


def test_a_mail_that_could_not_leave_yet_is_not_queued_again(office: Office) -> None:
    office.post.faults = {"before draft": [TryLater("busy")]}
    promise = promised(office.world, "7")
    confirm(office.world, promise)
    office.deliver()
    (shown,) = confirm(office.world, promise)
    assert (state(shown), shown.may_leave) == (MailState.RETRY, False)
    assert shown.posted
    assert shown.posted.waits
    office.deliver(after=timedelta(hours=1))
    assert len(office.post.sent) == 1


def test_a_mail_that_leaves_at_this_moment_is_told_apart_and_does_not_leave_again(office: Office) -> None:
    promise = promised(office.world, "7")
    confirm(office.world, promise)
    for state_, leaving in ((MailState.QUEUED, False), (MailState.SENDING, True), (MailState.SENT, False)):
        with office.world.database.transaction() as session:
            session.query(MailRow).one().state = state_
        (shown,) = confirm(office.world, promise)
        assert (shown.is_leaving, shown.may_leave) == (leaving, False)


@pytest.mark.parametrize("fault", [None, TryLater("busy")])
def test_a_mail_that_waits_does_not_leave_once_its_promise_was_put_off_withdrawn_or_undone(
    office: Office, fault: Exception | None
) -> None:
    """Of several what still holds can be confirmed anew."""
    world = office.world
    plan = Plan(3, Rhythm.WEEKLY)
    made = {folio: promised(world, folio, update=f"tg:{folio}", plan=plan if folio == "9" else None) for folio in "79"}
    both = promised(world, "5", "8", update="tg:58")
    for promise in (*made.values(), both):
        confirm(world, promise)
    if fault:
        office.post.faults = {"before draft": [fault] * 3}
        office.deliver()
    promised(world, "7", update="tg:99", on=THE_18TH)
    world.call(undoing.undo, world.chief, made["9"])
    (of_both,) = look(world, both)
    world.call(scheduling.withdraw, world.chief, world.documents["8"], of_both.agreed[1].promise.id)
    assert office.deliver(after=timedelta(hours=1)) == []

    (shown,) = confirm(world, both)
    assert (state(shown), fallen(shown)) == (MailState.QUEUED, [("8", PromiseState.WITHDRAWN)])
    office.deliver(after=timedelta(hours=1))
    assert office.post.keys == [f"promise:{both}"]
    world.call(scheduling.withdraw, world.chief, world.documents["5"], both)
    assert state(look(world, both)[0]) is MailState.SENT


def test_a_mail_that_waits_does_not_leave_once_all_that_it_confirms_was_paid(office: Office) -> None:
    world = office.world
    plan = promised(world, "7", plan=Plan(2, Rhythm.WEEKLY), update="tg:7")
    both = promised(world, "5", "8", update="tg:58")
    for promise in (plan, both):
        confirm(world, promise)
    for folio, minor in (("5", 1624_00), ("7", 1421_00)):
        pay(world, folio, minor)
    assert [state(look(world, promise)[0]) for promise in (plan, both)] == [MailState.QUEUED] * 2
    for folio, minor in (("8", 4872_00), ("7", 1421_00)):
        pay(world, folio, minor)
    assert [state(look(world, promise)[0]) for promise in (plan, both)] == [None] * 2
    assert office.deliver() == []


def test_a_promise_without_an_update_stands_alone_and_an_unknown_one_is_refused(world: World) -> None:
    (made,) = world.call(scheduling.promise, act(world.ana), [world.documents["7"]], THE_23RD)
    world.call(scheduling.promise, act(world.ana), [world.documents["5"]], THE_23RD)
    assert [c.customer.code for c in look(world, made.promise.id)] == ["CL001"]
    with pytest.raises(DocumentNotFound):
        look(world, 999_999)


def test_another_s_promise_is_neither_seen_nor_confirmed(world: World) -> None:
    promise = promised(world, "7", "70")
    for use_case in (confirming.look, confirming.confirmations, confirming.recorded):
        with pytest.raises(DocumentNotFound):
            world.call(use_case, world.ana, promise)
    with pytest.raises(DocumentNotFound):
        confirm(world, promise, world.ana)
    assert len(look(world, promise, world.chief)) == 2


def test_the_answer_is_given_back_as_it_stands_now(world: World) -> None:
    promised(world, "8", on=THE_18TH)
    promise = promised(world, "5", "8", update="tg:2")
    made = world.call(confirming.recorded, world.chief, promise)
    assert [(each.history.document.folio, each.rescheduled) for each in made] == [("5", False), ("8", True)]
    assert len(made[1].history.promises) == 2
