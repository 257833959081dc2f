"""How the bot is, as far as its tables say."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.domain.vitals import FAILED_SINCE
from bot.store.mail_models import MailRow
from bot.store.models import HandledUpdateRow


def outbox(session: Session, now: datetime) -> tuple[int, int, datetime | None]:
    """How many mails wait, how many failed of late, and since when one could have left (see Vitals)."""
    waits = MailRow.state.in_((MailState.QUEUED, MailState.SENDING, MailState.RETRY))
    waiting = session.scalar(select(func.count()).where(waits)) or 0
    late = (MailRow.state == MailState.FAILED, MailRow.queued_at >= now - FAILED_SINCE)
    failed = session.scalar(select(func.count()).where(*late)) or 0
    # When it is tried next does not matter: what is refused for hours is always tried again soon.
    was_tried = or_(MailRow.state == MailState.RETRY, and_(MailRow.state == MailState.SENDING, MailRow.attempts > 1))
    oldest = select(func.min(MailRow.queued_at))
    refused, queued = session.scalar(oldest.where(was_tried)), session.scalar(oldest.where(waits, ~was_tried))
    # The others take turns: of a long sending one leaves after another.
    left = session.scalar(select(func.max(MailRow.sent_at)))
    turn = max(queued, left) if queued and left else queued
    return waiting, failed, min((since for since in (refused, turn) if since), default=None)


def last_handled(session: Session) -> datetime | None:
    """When an update was last answered; they are remembered for two days."""
    return session.scalar(select(func.max(HandledUpdateRow.at)))
