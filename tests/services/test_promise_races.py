"""What happens when several promise on one document at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.services import judgement, scheduling
from tests.services.world import NOW, TODAY, World, act

pytestmark = pytest.mark.slow

AT_ONCE = 20


def test_twenty_at_once_leave_one_promise_in_force_and_numbers_without_gaps(world: World) -> None:
    gate = Barrier(AT_ONCE, timeout=20)

    def one(n: int) -> int:
        gate.wait()
        update = act(world.ana, source=f"tg:{n}")
        (made,) = world.call(scheduling.promise, update, [world.documents["7"]], TODAY + timedelta(days=n))
        return made.promise.number

    with ThreadPoolExecutor(AT_ONCE) as threads:
        numbers = sorted(threads.map(one, range(AT_ONCE)))
    assert numbers == list(range(1, AT_ONCE + 1))
    shown = world.call(scheduling.history, world.ana, world.documents["7"]).promises
    assert [p.number for p in shown] == numbers
    assert [p.state for p in shown] == [PromiseState.RESCHEDULED] * (AT_ONCE - 1) + [PromiseState.IN_FORCE]


@pytest.mark.slow
def test_sixty_promises_plans_and_judgements_at_once_leave_one_arrangement_in_force(world: World) -> None:
    seven, gate = world.documents["7"], Barrier(60, timeout=60)

    def one(n: int) -> None:
        gate.wait()
        if n % 10 == 0:
            with world.database.transaction() as session:
                judgement.judge(session, TODAY, NOW, 1, [seven])
            return
        plan = Plan(3, Rhythm.WEEKLY) if n % 3 == 0 else None
        world.call(
            scheduling.promise, act(world.ana, source=f"tg:{n}"), [seven], TODAY + timedelta(days=n % 50), plan=plan
        )

    with ThreadPoolExecutor(60) as threads:
        list(threads.map(one, range(60)))
    shown = world.call(scheduling.history, world.ana, seven)
    assert [p.number for p in shown.promises] == list(range(1, 36 + 3 * 18 + 1))
    assert shown.in_force == tuple(p for p in shown.promises if p.arrangement == shown.promises[-1].arrangement)
    assert shown.rescheduled == 53


def test_one_update_handled_by_twenty_at_once_records_one_promise(world: World) -> None:
    gate = Barrier(AT_ONCE, timeout=20)

    def one(_: int) -> int:
        gate.wait()
        update = act(world.ana, source="tg:1")
        (made,) = world.call(scheduling.promise, update, [world.documents["7"]], TODAY)
        return made.promise.id

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert len(set(threads.map(one, range(AT_ONCE)))) == 1
    assert len(world.call(scheduling.history, world.ana, world.documents["7"]).promises) == 1


def test_the_same_documents_in_opposite_orders_do_not_block_each_other(world: World) -> None:
    ids = [world.documents[folio] for folio in ("5", "7", "8", "9")]
    gate = Barrier(2, timeout=20)

    def promise(wanted: list[int]) -> None:
        for n in range(10):
            gate.wait()
            world.call(scheduling.promise, world.ana, wanted, TODAY + timedelta(days=n))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(promise, (ids, ids[::-1])))
    assert len(world.call(scheduling.history, world.ana, world.documents["9"]).promises) == 20
