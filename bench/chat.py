"""Updates a second and how long people wait: our bot on a loaded ledger, beside bots that only echo.

`python -m bench.chat [--documents N] [--database URL] [--rounds N] [--seconds N] [--at-once N] [--json FILE]`

Everything goes over HTTP on loopback: the same Bot API server in this process, each bot in one of its own, in turns.
So many people at once each type, or tap, as soon as they are answered; others take their place, as in an office where
nobody types twice in a second. The medians of all rounds count. Ends with status 1 when a ratio misses its target.
What the floor is, `bench.echoes` says; there is one on SQLite.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import scaled, unread
from bot.demo.chat import Message
from bot.demo.server import BotApiServer
from bot.demo.world import Happening

TOKEN = "123456:BENCH"  # noqa: S105 - of the server here
# Issue 9: at least half the updates a second of a bare aiogram echo, and at most three times its 95th percentile.
LEAST_SPEED, MOST_WAIT = 0.5, 3.0
CONTESTANTS = ("ours", "floor", "ptb", "aiogram")
WARM_SECONDS = 2.0
# Enough that nobody taps faster than a hand.
TAPPING = 300
_PATIENCE = 30.0
Act = Callable[[int], Awaitable[float]]


@dataclass
class Round:
    """What one bot did in one round: seconds that each person waited, and the bot's CPU seconds."""

    seconds: float
    waits: list[float] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        """Updates a second."""
        return len(self.waits) / self.seconds

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 % were answered."""
        return statistics.quantiles(self.waits, n=20)[18] * 1000


class Crowd:
    """People who type or tap, so many at once, and wait for what the bot says in their chat."""

    def __init__(self, server: BotApiServer, users: Sequence[int]) -> None:
        self.server = server
        self._answered: dict[int, asyncio.Future[None]] = {}
        for user_id in users:
            server.world.add_user(user_id, f"C{user_id}")
        server.world.listeners.append(self._hear)

    def _hear(self, happening: Happening) -> None:
        if happening.kind == "message" and happening.content["from"]["is_bot"]:
            waiting = self._answered.pop(happening.chat_id, None)
            if waiting and not waiting.done():
                waiting.set_result(None)

    async def _answer(self, user_id: int, act: Callable[[], object]) -> float:
        heard = self._answered[user_id] = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        act()
        try:
            async with asyncio.timeout(_PATIENCE):
                await heard
        except TimeoutError:
            raise TimeoutError(f"{user_id} was not answered; last calls:\n{self.server.world.transcript()}") from None
        return time.perf_counter() - begun

    def last(self, user_id: int) -> Message:
        """What the bot said last to a person; what is older is forgotten."""
        chat = self.server.world.chats[user_id]
        for message_id in list(chat.messages)[:-2]:
            del chat.messages[message_id]
        self.server.world.calls.clear()
        return [message for message in chat.messages.values() if message.outgoing][-1]

    async def say(self, user_id: int, text: str) -> float:
        """Type something; the seconds until the bot says something in this chat."""
        waited = await self._answer(user_id, lambda: self.server.world.type(user_id, text))
        self.last(user_id)
        return waited

    async def tap(self, user_id: int) -> float:
        """Turn a page."""
        message = self.last(user_id)
        data = next(button.data for button in message.buttons if button.data and button.text in ("▶", "◀"))
        return await self._answer(user_id, lambda: self.server.world.tap(user_id, message.message_id, data))

    async def once_each(self, act: Act, users: Sequence[int], at_once: int) -> None:
        """Let each of these do something once."""
        left = deque(users)

        async def one_after_the_other() -> None:
            while left:
                await act(left.popleft())

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))

    async def busy(self, act: Act, users: Sequence[int], at_once: int, seconds: float) -> Round:
        """Let so many of these be at it at once for so long."""
        done, end, idle = Round(seconds), time.perf_counter() + seconds, deque(users)

        async def one_after_the_other() -> None:
            while time.perf_counter() < end:
                user_id = idle.popleft()
                waited = await act(user_id)
                idle.append(user_id)
                if time.perf_counter() < end:
                    done.waits.append(waited)

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        return done


@asynccontextmanager
async def bot_running(name: str, server: BotApiServer, database_url: str, folder: Path) -> AsyncIterator[int]:
    """One of the bots in a process of its own; its process id."""
    environment = {
        **os.environ, "NO_PROXY": "127.0.0.1", "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url,
        "DATABASE_URL": database_url, "BUSINESS_DATE": scaled.TODAY.isoformat(), "QUIET_HOURS": "00:00-23:59",
        "MAIL_FOLDER": str(folder / "mail"), "FILES_DIR": str(folder / "files"), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    ours = [sys.executable, "-m", "bot", "run"]
    echo = [sys.executable, "-m", "bench.echoes", name, server.url, TOKEN, *([database_url] if name == "floor" else [])]
    command = ours if name == "ours" else echo
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603, ASYNC220 - ourselves
    try:
        yield process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)
        server.world.updates.clear()


def cpu_seconds(pid: int) -> float:
    """The CPU time that a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


async def measure(name: str, database_url: str, wanted: argparse.Namespace, folder: Path) -> dict[str, Round]:
    """One round of one bot: statements typed, pages turned."""
    users = range(scaled.FIRST_USER, scaled.FIRST_USER + scaled.PEOPLE)
    rounds: dict[str, Round] = {}
    async with BotApiServer(TOKEN) as server:
        crowd = Crowd(server, users)

        async def ask(user_id: int) -> float:
            code = scaled.customer_code(user_id - scaled.FIRST_USER, wanted.documents)
            return await crowd.say(user_id, f"/estado {code}")

        async def counted(what: str, act: Act, users: Sequence[int]) -> None:
            before = cpu_seconds(pid)
            rounds[what] = await crowd.busy(act, users, wanted.at_once, wanted.seconds)
            rounds[what].cpu = cpu_seconds(pid) - before

        async with bot_running(name, server, database_url, folder) as pid:
            # A number that no round before had: what is answered already is answered once.
            server.world.type(users[0], "/hoy", update_id=time.time_ns() // 1_000_000)
            await ask(users[0])
            await crowd.busy(ask, users, wanted.at_once, WARM_SECONDS)
            await counted("estado", ask, users)
            tapping = users[:TAPPING]
            await crowd.once_each(lambda user_id: crowd.say(user_id, "/agenda"), tapping, wanted.at_once)
            await counted("tap", crowd.tap, tapping)
    return rounds


def main() -> int:
    """Print the medians and their ratios; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--database", help="one that bench.scaled has loaded; else one is made")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = scaled.loaded(wanted.database, wanted.documents, Path(folder))
        answer = results(url, wanted, Path(folder))
    if wanted.json:
        wanted.json.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0 if answer["is_good"] else 1


def results(database_url: str, wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All rounds of all bots, and the ratios of their medians."""
    unread.take_effect()
    contestants = [name for name in CONTESTANTS if name != "floor" or database_url.startswith("sqlite")]
    rounds: dict[str, list[dict[str, Round]]] = {name: [] for name in contestants}
    for _ in range(wanted.rounds):
        for name in contestants:
            rounds[name].append(asyncio.run(measure(name, database_url, wanted, folder)))
    answer: dict[str, Any] = {"documents": wanted.documents, "at_once": wanted.at_once, "is_good": True}
    for what in ("estado", "tap"):
        medians = {name: _medians([each[what] for each in rounds[name]]) for name in contestants}
        ours, peer = medians["ours"], medians["aiogram"]
        speed, wait = ours["per_second"] / peer["per_second"], ours["p95_ms"] / peer["p95_ms"]
        answer[what] = {**medians, "speed_ratio": round(speed, 2), "p95_ratio": round(wait, 2)}
        print(f"{what}:")
        for name, each in medians.items():
            print(
                f"  {name:8} {each['per_second']:7.0f} /s   p95 {each['p95_ms']:6.1f} ms   CPU {each['cpu_ms']:.2f} ms"
            )
        print(f"  ours / aiogram: speed {speed:.2f} (at least {LEAST_SPEED}), p95 {wait:.2f} (at most {MOST_WAIT:g})")
        if what == "estado":
            answer["is_good"] = speed >= LEAST_SPEED and wait <= MOST_WAIT
    return answer


def _medians(rounds: Sequence[Round]) -> dict[str, float]:
    return {
        "per_second": round(statistics.median(each.per_second for each in rounds), 1),
        "p95_ms": round(statistics.median(each.p95 for each in rounds), 2),
        "cpu_ms": round(statistics.median(each.cpu / len(each.waits) for each in rounds) * 1000, 3),
    }


if __name__ == "__main__":
    sys.exit(main())
