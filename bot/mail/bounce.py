"""A report of non-delivery, read as RFC 3464 and RFC 6522 describe it."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import cast

from bot.domain.answers import Bounce, Failure
from bot.mail.eml import KEY_HEADER

_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_REASON_LIMIT = 300

# Reasons that say nothing of the address (RFC 3463): the mailbox is full, the mail is too large or not allowed, what is
# wrong with a network or a protocol. 5.4.1, 5.4.4 and 5.4.310 are what Exchange says of unknown recipients and domains.
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.[23]|3\.\d+|4\.(?!(1|4|310)$)\d+|[567]\.\d+)")


def message_ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a header such as References."""
    return tuple(_MESSAGE_ID.findall(text))


def read_bounce(mime: bytes) -> Bounce | None:
    """What a mail reports of a delivery, without failures when it was but late; None when it is no such report."""
    report = message_from_bytes(mime, policy=policy.default)
    failures = tuple(_failures(report))
    is_report = any(part.get_content_type() == "message/delivery-status" for part in report.walk())
    if not failures and not is_report:
        return None
    original = _original(report)
    own = message_ids(f"{report.get('In-Reply-To', '')} {report.get('References', '')}")
    references = message_ids(str(original.get("Message-ID", ""))) if original else ()
    key = str(original.get(KEY_HEADER, "")).strip() if original else ""
    return Bounce(failures, tuple(dict.fromkeys(references + own)), key)


def _failures(report: EmailMessage) -> Iterator[Failure]:
    parts = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    for part in parts:
        for fields in cast("list[Message]", part.get_payload()):
            if str(fields.get("Action", "")).strip().lower() == "failed":
                yield from _failure(fields)
    if not parts:
        # From before RFC 3464: Exim and Google name whom they mean in a header, with no status.
        for address in str(report.get("X-Failed-Recipients", "")).split(","):
            if address.strip():
                yield Failure(address.strip().lower(), str(report.get("Subject", ""))[:_REASON_LIMIT], is_bad=True)


def _failure(fields: "Message") -> Iterator[Failure]:
    # The original one is what we wrote to; the final one may be where that forwards to.
    named = fields.get("Original-Recipient") or fields.get("Final-Recipient") or ""
    address = str(named).rpartition(";")[2].strip().strip("<>").lower()
    status = str(fields.get("Status", "")).strip().partition(" ")[0]
    said = str(fields.get("Diagnostic-Code", "")).partition(";")[2] or status
    if address:
        reason = " ".join(said.split())
        if status not in reason:
            reason = f"{status} {reason}"
        yield Failure(address, reason[:_REASON_LIMIT], is_bad=not _NOT_THE_ADDRESS.fullmatch(status))


def _original(report: EmailMessage) -> "Message | None":
    """The headers of the mail that the report is about, if it has them."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            return cast("list[Message]", part.get_payload())[0]
        if part.get_content_type() == "text/rfc822-headers":
            return message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.default)  # type: ignore[arg-type]  # decoded, it is bytes
    return None
