"""A rehearsal, while MAIL_REDIRECT_TO is set: the customer got nothing, so it keeps no mail from leaving afterwards."""

from datetime import timedelta

import pytest

from bot.domain.company import Company
from bot.domain.correspondence import MailState, SkipReason, Spacing, TryLater
from bot.services import confirming, runs, scheduling
from bot.store.mail_models import MailRow
from tests.services.post import HOUSE, Office, begin, candidates, queue, told, without_files, work, write
from tests.services.world import THE_23RD, World, act

TEST = "yo@casa.example"
HOUR = timedelta(hours=1)


@pytest.fixture
def office(world: World) -> Office:
    return without_files(world)


def rehearse(office: Office, code: str = "CL001") -> int:
    """A sending as it is done while all mail goes to who rehearses; its id."""
    office.post.redirect_to = TEST
    run_id = begin(office.world, office.world.ana, code)
    work(office, run_id)
    office.post.redirect_to = None
    return run_id


def test_after_a_rehearsal_the_customer_gets_the_statement_and_no_second(office: Office) -> None:
    world = office.world
    rehearsals = [rehearse(office), rehearse(office)]
    (shown,) = candidates(world, world.ana, "CL001")
    assert shown.skipped is None
    sent = begin(world, world.ana, "CL001")
    work(office, sent)
    assert [told(world, each) for each in (*rehearsals, sent)] == [{"CL001": MailState.SENT}] * 3
    assert len(set(office.post.left)) == len(office.post.sent) == 3
    (shown,) = candidates(world, world.ana, "CL001")
    assert shown.skipped is SkipReason.ALREADY_SENT


def test_a_rehearsal_of_yesterday_does_not_count_among_the_days_between_two_statements(office: Office) -> None:
    world = office.world
    rehearse(office)
    draft = world.call(runs.compose, act(world.ana, on=THE_23RD), "CL001")
    shown = world.call(runs.preview, act(world.ana, on=THE_23RD), draft.id, HOUSE.invoices, Spacing(31))
    assert [each.skipped for each in shown.candidates] == [None]


def test_a_rehearsal_that_is_on_its_way_is_not_joined_by_another(office: Office) -> None:
    office.post.redirect_to = TEST
    queue(office.world, office.world.ana, "CL001")
    second = queue(office.world, office.world.chief, "CL001")
    assert [each.skipped for each in second.recipients] == [SkipReason.ALREADY_SENT]


def test_what_left_to_who_rehearses_unseen_is_a_rehearsal_also_where_none_goes_there_any_more(office: Office) -> None:
    world = office.world
    office.post.redirect_to = TEST
    office.post.faults = {"after send": [TryLater("busy")]}
    queue(world, world.ana, "CL001")
    office.deliver()
    office.post.redirect_to = None
    assert [each.state for each in office.deliver(after=HOUR)] == [MailState.SENT]
    sent = begin(world, world.ana, "CL001")
    work(office, sent)
    assert (told(world, sent), len(office.post.sent)) == ({"CL001": MailState.SENT}, 2)


def test_a_rehearsal_that_was_stopped_with_its_fate_unknown_does_not_stand_for_the_customers_mail(
    office: Office,
) -> None:
    world = office.world
    office.post.redirect_to = TEST
    office.post.faults = {"after send": [TryLater("busy")]}
    stopped = begin(world, world.ana, "CL001")
    write(world, stopped)
    office.deliver()
    world.call(runs.stop, world.ana, stopped)
    office.post.redirect_to = None
    sent = begin(world, world.ana, "CL001")
    work(office, sent)
    assert (told(world, sent), len(office.post.sent)) == ({"CL001": MailState.SENT}, 2)
    with world.database.transaction() as session:
        assert [row.redirected_to for row in session.query(MailRow)] == [None]


def test_a_confirmation_that_was_rehearsed_is_said_to_have_been_and_may_leave(office: Office) -> None:
    world, company = office.world, Company("La Casa")
    ids = [world.documents["7"]]
    promise_id = world.call(scheduling.promise, act(world.ana), ids, THE_23RD)[0].promise.id
    office.post.redirect_to = TEST
    for rehearsed_to, redirect_to in ((TEST, None), ("", None)):
        world.call(confirming.confirm, world.ana, promise_id, company)
        office.deliver()
        (shown,) = world.call(confirming.look, world.ana, promise_id)
        assert (shown.rehearsed_to, shown.may_leave) == (rehearsed_to, bool(rehearsed_to))
        office.post.redirect_to = redirect_to
    assert shown.posted is not None
    assert shown.posted.state is MailState.SENT
    assert len(office.post.sent) == 2
