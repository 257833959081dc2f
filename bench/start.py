"""How soon the bot answers after it is started, and what memory it holds after many updates.

`python -m bench.start [--documents N] [--database URL] [--updates N] [--rounds N] [--json FILE]`

The command that is answered first waits already when the process starts, as it does after a night. Ends with status 1
when a target is missed.
"""

import argparse
import asyncio
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench import scaled
from bench.chat import TAPPING, TOKEN, Crowd, bot_running
from bot.demo.server import BotApiServer

# Issue 9: start to first answer, in seconds; memory after all updates, in MB.
MOST_SECONDS, MOST_MB = 2.0, 150
_AT_ONCE, _PART = 16, 5_000


async def first_answer(url: str, documents: int, folder: Path) -> float:
    """Seconds from the start of the process to the answer that waited for it."""
    async with BotApiServer(TOKEN) as server:
        crowd = Crowd(server, [scaled.FIRST_USER])
        server.world.type(scaled.FIRST_USER, "/hoy", update_id=time.time_ns() // 1_000_000)
        begun = time.perf_counter()
        async with bot_running("ours", server, url, folder):
            await crowd.say(scaled.FIRST_USER, f"/estado {scaled.customer_code(0, documents)}")
            return time.perf_counter() - begun


async def memory(url: str, documents: int, updates: int, folder: Path) -> list[tuple[int, float]]:
    """Updates so far, and the memory of the process (VmRSS) in MB then: statements typed and pages turned."""
    users = range(scaled.FIRST_USER, scaled.FIRST_USER + scaled.PEOPLE)
    found: list[tuple[int, float]] = []
    async with BotApiServer(TOKEN) as server:
        crowd = Crowd(server, users)

        async def ask(user_id: int) -> float:
            return await crowd.say(user_id, f"/estado {scaled.customer_code(user_id - scaled.FIRST_USER, documents)}")

        async with bot_running("ours", server, url, folder) as pid:
            server.world.type(users[0], "/hoy", update_id=time.time_ns() // 1_000_000)
            await ask(users[0])
            done = 2
            while done < updates:
                await crowd.once_each(ask, users, _AT_ONCE)
                await crowd.once_each(lambda user_id: crowd.say(user_id, "/agenda"), users[:TAPPING], _AT_ONCE)
                await crowd.once_each(crowd.tap, users[:TAPPING], _AT_ONCE)
                done += len(users) + 2 * TAPPING
                if done // _PART > (done - len(users) - 2 * TAPPING) // _PART:
                    found.append((done, _resident_mb(pid)))
            found.append((done, _resident_mb(pid)))
    return found


def _resident_mb(pid: int) -> float:
    """Memory of a process in MB of a million bytes (proc_pid_status(5))."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024 / 1e6


def main() -> int:
    """Start it some times, then keep it busy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--database", help="one that bench.scaled has loaded; else one is made")
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = scaled.loaded(wanted.database, wanted.documents, folder)
        starts = [asyncio.run(first_answer(url, wanted.documents, folder)) for _ in range(wanted.rounds)]
        grown = asyncio.run(memory(url, wanted.documents, wanted.updates, folder))
    seconds, (updates, megabytes) = statistics.median(starts), grown[-1]
    print(f"start to first answer: {seconds:.2f} s, median of {wanted.rounds} (at most {MOST_SECONDS:g})")
    print(f"memory after {updates:,} updates: {megabytes:.0f} MB (at most {MOST_MB})", end="; ")
    print("on the way " + ", ".join(f"{each:.0f}" for _, each in grown))
    is_good = seconds <= MOST_SECONDS and megabytes <= MOST_MB
    if wanted.json:
        answer = {"start_seconds": round(seconds, 3), "memory_mb": grown, "is_good": is_good}
        wanted.json.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
