"""Three replicas behind a webhook, one of them killed every few seconds: `python -m bench.replicas --help`.

Real processes, real SIGKILL, one PostgreSQL, a Telegram on loopback that brings the updates of one chat one by one, and
a balancer before the replicas. Each command that people type is answered, in order, and done once; an answer that was
on its way when its replica died may be said again, and says so. Ends with status 1 otherwise.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bench import unread
from bench.lives import serve
from bench.thousand import databases
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.demo.world import Happening
from bot.store.database import Database
from bot.store.models import PromiseRow
from tests import factories
from tests.chat.balancer import balancing
from tests.ports import free_port

TODAY = date(2019, 7, 16)
TOKEN = "123456:REPLICAS"  # noqa: S105 - of the server here
FIRST_USER = 2_001
_SAID_AGAIN = "🔁"
_PATIENCE = 60


@dataclass
class Watch:
    """What was typed, and what came of it; `problems` are what went wrong."""

    typed: dict[int, list[tuple[str, float]]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    answers: dict[int, list[str]] = field(default_factory=dict)
    again: int = 0
    problems: list[str] = field(default_factory=list)

    def hear(self, happening: Happening, server: BotApiServer) -> None:
        """Note what the bot says."""
        if happening.kind != "message" or not happening.content["from"]["is_bot"]:
            return
        message = server.world.message(happening.chat_id, happening.content["message_id"])
        text = message.plain_text if message else ""
        said = self.answers.setdefault(happening.chat_id, [])
        if _SAID_AGAIN in text:
            self.again += 1
            if said and said[-1] in text:
                return
        said.append(text)
        typed = self.typed[happening.chat_id]
        if len(said) <= len(typed):
            self.waits.append(time.perf_counter() - typed[len(said) - 1][1])


class Replicas:
    """The processes, and who of them is next."""

    def __init__(self, settings: dict[str, Any], ports: list[int]) -> None:
        self._processes = multiprocessing.get_context("forkserver")
        self._settings = [{**settings, "telegram_webhook_listen": f"127.0.0.1:{port}"} for port in ports]
        self._alive: list[ForkServerProcess] = [self._born(given) for given in self._settings]
        self.kills = 0

    def _born(self, given: dict[str, Any]) -> ForkServerProcess:
        process = self._processes.Process(target=serve, args=(given,), daemon=True)
        process.start()
        return process

    def kill(self, number: int) -> None:
        """SIGKILL one, and start another in its place."""
        self._alive[number].kill()
        self._alive[number].join()
        self._alive[number] = self._born(self._settings[number])
        self.kills += 1

    def end(self) -> None:
        """Kill all."""
        for process in self._alive:
            process.kill()
            process.join()


async def run(url: str, wanted: argparse.Namespace, folder: Path) -> bool:
    """Let people type for so long while replicas die; whether all was answered and done once."""
    database, watch = Database(url), Watch()
    users = range(FIRST_USER, FIRST_USER + wanted.people)
    _fill(database, users)
    ports = [free_port() for _ in range(wanted.replicas)]
    async with BotApiServer(TOKEN) as server, balancing(ports) as port:
        for user_id in users:
            server.world.add_user(user_id, f"C{user_id}")
        server.world.listeners.append(partial(watch.hear, server=server))
        given = {name: one.get_default() for name, one in Settings.model_fields.items()}
        given |= {
            "telegram_token": SecretStr(TOKEN), "telegram_api_url": server.url, "database_url": url,
            "mail_folder": folder / "mail", "files_dir": folder / "files", "business_date": TODAY,
            "telegram_mode": "webhook", "telegram_webhook_url": f"http://127.0.0.1:{port}/",
            "telegram_webhook_secret": SecretStr("s3creto"),
        }  # fmt: skip
        replicas = Replicas(given, ports)
        try:
            server.world.type(users[0], "/hoy")
            watch.typed[users[0]] = [("/hoy", time.perf_counter())]
            await server.world.wait_for(lambda: watch.answers.get(users[0]), _PATIENCE)
            begun = time.perf_counter()
            await _type(server, watch, users, replicas, wanted)
            await server.world.wait_for(lambda: not server.world.updates.pending, wanted.patience)
            took = time.perf_counter() - begun
        finally:
            replicas.end()
    _look(database, watch)
    database.close()
    commands = sum(map(len, watch.typed.values()))
    middle, p95 = (statistics.quantiles(watch.waits, n=20)[n] * 1000 for n in (9, 18))
    print(
        f"{commands} commands in {wanted.seconds:g} s ({commands / wanted.seconds:.0f}/s), {replicas.kills} kills"
        f" of {wanted.replicas} replicas, {watch.again} said again, half answered within {middle:.0f} ms, 95 % within "
        f"{p95:.0f} ms, all in {took:.0f} s: "
        f"{'each answered in order and done once' if not watch.problems else 'WRONG'}"
    )
    for problem in watch.problems[:20]:
        print("  ", problem)
    return not watch.problems


async def _type(
    server: BotApiServer, watch: Watch, users: range, replicas: Replicas, wanted: argparse.Namespace
) -> None:
    """So many commands a second: half are promises, each of them another day; half ask for a statement."""
    lots = random.Random(wanted.seed)  # noqa: S311 - the same seed, the same lots
    begun, typed, killed_at = time.perf_counter(), 0, time.perf_counter()
    while (now := time.perf_counter()) - begun < wanted.seconds:
        while typed < (now - begun) * wanted.per_second:
            user_id = users[typed % len(users)]
            count = len(watch.typed.setdefault(user_id, []))
            text = f"/estado CL{user_id}" if count % 2 else f'/promesa 7 {TODAY + timedelta(days=1 + count)} "{count}"'
            watch.typed[user_id].append((text, time.perf_counter()))
            server.world.type(user_id, text)
            typed += 1
        if now - killed_at > wanted.kill_every:
            killed_at = now
            await asyncio.to_thread(replicas.kill, lots.randrange(wanted.replicas))
        server.world.calls.clear()
        await asyncio.sleep(0.005)


def _fill(database: Database, users: range) -> None:
    database.upgrade()
    with database.transaction() as session:
        for user_id in users:
            factories.person(session, collector=f"C{user_id}", telegram_id=user_id, name=f"C{user_id}")
            customer = factories.customer(session, f"CL{user_id}", f"Cliente {user_id}", collector=f"C{user_id}")
            factories.document(session, customer, "7", total=162400)


def _look(database: Database, watch: Watch) -> None:
    """Hold what was answered and done against what was typed."""
    for user_id, typed in watch.typed.items():
        said = watch.answers.get(user_id, [])
        expected = [f"Cliente {user_id}" if text.startswith("/estado") else "Promesa " for text, _ in typed]
        if typed[0][0] == "/hoy":
            expected[0] = ""
        if len(said) != len(typed) or not all(word in text for word, text in zip(expected, said, strict=False)):
            watch.problems.append(f"{user_id}: {len(typed)} typed, {len(said)} answered")
    wanted = Counter(
        user_id for user_id, typed in watch.typed.items() for text, _ in typed if text.startswith("/promesa")
    )
    with database.transaction() as session:
        made = Counter(int(row.made_by.removeprefix("C")) for row in session.query(PromiseRow))
    if made != wanted:
        watch.problems.append(f"promises made {made - wanted} too many, {wanted - made} too few")


def main() -> int:
    """Type and kill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-second", type=float, default=300)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--kill-every", type=float, default=10)
    parser.add_argument("--replicas", type=int, default=3)
    # Each promises another day each time, and of one that is over sixty days away it is asked whether it is meant.
    parser.add_argument("--people", type=int, default=900)
    parser.add_argument("--patience", type=float, default=900, help="seconds for what is left when all is typed")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    unread.take_effect()
    os.environ["NO_PROXY"] = "127.0.0.1"
    multiprocessing.set_forkserver_preload(["bench.lives"])
    with databases("postgresql") as urls, tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(run(next(urls), wanted, Path(folder))) else 1


if __name__ == "__main__":
    raise SystemExit(main())
