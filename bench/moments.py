"""The bot and an import killed at random moments while people work: `python -m bench.moments --help`.

Real processes, real SIGKILL. `cobranza run` answers a Telegram on loopback, where several people promise, reschedule,
withdraw, report payments and send statements through a Microsoft 365 on loopback, while `cobranza import` loads files
that grow. After each death the database is held against what must always hold; in the end each command was answered
and done once, and each mail accepted once. Ends with status 1 otherwise.
"""

import argparse
import asyncio
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.growing import Growing, mailed
from bench.hands import PEOPLE, Hands
from bench.invariants import Invariants
from bench.lives import live
from bench.thousand import databases
from bot.demo.server import BotApiServer
from bot.domain.correspondence import MailState
from bot.domain.people import COMMAND_LINE, Role
from bot.domain.runs import RunState
from bot.services import imports, outbox, statements
from bot.store import customers
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import DocumentRow, PromiseRow
from bot.store.receipt_models import ReceiptRow
from bot.store.run_models import RunRow
from tests import factories
from tests.mail.graph_server import GraphServer

TODAY = date(2019, 7, 16)
TOKEN = "123456:MOMENTS"  # noqa: S105 - of the server here
# From one death to the next, in seconds: from within a start to (as asked) some dozens of acts later.
_SOONEST, LATEST = 0.2, 4.0
# How often is looked who has come to an end, in seconds; and how often the next import then begins.
_LOOK, _BEGUN = 0.1, 0.05
# An import that is to die does so within so many seconds.
_IMPORTING = 0.6
_BOT, _IMPORT = "run", "import"
# Who dies, and how often.
_VICTIMS = {(_BOT,): 6, (_IMPORT,): 2, (_BOT, _IMPORT): 3}
# How long the end may take, in seconds, before something is taken for lost.
_SETTLING = 180
# Who has done nothing for so many seconds then waits for the dead.
_STILL = 8
_CALLS_KEPT = 2_000
_TOLD_EVERY = 50


@dataclass
class Moments:
    """One run: `problems` are what went wrong."""

    seed: int
    folder: Path
    url: str
    latest: float
    problems: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)
    _alive: dict[str, ForkServerProcess] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._processes = multiprocessing.get_context("forkserver")
        self._lots = random.Random(self.seed)  # noqa: S311 - the same seed, the same lots
        self._database = Database(self.url)
        self._growing = Growing(self.folder)
        self._invariants = Invariants()
        self._imported = 0
        self._told: set[str] = set()
        self.summary = ""

    async def run(self, moments: int) -> None:
        """Kill so many times, let all come to an end, and look at it."""
        self._fill()
        with GraphServer() as graph:
            graph.checks = False  # the shape of each request has tests of its own
            async with BotApiServer(TOKEN) as telegram:
                self._environment = self._settings(telegram, graph)
                hands = Hands(telegram.world, random.Random(self._lots.random()), cycle(mailed()))  # noqa: S311 - as above
                busy = asyncio.create_task(hands.all())
                try:
                    for moment in range(1, moments + 1):
                        await self._live_and_die()
                        if busy.done():
                            await busy  # which raises
                        await asyncio.to_thread(self._look, graph, f"moment {moment}")
                        del telegram.world.calls[:-_CALLS_KEPT]
                        if moment % _TOLD_EVERY == 0 or moment == moments:
                            self.summary = self._summary(hands, graph)
                            print(f"{moment:4} moments, {len(self.problems)} problems, {self.summary}", flush=True)
                    hands.rest = True
                    await busy
                    await self._settle(telegram, graph)
                finally:
                    hands.rest = True
                    for victim in list(self._alive):
                        self._kill(victim)
                self._look_at_the_end(hands, telegram, graph)
                self.summary = self._summary(hands, graph)
        self._database.close()

    def _fill(self) -> None:
        self._database.upgrade()
        report = imports.import_files(self._database.transaction, self._growing.first, today=TODAY)
        if report.refused:
            raise ValueError(report)
        with self._database.transaction() as session:
            for number, code in PEOPLE.items():
                role = Role.COLLECTOR if code else Role.SUPERVISOR
                factories.person(session, role, code, telegram_id=number, name=f"Persona {number}")

    def _settings(self, telegram: BotApiServer, graph: GraphServer) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "NO_PROXY": "127.0.0.1",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram.url,
            "DATABASE_URL": self.url,
            "FILES_DIR": str(self.folder / "files"),
            "BUSINESS_DATE": TODAY.isoformat(),
            "QUIET_HOURS": "00:00-23:59",
        } | graph.settings

    # Lives and deaths

    async def _live_and_die(self) -> None:
        """Let the bot live for a while, and imports beside it; then some die."""
        until = time.monotonic() + self._lots.uniform(_SOONEST, self.latest)
        while time.monotonic() < until:
            self._begin_bot()
            if self._import_ended() and self._lots.random() < _BEGUN:
                self._begin(_IMPORT)
            await asyncio.sleep(_LOOK)
        (victims,) = self._lots.choices(list(_VICTIMS), list(_VICTIMS.values()))
        if _IMPORT in victims and self._import_ended():
            self._begin(_IMPORT)
            await asyncio.sleep(self._lots.uniform(0, _IMPORTING))
        for victim in victims:
            self._kill(victim)
        if _BOT in victims:
            await asyncio.to_thread(self._let_time_pass)

    def _begin(self, kind: str) -> None:
        arguments = [kind, *(map(str, self._growing.files) if kind is _IMPORT else ())]
        wanted = (self._environment, self.folder, self.folder / f"{kind}.log", arguments)
        self._alive[kind] = self._processes.Process(target=live, args=wanted)
        self._alive[kind].start()

    def _begin_bot(self) -> None:
        """Start the bot unless it lives."""
        died = self._alive.get(_BOT)
        if died and died.exitcode is not None:
            self.problems.append(f"the bot ended by itself with status {died.exitcode}")
        if not died or died.exitcode is not None:
            self._begin(_BOT)

    def _import_ended(self) -> bool:
        """Whether none is at work; after one that came to its end, the files grow."""
        process = self._alive.get(_IMPORT)
        if process and process.exitcode is None:
            return False
        if process:
            del self._alive[_IMPORT]
            if process.exitcode:
                self.problems.append(f"an import ended with status {process.exitcode}")
            self._imported += 1
            self._growing.grow()
        return True

    def _kill(self, kind: str) -> None:
        process = self._alive.pop(kind)
        self.kills[kind] += process.exitcode is None
        process.kill()
        process.join()

    def _let_time_pass(self) -> None:
        """Let what left, waits or was in the hands of the dead have done so long ago: the pace has tests of its own."""
        then = datetime.now(UTC) - outbox.STUCK_AFTER - timedelta(minutes=1)
        with self._database.transaction() as session:
            for column in (MailRow.sent_at, MailRow.claimed_at, MailRow.not_before):
                session.execute(update(MailRow).where(column > then).values({column: then}))

    # What is held against what

    def _look(self, graph: GraphServer, when: str) -> None:
        """What must hold at every moment."""
        with self._database.snapshot() as connection:
            found = [*self._invariants.problems(connection), *self._growing.problems(connection)]
        found += [f"accepted twice: {key}" for key, times in _accepted(graph).items() if times > 1]
        self.problems.extend(f"{when}: {problem}" for problem in found if problem not in self._told)
        self._told.update(found)

    async def _settle(self, telegram: BotApiServer, graph: GraphServer) -> None:
        """Import the last files, and let all be answered and sent; who waits for the dead is started anew."""
        if self._import_ended():
            self._begin(_IMPORT)
        until, moved_at, moved = time.monotonic() + _SETTLING, time.monotonic(), -1
        while time.monotonic() < until:
            self._begin_bot()
            await asyncio.sleep(_LOOK)
            waiting = len(telegram.world.updates.pending), await asyncio.to_thread(self._unsettled)
            if waiting == (0, {}) and self._alive[_IMPORT].exitcode == 0:
                return
            if moved != (moved := len(graph.operations) + len(telegram.world.calls)):
                moved_at = time.monotonic()
            elif time.monotonic() - moved_at > _STILL:
                self._kill(_BOT)
                await asyncio.to_thread(self._let_time_pass)
                moved_at = time.monotonic()
        self.problems.append(f"not at an end: {waiting}")

    def _unsettled(self) -> dict[str, int]:
        """Mails and sendings that have not come to an end."""
        with Session(self._database.engine) as session:
            mails = Counter(session.scalars(select(MailRow.state).where(MailRow.state != MailState.SENT)))
            runs = session.scalars(select(RunRow.id).where(RunRow.state == RunState.RUNNING)).all()
        return {**{state.value: n for state, n in mails.items()}, **({"runs": len(runs)} if runs else {})}

    def _look_at_the_end(self, hands: Hands, telegram: BotApiServer, graph: GraphServer) -> None:
        self._look(graph, "in the end")
        with self._database.snapshot() as connection:
            self.problems += self._growing.wrong_balances(connection)
        with self._database.transaction() as session:
            self.problems += self._wrong_statements(session)
            self.problems += _wrong_promises(session, hands)
            self.problems += _wrong_receipts(session, hands)
            keys = set(session.scalars(select(MailRow.key)))
            states = {run.id: run.state for run in session.execute(select(RunRow.id, RunRow.state))}
        if _accepted(graph) != dict.fromkeys(keys, 1):
            self.problems.append(
                f"not accepted once: {_accepted(graph) - Counter(keys)}, {Counter(keys) - _accepted(graph)}"
            )
        lost = [run for run in hands.confirmed if states.get(run) is not RunState.DONE]
        if lost:
            self.problems.append(f"sendings confirmed and not done: {lost}")
        for user in PEOPLE:
            messages = telegram.world.messages(user)
            answers = sum(message.outgoing for message in messages)
            if answers < len(messages) - answers:
                self.problems.append(f"{user} typed {len(messages) - answers} messages and got {answers} answers")

    def _wrong_statements(self, session: Session) -> Iterator[str]:
        """Where the bot's own statement is not what the files add up to."""
        for (code, currency), minor in self._growing.balances().items():
            (customer,) = customers.by_codes(session, COMMAND_LINE, [code])
            (section,) = statements.statement_of(session, customer, TODAY).sections
            if (section.currency, section.balance.minor) != (currency, minor):
                yield f"the statement of {code} says {section.balance} and not {minor}"

    def _summary(self, hands: Hands, graph: GraphServer) -> str:
        """How much was done until now."""
        return (
            f"{self._invariants.rows}, {len(graph.sent):,} mails, {self._imported} imports of at most "
            f"{self._growing.generation} generations, {hands.counts.total():,} typed and tapped, "
            f"{time.monotonic() - self.began:.0f} s"
        )


def _accepted(graph: GraphServer) -> Counter[str]:
    return Counter(mail.headers["x-cobranza-key"] for mail in graph.sent)


def _wrong_promises(session: Session, hands: Hands) -> Iterator[str]:
    """Which promise that was typed is not there once, or was not told to who typed it."""
    rows: dict[str, list[tuple[int, str]]] = {}
    query = select(PromiseRow.comment, PromiseRow.number, DocumentRow.folio).join(DocumentRow)
    for comment, number, folio in session.execute(query):
        rows.setdefault(comment, []).append((number, folio))
    for word, user in hands.promised.items():
        made = rows.pop(word, [])
        if len(made) != 1:
            yield f"promise {word} of {user} was made {len(made)} times"
        elif (user, "{} of {}".format(*made[0])) not in hands.told:
            yield f"promise {word} was not told to {user}"
    if rows:
        yield f"promises that nobody typed: {rows}"


def _wrong_receipts(session: Session, hands: Hands) -> Iterator[str]:
    times = Counter(session.scalars(select(ReceiptRow.comment)))
    for word, user in hands.paid.items():
        if times[word] != 1:
            yield f"payment {word} of {user} was reported {times[word]} times"
        elif (user, word) not in hands.told:
            yield f"payment {word} was not told to {user}"


def main() -> int:
    """Kill and look; 1 when something was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--latest", type=float, default=LATEST, help="seconds from a death to the next, at most")
    wanted = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    # That somebody dies in the middle of a request is no news here.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    multiprocessing.set_forkserver_preload(["bench.lives"])
    with tempfile.TemporaryDirectory() as folder, databases(wanted.database) as urls:
        moments = Moments(wanted.seed, Path(folder), next(urls), wanted.latest)
        asyncio.run(moments.run(wanted.moments))
        if moments.problems:
            _show_logs(Path(folder))
    for problem in moments.problems[:20]:
        print(f"PROBLEM {problem[:1_000]}")
    kills = ", ".join(f"{times} of {kind}" for kind, times in sorted(moments.kills.items()))
    print(
        f"seed {wanted.seed}, {wanted.database}: {len(moments.problems) or 'no'} problems, {wanted.moments} moments, "
        f"killed: {kills}; {moments.summary}"
    )
    return 1 if moments.problems else 0


def _show_logs(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        print(f"{log.name} ends with:\n{log.read_text(errors='replace')[-3_000:]}")


if __name__ == "__main__":
    sys.exit(main())
