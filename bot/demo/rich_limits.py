"""Holds the tree of a rich message against Telegram's limits, and its buttons against their rules.

The RICH_MESSAGE_… words are what Telegram's server answers; where nobody has published its words the reason is ours.
"""

from bot.demo import limits
from bot.demo.errors import JsonObject, bad_request
from bot.demo.rich_text import block_texts, buttons, children, flat, text_depth, walk

# Exactly one of these says what a button does. [rich] RichMessageButton
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "disabled",
)
STYLES = ("primary", "success", "danger", "link")
_MEDIA = frozenset({"photo", "video", "audio", "animation", "document", "voice_note"})
_TEXT_REQUIRED = frozenset({"paragraph", "heading", "pre", "footer", "pullquote", "expandable_blockquote"})
_BLOCKS_REQUIRED = frozenset({"blockquote", "collage", "slideshow"})


def check(blocks: list[JsonObject]) -> None:
    """Raise ApiError unless Telegram would take these blocks."""
    every = list(walk(blocks))
    if not any(_has_content(block) for block in every):
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    for block in every:
        _check_block(block)
    for button in buttons(blocks):
        check_button(button)
    characters = sum(len(flat(text)) for block in every for text in block_texts(block))
    characters += sum(len(flat(button["text"])) for block in every for button in block.get("buttons", ()))
    if characters > limits.RICH_TEXT_MAX:
        raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
    if sum(1 + len(block.get("items", ())) + len(block.get("cells", ())) for block in every) > limits.RICH_BLOCKS_MAX:
        raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MANY")
    if max(map(_depth, blocks)) > limits.RICH_DEPTH_MAX:
        raise bad_request("RICH_MESSAGE_DEPTH_INVALID")
    if sum(block["type"] in _MEDIA for block in every) > limits.RICH_MEDIA_MAX:
        raise bad_request("RICH_MESSAGE_MEDIA_TOO_MANY")


def check_button(button: JsonObject) -> None:
    """Raise ApiError unless `button` has a text, one action, a style that goes with it, and data that fits."""
    if not flat(button["text"]).strip():
        raise bad_request("rich message button text must be non-empty")
    actions = [action for action in ACTIONS if action in button]
    if len(actions) != 1:
        raise bad_request("rich message button must have exactly one action")
    style = button.get("style")
    if style is not None and style not in STYLES:
        raise bad_request("invalid button style specified")
    if style == "link" and actions != ["callback_data"]:
        raise bad_request('the style "link" is allowed only for callback buttons')
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= limits.CALLBACK_DATA_MAX_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad_request("BUTTON_URL_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= limits.COPY_TEXT_MAX:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _has_content(block: JsonObject) -> bool:
    return bool(block_texts(block)) or block["type"] in _MEDIA | {"buttons", "map", "divider"}


def _check_block(block: JsonObject) -> None:
    kind = block["type"]
    if kind in _TEXT_REQUIRED and not flat(block.get("text", "")).strip():
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    if kind in _BLOCKS_REQUIRED and not block.get("blocks"):
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    if kind == "list" and not block["items"]:
        raise bad_request("list must be non-empty")
    if kind == "buttons" and not 1 <= len(block["buttons"]) <= limits.RICH_ROW_BUTTONS_MAX:
        raise bad_request("a row of buttons must have 1-8 buttons")
    if kind == "details" and not flat(block.get("summary", "")).strip():
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    if kind == "map" and not 0 <= block["zoom"] <= limits.RICH_MAP_ZOOM_MAX:
        raise bad_request("invalid map properties specified")
    if kind == "table":
        _check_table(block)


def _check_table(table: JsonObject) -> None:
    if not any(table["cells"]):
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    carried: list[tuple[int, int]] = []  # (columns, rows still to come) of cells that reach into later rows
    for row in table["cells"]:
        width = sum(columns for columns, _ in carried) + sum(cell.get("colspan", 1) for cell in row)
        if width > limits.RICH_TABLE_COLUMNS_MAX:
            raise bad_request("RICH_MESSAGE_TABLE_COLS_TOO_MANY")
        carried = [(columns, rows - 1) for columns, rows in carried if rows > 1]
        carried += [(cell.get("colspan", 1), cell["rowspan"] - 1) for cell in row if cell.get("rowspan", 1) > 1]


def _depth(block: JsonObject) -> int:
    inside = [_depth(child) for child in children(block)]
    return 1 + max([*inside, *map(text_depth, block_texts(block))], default=0)
