"""A sending to a thousand customers by processes that are killed at random moments: `python -m bench.killed --help`.

Real processes, real SIGKILL, real documents, and a Microsoft 365 on loopback that meets faults by lot. Each customer's
mail is accepted exactly once and the sending's report adds up, or this ends with status 1. Time runs faster than here,
so that nobody waits for the pauses that a fault asks for.
"""

import argparse
import multiprocessing
import os
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.thousand import databases
from bot.domain.correspondence import MailState, SkipReason
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.domain.runs import Audience, Progress, RunState
from bot.imports.vault import Vault
from bot.mail.credentials import Secret
from bot.mail.graph import GraphMailer
from bot.mail.graph_access import GraphAccess
from bot.services import outbox, runs, sending
from bot.services.enclosing import House
from bot.store.database import Database
from tests import factories
from tests.mail.graph_server import GraphServer
from tests.mail.storm import FaultsByLot
from tests.render.examples import COMPANY

TODAY = date(2019, 7, 16)
BEGIN = datetime(2019, 7, 16, 15, tzinfo=UTC)
# A minute's pause takes a second.
SPEED = 60
# How long a process lives at most, in seconds, and how often a request meets a fault.
LIFE, FAULTS = 16.0, 0.05
# One customer in so many has no address, and one has asked for nothing.
ODD = 20
# Nothing of the pace: it has tests of its own.
AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Work:
    """What a process is started with."""

    database_url: str
    graph_url: str
    run_id: int
    began: float

    def clock(self) -> datetime:
        """The time that all processes share."""
        return BEGIN + timedelta(seconds=(time.time() - self.began) * SPEED)


def keep_at(work: Work) -> None:
    """Write and send until nothing of the sending is left, as the bot does."""
    database, mailer = Database(work.database_url), _mailer(work.graph_url)
    house = House(COMPANY, Vault(Path("nowhere")), 1)
    while True:
        with database.transaction() as session:
            if not sending.is_running(session, work.run_id):
                return
        written = sending.write_next(database.transaction, work.run_id, house, work.clock())
        if not (next(outbox.deliver(database.transaction, mailer, work.clock), None) or written):
            with database.transaction() as session:
                sending.seen(session, sending.watch(session, work.run_id)[1])
            time.sleep(0.1)


def main() -> int:
    """Send and kill; 1 when a mail was accepted twice, or not at all, or the report does not add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--replicas", type=int, default=1)
    wanted = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    wrong = 0
    with databases(wanted.database) as urls:
        for seed in range(wanted.seeds):
            wrong += not _send(next(urls), wanted.customers, wanted.replicas, seed)
    return 1 if wrong else 0


def _send(url: str, customers: int, replicas: int, seed: int) -> bool:
    lots = random.Random(seed)  # noqa: S311 - the same seed, the same lots
    # Started from a process that has imported everything, so that most of a short life is work.
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
        work = Work(url, graph.url, run.id, time.time())
        alive = [processes.Process(target=keep_at, args=(work,)) for _ in range(replicas)]
        for process in alive:
            process.start()
        while (shown := _progress(database, occasion, run.id)).run.state is not RunState.DONE:
            time.sleep(lots.uniform(0, LIFE / replicas))
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
            unreachable: dict[str, Any] = {"email": []} if n % ODD == 0 else {}
            row = factories.customer(
                session, f"CL{n:04}", f"Cliente {n}", rfc="", do_not_send=n % ODD == 1, **unreachable
            )
            for folio in range(3):
                factories.document(session, row, f"{n * 3 + folio + 1}", total=284_200 + n)


def _mailer(url: str) -> GraphMailer:
    access = GraphAccess(
        tenant_id=GraphServer.tenant_id, client_id=GraphServer.client_id, credential=Secret(GraphServer.client_secret),
        mailbox=GraphServer.mailbox_address, graph_url=url, authority_url=url, timeout=5,
    )  # fmt: skip
    return GraphMailer(access, per_minute=AT_ONCE)


if __name__ == "__main__":
    raise SystemExit(main())
