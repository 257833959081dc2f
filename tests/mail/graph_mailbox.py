"""The mailbox behind the Graph server: drafts, uploads, what was sent."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import urlencode

# Microsoft Graph, "Create an upload session": at most 4 MB a range.
_RANGE_LIMIT = 4 * 1024 * 1024
# What Exchange was seen to add to the size of an attachment of 816 bytes (microsoft-graph-docs-contrib#4601).
_OWN_BYTES = 237


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as it arrived."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A mail as the mailbox holds it."""

    subject: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    html: str
    headers: Mapping[str, str]
    attachments: tuple[File, ...]


class Refused(Exception):  # noqa: N818 - it says what happened
    """Graph's own refusal."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that came into the Inbox: the headers that Graph lists, its new text without what it quotes, all of it.

    `files` are the names of what is attached, `pictures` of what stands within the text.
    """

    received: str
    message_id: str
    sender: str
    subject: str
    headers: Mapping[str, str] = field(default_factory=dict)
    unique: str = ""
    unique_type: str = "text"
    conversation: str = "other"
    mime: bytes = b""
    files: Sequence[str] = ()
    pictures: Sequence[str] = ()


@dataclass(slots=True)
class _Item:
    """`ids` are the changing one and the immutable one."""

    ids: tuple[str, str]
    message_id: str
    body: dict[str, Any]
    is_draft: bool = True
    files: list[File] = field(default_factory=list)

    def view(self) -> StoredMessage:
        def addresses(kind: str) -> tuple[str, ...]:
            return tuple(recipient["emailAddress"]["address"] for recipient in self.body.get(kind, ()))

        return StoredMessage(
            subject=self.body.get("subject", ""),
            to=addresses("toRecipients"),
            cc=addresses("ccRecipients"),
            bcc=addresses("bccRecipients"),
            html=self.body.get("body", {}).get("content", ""),
            headers={header["name"]: header["value"] for header in self.body.get("internetMessageHeaders", ())},
            attachments=tuple(self.files),
        )


@dataclass(slots=True)
class _Upload:
    item: _Item
    name: str
    size: int
    received: bytearray = field(default_factory=bytearray)


class Mailbox:
    """One mailbox; its methods answer with Graph's JSON or raise Refused."""

    def __init__(self) -> None:
        self._items: list[_Item] = []
        self._uploads: dict[str, _Upload] = {}
        self._numbers = count(1)
        self._arrivals: list[Arrival] = []
        # How many messages a page of the Inbox holds, whatever is asked for.
        self.page_size = 1000
        # Whether an immutable id outlives sending, as Microsoft says it does.
        self.ids_survive = True

    def messages(self, *, drafts: bool) -> list[StoredMessage]:
        """The drafts, or else what was sent, oldest first."""
        return [item.view() for item in self._items if item.is_draft is drafts]

    def create(self, body: dict[str, Any], *, immutable: bool) -> dict[str, Any]:
        """A new draft."""
        n = next(self._numbers)
        item = _Item((f"AAMkAG{n:06}=", f"AAkALg{n:06}="), f"<{n:06}@graph.test>", body)
        item.files += [_file_of(attachment) for attachment in body.pop("attachments", ())]
        self._items.append(item)
        return _json(item, immutable=immutable)

    def change(self, message: str, body: dict[str, Any], *, immutable: bool) -> dict[str, Any]:
        """A draft with other properties."""
        item = self._item(message)
        item.body |= body
        return _json(item, immutable=immutable)

    def read(self, message: str, select: str, *, immutable: bool) -> dict[str, Any]:
        """One message."""
        if message.startswith("AAin"):
            arrival = self._arrival(message)
            body = {"contentType": arrival.unique_type, "content": arrival.unique}
            # Microsoft Graph, message: «This property doesn't include inline attachments».
            return _selected({"id": message, "uniqueBody": body, "hasAttachments": bool(arrival.files)}, select)
        return _selected(_json(self._item(message), immutable=immutable), select)

    def find(self, where: str, select: str, *, immutable: bool) -> dict[str, Any]:
        """Messages by Message-ID, the one filter there is."""
        match = re.fullmatch(r"internetMessageId eq '([^']*)'", where)
        if match is None:
            raise Refused(HTTPStatus.BAD_REQUEST, "ErrorInvalidUrlQueryFilter", where)
        found = [_json(item, immutable=immutable) for item in self._items if item.message_id == match[1]]
        return {"value": [_selected(row, select) for row in found]}

    def arrive(self, arrival: Arrival) -> None:
        """A mail comes into the Inbox."""
        self._arrivals.append(arrival)

    def inbox(self, folder: str, query: Mapping[str, str], select: str, url: str, *, immutable: bool) -> dict[str, Any]:
        """What came since an instant, oldest first, in pages: the one question there is."""
        since = re.fullmatch(r"receivedDateTime ge (\S+Z)", query.get("$filter", ""))
        if folder != "inbox" or since is None or query.get("$orderby") != "receivedDateTime" or not immutable:
            raise Refused(HTTPStatus.BAD_REQUEST, "ErrorInvalidUrlQueryFilter", f"{folder} {query}")
        found = [(n, arrival) for n, arrival in enumerate(self._arrivals) if arrival.received >= since[1]]
        found.sort(key=lambda pair: pair[1].received)
        start, size = int(query.get("$skip", 0)), min(int(query.get("$top", 10)), self.page_size)
        page = {"value": [_selected(_arrived(n, arrival), select) for n, arrival in found[start : start + size]]}
        if start + size < len(found):
            following = {**query, "$select": select, "$skip": str(start + size)}
            page["@odata.nextLink"] = f"{url}?{urlencode(following)}"  # type: ignore[assignment]  # OData's mixture
        return page

    def mime(self, message: str) -> bytes:
        """One message of the Inbox as it came."""
        return self._arrival(message).mime

    def _arrival(self, message: str) -> Arrival:
        return self._arrivals[int(message.removeprefix("AAin"))]

    def remove(self, message: str) -> None:
        """A message is gone for good."""
        self._items.remove(self._item(message))

    def send(self, message: str) -> None:
        """A draft leaves; what was sent before leaves again, since Microsoft does not say that it would not."""
        item = self._item(message)
        if not any(item.body.get(kind) for kind in ("toRecipients", "ccRecipients", "bccRecipients")):
            raise Refused(HTTPStatus.BAD_REQUEST, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
        if not item.is_draft:
            n = next(self._numbers)
            item = _Item((f"AAMkAG{n:06}=", f"AAkALg{n:06}="), item.message_id, item.body, files=item.files)
            self._items.append(item)
        changing, immutable = item.ids
        item.ids = (f"Sent{changing}", immutable if self.ids_survive else f"Sent{immutable}")
        item.is_draft = False

    def attach(self, message: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """A file in one request."""
        item = self._item(message)
        item.files.append(_file_of(body))
        return {"@odata.type": body["@odata.type"], "id": f"{message}-{len(item.files)}", "name": body["name"]}

    def files(self, message: str, select: str) -> dict[str, Any]:
        """The attachments of a message, without their bytes."""
        if message.startswith("AAin"):
            arrival = self._arrival(message)
            named = [(name, False) for name in arrival.files] + [(name, True) for name in arrival.pictures]
            return {"value": [_selected({"name": name, "isInline": inline}, select) for name, inline in named]}
        rows = [
            {"id": f"{message}-{n}", "name": file.name, "size": len(file.content) + _OWN_BYTES}
            for n, file in enumerate(self._item(message).files)
        ]
        return {"value": [_selected(row, select) for row in rows]}

    def open_upload(self, message: str, body: Mapping[str, Any]) -> str:
        """The id of a new upload session."""
        wanted = body["attachmentItem"]
        upload_id = str(next(self._numbers))
        self._uploads[upload_id] = _Upload(self._item(message), wanted["name"], int(wanted["size"]))
        return upload_id

    def upload(self, upload_id: str, content_range: str, chunk: bytes, *, lose: bool) -> dict[str, Any] | None:
        """A range of a file; None when the file is whole and attached."""
        upload = self._uploads.get(upload_id)
        if upload is None:
            raise Refused(HTTPStatus.NOT_FOUND, "ErrorItemNotFound", "The upload session was not found.")
        if len(chunk) > _RANGE_LIMIT:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge")
        start = len(upload.received)
        if content_range != f"bytes {start}-{start + len(chunk) - 1}/{upload.size}":
            raise Refused(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "ErrorInvalidRange", content_range)
        if not lose:
            upload.received += chunk
        if len(upload.received) < upload.size:
            return {"expirationDateTime": "2030-01-01T00:00:00Z", "nextExpectedRanges": [str(len(upload.received))]}
        upload.item.files.append(File(upload.name, bytes(upload.received)))
        del self._uploads[upload_id]
        return None

    def _item(self, message: str) -> _Item:
        for item in self._items:
            if message in item.ids:
                return item
        raise Refused(HTTPStatus.NOT_FOUND, "ErrorItemNotFound", "The specified object was not found in the store.")


def _json(item: _Item, *, immutable: bool) -> dict[str, Any]:
    return {
        **item.body,
        "id": item.ids[immutable],
        "internetMessageId": item.message_id,
        "conversationId": f"AAQk-{item.message_id[1:7]}",
        "isDraft": item.is_draft,
        "hasAttachments": bool(item.files),
        "createdDateTime": "2019-07-16T15:00:00Z",
        "lastModifiedDateTime": "2019-07-16T15:00:00Z",
        "parentFolderId": "drafts" if item.is_draft else "sentitems",
    }


def _arrived(n: int, arrival: Arrival) -> dict[str, Any]:
    return {
        "id": f"AAin{n}",
        "internetMessageId": arrival.message_id,
        "receivedDateTime": arrival.received,
        "subject": arrival.subject,
        "from": {"emailAddress": {"name": "", "address": arrival.sender}} if arrival.sender else None,
        "conversationId": arrival.conversation,
        "internetMessageHeaders": [{"name": name, "value": value} for name, value in arrival.headers.items()],
    }


def _selected(row: Mapping[str, Any], select: str) -> dict[str, Any]:
    wanted: Iterable[str] = {*select.split(","), "id"} if select else row
    return {name: row[name] for name in wanted if name in row}


def _file_of(body: Mapping[str, Any]) -> File:
    return File(body["name"], base64.b64decode(body["contentBytes"], validate=True))
