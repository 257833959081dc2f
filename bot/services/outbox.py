"""The outbox emptied: each mail leaves once, whatever stops in between."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from bot.domain.correspondence import Gone, Mail, MailState, Pace, Rejected, SkipReason, TryLater
from bot.i18n import N_
from bot.services.mailing import readdress
from bot.store import outbox, runs
from bot.store import pace as pacing
from bot.store.mail_models import MailRow
from bot.store.outbox import Claim

_log = logging.getLogger(__name__)

# A passing fault is tried again this often; with the growing pauses that is about a day.
MAX_ATTEMPTS = 12
# The pause doubles from what the fault asks for, at least this (a server may ask for 0 s), up to that.
MIN_PAUSE = timedelta(minutes=1)
MAX_PAUSE = timedelta(hours=4)
# Longer than any sending takes: who claimed the mail has died.
STUCK_AFTER = timedelta(minutes=10)

UNFORESEEN = N_("Something unforeseen happened on our side")

_WAITING = (MailState.QUEUED, MailState.RETRY)
_NOT_LEFT = (MailState.CANCELLED, MailState.FAILED)


class Locks(Protocol):
    """What only one thread of one replica does at a time, by name; `bot.store.locks.Locks`."""

    def take(self, name: str) -> bool:
        """Take a lock unless it is held; never waits."""
        ...

    def give(self, name: str) -> None:
        """Give it back."""
        ...


class Mailer(Protocol):
    """What this module asks of a mailer; `bot.mail.Mailer` says what each does."""

    @property
    def pace(self) -> Pace | None:
        """How fast."""
        ...

    @property
    def redirect_to(self) -> str | None:
        """Where to instead."""
        ...

    def draft(self, mail: Mail) -> str:
        """Lay down."""
        ...

    def send(self, draft_id: str) -> None:
        """Send."""
        ...

    def was_sent(self, draft_id: str) -> bool:
        """Tell."""
        ...

    def is_for(self, draft_id: str, mail: Mail) -> bool:
        """Tell."""
        ...

    def discard(self, draft_id: str) -> None:
        """Remove."""
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
# What all who send go by, whatever their machines say: `bot.store.clock.shared`.
Clock = Callable[[Session], datetime]


@dataclass(frozen=True, slots=True)
class _Claimed:
    claim: Claim
    mail: Mail
    draft_id: str | None
    customer_code: str
    queued_by: int | None
    is_stopped: bool
    # Why its customer gets no mail any more.
    kept_back: SkipReason | None
    # The draft holds what the mail was before it was written anew.
    is_rewritten: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: MailState
    reason: str = ""
    pause: timedelta = timedelta()
    # How long no other mail is worth trying either.
    hold: timedelta = timedelta()
    # There is no draft any more; any other may have left after all, and is asked after.
    draft_is_void: bool = False
    # What left is what the mail was before it was written anew.
    as_before: bool = False
    # Nothing is left to tell whether it left: nobody but a person may try it again.
    may_have_left: bool = False


def deliver(transactions: Transactions, locks: Locks, mailer: Mailer, clock: Clock) -> Iterator[Delivery]:
    """Send what waits and what got stuck, one mail after another; each is settled before it is yielded.

    Ends when nothing more may leave now, be it that the mailer's pace is used up or that it asks to be left alone;
    `next_departure` says how soon to come again. Never inside a transaction of its own: claim and commit, draft, keep
    the id and commit, send, settle. Meanwhile the mail's lock is held: on a slow line it is nobody's to take for stuck.
    """
    while True:
        with ExitStack() as held:
            claimed = _claim(transactions, partial(_take, locks, held), mailer.pace, clock)
            if claimed is None:
                return
            outcome = _send(transactions, mailer, claimed, clock)
            delivery = _settle(transactions, claimed, outcome, clock)
        if delivery:
            yield delivery
        if outcome and outcome.hold:
            return


def _take(locks: Locks, held: ExitStack, mail_id: int) -> bool:
    name = f"mail {mail_id}"
    taken = locks.take(name)
    if taken:
        held.callback(locks.give, name)
    return taken


def next_departure(session: Session, pace: Pace | None, clock: Clock) -> timedelta | None:
    """How soon `deliver` may send the next mail that waits; None when none does."""
    now = clock(session)
    due = pacing.next_at(session, now)
    return None if due is None else max(due, _open_at(session, pace, 1, now)) - now


def pause_of_pace(session: Session, pace: Pace | None, clock: Clock) -> timedelta:
    """How long a mail that is due waits for the mailer alone; nothing when it is for longer than a minute."""
    now = clock(session)
    due = pacing.next_at(session, now)
    if due is None or due > now:
        return timedelta()
    pause = _open_at(session, pace, 1, now) - now
    return pause if pause <= pacing.MINUTE else timedelta()


def _open_at(session: Session, pace: Pace | None, recipients: int, now: datetime) -> datetime:
    """From when the mailer takes a mail to so many recipients; not after `now` when it does already."""
    held = pacing.held_until(session, now)
    return max(held, pacing.room_at(session, pace, recipients, now)) if pace else held


def _claim(transactions: Transactions, take: Callable[[int], bool], pace: Pace | None, clock: Clock) -> _Claimed | None:
    with transactions() as session:
        if pace:
            pacing.take_turns(session)
        now = clock(session)
        row = next((row for row in _due(session, now) if take(row.id)), None)
        if row is None:
            return None
        kept_back = readdress(session, row)
        mail = outbox.to_mail(row)
        if _open_at(session, pace, mail.recipients, now) > now:
            return None
        claim = outbox.claim(row, now)
        origin = outbox.origin_of(session, row.id)
        is_rewritten = row.draft_id is not None and outbox.is_rewritten(session, row.id)
        return _Claimed(claim, mail, row.draft_id, *origin, kept_back, is_rewritten)


def _due(session: Session, now: datetime) -> Iterator[MailRow]:
    """What waits, then what is stuck, one after the other."""
    for states, claimed_before in ((_WAITING, None), ((MailState.SENDING,), now - STUCK_AFTER)):
        last = None
        while row := outbox.due(session, now, states=states, claimed_before=claimed_before, after=last):
            yield row
            last = row.id


def _send(transactions: Transactions, mailer: Mailer, claimed: _Claimed, clock: Clock) -> _Outcome | None:
    """What became of a mail; None when another has taken it."""
    try:
        if claimed.draft_id is not None and mailer.was_sent(claimed.draft_id):
            # An earlier attempt got through although it looked otherwise.
            return _Outcome(MailState.SENT, as_before=claimed.is_rewritten)
        if claimed.is_stopped or claimed.kept_back:
            # Who was sending it has died, and nothing more is to leave; or nothing is to its customer.
            if claimed.draft_id is not None:
                # Left there, a person could send it.
                mailer.discard(claimed.draft_id)
            return _Outcome(MailState.CANCELLED, draft_is_void=True)
        draft_id = _drafted(transactions, mailer, claimed, clock)
        return None if draft_id is None else _depart(mailer, draft_id)
    except TryLater as fault:
        return _later(claimed, fault)
    except Rejected as refusal:
        # A refusal to answer, as of a secret that expired, says nothing of the draft: it may have left.
        is_gone = isinstance(refusal, Gone)
        return _Outcome(MailState.FAILED, str(refusal), draft_is_void=is_gone, may_have_left=is_gone)
    except Exception as unforeseen:  # noqa: BLE001 - else it would come again for ever, and nobody would hear of it
        _log.exception("mail %s", claimed.claim.mail_id)
        return _later(claimed, TryLater(f"{UNFORESEEN} ({type(unforeseen).__name__})"))


def _drafted(transactions: Transactions, mailer: Mailer, claimed: _Claimed, clock: Clock) -> str | None:
    """The id of a draft of the mail as it is now, and noted; None when another has taken the mail."""
    draft_id = claimed.draft_id
    if draft_id is not None and (claimed.is_rewritten or not mailer.is_for(draft_id, claimed.mail)):
        # Written anew since, or all mail goes to another address now (MAIL_REDIRECT_TO).
        mailer.discard(draft_id)
        with transactions() as session:
            if not outbox.forget_draft(session, claimed.claim, now=clock(session)):
                return None
        draft_id = None
    is_new = draft_id is None
    if draft_id is None:
        draft_id = mailer.draft(claimed.mail)
    with transactions() as session:
        # A large mail on a slow line may have taken so long that it was taken for stuck: then it is not sent here.
        kept = outbox.keep_draft(session, claimed.claim, draft_id, mailer.redirect_to, now=clock(session))
    if kept:
        return draft_id
    if is_new:
        # Left there, a person could send it.
        mailer.discard(draft_id)
    return None


def _depart(mailer: Mailer, draft_id: str) -> _Outcome:
    """Send a draft; one that is refused is of no more use, and left there a person could send it."""
    try:
        mailer.send(draft_id)
    except Rejected as refusal:
        failed = _Outcome(MailState.FAILED, str(refusal), draft_is_void=True)
        try:
            mailer.discard(draft_id)
        except (Rejected, TryLater) as fault:
            _log.warning("a draft that was refused stays there: %s", _for_log(str(fault)))
            return replace(failed, draft_is_void=False)
        return failed
    return _Outcome(MailState.SENT)


def _later(claimed: _Claimed, fault: TryLater) -> _Outcome:
    asked = timedelta(seconds=fault.after)
    hold = asked if fault.everyone else timedelta()
    if claimed.claim.attempt >= MAX_ATTEMPTS:
        return _Outcome(MailState.FAILED, str(fault), hold=hold)
    least = max(asked, MIN_PAUSE)
    pause = min(least * 2 ** (claimed.claim.attempt - 1), MAX_PAUSE)
    return _Outcome(MailState.RETRY, str(fault), max(pause, least), hold)


def _settle(transactions: Transactions, claimed: _Claimed, outcome: _Outcome | None, clock: Clock) -> Delivery | None:
    if outcome is None:
        _log.warning("mail %s was taken by another meanwhile", claimed.claim.mail_id)
        return None
    with transactions() as session:
        now = clock(session)
        stopped = outcome.state is MailState.RETRY and runs.is_stopped(session, claimed.claim.mail_id)
        if stopped and not outbox.lies_outside(session, claimed.claim.mail_id):
            # It was leaving when its sending was stopped, and has not left; of a draft that is asked.
            outcome = replace(outcome, state=MailState.CANCELLED)
        settled = outbox.settle(
            session,
            claimed.claim,
            outcome.state,
            now=now,
            sent_at=now if outcome.state is MailState.SENT else None,
            not_before=now + outcome.pause if outcome.state is MailState.RETRY else None,
            reason=outcome.reason,
            draft_is_void=outcome.draft_is_void,
        )
        if settled and (stopped or outcome.state in _NOT_LEFT) and not outcome.may_have_left:
            runs.give_over(session, claimed.claim.mail_id)
        if settled and outcome.state is MailState.CANCELLED and claimed.kept_back:
            runs.leave_out_of_mail(session, claimed.claim.mail_id, claimed.kept_back)
        if settled and outcome.as_before:
            outbox.reinstate(session, claimed.claim.mail_id)
        if outcome.hold:
            pacing.hold(session, now + outcome.hold, now)
    _log.info("mail %s: %s %s", claimed.claim.mail_id, outcome.state.value, _for_log(outcome.reason))
    if not settled:
        return None
    return Delivery(claimed.mail.key, claimed.customer_code, outcome.state, outcome.reason, claimed.queued_by)


def _for_log(reason: str) -> str:
    """A reason without what stands in parentheses: that is a server's, which may quote a customer's address."""
    return reason.partition(" (")[0]
