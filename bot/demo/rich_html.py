"""Rich HTML to the blocks of the Bot API's RichMessage. Source of the tags: [rich] HTML style."""

import re
from collections.abc import Callable
from typing import TypeAlias

from bot.demo.errors import JsonObject, bad_request, cannot_parse
from bot.demo.rich_buttons import button
from bot.demo.rich_text import RichText, flat, joined
from bot.demo.rich_tree import Element, Node, is_inline, parse_tree

MediaSource: TypeAlias = Callable[[str, str], JsonObject]
"""Given a kind (photo, document…) and a src, returns the fields of that media block or raises ApiError."""

_SPACES = re.compile(r"[ \t\r\n\f]+")
_WRAPPERS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "mark": "marked",
    "sub": "subscript",
    "sup": "superscript",
    "tg-spoiler": "spoiler",
}
_ALIGNMENTS = ("left", "center", "right")
_VERTICAL = ("top", "middle", "bottom")
_MEDIA_KINDS = {"img": "photo", "video": "video", "audio": "audio", "tg-document": "document"}


def parse_rich_html(html: str, media: MediaSource) -> list[JsonObject]:
    """Return the blocks of `html`; raises ApiError where Telegram would refuse the markup."""
    return _Builder(media).blocks(parse_tree(html).children)


class _Builder:
    def __init__(self, media: MediaSource) -> None:
        self._media = media

    def blocks(self, nodes: list[Node]) -> list[JsonObject]:
        found: list[JsonObject] = []
        run: list[Node] = []
        for node in nodes:
            if isinstance(node, str) or is_inline(node):
                run.append(node)
                continue
            found += self._paragraph(run)
            run = []
            found += self._block(node)
        return found + self._paragraph(run)

    def _paragraph(self, run: list[Node]) -> list[JsonObject]:
        text = self._text(run)
        return [{"type": "paragraph", "text": text}] if flat(text).strip() else []

    def _block(self, element: Element) -> list[JsonObject]:
        tag = element.tag
        if re.fullmatch("h[1-6]", tag):
            return [{"type": "heading", "text": self._text(element.children), "size": int(tag[1])}]
        if tag in {"p", "footer"}:
            kind = "paragraph" if tag == "p" else "footer"
            return [{"type": kind, "text": self._text(element.children)}]
        simple: dict[str, Callable[[Element], JsonObject]] = {
            "hr": lambda _: {"type": "divider"},
            "pre": self._pre,
            "ul": self._list,
            "ol": self._list,
            "blockquote": self._quote,
            "aside": self._aside,
            "details": self._details,
            "table": self._table,
            "tg-button-row": self._button_row,
            "tg-math-block": lambda e: {"type": "mathematical_expression", "expression": _raw(e)},
            "tg-map": _map,
            "figure": self._figure,
            "tg-collage": self._gallery,
            "tg-slideshow": self._gallery,
        }
        return [simple.get(tag, self._file)(element)]

    # Running text

    def _text(self, nodes: list[Node]) -> RichText:
        """Join the nodes, collapse white space as HTML does, and trim both ends."""
        parts = [self._inline(node) for node in nodes]
        return _trimmed(joined(parts))

    def _inline(self, node: Node) -> RichText:
        if isinstance(node, str):
            return _SPACES.sub(" ", node)
        if node.tag == "tg-math":
            return {"type": "mathematical_expression", "expression": _raw(node)}
        if node.tag in {"tg-emoji", "img"}:
            return _emoji(node)
        inside = joined([self._inline(child) for child in node.children])
        if node.tag in _WRAPPERS:
            return {"type": _WRAPPERS[node.tag], "text": inside} if inside != "" else ""
        return _INLINE[node.tag](node, inside)

    # Blocks

    def _pre(self, element: Element) -> JsonObject:
        code = next((child for child in element.elements() if child.tag == "code"), None)
        language = code.attributes.get("class", "").removeprefix("language-") if code else ""
        block: JsonObject = {"type": "pre", "text": _raw(element)}
        return block | ({"language": language} if language else {})

    def _list(self, element: Element) -> JsonObject:
        ordered = element.tag == "ol"
        number = _integer(element, "start", 1)
        step = -1 if "reversed" in element.attributes else 1
        items = []
        for li in element.elements():
            number = _integer(li, "value", number)
            item: JsonObject = {"label": f"{number}." if ordered else "•"}
            box = next((child for child in li.elements() if child.tag == "input"), None)
            if box is not None:
                if box.attributes.get("type") != "checkbox":
                    raise cannot_parse(f'Tag "input" must have type "checkbox" at byte offset {box.offset}')
                item["has_checkbox"] = True
                if "checked" in box.attributes:
                    item["is_checked"] = True
            if ordered:
                item |= {"value": number, "type": li.attributes.get("type") or element.attributes.get("type", "1")}
            item["blocks"] = self.blocks([child for child in li.children if child is not box])
            if not item["blocks"]:
                raise bad_request("list item must be non-empty")
            items.append(item)
            number += step
        return {"type": "list", "items": items}

    def _quote(self, element: Element) -> JsonObject:
        content, credit = self._credited(element)
        if "expandable" in element.attributes or "collapsed" in element.attributes:
            return {"type": "expandable_blockquote", "text": self._text(content), **credit}
        return {"type": "blockquote", "blocks": self.blocks(content), **credit}

    def _aside(self, element: Element) -> JsonObject:
        content, credit = self._credited(element)
        return {"type": "pullquote", "text": self._text(content), **credit}

    def _credited(self, element: Element) -> tuple[list[Node], JsonObject]:
        cite = next((child for child in element.elements() if child.tag == "cite"), None)
        content = [child for child in element.children if child is not cite]
        return content, {} if cite is None else {"credit": self._text(cite.children)}

    def _details(self, element: Element) -> JsonObject:
        summary = next((child for child in element.elements() if child.tag == "summary"), None)
        block: JsonObject = {
            "type": "details",
            "summary": self._text(summary.children) if summary else "",
            "blocks": self.blocks([child for child in element.children if child is not summary]),
        }
        return block | ({"is_open": True} if "open" in element.attributes else {})

    def _table(self, element: Element) -> JsonObject:
        block: JsonObject = {"type": "table", "cells": []}
        for child in element.elements():
            if child.tag == "caption":
                block["caption"] = self._text(child.children)
            else:
                block["cells"].append([self._cell(cell) for cell in child.elements()])
        for attribute in ("bordered", "striped", "compact"):
            if attribute in element.attributes:
                block[f"is_{attribute}"] = True
        return block

    def _cell(self, element: Element) -> JsonObject:
        text = self._text(element.children)
        header = element.tag == "th"
        cell: JsonObject = {
            "align": _one_of(element, "align", _ALIGNMENTS, "center" if header else "left"),
            "valign": _one_of(element, "valign", _VERTICAL, "middle"),
        }
        if text != "":
            cell["text"] = text
        if header:
            cell["is_header"] = True
        for span in ("colspan", "rowspan"):
            value = _integer(element, span, 1)
            if value < 1:
                raise bad_request(f"invalid table cell {span} specified")
            if value > 1:
                cell[span] = value
        return cell

    def _button_row(self, element: Element) -> JsonObject:
        buttons = [button(e, joined([self._inline(n) for n in e.children])) for e in element.elements()]
        block: JsonObject = {"type": "buttons", "buttons": buttons}
        if "align" in element.attributes:
            block["align"] = _one_of(element, "align", _ALIGNMENTS, "left")
        return block

    # Media

    def _file(self, element: Element) -> JsonObject:
        kind = _MEDIA_KINDS[element.tag]
        block = {"type": kind, **self._media(kind, element.attributes.get("src", ""))}
        return block | ({"has_spoiler": True} if "tg-spoiler" in element.attributes else {})

    def _figure(self, element: Element) -> JsonObject:
        media = [child for child in element.elements() if child.tag != "figcaption"]
        if len(media) != 1:
            raise cannot_parse(f'Tag "figure" must have one media at byte offset {element.offset}')
        return self._block(media[0])[0] | self._caption(element)

    def _gallery(self, element: Element) -> JsonObject:
        media = [child for child in element.elements() if child.tag != "figcaption"]
        blocks = [block for child in media for block in self._block(child)]
        return {"type": element.tag.removeprefix("tg-"), "blocks": blocks, **self._caption(element)}

    def _caption(self, element: Element) -> JsonObject:
        caption = next((child for child in element.elements() if child.tag == "figcaption"), None)
        if caption is None:
            return {}
        content, credit = self._credited(caption)
        return {"caption": {"text": self._text(content), **credit}}


def _trimmed(text: RichText) -> RichText:
    if isinstance(text, str):
        return re.sub(r" ?\n ?", "\n", text).strip(" \n")
    if isinstance(text, list) and text:
        first = text[0].lstrip(" \n") if isinstance(text[0], str) else text[0]
        last = text[-1].rstrip(" \n") if isinstance(text[-1], str) else text[-1]
        return joined([first, *text[1:-1], last])
    return text


def _raw(element: Element) -> str:
    """Return the characters inside, white space kept: what `pre` and formulas show."""
    parts = [
        child if isinstance(child, str) else "\n" if child.tag == "br" else _raw(child) for child in element.children
    ]
    return "".join(parts)


def _emoji(element: Element) -> RichText:
    source = element.attributes.get("src", "")
    identifier = element.attributes.get("emoji-id") or source.partition("id=")[2]
    if not identifier.isdecimal():
        raise bad_request("invalid custom emoji identifier specified")
    alternative = element.attributes.get("alt") or _raw(element)
    return {"type": "custom_emoji", "custom_emoji_id": identifier, "alternative_text": alternative}


def _time(element: Element, inside: RichText) -> RichText:
    unix = element.attributes.get("unix", "")
    if not unix.isdecimal():
        raise bad_request("invalid date specified")
    # "r" or a choice of w, d/D, t/T. [api] date-time entity formatting
    time_format = element.attributes.get("format", "")
    if not re.fullmatch(r"r|w?[dD]?[tT]?", time_format):
        raise bad_request("invalid date-time format specified")
    return {"type": "date_time", "text": inside, "unix_time": int(unix), "date_time_format": time_format}


def _link(element: Element, inside: RichText) -> RichText:
    name, url = element.attributes.get("name"), element.attributes.get("href")
    if name is not None:
        return {"type": "anchor", "name": name}
    if not url:
        return inside
    if url.startswith("#"):
        return {"type": "anchor_link", "text": inside, "anchor_name": url[1:]}
    if url.startswith("mailto:"):
        return {"type": "email_address", "text": inside, "email_address": url.removeprefix("mailto:")}
    if url.startswith("tel:"):
        return {"type": "phone_number", "text": inside, "phone_number": url.removeprefix("tel:")}
    if not url.startswith(("http://", "https://", "tg://")):
        raise bad_request("RICH_MESSAGE_URL_INVALID")
    return {"type": "url", "text": inside, "url": url}


def _map(element: Element) -> JsonObject:
    try:
        latitude, longitude = float(element.attributes["lat"]), float(element.attributes["long"])
    except (KeyError, ValueError):
        raise bad_request("invalid location specified") from None
    location = {"latitude": latitude, "longitude": longitude}
    # The size that clients draw when none is given.
    return {"type": "map", "location": location, "zoom": _integer(element, "zoom", 14), "width": 600, "height": 300}


_INLINE: dict[str, Callable[[Element, RichText], RichText]] = {
    "br": lambda *_: "\n",
    "a": _link,
    "tg-time": _time,
    "tg-reference": lambda e, text: {"type": "reference", "text": text, "name": e.attributes.get("name", "")},
    "tg-button": lambda e, text: {"type": "button", "button": button(e, text)},
}


def _integer(element: Element, attribute: str, default: int) -> int:
    value = element.attributes.get(attribute)
    if value is None:
        return default
    if not re.fullmatch(r"-?\d{1,9}", value):
        raise cannot_parse(f'Invalid "{attribute}" in the tag "{element.tag}" at byte offset {element.offset}')
    return int(value)


def _one_of(element: Element, attribute: str, allowed: tuple[str, ...], default: str) -> str:
    value = element.attributes.get(attribute, default)
    if value not in allowed:
        raise cannot_parse(f'Invalid "{attribute}" in the tag "{element.tag}" at byte offset {element.offset}')
    return value
