"""A mailer of the tests: like a server it outlives those who use it, and it fails when told to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.domain.company import Company
from bot.domain.correspondence import Gone, Mail, MailState, Pace
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.receivables import AttachmentPolicy
from bot.domain.runs import Audience, Candidate, Progress
from bot.services import mailing, outbox, runs, sending
from bot.services.enclosing import House
from bot.services.outbox import Delivery, Transactions
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow
from tests.services.world import NOW, TODAY, World, act


class NoFiles:
    """A vault with nothing in it."""

    def find(self, _uuid: str) -> list[Path]:
        """Nothing."""
        return []


HOUSE = House(Company("La Casa", bank="CLABE 012345678901234567"), NoFiles())


def candidates(world: World, by: Person | Occasion, wanted: str | int | Audience) -> tuple[Candidate, ...]:
    """Who would get a statement or not, as a look at a sending shows it."""
    draft = world.call(runs.compose, by, wanted)
    return world.call(runs.preview, by, draft.id, HOUSE.invoices, HOUSE.spacing).candidates


def later(by: Person, days: int = 1) -> Occasion:
    """An act so many days later, at the same hour."""
    return replace(act(by, TODAY + timedelta(days)), now=NOW + timedelta(days))


def begin(world: World, by: Person | Occasion, wanted: str | int | Audience, comment: str = "") -> int:
    """Confirm a sending; its id."""
    draft = world.call(runs.compose, by, wanted)
    world.call(runs.set_comment, by, draft.id, comment)
    world.call(runs.confirm, by, draft.id, message_id=1)
    return draft.id


def write(world: World, run_id: int, transactions: Transactions | None = None, house: House = HOUSE) -> None:
    """Write every mail of a sending."""
    while sending.write_next(transactions or world.database.transaction, run_id, house, NOW):
        pass


def queue(world: World, by: Person | Occasion, wanted: str | int | Audience, comment: str = "") -> Progress:
    """Queue the statements of these customers; what became of each."""
    run_id = begin(world, by, wanted, comment)
    write(world, run_id)
    return world.call(runs.progress, by, run_id)


def standing(world: World, code: str) -> tuple[MailState, str]:
    """Where the newest mail to a customer stands, with the reason."""
    with world.database.transaction() as session:
        # What one was before it was written anew is no mail of its own.
        mine = session.query(MailRow).filter(
            MailRow.customer_id == world.customers[code], ~MailRow.key.startswith("before:")
        )
        row = mine.order_by(MailRow.id.desc()).limit(1).one()
        return row.state, row.reason


@dataclass
class Post:
    """Drafts and mails that left; `faults` are raised in turn at «before draft», «after send» and so on."""

    drafts: dict[str, Mail] = field(default_factory=dict)
    sent: list[Mail] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    faults: Mapping[str, list[Any]] = field(default_factory=dict)
    drafted: int = 0
    pace: Pace | None = None
    redirect_to: str | None = None

    def draft(self, mail: Mail) -> str:
        """Lay down."""
        self._fail("before draft")
        self.drafted += 1
        draft_id = f"draft {self.drafted}"
        self.drafts[draft_id] = mail
        self._fail("after draft")
        return draft_id

    def send(self, draft_id: str) -> None:
        """Send a draft, which is gone then."""
        self._fail("before send")
        self.sent.append(self.drafts.pop(draft_id))
        self.left.append(draft_id)
        self._fail("after send")

    def was_sent(self, draft_id: str) -> bool:
        """Whether a draft has left."""
        self._fail("before was_sent")
        if draft_id in self.drafts:
            return False
        if draft_id in self.left:
            return True
        raise Gone("neither draft nor sent mail")

    def is_for(self, draft_id: str, mail: Mail) -> bool:
        """Whether a draft goes to those to whom this mail goes."""
        return self.drafts[draft_id].to == mail.to

    def discard(self, draft_id: str) -> None:
        """Remove a draft."""
        self._fail("before discard")
        self.drafts.pop(draft_id, None)
        self._fail("after discard")

    def close(self) -> None:
        """Nothing to give back."""

    @property
    def keys(self) -> list[str]:
        """The keys of the mails that left, in order."""
        return [mail.key for mail in self.sent]

    def _fail(self, step: str) -> None:
        if waiting := self.faults.get(step):
            raise waiting.pop(0)


@dataclass
class Office:
    """A world with its post and a clock; `crashes` stops the n-th transaction, before or after its commit."""

    world: World
    post: Post = field(default_factory=Post)
    passed: timedelta = timedelta()
    crashes: dict[int, str] = field(default_factory=dict)
    opened: int = 0

    def queue(self, *codes: str) -> None:
        """Queue the statements of these customers."""
        for code in codes:
            queue(self.world, self.world.ana, code)

    def deliver(self, *, after: timedelta = timedelta()) -> list[Delivery]:
        """Empty the outbox once, so much later."""
        self.passed += after
        self.opened = 0
        return list(outbox.deliver(self.transaction, self.world.database.locks, self.post, lambda _: NOW + self.passed))

    def lose_locks(self) -> None:
        """Be cut off from the database, as when that is restarted: a mail in hand is anybody's to take for stuck."""
        self.world.database.locks.close()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction, which may crash."""
        self.opened += 1
        crash = self.crashes.pop(self.opened, "")
        with self.world.database.transaction() as session:
            yield session
            if crash == "before commit":
                raise SystemExit
        if crash == "after commit":
            raise SystemExit


def work(office: Office, run_id: int) -> None:
    """Write and deliver as the bot does, and note that it was seen."""
    write(office.world, run_id)
    office.deliver()
    with office.world.database.transaction() as session:
        sending.seen(session, sending.watch(session, run_id)[1])


def told(world: World, run_id: int, by: Person | None = None) -> dict[str, object]:
    """How each customer of a sending, Ana's by default, stands."""
    shown = world.call(runs.progress, by or world.ana, run_id)
    return {r.code: r.skipped or r.mail for r in shown.recipients}


def without_files(world: World) -> Office:
    """An office whose customers take no files, which are what takes long."""
    with world.database.transaction() as session:
        session.query(CustomerRow).update({"attachments": AttachmentPolicy.NONE})
    return Office(world)


def overtaken(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Let something happen once, while the files of the next mail are drawn."""
    drawn = mailing.write

    def write_late(*args: object, **more: object) -> object:
        monkeypatch.setattr(sending, "write", drawn)
        meanwhile()
        return drawn(*args, **more)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(sending, "write", write_late)
