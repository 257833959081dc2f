"""Updates fetched and handled: Telegram keeps each until it is confirmed, and it is confirmed once answered.

python-telegram-bot's own updater confirms what it has fetched, not what was handled: a crash between the
two would lose what somebody typed. So this loop fetches by itself, and confirms an update when it and all
before it are answered (docs/decisions/0003). Meanwhile it goes on fetching: who waits for a long answer
keeps nobody else waiting (docs/decisions/0031).
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError

from bot.domain.errors import DatabaseAway
from bot.services import updates
from handlers import transport
from handlers.context import App
from handlers.errors import say_later
from handlers.office import Office

_log = logging.getLogger(__name__)

# Bot API, getUpdates: «timeout in seconds for long polling»; below the 60 s after which proxies cut.
_LONG_POLL_SECONDS = 30
# How long the answer itself may take after that.
_ANSWER_SECONDS = 5
_MAX_PAUSE_SECONDS = 30
# How long Telegram is left alone while there is something to answer, since what is not confirmed comes again at once:
# so long after something new came, and longer each time that nothing did.
_LOOK_SECONDS, _MAX_LOOK_SECONDS = 0.1, 1.0
# How long a stop waits for answers under way; service managers wait longer before they kill.
GRACE_SECONDS = 1.5
# What the library raises over an answer of another form than the Bot API's.
_UNREADABLE = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
# Identifiers have at most 64 bits, as the database's.
_LARGEST = 2**63 - 1
# What is asked for; the rest (reactions, channel posts) is of no use here.
KINDS = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]
_MESSAGES = frozenset({Update.MESSAGE, Update.EDITED_MESSAGE})
# What a message is read by where the rest of it cannot be read.
_WORDS = ("message_id", "date", "edit_date", "chat", "from", "text", "entities")


class InHand:
    """Updates fetched and not confirmed yet; those of a chat are answered in order, different chats at once."""

    def __init__(self, app: App, office: Office) -> None:
        self._app, self._office = app, office
        self._next: int | None = None
        # In the order in which they came; whether each is answered.
        self._answered: dict[int, bool] = {}
        self._queues: defaultdict[int, deque[Update]] = defaultdict(deque)
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def __bool__(self) -> bool:
        return bool(self._tasks)

    @property
    def offset(self) -> int | None:
        """What to fetch from: all before it is answered, so that Telegram may forget it. None before anything came."""
        return next(iter(self._answered), self._next)

    def take(self, fetched: Iterable[dict[str, Any]]) -> bool:
        """Begin to answer what is new; whether anything is."""
        new = {one["update_id"]: one for one in fetched if one["update_id"] not in self._answered}
        for number in sorted(new):
            self._next = number + 1
            update = read(self._app, new[number])
            self._answered[number] = update is None
            if update:
                chat = update.effective_chat.id if update.effective_chat else 0
                self._queues[chat].append(update)
                if chat not in self._tasks:
                    self._tasks[chat] = asyncio.create_task(self._answer(chat))
        self._forget()
        return bool(new)

    async def half_done(self, seconds: float) -> None:
        """Wait until half of the chats have their answers, at most so long: the other half's will come once more."""
        half, until = len(self._tasks) // 2, asyncio.get_running_loop().time() + seconds
        while len(self._tasks) > half and (left := until - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._tasks.values(), timeout=left, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self) -> None:
        """Let answers under way end: what is said already need not be said again after the next start."""
        if tasks := list(self._tasks.values()):
            await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, chat: int) -> None:
        queue, failures = self._queues[chat], 0
        try:
            while queue:
                # The rest of this chat waits its turn: an answer out of order could mislead.
                if await handle(self._app, self._office, queue[0]):
                    self._answered[queue.popleft().update_id] = True
                    self._forget()
                    failures = 0
                else:
                    failures += 1
                    await _pause(failures, None)
        finally:
            del self._queues[chat], self._tasks[chat]

    def _forget(self) -> None:
        for number in list(self._answered):
            if not self._answered[number]:
                return
            del self._answered[number]


async def poll(app: App, office: Office) -> None:
    """Fetch and handle updates until cancelled."""
    in_hand, failures, pause = InHand(app, office), 0, _LOOK_SECONDS
    try:
        while True:
            try:
                fetched = await _fetch(app, in_hand.offset, 0 if in_hand else _LONG_POLL_SECONDS)
            except (NetworkError, RetryAfter, Conflict) as fault:
                failures += 1
                if isinstance(fault, Conflict):
                    office.pulse.rivalled_at = office.clock()
                await _pause(failures, fault)
                continue
            failures = 0
            office.pulse.heard_at = office.clock()
            pause = _LOOK_SECONDS if in_hand.take(fetched) else min(2 * pause, _MAX_LOOK_SECONDS)
            await in_hand.half_done(pause)
    finally:
        await in_hand.finish()


async def _fetch(app: App, offset: int | None, wait: int) -> list[dict[str, Any]]:
    """The updates that wait, as they came: one that the library cannot read would hide those beside it for good."""
    wanted = {"timeout": wait, "allowed_updates": KINDS} | ({} if offset is None else {"offset": offset})
    # In small letters, as the Bot API allows, for the library's own `get_updates` is the one that hides them.
    fetched = await transport.request(app.bot, "getupdates", wanted, read_timeout=wait + _ANSWER_SECONDS)
    if not isinstance(fetched, list) or not all(_is_update(one) for one in fetched):
        raise NetworkError("what came are no updates")
    return fetched


def _is_update(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("update_id"), int)


def read(app: App, fetched: dict[str, Any]) -> Update | None:
    """An update as the library has it; None when it cannot be read, which will be no better tomorrow.

    A message that cannot, as a poll of another time, is read without what it holds: whoever sent it is answered.
    """
    try:
        return _read(app, fetched)
    except _UNREADABLE as error:
        with suppress(*_UNREADABLE):
            found = _read(app, {kind: _plain(one) if kind in _MESSAGES else one for kind, one in fetched.items()})
            _log.warning("update %s is read without what cannot be read of it: %s", found.update_id, error)
            return found
        _log.error("update %.40s cannot be read and is passed over: %s", fetched.get("update_id"), error)
        return None


def _read(app: App, fetched: dict[str, Any]) -> Update:
    number = fetched["update_id"]
    if not (isinstance(number, int) and 0 <= number <= _LARGEST):
        raise ValueError("its update_id is no identifier")
    return Update.de_json(fetched, app.bot)


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    """Who sent a message, when, and the words of it."""
    return {name: message[name] for name in _WORDS if name in message}


async def patiently(request: Callable[[], Awaitable[object]]) -> None:
    """Make a request without which there is nothing to do, as often as it takes; raises what is no passing fault."""
    failures = 0
    while True:
        try:
            await request()
        except BadRequest:
            raise
        except (NetworkError, RetryAfter) as fault:
            failures += 1
            await _pause(failures, fault)
        except _UNREADABLE as nonsense:
            failures += 1
            await _pause(failures, NetworkError(f"what it answers cannot be read: {nonsense!r}"))
        else:
            return


async def _pause(failures: int, fault: TelegramError | None) -> None:
    seconds = min(2 ** (failures - 1), _MAX_PAUSE_SECONDS)
    if isinstance(fault, Conflict):
        _log.error("another program is fetching with the same token; only one may run: %s", fault)
    elif fault:
        _log.warning("Telegram cannot be reached, again in %s s: %s", seconds, fault)
    await asyncio.sleep(seconds)


async def handle(app: App, office: Office, update: Update) -> bool:
    """Handle an update unless it is answered already; False when it has to be delivered again."""
    try:
        await app.process_update(update)
        if update.update_id not in app.bot_data["unanswered"]:
            await office.note(updates.mark_handled, update.update_id, office.clock())
            office.told_to_wait.discard(update.effective_chat.id if update.effective_chat else 0)
            return True
    except DatabaseAway as away:
        _log.error("update %s waits for the database: %s", update.update_id, away)
        await say_later(app.bot, office, update)
    except Exception:  # noqa: BLE001 - whatever it is, the update must not be lost
        _log.exception("update %s could not be handled now", update.update_id)
    app.bot_data["unanswered"].discard(update.update_id)
    return False
