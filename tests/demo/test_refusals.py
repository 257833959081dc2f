"""What Telegram refuses, in its own words."""

from typing import Any

import pytest

from bot.demo.server import BotApiServer
from tests.demo.client import RawApi, png

Params = dict[str, Any]


def button(**fields: Any) -> Params:  # noqa: ANN401  # right or wrong
    return {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "y", **fields}]]}}


def html(text: str) -> Params:
    return {"chat_id": 7, "text": text, "parse_mode": "HTML"}


UNPARSED = "Bad Request: can't parse entities: "
BUTTON = "Bad Request: can't parse inline keyboard button: "
UNMODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
MENU = {"command": "hoy", "description": "Lo de hoy"}

REFUSED: list[tuple[str, str, Params, int, str]] = [
    ("unknown method", "sendMoney", {}, 404, "Not Found: method not found"),
    (
        "unknown parameter",
        "sendMessage",
        {"chat_id": 7, "text": "x", "parsemode": "HTML"},
        400,
        'Bad Request: parameter "parsemode" is unknown to sendMessage',
    ),
    ("no chat", "sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
    ("unknown chat", "sendMessage", {"chat_id": 99, "text": "x"}, 400, "Bad Request: chat not found"),
    ("chat by name", "sendMessage", {"chat_id": "ana", "text": "x"}, 400, "Bad Request: chat not found"),
    ("no text", "sendMessage", {"chat_id": 7}, 400, "Bad Request: message text is empty"),
    ("blank text", "sendMessage", {"chat_id": 7, "text": "  \n"}, 400, "Bad Request: text must be non-empty"),
    ("only a tag", "sendMessage", html("<b></b>"), 400, "Bad Request: text must be non-empty"),
    ("long text", "sendMessage", {"chat_id": 7, "text": "x" * 4097}, 400, "Bad Request: message is too long"),
    ("long emoji", "sendMessage", {"chat_id": 7, "text": "😀" * 2049}, 400, "Bad Request: message is too long"),
    ("huge text", "sendMessage", {"chat_id": 7, "text": "x" * 32_769}, 400, "Bad Request: text is too long"),
    (
        "text of another type",
        "sendMessage",
        {"chat_id": 7, "text": 5},
        400,
        'Bad Request: parameter "text" must be of type String',
    ),
    (
        "flag of another type",
        "sendMessage",
        {"chat_id": 7, "text": "x", "protect_content": "quizá"},
        400,
        'Bad Request: parameter "protect_content" must be of type Boolean',
    ),
    (
        "number of another type",
        "editMessageText",
        {"chat_id": 7, "message_id": "uno", "text": "x"},
        400,
        'Bad Request: parameter "message_id" must be of type Integer',
    ),
    (
        "parse mode",
        "sendMessage",
        {"chat_id": 7, "text": "x", "parse_mode": "BBCode"},
        400,
        "Bad Request: unsupported parse_mode",
    ),
    (
        "unsupported tag",
        "sendMessage",
        html("ñ<p>x</p>"),
        400,
        UNPARSED + 'Unsupported start tag "p" at byte offset 2',
    ),
    (
        "table in a plain message",
        "sendMessage",
        html("<table>"),
        400,
        UNPARSED + 'Unsupported start tag "table" at byte offset 0',
    ),
    (
        "slashed tag",
        "sendMessage",
        html("a<br/>b"),
        400,
        UNPARSED + 'Unsupported start tag "br/" at byte offset 1',
    ),
    (
        "unclosed tag",
        "sendMessage",
        html("<b>x"),
        400,
        UNPARSED + 'Can\'t find end tag corresponding to start tag "b"',
    ),
    (
        "crossed tags",
        "sendMessage",
        html("<b><i>x</b></i>"),
        400,
        UNPARSED + 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    ("stray end", "sendMessage", html("x</b>"), 400, UNPARSED + "Unexpected end tag at byte offset 1"),
    ("bare less-than", "sendMessage", html("3 < 4"), 400, UNPARSED + 'Unsupported start tag "" at byte offset 2'),
    ("cut tag", "sendMessage", html("x <a href='"), 400, UNPARSED + "Unclosed start tag at byte offset 2"),
    (
        "span",
        "sendMessage",
        html("<span>x</span>"),
        400,
        UNPARSED + 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    ),
    ("keyboard that is text", "sendMessage", {"chat_id": 7, "text": "x", "reply_markup": "{"}, 400,
     "Bad Request: can't parse reply keyboard markup JSON object"),
    ("keyboard that is a list", "sendMessage", {"chat_id": 7, "text": "x", "reply_markup": "[]"}, 400,
     "Bad Request: object expected as reply keyboard markup"),
    ("flat keyboard", "sendMessage", {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [{}]}}, 400,
     'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    ("button without action", "sendMessage", button(), 400,
     BUTTON + "Text buttons are unallowed in the inline keyboard"),
    ("button with empty data", "sendMessage", button(callback_data=""), 400,
     BUTTON + "Text buttons are unallowed in the inline keyboard"),
    ("button with long data", "sendMessage", button(callback_data="ñ" * 33), 400, "Bad Request: BUTTON_DATA_INVALID"),
    ("button without text", "sendMessage", button(text=" ", callback_data="d"), 400,
     "Bad Request: inline keyboard button text must be non-empty"),
    ("button with two actions", "sendMessage", button(callback_data="d", url="https://a.b"), 400,
     BUTTON + "url and callback_data can't be used together"),
    ("button style", "sendMessage", button(callback_data="d", style="link"), 400,
     BUTTON + "invalid button style specified"),
    ("button with a wrong link", "sendMessage", button(url="javascript:1"), 400,
     "Bad Request: inline keyboard button URL 'javascript:1' is invalid: Wrong HTTP URL"),
    ("101 buttons", "sendMessage",
     {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "y", "callback_data": "d"}]] * 101}},
     400, "Bad Request: reply markup is too long"),
    ("9 buttons in a row", "sendMessage",
     {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "y", "callback_data": "d"}] * 9]}},
     400, "Bad Request: reply markup is too long: a row has at most 8 buttons"),
    ("reply to nothing", "sendMessage", {"chat_id": 7, "text": "x", "reply_parameters": {"message_id": 99}}, 400,
     "Bad Request: message to be replied not found"),
    ("no photo", "sendPhoto", {"chat_id": 7}, 400, "Bad Request: there is no photo in the request"),
    ("no document", "sendDocument", {"chat_id": 7}, 400, "Bad Request: there is no document in the request"),
    ("unknown file", "sendPhoto", {"chat_id": 7, "photo": "AgAC"}, 400,
     "Bad Request: wrong file identifier/HTTP URL specified"),
    ("part that is not there", "sendPhoto", {"chat_id": 7, "photo": "attach://p"}, 400,
     'Bad Request: file "p" is not attached'),
    ("picture from the web", "sendPhoto", {"chat_id": 7, "photo": "https://example.com/a.png"}, 400,
     "Bad Request: failed to get HTTP URL content"),
    ("chat action", "sendChatAction", {"chat_id": 7, "action": "dancing"}, 400,
     "Bad Request: wrong parameter action in request"),
    ("edit of nothing", "editMessageText", {"chat_id": 7, "message_id": 99, "text": "x"}, 400,
     "Bad Request: message to edit not found"),
    ("edit of Ana's message", "editMessageText", {"chat_id": 7, "message_id": 1, "text": "x"}, 400,
     "Bad Request: message can't be edited"),
    ("edit that changes nothing", "editMessageText", {"chat_id": 7, "message_id": 2, "text": "hola"}, 400,
     UNMODIFIED),
    ("keyboard edit that changes nothing", "editMessageReplyMarkup", {"chat_id": 7, "message_id": 2}, 400,
     UNMODIFIED),
    ("caption of a text", "editMessageCaption", {"chat_id": 7, "message_id": 2, "caption": "x"}, 400,
     "Bad Request: there is no caption in the message to edit"),
    ("text of a picture", "editMessageText", {"chat_id": 7, "message_id": 3, "text": "x"}, 400,
     "Bad Request: there is no text in the message to edit"),
    ("edit without text", "editMessageText", {"chat_id": 7, "message_id": 2}, 400,
     "Bad Request: message text is empty"),
    ("long caption", "editMessageCaption", {"chat_id": 7, "message_id": 3, "caption": "x" * 1025}, 400,
     "Bad Request: message caption is too long"),
    ("media of no kind", "editMessageMedia", {"chat_id": 7, "message_id": 3, "media": {"type": "song", "media": "x"}},
     400, 'Bad Request: can\'t parse InputMedia: type "song" is unsupported'),
    ("deletion of nothing", "deleteMessage", {"chat_id": 7, "message_id": 99}, 400,
     "Bad Request: message to delete not found"),
    ("tap nobody made", "answerCallbackQuery", {"callback_query_id": "1"}, 400,
     "Bad Request: query is too old and response timeout expired or query ID is invalid"),
    ("long toast", "answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, 400,
     "Bad Request: MESSAGE_TOO_LONG"),
    ("file nobody sent", "getFile", {"file_id": "x"}, 400,
     "Bad Request: wrong file_id or the file is temporarily unavailable"),
    ("command in capitals", "setMyCommands", {"commands": [MENU | {"command": "Hoy"}]}, 400,
     "Bad Request: BOT_COMMAND_INVALID"),
    ("long command", "setMyCommands", {"commands": [MENU | {"command": "h" * 33}]}, 400,
     "Bad Request: command length must not exceed 32"),
    ("command undescribed", "setMyCommands", {"commands": [MENU | {"description": ""}]}, 400,
     "Bad Request: command description must be non-empty"),
    ("command described at length", "setMyCommands", {"commands": [MENU | {"description": "x" * 257}]}, 400,
     "Bad Request: command description length must not exceed 256"),
    ("101 commands", "setMyCommands", {"commands": [MENU] * 101}, 400, "Bad Request: BOT_COMMANDS_TOO_MUCH"),
    ("menu of no scope", "setMyCommands", {"commands": [MENU], "scope": {"type": "everyone"}}, 400,
     "Bad Request: can't parse BotCommandScope: Unsupported type specified"),
    ("menu of no chat", "setMyCommands", {"commands": [MENU], "scope": {"type": "chat", "chat_id": 99}}, 400,
     "Bad Request: chat not found"),
    ("webhook without https", "setWebhook", {"url": "http://example.com/"}, 400,
     "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    ("webhook secret", "setWebhook", {"url": "https://example.com/", "secret_token": "ñ"}, 400,
     "Bad Request: secret token contains unallowed characters"),
    ("album of one", "sendMediaGroup", {"chat_id": 7, "media": [{"type": "photo", "media": "x"}]}, 400,
     "Bad Request: group send failed: must include 2-10 items"),
]  # fmt: skip


@pytest.mark.parametrize("refused", REFUSED, ids=[row[0] for row in REFUSED])
async def test_a_call_that_telegram_refuses_is_refused_in_its_words_and_changes_nothing(
    telegram: BotApiServer, api: RawApi, refused: tuple[str, str, Params, int, str]
) -> None:
    _, method, params, code, description = refused
    telegram.world.type(7, "/start")
    await api("sendMessage", chat_id=7, text="hola")
    await api.upload("sendPhoto", {"chat_id": "7", "caption": "foto"}, {"photo": png()})
    before = [message.as_json() for message in telegram.world.messages(7)]

    answer = await api(method, **params)

    assert answer == {"ok": False, "error_code": code, "description": description}
    assert [message.as_json() for message in telegram.world.messages(7)] == before


async def test_a_wrong_token_is_unauthorized(telegram: BotApiServer, api: RawApi) -> None:
    async with api.session.get(f"{telegram.url}/bot1:OTHER/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize(
    ("content", "description"),
    [
        (b"GIF, it says", "Bad Request: IMAGE_PROCESS_FAILED"),
        (png(9000, 1001), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (png(210, 10), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (b"", "Bad Request: file must be non-empty"),
        (
            bytes(10 * 1024 * 1024 + 1),
            "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
    ids=["no picture", "sides", "ratio", "empty", "10 MB"],
)
async def test_a_picture_that_telegram_refuses_is_refused(
    telegram: BotApiServer, api: RawApi, content: bytes, description: str
) -> None:
    answer = await api.upload("sendPhoto", {"chat_id": "7"}, {"photo": content})

    assert answer == {"ok": False, "error_code": 400, "description": description}
    assert telegram.world.messages(7) == []


async def test_a_part_that_nothing_refers_to_is_refused(api: RawApi) -> None:
    answer = await api.upload("sendMessage", {"chat_id": "7", "text": "x"}, {"extra": b"x"})

    assert answer["description"] == 'Bad Request: file "extra" is attached but not used'


async def test_a_document_cannot_go_out_as_a_photo(telegram: BotApiServer, api: RawApi) -> None:
    sent = await api.upload("sendDocument", {"chat_id": "7"}, {"document": png()})
    file_id = sent["result"]["document"]["file_id"]

    answer = await api("sendPhoto", chat_id=7, photo=file_id)

    assert answer["description"] == "Bad Request: can't use file of type Document as Photo"
    assert len(telegram.world.messages(7)) == 1


async def test_a_tap_can_be_answered_once_and_not_too_late(telegram: BotApiServer, api: RawApi) -> None:
    world = telegram.world
    await api("sendMessage", **button(callback_data="d"))
    first = world.tap(7, 1, "d")
    late = world.tap(7, 1, "d")
    expired = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    queries = {update["update_id"]: update["callback_query"]["id"] for update in world.updates.pending}

    assert (await api("answerCallbackQuery", callback_query_id=queries[first], text="ya"))["ok"]
    again = await api("answerCallbackQuery", callback_query_id=queries[first])
    world.clock = lambda: 4e9
    too_late = await api("answerCallbackQuery", callback_query_id=queries[late])

    assert again["description"] == too_late["description"] == expired
    assert world.answer_to(first) == {"text": "ya"}
    assert world.answer_to(late) is None
