"""Cash and cheques of a day handed over to a supervisor, who accepts them or not; both are told, once."""

from datetime import date, datetime

from sqlalchemy import true
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.domain.errors import NotAllowed
from bot.domain.handovers import Handed, Handover, HandoverNotice, HandoverState, NobodyToHandTo
from bot.domain.occasion import Occasion
from bot.domain.people import Person, Role
from bot.domain.reminders import Hours
from bot.services import day_totals
from bot.services.telling import Telling
from bot.store import audit, handovers, notices, people, receipts
from bot.store.receipt_models import HandoverNoticeRow

# What the trail calls each answer.
_TRAIL = {
    HandoverState.ACCEPTED: "handover_accept",
    HandoverState.REFUSED: "handover_refuse",
    HandoverState.TAKEN_BACK: "handover_back",
}


def hand_over(session: Session, occasion: Occasion, on: date, to_id: int | None = None) -> Handed:
    """Hand over what is left of one's own cash and cheques of a day; to whom is asked where several could take it.

    Nothing left changes nothing, and the same update finds what it handed over. Raises NobodyToHandTo.
    """
    person = occasion.person
    receipts.lock_collector(session, person)
    made = handovers.by_source(session, person, occasion.source) if occasion.source else None
    day = day_totals.of_person(session, occasion, on)
    if made or not day.to_hand_over:
        return Handed(day, made)
    able = _receivers(session, person)
    if to_id is None and len(able) > 1:
        return Handed(day, choice=able)
    to = next((each for each in able if to_id in {None, each.id}), None)
    if to is None:
        raise NobodyToHandTo
    number = handovers.add(session, occasion, to, day.to_hand_over, on)
    _note(session, occasion, "handover", number)
    return Handed(day_totals.of_person(session, occasion, on), handovers.by_id(session, person, number))


def answer(session: Session, occasion: Occasion, handover_id: int, *, accepted: bool) -> Handover:
    """Accept what one is handed, or say that it does not match; decided already, it stays as it is.

    Raises NotAllowed for everybody but who receives it.
    """
    found = handovers.by_id(session, occasion.person, handover_id)
    if found is None or found.to_id != occasion.person.id or not occasion.person.sees_all:
        raise NotAllowed
    state = HandoverState.ACCEPTED if accepted else HandoverState.REFUSED
    return _settle(session, occasion, found, state)


def take_back(session: Session, occasion: Occasion, handover_id: int) -> Handover:
    """Take back what nobody has answered yet; decided already, it stays as it is.

    Raises NotAllowed for everybody but who handed it over.
    """
    found = handovers.by_id(session, occasion.person, handover_id)
    if found is None or found.from_id != occasion.person.id:
        raise NotAllowed
    return _settle(session, occasion, found, HandoverState.TAKEN_BACK)


def open_(session: Session, occasion: Occasion, handover_id: int) -> Handover:
    """A handover as it stands, for its two people; raises NotAllowed."""
    found = handovers.by_id(session, occasion.person, handover_id)
    if found is None or occasion.person.id not in {found.from_id, found.to_id}:
        raise NotAllowed
    _note(session, occasion, "handover_seen", handover_id)
    return found


def _settle(session: Session, occasion: Occasion, found: Handover, state: HandoverState) -> Handover:
    # The first answer wins: its key lets no second one in.
    if handovers.answer(session, occasion, found.id, state):
        _note(session, occasion, _TRAIL[state], found.id)
        if state is not HandoverState.TAKEN_BACK:
            handovers.queue(session, found.id, found.from_id)
    else:
        _note(session, occasion, "handover_seen", found.id)
    return handovers.by_id(session, occasion.person, found.id) or found


def _receivers(session: Session, person: Person) -> tuple[Person, ...]:
    """Supervisors; in an office without any, administrators."""
    chiefs = [chief for chief in people.chiefs(session) if chief.id != person.id]
    return tuple(chief for chief in chiefs if chief.role is Role.SUPERVISOR) or tuple(chiefs)


def _note(session: Session, occasion: Occasion, action: str, handover_id: int) -> None:
    audit.note(session, occasion, action, f"handover {handover_id}")


def claim(session: Session, now: datetime, hours: Hours) -> HandoverNotice | None:  # noqa: ARG001 - as the others'
    """Take the next notice; at any hour, since somebody stands there with the money.

    What is no longer to be answered is not told.
    """
    while row := notices.claim(session, HandoverNoticeRow, now, true()):
        person = people.get(session, row.person_id)
        found = handovers.by_id(session, person, row.handover_id)
        is_receiver = found is not None and found.to_id == person.id
        if found and person.active and (found.state is HandoverState.WAITING or not is_receiver):
            return HandoverNotice(row.id, person, found, row.not_before)
        notices.settle(session, HandoverNoticeRow, row.id, row.not_before, MailState.CANCELLED)
    return None


_telling = Telling(HandoverNoticeRow)
leave, told, postpone = _telling.leave, _telling.told, _telling.postpone


def unreachable(session: Session, notice: HandoverNotice, now: datetime) -> None:
    """Note that the person takes no messages; of who receives it who handed over is told, and may take it back."""
    notices.unreachable(session, notice.person.id, now)
    _telling.settle(session, notice, MailState.CANCELLED)
    if notice.person.id == notice.handover.to_id:
        handovers.queue(session, notice.handover.id, notice.handover.from_id)
