"""The tag `tg-button` to the Bot API's RichMessageButton. Source: [rich] 10.3."""

from bot.demo.errors import JsonObject, bad_request, cannot_parse
from bot.demo.rich_text import RichText
from bot.demo.rich_tree import Element

# A type of button, and the attribute that holds its value.
_VALUES = {
    "url": "url",
    "callback_data": "data",
    "web_app": "url",
    "login_url": "url",
    "switch_inline_query": "query",
    "switch_inline_query_current_chat": "query",
    "switch_inline_query_chosen_chat": "query",
    "copy_text": "text",
    "disabled": None,
}
_OPTIONS = {
    "login_url": {"forward-text", "request-write-access", "bot-username"},
    "switch_inline_query_chosen_chat": {
        "allow-user-chats",
        "allow-bot-chats",
        "allow-group-chats",
        "allow-channel-chats",
    },
}
_COMMON = {"type", "style"}


def button(element: Element, text: RichText) -> JsonObject:
    """Return the button; raises ApiError for a type, an attribute or a missing value that Telegram would not know."""
    kind = element.attributes.get("type", "")
    if kind not in _VALUES:
        raise cannot_parse(f'Unsupported button type "{kind}" at byte offset {element.offset}')
    attribute = _VALUES[kind]
    known = _COMMON | _OPTIONS.get(kind, set()) | ({attribute} if attribute else set())
    unknown = sorted(set(element.attributes) - known)
    if unknown:
        raise cannot_parse(
            f'Unsupported attribute "{unknown[0]}" of the tag "tg-button" at byte offset {element.offset}'
        )
    value = element.attributes.get(attribute) if attribute else None
    if attribute and value is None:
        raise bad_request("BUTTON_DATA_INVALID" if kind == "callback_data" else "BUTTON_TYPE_INVALID")
    made: JsonObject = {"text": text, kind: _value(kind, value, element)}
    if "style" in element.attributes:
        made["style"] = element.attributes["style"]
    return made


def _value(kind: str, value: str | None, element: Element) -> str | JsonObject:
    if kind == "disabled":
        return {}
    if kind == "web_app":
        return {"url": value}
    if kind == "copy_text":
        return {"text": value}
    options = {
        name.replace("-", "_"): element.attributes[name] or True
        for name in _OPTIONS.get(kind, ())
        if name in element.attributes
    }
    if kind == "login_url":
        return {"url": value, **options}
    if kind == "switch_inline_query_chosen_chat":
        return {"query": value, **options}
    return value or ""
