"""What waits to be told unasked: claimed, sent, settled, one after the other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from telegram import Bot
from telegram.error import Forbidden

from bot.domain.people import Person
from bot.domain.reminders import Hours
from bot.presenters.reply import Reply
from handlers import send
from handlers.office import Office

# The store's; no handler knows more of it.
Session: TypeAlias = Any


class Told(Protocol):
    """Something for a person."""

    @property
    def person(self) -> Person:
        """To whom."""
        ...


T = TypeVar("T", bound=Told)


class Queue(Protocol[T]):
    """The use cases of what waits: `bot.services.reminders`, `bot.services.answers`."""

    def claim(self, session: Session, now: datetime, hours: Hours) -> T | None:
        """Take the next."""
        ...

    def told(self, session: Session, told: T, /) -> None:
        """It left."""
        ...

    def postpone(self, session: Session, told: T, /, until: datetime) -> None:
        """It did not, for a passing reason."""
        ...

    def unreachable(self, session: Session, told: T, /, now: datetime) -> None:
        """The person takes no messages."""
        ...


async def tell(
    bot: Bot, office: Office, queue: Queue[T], present: Callable[[T], Reply], hours: Hours | None = None
) -> int:
    """Tell everything that may leave now; how many left. Ends when the application does or Telegram wants a pause."""
    count = 0
    while not office.stopping and not office.turns.are_held:
        # Thousands of reminders take longer than a round that hangs.
        office.pulse.ticked_at = office.clock()
        told = await office.run(queue.claim, office.clock(), hours or office.hours)
        if told is None:
            break
        try:
            pause = await send.unasked(bot, office, told.person.telegram_id or 0, present(told))
        except Forbidden:
            await office.run(queue.unreachable, told, office.clock())
            continue
        if pause:
            await office.run(queue.postpone, told, office.clock() + pause)
        else:
            await office.run(queue.told, told)
            count += 1
    return count
