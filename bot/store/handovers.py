"""Payments handed over to a supervisor, what came of it, and who is to be told."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.domain.handovers import Handover, HandoverState
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.receipts import Receipt
from bot.store import receipts
from bot.store.receipt_models import HandoverAnswerRow, HandoverNoticeRow, HandoverReceiptRow, HandoverRow
from bot.store.upsert import insert


def add(session: Session, occasion: Occasion, to: Person, handed: Iterable[Receipt], on: date) -> int:
    """Enter that one's payments of a day are handed over, and that the receiver is to be told; the giver is locked."""
    giver = occasion.person
    row = HandoverRow(
        on=on,
        from_id=giver.id,
        from_name=giver.name,
        to_id=to.id,
        to_name=to.name,
        given_on=occasion.today,
        at=occasion.now,
        source=occasion.source,
    )
    session.add(row)
    session.flush()
    session.add_all(HandoverReceiptRow(handover_id=row.id, receipt_id=receipt.id) for receipt in handed)
    session.flush()
    queue(session, row.id, to.id)
    return row.id


def answer(session: Session, occasion: Occasion, handover_id: int, state: HandoverState) -> bool:
    """Enter what became of a handover; False when that is decided already."""
    by = occasion.person
    entered = insert(session, HandoverAnswerRow).values(
        handover_id=handover_id,
        state=state.value,
        by_id=by.id,
        by=by.name,
        on=occasion.today,
        at=occasion.now,
        source=occasion.source,
    )
    return (
        session.execute(entered.on_conflict_do_nothing().returning(HandoverAnswerRow.handover_id)).first() is not None
    )


def by_id(session: Session, person: Person, handover_id: int) -> Handover | None:
    """A handover with those of its payments that the person sees."""
    return next(iter(_all(session, person, HandoverRow.id == handover_id)), None)


def by_source(session: Session, person: Person, source: str) -> Handover | None:
    """The handover that an update of the person made, if it did."""
    own = (HandoverRow.source == source) & (HandoverRow.from_id == person.id)
    return next(iter(_all(session, person, own)), None)


def of_receipts(session: Session, person: Person, receipt_ids: Iterable[int]) -> list[Handover]:
    """The handovers that any of these payments is in, in order."""
    among = select(HandoverReceiptRow.handover_id).where(HandoverReceiptRow.receipt_id.in_(list(receipt_ids)))
    return _all(session, person, HandoverRow.id.in_(among))


def waiting_for(session: Session, person: Person) -> list[Handover]:
    """The handovers that a person is to answer, in order."""
    return _all(session, person, (HandoverRow.to_id == person.id) & HandoverAnswerRow.handover_id.is_(None))


def queue(session: Session, handover_id: int, person_id: int) -> None:
    """Queue that a person is told of a handover as it is by then."""
    statement = insert(session, HandoverNoticeRow).values(
        handover_id=handover_id, person_id=person_id, state=MailState.QUEUED
    )
    anew = {"state": MailState.QUEUED, "not_before": None}
    session.execute(statement.on_conflict_do_update(index_elements=["handover_id", "person_id"], set_=anew))


def _all(session: Session, person: Person, where: ColumnElement[bool]) -> list[Handover]:
    query = select(HandoverRow, HandoverAnswerRow).outerjoin(
        HandoverAnswerRow, HandoverAnswerRow.handover_id == HandoverRow.id
    )
    rows = session.execute(query.where(where).order_by(HandoverRow.id)).all()
    ids = [row.id for row, _ in rows]
    pairs = session.execute(
        select(HandoverReceiptRow.handover_id, HandoverReceiptRow.receipt_id).where(
            HandoverReceiptRow.handover_id.in_(ids)
        )
    ).all()
    seen = receipts.by_ids(session, person, {receipt_id for _, receipt_id in pairs})
    inside = {(handover_id, receipt_id) for handover_id, receipt_id in pairs}
    return [
        Handover(
            id=row.id,
            on=row.on,
            receipts=tuple(receipt for receipt in seen if (row.id, receipt.id) in inside),
            from_id=row.from_id,
            from_name=row.from_name,
            to_id=row.to_id,
            to_name=row.to_name,
            given_on=row.given_on,
            at=row.at,
            state=HandoverState(answered.state) if answered else HandoverState.WAITING,
            answered_on=answered.on if answered else None,
            answered_at=answered.at if answered else None,
        )
        for row, answered in rows
    ]
