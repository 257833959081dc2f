"""How fast mails leave, counted from the outbox: so it holds over restarts and for all replicas together."""

from datetime import datetime, timedelta
from itertools import accumulate

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState, Pace
from bot.store import sources
from bot.store.mail_models import MailRow
from bot.store.models import SourceRow

MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)

# A number of our own for PostgreSQL's advisory locks: whoever counts holds it until the claim is committed.
_LOCK = 0x0B0C_0A17

# Where the pause that a server asks for is kept.
_HELD = "outbox"

_WAITING = (MailState.QUEUED, MailState.RETRY)
# When a mail left; one that is leaving, or whose fate was not told, counts from when it was taken.
_LEFT_AT = case((MailRow.sent_at.is_not(None), MailRow.sent_at), else_=MailRow.claimed_at)
_RECIPIENTS = (
    func.json_array_length(MailRow.to) + func.json_array_length(MailRow.cc) + func.json_array_length(MailRow.bcc)
)


def take_turns(session: Session) -> None:
    """Let no other replica count until this transaction ends; on SQLite every transaction is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def hold(session: Session, until: datetime, now: datetime) -> None:
    """Let no mail leave before an instant, or before a later one that was asked for.

    One row, and not each mail's `not_before`: replicas that change all mails at once lock each other out.
    """
    sources.take_turn(session, _HELD, now=now, every=timedelta())
    sources.note_cursor(session, _HELD, held_until(session, until).isoformat())


def held_until(session: Session, now: datetime) -> datetime:
    """Until when no mail may leave; not after `now` when mails may."""
    row = session.get(SourceRow, _HELD)
    return max(datetime.fromisoformat(row.cursor), now) if row and row.cursor else now


def room_at(session: Session, pace: Pace, recipients: int, now: datetime) -> datetime:
    """From when a mail to so many recipients keeps the pace; not after `now` when it does already."""
    return max(_minute_has_room_at(session, pace.mails_a_minute, now), _day_has_room_at(session, pace, recipients, now))


def next_at(session: Session, now: datetime) -> datetime | None:
    """When the next waiting mail may be tried, whatever the pace; None when none waits."""
    waiting = select(MailRow.id, MailRow.not_before).where(MailRow.state.in_(_WAITING))
    row = session.execute(waiting.order_by(MailRow.not_before.asc().nulls_first()).limit(1)).first()
    return None if row is None else max(row.not_before or now, now)


def _minute_has_room_at(session: Session, limit: int, now: datetime) -> datetime:
    newest = select(_LEFT_AT).where(_left_since(now - MINUTE)).order_by(_LEFT_AT.desc()).limit(limit)
    instants = session.scalars(newest).all()
    return instants[-1] + MINUTE if len(instants) == limit else now


def _day_has_room_at(session: Session, pace: Pace, recipients: int, now: datetime) -> datetime:
    since = _left_since(now - DAY)
    # A mail to more recipients than a day takes leaves alone, and Microsoft says what it thinks of it.
    limit = max(pace.recipients_a_day - recipients, 0)
    if (session.scalar(select(func.sum(_RECIPIENTS)).where(since)) or 0) <= limit:
        return now
    rows = session.execute(select(_LEFT_AT, _RECIPIENTS).where(since).order_by(_LEFT_AT.desc())).all()
    totals = accumulate(count for _, count in rows)
    leaves_room: datetime = next(left_at for (left_at, _), total in zip(rows, totals, strict=True) if total > limit)
    return leaves_room + DAY


def _left_since(instant: datetime) -> ColumnElement[bool]:
    unknown = MailRow.state.in_((MailState.SENDING, MailState.RETRY))
    return or_(MailRow.sent_at > instant, and_(unknown, MailRow.claimed_at > instant))
