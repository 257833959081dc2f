from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from bot.domain.access import INVITATION_LIFE, Invitation, InvitationNotValid
from bot.domain.errors import MalformedCommand, NotAllowed, NothingPending
from bot.domain.people import COMMAND_LINE, CollectorWithoutPortfolio, Person, Role
from bot.services import invitations
from bot.store import people
from bot.store.access_models import InvitationRow
from bot.store.database import Database
from bot.store.models import AuditRow
from tests import factories
from tests.services.world import NOW, World, act

LATER = NOW + INVITATION_LIFE - timedelta(seconds=1)


@pytest.fixture
def boss(world: World) -> Person:
    """An administrator."""
    with world.database.transaction() as session:
        return people.to_person(factories.person(session, Role.ADMINISTRATOR, name="Eva"))


def accept(session: Session, made: Invitation, account: int = 5001, **over: object) -> Person:
    given = {"now": NOW, "source": "tg:9", **over}
    return invitations.accept(session, made.token, account, "es_MX", **given)  # type: ignore[arg-type] # as given


@pytest.mark.parametrize(
    ("typed", "name", "role", "code"),
    [
        ("Laura Méndez cobradora C2", "Laura Méndez", Role.COLLECTOR, "C2"),
        ("«Laura Méndez», cobrador, c2", "Laura Méndez", Role.COLLECTOR, "C2"),
        ("Laura COLLECTOR C9", "Laura", Role.COLLECTOR, "C9"),
        ("Jefe Pérez supervisor", "Jefe Pérez", Role.SUPERVISOR, None),
        ("Rosa\u202e administradora", "Rosa", Role.ADMINISTRATOR, None),
    ],
)
def test_a_link_lets_its_bearer_in_as_the_command_names_them(
    world: World, boss: Person, typed: str, *, name: str, role: Role, code: str | None
) -> None:
    made = world.call(invitations.invite, boss, typed)
    assert made.expires_at == NOW + INVITATION_LIFE
    assert made.known_portfolio is (code != "C9")
    with world.database.transaction() as session:
        person = invitations.accept(session, made.token, 5001, "en", now=LATER, source="tg:9")
    assert person == Person(person.id, name, role, code, 5001, "en")
    with world.database.transaction() as session:
        trail = [(row.person_id, row.action, row.subject) for row in session.query(AuditRow)]
    assert trail == [(boss.id, "invite", f"invitation {made.id}"), (person.id, "join", f"invitation {made.id}")]


def test_the_command_line_invites_the_first_administrator(world: World) -> None:
    made = world.call(invitations.invite, COMMAND_LINE, "Eva administradora")
    with world.database.transaction() as session:
        assert accept(session, made).role is Role.ADMINISTRATOR
        trail = [(row.person_id, row.action) for row in session.query(AuditRow).order_by(AuditRow.id)]
    assert trail[0] == (None, "invite")


def test_the_token_is_kept_nowhere(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Ana supervisora")
    assert len(made.token) == 32
    with world.database.transaction() as session:
        row = session.get_one(InvitationRow, made.id)
        assert made.token not in [str(value) for value in vars(row).values()]


@pytest.mark.parametrize("typed", ["", "Laura", "cobrador C1", "Laura cobrador C1 C2", "Laura supervisor C1",
                                   "L" * 121 + " cobrador C1", "Laura cobrador " + "9" * 31])  # fmt: skip
def test_what_names_no_person_role_and_code_is_refused(world: World, boss: Person, typed: str) -> None:
    with pytest.raises(MalformedCommand) as refused:
        world.call(invitations.invite, boss, typed)
    assert refused.value == MalformedCommand("invitar", typed)


def test_a_collector_is_invited_with_a_code_only(world: World) -> None:
    with pytest.raises(CollectorWithoutPortfolio):
        world.call(invitations.invite, world.chief, "Laura cobradora")


def test_a_supervisor_invites_collectors_and_nobody_above(world: World) -> None:
    assert world.call(invitations.invite, world.chief, "Laura cobradora C1").role is Role.COLLECTOR
    for typed in ("Eva administradora", "Eva supervisora"):
        with pytest.raises(NotAllowed):
            world.call(invitations.invite, world.chief, typed)


def test_a_collector_invites_nobody_whatever_they_type(world: World) -> None:
    for typed in ("Eva cobradora C1", ""):
        with pytest.raises(NotAllowed):
            world.call(invitations.invite, world.ana, typed)


def test_a_link_lets_one_person_in_once(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Laura cobradora C1")
    with world.database.transaction() as session:
        accept(session, made)
    with pytest.raises(InvitationNotValid, match="used"), world.database.transaction() as session:
        accept(session, made, 5002)


def test_of_two_people_who_tap_a_link_at_once_one_gets_in(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Laura cobradora C1")
    start, let_in, refused = Barrier(2), [], []

    def tap(account: int) -> None:
        start.wait()
        try:
            with world.database.transaction() as session:
                let_in.append(accept(session, made, account))
        except InvitationNotValid as refusal:
            refused.append(refusal.reason)

    taps = [Thread(target=tap, args=(account,)) for account in (5001, 5002)]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join()
    assert (len(let_in), refused) == (1, ["used"])


def test_a_link_expires(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Laura cobradora C1")
    with pytest.raises(InvitationNotValid, match="expired"), world.database.transaction() as session:
        accept(session, made, now=NOW + INVITATION_LIFE)


def test_a_token_that_never_was_is_unknown(database: Database) -> None:
    with database.transaction() as session, pytest.raises(InvitationNotValid, match="unknown"):
        invitations.accept(session, "nothing", 5001, "en", now=NOW, source="tg:1")


@pytest.mark.parametrize("loss", ["access", "role"])
def test_who_lost_access_or_role_lets_nobody_in_any_more(world: World, boss: Person, loss: str) -> None:
    made = world.call(invitations.invite, boss, "Laura supervisora")
    with world.database.transaction() as session:
        row = people.get_row(session, boss.id)
        row.active, row.role = loss != "access", Role.SUPERVISOR if loss == "role" else row.role
    with pytest.raises(InvitationNotValid, match="expired"), world.database.transaction() as session:
        accept(session, made)
    with world.database.transaction() as session:
        assert session.get_one(InvitationRow, made.id).used_at is None


def test_somebody_shut_out_comes_back_by_a_link_as_it_says(world: World, boss: Person) -> None:
    with world.database.transaction() as session:
        gone = factories.person(session, name="Láura Méndez", telegram_id=5001, active=False)
    made = world.call(invitations.invite, boss, "Laura supervisora")
    with world.database.transaction() as session:
        back = accept(session, made)
    assert (back.id, back.name, back.role, back.active) == (gone.id, "Laura", Role.SUPERVISOR, True)


def test_the_same_update_again_makes_one_invitation_with_the_link_told_last(world: World, boss: Person) -> None:
    asked = act(boss, source="tg:7")
    first, again = (world.call(invitations.invite, asked, "Laura supervisora") for _ in range(2))
    assert first.id == again.id
    with pytest.raises(InvitationNotValid, match="unknown"), world.database.transaction() as session:
        accept(session, first)
    with world.database.transaction() as session:
        accept(session, again)
    with pytest.raises(InvitationNotValid, match="used"):
        world.call(invitations.invite, asked, "Laura supervisora")


def test_a_cancelled_link_has_expired(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Laura cobradora C1")
    assert world.call(invitations.cancel, world.chief, made.id).name == "Laura"
    assert world.call(invitations.cancel, boss, made.id).expires_at == NOW
    with pytest.raises(InvitationNotValid, match="expired"), world.database.transaction() as session:
        accept(session, made)


def test_a_used_link_is_not_cancelled(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Laura cobradora C1")
    with world.database.transaction() as session:
        accept(session, made)
    with pytest.raises(InvitationNotValid, match="used"):
        world.call(invitations.cancel, boss, made.id)


def test_nobody_cancels_an_invitation_that_is_not_theirs_to_make(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Eva supervisora")
    for person, number in ((world.chief, made.id), (world.ana, made.id), (boss, 99)):
        with pytest.raises(NothingPending):
            world.call(invitations.cancel, person, number)


def test_a_link_is_open_until_it_is_used_or_expires(world: World, boss: Person) -> None:
    made = world.call(invitations.invite, boss, "Laura cobradora C1")
    assert world.call(invitations.is_still_open, world.ana, made.token)
    assert not world.call(invitations.is_still_open, world.ana, "nothing")
    with world.database.transaction() as session:
        accept(session, made)
    assert not world.call(invitations.is_still_open, world.ana, made.token)
    expired = world.call(invitations.invite, boss, "Laura cobradora C1")
    world.call(invitations.cancel, boss, expired.id)
    assert not world.call(invitations.is_still_open, world.ana, expired.token)
