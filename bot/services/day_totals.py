"""What people were paid on a day: one's own, anybody's and everybody's for who sees all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from bot.domain.errors import NotAllowed
from bot.domain.handovers import HANDED_OVER, DayTotal, Handover, HandoverState, TeamTotal
from bot.domain.occasion import Occasion
from bot.domain.people import Role
from bot.domain.promises import last_judged_day
from bot.domain.receipts import LISTED_DAYS, MATCH_DAYS, Receipt, confirmed
from bot.store import audit, handovers, people, receipts


def of_person(session: Session, occasion: Occasion, on: date, person_id: int | None = None) -> DayTotal:
    """A person's day, one's own when none is named; raises NotAllowed for another's, and PersonNotFound.

    One's own of today comes with the earlier payments that the ledger should have by now, and the days of those that
    it has not and that nobody was handed.
    """
    person = occasion.person
    person_id = person.id if person_id is None else person_id
    if person_id != person.id and not person.sees_all:
        raise NotAllowed(Role.SUPERVISOR)
    _seen(session, occasion, f"{on.isoformat()} person {person_id}")
    whose = people.get(session, person_id)
    before = _before(session, occasion, on) if person_id == person.id else []
    shown, waiting = _looked_up(session, occasion, on, person_id, before)
    return DayTotal(
        on,
        person_id,
        whose.name,
        tuple(shown),
        _handed_over(session, occasion, shown),
        unconfirmed=_overdue(occasion, waiting),
        left_before=_left(session, occasion, waiting),
    )


def of_team(session: Session, occasion: Occasion, on: date) -> TeamTotal:
    """The day of everybody who reported something; raises NotAllowed for who does not see all."""
    person = occasion.person
    if not person.sees_all:
        raise NotAllowed(Role.SUPERVISOR)
    _seen(session, occasion, f"{on.isoformat()} everybody")
    shown, waiting = _looked_up(session, occasion, on, None, _before(session, occasion, on))
    given = _handed_over(session, occasion, shown)
    days = [
        DayTotal(
            on,
            taken_by_id,
            (theirs := tuple(each))[-1].taken_by,
            theirs,
            tuple(handover for handover in given if handover.from_id == taken_by_id),
        )
        for taken_by_id, each in groupby(shown, key=lambda receipt: receipt.taken_by_id)
    ]
    days.sort(key=lambda day: (day.taken_by_id != person.id, day.taken_by, day.taken_by_id))
    return TeamTotal(on, tuple(days), _overdue(occasion, waiting), tuple(handovers.waiting_for(session, person)))


def _seen(session: Session, occasion: Occasion, subject: str) -> None:
    audit.note(session, occasion, "receipts", subject)


def _before(session: Session, occasion: Occasion, on: date) -> list[Receipt]:
    """What was reported in the 90 days before today; nothing when another day is looked at."""
    today = occasion.today
    if on != today:
        return []
    return receipts.between(session, occasion.person, today - timedelta(days=LISTED_DAYS), today - timedelta(days=1))


def _looked_up(
    session: Session, occasion: Occasion, on: date, taken_by_id: int | None, before: list[Receipt]
) -> tuple[list[Receipt], list[Receipt]]:
    """What was reported on a day, each with whether the ledger has it, and what of `before` it has not."""
    shown = receipts.of_day(session, occasion.person, on, taken_by_id)
    ids = {receipt.document.id for receipt in (*shown, *before)}
    in_ledger = confirmed(receipts.of_documents(session, occasion.person, ids), occasion.today)
    return (
        [replace(receipt, confirmed=receipt.id in in_ledger) for receipt in shown],
        [receipt for receipt in before if receipt.id not in in_ledger],
    )


def _overdue(occasion: Occasion, waiting: list[Receipt]) -> tuple[Receipt, ...]:
    """What the ledger should have got by today."""
    last = last_judged_day(occasion.today, MATCH_DAYS)
    return tuple(receipt for receipt in waiting if receipt.on <= last)


def _left(session: Session, occasion: Occasion, waiting: list[Receipt]) -> tuple[date, ...]:
    """The days of one's own cash and cheques that neither the ledger nor a supervisor has.

    What waits for somebody who can accept it no more, being shut out or a collector by now, is to be taken back.
    """
    own = [each for each in waiting if each.taken_by_id == occasion.person.id and each.form in HANDED_OVER]
    held = {
        receipt.id
        for handover in _handed_over(session, occasion, own)
        if handover.holds and (handover.state is HandoverState.ACCEPTED or _can_accept(session, handover))
        for receipt in handover.receipts
    }
    return tuple(sorted({receipt.on for receipt in own if receipt.id not in held}))


def _can_accept(session: Session, handover: Handover) -> bool:
    receiver = people.get(session, handover.to_id)
    return receiver.active and receiver.sees_all


def _handed_over(session: Session, occasion: Occasion, shown: Sequence[Receipt]) -> tuple[Handover, ...]:
    """The handovers that any of these payments is in, in order."""
    return tuple(handovers.of_receipts(session, occasion.person, [receipt.id for receipt in shown]))
