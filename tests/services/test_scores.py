from datetime import date, timedelta

from bot.domain.scores import CollectorScore, Score
from bot.services import scheduling, scores, statements
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import THE_18TH, THE_23RD, TODAY, World, act, judge, pay

LATER = date(2019, 8, 1)


def promised(world: World, folio: str, on: date, *, today: date = TODAY, paid: int = 0, amount: str = "100") -> None:
    """A promise, with what was paid on its day."""
    world.call(scheduling.promise, act(world.ana, today), [world.documents[folio]], on, amount=amount)
    if paid:
        pay(world, folio, paid, on)


def score(world: World, code: str, on: date = LATER) -> Score:
    """The customer's score, as it stands beside their statement."""
    shown, found, _ = world.call(statements.on_screen, act(world.ana, on), code)
    assert found == world.call(scores.of_customer, act(world.ana, on), shown.customer.id)
    return found


def test_kept_of_due_one_kept_in_part_being_due_and_not_kept(world: World) -> None:
    promised(world, "5", THE_18TH, paid=100_00)
    promised(world, "8", THE_18TH, paid=50_00)
    promised(world, "7", THE_18TH)
    promised(world, "9", date(2019, 8, 20))
    judge(world, LATER)
    assert score(world, "CL002") == Score(due=2, kept=1, broken=0)
    assert score(world, "CL001") == Score(due=1, kept=0, broken=1)
    assert score(world, "CL003") == Score()
    assert world.call(scores.of_customer, act(world.ana, LATER), world.customers["CL003"]) == Score()
    assert world.call(scores.of_customer, act(world.chief, LATER), world.customers["CL001"]) == Score(1, 0, 1)


def test_what_was_put_off_is_not_counted_and_the_last_state_is_what_counts(world: World) -> None:
    promised(world, "7", THE_23RD)
    promised(world, "7", THE_18TH)
    judge(world, date(2019, 7, 22))
    assert score(world, "CL001") == Score(due=1, kept=0, broken=1)
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, world.documents["7"]), 100_00, THE_18TH)
    judge(world, LATER)
    assert score(world, "CL001") == Score(due=1, kept=1, broken=0)


def test_promises_for_days_of_the_last_ninety_count(world: World) -> None:
    promised(world, "7", THE_18TH)
    judge(world, LATER)
    last = THE_18TH + timedelta(days=89)
    assert [score(world, "CL001", on).due for on in (last, last + timedelta(days=1))] == [1, 0]


def test_three_broken_ones_mark_a_customer_whatever_the_documents(world: World) -> None:
    promised(world, "5", THE_18TH)
    promised(world, "8", THE_18TH)
    judge(world, LATER)
    assert not score(world, "CL002").is_marked
    promised(world, "5", date(2019, 8, 2), today=LATER)
    judge(world, date(2019, 8, 10))
    assert score(world, "CL002", date(2019, 8, 10)) == Score(due=3, kept=0, broken=3)
    assert score(world, "CL002", date(2019, 8, 10)).is_marked


def test_each_portfolio_has_its_score_and_a_collector_sees_their_own(world: World) -> None:
    with world.database.transaction() as session:
        factories.person(session, name="Andrea", collector="C1")
        factories.person(session, name="Gone", collector="C1", active=False)
        factories.document(session, factories.customer(session, "CL950", collector=None), "90")
        session.get_one(CustomerRow, world.customers["CL900"]).collector_code = "C9"
    promised(world, "7", THE_18TH, paid=100_00)
    world.call(scheduling.promise, world.chief, [world.documents["70"]], THE_18TH)
    judge(world, LATER)
    own = CollectorScore("C1", ("Ana", "Andrea"), Score(due=1, kept=1, broken=0))
    assert world.call(scores.of_collectors, act(world.ana, LATER)) == (own,)
    assert world.call(scores.of_collectors, act(world.beto, LATER)) == ()
    others = CollectorScore("C9", (), Score(due=1, kept=0, broken=1))
    assert world.call(scores.of_collectors, act(world.chief, LATER)) == (own, others)
    foreign = world.customers["CL900"]
    assert world.call(scores.of_customer, act(world.ana, LATER), foreign) == Score()
    assert world.call(scores.of_customer, act(world.chief, LATER), foreign) == Score(due=1, kept=0, broken=1)
