"""Files that were sent, by either side: their ids, their bytes, and a picture's size."""

import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.demo.errors import JsonObject, bad_request
from bot.demo.limits import PHOTO_MAX_BYTES, PHOTO_RATIO_MAX, PHOTO_SIDES_SUM_MAX

FileKind: TypeAlias = Literal["photo", "document"]
# The start-of-frame markers of a JPEG; C4, C8 and CC in their midst are other tables.
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PNG = b"\x89PNG\r\n\x1a\n"
_PREFIX = {"photo": "AgACAgEAAx", "document": "BQACAgEAAx"}


@dataclass(frozen=True)
class Upload:
    """A file as it came in a request."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True)
class StoredFile:
    """A file on the server; `width` and `height` are 0 for documents."""

    file_id: str
    unique_id: str
    path: str
    kind: FileKind
    name: str
    mime_type: str
    content: bytes
    width: int = 0
    height: int = 0

    def as_file(self) -> JsonObject:
        """Return the Bot API's File."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
            "file_path": self.path,
        }

    def as_photo_sizes(self) -> list[JsonObject]:
        """Return the Bot API's list of PhotoSize: one, for the server keeps the picture as it is."""
        return [{**self._ids(), "width": self.width, "height": self.height}]

    def as_document(self) -> JsonObject:
        """Return the Bot API's Document."""
        return {**self._ids(), "file_name": self.name, "mime_type": self.mime_type}

    def _ids(self) -> JsonObject:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


class FileStore:
    """Keeps files in memory. The id tells the kind, as Telegram's do: a document's cannot be sent as a photo."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def add(self, upload: Upload, kind: FileKind) -> StoredFile:
        """Store `upload`; raises ApiError for a picture that Telegram would not take."""
        digest = hashlib.sha256(upload.content).hexdigest()[:16]
        number = len(self._files) + 1
        width, height = checked_picture(upload.content) if kind == "photo" else (0, 0)
        extension = "jpg" if kind == "photo" else upload.name.rpartition(".")[2] or "bin"
        stored = StoredFile(
            file_id=f"{_PREFIX[kind]}{digest}{number}",
            unique_id=f"AQAD{digest}",
            path=f"{kind}s/file_{number}.{extension}",
            kind=kind,
            name=upload.name,
            mime_type=_picture_type(upload.content)
            if kind == "photo"
            else upload.mime_type or mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
            content=upload.content,
            width=width,
            height=height,
        )
        self._files[stored.file_id] = stored
        return stored

    def by_id(self, file_id: str) -> StoredFile | None:
        """Return the file with this id."""
        return self._files.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Return the file with this `file_path`."""
        return next((stored for stored in self._files.values() if stored.path == path), None)


def _picture_type(content: bytes) -> str:
    return "image/png" if content.startswith(_PNG) else "image/jpeg"


def checked_picture(content: bytes) -> tuple[int, int]:
    """Return (width, height) of a picture; raises ApiError where Telegram refuses it as a photo."""
    if len(content) > PHOTO_MAX_BYTES:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is 10485760 bytes"
        )
    size = picture_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > PHOTO_SIDES_SUM_MAX or max(size) > PHOTO_RATIO_MAX * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return (width, height) of a PNG or a JPEG, or None when it is neither or is cut short."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack(">II", content[16:24])
            return (width, height) if width and height else None
        if content.startswith(b"\xff\xd8"):
            return _jpeg_size(content)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[at] == 0xFF:  # noqa: PLR2004  # every segment starts so
        marker = content[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None
