"""Mails that wait to leave, are leaving, or have left."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, literal, or_, select, update
from sqlalchemy.orm import Session, selectinload

from bot.domain.correspondence import Attachment, Mail, MailState, Posted, SkipReason
from bot.domain.people import Person
from bot.domain.runs import RunState
from bot.store.mail_models import MailAttachmentRow, MailRow
from bot.store.models import CustomerRow
from bot.store.run_models import RunCustomerRow, RunRow
from bot.store.upsert import insert


def statement_key(customer_id: int, on: date) -> str:
    """The key of a customer's statement of a day: one leaves, whoever asks for it."""
    return f"statement:{customer_id}:{on.isoformat()}"


def confirmation_key(promise_id: int) -> str:
    """The key of the mail that confirms what was promised at once, after the first of its customer's promises."""
    return f"promise:{promise_id}"


# What went to whoever rehearses: the customer got nothing, so it keeps nothing back.
REHEARSED = and_(MailRow.state == MailState.SENT, MailRow.redirected_to.is_not(None))
# What its customer may have got although it looked otherwise; a rehearsal's draft goes to whoever rehearses.
LIES_OUTSIDE = and_(MailRow.draft_id.is_not(None), MailRow.redirected_to.is_(None))
WAITS = MailRow.state.in_((MailState.QUEUED, MailState.RETRY))
# What waits only for the sender to ask whether it left: its sending was stopped.
WITHHELD = and_(WAITS, MailRow.run_id.in_(select(RunRow.id).where(RunRow.state == RunState.STOPPED).correlate(None)))


def posted(session: Session, keys: Sequence[str]) -> dict[str, Posted]:
    """What became of the mails with these keys; those that nobody asked for, or but rehearsed, are left out."""
    columns = select(MailRow.key, MailRow.state, MailRow.to, MailRow.reason)
    rows = session.execute(columns.where(MailRow.key.in_(keys), ~REHEARSED))
    return {row.key: Posted(row.state, tuple(row.to), row.reason) for row in rows}


def rehearsed(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Where the mails with these keys went that were but rehearsed."""
    rows = session.execute(select(MailRow.key, MailRow.redirected_to).where(MailRow.key.in_(keys), REHEARSED))
    return {row.key: row.redirected_to for row in rows}


def queue(
    session: Session, mail: Mail, customer_id: int, *, person: Person, now: datetime, run_id: int | None = None
) -> int | None:
    """Freeze a mail in the outbox, and with it the files of its run; returns its id.

    None when its key is there already, whoever puts it there at the same moment. A rehearsal gives its key up.
    """
    aside = literal("rehearsal:") + cast(MailRow.id, String)
    session.execute(
        update(MailRow).where(MailRow.key == mail.key, REHEARSED).values(key=aside),
        execution_options={"synchronize_session": False},
    )
    row = insert(session, MailRow).values(key=mail.key, customer_id=customer_id, **_written(mail, person, now, run_id))
    mail_id: int | None = session.scalar(row.on_conflict_do_nothing(index_elements=[MailRow.key]).returning(MailRow.id))
    if mail_id is not None:
        _add_files(session, mail_id, mail)
    return mail_id


def rewrite(session: Session, mail: Mail, *, person: Person, now: datetime, run_id: int | None = None) -> int | None:
    """Write a mail that has ended without leaving, or is withheld, anew, whole, and let it try again; returns its id.

    None when the mail of this key waits, is leaving or has left: then it stays so.

    A draft of what was written before may have left all the same: that is kept beside until it was asked after. Not a
    rehearsal's: whether it left is all the same to the customer.
    """
    ended = or_(MailRow.state.in_((MailState.FAILED, MailState.CANCELLED)), WITHHELD)
    row = session.scalar(select(MailRow).where(MailRow.key == mail.key, ended).with_for_update())
    if row is None:
        return None
    draft = {"draft_id": None, "redirected_to": None} if row.redirected_to else {}
    if row.draft_id is not None and not draft and not is_rewritten(session, row.id):
        before = MailRow(key=_before(row.id), state=MailState.CANCELLED, **_as_written(row))
        session.add(before)
        session.flush()
        _move_files(session, row.id, before.id)
    else:
        _delete_files(session, row.id)
    anew = {"state": MailState.QUEUED, "attempts": 0, "not_before": None, "reason": ""}
    session.execute(
        update(MailRow).where(MailRow.id == row.id).values(_written(mail, person, now, run_id) | anew | draft),
        execution_options={"synchronize_session": False},
    )
    _add_files(session, row.id, mail)
    return row.id


def lies_outside(session: Session, mail_id: int) -> bool:
    """Whether a mail's customer may have got it although it looked otherwise."""
    return session.scalar(select(exists().where(MailRow.id == mail_id, LIES_OUTSIDE))) is True


def is_rewritten(session: Session, mail_id: int) -> bool:
    """Whether the draft of a mail holds what was written before."""
    return bool(session.scalar(select(exists().where(MailRow.key == _before(mail_id)))))


def reinstate(session: Session, mail_id: int) -> None:
    """Let a mail be what it was before it was rewritten: that has left after all.

    The sending that rewrote it has sent its customer nothing.
    """
    before = session.scalars(select(MailRow).where(MailRow.key == _before(mail_id))).one()
    _delete_files(session, mail_id)
    _move_files(session, before.id, mail_id)
    session.execute(update(MailRow).where(MailRow.id == mail_id).values(_as_written(before)))
    others = (RunCustomerRow.mail_id == mail_id, RunCustomerRow.run_id != before.run_id)
    sent_before = {"mail_id": None, "skipped": SkipReason.ALREADY_SENT.value}
    session.execute(update(RunCustomerRow).where(*others).values(sent_before))
    session.execute(delete(MailRow).where(MailRow.id == before.id))


def _before(mail_id: int) -> str:
    """The key under which is kept what a mail was before it was rewritten."""
    return f"before:{mail_id}"


def _written(mail: Mail, person: Person, now: datetime, run_id: int | None) -> dict[str, Any]:
    return {
        "queued_by_id": person.id or None,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "bcc": list(mail.bcc),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "queued_at": now,
        "run_id": run_id,
    }


_WRITTEN = ("customer_id", "queued_by_id", "to", "cc", "bcc", "subject", "text", "html", "queued_at", "run_id")


def _as_written(row: MailRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _WRITTEN}


def _add_files(session: Session, mail_id: int, mail: Mail) -> None:
    session.add_all(
        MailAttachmentRow(mail_id=mail_id, position=n, name=a.name, content_type=a.content_type, content=a.content)
        for n, a in enumerate(mail.attachments)
    )


def _move_files(session: Session, of: int, to: int) -> None:
    session.execute(update(MailAttachmentRow).where(MailAttachmentRow.mail_id == of).values(mail_id=to))


def _delete_files(session: Session, of: int) -> None:
    session.execute(delete(MailAttachmentRow).where(MailAttachmentRow.mail_id == of))


_CONFIRMATIONS_WAIT = (
    WAITS,
    MailRow.draft_id.is_(None),
    MailRow.key.startswith("promise:"),
)


def confirmations_wait(session: Session) -> bool:
    """Whether any mail that confirms a promise lies here and nowhere outside."""
    return bool(session.scalar(select(exists().where(*_CONFIRMATIONS_WAIT))))


def waiting_confirmations(session: Session) -> list[tuple[int, int]]:
    """Of each of these mails the promise that it is called after, and its customer."""
    rows = session.execute(select(MailRow.key, MailRow.customer_id).where(*_CONFIRMATIONS_WAIT))
    return [(int(key.removeprefix("promise:")), customer_id) for key, customer_id in rows]


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


def due(
    session: Session,
    now: datetime,
    *,
    states: Iterable[MailState],
    claimed_before: datetime | None = None,
    after: int | None = None,
) -> MailRow | None:
    """The oldest mail in one of these states whose time has come, of those after an id.

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
    if after is not None:
        query = query.where(MailRow.id > after)
    return session.scalar(query)


class Claim(NamedTuple):
    """Who has a mail: at which attempt, of those since it was written."""

    mail_id: int
    attempt: int
    written_at: datetime


def claim(row: MailRow, now: datetime) -> Claim:
    """Take a mail that is due, marking it as sending."""
    row.state = MailState.SENDING
    row.claimed_at = now
    row.attempts += 1
    return Claim(row.id, row.attempts, row.queued_at)


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


def keep_draft(session: Session, claim: Claim, draft_id: str, redirected_to: str | None, *, now: datetime) -> bool:
    """Note under which id the mail lies at the mailer, and where instead it goes; False when another took it meanwhile.

    With that the claim begins anew. What `bot.mail.Mailer` puts behind the id are the Message-ID and the conversation.
    """
    _, message_id, conversation_id = (*draft_id.split(" "), "", "")[:3]
    kept = {
        "draft_id": draft_id,
        "message_id": message_id or None,
        "conversation_id": conversation_id or None,
        "redirected_to": redirected_to,
        "claimed_at": now,
    }
    return _update_claimed(session, claim, kept)


def forget_draft(session: Session, claim: Claim, *, now: datetime) -> bool:
    """Note that a mail's draft is removed, and begin its claim anew; False when another has taken it meanwhile."""
    forgotten = _update_claimed(session, claim, {"draft_id": None, "claimed_at": now})
    if forgotten:
        _forget_before(session, claim.mail_id)
    return forgotten


def settle(
    session: Session,
    claim: Claim,
    state: MailState,
    *,
    now: datetime,
    sent_at: datetime | None = None,
    not_before: datetime | None = None,
    reason: str = "",
    draft_is_void: bool = False,
) -> bool:
    """Note what became of a mail that was being sent, in hand until now; False when another has taken it meanwhile."""
    became = {
        "state": state, "sent_at": sent_at, "not_before": not_before, "reason": reason[:500], "claimed_at": now
    }  # fmt: skip
    settled = _update_claimed(session, claim, became | ({"draft_id": None} if draft_is_void else {}))
    if settled and draft_is_void:
        _forget_before(session, claim.mail_id)
    return settled


def _forget_before(session: Session, mail_id: int) -> None:
    """Forget what a mail was before it was rewritten: its draft is gone, so that nothing is to be asked any more."""
    before = select(MailRow.id).where(MailRow.key == _before(mail_id)).scalar_subquery()
    session.execute(delete(MailAttachmentRow).where(MailAttachmentRow.mail_id == before))
    session.execute(delete(MailRow).where(MailRow.key == _before(mail_id)))


def _update_claimed(session: Session, claim: Claim, values: Mapping[str, object]) -> bool:
    """Change a mail that is still being sent by whoever has this claim."""
    same = (MailRow.id == claim.mail_id, MailRow.attempts == claim.attempt, MailRow.queued_at == claim.written_at)
    still = (*same, MailRow.state == MailState.SENDING)
    return session.execute(update(MailRow).where(*still).values(values).returning(MailRow.id)).first() is not None


def origin_of(session: Session, mail_id: int) -> tuple[str, int | None, bool]:
    """The code of a mail's customer, the id of the person who queued it, and whether its sending was stopped."""
    row = session.execute(
        select(CustomerRow.code, MailRow.queued_by_id, RunRow.state)
        .join(CustomerRow, CustomerRow.id == MailRow.customer_id)
        .outerjoin(RunRow, RunRow.id == MailRow.run_id)
        .where(MailRow.id == mail_id)
    ).one()
    return row[0], row[1], row[2] is RunState.STOPPED
