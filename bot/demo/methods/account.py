"""getMe, getChat, getFile, command menus, answers to taps."""

import re

from bot.demo.chat import User
from bot.demo.errors import JsonObject, bad_request
from bot.demo.limits import (
    CALLBACK_ANSWER_MAX,
    CALLBACK_ANSWER_SECONDS,
    COMMAND_DESCRIPTION_MAX,
    COMMAND_NAME_MAX,
    COMMAND_NAME_PATTERN,
    COMMANDS_MAX,
    DOWNLOAD_MAX_BYTES,
)
from bot.demo.methods.context import Context, Handler
from bot.demo.world import World

_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_CHAT_SCOPES)


async def get_me(call: Context) -> JsonObject:
    """Say who the bot is."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return call.world.bot.as_json() | abilities


async def get_chat(call: Context) -> JsonObject:
    """Describe a chat (ChatFullInfo)."""
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    # The two numbers are what Telegram gives a chat that has set nothing.
    return call.chat().as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


async def get_file(call: Context) -> JsonObject:
    """Say where a file can be downloaded."""
    stored = call.world.file(call.params["file_id"])
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.content) > DOWNLOAD_MAX_BYTES:
        raise bad_request("file is too big")
    return stored.as_file()


async def answer_callback_query(call: Context) -> bool:
    """Answer a tap, once."""
    if len(call.params.get("text", "")) > CALLBACK_ANSWER_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = call.world.taps.get(call.params["callback_query_id"])
    if tap is None or tap.answer is not None or call.world.clock() - tap.at > CALLBACK_ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    tap.answer = {name: value for name, value in call.params.items() if name != "callback_query_id"}
    call.world.tell("answer", tap.user_id, {"query_id": tap.query_id, "data": tap.data, **tap.answer})
    return True


async def set_my_commands(call: Context) -> bool:
    """Set the command menu of a scope."""
    commands = call.params["commands"]
    if len(commands) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _key(call)
    call.world.commands[key] = [_command(command) for command in commands]
    call.world.tell("menu", key[1], {})
    return True


async def get_my_commands(call: Context) -> list[JsonObject]:
    """Return the command menu of exactly this scope and language."""
    return call.world.commands.get(_key(call), [])


async def delete_my_commands(call: Context) -> bool:
    """Take the command menu of a scope away."""
    key = _key(call)
    call.world.commands.pop(key, None)
    call.world.tell("menu", key[1], {})
    return True


def menu_for(world: World, user: User) -> list[JsonObject]:
    """Return the commands that this person sees. Source: [api] BotCommandScope, "Determining list of commands"."""
    language = user.language_code or ""
    for scope, chat_id in (("chat", user.id), ("all_private_chats", 0), ("default", 0)):
        for code in (language, ""):
            if commands := world.commands.get((scope, chat_id, code)):
                return commands
    return []


def _key(call: Context) -> tuple[str, int, str]:
    scope = call.params.get("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat_id = 0
    if kind in _CHAT_SCOPES:
        try:
            chat_id = int(scope["chat_id"])
        except (KeyError, ValueError, TypeError):
            raise bad_request("can't parse BotCommandScope: Empty chat_id specified") from None
        if chat_id not in call.world.chats:
            raise bad_request("chat not found")
    language = call.params.get("language_code", "")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad_request("LANGUAGE_CODE_INVALID")
    return kind, chat_id, language


def _command(command: object) -> JsonObject:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(command.get(name), str):
            raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    name = command["command"].strip().removeprefix("/")
    description = command["description"].strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > COMMAND_NAME_MAX:
        raise bad_request(f"command length must not exceed {COMMAND_NAME_MAX}")
    if not re.fullmatch(COMMAND_NAME_PATTERN, name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > COMMAND_DESCRIPTION_MAX:
        raise bad_request(f"command description length must not exceed {COMMAND_DESCRIPTION_MAX}")
    return {"command": name, "description": description}


HANDLERS: dict[str, Handler] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getFile": get_file,
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
