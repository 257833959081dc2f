"""Replies and bounces: read from the mailbox, matched to what was sent, told to whoever collects from the customer."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from bot.domain.answers import Answer, AnswerKind, Arrival, Bounce, Failure
from bot.domain.correspondence import Gone, MailState, Rejected, TryLater, Unreadable
from bot.domain.errors import DatabaseAway
from bot.domain.reminders import Hours
from bot.services.telling import Telling
from bot.store import addresses, answers, audit, customers, notices, people, sources
from bot.store.mail_models import AnswerRow

_log = logging.getLogger(__name__)

# All readers together look no more often.
EVERY = timedelta(minutes=5)
# How far before the last one seen the mailbox is read again: what a server is slow to list is not missed.
OVERLAP = timedelta(minutes=10)
# How far back the first reading goes.
FIRST = timedelta(days=1)
# For so long one mail may not be had from the server, until it is told without what it says: longer than a weekend,
# after which it may be asked for the first time.
PATIENCE = timedelta(days=3)
TEXT_LIMIT = 1000
# A header may name any number of mails, a statement not: of those a mail answers, the nearest come first.
_REFERENCES = 100

_SOURCE = "mailbox"

T = TypeVar("T")
Transactions = Callable[[], AbstractContextManager[Session]]


class Inbox(Protocol):
    """A mailbox to read; each method raises TryLater or Rejected."""

    def since(self, instant: datetime) -> Iterator[Arrival]:
        """What was received from an instant on, oldest first."""
        ...

    def text(self, arrival: Arrival) -> str:
        """What is new in a mail."""
        ...

    def bounce(self, arrival: Arrival) -> Bounce | None:
        """What a mail reports of a delivery."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


def read(transactions: Transactions, inbox: Inbox, now: datetime) -> int:
    """Take what came into the mailbox since the last time, if that is long enough ago; how many answer mails of ours.

    Raises TryLater or Rejected. Never inside a transaction of its own. A mail read twice is taken once; one that cannot
    be taken, since anybody may write anything, is logged and passed over; one that the server cannot give now is asked
    after again the next time, and keeps none that came after it waiting.
    """
    with transactions() as session:
        turn = sources.take_turn(session, _SOURCE, now=now, every=EVERY)
        if turn is None:
            return 0
        newest = datetime.fromisoformat(turn.cursor) if turn.cursor else now - FIRST
        # Where the first reading begins is kept, however often it fails.
        sources.note_cursor(session, _SOURCE, newest.isoformat())
    taken, waits = 0, False
    for arrival in inbox.since(newest - OVERLAP):
        try:
            taken += _take(transactions, inbox, arrival, now)
        except DatabaseAway:
            raise
        except (TryLater, Rejected) as fault:
            if isinstance(fault, TryLater) and fault.everyone:
                raise
            _log.warning("a mail in the mailbox is read later: %s", fault)
            waits = True
        except Exception:  # noqa: BLE001 - one mail must not keep all that come after it from being read
            _log.exception("a mail in the mailbox could not be taken")
        # On from the first that waits: those after it are known by then.
        newest = newest if waits else max(newest, arrival.received_at)
    with transactions() as session:
        sources.note_cursor(session, _SOURCE, newest.isoformat())
    return taken


def _take(transactions: Transactions, inbox: Inbox, arrival: Arrival, now: datetime) -> bool:
    """Take one mail; False when it answers none of ours, or says nothing that a person need know."""
    if arrival.kind is AnswerKind.AUTOMATIC:
        return False
    with transactions() as session:
        if answers.is_known(session, arrival.message_id):
            return False
    bounce = _ask(inbox.bounce, arrival, now) if arrival.kind is AnswerKind.BOUNCE else None
    if bounce and not bounce.failures:
        # It is late, no more.
        return False
    references, key = (bounce.references, bounce.key) if bounce else ((), "")
    references = (*references[:_REFERENCES], *arrival.references[:_REFERENCES])
    with transactions() as session:
        meant = answers.answered(session, references, key, arrival.conversation_id)
    if meant is None:
        return False
    text = "" if bounce else (_ask(inbox.text, arrival, now) or "")
    with transactions() as session:
        failures = _note_failures(session, bounce, meant.recipients, now) if bounce else ()
        if not bounce:
            # Who writes from there reads there.
            addresses.works_again(session, arrival.sender)
        answer = {
            "message_id": arrival.message_id[:250],
            "customer_id": meant.customer_id,
            "received_at": arrival.received_at,
            "sender": arrival.sender[:254],
            "subject": arrival.subject[:255],
            "text": text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1].rstrip()}…",
            "failures": [[failure.address, failure.reason, failure.is_bad] for failure in failures],
        }
        to_tell = answers.to_tell(session, meant.customer_id)
        answers.queue(session, answer, to_tell)
    if not to_tell:
        _log.warning("there is nobody to tell of an answer: no collector of customer %s, no chief", meant.customer_id)
    return True


def _ask(question: Callable[[Arrival], T], arrival: Arrival, now: datetime) -> T | None:
    """The answer of the mailbox on one mail; None when there is none: that it came is still worth telling."""
    try:
        return question(arrival)
    except Exception as failure:
        # Gone, or written so that neither the server nor a parser reads it. Else it may be read yet, also where it is
        # refused: a secret expires between two questions.
        is_passing = isinstance(failure, TryLater | Rejected) and not isinstance(failure, Gone | Unreadable)
        if is_passing and now - arrival.received_at < PATIENCE:
            raise
        _log.warning("a mail in the mailbox could not be read: %s %s", type(failure).__name__, failure)
        return None


def _note_failures(session: Session, bounce: Bounce, recipients: frozenset[str], now: datetime) -> tuple[Failure, ...]:
    """Mark what is bad, if we wrote to it: anybody can write a report, and it may be of where our mail went on to."""
    noted = []
    for failure in bounce.failures:
        is_bad = failure.is_bad and failure.address in recipients
        if is_bad:
            addresses.mark_bad(session, failure.address, failure.reason, now)
        noted.append(Failure(failure.address, failure.reason, is_bad))
    return tuple(noted)


def claim(session: Session, now: datetime, hours: Hours) -> Answer | None:
    """Take the next answer to tell, unless it is a quiet hour where the person is; None when none waits.

    The customer may have another collector by now: then it is theirs. Whoever is told is shown a customer's matter: it
    leaves a trace.
    """
    awake = notices.in_zones(hours.awake(now, people.time_zones(session)))
    while row := notices.claim(session, AnswerRow, now, awake):
        person, to_tell = people.get(session, row.person_id), answers.to_tell(session, row.customer_id)
        customer = customers.by_id(session, person, row.customer_id) if person.id in to_tell else None
        if customer:
            audit.record(session, person, "answer", customer.code, now=now, source="mailbox")
            failures = tuple(Failure(*failure) for failure in row.failures)
            return Answer(row.id, person, customer, row.sender, row.subject, row.text, failures, row.not_before)
        notices.settle(session, AnswerRow, row.id, row.not_before, MailState.CANCELLED)
        answers.queue_anew(session, row, set(to_tell) - {row.person_id})
    return None


_telling = Telling(AnswerRow)
leave, told, postpone = _telling.leave, _telling.told, _telling.postpone


def unreachable(session: Session, answer: Answer, now: datetime) -> None:
    """Note that no message reaches a person: whoever else is to know is told instead."""
    notices.unreachable(session, answer.person.id, now)
    _telling.settle(session, answer, MailState.QUEUED)
