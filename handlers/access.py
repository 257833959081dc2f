"""The door: nobody unknown gets past it, and no group."""

import logging
import math
from datetime import datetime, timedelta
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from bot.domain.access import InvitationNotValid
from bot.domain.errors import DatabaseAway
from bot.domain.occasion import OF_UPDATE
from bot.domain.people import Person
from bot.domain.text import seen
from bot.i18n import language
from bot.presenters import welcome
from bot.presenters.refusals import refusal
from bot.presenters.reply import Reply
from bot.services import access, conversation, invitations, updates
from handlers import send
from handlers.arguments import after_command
from handlers.context import Context

_log = logging.getLogger(__name__)

# A stranger gets one line, then nothing for so long; what is wrong with a link or a group is said again sooner.
_SILENCE = timedelta(hours=1)
SHORT_SILENCE = timedelta(seconds=10)
# Strangers remembered at most; beyond, the oldest may be answered again.
_MAX_STRANGERS = 10_000


async def let_in(update: Update, context: Context) -> None:
    """Put the person who acts in the context, or stop here."""
    context.update_id = update.update_id
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or not (update.effective_message or update.callback_query):
        raise ApplicationHandlerStop
    private = chat.type == ChatType.PRIVATE
    answered, person = await _known(context, update, user.id if private else None)
    if answered:
        raise ApplicationHandlerStop
    if not private:
        if update.message and (update.message.text or "").startswith("/"):
            told = (chat.id, "group")
            await _say_once(update, context, told, SHORT_SILENCE, welcome.private_only(context.language))
        raise ApplicationHandlerStop
    context.sent_at = _sent_at(update)
    at = context.sent_at or context.office.clock()
    fits = context.office.pace.fits(user.id, update.update_id, at)
    if person is None:
        if not fits:
            raise ApplicationHandlerStop
        person = await _invited(update, context)
    context.person = person
    if not fits:
        seconds = math.ceil(context.office.pace.left(user.id, at).total_seconds())
        if update.callback_query:
            await send.answer(update.callback_query, welcome.tapped_too_fast(seconds, context.language).notice)
        elif context.office.pace.tells(user.id, update.update_id):
            text = update.effective_message.text if update.effective_message else None
            await context.say(update, welcome.too_fast(text or "", seconds, context.language))
        raise ApplicationHandlerStop


async def _known(context: Context, update: Update, account: int | None) -> tuple[bool, Person | None]:
    """Whether an update is answered already; else who acts, where that may be known."""
    typed = (update.message.text or update.message.caption or "") if update.message else ""
    try:
        # A power cut may undo when somebody was last seen.
        return await context.office.note(
            _arrive, update.update_id, account, context.office.clock(), is_command=seen(typed).startswith("/")
        )
    except DatabaseAway:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the update must not be lost
        # Nobody knows yet whether there is anything to apologise for.
        _log.exception("update %s could not be handled now", update.update_id)
        context.unanswered.add(update.update_id)
        raise ApplicationHandlerStop from None


def _arrive(
    session: Any,  # noqa: ANN401 - the store's own
    update_id: int,
    account: int | None,
    now: datetime,
    *,
    is_command: bool,
) -> tuple[bool, Person | None]:
    if updates.is_handled(session, update_id):
        return True, None
    person = None if account is None else access.arrive(session, account, now)
    if person and is_command:
        conversation.set_aside(session, person)
    return False, person


def _sent_at(update: Update) -> datetime | None:
    """When a message was sent; Telegram does not tell it of a tap."""
    message = update.edited_message or update.message
    return (message.edit_date or message.date) if message else None


async def _invited(update: Update, context: Context) -> Person:
    """The person that an invitation makes of a stranger; without one they get their line, and stop here."""
    user, message = update.effective_user, update.message
    assert user  # noqa: S101 - seen by who calls
    theirs = language(user.language_code)
    words = (message.text or "").split() if message else []
    if not words or words[0] != "/start" or len(words) == 1:
        await _say_once(update, context, (user.id, "line"), _SILENCE, welcome.stranger(user.id, theirs))
        raise ApplicationHandlerStop
    office = context.office
    try:
        return await office.run(
            invitations.accept,
            after_command(update),
            user.id,
            theirs.code,
            now=office.clock(),
            source=f"{OF_UPDATE}{update.update_id}",
        )
    except InvitationNotValid as refused:
        await _say_once(update, context, (user.id, "link"), SHORT_SILENCE, refusal(refused, theirs))
        raise ApplicationHandlerStop from None


async def _say_once(update: Update, context: Context, what: tuple[int, str], silence: timedelta, reply: Reply) -> None:
    """Tell a stranger something, unless they were told within the silence."""
    told, now = context.office.strangers, context.office.clock()
    last = told.get(what)
    if last is not None and now - last < silence:
        return
    await context.say(update, reply)
    # Only once it has left.
    told.pop(what, None)
    if len(told) >= _MAX_STRANGERS:
        del told[next(iter(told))]
    told[what] = now
