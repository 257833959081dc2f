"""Mails that leave: what one holds, what becomes of it, and why one is not sent."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

# The HTML standard's "valid e-mail address": ASCII, no quoting, so nothing that a header could read twice; and a dot in
# the domain, as every one has that others can reach.
ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
_ADDRESS = re.compile(ADDRESS)
# Exchange keeps so much of a subject (PidTagSubject, MS-OXCMSG).
SUBJECT_LIMIT = 255


def is_address(text: str) -> bool:
    """Whether a mail may go there: asked of what is previewed as of what leaves."""
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """The files of a mail; `left_out` names those that would have made it too large."""

    files: tuple[Attachment, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to leave; `key` names it for good: the same key never leaves twice."""

    key: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def recipients(self) -> int:
        """How many it goes to."""
        return len(self.to) + len(self.cc) + len(self.bcc)


class MailState(StrEnum):
    """Where a mail of the outbox stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail of the outbox: where it stands, to whom it goes, why it has not left."""

    state: MailState
    to: tuple[str, ...]
    reason: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether it will not leave by itself."""
        return self.state in (MailState.FAILED, MailState.CANCELLED)

    @property
    def waits(self) -> bool:
        """Whether it will."""
        return self.state is not MailState.SENT and not self.has_failed


class SkipReason(StrEnum):
    """Why a customer gets no mail."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    NOTHING_OWED = "nothing_owed"
    OPTED_OUT = "opted_out"
    GENERAL_PUBLIC = "general_public"
    ALREADY_SENT = "already_sent"
    TOO_SOON = "too_soon"
    EARLIER_WAITS = "earlier_waits"
    SUPERSEDED = "superseded"
    NOT_YOURS = "not_yours"
    UNWRITTEN = "unwritten"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Spacing:
    """How many days lie between two statements to a customer at least, by the office's calendar."""

    min_days: int = 1
    zone: tzinfo = UTC


# At most one a day.
DAILY = Spacing()


@dataclass(frozen=True, slots=True)
class LastStatement:
    """The newest statement to a customer that has left or is to: of which day, asked for on that day at which instant.

    One that waits `stays` when it may have begun to leave, or when its sender wrote something or added files; it is
    `withheld` when its sending was stopped, and it only remains to be asked whether it left. `asked_by` is a name, if
    a person asked.
    """

    on: date
    asked_at: datetime
    left_at: datetime | None = None
    stays: bool = False
    withheld: bool = False
    asked_by: str = ""

    def keeps_back(self, on: date, spacing: Spacing) -> SkipReason | None:
        """Why none of a day is written beside it; None when one is, in this one's place if this one waits."""
        if self.on > on:
            return SkipReason.SUPERSEDED
        if self.left_at is None and self.on < on:
            too_soon = self.on > on - timedelta(days=spacing.min_days)
            return SkipReason.EARLIER_WAITS if self.stays or too_soon else None
        if self.withheld:
            # It is written anew over that one, which is asked after first.
            return None
        if self._came_on(spacing.zone) >= on:
            return SkipReason.ALREADY_SENT
        # By the days that they are of: what a sending of every Monday could not deliver before Tuesday skips no week.
        return SkipReason.TOO_SOON if self.on > on - timedelta(days=spacing.min_days) else None

    def _came_on(self, zone: tzinfo) -> date:
        """The day on which the customer got it, which is later than its own when it had to wait.

        Counted in days since it was asked for: a house whose day a setting fixes has a calendar of its own. Who sends
        may go by another clock than who asks.
        """
        asked, left = self.asked_at.astimezone(zone), (self.left_at or self.asked_at).astimezone(zone)
        return max(self.on, self.on + (left.date() - asked.date()))


@dataclass(frozen=True, slots=True)
class Pace:
    """What a way out takes: mails in any minute, recipients in any 24 hours."""

    mails_a_minute: int
    recipients_a_day: int


class TryLater(Exception):  # noqa: N818 - it says what to do
    """The mail did not leave for a passing reason; `after` is in seconds.

    `everyone` says that the reason is not this mail's: no other would leave before either.
    """

    def __init__(self, reason: str, after: float = 60, *, everyone: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.everyone = everyone


class Rejected(Exception):  # noqa: N818 - it says what happened
    """The mail will never leave as it is."""


class Gone(Rejected):
    """Neither draft nor sent mail is there: whether it left, none but a person can tell."""


class Unreadable(Rejected):
    """What is there cannot be given, now or later."""
