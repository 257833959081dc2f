"""What the bot says unasked: queued, claimed, settled; once per person, kind and day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.domain.people import Role
from bot.domain.promises import NOT_KEPT
from bot.domain.reminders import CASH_WORDS, ReminderKind
from bot.store.documents import open_on
from bot.store.mail_models import AnswerRow
from bot.store.models import (
    CustomerRow,
    DocumentRow,
    NoticeRow,
    PersonRow,
    PromiseEventRow,
    PromiseInForceRow,
    PromiseRow,
)
from bot.store.receipt_models import HandoverNoticeRow
from bot.store.run_models import RunNoticeRow
from bot.store.upsert import insert

Row = TypeVar("Row", NoticeRow, AnswerRow, HandoverNoticeRow, RunNoticeRow)

# For how long what is claimed is left to who claimed it, who may have died: longer than the turns in a chat and the
# pictures of others before it take.
HELD = timedelta(minutes=5)


def queue(session: Session, person_id: int, kind: ReminderKind, on: date) -> bool:
    """Queue a reminder; False when that person has had one of its kind for that day."""
    statement = insert(session, NoticeRow).values(person_id=person_id, kind=kind, on=on, state=MailState.QUEUED)
    added = session.execute(statement.on_conflict_do_nothing().returning(NoticeRow.id))
    return added.first() is not None


def waiting(
    session: Session, kind: ReminderKind, on: date, zones: Collection[str | None], busy: Collection[str | None]
) -> Sequence[PersonRow]:
    """Who in some time zones wants reminders, has none of this kind for a day, and may have something to do.

    That is the collectors of the `busy` portfolios; in the morning also those who see everyone's.
    """
    own = PersonRow.collector_code.in_([code for code in busy if code])
    theirs = and_(PersonRow.role == Role.COLLECTOR, own)
    had = exists().where(NoticeRow.person_id == PersonRow.id, NoticeRow.kind == kind, NoticeRow.on == on)
    return session.scalars(
        select(PersonRow).where(
            _reachable(),
            PersonRow.reminded,
            in_zones(zones),
            or_(theirs, PersonRow.role != Role.COLLECTOR) if kind is ReminderKind.MORNING else theirs,
            ~had,
        )
    ).all()


def busy(session: Session, today: date) -> set[str | None]:
    """The portfolios with a promise in force for a day or an earlier one, or a broken one, on what is open.

    Some may turn out to have nothing to do: this is only what is cheap to ask every minute.
    """
    in_force = _portfolios(today).join(PromiseInForceRow, PromiseInForceRow.document_id == DocumentRow.id)
    # Where a promise was made anew it is that one which counts; of a plan the rest stays in force beside what broke.
    anew = exists().where(PromiseInForceRow.document_id == DocumentRow.id, PromiseInForceRow.installment == 1)
    broken = _portfolios(today).join(PromiseRow, PromiseRow.document_id == DocumentRow.id)
    broken = broken.join(PromiseEventRow, PromiseEventRow.promise_id == PromiseRow.id)
    return {
        *session.scalars(in_force.where(PromiseInForceRow.on <= today)),
        *session.scalars(broken.where(PromiseEventRow.state.in_(NOT_KEPT), ~anew)),
    }


def busy_with_cash(session: Session, today: date, first: date, last: date) -> set[str | None]:
    """Likewise, the portfolios with a promise between two dates that may be in cash."""
    query = _portfolios(today).join(PromiseInForceRow, PromiseInForceRow.document_id == DocumentRow.id)
    query = query.join(PromiseRow, PromiseRow.id == PromiseInForceRow.promise_id)
    in_cash = or_(*(PromiseRow.comment.icontains(word) for word in CASH_WORDS))
    return set(session.scalars(query.where(PromiseInForceRow.on.between(first, last), in_cash)))


def _portfolios(today: date) -> Select[str | None]:
    query = select(CustomerRow.collector_code).join(DocumentRow, DocumentRow.customer_id == CustomerRow.id)
    return query.where(open_on(today)).distinct()


def claim(session: Session, kind: type[Row], now: datetime, where: ColumnElement[bool]) -> Row | None:
    """Take the next queued row: for a while nobody else takes it."""
    row = session.scalar(
        select(kind)
        .join(PersonRow, PersonRow.id == kind.person_id)
        .where(kind.state == MailState.QUEUED, or_(kind.not_before.is_(None), kind.not_before <= now), where)
        .order_by(kind.id)
        .limit(1)
        .with_for_update(of=kind, skip_locked=True)
    )
    if row:
        row.not_before = now + HELD
    return row


def leave(session: Session, kind: type[Row], row_id: int, held_until: datetime | None, now: datetime) -> bool:
    """Mark a claimed row as being sent; False where it is held no longer, or its person was shut out or erased."""
    is_active = exists().where(PersonRow.id == kind.person_id, PersonRow.active)
    ours = update(kind).where(kind.id == row_id, kind.not_before == held_until, kind.state == MailState.QUEUED)
    ours = ours.where(kind.not_before > now, is_active)
    return session.scalar(ours.values(state=MailState.SENDING).returning(kind.id)) is not None


def in_zones(zones: Iterable[str | None]) -> ColumnElement[bool]:
    """The condition that holds for people in one of these time zones."""
    return or_(false(), *(_lives_in(zone) for zone in zones))


def of_the_day(awake: Mapping[str | None, date]) -> ColumnElement[bool]:
    """The condition that holds for notices of the day that it is where their person is, in one of these time zones."""
    return or_(false(), *(and_(_lives_in(zone), NoticeRow.on == on) for zone, on in awake.items()))


def settle(
    session: Session,
    kind: type[Row],
    row_id: int,
    held_until: datetime | None,
    state: MailState,
    *,
    not_before: datetime | None = None,
) -> None:
    """Note what became of a claimed row, unless it was claimed or queued anew meanwhile, or its person erased."""
    ours = update(kind).where(kind.id == row_id, kind.not_before == held_until)
    session.execute(ours.values(state=state, not_before=not_before))


def unreachable(session: Session, person_id: int, now: datetime) -> None:
    """Note that Telegram takes no message for a person."""
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(unreachable_since=now))


def reachable_people(session: Session) -> Sequence[PersonRow]:
    """Active people with a chat that takes messages."""
    return session.scalars(select(PersonRow).where(_reachable())).all()


def _reachable() -> ColumnElement[bool]:
    return and_(PersonRow.active, PersonRow.telegram_id.is_not(None), PersonRow.unreachable_since.is_(None))


def _lives_in(zone: str | None) -> ColumnElement[bool]:
    return PersonRow.time_zone.is_(None) if zone is None else PersonRow.time_zone == zone
