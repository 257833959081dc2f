"""The parts of commands and buttons."""

from datetime import date

from telegram import Update

from bot.domain.errors import NothingPending
from bot.domain.text import seen

# SQLite and PostgreSQL keep numbers below 2**63, which has 19 digits.
_MAX_DIGITS = 18


def after_command(update: Update) -> str:
    """What was typed after the command, be it a message or a photo's text; blanks at the ends cut."""
    message = update.effective_message
    text = (message.text or message.caption or "") if message else ""
    # At whatever blank comes first: a tab or a hard blank comes with what is pasted.
    return seen("".join(text.split(maxsplit=1)[1:])).strip()


def typed_in(update: Update) -> str:
    """All of a message's text, or of that beside a photo or file, blanks at the ends cut."""
    message = update.effective_message
    return seen((message.text or message.caption or "") if message else "").strip()


def of_button(update: Update, least: int, most: int | None = None) -> list[str]:
    """The parts of the tapped button's data after its first; a button with another count was never ours.

    Where a button may have more parts than the least, those that it lacks are empty.
    """
    data = (update.callback_query.data or "") if update.callback_query else ""
    parts = data.split(":")[1:]
    most = most or least
    if not least <= len(parts) <= most:
        raise NothingPending
    return parts + [""] * (most - len(parts))


def number_of_button(update: Update) -> int:
    """The only part of the tapped button's data, a number."""
    return whole_number(*of_button(update, 1))


def whole_number(text: str) -> int:
    """A number from a button; a button that was never ours says nothing more than an old one."""
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        raise NothingPending
    return int(text)


def iso_date(text: str) -> date:
    """A date from a button, likewise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NothingPending from None
