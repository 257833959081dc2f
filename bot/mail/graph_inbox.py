"""The mailbox read: what came into its Inbox. Nothing there is moved, marked or removed."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import lxml.html
from lxml import etree

from bot.domain.answers import AnswerKind, Arrival, Bounce
from bot.domain.correspondence import Rejected
from bot.domain.text import writable
from bot.mail.bounce import message_ids, read_bounce
from bot.mail.graph_access import GraphAccess

_PAGE = "50"
_NAMES = {"$select": "name,isInline"}
# Of the characters that are told of a mail, the names of its files take a part.
_NAMES_LIMIT = 300
_SELECT = "internetMessageId,receivedDateTime,from,subject,conversationId,internetMessageHeaders"

_BOUNCING_SENDERS = re.compile(r"(postmaster|mailer-daemon|microsoftexchange[0-9a-f]+)@.*", re.IGNORECASE)
# How Exchange, Gmail, Postfix and Exim begin, in English and in Spanish.
_BOUNCING_SUBJECTS = re.compile(
    r"(undeliver|delivery status notification|mail delivery (failed|failure)|delivery (has )?failed|returned mail|"
    r"failure notice|no se puede entregar|no se pudo entregar|no entregado|entrega no realizada)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNSEEN = {"script", "style", "head", "title"}
_BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"}


class GraphInbox:
    """The Inbox of a mailbox, into which `access` lets it; closes that at its end."""

    def __init__(self, access: GraphAccess) -> None:
        self._access = access

    def since(self, instant: datetime) -> Iterator[Arrival]:
        """What was received from an instant on, oldest first; raises TryLater or Rejected."""
        since = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        path: str | None = "/mailFolders/inbox/messages"
        params: Mapping[str, str] | None = {
            "$filter": f"receivedDateTime ge {since}", "$orderby": "receivedDateTime", "$select": _SELECT,
            "$top": _PAGE,
        }  # fmt: skip
        while path:
            with self._access.entered():
                page = self._access.get(path, params).json()
            yield from map(_arrival, page["value"])
            # A next page's address holds all that was asked.
            path, params = page.get("@odata.nextLink"), None

    def text(self, arrival: Arrival) -> str:
        """What is new in a mail, without what it quotes, as plain text below its files; raises TryLater or Rejected."""
        path = f"/messages/{arrival.id}"
        with self._access.entered():
            prefer = 'outlook.body-content-type="text"'
            message = self._access.get(path, {"$select": "uniqueBody,hasAttachments"}, prefer=prefer).json()
        body = message.get("uniqueBody") or {}
        content = str(body.get("content") or "")
        text = plain(content) if str(body.get("contentType")).lower() == "html" else _tidy(content)
        # The remittance that a payer returns often comes with no text.
        names = self._file_names(path) if message.get("hasAttachments") else ""
        return writable(f"📎 {names[:_NAMES_LIMIT]}\n{text}".strip()) if names else text

    def _file_names(self, path: str) -> str:
        """The names of a mail's files; an ellipsis where they are refused: what was typed is told all the same."""
        try:
            with self._access.entered():
                files = self._access.get(f"{path}/attachments", _NAMES).json()["value"]
        except Rejected:
            return "…"
        # A picture in a signature is inline.
        return ", ".join(" ".join(str(file.get("name")).split()) for file in files if not file.get("isInline"))

    def bounce(self, arrival: Arrival) -> Bounce | None:
        """What a mail reports not to have been delivered, None when it reports no such thing; raises likewise."""
        with self._access.entered():
            return read_bounce(self._access.get(f"/messages/{arrival.id}/$value").content)

    def close(self) -> None:
        """Close the connections; the inbox can be read no more."""
        self._access.close()


def plain(html: str) -> str:
    """The text of an HTML body."""
    if not html.strip():
        return ""
    root = lxml.html.fromstring(f"<div>{writable(html)}</div>")
    # Read and not rearranged: Word writes its line breaks with control characters, and lxml sets no text that has some.
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    parts: list[str] = []
    for event, element in walk:
        if event == "start" and element.tag in _UNSEEN:
            walk.skip_subtree()
        elif event == "start":
            parts.append(element.text or "")
        else:
            parts += ("\n" if element.tag in _BREAKS else "", element.tail or "")
    return _tidy(_CONTROLS.sub(" ", "".join(parts)))


def _tidy(text: str) -> str:
    lines = "\n".join(" ".join(line.split()) for line in text.replace("\r", "").split("\n"))
    return writable(re.sub(r"\n{3,}", "\n\n", lines).strip())


def _arrival(message: Mapping[str, Any]) -> Arrival:
    headers = {row["name"].lower(): str(row["value"]) for row in message.get("internetMessageHeaders") or ()}
    sender = writable(str((message.get("from") or {}).get("emailAddress", {}).get("address") or ""))
    subject = writable(str(message.get("subject") or ""))
    nearest_last = message_ids(headers.get("references", ""))
    references = message_ids(headers.get("in-reply-to", "")) + nearest_last[::-1]
    return Arrival(
        id=str(message["id"]),
        message_id=writable(str(message.get("internetMessageId") or message["id"])),
        received_at=datetime.fromisoformat(message["receivedDateTime"]),
        kind=_kind(headers, sender, subject),
        sender=sender,
        subject=subject,
        references=tuple(dict.fromkeys(references)),
        conversation_id=writable(str(message.get("conversationId") or "")),
    )


def _kind(headers: Mapping[str, str], sender: str, subject: str) -> AnswerKind:
    is_report = headers.get("content-type", "").lower().startswith("multipart/report")
    if is_report or "x-failed-recipients" in headers or not sender:
        return AnswerKind.BOUNCE
    if _BOUNCING_SENDERS.fullmatch(sender) or _BOUNCING_SUBJECTS.match(subject):
        return AnswerKind.BOUNCE
    # RFC 3834: whatever answers by itself says so; Precedence is how older programs do.
    automatic = headers.get("auto-submitted", "no").lower() != "no"
    if automatic or headers.get("precedence", "").lower() in {"auto_reply", "bulk", "junk", "list"}:
        return AnswerKind.AUTOMATIC
    return AnswerKind.REPLY
