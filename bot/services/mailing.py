"""A customer's statement as a mail: who may get one, how it is written, its freezing in the outbox."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain import rfc
from bot.domain.correspondence import LastStatement, Mail, SkipReason, Spacing, is_address
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.domain.receivables import Customer
from bot.domain.runs import Candidate, Owed
from bot.domain.statement import Statement
from bot.i18n import language
from bot.render.mail import statement_mail
from bot.services.enclosing import House, attachments_for
from bot.store import addresses, audit, customers, last_statements, outbox, owed, people
from bot.store.mail_models import MailRow


def unreachable(customer: Customer, bounced: Mapping[str, str]) -> SkipReason | None:
    """Why a customer gets no mail of any kind, where mails bounced from these addresses; None when it may get one."""
    reasons = {
        SkipReason.OPTED_OUT: customer.do_not_send,
        # Such a customer is many people; the RFC of those abroad is many customers'.
        SkipReason.GENERAL_PUBLIC: rfc.compact(customer.rfc) == rfc.PUBLIC,
        SkipReason.NO_ADDRESS: not customer.email,
        SkipReason.BAD_ADDRESS: not all(is_address(a) and a.lower() not in bounced for a in customer.addresses),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def readdress(session: Session, row: MailRow) -> SkipReason | None:
    """Let a mail that waited go to its customer's addresses of now; why it gets none any more, if so.

    What lies outside may have left: it went where it says.
    """
    sender = COMMAND_LINE if row.queued_by_id is None else people.get(session, row.queued_by_id)
    customer = customers.by_id(session, sender, row.customer_id)
    if customer is None:
        # Nor would who asked for it be told where another's customer gets its mail.
        return SkipReason.NOT_YOURS
    reason = unreachable(customer, addresses.bad_ones(session, customer.addresses))
    if reason is None and row.draft_id is None:
        row.to, row.cc, row.bcc = list(customer.email), list(customer.cc), list(customer.bcc)
    return reason


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether customers get a statement on a day: what each owes, its last one, addresses that bounced.

    Of who is `unclear`, whether an earlier one left is not known.
    """

    on: date
    spacing: Spacing
    owed: Mapping[int, Sequence[Owed]]
    last: Mapping[int, LastStatement]
    bounced: Mapping[str, str]
    unclear: Collection[int]

    def skip_reason(self, customer: Customer) -> SkipReason | None:
        """Why a customer gets no statement; None when it gets one."""
        if reason := unreachable(customer, self.bounced):
            return reason
        if not any(each.documents for each in self.owed.get(customer.id, ())):
            return SkipReason.NOTHING_OWED
        last = self.last.get(customer.id)
        if last and (reason := last.keeps_back(self.on, self.spacing)):
            return reason
        return SkipReason.UNCLEAR if customer.id in self.unclear else None

    def candidate(self, customer: Customer) -> Candidate:
        """A customer with what it owes, and why it gets no statement if it gets none."""
        skipped = self.skip_reason(customer)
        told: list[str] = []
        if skipped is SkipReason.BAD_ADDRESS:
            bad = {address.lower() for address in customer.addresses} & self.bounced.keys()
            told = [f"{address} ({self.bounced[address]})" for address in sorted(bad)]
        last = self.last.get(customer.id)
        return Candidate(
            customer,
            tuple(self.owed.get(customer.id, ())),
            skipped,
            tuple(told),
            replaces=skipped is None and last is not None and last.left_at is None and last.on < self.on,
            waits=last if skipped is SkipReason.EARLIER_WAITS else None,
        )


def standing(session: Session, chosen: Sequence[Customer], on: date, spacing: Spacing, asked_at: datetime) -> Standing:
    """How these customers stand on a day; whoever asked for it then knew nothing of what failed since."""
    ids = [customer.id for customer in chosen]
    written = [address for customer in chosen for address in customer.addresses]
    return Standing(
        on=on,
        spacing=spacing,
        owed=owed.owed(session, ids, on),
        last=last_statements.last_statements(session, ids),
        bounced=addresses.bad_ones(session, written),
        unclear=last_statements.unclear(session, ids, on, asked_at),
    )


def write(statement: Statement, house: House, *, comment: str = "", beside: Sequence[int] = ()) -> Mail:
    """The statement as its customer's mail; files of the sender's, of these sizes in bytes, will travel beside it."""
    speech = language(statement.customer.language)
    parcel = attachments_for(statement, speech, house, beside=beside)
    key = outbox.statement_key(statement.customer.id, statement.as_of)
    return statement_mail(statement, speech, house.company, key=key, comment=comment, parcel=parcel)


def post(session: Session, occasion: Occasion, mail: Mail, customer: Customer, run_id: int | None = None) -> int | None:
    """Freeze a mail in the outbox; one of its key that ended without leaving is written anew and tries again.

    Returns its id, None when the mail of this key is on its way or has left.
    """
    mail_id = outbox.queue(session, mail, customer.id, person=occasion.person, now=occasion.now, run_id=run_id)
    if mail_id is None:
        mail_id = outbox.rewrite(session, mail, person=occasion.person, now=occasion.now, run_id=run_id)
    if mail_id is not None:
        audit.record(session, occasion.person, "mail", customer.code, now=occasion.now, source=occasion.source)
    return mail_id
