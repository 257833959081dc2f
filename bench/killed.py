"""A sending to a thousand customers by processes that are killed at random moments: `python -m bench.killed --help`.

Real processes, real SIGKILL, real documents, and a Microsoft 365 on loopback that meets faults by lot. Each customer's
mail is accepted exactly once and the sending's report adds up, or this ends with status 1. Time is put
forward whenever all wait, so that nobody waits for the pauses that a fault asks for.
"""

import argparse
import multiprocessing
import os
import random
import time
from collections import Counter
from datetime import date

from bench.sender import BEGIN, Work, keep_at
from bench.thousand import databases
from bot.domain.correspondence import MailState, SkipReason
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.domain.receivables import AttachmentPolicy
from bot.domain.runs import Audience, Progress, RunState
from bot.services import runs, sending
from bot.store.database import Database
from tests import factories
from tests.mail.graph_server import GraphServer
from tests.mail.storm import FaultsByLot

TODAY = date(2019, 7, 16)
# How often a request meets a fault.
FAULTS = 0.05
# A process dies after so many requests at most (a mail takes two, with files seven), and then within so many seconds.
LIFE, MOMENT = 250, 0.3
# One customer in so many has no address, and one has asked for nothing.
ODD = 20
# One in so many gets all the files.
WITH_FILES = 9


def main() -> int:
    """Send and kill; 1 when a mail was accepted twice, or not at all, or the report does not add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--replicas", type=int, default=1)
    wanted = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    # Started from a process that has imported everything, so that most of a short life is work.
    multiprocessing.set_forkserver_preload(["bench.sender", "bench.thousand", "tests.factories"])
    wrong = 0
    with databases(wanted.database) as urls:
        for seed in range(wanted.first, wanted.first + wanted.seeds):
            wrong += not _send(next(urls), wanted.customers, wanted.replicas, seed)
    return 1 if wrong else 0


def _send(url: str, customers: int, replicas: int, seed: int) -> bool:
    lots = random.Random(seed)  # noqa: S311 - the same seed, the same lots
    processes = multiprocessing.get_context("forkserver")
    database = Database(url)
    database.upgrade()
    occasion = Occasion(COMMAND_LINE, TODAY, BEGIN, None)
    _fill(database, customers)
    with database.transaction() as session:
        run = runs.compose(session, occasion, Audience.EVERYONE)
        runs.confirm(session, occasion, run.id)
    kills = 0
    with GraphServer() as graph:
        graph.faults = FaultsByLot(lots, share=FAULTS)
        graph.checks = False  # the shape of each request has tests of its own
        work = Work(url, graph.url, run.id, time.time(), processes.RawValue("d", 0.0))
        alive = [processes.Process(target=keep_at, args=(work,)) for _ in range(replicas)]
        for process in alive:
            process.start()
        while (shown := _progress(database, occasion, run.id)).run.state is not RunState.DONE:
            _wait(graph, lots, database, run.id)
            one = lots.randrange(replicas)
            kills += alive[one].is_alive()
            alive[one].kill()
            alive[one].join()
            alive[one] = processes.Process(target=keep_at, args=(work,))
            alive[one].start()
        for process in alive:
            process.join(10)
        accepted = Counter(mail.headers["x-cobranza-key"] for mail in graph.sent)
        names = {mail.headers["x-cobranza-key"]: mail.to for mail in graph.sent}
    faults = graph.faults.met.total()
    database.close()
    right = _adds_up(shown, accepted, customers)
    twice = {names[key]: times for key, times in accepted.items() if times != 1}
    print(
        f"seed {seed:2}: {'once each, the report adds up' if right else f'WRONG {twice} {_counts(shown)}'}, "
        f"{time.time() - work.began:5.1f} s, {faults} faults, {kills} kills",
        flush=True,
    )
    return right


def _wait(graph: GraphServer, lots: random.Random, database: Database, run_id: int) -> None:
    """Wait for the moment at which a process dies, or for the end of the sending."""
    until = len(graph.operations) + lots.randrange(LIFE)
    while len(graph.operations) < until:
        time.sleep(0.5)
        with database.transaction() as session:
            if not sending.is_running(session, run_id):
                return
    time.sleep(lots.uniform(0, MOMENT))


def _adds_up(shown: Progress, accepted: Counter[str], customers: int) -> bool:
    """Whether the report says of everyone what happened: who got the one mail, and who none, and why."""
    bare = customers // ODD
    return (
        _counts(shown) == {MailState.SENT: customers - 2 * bare}
        and Counter(recipient.skipped for recipient in shown.skipped)
        == {SkipReason.NO_ADDRESS: bare, SkipReason.OPTED_OUT: bare}
        and len(shown.recipients) == customers
        and set(accepted.values()) == {1}
        and accepted.total() == customers - 2 * bare
    )


def _counts(shown: Progress) -> Counter[MailState | None]:
    return Counter(recipient.mail for recipient in shown.going)


def _progress(database: Database, occasion: Occasion, run_id: int) -> Progress:
    with database.transaction() as session:
        return runs.progress(session, occasion, run_id)


def _fill(database: Database, customers: int) -> None:
    """Customers who owe three documents each; of every so many one cannot be written to, and one does not want it."""
    with database.transaction() as session:
        for n in range(customers):
            row = factories.customer(
                *(session, f"CL{n:04}", f"Cliente {n}"),
                rfc="",
                email=[] if n % ODD == 0 else [f"pagos@cliente{n}.mx"],
                do_not_send=n % ODD == 1,
                # Files take most of the time; what is asked here is the same without.
                attachments=AttachmentPolicy.NONE if n % WITH_FILES else AttachmentPolicy.SEPARATE,
            )
            for folio in range(3):
                factories.document(session, row, f"{n * 3 + folio + 1}", total=284_200 + n)


if __name__ == "__main__":
    raise SystemExit(main())
