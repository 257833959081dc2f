"""Sendings that ended on a later day than they were begun, told unasked: a message that changes rings for nobody."""

from datetime import datetime

from sqlalchemy import and_
from sqlalchemy.orm import Session

from bot.domain.correspondence import MailState
from bot.domain.reminders import Hours
from bot.domain.runs import LateReport
from bot.services import sending
from bot.services.telling import Telling
from bot.store import audit, notices, people
from bot.store.models import PersonRow
from bot.store.run_models import RunNoticeRow


def claim(session: Session, now: datetime, hours: Hours) -> LateReport | None:
    """Take the next report to tell, unless it is a quiet hour where the person is; None when none waits.

    Whoever is shut out is told should they come back.
    """
    awake = notices.in_zones(hours.awake(now, people.time_zones(session)))
    row = notices.claim(session, RunNoticeRow, now, and_(awake, PersonRow.active))
    if row is None:
        return None
    person, (_, progress) = people.get(session, row.person_id), sending.watch(session, row.run_id)
    audit.record(session, person, "mail_report", f"run {row.run_id}", now=now, source=f"run:{row.run_id}")
    return LateReport(row.id, person, progress, row.not_before)


_telling = Telling(RunNoticeRow)
leave, told, postpone = _telling.leave, _telling.told, _telling.postpone


def unreachable(session: Session, report: LateReport, now: datetime) -> None:
    """Note that the person takes no messages; what became of the sending stands in the old one."""
    notices.unreachable(session, report.person.id, now)
    _telling.settle(session, report, MailState.CANCELLED)
