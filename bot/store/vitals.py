"""How the bot is, as far as its tables say."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.domain.vitals import FAILED_SINCE
from bot.store.mail_models import MailRow
from bot.store.models import HandledUpdateRow


def outbox(session: Session, now: datetime) -> tuple[int, int, datetime | None]:
    """How many mails wait, how many failed of late, and since when the one that has waited longest could have left."""
    waits = MailRow.state.in_((MailState.QUEUED, MailState.SENDING, MailState.RETRY))
    waiting = session.scalar(select(func.count()).where(waits)) or 0
    late = (MailRow.state == MailState.FAILED, MailRow.queued_at >= now - FAILED_SINCE)
    failed = session.scalar(select(func.count()).where(*late)) or 0
    due_at = func.coalesce(MailRow.not_before, MailRow.queued_at)
    return waiting, failed, session.scalar(select(func.min(due_at)).where(waits, due_at <= now))


def last_handled(session: Session) -> datetime | None:
    """When an update was last answered; they are remembered for two days."""
    return session.scalar(select(func.max(HandledUpdateRow.at)))
