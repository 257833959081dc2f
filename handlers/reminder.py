"""Reminders sent by themselves, and `/recordatorio`, with which each person sets their own."""

from dataclasses import replace
from datetime import time

from telegram import Bot, Update

from bot.domain.errors import NothingPending
from bot.domain.reminders import ZONES, Digest, QuietHours, Reminder, Setting, parse_setting
from bot.i18n import language
from bot.presenters import reminder as present
from bot.presenters.reply import Reply
from bot.services import reminders
from handlers import telling
from handlers.arguments import after_command, of_button
from handlers.calendar import month_picture
from handlers.context import Context
from handlers.office import Office


async def remind(bot: Bot, office: Office) -> None:
    """Send every reminder whose hour has come."""
    await office.run(reminders.queue_due, office.clock(), office.hours)
    await telling.tell(bot, office, reminders, _reply)


async def remind_now(bot: Bot, office: Office) -> tuple[int, int]:
    """Send everyone's morning reminder whatever the hour, as is asked by hand; how many were queued, and left."""
    queued = await office.run(reminders.queue_now, office.today)
    hours = replace(office.hours, quiet=QuietHours(time(), time()), business_date=office.today)
    return queued, await telling.tell(bot, office, reminders, _reply, hours)


def _reply(reminder: Reminder) -> Reply:
    person, speech = reminder.person, language(reminder.person.language)
    if not isinstance(reminder.said, Digest):
        return present.reminder(reminder.said, speech)
    picture = month_picture(reminder.said.month, speech, dark=person.dark)
    return present.digest(reminder.said, picture, speech, dark=person.dark)


async def recordatorio(update: Update, context: Context) -> None:
    """`/recordatorio`: how it stands; `/recordatorio 07:30 Tijuana`, `/recordatorio no`: sets it."""
    typed = after_command(update)
    if typed:
        context.person = await context.call(reminders.change, parse_setting(typed), context.office.hours)
    await context.say(update, present.setting(context.person, context.office.hours, context.language))


async def set_hour(update: Update, context: Context) -> None:
    """An hour from a button, `0730`; or `no`, or `si`."""
    (wanted,) = of_button(update, 1)
    if wanted in {"no", "si"}:
        await _change(update, context, Setting(wanted=wanted == "si"))
        return
    try:
        hour = time.fromisoformat(wanted)
    except ValueError:
        raise NothingPending from None
    if hour.tzinfo:
        # None of ours has a zone, and one that has compares with none that has not.
        raise NothingPending
    await _change(update, context, Setting(hour, wanted=True))


async def set_zone(update: Update, context: Context) -> None:
    """The time zones to choose from, or the one that was tapped."""
    (name,) = of_button(update, 1)
    if not name:
        await context.show(update, present.zones(context.person, context.language))
        return
    zone = next((key for key in ZONES if key.endswith(f"/{name}")), None)
    if zone is None:
        raise NothingPending
    await _change(update, context, Setting(zone=zone))


async def _change(update: Update, context: Context, wanted: Setting) -> None:
    context.person = await context.call(reminders.change, wanted, context.office.hours)
    await context.show(update, present.setting(context.person, context.office.hours, context.language))
