"""Telegram's HTML cut into tags and text, the way its own parser cuts it: no browser's leniency.

Both kinds of message use it: `entities.py` for plain ones, `rich_html.py` for rich ones.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from bot.demo.errors import cannot_parse

_NAME_END = re.compile(r"[\s>]|$")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]*")
_SPACE = re.compile(r"\s*")
_REFERENCE = re.compile(r"&(?:#(?:x([0-9A-Fa-f]{1,7})|([0-9]{1,7}))|([A-Za-z]+));?")
_SURROGATES = range(0xD800, 0xE000)
_LAST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True)
class Text:
    """A run of characters, references already replaced."""

    text: str


@dataclass(frozen=True)
class Open:
    """A start tag; `attributes` hold "" where no value was given; `closed` says that it ended in />."""

    tag: str
    offset: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False


@dataclass(frozen=True)
class Close:
    """An end tag; `tag` is "" for </>, which closes whatever is open."""

    tag: str
    offset: int


Token = Text | Open | Close


class Scanner:
    """Cuts `markup` into the known `tags`; `references` are the named ones that mean a character.

    Plain messages and `rich` ones differ in two things: a plain one does not know `/>` (the slash belongs to the name),
    and leaves an unknown `&name;` as it is written, where a rich one is refused.
    """

    def __init__(self, markup: str, tags: Collection[str], references: Mapping[str, str], *, rich: bool) -> None:
        self._markup = markup
        self._tags = tags
        self._references = references
        self._rich = rich
        self._at = 0

    def tokens(self) -> Iterator[Token]:
        """Yield text and tags in order; raises ApiError where Telegram's parser stops."""
        while self._at < len(self._markup):
            if self._markup[self._at] != "<":
                end = self._markup.find("<", self._at)
                end = len(self._markup) if end < 0 else end
                yield Text(self.decoded(self._markup[self._at : end]))
                self._at = end
            elif self._markup.startswith("</", self._at):
                yield self._close()
            else:
                yield self._open()

    def decoded(self, text: str) -> str:
        """Replace the references in `text`."""
        return _REFERENCE.sub(self._character, text)

    def _character(self, match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if name is not None:
            if name not in self._references and self._rich and match[0].endswith(";"):
                raise cannot_parse(f'Unsupported HTML entity "{match[0]}"')
            known = self._references.get(name)
            return match[0] if known is None else known
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        if not 0 < code < _LAST_CODE_POINT:
            return match[0]
        if code in _SURROGATES:
            raise cannot_parse(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            )
        return chr(code)

    def _byte_offset(self, position: int) -> int:
        return len(self._markup[:position].encode())

    def _skip_space(self) -> None:
        self._at += len(_SPACE.match(self._markup, self._at)[0])  # type: ignore[index]  # it matches always

    def _name(self, start: int) -> str:
        end = _NAME_END.search(self._markup, start)
        self._at = end.start() if end else len(self._markup)
        return self._markup[start : self._at].lower()

    def _close(self) -> Close:
        begin = self._at
        tag = self._name(begin + 2)
        self._skip_space()
        if not self._markup.startswith(">", self._at):
            raise cannot_parse(f"Unclosed end tag at byte offset {self._byte_offset(begin)}")
        self._at += 1
        return Close(tag, self._byte_offset(begin))

    def _open(self) -> Open:
        begin = self._at
        offset = self._byte_offset(begin)
        tag = self._name(begin + 1)
        if self._at >= len(self._markup):
            raise cannot_parse(f"Unclosed start tag at byte offset {offset}")
        closed = self._rich and tag.endswith("/")
        if closed:
            tag = tag.removesuffix("/")
        if tag not in self._tags:
            raise cannot_parse(f'Unsupported start tag "{tag}" at byte offset {offset}')
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._at >= len(self._markup):
                raise cannot_parse(f"Unclosed start tag at byte offset {offset}")
            if self._markup[self._at] == ">":
                self._at += 1
                return Open(tag, offset, attributes, closed)
            if self._markup.startswith("/>", self._at):
                self._at += 1
                closed = True
                continue
            name, value = self._attribute(tag, offset)
            attributes[name] = value

    def _attribute(self, tag: str, offset: int) -> tuple[str, str]:
        name = _ATTRIBUTE_NAME.match(self._markup, self._at)[0]  # type: ignore[index]  # it matches always
        if not name:
            raise cannot_parse(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
        self._at += len(name)
        self._skip_space()
        if not self._markup.startswith("=", self._at):
            return name.lower(), ""
        self._at += 1
        self._skip_space()
        quote = self._markup[self._at : self._at + 1]
        if quote and quote in "\"'":
            end = self._markup.find(quote, self._at + 1)
            if end < 0:
                raise cannot_parse(f"Unclosed start tag at byte offset {offset}")
            value = self.decoded(self._markup[self._at + 1 : end])
            self._at = end + 1
            return name.lower(), value
        start = self._at
        value = _BARE_VALUE.match(self._markup, start)[0]  # type: ignore[index]  # it matches always
        self._at += len(value)
        if self._at < len(self._markup) and not re.match(r"[\s>/]", self._markup[self._at]):
            raise cannot_parse(f"Unexpected end of name token at byte offset {self._byte_offset(start)}")
        return name.lower(), value.lower()
