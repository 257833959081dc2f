from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from bot.domain.access import LastAdministrator, NotYourself
from bot.domain.correspondence import MailState, Pace
from bot.domain.errors import NotAllowed
from bot.domain.people import COMMAND_LINE, Person, PersonNotFound, Role
from bot.domain.runs import Audience, RunState
from bot.services import access, confirming, runs, scheduling, sending
from bot.store import people
from bot.store.models import AuditRow
from tests import factories
from tests.services.post import HOUSE, Office, Post, begin, queue, write
from tests.services.world import NOW, THE_23RD, World, act


def hire(world: World, role: Role = Role.ADMINISTRATOR, **over: Any) -> Person:  # noqa: ANN401 - any column
    with world.database.transaction() as session:
        return people.to_person(factories.person(session, role, **over))


def trail(world: World) -> list[tuple[int | None, str, str]]:
    with world.database.transaction() as session:
        return [(row.person_id, row.action, row.subject) for row in session.query(AuditRow).order_by(AuditRow.id)]


def test_who_comes_is_seen_to_the_minute(world: World) -> None:
    account = world.ana.telegram_id or 0
    for seconds in (0, 59, 61):
        with world.database.transaction() as session:
            assert access.arrive(session, account, NOW + timedelta(seconds=seconds)) == world.ana
        with world.database.transaction() as session:
            seen = people.get_row(session, world.ana.id).last_seen
        assert seen == (NOW if seconds < 60 else NOW + timedelta(seconds=61))


def test_a_stranger_and_who_was_shut_out_do_not_come_in(world: World) -> None:
    world.call(access.set_active, world.chief, world.ana.id, active=False)
    for account in (99, world.ana.telegram_id or 0):
        with world.database.transaction() as session:
            assert access.arrive(session, account, NOW) is None


def test_everyone_is_listed_in_pages_with_what_is_the_viewers_to_change(world: World) -> None:
    eva = hire(world, name="Eva")
    for n in range(5):
        hire(world, Role.COLLECTOR, name=f"Zoe {n}")
    first, last, beyond = (world.call(access.everyone, world.chief, page) for page in (0, 1, 9))
    assert (first.pages, first.total, len(first.colleagues)) == (2, 9, 8)
    assert last == beyond
    assert [c.person.name for c in last.colleagues] == ["Zoe 4"]
    assert {c.person.name: c.manageable for c in first.colleagues[:4]} == {
        "Administrador": False, "Ana": True, "Beto": True, "Eva": False,
    }  # fmt: skip
    assert world.call(access.one, eva, world.chief.id).manageable
    assert trail(world)[0] == (world.chief.id, "people", "0")


def test_a_collector_sees_and_changes_nobody(world: World) -> None:
    for use_case in (
        lambda: world.call(access.everyone, world.ana),
        lambda: world.call(access.one, world.ana, world.ana.id),
        lambda: world.call(access.set_active, world.ana, world.beto.id, active=False),
    ):
        with pytest.raises(NotAllowed):
            use_case()


def test_access_is_taken_and_given_and_the_same_tap_twice_changes_it_once(world: World) -> None:
    for active in (False, False, True, True):
        changed = world.call(access.set_active, world.chief, world.ana.id, active=active)
        assert changed.person.active is active
    subject = f"person {world.ana.id}"
    assert trail(world) == [(world.chief.id, "deactivate", subject), (world.chief.id, "activate", subject)]


def test_what_somebody_is_sending_stops_as_they_are_shut_out_and_what_has_left_has_left(world: World) -> None:
    office = Office(world, Post(pace=Pace(1, 10_000)))
    run_id = begin(world, world.ana, Audience.EVERYONE)
    other = begin(world, world.chief, "CL900")
    sending.write_next(world.database.transaction, run_id, HOUSE, NOW)
    office.deliver()
    sending.write_next(world.database.transaction, run_id, HOUSE, NOW)
    write(world, other)

    gone = world.call(access.set_active, world.chief, world.ana.id, active=False)

    assert gone.kept_back == 2
    assert world.call(access.set_active, world.chief, world.ana.id, active=False).kept_back == 0
    subject = f"person {world.ana.id}"
    assert trail(world)[-2:] == [
        (world.chief.id, "deactivate", subject),
        (world.chief.id, "mail_stop", f"run {run_id}"),
    ]
    write(world, run_id)
    for _ in range(5):
        office.deliver(after=timedelta(minutes=2))
    assert [mail.to for mail in office.post.sent] == [("pagos@cl001.example",), ("pagos@cl900.example",)]
    stopped = world.call(runs.progress, world.ana, run_id)
    assert stopped.run.state is RunState.STOPPED
    assert [r.mail for r in stopped.recipients] == [MailState.SENT, MailState.CANCELLED, None]

    assert world.call(access.set_active, world.chief, world.ana.id, active=True).kept_back == 0
    office.deliver(after=timedelta(minutes=2))
    assert len(office.post.sent) == 2
    queue(world, world.chief, "CL002")
    office.deliver(after=timedelta(minutes=2))
    assert office.post.sent[-1].to == ("pagos@cl002.example",)


def test_the_confirmations_of_who_is_shut_out_are_taken_back_for_another_to_send(world: World) -> None:
    office = Office(world)
    (made,) = world.call(scheduling.promise, act(world.ana, source="tg:1"), [world.documents["7"]], THE_23RD)
    promise = made.promise.id
    world.call(confirming.confirm, world.ana, promise, HOUSE.company)

    assert world.call(access.set_active, world.chief, world.ana.id, active=False).kept_back == 1

    assert office.deliver() == []
    (shown,) = world.call(confirming.look, world.chief, promise)
    assert shown.may_leave
    world.call(confirming.confirm, world.chief, promise, HOUSE.company)
    assert [delivery.queued_by for delivery in office.deliver()] == [world.chief.id]


def test_a_supervisor_takes_access_from_collectors_and_nobody_else(world: World) -> None:
    for other in (hire(world), hire(world, Role.SUPERVISOR), world.chief):
        with pytest.raises(NotAllowed):
            world.call(access.set_active, world.chief, other.id, active=False)


def test_nobody_takes_their_own_access_away(world: World) -> None:
    eva = hire(world)
    hire(world)
    with pytest.raises(NotYourself):
        world.call(access.set_active, eva, eva.id, active=False)


def test_the_last_administrator_stays_also_on_the_command_line(world: World) -> None:
    first, last = hire(world), hire(world, name="Eva")
    assert not world.call(access.set_active, act(COMMAND_LINE), first.id, active=False).person.active
    with pytest.raises(LastAdministrator) as refused:
        world.call(access.set_active, act(COMMAND_LINE), last.id, active=False)
    assert refused.value.name == "Eva"


def test_two_administrators_who_shut_each_other_out_at_once_do_not_both_succeed(world: World) -> None:
    pair, start, failures = (hire(world), hire(world)), Barrier(2), []

    def shut_out(by: Person, whom: Person) -> None:
        start.wait()
        try:
            world.call(access.set_active, by, whom.id, active=False)
        except LastAdministrator as refused:
            failures.append(refused)

    both = [Thread(target=shut_out, args=order) for order in (pair, pair[::-1])]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(failures) == 1


def test_who_is_not_there_cannot_be_shut_out(world: World) -> None:
    with pytest.raises(PersonNotFound):
        world.call(access.set_active, world.chief, 99, active=False)


def test_a_language_is_the_persons_from_then_on(world: World) -> None:
    assert world.call(access.set_language, world.ana, "en").language == "en"
    assert trail(world) == [(world.ana.id, "language", "en")]
    with world.database.transaction() as session:
        assert people.get(session, world.ana.id).language == "en"


def test_a_menu_is_due_to_who_was_seen_and_is_taken_from_who_was_shut_out_with_one(world: World) -> None:
    hire(world, Role.COLLECTOR, telegram_id=None, last_seen=NOW)
    with world.database.transaction() as session:
        assert access.menus(session) == []
        for person in (world.ana, world.beto):
            access.arrive(session, person.telegram_id or 0, NOW)
        access.menu_given(session, world.beto.id, "collector")
    assert menus(world) == [("Ana", None), ("Beto", "collector")]
    for person in (world.ana, world.beto):
        world.call(access.set_active, world.chief, person.id, active=False)
    assert menus(world) == [("Beto", "collector")]


def menus(world: World) -> list[tuple[str, str | None]]:
    with world.database.transaction() as session:
        return [(person.name, menu) for person, menu in access.menus(session)]


def test_who_is_added_at_the_office_leaves_a_trace(world: World) -> None:
    added = world.call(
        access.add,
        act(COMMAND_LINE),
        telegram_id=7,
        name="Eva",
        role=Role.ADMINISTRATOR,
        collector_code=None,
        language="en",
    )
    assert (added.name, added.telegram_id, added.language) == ("Eva", 7, "en")
    assert trail(world) == [(None, "add", f"person {added.id}")]
