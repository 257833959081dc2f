"""The question that waits for an answer: which documents are to be scheduled, and what is known so far."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.domain.commands import PromiseCommand
from bot.domain.errors import DocumentNotCollectable, NothingPending, NothingTicked
from bot.domain.occasion import Occasion
from bot.domain.plans import Plan, Rhythm
from bot.domain.scheduling import Scheduling
from bot.services.agenda import items_by_id, ticked_items
from bot.services.scheduling import document_by_id
from bot.store import conversations

_KIND = "schedule"


def start(session: Session, occasion: Occasion, wanted: Sequence[int], command: PromiseCommand) -> Scheduling:
    """Begin scheduling these documents with what a command says; what is missing is asked for."""
    items = items_by_id(session, occasion, tuple(wanted))
    open_ids = {item.document.id for item in items}
    for document_id in wanted:
        document, _ = document_by_id(session, occasion.person, document_id)
        if document_id not in open_ids:
            raise DocumentNotCollectable(document.label, "cancelled" if document.cancelled else "paid")
    return _keep(
        session, occasion, Scheduling(items, command.on, command.amount, command.comment or None, plan=command.plan)
    )


def start_ticked(session: Session, occasion: Occasion) -> Scheduling:
    """Begin scheduling the ticked documents; raises NothingTicked."""
    items = ticked_items(session, occasion)
    if not items:
        raise NothingTicked
    return _keep(session, occasion, Scheduling(items))


def pending(session: Session, occasion: Occasion) -> Scheduling:
    """What is being scheduled; raises NothingPending when no question waits."""
    question = conversations.question(session, occasion.person)
    items = items_by_id(session, occasion, tuple(question[1]["documents"])) if question else ()
    if not question or not items:
        raise NothingPending
    known = question[1]
    return Scheduling(
        items=items,
        on=date.fromisoformat(known["on"]) if known["on"] else None,
        amount=known["amount"],
        comment=known["comment"],
        far_confirmed=known["far_confirmed"],
        # A question asked before there were plans knows none.
        plan=Plan(plan[0], Rhythm(plan[1])) if (plan := known.get("plan")) else None,
    )


def set_date(session: Session, occasion: Occasion, on: date) -> Scheduling:
    """Answer the question for the date."""
    return _keep(session, occasion, replace(pending(session, occasion), on=on, far_confirmed=False))


def set_comment(session: Session, occasion: Occasion, comment: str) -> Scheduling:
    """Answer the question for the comment; empty for none."""
    return _keep(session, occasion, replace(pending(session, occasion), comment=comment))


def confirm_far(session: Session, occasion: Occasion) -> Scheduling:
    """Note that the far date is meant."""
    return _keep(session, occasion, replace(pending(session, occasion), far_confirmed=True))


def cancel(session: Session, occasion: Occasion) -> None:
    """Drop the question that waits, if one does; the ticked boxes stay."""
    conversations.drop_question(session, occasion.person)


def _keep(session: Session, occasion: Occasion, scheduling: Scheduling) -> Scheduling:
    known = {
        "documents": list(scheduling.ids),
        "on": scheduling.on.isoformat() if scheduling.on else None,
        "amount": scheduling.amount,
        "comment": scheduling.comment,
        "far_confirmed": scheduling.far_confirmed,
        "plan": [scheduling.plan.count, scheduling.plan.rhythm] if scheduling.plan else None,
    }
    conversations.ask(session, occasion.person, _KIND, known)
    return scheduling
