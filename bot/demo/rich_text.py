"""Walking over the tree of a rich message: RichText and RichBlock, as plain JSON, exactly as the Bot API writes them.

A RichText is a string, a list of RichText, or an object with `type`; a RichBlock is an object with `type`.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from bot.demo.errors import JsonObject

RichText: TypeAlias = Any  # str | list[RichText] | JsonObject: mypy has no use for a recursive alias over JSON
_BLOCK_TEXTS = ("text", "summary", "caption", "credit")


def joined(parts: list[RichText]) -> RichText:
    """Join pieces into the shortest RichText that says the same."""
    merged: list[RichText] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else merged


def flat(text: RichText) -> str:
    """Return the characters a person reads in `text`."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(flat(part) for part in text)
    if text.get("type") == "button":
        return flat(text["button"]["text"])
    for key in ("text", "alternative_text", "expression"):
        if key in text:
            return flat(text[key])
    return ""


def text_buttons(text: RichText) -> Iterator[JsonObject]:
    """Yield the buttons inside `text`, in reading order."""
    if isinstance(text, list):
        for part in text:
            yield from text_buttons(part)
    elif isinstance(text, dict):
        if text.get("type") == "button":
            yield text["button"]
        elif "text" in text:
            yield from text_buttons(text["text"])


def text_depth(text: RichText) -> int:
    """Count the levels of formatting in `text`: 0 for a bare string."""
    if isinstance(text, list):
        return max((text_depth(part) for part in text), default=0)
    if isinstance(text, dict):
        return 1 + text_depth(text.get("text", ""))
    return 0


def block_texts(block: JsonObject) -> list[RichText]:
    """Return the RichTexts that belong to `block` itself, not to the blocks inside it."""
    texts: list[RichText] = []
    for key in _BLOCK_TEXTS:
        value = block.get(key)
        if isinstance(value, dict) and "type" not in value:  # a RichBlockCaption
            texts += [value.get("text", ""), value.get("credit", "")]
        elif value:
            texts.append(value)
    texts += [cell.get("text", "") for row in block.get("cells", ()) for cell in row]
    if block.get("type") == "mathematical_expression":
        texts.append(block["expression"])
    return [text for text in texts if text]


def children(block: JsonObject) -> list[JsonObject]:
    """Return the blocks inside `block`; those of a list's items too."""
    inside = list(block.get("blocks", ()))
    for item in block.get("items", ()):
        inside += item["blocks"]
    return inside


def walk(blocks: list[JsonObject]) -> Iterator[JsonObject]:
    """Yield every block, parents before children."""
    for block in blocks:
        yield block
        yield from walk(children(block))


def buttons(blocks: list[JsonObject]) -> list[JsonObject]:
    """Return every button of the message, in reading order."""
    found: list[JsonObject] = []
    for block in walk(blocks):
        found += block.get("buttons", ())
        for text in block_texts(block):
            found += text_buttons(text)
    return found


def plain(blocks: list[JsonObject]) -> str:
    """Flatten the message into the lines a person reads; cells are parted by ` | `."""
    lines: list[str] = []
    for block in blocks:
        lines += _lines(block)
    return "\n".join(line for line in lines if line)


def _lines(block: JsonObject) -> list[str]:
    kind = block["type"]
    if kind == "table":
        caption = [flat(block["caption"])] if "caption" in block else []
        return caption + [" | ".join(flat(cell.get("text", "")) for cell in row) for row in block["cells"]]
    if kind == "buttons":
        return [" | ".join(flat(button["text"]) for button in block["buttons"])]
    if kind == "list":
        return [line for item in block["items"] for line in _item_lines(item)]
    if kind == "divider":
        return ["———"]
    own = [flat(text) for text in block_texts(block)]
    inside = [line for child in children(block) for line in _lines(child)]
    return own + inside if kind == "details" else inside + own


def _item_lines(item: JsonObject) -> list[str]:
    box = ("☑ " if item.get("is_checked") else "☐ ") if item.get("has_checkbox") else f"{item['label']} "
    lines = [line for block in item["blocks"] for line in _lines(block)]
    return [box + (lines[0] if lines else ""), *lines[1:]]
