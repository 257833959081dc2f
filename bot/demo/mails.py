"""The mails that left: *.eml files in a folder, newest first, as the page shows them."""

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from bot.demo.errors import JsonObject


@dataclass(frozen=True)
class Attachment:
    """A file of a mail."""

    name: str
    mime_type: str
    content: bytes


class MailFolder:
    """Reads the folder anew each time: whoever sends the mails is another process."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Return the files' names, newest first."""
        if self._folder is None or not self._folder.is_dir():
            return []
        written = [(path.stat().st_mtime_ns, path.name) for path in self._folder.glob("*.eml")]
        return [name for _, name in sorted(written, reverse=True)]

    def summaries(self) -> list[JsonObject]:
        """Return what the list of mails shows."""
        return [_summary(name, mail) for name in self.names() if (mail := self.mail(name))]

    def mail(self, name: str) -> EmailMessage | None:
        """Return a mail, or None when the folder has none of that name."""
        if self._folder is None or name not in self.names():
            return None
        return message_from_bytes((self._folder / name).read_bytes(), policy=policy.default)


def attachments(mail: EmailMessage) -> list[Attachment]:
    """Return the mail's files; pictures that the body shows are none."""
    return [
        Attachment(part.get_filename("sin nombre"), part.get_content_type(), _bytes(part))
        for part in mail.iter_attachments()
        if part.get_content_disposition() == "attachment"
    ]


def html_body(mail: EmailMessage) -> str:
    """Return the body as HTML, its own pictures within it; a body of plain text in a `pre`."""
    body = mail.get_body(("html", "plain"))
    if body is None:
        return ""
    content: str = body.get_content()
    if body.get_content_type() == "text/plain":
        escaped = content.replace("&", "&amp;").replace("<", "&lt;")
        return f"<!doctype html><pre style='white-space:pre-wrap'>{escaped}</pre>"
    pictures = {
        str(part["Content-ID"]).strip("<> "): f"data:{part.get_content_type()};base64,{_base64(part)}"
        for part in mail.walk()
        if part["Content-ID"]
    }
    return re.sub(r"cid:([^\"'\s>)]+)", lambda match: pictures.get(match[1], ""), content)


def _summary(name: str, mail: EmailMessage) -> JsonObject:
    plain = mail.get_body(("plain",))
    return {
        "name": name,
        "from": str(mail.get("From", "")),
        "to": str(mail.get("To", "")),
        "cc": str(mail.get("Cc", "")),
        "subject": str(mail.get("Subject", "")),
        "date": str(mail.get("Date", "")),
        "text": plain.get_content() if plain else "",
        "attachments": [
            {"name": file.name, "size": len(file.content), "mime_type": file.mime_type} for file in attachments(mail)
        ],
    }


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


def _base64(part: EmailMessage) -> str:
    return base64.b64encode(_bytes(part)).decode()
