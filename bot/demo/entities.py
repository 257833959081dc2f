"""Plain messages: Telegram's HTML, and the commands and links a person types, to (text, entities).

Offsets and lengths count UTF-16 code units, as everywhere in the Bot API.
"""

import re
from collections.abc import Sequence

from bot.demo.errors import JsonObject, bad_request, cannot_parse
from bot.demo.limits import RAW_TEXT_MAX_BYTES
from bot.demo.markup_scanner import Close, Open, Scanner, Text

# The named references of plain messages: "The API currently supports only" these. [api] HTML style
REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_SIMPLE) | {"a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
# What Telegram finds by itself in a text. One alternative an entity type.
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/]))"
    r"|(?P<url>https?://[^\s<>\"”]*[^\s<>\"”.,;:!?)\]])"
    r"|(?P<email>[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+)"
)


def utf16_length(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def found_entities(text: str) -> list[JsonObject]:
    """Find the commands, links and mail addresses that Telegram marks by itself."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match[0]),
        }
        for match in _FOUND.finditer(text)
    ]


def formatted_text(
    text: str, parse_mode: str | None, entities: Sequence[JsonObject] | None
) -> tuple[str, list[JsonObject]]:
    """Parse `text` as its parse mode says; given `entities` count when there is none.

    Raises ApiError on malformed markup. Only HTML and no parse mode are played here: the product uses no other.
    """
    if len(text.encode()) > RAW_TEXT_MAX_BYTES:
        raise bad_request("text is too long")
    if text and parse_mode and parse_mode.lower() != "none":
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        text, marked = _Parser().parse(text)
    else:
        marked = [dict(entity) for entity in entities or ()]
    text, marked = _trimmed(text, marked)
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in marked]
    marked += [
        entity
        for entity in found_entities(text)
        if all(entity["offset"] >= end or entity["offset"] + entity["length"] <= start for start, end in taken)
    ]
    return text, sorted(marked, key=lambda entity: (entity["offset"], -entity["length"]))


def _trimmed(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """Take off the white space at both ends, as Telegram does, and move the entities along."""
    body = text.strip()
    skipped = utf16_length(text[: len(text) - len(text.lstrip())]) if body else 0
    last = utf16_length(body)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - skipped, 0)
        end = min(entity["offset"] - skipped + entity["length"], last)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return body, moved


class _Parser:
    """Telegram's parser of plain HTML: its tags, its words when it refuses. Source: [td] parse_html."""

    def __init__(self) -> None:
        self._text = ""
        self._open: list[tuple[Open, int]] = []
        self._entities: list[JsonObject] = []

    def parse(self, markup: str) -> tuple[str, list[JsonObject]]:
        for token in Scanner(markup, _TAGS, REFERENCES, rich=False).tokens():
            if isinstance(token, Text):
                self._text += token.text
            elif isinstance(token, Open):
                self._start(token)
            else:
                self._end(token)
        if self._open:
            tag = self._open[-1][0].tag
            raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return self._text, self._entities

    def _start(self, token: Open) -> None:
        if token.tag == "span" and token.attributes.get("class") != "tg-spoiler":
            raise cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {token.offset}')
        self._open.append((token, len(self._text)))

    def _end(self, token: Close) -> None:
        if not self._open:
            raise cannot_parse(f"Unexpected end tag at byte offset {token.offset}")
        opened, start = self._open.pop()
        if token.tag and token.tag != opened.tag:
            raise cannot_parse(
                f'Unmatched end tag at byte offset {token.offset}, expected "</{opened.tag}>", found "</{token.tag}>"'
            )
        covered = self._text[start:]
        if covered and (entity := self._entity(opened, covered)):
            offset = utf16_length(self._text[:start])
            self._add({**entity, "offset": offset, "length": utf16_length(covered)})

    def _entity(self, opened: Open, covered: str) -> JsonObject | None:
        attributes = opened.attributes
        if kind := _SIMPLE.get(opened.tag):
            return {"type": kind}
        if opened.tag == "a":
            url = attributes.get("href") or covered
            return {"type": "text_link", "url": url} if re.match(r"(https?|tg|mailto|tel):", url) else None
        if opened.tag == "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
        if opened.tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdecimal():
                raise bad_request("invalid custom emoji identifier specified")
            return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
        if opened.tag == "tg-time":
            if not attributes.get("unix", "").isdecimal():
                raise bad_request("invalid date specified")
            time_format = attributes.get("format", "")
            return {"type": "date_time", "unix_time": int(attributes["unix"]), "date_time_format": time_format}
        language = attributes.get("class", "").removeprefix("language-") if opened.tag == "code" else ""
        return {"type": opened.tag} | ({"language": language} if language else {})

    def _add(self, entity: JsonObject) -> None:
        """Append; a code exactly inside a pre gives the pre its language and goes."""
        inner = self._entities[-1] if self._entities else None
        same = inner and (inner["offset"], inner["length"]) == (entity["offset"], entity["length"])
        if entity["type"] == "pre" and inner and same and inner["type"] == "code":
            self._entities[-1] = {**inner, "type": "pre"}
            return
        if entity["type"] != "pre":
            entity = {**entity} if entity["type"] != "code" or self._inside("pre") else _without_language(entity)
        self._entities.append(entity)

    def _inside(self, tag: str) -> bool:
        return any(opened.tag == tag for opened, _ in self._open)


def _without_language(entity: JsonObject) -> JsonObject:
    return {key: value for key, value in entity.items() if key != "language"}
