"""What the handlers work with: made once by the application, handed to each of them through the context."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.company import Company
from bot.domain.correspondence import Spacing
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.promises import FAR_DAYS, TOLERANCE_DAYS
from bot.domain.reminders import Hours, QuietHours
from bot.imports.vault import Vault
from bot.mail import Mailer
from bot.services.answers import Inbox
from bot.services.enclosing import House
from bot.services.outbox import Locks
from handlers.pace import Pace
from handlers.together import Together
from handlers.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")

# Most ways out send one mail at a time; the others of these write meanwhile.
_SENDERS = 4


@dataclass(slots=True)
class Pulse:
    """When this process last did its rounds, or went on with a long one, and when Telegram last answered what is asked.

    None is not yet. `rivalled_at` is when Telegram last said that another program fetches with the same token.
    """

    ticked_at: datetime | None = None
    heard_at: datetime | None = None
    rivalled_at: datetime | None = None


@dataclass(slots=True)
class Office:
    """The database's transactions, the ways out, the clock and the house's own settings.

    `rich` is whether rich messages are tried; a server that does not know them turns it off.
    """

    transactions: Callable[..., AbstractContextManager[Any]]
    # The threads in which they run, apart from those that draw: a picture keeps nobody's balance waiting.
    workers: ThreadPoolExecutor
    locks: Locks
    mailer: Mailer
    company: Company
    zone: ZoneInfo
    clock: Callable[[], datetime]
    # What mails go by, within a transaction: all replicas share it, whatever their own clocks say.
    mail_clock: Callable[[Any], datetime]
    language: str
    files_dir: Path
    reminder_time: time
    quiet_hours: QuietHours
    business_date: date | None = None
    tolerance_days: int = TOLERANCE_DAYS
    far_days: int = FAR_DAYS
    rich: bool = True
    # The demo's day stands still while the clock goes on: there reminders come by hand alone.
    reminds: bool = True
    # Whether what is sent can be neither forwarded nor saved, and after how long it is deleted.
    protect: bool = False
    delete_after: timedelta | None = None
    # Where answers to mails come; there is none where mails become files.
    inbox: Inbox | None = None
    # When the ledger was fed longer ago than this, a sending is confirmed twice.
    mail_ask_after: timedelta = timedelta(hours=24)
    # The one address that all mail goes to, while it is set.
    mail_redirect_to: str | None = None
    # Days that lie between two statements to a customer at least.
    mail_min_days: int = 1
    # Of this process, so in memory: another one has its own.
    pulse: Pulse = field(default_factory=Pulse)
    # The sendings that this process is at, each by its id.
    sendings: dict[int, "asyncio.Task[None]"] = field(default_factory=dict)
    # Those that were asked for since their task last began to look.
    sendings_asked: set[int] = field(default_factory=set)
    # The threads in which mails are written and sent: a slow way out may hold them all. Not the loop's own ones, in
    # which pictures are drawn and Telegram's name is looked up.
    senders: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_SENDERS, "mail"))
    # How fast messages leave that nobody asked for: kept in memory, since after a restart Telegram says so again.
    turns: Turns = field(default_factory=Turns)
    # No further message is begun that nobody asked for: the application is to stop.
    stopping: bool = False
    pace: Pace = field(default_factory=Pace)
    # The chats that were told that the database is away, until it is back for them.
    told_to_wait: set[int] = field(default_factory=set)
    # What strangers were told, with the instant: kept in memory, since it protects nothing but their patience.
    strangers: dict[tuple[int, str], datetime] = field(default_factory=dict)
    _notes: Together = field(init=False)
    _looks: Together = field(init=False)

    def __post_init__(self) -> None:
        self._notes = Together(partial(self.transactions, hurried=True), self.workers)
        self._looks = Together(self.transactions, self.workers)

    @property
    def today(self) -> date:
        """The business date: fixed by a setting, or today at the office."""
        return self.business_date or self.clock().astimezone(self.zone).date()

    @property
    def hours(self) -> Hours:
        """When people are reminded who have not said otherwise."""
        return Hours(self.reminder_time, self.zone, self.quiet_hours, self.business_date)

    @property
    def house(self) -> House:
        """Who sends statements, and with which files."""
        return House(self.company, Vault(self.files_dir), Spacing(self.mail_min_days, self.zone))

    def day_of(self, moment: datetime) -> date:
        """The business date on which something was sent: it may have waited, but is not of a day to come."""
        return self.business_date or min(moment.astimezone(self.zone).date(), self.today)

    def occasion(self, person: Person, source: str | None, sent_at: datetime | None = None) -> Occasion:
        """An act of a person now, that a message of that instant asks for."""
        sent_on = sent_at and self.day_of(sent_at)
        return Occasion(person, self.today, self.clock(), source, self.tolerance_days, sent_at, sent_on, self.far_days)

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[bool]:
        """Do something that no other replica does meanwhile; false when one is at it, and then it is not to be done."""
        # Among the transactions: where the database has vanished, who waits for it may not hold the threads by which
        # Telegram is asked.
        loop = asyncio.get_running_loop()
        taken = await loop.run_in_executor(self.workers, self.locks.take, name)
        try:
            yield taken
        finally:
            if taken:
                await loop.run_in_executor(self.workers, self.locks.give, name)

    async def run(self, use_case: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in a thread, in a transaction of its own: committed at its end, rolled back if it raises."""

        def done() -> T:
            with self.transactions() as session:
                return use_case(session, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self.workers, done)

    async def look(self, use_case: Callable[[Any], T]) -> T:
        """Run a use case likewise that only shows something, and may as well run twice, with others that wait."""
        return await self._looks.run(use_case)

    async def note(self, use_case: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a small use case likewise that a power cut may undo, nothing typed being in it, with others that wait."""
        return await self._notes.run(lambda session: use_case(session, *args, **kwargs))

    async def post(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what writes or sends mail in a thread of its own kind; it makes its transactions itself."""
        return await asyncio.get_running_loop().run_in_executor(self.senders, partial(work, *args, **kwargs))
