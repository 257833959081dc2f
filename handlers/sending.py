"""A confirmed sending at work in the background: mails written and sent one by one, its message in the chat moved on.

What it does is in the database; a task here only keeps at it, and the next start takes up what a stop left.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.domain.runs import LateReport
from bot.i18n import language
from bot.presenters import mailing as present
from bot.presenters.reply import Reply
from bot.services import late_reports, outbox, sending
from bot.services.outbox import Delivery
from handlers import send, telling
from handlers.office import Office

_log = logging.getLogger(__name__)

# Bot FAQ: «avoid sending more than one message per second» to a chat; an edit counts as one.
PROGRESS_SECONDS = 3.0
# How often is looked whether another has sent what it holds.
LOOK_SECONDS = 1.0
# A single mail is waited for so long before its own progress is shown, so that most people see «Sent» at once.
SOON_SECONDS = 5.0


async def deliver(office: Office) -> Sequence[Delivery]:
    """Empty the outbox once, off the event loop; when the application is to stop, no further than the mail in hand."""

    def work() -> list[Delivery]:
        done = []
        for delivery in _deliver(office):
            done.append(delivery)
            if office.stopping:
                break
        return done

    return await office.post(work)


async def deliver_until(office: Office, instant: float) -> None:
    """Send what waits, one mail after another, until none may leave now or this monotonic instant has passed."""
    while time.monotonic() < instant and (await office.post(_send_one, office)) is not None:
        pass


def begin(bot: Bot, office: Office, run_id: int) -> "asyncio.Task[None]":
    """Keep at a sending until nothing of it can leave now.

    Asked twice, it is the same task, which looks once more before it ends: it may be past its last look.
    """
    office.sendings_asked.add(run_id)
    task = office.sendings.get(run_id)
    if task is None or task.done():
        task = asyncio.create_task(_keep_at(bot, office, run_id))
        office.sendings[run_id] = task
        task.add_done_callback(lambda done: _forget(office, run_id, done))
    return task


async def soon(task: "asyncio.Task[None]") -> None:
    """Wait a little for a task that goes on after that."""
    await asyncio.wait({task}, timeout=SOON_SECONDS)


async def resume(bot: Bot, office: Office) -> None:
    """Keep at every sending under way, also one that was begun before the last stop."""
    await office.run(sending.forget_drafts, office.today)
    for run_id in await office.run(sending.under_way):
        begin(bot, office, run_id)


async def tell(bot: Bot, office: Office) -> None:
    """Tell of what ended on a later day than it was begun."""

    def say(told: LateReport) -> Reply:
        speech = language(told.person.language)
        return present.rehearsed(present.late(told.progress, speech), office.mail_redirect_to, speech)

    await telling.tell(bot, office, late_reports, say)


async def stop_all(office: Office) -> None:
    """Stop working; the sendings go on at the next start."""
    tasks = list(office.sendings.values())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _forget(office: Office, run_id: int, done: "asyncio.Task[None]") -> None:
    if office.sendings.get(run_id) is done:
        del office.sendings[run_id]
    if not done.cancelled() and (fault := done.exception()):
        _log.error("sending %s stopped, and is taken up again: %s", run_id, fault, exc_info=fault)


async def _keep_at(bot: Bot, office: Office, run_id: int) -> None:
    while run_id in office.sendings_asked:
        office.sendings_asked.discard(run_id)
        await _go_through(bot, office, run_id)


async def _go_through(bot: Bot, office: Office, run_id: int) -> None:
    shown_at = time.monotonic()
    while await office.run(sending.is_running, run_id):
        written = await office.post(sending.write_next, office.transactions, run_id, office.house, office.clock())
        sent = await office.post(_send_one, office)
        if not (written or sent):
            break
        if time.monotonic() - shown_at >= PROGRESS_SECONDS:
            await _show(bot, office, run_id)
            shown_at = time.monotonic()
    # What another holds at this moment is waited for, so that the last word is right: it is said after the last look.
    while await office.run(sending.moves, run_id):
        await _show(bot, office, run_id)
        await asyncio.sleep(LOOK_SECONDS)
    await _show(bot, office, run_id)


def _send_one(office: Office) -> Delivery | None:
    return next(_deliver(office), None)


def _deliver(office: Office) -> Iterator[Delivery]:
    return outbox.deliver(office.transactions, office.locks, office.mailer, office.mail_clock)


async def _show(bot: Bot, office: Office, run_id: int) -> None:
    """Move the message on, if there is anything new to see."""
    person, progress = await office.run(sending.watch, run_id)
    if person and not person.active:
        # Nothing is shown to who was shut out; should they come back, a tap on the message shows it.
        return
    if person and progress.run.message_id is not None:
        speech = language(person.language)
        reply = present.rehearsed(present.progress(progress, speech), office.mail_redirect_to, speech)
        try:
            await send.change(bot, person.telegram_id or 0, progress.run.message_id, reply)
        except (BadRequest, Forbidden) as refused:
            # The message is gone, or the person has blocked the bot: nobody looks any more.
            _log.info("progress of sending %s not shown: %s", run_id, refused)
        except TelegramError as fault:
            _log.info("progress of sending %s shown later: %s", run_id, fault)
            return
    await office.run(sending.seen, progress, today=office.today)
