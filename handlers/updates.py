"""Updates fetched and handled: Telegram keeps each until it is confirmed, and it is confirmed once answered.

python-telegram-bot's own updater confirms what it has fetched, not what was handled: a crash between the
two would lose what somebody typed. So this loop fetches by itself, and confirms a batch when every update
in it is answered (docs/decisions/0003).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from itertools import groupby
from typing import Any, TypeVar

from telegram import Update
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError

from bot.domain.errors import DatabaseAway
from bot.services import updates
from handlers.context import App
from handlers.errors import say_later
from handlers.office import Office

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Bot API, getUpdates: «timeout in seconds for long polling»; below the 60 s after which proxies cut.
_LONG_POLL_SECONDS = 30
# How long the answer itself may take after that.
_ANSWER_SECONDS = 5
_MAX_PAUSE_SECONDS = 30
# How long a stop waits for answers under way; service managers wait longer before they kill.
GRACE_SECONDS = 1.5
# What the library raises over an answer of another form than the Bot API's.
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
# What is asked for; the rest (reactions, channel posts) is of no use here.
KINDS = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]


async def poll(app: App, office: Office) -> None:
    """Fetch and handle updates until cancelled."""
    offset: int | None = None
    failures = 0
    while True:
        try:
            fetched = await _fetch(app, offset)
        except (NetworkError, RetryAfter, Conflict) as fault:
            failures += 1
            if isinstance(fault, Conflict):
                office.pulse.rivalled_at = office.clock()
            await _pause(failures, fault)
            continue
        office.pulse.heard_at = office.clock()
        if not fetched:
            failures = 0
            continue
        batch = [update for one in fetched if (update := read(app, one))]
        if await to_the_end(handle_batch(app, office, batch)):
            failures = 0
            offset = fetched[-1]["update_id"] + 1
        else:
            failures += 1
            await _pause(failures, None)


async def _fetch(app: App, offset: int | None) -> list[dict[str, Any]]:
    """The updates that wait, as they came: one that the library cannot read would hide those beside it for good."""
    wanted = {"timeout": _LONG_POLL_SECONDS, "allowed_updates": KINDS} | ({} if offset is None else {"offset": offset})
    # In small letters, as the Bot API allows, for the library's own `get_updates` is the one that hides them.
    fetched: Any = await app.bot.do_api_request("getupdates", wanted, read_timeout=_LONG_POLL_SECONDS + _ANSWER_SECONDS)
    if not isinstance(fetched, list) or not all(isinstance(one, dict) and "update_id" in one for one in fetched):
        raise NetworkError("what came are no updates")
    return fetched


def read(app: App, fetched: dict[str, Any]) -> Update | None:
    """An update as the library has it; None when it cannot be read, which will be no better tomorrow."""
    try:
        return Update.de_json(fetched, app.bot)
    except _UNREADABLE as error:
        _log.error("update %s cannot be read and is passed over: %s", fetched.get("update_id"), error)
        return None


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


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await work that a stop lets finish: what is said already need not be said again after the next start."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise


async def _pause(failures: int, fault: TelegramError | None) -> None:
    seconds = min(2 ** (failures - 1), _MAX_PAUSE_SECONDS)
    if isinstance(fault, Conflict):
        _log.error("another program is fetching with the same token; only one may run: %s", fault)
    elif fault:
        _log.warning("Telegram cannot be reached, again in %s s: %s", seconds, fault)
    await asyncio.sleep(seconds)


async def handle_batch(app: App, office: Office, batch: Iterable[Update]) -> bool:
    """Handle updates, those of one chat in order and different chats together; whether all are answered."""

    def chat(update: Update) -> int:
        return update.effective_chat.id if update.effective_chat else 0

    chats = groupby(sorted(batch, key=lambda update: (chat(update), update.update_id)), key=chat)
    answered = await asyncio.gather(*(_handle_in_order(app, office, list(queue)) for _, queue in chats))
    return all(answered)


async def _handle_in_order(app: App, office: Office, queue: list[Update]) -> bool:
    for update in queue:
        if not await handle(app, office, update):
            # The rest of this chat waits its turn: an answer out of order could mislead.
            return False
    return True


async def handle(app: App, office: Office, update: Update) -> bool:
    """Handle an update unless it is answered already; False when it has to be delivered again."""
    try:
        if await office.note(updates.is_handled, update.update_id):
            return True
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
