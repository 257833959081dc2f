"""An office of many people for a year, on a clock that a test moves, before a Telegram that fails."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import delete, event
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.domain.company import Company
from bot.domain.dates import is_bank_day
from bot.domain.people import Role
from bot.domain.reminders import QuietHours
from bot.mail.folder import FolderMailer
from bot.store.database import Database
from bot.store.models import (
    ApplicationRow,
    CustomerRow,
    DocumentRow,
    NoticeRow,
    PersonRow,
    PromiseInForceRow,
    PromiseRow,
)
from handlers import reminder, telling
from handlers.office import Office
from handlers.transport import ReceiptLostError
from handlers.turns import Turns
from tests.search import examples

YEAR = 2026
PEOPLE = examples(120, searching=300)
SUPERVISORS = 1
ZONES = ("America/Mexico_City", "America/Tijuana", "America/Cancun")
# Nobody's own hour, early ones, late ones; one that became a quiet one, and is heard at seven.
HOURS = (None, None, time(7), time(7, 30), time(9, 15), time(12), time(18, 30), time(6))
# On this day a hundred have something due: more than leave in a second.
CROWDED = date(YEAR, 6, 15)
NIGHT = QuietHours(time(20), time(7))
_MORNING, _EVENING = "morning", "evening"

Told = tuple[int, str, date]
Unused: TypeAlias = Any
P = ParamSpec("P")
T = TypeVar("T")


class Killed(BaseException):
    """The process is no more, at once."""


class OneThread(Office):
    """An office that does its work at once: a year in a minute has no time for threads."""

    async def run(self, use_case: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in a transaction of its own."""
        with self.transactions() as session:
            return use_case(session, *args, **kwargs)


class Wire(BaseRequest):
    """The lowest seam: what the library would send over the network, with what goes wrong there."""

    def __init__(self, year: "Year") -> None:
        super().__init__()
        self._year = year

    @property
    def read_timeout(self) -> float:
        """Of no use here."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Unused, **__: Unused
    ) -> tuple[int, bytes]:
        """Note a message, or fail as networks do."""
        assert (method, url.rpartition("/")[2]) == ("POST", "sendRichMessage")
        year, random = self._year, self._year.random
        chance = random.random()
        parameters = request_data.json_parameters if request_data else {}
        if chance < 1 / 400:
            raise Killed
        if chance < 2 / 400:
            year.note_fault(timedelta(minutes=1))
            raise NetworkError("no route")
        if chance < 3 / 400:
            year.note_fault(timedelta(seconds=90))
            body = {"ok": False, "error_code": 429, "description": "Flood", "parameters": {"retry_after": 90}}
            return 429, json.dumps(body).encode()
        year.arrived(int(parameters["chat_id"]), json.loads(parameters["rich_message"])["html"])
        if chance < 4 / 400:
            raise Killed
        if chance < 5 / 400:
            raise ReceiptLostError("cut")
        if chance < 6 / 400:
            year.office.stopping = True
        chat = {"id": int(parameters["chat_id"]), "type": "private"}
        return 200, json.dumps({"ok": True, "result": {"message_id": 1, "date": 0, "chat": chat}}).encode()


@dataclass
class Year:
    """What happens; `now` is the true instant, `error` what the machine's clock is wrong by."""

    database: Database
    random: Random
    folder: Path
    now: datetime = datetime(YEAR, 1, 1, tzinfo=UTC)
    error: timedelta = timedelta()
    # The reminders that there should be, by person, kind and day.
    due: set[Told] = field(default_factory=set)
    # Those whose person's bot was up, and in order, at their time: these are never to be lost.
    owed: set[Told] = field(default_factory=set)
    came: dict[Told, int] = field(default_factory=lambda: defaultdict(int))
    # In the hands of a process that was killed.
    held_when_killed: set[Told] = field(default_factory=set)
    wrongs: list[str] = field(default_factory=list)
    moments: list[tuple[float, int]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _people: dict[int, tuple[int, ZoneInfo, time | None]] = field(default_factory=dict)
    _by_day: dict[date, list[Told]] = field(default_factory=lambda: defaultdict(list))
    _faulty_until: datetime = datetime(YEAR, 1, 1, tzinfo=UTC)
    _fault_in_tick: bool = False
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        self.office = self._new_process()
        _do_not_wait_for_the_disk(self.database)
        self._fill()

    def clock(self) -> datetime:
        """What the machine's clock shows."""
        return self.now + self.error

    async def tick(self) -> None:
        """What the bot does every minute, or as much of it as it lives to do; a new process follows what ends it."""
        self._fault_in_tick = False
        starts_in_order = not self.office.turns.pause
        began = self.clock()
        bot = Bot("1:x", request=Wire(self), get_updates_request=Wire(self))
        try:
            await reminder.remind(bot, self.office)
        except Killed:
            self.counts["kills"] += 1
            self._look_at_the_dead()
            self.office = self._new_process()
            return
        if self.office.stopping:
            self.counts["stops"] += 1
            self.office = self._new_process()
            return
        if starts_in_order and not self._fault_in_tick and began > self._faulty_until:
            self._note_owed(began)

    def arrived(self, chat_id: int, html: str) -> None:
        """A person has a message: it is noted, and what is wrong with it."""
        number, zone, hour = self._people[chat_id]
        local = self.clock().astimezone(zone)
        kind = _EVENING if "💵" in html else _MORNING
        told = (number, kind, local.date())
        self.came[told] += 1
        self.moments.append((self.now.timestamp(), number))
        at = local.time()
        if not time(7) <= at < time(20):
            self.wrongs.append(f"{told} at {at}: a quiet hour")
        if at < (time(18) if kind == _EVENING else hour or time(8)):
            self.wrongs.append(f"{told} at {at}: before their hour")
        if told not in self.due:
            self.wrongs.append(f"{told} at {at}: nothing was due")

    def note_fault(self, pause: timedelta) -> None:
        """Telegram does not take a message, and may not before a pause is over."""
        self.counts["faults"] += 1
        self._fault_in_tick = True
        self._faulty_until = max(self._faulty_until, self.clock() + pause)

    def forget_what_is_over(self) -> None:
        """What judging would do, without which every look at the day grows with the year."""
        with self.database.transaction() as session:
            session.execute(delete(PromiseInForceRow).where(PromiseInForceRow.on < self.now.date() - timedelta(days=7)))

    def _note_owed(self, began: datetime) -> None:
        for zone in map(ZoneInfo, ZONES):
            local = began.astimezone(zone)
            for told in self._by_day.get(local.date(), ()):
                number, kind, _ = told
                _, its_zone, hour = self._people[number]
                at = time(18) if kind == _EVENING else max(hour or time(8), time(7))
                if its_zone.key == zone.key and at <= local.time() < time(20):
                    self.owed.add(told)

    def _look_at_the_dead(self) -> None:
        with self.database.transaction() as session:
            rows = session.query(NoticeRow).filter_by(state="sending").all()
            held = {(1000 + row.person_id, row.kind, row.on) for row in rows}
        new = {told for told in held if not self.came[told]} - self.held_when_killed
        if len(new) > telling.IN_HAND:
            self.wrongs.append(f"one killed process had {new}")
        self.held_when_killed |= new

    def _new_process(self) -> Office:
        async def sleep(seconds: float) -> None:
            self.now += timedelta(seconds=seconds)
            await asyncio.sleep(0)

        return OneThread(
            transactions=self._transaction,
            workers=ThreadPoolExecutor(1),
            locks=self.database.locks,
            mailer=FolderMailer(self.folder, "x@example.com"),
            company=Company("Empresa", "", ""),
            zone=ZoneInfo(ZONES[0]),
            clock=self.clock,
            mail_clock=lambda _: self.clock(),
            language="es_MX",
            files_dir=self.folder,
            reminder_time=time(8),
            quiet_hours=NIGHT,
            turns=Turns(lambda: self.now.timestamp(), sleep),  # noqa: PLW0108 - `now` moves
        )

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        chance = self.random.random()
        with self.database.transaction() as session:
            yield session
            if chance < 1 / 4000:
                raise Killed
        if chance > 1 - 1 / 4000:
            raise Killed

    def _fill(self) -> None:
        """Everybody's promises of the year, each paid whole some days after its day."""
        random = self.random
        days = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(365)]
        with self.database.transaction() as session:
            for n in range(PEOPLE):
                supervises = n >= PEOPLE - SUPERVISORS
                zone, hour = ZONES[n % 3], random.choice(HOURS)
                row = PersonRow(
                    name=f"P{n}",
                    role=Role.SUPERVISOR if supervises else Role.COLLECTOR,
                    collector_code=None if supervises else f"C{n}",
                    telegram_id=1001 + n,
                    # The house's zone is also what those have who never chose one.
                    time_zone=None if zone == ZONES[0] and n % 2 else zone,
                    reminder_time=hour,
                )
                session.add(row)
                session.flush()
                assert row.id == n + 1
                self._people[1001 + n] = (1001 + n, ZoneInfo(zone), hour)
                if not supervises:
                    self._promises(session, n, [*[CROWDED] * (n < 100), *random.sample(days, PROMISES)])
        for number in list(self._people)[-SUPERVISORS:]:
            self.due |= {(number, kind, on) for _, kind, on in self.due if kind == _MORNING}
        for told in self.due:
            self._by_day[told[2]].append(told)

    def _promises(self, session: Session, n: int, days: list[date]) -> None:
        customer = CustomerRow(code=f"CL{n}", name=f"Cliente {n}", collector_code=f"C{n}", search=f"cliente {n}")
        session.add(customer)
        session.flush()
        for folio, on in enumerate(days):
            paid = on + timedelta(days=self.random.choice((1, 1, 1, 2, 4)))
            cash = self.random.random() < 0.25
            comment = "Paga en efectivo" if cash else "Transferencia"
            made = date(YEAR - 1, 12, 1)
            document = DocumentRow(
                customer_id=customer.id, folio=str(folio), issued=made, due=on,
                currency="MXN", total=100, settled_on=paid,
            )  # fmt: skip
            session.add(document)
            session.flush()
            promise = PromiseRow(
                document_id=document.id, number=1, on=on, amount=100, currency="MXN", comment=comment,
                made_by="P", made_on=made, made_at=datetime(YEAR - 1, 12, 1, tzinfo=UTC),
            )  # fmt: skip
            session.add_all((promise, ApplicationRow(document_id=document.id, key="k", on=paid, amount=100)))
            session.flush()
            session.add(PromiseInForceRow(document_id=document.id, installment=1, promise_id=promise.id, on=on))
            late = (on + timedelta(days=k) for k in range((paid - on).days))
            self.due |= {(1001 + n, _MORNING, day) for day in late if is_bank_day(day)}
            if cash:
                eve = on - timedelta(days=1)
                while not is_bank_day(eve):
                    eve -= timedelta(days=1)
                self.due.add((1001 + n, _EVENING, eve))


# A person's promises of the year, besides the one of the crowded day.
PROMISES = 2


def _do_not_wait_for_the_disk(database: Database) -> None:
    @event.listens_for(database.engine, "connect")
    def _on_connect(connection: Any, _entry: object) -> None:  # noqa: ANN401 - the driver's
        connection.execute("PRAGMA synchronous=OFF")
