"""What comes back to the mailbox: replies of customers, and mails that did not arrive."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Person
from bot.domain.receivables import Customer


class AnswerKind(StrEnum):
    """What a mail in the Inbox seems to be; only a look inside tells a bounce for sure."""

    REPLY = "reply"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail in the Inbox by its headers; `references` are the Message-IDs that it answers, the nearest first.

    `id` is the mailbox's own name for it, `message_id` everybody's.
    """

    id: str
    message_id: str
    received_at: datetime
    kind: AnswerKind
    sender: str
    subject: str
    references: tuple[str, ...]
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient whom a mail did not reach; `is_bad` says that no other mail will either, as the address stands."""

    address: str
    reason: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report of non-delivery says; `references` and `key` name the mail that it is about."""

    failures: tuple[Failure, ...]
    references: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, or a bounce when there are failures, for one person to be told of."""

    id: int
    person: Person
    customer: Customer
    sender: str
    subject: str
    text: str
    failures: tuple[Failure, ...]
    # Until when it is left to who claimed it, which tells one claim from a later one.
    held_until: datetime | None = field(default=None, compare=False)
