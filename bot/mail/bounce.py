"""A report of non-delivery, read as RFC 3464 and RFC 6522 describe it."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from bot.domain.answers import Bounce, Failure
from bot.domain.text import writable
from bot.mail.eml import KEY_HEADER

_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_REASON_LIMIT = 300

# Reasons that say nothing of the address (RFC 3463): whatever passed only too slowly, the sender, the mailbox is full,
# the mail is too large or not allowed, what is wrong with a network or a protocol. 5.4.1, 5.4.4 and 5.4.310 are what
# Exchange says of unknown recipients and domains; 5.1.8 and 5.1.90 of a sender that it holds back, 5.2.1nn of a
# recipient who gets too many, 5.0.350 of whatever else another server answers, a filter's verdict for the most part
# (Microsoft, «Non-delivery reports in Exchange Online»).
_NOT_THE_ADDRESS = re.compile(
    r"4\.\d+\.\d+|5\.(0\.350|1\.([78]|90)|2\.([23]|1\d\d)|3\.\d+|4\.(?!(1|4|310)$)\d+|[567]\.\d+)"
)


def message_ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a header such as References."""
    return tuple(_MESSAGE_ID.findall(writable(text)))


def read_bounce(mime: bytes) -> Bounce | None:
    """What a mail reports of a delivery, without failures when it was but late; None when it is no such report."""
    # Anybody may write one. The library's newer policy understands what each header says, and fails where that is odd.
    report = message_from_bytes(mime)
    failures = tuple(_failures(report))
    is_report = any(part.get_content_type() == "message/delivery-status" for part in report.walk())
    if not failures and not is_report:
        return None
    original = _original(report)
    own = message_ids(f"{_header(report, 'In-Reply-To')} {_header(report, 'References')}")
    references = message_ids(_header(original, "Message-ID"))
    return Bounce(failures, tuple(dict.fromkeys(references + own)), _header(original, KEY_HEADER))


def _failures(report: Message) -> Iterator[Failure]:
    parts = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    for part in parts:
        for fields in _within(part):
            if _header(fields, "Action").lower() == "failed":
                yield from _failure(fields)
    if not parts:
        # From before RFC 3464: Exim and Google name whom they mean in a header, with no status.
        for address in _header(report, "X-Failed-Recipients").split(","):
            if address.strip():
                yield Failure(address.strip().lower(), _header(report, "Subject")[:_REASON_LIMIT], is_bad=True)


def _failure(fields: Message) -> Iterator[Failure]:
    # The original one is what we wrote to; the final one may be where that forwards to.
    named = _header(fields, "Original-Recipient") or _header(fields, "Final-Recipient")
    address = named.rpartition(";")[2].strip().strip("<>").lower()
    status = _header(fields, "Status").partition(" ")[0]
    reason = _header(fields, "Diagnostic-Code").partition(";")[2].strip() or status
    if address:
        if status not in reason:
            reason = f"{status} {reason}"
        yield Failure(address, reason[:_REASON_LIMIT], is_bad=not _NOT_THE_ADDRESS.fullmatch(status))


def _original(report: Message) -> Message:
    """The headers of the mail that the report is about; none if it has them not."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            return next(iter(_within(part)), Message())
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            return message_from_bytes(content) if isinstance(content, bytes) else Message()
    return Message()


def _within(part: Message) -> list[Message]:
    """The messages in a part that should hold some."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _header(message: Message, name: str) -> str:
    """A header as one line, blank when it is not there; encoded words that say nothing stay as they are."""
    written = message.get(name, "")
    try:
        text = str(make_header(decode_header(written)))
    except (MessageError, LookupError, ValueError):
        text = str(written)
    return writable(" ".join(text.split()))
