"""Updates brought by Telegram instead of fetched: each is confirmed once it is answered."""

import asyncio
import hmac
import json
import logging
from collections import defaultdict

from aiohttp import web

from bot.domain.errors import DatabaseAway
from handlers.context import App
from handlers.errors import CannotListenError, say_later
from handlers.office import Office
from handlers.updates import GRACE_SECONDS, KINDS, handle, patiently, read

_log = logging.getLogger(__name__)

# An update is a few kilobytes; anything larger does not come from Telegram.
_MAX_BODY_BYTES = 1024 * 1024


async def listen(app: App, office: Office, *, url: str, secret: str, host: str, port: int) -> None:
    """Tell Telegram where to bring updates, and take them until cancelled."""
    turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def receive(request: web.Request) -> web.Response:
        # Bot API, setWebhook: the header holds the secret token.
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=403)
        try:
            # RFC 8259, 8.1: JSON is UTF-8, whatever charset a proxy names.
            brought = json.loads(await request.read())
        except RecursionError:
            _log.error("what was brought is nested too deeply to be read and is passed over")
            return web.Response(status=200)
        except ValueError:
            brought = None
        if not isinstance(brought, dict) or "update_id" not in brought:
            # Damaged on its way: Telegram keeps it, and brings it again.
            _log.error("what was brought is no update and is refused; look at the proxy in between")
            return web.Response(status=400)
        update = read(app, brought)
        if update is None:
            # Brought again it would be no better.
            return web.Response(status=200)
        chat_id = update.effective_chat.id if update.effective_chat else 0
        try:
            async with turns[chat_id], office.alone(f"chat {chat_id}") as alone:
                # Telegram brings those of one chat one by one, but tires of waiting: another replica may be at it.
                answered = alone and await handle(app, office, update)
        except DatabaseAway as away:
            _log.error("update %s waits for the database: %s", update.update_id, away)
            await say_later(app.bot, office, update)
            answered = False
        # Anything but 2xx and Telegram brings it again.
        return web.Response(status=200 if answered else 503)

    server = web.Application(client_max_size=_MAX_BODY_BYTES)
    server.router.add_post("/{path:.*}", receive)  # the address may have a path, which a proxy passes on or not
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotListenError(f"{host}:{port}", error) from error
        await patiently(lambda: app.bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS))
        _log.info("listening on %s:%s", host, port)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
