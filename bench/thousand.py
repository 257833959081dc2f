"""A thousand mails through a storm of faults and dying processes: `python -m bench.thousand --help`.

Each is accepted by a Microsoft 365 on loopback exactly once, or this ends with status 1.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bot.domain.correspondence import MailState
from bot.mail.credentials import Secret
from bot.mail.graph import GraphMailer
from bot.mail.graph_access import GraphAccess
from bot.store.database import Database
from tests import postgres
from tests.mail import storm
from tests.mail.graph_server import GraphServer


def main() -> int:
    """Let it storm; 1 when a mail was accepted twice, or not at all, or the report does not add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--replicas", type=int, default=1)
    wanted = parser.parse_args()
    # A proxy of this machine has no business on its loopback.
    os.environ["NO_PROXY"] = "127.0.0.1"
    wrong = 0
    with databases(wanted.database) as urls:
        for seed in range(wanted.seeds):
            wrong += not _storm(Database(next(urls)), wanted.mails, seed, wanted.replicas)
    return 1 if wrong else 0


def _storm(database: Database, mails: int, seed: int, replicas: int) -> bool:
    database.upgrade()
    keys = storm.queue(database, mails)
    lots = random.Random(seed)  # noqa: S311 - the same seed, the same storm
    began = time.perf_counter()
    with GraphServer() as graph:
        graph.faults = faults = storm.FaultsByLot(random.Random(lots.random()))  # noqa: S311 - likewise
        processes = [
            storm.Process(database, lambda: _mailer(graph), random.Random(lots.random()))  # noqa: S311 - likewise
            for _ in range(replicas)
        ]
        tried_anew = storm.weather(database, processes)
        accepted = storm.accepted(graph)
    ends = storm.ends(database)
    for process in processes:
        process.close()
    database.close()
    # Whatever failed did so for having met a fault at every attempt, and not because its fate was lost.
    passing = all(storm.is_passing(reason) for reason in tried_anew)
    right = passing and accepted == dict.fromkeys(keys, 1) and ends == {MailState.SENT: mails}
    wrong = {key: accepted[key] for key in keys if accepted[key] != 1}
    print(
        f"seed {seed:2}: {'once each' if right else f'WRONG {wrong} {ends}'}, {time.perf_counter() - began:5.1f} s, "
        f"{faults.met.total()} faults, {sum(process.deaths for process in processes)} deaths, "
        f"{len(tried_anew)} tried anew by hand",
        flush=True,
    )
    return right


def _mailer(graph: GraphServer) -> GraphMailer:
    access = GraphAccess(
        tenant_id=graph.tenant_id, client_id=graph.client_id, credential=Secret(graph.client_secret),
        mailbox=graph.mailbox_address, graph_url=graph.url, authority_url=graph.authority_url, timeout=5,
    )  # fmt: skip
    return GraphMailer(access)


@contextmanager
def databases(kind: str) -> Iterator[Iterator[str]]:
    """The addresses of empty databases, one after another."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield (f"sqlite:///{Path(folder) / f'{n}.db'}" for n in range(1_000))
        return
    with postgres.server() as conninfo:
        yield _postgres_urls(conninfo)


def _postgres_urls(conninfo: str) -> Iterator[str]:
    parts = dict(part.split("=", 1) for part in conninfo.split())
    for n in range(1_000):
        with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE storm_{n}".encode())
        yield f"postgresql+psycopg://{parts['user']}@/storm_{n}?host={parts['host']}&port={parts['port']}"


if __name__ == "__main__":
    raise SystemExit(main())
