"""A customer's record changed between the writing of a mail and its leaving, as while the way out was away."""

from datetime import timedelta

import pytest

from bot.domain.company import Company
from bot.domain.correspondence import MailState, SkipReason, TryLater
from bot.services import confirming, runs, scheduling
from bot.store.addresses import mark_bad
from bot.store.models import CustomerRow
from tests.services.post import Office, begin, told, without_files, work, write
from tests.services.world import NOW, THE_23RD, World

HOUR = timedelta(hours=1)


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def change(world: World, **columns: object) -> None:
    with world.database.transaction() as session:
        row = session.get_one(CustomerRow, world.customers["CL001"])
        for name, value in columns.items():
            setattr(row, name, value)


@pytest.mark.parametrize("step", ["", "before draft"])
def test_what_waits_goes_to_the_addresses_of_the_moment_in_which_it_leaves(office: Office, step: str) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    write(world, run_id)
    if step:
        office.post.faults = {step: [TryLater("away", everyone=True)]}
        office.deliver()
    change(world, email=["nuevo@cl001.example"], cc=["jefa@cl001.example"])
    office.deliver(after=HOUR)
    assert [(mail.to, mail.cc) for mail in office.post.sent] == [(("nuevo@cl001.example",), ("jefa@cl001.example",))]
    (shown,) = world.call(runs.progress, world.ana, run_id).recipients
    assert (shown.mail, shown.addresses) == (MailState.SENT, ("nuevo@cl001.example",))


def test_what_may_have_left_is_told_to_have_gone_where_it_went(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    write(world, run_id)
    office.post.faults = {"after send": [TryLater("cut off")]}
    office.deliver()
    change(world, email=["nuevo@cl001.example"])
    office.deliver(after=HOUR)
    (shown,) = world.call(runs.progress, world.ana, run_id).recipients
    assert (shown.mail, shown.addresses) == (MailState.SENT, ("pagos@cl001.example",))
    assert len(office.post.sent) == 1


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"do_not_send": True}, SkipReason.OPTED_OUT),
        ({"email": []}, SkipReason.NO_ADDRESS),
        ({"email": ["no es correo"]}, SkipReason.BAD_ADDRESS),
        ({"email": ["nuevo@cl001.example"], "collector_code": "C2"}, SkipReason.NOT_YOURS),
    ],
)
@pytest.mark.parametrize("step", ["", "before draft", "before send"])
def test_who_is_not_to_be_written_to_any_more_gets_nothing_that_waited(
    office: Office, step: str, columns: dict[str, object], reason: SkipReason
) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001 CL002")
    write(world, run_id)
    if step:
        office.post.faults = {step: [TryLater("away", everyone=True)]}
        office.deliver()
    change(world, **columns)
    left = office.deliver(after=HOUR)
    assert [(d.customer_code, d.state) for d in left] == [("CL001", MailState.CANCELLED), ("CL002", MailState.SENT)]
    assert told(world, run_id) == {"CL001": reason, "CL002": MailState.SENT}
    assert world.call(runs.progress, world.ana, run_id).missing == 0
    work(office, run_id)
    assert [mail.to for mail in office.post.sent] == [("pagos@cl002.example",)]


def test_an_address_that_bounced_meanwhile_gets_nothing_that_waited(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    write(world, run_id)
    with world.database.transaction() as session:
        mark_bad(session, "pagos@cl001.example", "no such mailbox", NOW)
    office.deliver()
    assert (told(world, run_id), office.post.sent) == ({"CL001": SkipReason.BAD_ADDRESS}, [])


def test_what_left_before_its_customer_asked_for_no_more_is_told_to_have_left(office: Office) -> None:
    world = office.world
    run_id = begin(world, world.ana, "CL001")
    write(world, run_id)
    office.post.faults = {"after send": [TryLater("cut off")]}
    office.deliver()
    change(world, do_not_send=True)
    office.deliver(after=HOUR)
    assert told(world, run_id) == {"CL001": MailState.SENT}


def test_a_confirmation_that_waits_does_not_reach_who_asked_for_none_meanwhile(office: Office) -> None:
    world = office.world
    promise_id = world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)[0].promise.id
    world.call(confirming.confirm, world.ana, promise_id, Company("La Casa"))
    change(world, do_not_send=True)
    assert [d.state for d in office.deliver()] == [MailState.CANCELLED]
    (shown,) = world.call(confirming.look, world.ana, promise_id)
    assert (shown.skipped, shown.may_leave, office.post.sent) == (SkipReason.OPTED_OUT, False, [])


def test_a_confirmation_that_waits_for_a_customer_who_changed_hands_is_the_next_collectors_to_send(
    office: Office,
) -> None:
    world, company = office.world, Company("La Casa")
    promise_id = world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)[0].promise.id
    world.call(confirming.confirm, world.ana, promise_id, company)
    change(world, collector_code="C2")
    assert ([d.state for d in office.deliver()], office.post.sent) == ([MailState.CANCELLED], [])
    (shown,) = world.call(confirming.confirm, world.beto, promise_id, company)
    assert [d.state for d in office.deliver()] == [MailState.SENT]
    assert shown.customer.code == "CL001"
