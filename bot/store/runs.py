"""Sendings as rows: who is in one, what became of each, what the sender adds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.correspondence import Attachment, MailState, SkipReason
from bot.domain.people import Person
from bot.domain.runs import STOPPING, Recipient, Run, RunFile, RunState
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow, PersonRow, QuestionRow
from bot.store.outbox import LIES_OUTSIDE, WAITS, WITHHELD
from bot.store.run_models import RunCustomerRow, RunFileRow, RunNoticeRow, RunRow
from bot.store.upsert import insert

# What is typed or sent while this question waits goes into the draft.
QUESTION = "run"


def _to_run(row: RunRow) -> Run:
    return Run(row.id, row.person_id, row.on, row.asked_at, row.state, row.comment, row.message_id, row.shown)


def create(session: Session, person: Person, on: date, now: datetime, customer_ids: Iterable[int] = ()) -> Run:
    """A draft for these customers."""
    row = RunRow(person_id=person.id or None, on=on, asked_at=now, state=RunState.DRAFT, comment="", shown="")
    session.add(row)
    session.flush()
    add(session, row.id, customer_ids)
    return _to_run(row)


def get(session: Session, run_id: int, *, lock: bool = False) -> Run | None:
    """A sending; locked, it stays as it is until this transaction ends."""
    query = select(RunRow).where(RunRow.id == run_id, RunRow.state != RunState.FORGOTTEN)
    query = query.execution_options(populate_existing=True)
    row = session.scalar(query.with_for_update() if lock else query)
    return _to_run(row) if row else None


def under_way(session: Session) -> list[int]:
    """The ids of the sendings that are under way, oldest first.

    With them those that were stopped while a mail may have been leaving, until it is shown to who may see it what
    became of that.
    """
    stopping = and_(RunRow.state == RunState.STOPPED, RunRow.shown.startswith(STOPPING), PersonRow.active)
    found = select(RunRow.id).outerjoin(PersonRow, PersonRow.id == RunRow.person_id)
    return list(session.scalars(found.where(or_(RunRow.state == RunState.RUNNING, stopping)).order_by(RunRow.id)))


def running_of(session: Session, person_id: int) -> list[int]:
    """The ids of a person's sendings that are under way, locked: none of them is stopped or goes on meanwhile.

    With them all of their mails that wait: held one sending after another they would not be in order.
    """
    mine = select(RunRow.id).where(RunRow.person_id == person_id, RunRow.state == RunState.RUNNING)
    ids = list(session.scalars(mine.order_by(RunRow.id).with_for_update()))
    _hold(session, ids)
    return ids


def _hold(session: Session, run_ids: Sequence[int]) -> None:
    """Hold the mails of sendings that wait, in the order in which `last_statements.hold` does."""
    waiting = select(MailRow.id).where(MailRow.run_id.in_(run_ids), WAITS)
    session.execute(waiting.order_by(MailRow.id).with_for_update())


def change(session: Session, run_id: int, **values: object) -> None:
    """Set columns of a sending."""
    session.execute(update(RunRow).where(RunRow.id == run_id).values(values))


def add(session: Session, run_id: int, customer_ids: Iterable[int]) -> None:
    """Put customers into a sending; who is in it stays as they are."""
    rows = [{"run_id": run_id, "customer_id": customer_id} for customer_id in customer_ids]
    if rows:
        session.execute(insert(session, RunCustomerRow).on_conflict_do_nothing(), rows)


def remove(session: Session, run_id: int, customer_id: int) -> None:
    """Take a customer out of a draft."""
    session.execute(delete(RunCustomerRow).where(*_of(run_id, customer_id)))


def members(session: Session, run_id: int) -> set[int]:
    """The ids of the customers in a sending."""
    return set(session.scalars(select(RunCustomerRow.customer_id).where(RunCustomerRow.run_id == run_id)))


def left_out(session: Session, run_id: int) -> dict[int, SkipReason]:
    """Why customers of a sending get no mail, by their ids."""
    noted = (RunCustomerRow.run_id == run_id, RunCustomerRow.skipped.is_not(None))
    rows = session.execute(select(RunCustomerRow.customer_id, RunCustomerRow.skipped).where(*noted))
    return {row.customer_id: SkipReason(row.skipped) for row in rows}


def next_waiting(session: Session, run_id: int) -> int | None:
    """The next customer, by code, whose mail is not written yet."""
    query = (
        select(RunCustomerRow.customer_id)
        .join(CustomerRow, CustomerRow.id == RunCustomerRow.customer_id)
        .where(RunCustomerRow.run_id == run_id, *_waits())
        .order_by(CustomerRow.code)
        .limit(1)
    )
    return session.scalar(query)


def settle(
    session: Session, run_id: int, customer_id: int, *, mail_id: int | None = None, skipped: SkipReason | None = None
) -> None:
    """Note which mail a customer that waited gets, or why none."""
    values = {"mail_id": mail_id, "skipped": skipped.value if skipped else None}
    session.execute(update(RunCustomerRow).where(*_of(run_id, customer_id), *_waits()).values(values))


def leave_out(session: Session, run_id: int, reasons: Mapping[int, SkipReason]) -> None:
    """Note of customers of a sending that begins why they get no mail, all at once: there may be thousands."""
    rows = [{"run_id": run_id, "customer_id": each, "skipped": reason.value} for each, reason in reasons.items()]
    if rows:
        session.execute(update(RunCustomerRow), rows)


def leave_out_of_mail(session: Session, mail_id: int, reason: SkipReason) -> None:
    """Note why the customer of a mail that was written gets none after all."""
    left_out = {"mail_id": None, "skipped": reason.value}
    session.execute(update(RunCustomerRow).where(RunCustomerRow.mail_id == mail_id).values(left_out))


def waits(session: Session, run_id: int, customer_id: int) -> bool:
    """Whether a customer's mail is still to be written."""
    found = select(RunCustomerRow.run_id).where(*_of(run_id, customer_id), *_waits())
    return session.scalar(found) is not None


def recipients(session: Session, run_id: int) -> list[Recipient]:
    """What became of each customer, by code."""
    rows = session.execute(
        select(
            CustomerRow.code, CustomerRow.email, MailRow.to, MailRow.state, MailRow.reason, RunCustomerRow.skipped,
            RunCustomerRow.customer_id,
        )
        .select_from(RunCustomerRow)
        .join(CustomerRow, CustomerRow.id == RunCustomerRow.customer_id)
        .outerjoin(MailRow, MailRow.id == RunCustomerRow.mail_id)
        .where(RunCustomerRow.run_id == run_id)
        .order_by(CustomerRow.code)
    )  # fmt: skip
    return [
        Recipient(
            code=row.code,
            addresses=tuple(row.to or row.email),
            mail=row.state,
            reason=row.reason or "",
            skipped=SkipReason(row.skipped) if row.skipped else None,
            customer_id=row.customer_id,
        )
        for row in rows
    ]


def stop(session: Session, run_id: int) -> None:
    """Let a sending go no further: its mails that have not begun to leave are cancelled.

    One that lies outside may have left: that is asked before it is cancelled, and now rather than at its next try.
    """
    change(session, run_id, state=RunState.STOPPED)
    # Not those that another sending has written anew since.
    mine = (MailRow.run_id == run_id, WAITS)
    _hold(session, [run_id])
    withheld = update(MailRow).where(*mine, LIES_OUTSIDE).values(not_before=None)
    cancelled = update(MailRow).where(*mine, ~LIES_OUTSIDE).values(state=MailState.CANCELLED)
    for which, may_have_left in ((withheld, True), (cancelled, False)):
        customer_ids = session.scalars(which.returning(MailRow.customer_id)).all()
        _give_over(session, run_id, customer_ids, may_have_left=may_have_left)


def give_over(session: Session, mail_id: int) -> None:
    """Let another sending write to the customer of a mail that does not leave: it failed, or its own was stopped."""
    of = select(MailRow.run_id, MailRow.customer_id, LIES_OUTSIDE).where(MailRow.id == mail_id)
    run_id, customer_id, may_have_left = session.execute(of).one()
    _give_over(session, run_id, [customer_id], may_have_left=may_have_left)


def _give_over(session: Session, run_id: int | None, customer_ids: Sequence[int], *, may_have_left: bool) -> None:
    """Let whoever else is at it, and left them out since they were to get this one, ask anew about these customers."""
    day = select(RunRow.on).where(RunRow.id == run_id).scalar_subquery()
    # What may have left is asked after by who writes it anew, and not by who writes for another day.
    days = RunRow.on == day if may_have_left else RunRow.on >= day
    going = select(RunRow.id).where(RunRow.state == RunState.RUNNING, days)
    left_out = (RunCustomerRow.run_id.in_(going), RunCustomerRow.customer_id.in_(customer_ids), _FOR_ANOTHER)
    session.execute(update(RunCustomerRow).where(*left_out).values(skipped=None))


def is_stopped(session: Session, mail_id: int) -> bool:
    """Whether a mail's sending was stopped, and no other goes on with it; so it stays until this transaction ends."""
    of = select(RunRow.state).join(RunCustomerRow, RunCustomerRow.run_id == RunRow.id)
    found = session.scalars(of.where(RunCustomerRow.mail_id == mail_id).with_for_update(read=True, of=RunRow)).all()
    return RunState.STOPPED in found and RunState.RUNNING not in found


def reopen(session: Session, run_id: int) -> None:
    """Let those whose mail failed or was cancelled wait for one like those who had none yet.

    One of its own that is withheld goes on by itself, once it is known not to have left.
    """
    ended = or_(MailRow.state.in_((MailState.FAILED, MailState.CANCELLED)), and_(WITHHELD, MailRow.run_id != run_id))
    ids = select(MailRow.id).where(ended, MailRow.id.in_(_mails(run_id)))
    mine = (RunCustomerRow.run_id == run_id, RunCustomerRow.mail_id.in_(ids))
    session.execute(update(RunCustomerRow).where(*mine).values(mail_id=None))


def await_again(session: Session, run_id: int, on: date) -> None:
    """Let those wait again whose mail could not be written, or who were to get one that was stopped since.

    Not where that one failed: nobody but a person may know whether it left. Nor where one of another day is still asked
    after, which may fail before theirs is written: they wait again when it is known not to have left.
    """
    is_statement, of_its_day = MailRow.key.startswith("statement:"), MailRow.key.endswith(on.isoformat())
    last = (
        select(MailRow.customer_id, func.max(MailRow.queued_at).label("at"))
        .where(
            is_statement,
            MailRow.customer_id.in_(select(RunCustomerRow.customer_id).where(RunCustomerRow.run_id == run_id)),
        )
        .group_by(MailRow.customer_id)
        .subquery()
    )
    stopped = (
        select(MailRow.customer_id)
        .join(last, and_(last.c.customer_id == MailRow.customer_id, last.c.at == MailRow.queued_at))
        .where(is_statement, or_(and_(MailRow.state == MailState.CANCELLED, ~LIES_OUTSIDE), and_(of_its_day, WITHHELD)))
    )
    waits = or_(_skipped(SkipReason.UNWRITTEN), and_(_FOR_ANOTHER, RunCustomerRow.customer_id.in_(stopped)))
    session.execute(update(RunCustomerRow).where(RunCustomerRow.run_id == run_id, waits).values(skipped=None))


def withhold(session: Session, run_id: int) -> bool:
    """Have asked after what of a sending failed and may have left, as of one that is stopped; whether there is any."""
    outside = (MailRow.run_id == run_id, MailRow.state == MailState.FAILED, LIES_OUTSIDE)
    again = update(MailRow).where(*outside).values(state=MailState.RETRY)
    found = session.scalars(again.returning(MailRow.id)).all()
    if found:
        change(session, run_id, state=RunState.STOPPED)
    return bool(found)


def queue_notice(session: Session, run: Run) -> None:
    """Let whoever began a sending be told of its end, once."""
    row = insert(session, RunNoticeRow).values(run_id=run.id, person_id=run.person_id, state=MailState.QUEUED)
    session.execute(row.on_conflict_do_nothing())


def take_over(session: Session, run_id: int, of: Run) -> None:
    """Give a draft the comment and the files of another sending."""
    change(session, run_id, comment=of.comment)
    columns = [column for column in RunFileRow.__table__.columns if column.name not in {"id", "run_id"}]
    theirs = select(literal(run_id), *columns).where(RunFileRow.run_id == of.id).order_by(RunFileRow.id)
    session.execute(insert(session, RunFileRow).from_select(["run_id", *(column.name for column in columns)], theirs))


def add_file(session: Session, run_id: int, file: Attachment, source: str) -> None:
    """Keep a file that the sender adds; the same update adds it once."""
    row = insert(session, RunFileRow).values(
        run_id=run_id, source=source, name=file.name, content_type=file.content_type, size=len(file.content),
        content=file.content,
    )  # fmt: skip
    session.execute(row.on_conflict_do_nothing())


def files(session: Session, run_id: int) -> list[RunFile]:
    """The files that the sender has added, in order."""
    rows = session.execute(
        select(RunFileRow.name, RunFileRow.size).where(RunFileRow.run_id == run_id).order_by(RunFileRow.id)
    )
    return [RunFile(row.name, row.size) for row in rows]


def forget_drafts(session: Session, before: date) -> None:
    """Forget drafts of earlier days that nobody confirmed, with their files."""
    _forget(session, RunRow.on < before)


def forget(session: Session, run_id: int) -> None:
    """Forget a draft."""
    _forget(session, RunRow.id == run_id)


def _forget(session: Session, which: ColumnElement[bool]) -> None:
    drafts = (RunRow.state == RunState.DRAFT, which)
    ids = select(RunRow.id).where(*drafts)
    for table in (RunFileRow, RunCustomerRow):
        session.execute(delete(table).where(table.run_id.in_(ids)))
    # Who looked at one may be asked something else.
    of_them = (QuestionRow.kind == QUESTION, QuestionRow.known["run"].as_integer().in_(ids))
    session.execute(delete(QuestionRow).where(*of_them), execution_options={"synchronize_session": False})
    # The rows stay: SQLite gives the number of the last one to the next, and the buttons drawn for it would send that.
    session.execute(update(RunRow).where(*drafts).values(state=RunState.FORGOTTEN, comment=""))


def _of(run_id: int, customer_id: int) -> Sequence[ColumnElement[bool]]:
    return (RunCustomerRow.run_id == run_id, RunCustomerRow.customer_id == customer_id)


def _skipped(*reasons: SkipReason) -> ColumnElement[bool]:
    return RunCustomerRow.skipped.in_([reason.value for reason in reasons])


# Left out since they were to get another's.
_FOR_ANOTHER = _skipped(SkipReason.ALREADY_SENT, SkipReason.EARLIER_WAITS)


def _waits() -> Sequence[ColumnElement[bool]]:
    return (RunCustomerRow.mail_id.is_(None), RunCustomerRow.skipped.is_(None))


def _mails(run_id: int) -> Select[int | None]:
    return select(RunCustomerRow.mail_id).where(RunCustomerRow.run_id == run_id)
