"""Every method the server plays, with every parameter it takes: the one place that says what is known.

A type in capitals is the Bot API's own; `!` marks a required parameter. What the product never uses (business
connections, topics, suggested posts, effects) is left out on purpose, so that using it by mistake is refused.
Source: [api] methods, and 10.3 for rich messages.
"""

from collections.abc import Mapping
from typing import Final

_TO_CHAT = {
    "chat_id": "Chat!",
    "disable_notification": "Boolean",
    "protect_content": "Boolean",
    "reply_parameters": "Object",
    "reply_markup": "Object",
}
_CAPTION = {"caption": "String", "parse_mode": "String", "caption_entities": "Array"}
_TEXT = {"parse_mode": "String", "entities": "Array", "link_preview_options": "Object"}
_TO_MESSAGE = {"chat_id": "Chat!", "message_id": "Integer!", "reply_markup": "Object"}
_COMMAND_SCOPE = {"scope": "Object", "language_code": "String"}

SIGNATURES: Final[Mapping[str, Mapping[str, str]]] = {
    "getMe": {},
    "getUpdates": {"offset": "Integer", "limit": "Integer", "timeout": "Integer", "allowed_updates": "Array"},
    "setWebhook": {
        "url": "String",
        "max_connections": "Integer",
        "allowed_updates": "Array",
        "drop_pending_updates": "Boolean",
        "secret_token": "String",
        "ip_address": "String",
    },
    "deleteWebhook": {"drop_pending_updates": "Boolean"},
    "getWebhookInfo": {},
    "getChat": {"chat_id": "Chat!"},
    "sendMessage": {**_TO_CHAT, **_TEXT, "text": "String!"},
    "sendRichMessage": {**_TO_CHAT, "rich_message": "Object!"},
    "sendPhoto": {
        **_TO_CHAT,
        **_CAPTION,
        "photo": "File!",
        "has_spoiler": "Boolean",
        "show_caption_above_media": "Boolean",
    },
    "sendDocument": {
        **_TO_CHAT,
        **_CAPTION,
        "document": "File!",
        "disable_content_type_detection": "Boolean",
    },
    "sendMediaGroup": {
        **{name: kind for name, kind in _TO_CHAT.items() if name != "reply_markup"},
        "media": "Array!",
    },
    "sendChatAction": {"chat_id": "Chat!", "action": "String!"},
    "editMessageText": {**_TO_MESSAGE, **_TEXT, "text": "String", "rich_message": "Object"},
    "editMessageCaption": {**_TO_MESSAGE, **_CAPTION, "show_caption_above_media": "Boolean"},
    "editMessageMedia": {**_TO_MESSAGE, "media": "Object!"},
    "editMessageReplyMarkup": _TO_MESSAGE,
    "deleteMessage": {"chat_id": "Chat!", "message_id": "Integer!"},
    "deleteMessages": {"chat_id": "Chat!", "message_ids": "Array!"},
    "answerCallbackQuery": {
        "callback_query_id": "String!",
        "text": "String",
        "show_alert": "Boolean",
        "url": "String",
        "cache_time": "Integer",
    },
    "getFile": {"file_id": "String!"},
    "setMyCommands": {"commands": "Array!", **_COMMAND_SCOPE},
    "getMyCommands": _COMMAND_SCOPE,
    "deleteMyCommands": _COMMAND_SCOPE,
}

# What Telegram says of a required parameter that is missing or empty, where it has words of its own.
MISSING: Final[Mapping[str, str]] = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "action": "wrong parameter action in request",
    "file_id": "file_id not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
# What Telegram calls an object that is not JSON.
JSON_NAMES: Final[Mapping[str, str]] = {
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "link_preview_options": "link preview options",
    "media": "media",
    "commands": "commands",
    "scope": "BotCommandScope",
    "rich_message": "InputRichMessage",
}
