"""What was agreed as days in the payer's calendar: an iCalendar file (RFC 5545)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from bot.domain.company import Company
from bot.domain.confirmations import Agreed, totals
from bot.domain.receivables import Customer
from bot.i18n import Language
from bot.render.plain import lines, one_line

# RFC 5545, section 8.1: the method as in the file, and the charset, which MIME does not know from the type.
CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
# Ours alone, so that promise 7 of two creditors are two events in a calendar.
_NAMESPACE = UUID("0d0c2f5e-51a5-4f0a-9d5e-6c1f6e0b7a52")


def calendar_file(
    agreed: Sequence[Agreed], customer: Customer, language: Language, company: Company, now: datetime
) -> bytes:
    """A whole day for each promised one, with what is to be paid then.

    No ORGANIZER, as Outlook itself writes days of nobody else's: with one it would ask whether to attend.
    """
    days: defaultdict[object, list[Agreed]] = defaultdict(list)
    for each in sorted(agreed, key=lambda each: (each.promise.on, each.promise.id)):
        days[each.promise.on].append(each)
    calendar = Calendar()
    calendar.add("prodid", "-//Cobranza//Promises//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for due in days.values():
        calendar.add_component(_event(due, customer, language, company, now))
    content: bytes = calendar.to_ical()
    return content


def _event(due: Sequence[Agreed], customer: Customer, language: Language, company: Company, now: datetime) -> Event:
    _, on = language.gettext, due[0].promise.on
    amounts = " + ".join(language.money(amount) for amount in totals(due))
    creditor = one_line(company.name)
    ids = ",".join(str(each.promise.id) for each in due)
    event = Event()
    # The same promises are the same event, whoever opens the file twice.
    event.add("uid", str(uuid5(_NAMESPACE, f"{company.rfc or company.name} {ids}")))
    event.add("dtstamp", now)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", _("Pay %(amounts)s to %(company)s", amounts=amounts, company=creditor))
    event.add("description", "\n".join(_described(due, customer, language, company)))
    # It takes nobody's time.
    event.add("transp", "TRANSPARENT")
    return event


def _described(due: Sequence[Agreed], customer: Customer, language: Language, company: Company) -> list[str]:
    reference = language.gettext("Reference: %(reference)s", reference=one_line(customer.code))
    listed = [f"{one_line(each.document.label)} · {language.money(each.left)}" for each in due]
    return [*listed, "", language.gettext("How to pay"), *lines(company.bank), reference]
