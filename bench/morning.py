"""The morning's reminders of a large office: `python -m bench.morning --help`.

A bot in a process of its own reminds everybody at once, by a Telegram on loopback that takes as long for a message as
the real one does, while a few people ask for their day: how long until all are reminded, and how long those few wait.
Each is reminded once, or this ends with status 1.
"""

import argparse
import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bench import unread
from bench.lives import serve
from bench.thousand import databases
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.demo.world import Happening
from bot.domain.reminders import QuietHours
from bot.store.database import Database
from bot.store.models import PromiseInForceRow, PromiseRow
from tests import factories
from tests.factories import NOON

TODAY = date(2019, 7, 16)
TOKEN = "123456:MORNING"  # noqa: S105 - of the server here
FIRST_USER = 2_001
# Those who ask for their day meanwhile; they are no collectors of the morning, and are told that nothing is due.
ASKING = range(1_001, 1_006)
_EVERY_SECONDS = 1.0
_PATIENCE = 1_800
_REMINDER = "☀️"


class Watch:
    """Who was reminded, and how long the answers of those who asked took."""

    def __init__(self, server: BotApiServer) -> None:
        self._server = server
        self.reminded = Counter[int]()
        self.moments = list[float]()
        self.asked: dict[int, float] = {}
        self.waits = list[float]()

    def hear(self, happening: Happening) -> None:
        """Note what the bot says."""
        if happening.kind != "message" or not happening.content["from"]["is_bot"]:
            return
        now = time.perf_counter()
        if happening.chat_id in self.asked:
            self.waits.append(now - self.asked.pop(happening.chat_id))
        else:
            self.reminded[happening.chat_id] += 1
            self.moments.append(now)


async def run(url: str, wanted: argparse.Namespace, folder: Path) -> bool:
    """Remind everybody; whether each was reminded once."""
    people = range(FIRST_USER, FIRST_USER + wanted.people)
    database = Database(url)
    _fill(database, people, wanted.promises)
    database.close()
    async with BotApiServer(TOKEN) as server:
        for user_id in (*people, *ASKING):
            server.world.add_user(user_id, f"P{user_id}")
        watch = Watch(server)
        server.world.listeners.append(watch.hear)
        if wanted.milliseconds:
            for method in ("sendRichMessage", "sendMessage"):
                server.faults.slow(wanted.milliseconds / 1000, times=10**9, method=method)
        process = multiprocessing.get_context("forkserver").Process(
            target=serve, args=(_settings(server, url, folder),), daemon=True
        )
        process.start()
        try:
            await server.world.wait_for(lambda: watch.reminded, 60)
            began = time.perf_counter()
            while len(watch.reminded) < len(people) and time.perf_counter() - began < _PATIENCE:
                for user_id in set(ASKING) - set(watch.asked):
                    watch.asked[user_id] = time.perf_counter()
                    server.world.type(user_id, "/hoy")
                server.world.calls.clear()
                await asyncio.sleep(_EVERY_SECONDS)
        finally:
            process.kill()
            process.join()
    took = watch.moments[-1] - watch.moments[0]
    right = watch.reminded == dict.fromkeys(people, 1)
    middle, p95 = (statistics.quantiles(watch.waits, n=20)[n] * 1000 for n in (9, 18))
    print(
        f"{len(people)} people with {wanted.promises} promises each, {wanted.milliseconds} ms a message: {took:.1f} s,"
        f" {(len(people) - 1) / took:.1f} a second; {len(watch.waits)} asked meanwhile, half answered within"
        f" {middle:.0f} ms, 95 % within {p95:.0f} ms, the last within {max(watch.waits) * 1000:.0f} ms:"
        f" {'each reminded once' if right else 'WRONG'}",
        flush=True,
    )
    return right


def _settings(server: BotApiServer, url: str, folder: Path) -> dict[str, Any]:
    given = {name: one.get_default() for name, one in Settings.model_fields.items()}
    return given | {
        "telegram_token": SecretStr(TOKEN), "telegram_api_url": server.url, "database_url": url,
        "mail_folder": folder / "mail", "files_dir": folder / "files", "business_date": TODAY,
        "reminder_time": hour(0), "quiet_hours": QuietHours(hour(0), hour(0)),
    }  # fmt: skip


def _fill(database: Database, people: range, promises: int) -> None:
    """Collectors of a portfolio each, with so many promises for today; and those who ask, with nothing to do."""
    database.upgrade()
    with database.transaction() as session:
        for user_id in ASKING:
            factories.person(session, collector=f"C{user_id}", telegram_id=user_id, name=f"C{user_id}")
        for user_id in people:
            factories.person(session, collector=f"C{user_id}", telegram_id=user_id, name=f"C{user_id}")
            customer = factories.customer(session, f"CL{user_id}", f"Cliente {user_id}", collector=f"C{user_id}")
            for n in range(promises):
                document = factories.document(
                    session, customer, f"{n}", total=162400, issued=TODAY - timedelta(days=30)
                )
                row = PromiseRow(
                    document_id=document.id,
                    number=1,
                    on=TODAY,
                    amount=162400,
                    currency="MXN",
                    comment="Pagaré con cheque",
                    made_by=f"C{user_id}",
                    made_on=TODAY - timedelta(days=1),
                    made_at=NOON - timedelta(days=1),
                )
                session.add(row)
                session.flush()
                session.add(PromiseInForceRow(document_id=document.id, promise_id=row.id, on=TODAY))


def main() -> int:
    """Remind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--promises", type=int, default=8)
    parser.add_argument("--milliseconds", type=int, default=150, help="how long Telegram takes for a message")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    wanted = parser.parse_args()
    unread.take_effect()
    os.environ["NO_PROXY"] = "127.0.0.1"
    multiprocessing.set_forkserver_preload(["bench.lives"])
    with databases(wanted.database) as urls, tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(run(next(urls), wanted, Path(folder))) else 1


if __name__ == "__main__":
    raise SystemExit(main())
