"""Holds a reply against Telegram's rules, as strictly as the Telegram of the tests does."""

from bot.demo import limits
from bot.demo.entities import formatted_text, utf16_length
from bot.demo.errors import JsonObject
from bot.demo.methods.keyboards import inline_keyboard
from bot.demo.rich_html import parse_rich_html
from bot.demo.rich_limits import check
from bot.demo.rich_text import buttons, flat
from bot.presenters.reply import MAX_BUTTON_TEXT, Keyboard, Reply


def assert_sendable(reply: Reply) -> None:
    """Raises ApiError or AssertionError where Telegram would refuse either form, or a phone would cut a button."""
    assert reply.plain or reply.notice
    text, _ = formatted_text(reply.plain, "HTML", None)
    assert text or not reply.plain
    assert utf16_length(text) <= (limits.CAPTION_MAX if reply.photo else limits.TEXT_MAX)
    assert utf16_length(reply.notice) <= limits.CALLBACK_ANSWER_MAX
    _check_keyboard(reply.in_cells + reply.keyboard)
    if reply.rich:
        blocks = rich_blocks(reply)
        check(blocks)
        assert all(flat(button["text"]).strip() for button in buttons(blocks))
        _check_keyboard(reply.keyboard)


def rich_blocks(reply: Reply) -> list[JsonObject]:
    return parse_rich_html(reply.rich, lambda kind, source: {kind: source})


def _check_keyboard(keyboard: Keyboard) -> None:
    shown = [[{"text": button.text, "callback_data": button.data} for button in row] for row in keyboard]
    inline_keyboard({"inline_keyboard": shown})
    for row in keyboard:
        for button in row:
            assert utf16_length(button.text) <= MAX_BUTTON_TEXT
            assert "\n" not in button.text
