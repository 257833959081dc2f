"""What waits to be told unasked: claimed one by one, sent and settled several at once (docs/decisions/0007)."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from telegram import Bot
from telegram.error import Forbidden

from bot.domain.errors import DatabaseAway
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
P = ParamSpec("P")

# A message takes Telegram a sixth of a second, at times half: with so many on their way, they leave as fast as
# `handlers.turns` lets them. A process that is killed has that many in its hands.
IN_HAND = 8
# How soon what became of a message is noted again, where the database was away.
_AGAIN_SECONDS = 1.0


class Queue(Protocol[T]):
    """The use cases of what waits: `bot.services.reminders` and others (`bot.services.telling`)."""

    def claim(self, session: Session, now: datetime, hours: Hours) -> T | None:
        """Take the next."""
        ...

    def leave(self, session: Session, told: T, /, now: datetime) -> bool:
        """It is about to leave; False where it is not to, or not by who claimed it then."""
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
    """Tell everything that may leave now; how many left.

    Ends when the application does or Telegram wants a long pause; a short one is waited for, unless it was there at the
    beginning: somebody may have pressed a button. Whatever goes wrong with one, those in hand come to their end.
    """
    if office.turns.pause:
        return 0
    count, in_hand, drawing = 0, set[asyncio.Task[bool]](), asyncio.Lock()

    async def tell_one(told: T) -> bool:
        reply = present(told)
        # Supervisors have the same picture: who comes next finds it at Telegram (docs/decisions/0021).
        return await _tell(bot, office, queue, told, reply, alone=drawing if reply.photo else nullcontext())

    try:
        while not office.stopping and office.turns.pause <= send.MAX_WAIT:
            # Thousands of reminders take longer than a round that hangs.
            office.pulse.ticked_at = office.clock()
            await office.turns.wait()
            # One claim at a time, so that who presses a button finds the database free.
            told = await office.run(queue.claim, office.clock(), hours or office.hours)
            if told:
                in_hand.add(asyncio.create_task(tell_one(told)))
            elif not in_hand:
                break
            # What becomes of one may be told to another: who blocked the bot, to who hands over to them.
            if not told or len(in_hand) == IN_HAND:
                done, in_hand = await asyncio.wait(in_hand, return_when=asyncio.FIRST_COMPLETED)
                count += sum(task.result() for task in done)
    except asyncio.CancelledError:
        for task in in_hand:
            task.cancel()
        raise
    finally:
        await asyncio.gather(*in_hand, return_exceptions=True)
    return count + sum(task.result() for task in in_hand)


async def _tell(
    bot: Bot, office: Office, queue: Queue[T], told: T, reply: Reply, *, alone: AbstractAsyncContextManager[None]
) -> bool:
    """Send one, and note what became of it; whether it left."""
    chat_id = told.person.telegram_id or 0
    try:
        async with alone:
            await office.turns.take(chat_id)
            if await office.run(queue.leave, told, office.clock()):
                await office.turns.depart()
                pause = await send.unasked(bot, office, chat_id, reply)
            else:
                # Who was shut out is not told; what took longer than it is held is looked at anew.
                pause = timedelta()
        if pause is None:
            await _note(office, queue.told, told)
        else:
            send.may_be_there.set(False)
            await _note(office, queue.postpone, told, office.clock() + pause)
    except Forbidden:
        await _note(office, queue.unreachable, told, office.clock())
        return False
    except asyncio.CancelledError:
        # A stop waits for no turn, no picture of another's and no pause.
        if not send.may_be_there.get():
            await office.run(queue.postpone, told, office.clock())
        raise
    return pause is None


async def _note(
    office: Office, use_case: Callable[Concatenate[Session, P], None], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Note what became of a message: nobody else knows, so a database that is away is waited for."""
    while True:
        try:
            await office.run(use_case, *args, **kwargs)
        except DatabaseAway:
            if office.stopping:
                raise
            await asyncio.sleep(_AGAIN_SECONDS)
        else:
            return
