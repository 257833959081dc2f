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
    # When it is tried next does not matter: what is refused for hours is always tried again soon.
    return waiting, failed, session.scalar(select(func.min(MailRow.queued_at)).where(waits))


def last_handled(session: Session) -> datetime | None:
    """When an update was last answered; they are remembered for two days."""
    return session.scalar(select(func.max(HandledUpdateRow.at)))
