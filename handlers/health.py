"""`GET /health` for a monitor, where HEALTH_LISTEN says: 200 when all is well, 503 with what is not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

from bot.domain.vitals import Vitals
from bot.presenters.health import health
from bot.services.vitals import take
from handlers.office import Office

_log = logging.getLogger(__name__)

# A tick comes every minute; one may be long, when a thousand statements leave.
_TICK_AFTER = timedelta(minutes=5)
# Long polling comes back after half a minute at the latest, and pauses for as long when Telegram is away.
_HEARD_AFTER = timedelta(minutes=3)
_DATABASE_SECONDS = 5
# The problem that no log need be read for.
ANOTHER_BOT = "another bot"

Reading = Callable[[], AbstractContextManager[Any]]


@asynccontextmanager
async def serving(office: Office, reading: Reading, at: tuple[str, int] | None, *, polls: bool) -> AsyncIterator[None]:
    """Answer at a host and port, if given, while this lasts; `polls` is whether Telegram is asked for updates."""
    if at is None:
        yield
        return
    from aiohttp import web  # noqa: PLC0415 - a server takes 2 MB, and most offices have nobody who asks

    began = office.clock()
    look: asyncio.Future[Vitals] | None = None

    async def answer(_: web.Request) -> web.Response:
        nonlocal look
        now, pulse, problems = office.clock(), office.pulse, []
        vitals: Vitals | None = None
        if look is None or look.done():
            look = asyncio.ensure_future(asyncio.to_thread(_take, reading, office))
            # What nobody waits for any more may fail unheard.
            look.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            # One look at a time: where the database hangs, each would keep a thread that people need.
            vitals = await asyncio.wait_for(asyncio.shield(look), _DATABASE_SECONDS)
        except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
            _log.exception("the database does not answer the health check")
            problems.append("database")
        if now - (pulse.ticked_at or began) > _TICK_AFTER:
            problems.append("tick")
        if polls and now - (pulse.heard_at or began) > _HEARD_AFTER:
            problems.append("telegram")
        if pulse.rivalled_at and now - pulse.rivalled_at < _HEARD_AFTER:
            problems.append(ANOTHER_BOT)
        if vitals and vitals.is_stuck(now):
            problems.append("outbox")
        said = health(vitals, problems, now, ticked_at=pulse.ticked_at)
        return web.json_response(said, status=503 if problems else 200)

    server = web.Application()
    server.router.add_get("/health", answer)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, *at).start()
    except OSError as error:
        # People are answered all the same, and the monitor sees that nobody answers it.
        _log.error("HEALTH_LISTEN=%s:%s cannot be listened on: %s", *at, error)
    try:
        yield
    finally:
        await runner.cleanup()


def _take(reading: Reading, office: Office) -> Vitals:
    with reading() as connection:
        return take(connection, office.clock())
