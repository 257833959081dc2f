"""A mailer of the tests: like a server it outlives those who use it, and it fails when told to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.company import Company
from bot.domain.correspondence import Mail, Pace, Rejected
from bot.services import mailing, outbox
from bot.services.outbox import Delivery
from tests.services.world import NOW, World

COMPANY = Company("La Casa", bank="CLABE 012345678901234567")


@dataclass
class Post:
    """Drafts and mails that left; `faults` are raised in turn at «before draft», «after send» and so on."""

    drafts: dict[str, Mail] = field(default_factory=dict)
    sent: list[Mail] = field(default_factory=list)
    faults: Mapping[str, list[Any]] = field(default_factory=dict)
    drafted: int = 0
    pace: Pace | None = None

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
        self._fail("after send")

    def was_sent(self, draft_id: str) -> bool:
        """Whether a draft has left."""
        self._fail("before was_sent")
        if draft_id.startswith("lost"):
            raise Rejected("neither draft nor sent mail")
        return draft_id not in self.drafts

    def discard(self, draft_id: str) -> None:
        """Remove a draft."""
        del self.drafts[draft_id]

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
            self.world.call(mailing.queue, self.world.ana, code, COMPANY)

    def deliver(self, *, after: timedelta = timedelta()) -> list[Delivery]:
        """Empty the outbox once, so much later."""
        self.passed += after
        self.opened = 0
        return list(outbox.deliver(self._transaction, self.post, lambda: NOW + self.passed))

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        self.opened += 1
        crash = self.crashes.pop(self.opened, "")
        with self.world.database.transaction() as session:
            yield session
            if crash == "before commit":
                raise SystemExit
        if crash == "after commit":
            raise SystemExit
