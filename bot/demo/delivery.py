"""How updates reach the bot: long polling, or a webhook."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.errors import ApiError, JsonObject, bad_request
from bot.demo.limits import LONG_POLL_MAX_SECONDS, UPDATES_MAX, WEBHOOK_SECRET_PATTERN
from bot.demo.methods.context import Context, Handler
from bot.demo.world import World

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
# Telegram waits longer and longer between tries; a test has no such time.
_RETRY_SECONDS = 0.05
_TIMEOUT = ClientTimeout(total=60)


@dataclass
class _Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str | None = None
    last_error_date: int = 0


class Delivery:
    """Hands out the world's updates, one way at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._webhook: _Webhook | None = None
        self._poll: asyncio.Future[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self.handlers: dict[str, Handler] = {
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
        }

    async def stop(self) -> None:
        """Let a waiting getUpdates go with nothing, and stop posting."""
        self._interrupt("")
        await self._stop_posting()

    # Long polling

    async def _get_updates(self, call: Context) -> list[JsonObject]:
        if self._webhook:
            raise _conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
        updates = self._world.updates
        if "allowed_updates" in call.params:
            updates.allow(call.params["allowed_updates"])
        limit = min(max(call.params.get("limit", UPDATES_MAX), 1), UPDATES_MAX)
        seconds = min(max(call.params.get("timeout", 0), 0), LONG_POLL_MAX_SECONDS)
        if offset := call.params.get("offset", 0):
            updates.confirm_below(offset)
            self._world.changed()
        if not updates.pending and seconds:
            await self._wait(seconds)
        return updates.hand_out(limit)

    async def _wait(self, seconds: float) -> None:
        """Wait for an update; raises ApiError when another getUpdates or a webhook takes over."""
        mine: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = mine
        try:
            async with asyncio.timeout(seconds):
                while not self._world.updates.pending and not mine.done():
                    await self._world.change()
        except TimeoutError:
            pass
        finally:
            if self._poll is mine:
                self._poll = None
        if mine.done() and mine.result():
            raise _conflict(mine.result())

    def _interrupt(self, reason: str) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(reason)
            self._world.changed()

    # Webhook

    async def _set_webhook(self, call: Context) -> bool:
        url = call.params.get("url", "")
        if not url:
            return await self._delete_webhook(call)
        parts = urlsplit(url)
        # Telegram takes https only; loopback is this server's whole world, so http is taken there.
        if not parts.hostname or (parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = call.params.get("secret_token", "")
        if not re.fullmatch(WEBHOOK_SECRET_PATTERN, secret):
            raise bad_request("secret token contains unallowed characters")
        self._world.updates.allow(call.params.get("allowed_updates", ()))
        self._drop_if_asked(call)
        self._interrupt("terminated by setWebhook request")
        await self._stop_posting()
        self._webhook = _Webhook(url, secret, call.params.get("max_connections", 40))
        self._task = asyncio.create_task(self._post_updates(self._webhook))
        return True

    async def _delete_webhook(self, call: Context) -> bool:
        self._drop_if_asked(call)
        self._webhook = None
        await self._stop_posting()
        return True

    async def _webhook_info(self, _: Context) -> JsonObject:
        info: JsonObject = {
            "url": self._webhook.url if self._webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._world.updates.pending),
        }
        if self._webhook:
            info["max_connections"] = self._webhook.max_connections
            if self._webhook.last_error:
                info["last_error_date"] = self._webhook.last_error_date
                info["last_error_message"] = self._webhook.last_error
        return info

    def _drop_if_asked(self, call: Context) -> None:
        if call.params.get("drop_pending_updates"):
            self._world.updates.clear()

    async def _stop_posting(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _post_updates(self, webhook: _Webhook) -> None:
        """Bring what waits: each chat's updates one after the other, those of different chats at once."""
        headers = {_SECRET_HEADER: webhook.secret} if webhook.secret else {}
        under_way: set[int] = set()

        async def bring(update: JsonObject, chat_id: int) -> None:
            error = await _post(session, webhook.url, update)
            if error is None:
                self._world.updates.confirm(update)
            else:
                webhook.last_error, webhook.last_error_date = error, int(self._world.clock())
                await asyncio.sleep(_RETRY_SECONDS)
            under_way.discard(chat_id)
            self._world.changed()

        async with ClientSession(timeout=_TIMEOUT, headers=headers) as session, asyncio.TaskGroup() as group:
            while True:
                for update in self._world.updates.pending:
                    if len(under_way) == webhook.max_connections:
                        break
                    if (chat_id := _chat_id(update)) not in under_way:
                        under_way.add(chat_id)
                        group.create_task(bring(update, chat_id))
                await self._world.change()


def _chat_id(update: JsonObject) -> int:
    said = update.get("callback_query") or update
    message: JsonObject = next(said[kind] for kind in ("message", "edited_message") if kind in said)
    chat_id: int = message["chat"]["id"]
    return chat_id


async def _post(session: ClientSession, url: str, update: JsonObject) -> str | None:
    """Post `update`; return why it failed, or None."""
    try:
        async with session.post(url, json=update) as response:
            await response.read()
            if response.ok:
                return None
            return f"Wrong response from the webhook: {response.status} {response.reason}"
    except (ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"


def _conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")
