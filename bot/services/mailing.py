"""Statements by mail: what would leave, and its freezing in the outbox."""

import re
from datetime import date

from sqlalchemy.orm import Session

from bot.domain.agenda import OpenFilter
from bot.domain.company import Company
from bot.domain.correspondence import MailState, Preview, SkipReason
from bot.domain.errors import MailNotPossible
from bot.domain.occasion import Occasion
from bot.domain.statement import Statement
from bot.i18n import language
from bot.render.mail import statement_mail
from bot.services.statements import customer_by_id, statement
from bot.store import addresses, audit, documents, outbox

# SAT's generic RFCs of the general public and of foreigners: such a customer is many people.
GENERIC_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})
# What a mail server may take: one @, no blanks, a dot in the domain (RFC 5321 allows more than anybody uses).
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


def owing(session: Session, occasion: Occasion, *, overdue: bool = False) -> list[str]:
    """The codes of the portfolio's customers with something to pay, or something overdue."""
    only = OpenFilter(overdue=overdue)
    return [customer.code for customer in documents.customers_owing(session, occasion.person, occasion.today, only)]


def preview(session: Session, occasion: Occasion, wanted: str | int) -> Preview:
    """What would be mailed to a customer today, or why nothing would."""
    current = statement(session, occasion, wanted, action="mail_preview")
    bounced = addresses.bad_ones(session, (*current.customer.email, *current.customer.cc))
    skipped = _skip_reason(session, current, bounced=bool(bounced))
    told = bounced.items() if skipped is SkipReason.BAD_ADDRESS else ()
    return Preview(current, skipped, tuple(f"{address} ({reason})" for address, reason in told))


def _key(customer_id: int, on: date) -> str:
    return f"statement:{customer_id}:{on.isoformat()}"


def _skip_reason(session: Session, current: Statement, *, bounced: bool) -> SkipReason | None:
    customer = current.customer
    written_to = (*customer.email, *customer.cc)
    state = outbox.state(session, _key(customer.id, current.as_of))
    reasons = {
        SkipReason.OPTED_OUT: customer.do_not_send,
        SkipReason.GENERAL_PUBLIC: customer.rfc.upper() in GENERIC_RFCS,
        SkipReason.NO_ADDRESS: not customer.email,
        SkipReason.BAD_ADDRESS: bounced or not all(_ADDRESS.fullmatch(address) for address in written_to),
        SkipReason.NOTHING_OWED: not any(section.rows for section in current.sections),
        SkipReason.ALREADY_SENT: state not in (None, MailState.FAILED, MailState.CANCELLED),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def queue(session: Session, occasion: Occasion, wanted: str | int, company: Company, *, comment: str = "") -> Preview:
    """Freeze a customer's statement of today in the outbox; raises MailNotPossible."""
    planned = preview(session, occasion, wanted)
    if planned.skipped:
        raise MailNotPossible(planned.customer.code, planned.skipped.value, planned.bounced)
    speech, key = language(planned.customer.language), _key(planned.customer.id, occasion.today)
    mail = statement_mail(planned.statement, speech, company, key=key, comment=comment)
    if not outbox.queue(session, mail, planned.customer.id, person=occasion.person, now=occasion.now):
        outbox.requeue(session, mail.key)
    audit.record(session, occasion.person, "mail", planned.customer.code, now=occasion.now, source=occasion.source)
    return planned


def outcome(session: Session, occasion: Occasion, customer_id: int) -> tuple[MailState, str]:
    """Where today's statement of a customer stands in the outbox, with the reason if it did not leave."""
    customer = customer_by_id(session, occasion.person, customer_id)
    return outbox.standing(session, _key(customer.id, occasion.today))
