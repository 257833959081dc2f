"""What happens by itself: promises judged, mails and reminders sent. A tick may come twice or late."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from bot.domain.erp import SyncReport
from bot.domain.errors import DatabaseAway, Refusal
from bot.i18n import ENGLISH, language
from bot.presenters.refusals import refusal
from bot.presenters.sync import report_text
from bot.services import judgement, outbox, updates
from handlers import answers, forgetting, handover, imports, menus, reminder, sending
from handlers.context import App, Context
from handlers.updates import GRACE_SECONDS

_log = logging.getLogger(__name__)

_TICK = timedelta(minutes=1)
# Mail that may leave before the next tick is sent for no more often than this.
_POST = timedelta(seconds=2)


async def every(
    app: App, seconds: float, work: Callable[[Context], Coroutine[Any, Any, None]], *, first: float
) -> None:
    """Do work again and again until cancelled; what is under way then may end.

    By a clock that nobody sets: the library's queue goes by the hour, and stops for a day when that is put back by one.
    """
    pause = first
    while True:
        await asyncio.sleep(pause)
        began = time.monotonic()
        try:
            await _to_the_end(work(Context(app)))
        except Exception:  # noqa: BLE001 - what failed now may not the next time
            _log.exception("a job failed")
        pause = max(seconds - (time.monotonic() - began), 0)


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await work that a stop lets finish: what is said already need not be said again after the next start."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise


async def tick(context: Context) -> None:
    """Every minute. A part that fails leaves the others; where the database is away, none could do its work."""
    for part in _PARTS:
        try:
            await part(context)
        except DatabaseAway:
            raise
        except Exception:  # noqa: BLE001 - what failed now may not the next time
            _log.exception("a part of a job failed")


async def post(context: Context) -> None:
    """Empty the outbox, and come again as soon as the mailer's pace lets more mail leave."""
    office = context.office
    await sending.deliver(office)
    pause = await office.run(outbox.next_departure, office.mailer.pace, office.mail_clock)
    # The library types its queue by a context of its own.
    queue: Any = context.job_queue
    if queue and pause is not None and pause < _TICK and not queue.get_jobs_by_name("post"):
        queue.run_once(post, max(pause, _POST), name="post")


async def _judge(context: Context) -> None:
    office = context.office
    # What is not due is not read, so that every minute is not too often.
    await office.run(judgement.judge, office.today, office.clock(), office.tolerance_days)


async def _remind(context: Context) -> None:
    if context.office.reminds:
        await reminder.remind(context.bot, context.office)


async def _forget(context: Context) -> None:
    await context.office.run(updates.forget_old, context.office.clock())
    await asyncio.to_thread(imports.forget_old, context.office)


_PARTS: tuple[Callable[[Context], Coroutine[Any, Any, None]], ...] = (
    lambda context: sending.resume(context.bot, context.office),
    post,
    # Before the reminders, which tell what broke.
    _judge,
    _remind,
    lambda context: sending.tell(context.bot, context.office),
    lambda context: answers.read(context.office),
    lambda context: answers.tell(context.bot, context.office),
    lambda context: handover.tell(context.bot, context.office),
    _forget,
    lambda context: menus.publish(context.bot, context.office),
    lambda context: forgetting.delete_old(context.bot, context.office),
)


def sync(work: Callable[[datetime], SyncReport]) -> Callable[[Context], Coroutine[Any, Any, None]]:
    """Every few minutes: work that makes the ledger equal to the ERP's; what came of it is logged."""

    async def synchronise(context: Context) -> None:
        office, english = context.office, language(ENGLISH)
        try:
            async with office.alone("sync") as alone:
                if not alone:
                    return
                report = await asyncio.to_thread(work, office.clock().astimezone(office.zone))
        except Refusal as refused:
            _log.warning("%s", refusal(refused, english).plain)
            return
        level = logging.WARNING if report.mismatches or report.refused else logging.INFO
        _log.log(level, "%s", report_text(report, english))

    return synchronise
