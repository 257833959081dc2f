"""Mails that wait to leave, are leaving, or have left."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from bot.domain.correspondence import Attachment, Mail, MailState
from bot.domain.people import Person
from bot.store.models import CustomerRow, MailAttachmentRow, MailRow


def queue(session: Session, mail: Mail, customer_id: int, *, person: Person, now: datetime) -> bool:
    """Freeze a mail in the outbox; False when its key is there already, whoever puts it there at the same moment."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(MailRow).values(
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
    )
    mail_id = session.scalar(row.on_conflict_do_nothing(index_elements=[MailRow.key]).returning(MailRow.id))
    if mail_id is None:
        return False
    session.add_all(
        MailAttachmentRow(mail_id=mail_id, position=n, name=a.name, content_type=a.content_type, content=a.content)
        for n, a in enumerate(mail.attachments)
    )
    return True


def requeue(session: Session, key: str) -> None:
    """Let a mail that had failed try again, as it was frozen; one that waits, is leaving or has left stays so.

    A draft that was kept is asked after first: the last attempt may have got through.
    """
    ended = MailRow.state.in_((MailState.FAILED, MailState.CANCELLED))
    anew = {"state": MailState.QUEUED, "attempts": 0, "not_before": None, "reason": ""}
    session.execute(update(MailRow).where(MailRow.key == key, ended).values(anew))


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
    forget_draft: bool = False,
) -> None:
    """Note what became of a mail that was being sent."""
    row = session.get_one(MailRow, mail_id)
    if forget_draft:
        row.draft_id = None
    row.state, row.sent_at, row.not_before, row.reason = state, sent_at, not_before, reason[:500]


def customer_of(session: Session, mail_id: int) -> tuple[str, int | None]:
    """The code of the customer a mail is for, and the id of the person who queued it."""
    row = session.execute(
        select(CustomerRow.code, MailRow.queued_by_id)
        .join(CustomerRow, CustomerRow.id == MailRow.customer_id)
        .where(MailRow.id == mail_id)
    ).one()
    return row[0], row[1]
