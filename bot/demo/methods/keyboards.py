"""Inline keyboards held against Telegram's rules."""

from typing import Any

from bot.demo import limits
from bot.demo.errors import ApiError, JsonObject, bad_request

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_DECORATION = {"text", "style", "icon_custom_emoji_id"}
_STYLES = {None, "primary", "success", "danger"}


def inline_keyboard(markup: JsonObject | None) -> JsonObject | None:
    """Return the keyboard with no empty rows, or None when there is none; raises ApiError where Telegram would."""
    if not markup:
        return None
    if "keyboard" in markup:
        raise bad_request("reply keyboards are not played by this server: the product uses inline ones only")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > limits.KEYBOARD_BUTTONS_MAX:
        raise bad_request("reply markup is too long")
    if any(len(row) > limits.KEYBOARD_ROW_MAX for row in kept):
        raise bad_request("reply markup is too long: a row has at most 8 buttons")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> JsonObject:  # noqa: ANN401  # JSON as it came
    if not isinstance(button, dict):
        raise _malformed("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _malformed('Can\'t find field "text"')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if unknown := sorted(set(button) - _DECORATION - set(_ACTIONS)):
        raise _malformed(f'unknown field "{unknown[0]}"')
    if button.get("style") not in _STYLES:
        raise _malformed("invalid button style specified")
    actions = [action for action in _ACTIONS if action in button]
    if not actions:
        raise _malformed("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _malformed(f"{actions[0]} and {actions[1]} can't be used together")
    _check_action(actions[0], button[actions[0]])
    return {name: value for name, value in button.items() if value is not None}


def _check_action(action: str, value: Any) -> None:  # noqa: ANN401  # JSON as it came
    if action == "callback_data":
        if not isinstance(value, str):
            raise _malformed('Field "callback_data" must be of type String')
        if not value:
            raise _malformed("Text buttons are unallowed in the inline keyboard")
        if len(value.encode()) > limits.CALLBACK_DATA_MAX_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if action == "url" and not str(value).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= limits.COPY_TEXT_MAX:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _malformed(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
