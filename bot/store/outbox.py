"""Mails that wait to leave, are leaving, or have left."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from bot.domain.correspondence import Attachment, Mail, MailState, Posted
from bot.domain.people import Person
from bot.store.models import CustomerRow, MailAttachmentRow, MailRow
from bot.store.upsert import insert


def statement_key(customer_id: int, on: date) -> str:
    """The key of a customer's statement of a day: one leaves, whoever asks for it."""
    return f"statement:{customer_id}:{on.isoformat()}"


def confirmation_key(promise_id: int) -> str:
    """The key of the mail that confirms what was promised at once, after the first of its customer's promises."""
    return f"promise:{promise_id}"


def posted(session: Session, keys: Sequence[str]) -> dict[str, Posted]:
    """What became of the mails with these keys; those that nobody asked for are left out."""
    rows = session.execute(select(MailRow.key, MailRow.state, MailRow.to, MailRow.reason).where(MailRow.key.in_(keys)))
    return {row.key: Posted(row.state, tuple(row.to), row.reason) for row in rows}


def last_statements(session: Session, customer_ids: Sequence[int]) -> dict[int, date]:
    """The day of the newest statement of each customer that has left, or is about to."""
    ended = MailRow.state.in_((MailState.FAILED, MailState.CANCELLED))
    # The keys of one customer differ in their day alone, written so that the newest comes last.
    newest = (
        select(MailRow.customer_id, func.max(MailRow.key))
        .where(MailRow.customer_id.in_(customer_ids), MailRow.key.startswith("statement:"), ~ended)
        .group_by(MailRow.customer_id)
    )
    return {customer_id: date.fromisoformat(key[-10:]) for customer_id, key in session.execute(newest)}


def queue(
    session: Session, mail: Mail, customer_id: int, *, person: Person, now: datetime, run_id: int | None = None
) -> int | None:
    """Freeze a mail in the outbox, and with it the files of its run; returns its id.

    None when its key is there already, whoever puts it there at the same moment.
    """
    row = insert(session, MailRow).values(
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
        run_id=run_id,
    )
    mail_id: int | None = session.scalar(row.on_conflict_do_nothing(index_elements=[MailRow.key]).returning(MailRow.id))
    if mail_id is None:
        return None
    session.add_all(
        MailAttachmentRow(mail_id=mail_id, position=n, name=a.name, content_type=a.content_type, content=a.content)
        for n, a in enumerate(mail.attachments)
    )
    return mail_id


def requeue(session: Session, key: str) -> int | None:
    """Let a mail that had failed try again, as it was frozen; returns its id.

    None when it waits, is leaving or has left: then it stays so.

    A draft that was kept is asked after first: the last attempt may have got through.
    """
    ended = MailRow.state.in_((MailState.FAILED, MailState.CANCELLED))
    anew = {"state": MailState.QUEUED, "attempts": 0, "not_before": None, "reason": ""}
    return session.scalar(update(MailRow).where(MailRow.key == key, ended).values(anew).returning(MailRow.id))


_CONFIRMATIONS_WAIT = (
    MailRow.state.in_((MailState.QUEUED, MailState.RETRY)),
    MailRow.draft_id.is_(None),
    MailRow.key.startswith("promise:"),
)


def confirmations_wait(session: Session) -> bool:
    """Whether any mail that confirms a promise lies here and nowhere outside."""
    return bool(session.scalar(select(exists().where(*_CONFIRMATIONS_WAIT))))


def recall(session: Session, keys: Sequence[str]) -> None:
    """Take back the confirmations of these keys that lie nowhere outside yet, as if nobody had asked for them."""
    _recall(session, MailRow.key.in_(keys))


def recall_of(session: Session, person_id: int) -> int:
    """Take back the confirmations that a person asked for, likewise; how many."""
    return _recall(session, MailRow.queued_by_id == person_id)


def _recall(session: Session, which: ColumnElement[bool]) -> int:
    # Locked first: one that another replica is about to send is left to it.
    found = select(MailRow.id).where(which, *_CONFIRMATIONS_WAIT).with_for_update(skip_locked=True)
    if ids := session.scalars(found).all():
        session.execute(delete(MailAttachmentRow).where(MailAttachmentRow.mail_id.in_(ids)))
        session.execute(delete(MailRow).where(MailRow.id.in_(ids)))
    return len(ids)


def readdress(session: Session, mail_id: int, mail: Mail) -> None:
    """Let a mail that lies nowhere outside yet go where its customer's mails go now."""
    now = {"to": list(mail.to), "cc": list(mail.cc), "bcc": list(mail.bcc)}
    session.execute(update(MailRow).where(MailRow.id == mail_id, MailRow.draft_id.is_(None)).values(now))


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
        .options(selectinload(MailRow.attachments), selectinload(MailRow.run_files))
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
        attachments=(
            *(Attachment(a.name, a.content_type, a.content) for a in row.attachments),
            *(Attachment(a.name, a.content_type, a.content) for a in row.run_files),
        ),
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
