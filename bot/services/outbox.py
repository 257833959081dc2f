"""The outbox emptied: each mail leaves once, whatever stops in between."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from bot.domain.correspondence import Mail, MailState, Rejected, TryLater
from bot.store import outbox

_log = logging.getLogger(__name__)

# A passing fault is tried again this often; with the growing pauses that is about a day.
MAX_ATTEMPTS = 12
# The pause doubles from what the fault asks for, at least this (a server may ask for 0 s), up to that.
MIN_PAUSE = timedelta(minutes=1)
MAX_PAUSE = timedelta(hours=4)
# Longer than any sending takes: who claimed the mail has died.
STUCK_AFTER = timedelta(minutes=10)

_WAITING = (MailState.QUEUED, MailState.RETRY)


class Mailer(Protocol):
    """What this module asks of a mailer; `bot.mail.Mailer` says what each does."""

    def draft(self, mail: Mail) -> str:
        """Lay down."""
        ...

    def send(self, draft_id: str) -> None:
        """Send."""
        ...

    def was_sent(self, draft_id: str) -> bool:
        """Tell."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail; `queued_by` is the id of the person who asked for it."""

    key: str
    customer_code: str
    state: MailState
    reason: str
    queued_by: int | None


Transactions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class _Claimed:
    mail_id: int
    mail: Mail
    draft_id: str | None
    attempts: int
    customer_code: str
    queued_by: int | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: MailState
    reason: str = ""
    pause: timedelta = timedelta()
    # A draft that was refused is of no more use; any other may have left after all, and is asked after.
    draft_is_void: bool = False


def deliver(transactions: Transactions, mailer: Mailer, clock: Callable[[], datetime]) -> Iterator[Delivery]:
    """Send what waits and what got stuck, one mail after another; each is settled before it is yielded.

    Never inside a transaction of its own: claim and commit, draft, keep the id and commit, send, settle.
    """
    while claimed := _claim(transactions, clock()):
        yield _settle(transactions, claimed, _send(transactions, mailer, claimed), clock())


def _claim(transactions: Transactions, now: datetime) -> _Claimed | None:
    with transactions() as session:
        row = outbox.claim(session, now, states=_WAITING) or outbox.claim(
            session, now, states=(MailState.SENDING,), claimed_before=now - STUCK_AFTER
        )
        if row is None:
            return None
        code, queued_by = outbox.customer_of(session, row.id)
        return _Claimed(row.id, outbox.to_mail(row), row.draft_id, row.attempts, code, queued_by)


def _send(transactions: Transactions, mailer: Mailer, claimed: _Claimed) -> _Outcome:
    try:
        draft_id = claimed.draft_id
        if draft_id is None:
            draft_id = mailer.draft(claimed.mail)
            with transactions() as session:
                outbox.keep_draft(session, claimed.mail_id, draft_id)
        elif mailer.was_sent(draft_id):
            # An earlier attempt got through although it looked otherwise.
            return _Outcome(MailState.SENT)
        mailer.send(draft_id)
    except TryLater as fault:
        if claimed.attempts >= MAX_ATTEMPTS:
            return _Outcome(MailState.FAILED, str(fault))
        asked = max(timedelta(seconds=fault.after), MIN_PAUSE)
        pause = min(asked * 2 ** (claimed.attempts - 1), MAX_PAUSE)
        return _Outcome(MailState.RETRY, str(fault), max(pause, asked))
    except Rejected as refusal:
        return _Outcome(MailState.FAILED, str(refusal), draft_is_void=True)
    return _Outcome(MailState.SENT)


def _settle(transactions: Transactions, claimed: _Claimed, outcome: _Outcome, now: datetime) -> Delivery:
    with transactions() as session:
        outbox.settle(
            session,
            claimed.mail_id,
            outcome.state,
            sent_at=now if outcome.state is MailState.SENT else None,
            not_before=now + outcome.pause if outcome.state is MailState.RETRY else None,
            reason=outcome.reason,
            forget_draft=outcome.draft_is_void,
        )
    _log.info("mail %s: %s %s", claimed.mail_id, outcome.state.value, outcome.reason)
    return Delivery(claimed.mail.key, claimed.customer_code, outcome.state, outcome.reason, claimed.queued_by)
