"""A confirmed sending at work: one customer after another written and queued, each in small transactions.

Whatever stops in between, the next to call goes on where it was: a customer is in a sending once, and a statement's
key lets it leave once a day.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState, SkipReason
from bot.domain.errors import DatabaseAway
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE, Person
from bot.domain.receivables import Customer
from bot.domain.runs import STOPPING, Progress, Run, RunState, reference
from bot.domain.statement import Statement
from bot.services.enclosing import House
from bot.services.mailing import post, standing, write
from bot.services.outbox import Transactions
from bot.services.statements import statement_of
from bot.store import audit, customers, last_statements, people, runs

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A customer whose mail is to be written."""

    run: Run
    person: Person
    customer: Customer
    statement: Statement
    beside: tuple[int, ...]


def write_next(transactions: Transactions, run_id: int, house: House, now: datetime) -> bool:
    """Write the next mail of a sending, or note why there is none; False when nothing waits to be written.

    A customer whose mail cannot be written, for whatever reason, keeps back nobody else's.
    """
    customer_id: int | None = None
    try:
        with transactions() as session:
            run = runs.get(session, run_id)
            if run is None or run.state is not RunState.RUNNING:
                return False
            person = COMMAND_LINE if run.person_id is None else people.get(session, run.person_id)
            if not person.active:
                # Begun at the very moment they were shut out: what was under way by then was stopped with it.
                runs.stop(session, run_id)
                return False
            customer_id = runs.next_waiting(session, run_id)
            if customer_id is None:
                return False
            planned = _plan(session, run, person, customer_id, house)
        if planned:
            _write(transactions, planned, house, now)
    except DatabaseAway:
        raise
    except Exception:
        if customer_id is None:
            raise
        _log.exception("no mail could be written, reference %s", reference(run_id, customer_id))
        with transactions() as session:
            runs.settle(session, run_id, customer_id, skipped=SkipReason.UNWRITTEN)
    return True


def _plan(session: Session, run: Run, person: Person, customer_id: int, house: House) -> _Planned | None:
    """What is to be written to a customer; None when it gets no mail, which is noted."""
    # Nobody stops meanwhile what the customer is left out for.
    last_statements.take_turn(session, customer_id)
    # Who no longer has the customer sends nothing to it.
    customer = customers.by_id(session, person, customer_id)
    reason = _skip_reason(session, run, customer, house) if customer else SkipReason.NOT_YOURS
    if customer is None or reason:
        runs.settle(session, run.id, customer_id, skipped=reason)
        return None
    beside = tuple(file.size for file in runs.files(session, run.id))
    return _Planned(run, person, customer, statement_of(session, customer, run.on), beside)


def _skip_reason(session: Session, run: Run, customer: Customer, house: House) -> SkipReason | None:
    return standing(session, [customer], run.on, house.spacing, run.asked_at).skip_reason(customer)


def _write(transactions: Transactions, planned: _Planned, house: House, now: datetime) -> None:
    """Draw a mail's files, which takes the longest and keeps nobody waiting, and queue it."""
    run_id, customer = planned.run.id, planned.customer
    mail = write(planned.statement, house, comment=planned.run.comment, beside=planned.beside)
    with transactions() as session:
        # Locked first: who stops the sending, or writes the same mail, is either before or after this.
        run = runs.get(session, run_id, lock=True)
        if run is None or run.state is not RunState.RUNNING or not runs.waits(session, run_id, customer.id):
            return
        last_statements.take_turn(session, customer.id)
        # Another may have written to them since, or begun to send what is to be replaced.
        skipped = _skip_reason(session, run, customer, house)
        mail_id = None
        if skipped is None:
            occasion = Occasion(planned.person, run.on, now, f"run:{run_id}")
            if last_statements.supersede(session, customer.id, run.on):
                audit.record(session, planned.person, "mail_superseded", customer.code, now=now, source=occasion.source)
            mail_id = post(session, occasion, mail, customer, run_id)
            skipped = SkipReason.ALREADY_SENT if mail_id is None else None
        runs.settle(session, run_id, customer.id, mail_id=mail_id, skipped=skipped)


def under_way(session: Session) -> list[int]:
    """The ids of the sendings that go on, or were stopped and still have a last word to show."""
    return runs.under_way(session)


def is_running(session: Session, run_id: int) -> bool:
    """Whether a sending goes on, if only to ask whether what lay outside as it was stopped has left."""
    run = runs.get(session, run_id)
    if run is None or run.state is RunState.DONE:
        return False
    return run.state is RunState.RUNNING or bool(_progress(session, run).withheld)


def watch(session: Session, run_id: int) -> tuple[Person | None, Progress]:
    """How far a sending has come, and the person who is to be shown it.

    None when they have seen as much; nobody looks at what the command line sends.
    """
    run = runs.get(session, run_id)
    if run is None:
        raise LookupError(f"run {run_id}")
    progress = _progress(session, run)
    looks = run.person_id is not None and run.message_id is not None and progress.stamp != run.shown
    return (people.get(session, run.person_id) if looks and run.person_id else None), progress


def moves(session: Session, run_id: int) -> bool:
    """Whether a mail of a sending is leaving at this moment, in whoever's hands."""
    return any(recipient.mail is MailState.SENDING for recipient in runs.recipients(session, run_id))


def seen(session: Session, progress: Progress, *, today: date | None = None) -> None:
    """Note that a progress was shown; what had ended by then, and still has, is done.

    Where `today` is another day than that of the sending, its end is told in a message of its own.
    """
    values: dict[str, object] = {"shown": progress.stamp}
    run = runs.get(session, progress.run.id, lock=True)
    if run and run.state is RunState.RUNNING and progress.ended:
        # While it was shown, or at this moment, another sending may let its customers wait for a mail again.
        last_statements.hold(session, [r.customer_id for r in progress.skipped])
        if _progress(session, run).stamp == progress.stamp:
            values["state"] = RunState.DONE
    was_stopping = run is not None and run.shown.startswith(STOPPING)
    has_ended = "state" in values or (was_stopping and not progress.stamp.startswith(STOPPING))
    if run and has_ended and run.person_id is not None and today not in (None, run.on):
        # What was shown in the old message rang for nobody.
        runs.queue_notice(session, run)
    runs.change(session, progress.run.id, **values)


def _progress(session: Session, run: Run) -> Progress:
    return Progress(run, tuple(runs.recipients(session, run.id)))


def forget_drafts(session: Session, on: date) -> None:
    """Forget what was drafted before a day and never confirmed."""
    runs.forget_drafts(session, on)
