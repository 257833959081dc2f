"""Mails that wait to leave, are leaving, or have left."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from bot.domain.correspondence import Attachment, Mail, MailState
from bot.domain.people import Person
from bot.store.models import CustomerRow, MailAttachmentRow, MailRow


def queue(session: Session, mail: Mail, customer_id: int, *, person: Person, now: datetime) -> bool:
    """Freeze a mail in the outbox; False when its key is there already."""
    if session.scalar(select(MailRow.id).where(MailRow.key == mail.key)) is not None:
        return False
    row = MailRow(
        key=mail.key,
        customer_id=customer_id,
        queued_by_id=person.id or None,
        to=list(mail.to),
        cc=list(mail.cc),
        bcc=list(mail.bcc),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        queued_at=now,
        attachments=[
            MailAttachmentRow(position=n, name=a.name, content_type=a.content_type, content=a.content)
            for n, a in enumerate(mail.attachments)
        ],
    )
    session.add(row)
    session.flush()
    return True


def requeue(session: Session, key: str) -> None:
    """Let a mail that had failed try again, as it was frozen."""
    row = session.scalars(select(MailRow).where(MailRow.key == key)).one()
    # A fresh draft: the old one may be what was refused.
    row.state, row.attempts, row.not_before, row.reason, row.draft_id = MailState.QUEUED, 0, None, "", None


def state(session: Session, key: str) -> MailState | None:
    """Where the mail of this key stands, if there is one."""
    return session.scalar(select(MailRow.state).where(MailRow.key == key))


def standing(session: Session, key: str) -> tuple[MailState, str]:
    """The state of the mail of this key, with its reason."""
    row = session.scalars(select(MailRow).where(MailRow.key == key)).one()
    return row.state, row.reason


def claim(
    session: Session, now: datetime, *, states: Iterable[MailState], claimed_before: datetime | None = None
) -> MailRow | None:
    """Take the oldest mail in one of these states whose time has come, marking it as sending.

    On PostgreSQL a row that another replica holds is passed over.
    """
    query = (
        select(MailRow)
        .where(MailRow.state.in_(list(states)), or_(MailRow.not_before.is_(None), MailRow.not_before <= now))
        .order_by(MailRow.id)
        .limit(1)
        .options(selectinload(MailRow.attachments))
        .with_for_update(skip_locked=True)
    )
    if claimed_before is not None:
        query = query.where(MailRow.claimed_at < claimed_before)
    row = session.scalar(query)
    if row:
        row.state = MailState.SENDING
        row.claimed_at = now
        row.attempts += 1
    return row


def to_mail(row: MailRow) -> Mail:
    """The row as it was frozen."""
    return Mail(
        key=row.key,
        to=tuple(row.to),
        subject=row.subject,
        text=row.text,
        html=row.html,
        cc=tuple(row.cc),
        bcc=tuple(row.bcc),
        attachments=tuple(Attachment(a.name, a.content_type, a.content) for a in row.attachments),
    )


def keep_draft(session: Session, mail_id: int, draft_id: str) -> None:
    """Note under which id the mail lies at the mailer, before it is sent."""
    session.get_one(MailRow, mail_id).draft_id = draft_id


def settle(
    session: Session,
    mail_id: int,
    state: MailState,
    *,
    sent_at: datetime | None = None,
    not_before: datetime | None = None,
    reason: str = "",
) -> None:
    """Note what became of a mail that was being sent."""
    row = session.get_one(MailRow, mail_id)
    row.state, row.sent_at, row.not_before, row.reason = state, sent_at, not_before, reason[:500]


def customer_of(session: Session, mail_id: int) -> tuple[str, int | None]:
    """The code of the customer a mail is for, and the id of the person who queued it."""
    row = session.execute(
        select(CustomerRow.code, MailRow.queued_by_id)
        .join(CustomerRow, CustomerRow.id == MailRow.customer_id)
        .where(MailRow.id == mail_id)
    ).one()
    return row[0], row[1]
