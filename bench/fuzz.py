"""Random updates through the real application: `python -m bench.fuzz --help`.

The application, its handlers, services and database are the real ones; only the network is left out: Telegram answers
in the same process, as strictly as on the wire. Ends with status 1 when an update met an exception (so an apology), was
passed over without a reason, showed somebody another's customers, or left the ledger other than it must be.
"""

import argparse
import asyncio
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select
from telegram import Update
from telegram.constants import ChatType
from telegram.ext import filters

import bot.demo
from bench.crowd import ALMA, EVA, GROUP, JORGE, LAURA, ROSA, Crowd
from bench.invariants import Invariants
from bot.app import make_application, make_office
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.services import imports
from bot.services.updates import is_handled
from bot.store.database import Database
from bot.store.models import PersonRow
from handlers import jobs
from handlers.access import SHORT_SILENCE
from handlers.context import App, Context
from handlers.office import Office
from handlers.updates import handle, read
from tests import factories
from tests.chat.in_process import InProcess

TODAY = date(2019, 7, 16)
TOKEN = "123456:FUZZ"  # noqa: S105 - of the server here
_SEED = Path(bot.demo.__file__).parent / "seed"
_FILES = ("clientes.csv", "estado-2019-03-19.csv", "agenda-2019-07-16.csv", "demo/promesas.csv")
# Who is what; somebody who lost it in the fray gets it back.
_PEOPLE: dict[int, tuple[str, Role, str | None]] = {
    LAURA: ("Laura", Role.COLLECTOR, "C1"),
    ROSA: ("Rosa", Role.COLLECTOR, "C2"),
    JORGE: ("Jorge", Role.SUPERVISOR, None),
    ALMA: ("Alma", Role.ADMINISTRATOR, None),
    EVA: ("Eva", Role.COLLECTOR, "C1"),
}
# Nobody types these, so whoever reads one was shown it.
_SECRETS = {
    ROSA: ("Aldana", "Perez", "Samuel"),
    LAURA: ("Ibarra",),
    EVA: ("Ibarra",),
    GROUP: ("Aldana", "Perez", "Ibarra"),
}
# An edit to what is shown already, was deleted or is a file; an answer to a tap that is too old.
_REFUSED_ON_THE_WIRE_TOO = ("not modified", "message to edit not found", "no text in the message", "query is too old")
_RESTORE_EVERY, _TICK_EVERY, _LOOK_EVERY, _KEPT = 20, 200, 500, 60


class Complaints(logging.Handler):
    """Keeps what the log has to complain about: exceptions, which were apologised for."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note it, with its traceback."""
        self.found.append(logging.Formatter("%(levelname)s %(name)s: %(message)s").format(record))


@dataclass
class Fuzz:
    """One run: `problems` are what went wrong, each with what caused it."""

    seed: int
    folder: Path
    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    invariants: Invariants = field(default_factory=Invariants)
    _now: datetime = datetime(2019, 7, 16, 15, tzinfo=UTC)

    async def run(self, updates: int) -> None:
        """Let so many updates come."""
        lots = random.Random(self.seed)  # noqa: S311 - the same seed, the same lots
        server = BotApiServer(TOKEN)
        server.world.clock = lambda: self._now.timestamp()  # noqa: PLW0108 - it moves on
        crowd, telegram = Crowd(server.world, lots), InProcess(server)
        database, complaints = self._database(), Complaints()
        office = make_office(self._settings(), database)
        office.clock, office.mail_clock = lambda: self._now, lambda _: self._now
        app = make_application(self._settings(), office, telegram)
        logging.getLogger().addHandler(complaints)
        try:
            await app.initialize()
            number = 0
            while self.counts["updates"] < updates:
                if number % _RESTORE_EVERY == 0:
                    _restore(database)
                number += 1
                self._now += timedelta(seconds=lots.choice((0, 1, 5, 30)))
                await self._together(app, office, telegram, crowd.batch())
                self._complain(complaints, telegram)
                if number % _TICK_EVERY == 0:
                    await jobs.tick(Context(app))
                    self._complain(complaints, telegram)
                if number % _LOOK_EVERY == 0:
                    self.look(database, server)
            while office.sendings:
                await asyncio.gather(*office.sendings.values())
            self._complain(complaints, telegram)
            self.look(database, server)
        finally:
            logging.getLogger().removeHandler(complaints)
            await app.shutdown()
            database.close()

    async def _together(self, app: App, office: Office, telegram: InProcess, batch: list[dict[str, Any]]) -> None:
        """Those of one chat one after the other, different chats at once, as `handlers.updates` does it."""
        chats: dict[int, list[Update]] = {}
        for made in batch:
            update = read(app, made)
            if update is None:
                raise ValueError(made)
            chats.setdefault(update.effective_chat.id if update.effective_chat else 0, []).append(update)

        async def in_order(queue: list[Update]) -> None:
            for update in queue:
                await self._one(app, office, telegram, update)

        await asyncio.gather(*(in_order(queue) for queue in chats.values()))

    async def _one(self, app: App, office: Office, telegram: InProcess, update: Update) -> None:
        self.counts["updates"] += 1
        repeated = await office.run(is_handled, update.update_id)
        user = update.effective_user.id if update.effective_user else 0
        chat = update.effective_chat.id if update.effective_chat else 0
        known = await asyncio.to_thread(_known, office, user)
        before = telegram.told[chat]
        if not await handle(app, office, update):
            self.problems.append(f"not handled: {update.to_dict()}")
        told = telegram.told[chat] - before
        self.counts[f"{_kind(update)}, {'repeated' if repeated else 'answered' if told else 'passed over'}"] += 1
        if repeated and told and not office.sendings:
            self.problems.append(f"answered twice: {update.to_dict()}")
        if not (told or repeated or self._may_be_passed_over(office, update, user, known=known)):
            self.problems.append(f"passed over: {update.to_dict()}")

    def _may_be_passed_over(self, office: Office, update: Update, user: int, *, known: bool) -> bool:
        """Whether nothing is said to this: groups, strangers who had their line, what nobody said, a flood."""
        asked_for = update.message or update.edited_message or update.callback_query
        if not asked_for or not update.effective_chat or update.effective_chat.type != ChatType.PRIVATE:
            typed = (update.message.text or "") if update.message else ""
            told = office.strangers.get((update.effective_chat.id, "group")) if update.effective_chat else None
            return not typed.startswith("/") or (told is not None and self._now - told < SHORT_SILENCE)
        if filters.StatusUpdate.ALL.check_update(update) or not (known and _known(office, user)):
            return True
        message = update.edited_message or update.message
        sent_at = (message.edit_date or message.date) if message else self._now
        # Asked again of the same update, it says the same as it did to the door.
        return not office.pace.fits(user, update.update_id, sent_at)

    def _complain(self, complaints: Complaints, telegram: InProcess) -> None:
        self.problems.extend(complaints.found)
        complaints.found.clear()
        for call, why in telegram.refused:
            if not any(passing in why for passing in _REFUSED_ON_THE_WIRE_TOO):
                self.problems.append(f"Telegram refuses {call.method} {call.params}: {why}")
        telegram.refused.clear()

    def look(self, database: Database, server: BotApiServer) -> None:
        """The ledger and what people were shown, as they stand; what is old is forgotten after."""
        with database.snapshot() as connection:
            self.problems.extend(self.invariants.problems(connection))
        for chat, secrets in _SECRETS.items():
            for message in server.world.messages(chat):
                if message.outgoing and (shown := [s for s in secrets if s in message.plain_text]):
                    self.problems.append(f"{chat} was shown {shown}: {message.plain_text}")
        for talk in server.world.chats.values():
            for message_id in list(talk.messages)[:-_KEPT]:
                del talk.messages[message_id]
        server.world.calls.clear()
        for query_id in list(server.world.taps)[:-1_000]:
            del server.world.taps[query_id]

    def _settings(self) -> Settings:
        given: dict[str, Any] = {name: f.get_default() for name, f in Settings.model_fields.items()}
        given |= {
            "telegram_token": SecretStr(TOKEN),
            "database_url": f"sqlite:///{self.folder / 'fuzz.db'}",
            "mail_folder": self.folder / "mail",
            "files_dir": self.folder / "files",
            "business_date": TODAY,
            "mail_ask_after_hours": 8760,
            "reminder_time": hour(9),
        }
        return Settings.model_construct(**given)

    def _database(self) -> Database:
        database = Database(f"sqlite:///{self.folder / 'fuzz.db'}")
        database.upgrade()
        imports.import_files(database.transaction, [_SEED / name for name in _FILES], today=TODAY)
        with database.transaction() as session:
            for number, (name, role, collector) in _PEOPLE.items():
                factories.person(session, role, collector, telegram_id=number, name=name)
            other = factories.customer(session, "CL900", "Norma Ibarra", collector="C2", rfc="IANO900101XX1")
            factories.document(session, other, "7", total=55500)
        return database


def _restore(database: Database) -> None:
    """Give everybody the place back that the crowd's administrator took away."""
    with database.transaction() as session:
        for number, (name, role, collector) in _PEOPLE.items():
            row = session.scalars(select(PersonRow).where(PersonRow.telegram_id == number)).one()
            row.active, row.name, row.role, row.collector_code, row.unreachable_since = (
                True,
                name,
                role,
                collector,
                None,
            )


def _known(office: Office, user: int) -> bool:
    with office.transactions() as session:
        return session.scalar(select(PersonRow.active).where(PersonRow.telegram_id == user)) is True


def _kind(update: Update) -> str:
    if update.callback_query:
        return "tap"
    message = update.effective_message
    return "other" if message is None else "text" if message.text else "no text"


def _report(fuzz: Fuzz) -> Iterator[str]:
    for kind, count in sorted(fuzz.counts.items()):
        yield f"{count:>9,} {kind}"
    yield f"the ledger: {fuzz.invariants.rows}"
    for problem in fuzz.problems[:20]:
        yield f"PROBLEM {problem[:3_000]}"


def main() -> int:
    """Fuzz; 1 when there was a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    wanted = parser.parse_args()
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    print(f"seed {wanted.seed}", flush=True)
    fuzz, began = Fuzz(wanted.seed, folder), time.monotonic()
    try:
        asyncio.run(fuzz.run(wanted.updates))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    took = time.monotonic() - began
    print("\n".join(_report(fuzz)))
    print(f"{fuzz.counts['updates'] / took:,.0f} updates/s, {len(fuzz.problems)} problems, seed {wanted.seed}")
    return 1 if fuzz.problems else 0


if __name__ == "__main__":
    sys.exit(main())
