"""The source `blocks` of a rich message: the shape of each block, and its media stored."""

from collections.abc import Callable
from typing import Any

from bot.demo.errors import JsonObject, bad_request
from bot.demo.files import FileKind, StoredFile

# A type of block, and the fields it must have. [rich] InputRichBlock
_REQUIRED: dict[str, tuple[str, ...]] = {
    "paragraph": ("text",),
    "heading": ("text", "size"),
    "pre": ("text",),
    "footer": ("text",),
    "divider": (),
    "list": ("items",),
    "blockquote": ("blocks",),
    "expandable_blockquote": ("text",),
    "pullquote": ("text",),
    "table": ("cells",),
    "details": ("summary", "blocks"),
    "buttons": ("buttons",),
    "photo": ("photo",),
    "document": ("document",),
}


def checked_blocks(blocks: Any, store: Callable[[FileKind, str], StoredFile]) -> list[JsonObject]:  # noqa: ANN401  # JSON as it came
    """Return the blocks as the Message will have them; raises ApiError for a block that is malformed."""
    if not isinstance(blocks, list):
        raise bad_request('can\'t parse InputRichMessage: Field "blocks" must be of type Array')
    return [_checked(block, store) for block in blocks]


def _checked(block: Any, store: Callable[[FileKind, str], StoredFile]) -> JsonObject:  # noqa: ANN401  # JSON as it came
    if not isinstance(block, dict):
        raise bad_request("can't parse InputRichBlock: expected an Object")
    kind = block.get("type")
    if kind not in _REQUIRED:
        raise bad_request(f'can\'t parse InputRichBlock: type "{kind}" is unsupported')
    for name in _REQUIRED[kind]:
        if name not in block:
            raise bad_request(f"can't parse InputRichBlock: Can't find field \"{name}\"")
    made: JsonObject = dict(block)
    if "blocks" in block:
        made["blocks"] = checked_blocks(block["blocks"], store)
    if kind == "list":
        made["items"] = [_item(item, number, store) for number, item in enumerate(block["items"], start=1)]
    if kind == "table":
        made["cells"] = [[_cell(cell) for cell in row] for row in block["cells"]]
    if kind == "photo":
        made["photo"] = store("photo", block["photo"]["media"]).as_photo_sizes()
    if kind == "document":
        made["document"] = store("document", block["document"]["media"]).as_document()
    return made


def _item(item: JsonObject, number: int, store: Callable[[FileKind, str], StoredFile]) -> JsonObject:
    ordered = "value" in item or "type" in item
    label = f"{item.get('value', number)}." if ordered else "•"
    return {**item, "label": label, "blocks": checked_blocks(item.get("blocks"), store)}


def _cell(cell: JsonObject) -> JsonObject:
    return {"align": "left", "valign": "middle", **cell}
