"""Bad days of sending: whatever may go wrong does, by lot; the same seed gives the same lots."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from bot.domain.correspondence import Mail, MailState, Pace
from bot.mail import Mailer
from bot.services import outbox
from bot.services.outbox import STUCK_AFTER
from bot.store.database import Database
from bot.store.mail_models import MailAttachmentRow, MailRow
from bot.store.models import CustomerRow
from tests.mail.graph_faults import Fault, Faults, Trouble
from tests.mail.graph_server import GraphServer

BEGIN = datetime(2019, 7, 16, 18, tzinfo=UTC)
# As fast as the machine: the pace has tests of its own, and the storm may not take an hour.
FAST = Pace(mails_a_minute=100_000, recipients_a_day=10_000_000)
# How often: a request meets a fault, a process dies at a step.
FAULTS, DEATHS = 0.12, 0.02
KINDS: tuple[tuple[int | Trouble, str | None], ...] = (
    (429, "2"), (429, "90"), (500, None), (503, "5"), (Trouble.CUT_BEFORE, None), (Trouble.CUT_AFTER, None),
)  # fmt: skip


class Killed(BaseException):
    """A process dies on the spot: nothing catches this."""


class FaultsByLot(Faults):
    """Faults of the server, of the kinds that pass."""

    def __init__(self, lots: random.Random, share: float = FAULTS) -> None:
        super().__init__()
        self._lots = lots
        self._share = share
        self._turn = threading.Lock()
        self.met: Counter[str] = Counter()

    def take(self, _operation: str) -> Fault | None:
        """The fault that the present request meets, if any."""
        with self._turn:
            if self._lots.random() >= self._share:
                return None
            kind, retry_after = self._lots.choice(KINDS)
            self.met[str(kind)] += 1
        return Fault(kind, "ByLot", retry_after)


@dataclass
class Process:
    """One of those who deliver: it dies by lot before or after each of its steps, and is started anew."""

    database: Database
    new_mailer: Callable[[], Mailer]
    lots: random.Random
    deaths: int = 0
    _mailer: "_Mortal | None" = None
    told_sent: list[str] = field(default_factory=list)

    def deliver(self, now: datetime) -> None:
        """Empty the outbox once, or die of it."""
        self._mailer = self._mailer or _Mortal(self.new_mailer(), self._maybe_die)
        try:
            for delivery in outbox.deliver(self._transaction, self.database.locks, self._mailer, _standing_at(now)):
                if delivery.state is MailState.SENT:
                    self.told_sent.append(delivery.key)
        except Killed:
            self.deaths += 1
            self._mailer.close()
            self._mailer = None

    def close(self) -> None:
        """Give the connections back."""
        if self._mailer:
            self._mailer.close()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self.database.transaction() as session:
            yield session
            self._maybe_die()
        self._maybe_die()

    def _maybe_die(self) -> None:
        if self.lots.random() < DEATHS / 4:
            raise Killed


class _Mortal:
    """A mailer whose process may die before and after all that it does."""

    def __init__(self, mailer: Mailer, maybe_die: Callable[[], None]) -> None:
        self._mailer = mailer
        self._maybe_die = maybe_die
        self.pace: Pace | None = FAST
        self.redirect_to: str | None = None

    def draft(self, mail: Mail) -> str:
        self._maybe_die()
        draft_id = self._mailer.draft(mail)
        self._maybe_die()
        return draft_id

    def send(self, draft_id: str) -> None:
        self._maybe_die()
        self._mailer.send(draft_id)
        self._maybe_die()

    def was_sent(self, draft_id: str) -> bool:
        return self._mailer.was_sent(draft_id)

    def is_for(self, draft_id: str, mail: Mail) -> bool:
        return self._mailer.is_for(draft_id, mail)

    def discard(self, draft_id: str) -> None:
        self._mailer.discard(draft_id)

    def close(self) -> None:
        self._mailer.close()


def queue(database: Database, count: int) -> list[str]:
    """Customers with a statement each in the outbox, every tenth with a file; the keys."""
    address = "pagos@cliente{}.mx".format
    customers = [
        {"id": n, "code": f"CL{n:04}", "name": f"Cliente {n}", "search": f"cliente {n}", "email": [address(n)]}
        for n in range(count)
    ]
    mails = [
        {
            "id": n, "key": f"statement:{n}:2019-07-16", "customer_id": n, "to": [address(n)], "cc": [],
            "bcc": [], "subject": "Estado de cuenta", "text": "Buen día", "html": "<p>Buen día</p>", "queued_at": BEGIN,
        }
        for n in range(count)
    ]  # fmt: skip
    files = [
        {"mail_id": n, "position": 0, "name": "Estado.pdf", "content_type": "application/pdf", "content": b"%PDF-1.7"}
        for n in range(0, count, 10)
    ]
    with database.transaction() as session:
        session.execute(insert(CustomerRow), customers)
        session.execute(insert(MailRow), mails)
        session.execute(insert(MailAttachmentRow), files)
    return [str(mail["key"]) for mail in mails]


def weather(database: Database, processes: list[Process]) -> list[str]:
    """Let the processes deliver at once, again and again, until every mail has left.

    Returns why those had failed that a person tried anew: they met a fault at every attempt there is. Nobody's clock
    runs while somebody sends: a process that is alive is never as slow as one that is stuck.
    """
    now, reasons = BEGIN, list[str]()
    with ThreadPoolExecutor(len(processes)) as threads:
        while waiting(database) or failures(database):
            if not waiting(database):
                reasons += failures(database).values()
                with database.transaction() as session:
                    anew = {"state": MailState.QUEUED, "attempts": 0, "not_before": None}
                    session.execute(update(MailRow).where(MailRow.state == MailState.FAILED).values(anew))
            list(threads.map(lambda process, at=now: process.deliver(at), processes))
            with database.transaction() as session:
                pause = outbox.next_departure(session, FAST, _standing_at(now))
            now += pause or timedelta(seconds=1)
            if pause is None:
                # What is left was being sent by a process that died.
                now += STUCK_AFTER
    return reasons


def _standing_at(instant: datetime) -> outbox.Clock:
    return lambda _: instant


def is_passing(reason: str) -> bool:
    """Whether a mail failed for faults that pass, and too many of them."""
    return reason.startswith(("Microsoft 365 is busy", "Microsoft 365 did not answer"))


def failures(database: Database) -> dict[str, str]:
    """The keys of the mails that failed, each with its reason."""
    with database.transaction() as session:
        rows = session.scalars(select(MailRow).where(MailRow.state == MailState.FAILED))
        return {row.key: row.reason for row in rows}


def waiting(database: Database) -> int:
    """How many mails have not come to an end."""
    open_states = (MailState.QUEUED, MailState.RETRY, MailState.SENDING)
    with database.transaction() as session:
        return session.scalar(select(func.count()).where(MailRow.state.in_(open_states))) or 0


def accepted(graph: GraphServer) -> Counter[str]:
    """How often the server took each mail."""
    return Counter(mail.headers["x-cobranza-key"] for mail in graph.sent)


def ends(database: Database) -> Counter[MailState]:
    """How many mails came to which end."""
    with database.transaction() as session:
        return Counter(session.scalars(select(MailRow.state)))
