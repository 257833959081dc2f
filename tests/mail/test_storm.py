"""Whatever goes wrong on the way, each customer's mail is accepted exactly once; `bench.thousand` takes a thousand."""

import random
from collections import Counter

import pytest

from bot.domain.correspondence import MailState
from bot.store.database import Database
from tests.mail import storm
from tests.mail.conftest import MailerFactory
from tests.mail.graph_server import GraphServer
from tests.search import examples

pytestmark = pytest.mark.slow

SEEDS = range(examples(2, searching=20))


def weather(
    graph: GraphServer, new_mailer: MailerFactory, database: Database, *, mails: int, seed: int, replicas: int
) -> None:
    lots = random.Random(seed)  # noqa: S311 - the same seed, the same storm
    graph.faults = faults = storm.FaultsByLot(random.Random(lots.random()))  # noqa: S311 - likewise
    processes = [
        storm.Process(database, new_mailer, random.Random(lots.random()))  # noqa: S311 - likewise
        for _ in range(replicas)
    ]
    keys = storm.queue(database, mails)

    tried_anew = storm.weather(database, processes)

    assert all(map(storm.is_passing, tried_anew))
    assert storm.accepted(graph) == dict.fromkeys(keys, 1)
    assert storm.ends(database) == {MailState.SENT: mails}
    told = Counter(key for process in processes for key in process.told_sent)
    assert max(told.values()) == 1
    assert len(told) >= mails - sum(process.deaths for process in processes)
    assert set(faults.met) == {"429", "500", "503", "Trouble.CUT_BEFORE", "Trouble.CUT_AFTER"}
    assert sum(process.deaths for process in processes) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_sixty_mails_through_a_storm_are_accepted_once_each(
    graph: GraphServer, new_mailer: MailerFactory, sqlite_database: Database, seed: int
) -> None:
    weather(graph, new_mailer, sqlite_database, mails=60, seed=seed, replicas=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_sixty_mails_of_two_replicas_through_a_storm_are_accepted_once_each(
    graph: GraphServer, new_mailer: MailerFactory, postgres_database: Database, seed: int
) -> None:
    weather(graph, new_mailer, postgres_database, mails=60, seed=seed, replicas=2)
