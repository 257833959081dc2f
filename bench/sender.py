"""What each process of `bench.killed` does; imported once by the process that all of them come from."""

import time
from ctypes import c_double
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.imports.vault import Vault
from bot.mail.credentials import Secret
from bot.mail.graph import GraphMailer
from bot.mail.graph_access import GraphAccess
from bot.services import outbox, sending
from bot.services.enclosing import House
from bot.services.mailing import write
from bot.store.database import Database
from tests.mail.graph_server import GraphServer
from tests.render.examples import COMPANY, seed_statement

BEGIN = datetime(2019, 7, 16, 15, tzinfo=UTC)
# A mail in the hands of the dead is taken for stuck when nothing has moved for so many seconds here.
STILL = 3.0
# Nothing of the pace: it has tests of its own.
AT_ONCE = 100_000
HOUSE = House(COMPANY, Vault(Path("nowhere")))

# Fonts, templates and translations are read by the first statement.
write(seed_statement(), HOUSE)


@dataclass(frozen=True, slots=True)
class Work:
    """What a process is started with; `ahead` is how many seconds the time that all share has been put forward."""

    database_url: str
    graph_url: str
    run_id: int
    began: float
    ahead: c_double

    def clock(self) -> datetime:
        """The time that all processes share."""
        return BEGIN + timedelta(seconds=time.time() - self.began + self.ahead.value)

    def put_forward(self, to: datetime) -> None:
        """Let it be that time, unless it is later already."""
        # No lock: who is killed while it is theirs would stop the others for good, in the midst of their transactions.
        self.ahead.value = max(self.ahead.value, (to - BEGIN).total_seconds() - (time.time() - self.began))


def keep_at(work: Work) -> None:
    """Write and send until nothing of the sending is left, as the bot does; time flies while all wait."""
    database, mailer = Database(work.database_url), _mailer(work.graph_url)
    moved_at = time.monotonic()
    while True:
        with database.transaction() as session:
            if not sending.is_running(session, work.run_id):
                return
        written = sending.write_next(database.transaction, work.run_id, HOUSE, work.clock())
        if next(outbox.deliver(database.transaction, database.locks, mailer, lambda _: work.clock()), None) or written:
            moved_at = time.monotonic()
            continue
        with database.transaction() as session:
            sending.seen(session, sending.watch(session, work.run_id)[1])
            pause = outbox.next_departure(session, mailer.pace, lambda _: work.clock())
        if pause is not None:
            work.put_forward(work.clock() + pause)
        elif time.monotonic() - moved_at > STILL:
            work.put_forward(work.clock() + outbox.STUCK_AFTER)
        time.sleep(0.05)


def _mailer(url: str) -> GraphMailer:
    access = GraphAccess(
        tenant_id=GraphServer.tenant_id, client_id=GraphServer.client_id, credential=Secret(GraphServer.client_secret),
        mailbox=GraphServer.mailbox_address, graph_url=url, authority_url=url, timeout=5,
    )  # fmt: skip
    return GraphMailer(access, per_minute=AT_ONCE)
