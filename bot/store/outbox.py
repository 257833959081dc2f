"""Mails that wait to leave, are leaving, or have left."""

from collections.abc import Iterable, Mapping
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


def due(
    session: Session, now: datetime, *, states: Iterable[MailState], claimed_before: datetime | None = None
) -> MailRow | None:
    """The oldest mail in one of these states whose time has come.

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
    return session.scalar(query)


def claim(row: MailRow, now: datetime) -> None:
    """Take a mail that is due, marking it as sending."""
    row.state = MailState.SENDING
    row.claimed_at = now
    row.attempts += 1


def hold(session: Session, until: datetime) -> None:
    """Let no mail that waits leave before an instant."""
    waits = MailRow.state.in_((MailState.QUEUED, MailState.RETRY))
    earlier = or_(MailRow.not_before.is_(None), MailRow.not_before < until)
    session.execute(update(MailRow).where(waits, earlier).values(not_before=until))


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


def keep_draft(session: Session, mail_id: int, draft_id: str, *, attempt: int, now: datetime) -> bool:
    """Note under which id the mail lies at the mailer, before it is sent; False when another has taken it meanwhile.

    With that the claim begins anew. What `bot.mail.Mailer` puts behind the id are the Message-ID and the conversation.
    """
    _, message_id, conversation_id = (*draft_id.split(" "), "", "")[:3]
    kept = {
        "draft_id": draft_id,
        "message_id": message_id or None,
        "conversation_id": conversation_id or None,
        "claimed_at": now,
    }
    return _update_claimed(session, mail_id, attempt, kept)


def settle(
    session: Session,
    mail_id: int,
    state: MailState,
    *,
    attempt: int,
    sent_at: datetime | None = None,
    not_before: datetime | None = None,
    reason: str = "",
    forget_draft: bool = False,
) -> bool:
    """Note what became of a mail that was being sent; False when another has taken it meanwhile."""
    became = {"state": state, "sent_at": sent_at, "not_before": not_before, "reason": reason[:500]}
    return _update_claimed(session, mail_id, attempt, became | ({"draft_id": None} if forget_draft else {}))


def _update_claimed(session: Session, mail_id: int, attempt: int, values: Mapping[str, object]) -> bool:
    """Change a mail that is still being sent by whoever claimed it at this attempt."""
    still = (MailRow.id == mail_id, MailRow.state == MailState.SENDING, MailRow.attempts == attempt)
    return session.execute(update(MailRow).where(*still).values(values).returning(MailRow.id)).first() is not None


def customer_of(session: Session, mail_id: int) -> tuple[str, int | None]:
    """The code of the customer a mail is for, and the id of the person who queued it."""
    row = session.execute(
        select(CustomerRow.code, MailRow.queued_by_id)
        .join(CustomerRow, CustomerRow.id == MailRow.customer_id)
        .where(MailRow.id == mail_id)
    ).one()
    return row[0], row[1]
