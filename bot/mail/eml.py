"""A mail as an RFC 5322 message."""

import datetime as dt
import hashlib
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from bot.domain.correspondence import Attachment, Mail

# The mail's key, for a person who looks at the message's source; Microsoft 365 takes own headers that begin with x-.
KEY_HEADER = "x-cobranza-key"
# RFC 2047, 2: a line with an encoded word has 76 characters at most; the library takes one more than it is told.
_LINE_LENGTH = 75


def as_bytes(mail: Mail, sender: str, date: dt.datetime) -> bytes:
    """The message with text, HTML and attachments; the same arguments give the same bytes."""
    digest = hashlib.sha256(mail.key.encode()).hexdigest()[:32]
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    for header, addresses in (("To", mail.to), ("Cc", mail.cc), ("Bcc", mail.bcc)):
        if addresses:
            message[header] = ", ".join(addresses)
    message["Date"] = date
    message["Message-ID"] = f"<{digest}@{domain}>"
    message[KEY_HEADER] = mail.key
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for attachment in mail.attachments:
        maintype, subtype = _content_type(attachment)
        message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    # Left to itself, the library draws a boundary by lot.
    for n, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={digest}={n}")
    return f"Subject: {_subject(mail.subject)}\r\n".encode() + message.as_bytes()


def _subject(text: str) -> str:
    """The text as RFC 2047 says: the message's own folding drops blanks between encoded words."""
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", _LINE_LENGTH, "Subject").encode(linesep="\r\n")


def _content_type(attachment: Attachment) -> tuple[str, str]:
    maintype, _, subtype = attachment.content_type.partition("/")
    # A message or a multipart inside must not be read as our own structure.
    if not subtype or maintype in {"message", "multipart"}:
        return "application", "octet-stream"
    return maintype, subtype
