"""Rich HTML cut into a tree of elements: only known tags, each closed, each inside a parent that may hold it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.demo.errors import cannot_parse
from bot.demo.markup_scanner import Close, Open, Scanner, Text

# "The API currently supports only the following named HTML entities". [rich] HTML style
REFERENCES = {
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "quot": '"',
    "apos": "'",
    "nbsp": "\u00a0",
    "hellip": "…",
    "mdash": "\u2014",
    "ndash": "\u2013",
    "lsquo": "\u2018",
    "rsquo": "\u2019",
    "ldquo": "\u201c",
    "rdquo": "\u201d",
}
_INLINE_TAGS = """
    a b strong i em u ins s strike del code mark sub sup tg-spoiler tg-reference tg-emoji tg-time
    tg-math tg-button br
"""
INLINE = frozenset(_INLINE_TAGS.split())
# Tags that hold blocks; every other block tag holds inline formatting only, or the parts named in _PARTS.
CONTAINERS = frozenset({"", "blockquote", "details", "li"})
_BLOCK_TAGS = """
    h1 h2 h3 h4 h5 h6 p pre footer hr ul ol blockquote aside img video audio figure tg-document
    tg-map tg-collage tg-slideshow table details tg-math-block tg-button-row
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_MEDIA = frozenset({"img", "video", "audio", "tg-document", "tg-map"})
# Parts of a block, and the block that each belongs to.
_PARTS = {
    "li": {"ul", "ol"},
    "tr": {"table"},
    "caption": {"table"},
    "td": {"tr"},
    "th": {"tr"},
    "summary": {"details"},
    "figcaption": {"figure", "tg-collage", "tg-slideshow"},
    "cite": {"blockquote", "aside", "figcaption"},
    "input": {"li"},
}
# Parents whose children are parts or media only: white space between them means nothing, other text is refused.
_PARTS_ONLY = {
    "ul": {"li"},
    "ol": {"li"},
    "table": {"tr", "caption"},
    "tr": {"td", "th"},
    "figure": {*_MEDIA, "figcaption"},
    "tg-collage": {*_MEDIA, "figure", "figcaption"},
    "tg-slideshow": {*_MEDIA, "figure", "figcaption"},
    "tg-button-row": {"tg-button"},
}
_KNOWN = INLINE | _BLOCKS | frozenset(_PARTS)
_VOID = frozenset({"br", "hr", "img", "input", "tg-map"})


@dataclass
class Element:
    """A tag with what is inside it; `offset` is its byte in the source, for the words of a refusal."""

    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    def elements(self) -> Iterator["Element"]:
        """Yield the children that are elements."""
        for child in self.children:
            if isinstance(child, Element):
                yield child


Node: TypeAlias = Element | str


def parse_tree(html: str) -> Element:
    """Return the root (tag ""); raises ApiError for a tag unknown, unclosed or in the wrong place."""
    root = Element("", 0)
    stack = [root]
    for token in Scanner(html, _KNOWN, REFERENCES, rich=True).tokens():
        parent = stack[-1]
        if isinstance(token, Text):
            _add_text(parent, token.text)
        elif isinstance(token, Open):
            element = Element(token.tag, token.offset, dict(token.attributes))
            _check_place(element, parent)
            parent.children.append(element)
            if not token.closed and token.tag not in _VOID:
                stack.append(element)
        else:
            _close(stack, token)
    if len(stack) > 1:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return root


def is_inline(node: Node) -> bool:
    """Say whether `node` belongs to running text."""
    if isinstance(node, str):
        return True
    return node.tag in INLINE or (node.tag == "img" and node.attributes.get("src", "").startswith("tg://emoji"))


def _add_text(parent: Element, text: str) -> None:
    if parent.tag in _PARTS_ONLY:
        if text.strip():
            raise cannot_parse(f'Text is not allowed in the tag "{parent.tag}" at byte offset {parent.offset}')
        return
    parent.children.append(text)


def _close(stack: list[Element], token: Close) -> None:
    if token.tag in _VOID:
        return
    if len(stack) == 1:
        raise cannot_parse(f"Unexpected end tag at byte offset {token.offset}")
    opened = stack.pop()
    if token.tag not in {"", opened.tag}:
        raise cannot_parse(
            f'Unmatched end tag at byte offset {token.offset}, expected "</{opened.tag}>", found "</{token.tag}>"'
        )


def _check_place(element: Element, parent: Element) -> None:
    tag = element.tag
    if tag in _PARTS:
        allowed = parent.tag in _PARTS[tag]
    elif parent.tag in _PARTS_ONLY:
        allowed = tag in _PARTS_ONLY[parent.tag]
    elif is_inline(element):
        allowed = parent.tag != "tg-button" or tag in {"tg-emoji", "tg-time", "img"}
    else:
        allowed = parent.tag in CONTAINERS
    if not allowed:
        place = f'the tag "{parent.tag}"' if parent.tag else "the message"
        raise cannot_parse(f'Tag "{tag}" is not allowed in {place} at byte offset {element.offset}')
