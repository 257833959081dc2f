"""What becomes of what is claimed to be told unasked: alike for reminders, answers, handovers and late reports."""

from datetime import datetime
from typing import Generic, Protocol

from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.store import notices
from bot.store.notices import Row


class Claimed(Protocol):
    """What somebody took to tell it."""

    @property
    def id(self) -> int:
        """That of its row."""
        ...

    @property
    def held_until(self) -> datetime | None:
        """Until when it is left to who claimed it, which tells one claim from a later one."""
        ...


class Telling(Generic[Row]):
    """The steps of what waits in rows of one kind."""

    def __init__(self, kind: type[Row]) -> None:
        self._kind: type[Row] = kind

    def leave(self, session: Session, claimed: Claimed, now: datetime) -> bool:
        """Note that it is about to leave; False where it is no longer to.

        That means told as far as a restart can tell: better one lost in a crash than one twice.
        """
        return notices.leave(session, self._kind, claimed.id, claimed.held_until, now)

    def told(self, session: Session, claimed: Claimed) -> None:
        """Note that it has left."""
        self.settle(session, claimed, MailState.SENT)

    def postpone(self, session: Session, claimed: Claimed, until: datetime) -> None:
        """Note that it did not leave for a passing reason."""
        self.settle(session, claimed, MailState.QUEUED, not_before=until)

    def settle(
        self, session: Session, claimed: Claimed, state: MailState, *, not_before: datetime | None = None
    ) -> None:
        """Note what became of it otherwise."""
        notices.settle(session, self._kind, claimed.id, claimed.held_until, state, not_before=not_before)
