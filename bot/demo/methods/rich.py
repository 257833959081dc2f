"""The parameter `rich_message`: exactly one source, its media, and the limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.demo.errors import JsonObject, bad_request
from bot.demo.files import FileKind, StoredFile
from bot.demo.limits import RICH_MEDIA_ID_PATTERN
from bot.demo.methods.rich_blocks import checked_blocks
from bot.demo.rich_html import parse_rich_html
from bot.demo.rich_limits import check

StoreFile: TypeAlias = Callable[[FileKind, str], StoredFile]
_FIELDS = {"html", "markdown", "blocks", "media", "is_rtl", "skip_entity_detection"}


@dataclass(frozen=True)
class RichContent:
    """A rich message that Telegram would take: its blocks, and the html they came from."""

    blocks: list[JsonObject]
    html: str | None


def rich_content(message: JsonObject, store: StoreFile) -> RichContent:
    """Check `message` (InputRichMessage) and return its content; raises ApiError."""
    if unknown := sorted(set(message) - _FIELDS):
        raise bad_request(f'can\'t parse InputRichMessage: unknown field "{unknown[0]}"')
    sources = [name for name in ("html", "markdown", "blocks") if message.get(name)]
    if not sources:
        raise bad_request("rich message must be non-empty")
    if len(sources) > 1:
        raise bad_request("exactly one of the fields html, markdown, or blocks must be used")
    if sources == ["markdown"]:
        raise bad_request("rich markdown is not played by this server: the product writes html")
    media = _media(message.get("media") or [], store)
    if sources == ["blocks"]:
        blocks = checked_blocks(message["blocks"], store)
    else:
        if not isinstance(message["html"], str):
            raise bad_request('can\'t parse InputRichMessage: Field "html" must be of type String')
        blocks = parse_rich_html(message["html"], media.block)
        if unused := media.unused():
            raise bad_request(f'media "{unused[0]}" is not used in the message')
    check(blocks)
    return RichContent(blocks, message.get("html"))


class _Media:
    """The list `media`, by id; what the html uses is ticked off."""

    def __init__(self, files: dict[str, tuple[str, StoredFile]]) -> None:
        self._files = files
        self._used: set[str] = set()

    def block(self, kind: str, source: str) -> JsonObject:
        """Return the fields of the media block that `src` names."""
        match = re.fullmatch(rf"tg://(photo|document|video|audio)\?id=({RICH_MEDIA_ID_PATTERN})", source)
        if match is None:
            raise bad_request("failed to get HTTP URL content" if source.startswith("http") else "MEDIA_INVALID")
        identifier = match[2]
        if identifier not in self._files:
            raise bad_request(f'media "{identifier}" not found')
        media_kind, stored = self._files[identifier]
        if not kind == match[1] == media_kind:
            raise bad_request(f'media "{identifier}" is a {media_kind}, not a {kind}')
        self._used.add(identifier)
        return {kind: stored.as_photo_sizes() if kind == "photo" else stored.as_document()}

    def unused(self) -> list[str]:
        """Return the ids that no tag named."""
        return sorted(set(self._files) - self._used)


def _media(items: list[JsonObject], store: StoreFile) -> _Media:
    files: dict[str, tuple[str, StoredFile]] = {}
    for item in items:
        identifier, media = item.get("id"), item.get("media")
        if not isinstance(identifier, str) or not re.fullmatch(RICH_MEDIA_ID_PATTERN, identifier):
            raise bad_request("can't parse InputRichMessageMedia: invalid media identifier specified")
        if identifier in files:
            raise bad_request("can't parse InputRichMessageMedia: duplicate media identifier specified")
        if not isinstance(media, dict) or not isinstance(media.get("media"), str):
            raise bad_request("can't parse InputRichMessageMedia: media not found")
        kind = media.get("type")
        if kind not in {"photo", "document"}:
            raise bad_request(f'can\'t parse InputRichMessageMedia: type "{kind}" is unsupported')
        files[identifier] = kind, store(kind, media["media"])
    return _Media(files)
