"""What was promised confirmed to the customers by mail: looked at first, and sent once, whoever asks how often."""

from collections import defaultdict
from datetime import date

from sqlalchemy.orm import Session

from bot.domain.agenda import Expected
from bot.domain.company import Company
from bot.domain.confirmations import Agreed, Confirmation
from bot.domain.correspondence import DAILY, Attachment, Mail, SkipReason
from bot.domain.occasion import Occasion
from bot.domain.promises import Promise
from bot.domain.scheduling import History, Recorded
from bot.i18n import language
from bot.render.confirmation import confirmation_mail
from bot.services.enclosing import file_name
from bot.services.judgement import judge
from bot.services.mailing import post, standing
from bot.services.scheduling import history_of, made_with
from bot.store import audit, outbox

# What keeps a statement back, but no confirmation; sending asks about them last.
_OF_STATEMENTS = (
    SkipReason.NOTHING_OWED, SkipReason.ALREADY_SENT, SkipReason.TOO_SOON, SkipReason.EARLIER_WAITS,
    SkipReason.SUPERSEDED, SkipReason.UNCLEAR,
)  # fmt: skip


def recorded(session: Session, occasion: Occasion, promise_id: int) -> tuple[Recorded, ...]:
    """What the command that made a promise recorded, as it stands today; leaves a trace. Raises DocumentGone."""
    made = _recorded(session, occasion, promise_id)
    audit.seen(session, occasion, "history", (each.history.document.label for each in made))
    return made


def _recorded(session: Session, occasion: Occasion, promise_id: int) -> tuple[Recorded, ...]:
    together, pairs = made_with(session, occasion.person, promise_id)
    judge(session, occasion.today, occasion.now, occasion.tolerance_days, [made.document_id for made in together])
    return tuple(
        Recorded(made, history_of(session, *pair), rescheduled=made.replaces is not None)
        for made, pair in zip(together, pairs, strict=True)
    )


def look(session: Session, occasion: Occasion, promise_id: int) -> tuple[Confirmation, ...]:
    """What `confirmations` says, for somebody to look at before a mail leaves; leaves a trace."""
    shown = confirmations(session, occasion, promise_id)
    _seen(session, occasion, shown)
    return shown


def confirm(session: Session, occasion: Occasion, promise_id: int, company: Company) -> tuple[Confirmation, ...]:
    """Queue the mails that may leave; each customer gets one, and reads of their own documents alone."""
    # The ledger's lock is held from here on: nothing is withdrawn while it is confirmed.
    for each in confirmations(session, occasion, promise_id):
        if each.may_leave:
            post(session, occasion, _write(each, occasion, company), each.customer)
    shown = confirmations(session, occasion, promise_id)
    _seen(session, occasion, shown)
    return shown


def _seen(session: Session, occasion: Occasion, shown: tuple[Confirmation, ...]) -> None:
    audit.seen(session, occasion, "mail_preview", (each.customer.code for each in shown))


def confirmations(session: Session, occasion: Occasion, promise_id: int) -> tuple[Confirmation, ...]:
    """What would be confirmed, or was, to each customer with whom this promise's command promised something."""
    by_customer: defaultdict[int, list[Recorded]] = defaultdict(list)
    for made in _recorded(session, occasion, promise_id):
        by_customer[made.history.customer.id].append(made)
    groups = list(by_customer.values())
    chosen = [group[0].history.customer for group in groups]
    known = standing(session, chosen, occasion.today, DAILY, occasion.now)
    keys = [outbox.confirmation_key(min(made.promise.id for made in group)) for group in groups]
    posted, rehearsed = outbox.posted(session, keys), outbox.rehearsed(session, keys)
    found: list[Confirmation] = []
    for key, group in zip(keys, groups, strict=True):
        candidate = known.candidate(group[0].history.customer)
        promised = [_agreed(promise, made.history, occasion.today) for made in group for promise in made.installments]
        found.append(
            Confirmation(
                key=key,
                customer=candidate.customer,
                agreed=tuple(each for each in promised if each.holds(occasion.today)),
                fallen=tuple(each for each in promised if not each.holds(occasion.today)),
                skipped=None if candidate.skipped in _OF_STATEMENTS else candidate.skipped,
                bounced=candidate.bounced,
                posted=posted.get(key),
                rehearsed_to=rehearsed.get(key, ""),
            )
        )
    return tuple(found)


def _agreed(promise: Promise, history: History, today: date) -> Agreed:
    document = history.document
    expected = Expected(promise, document, history.customer, document.balance_on(today))
    return Agreed(document, promise, expected.left_on(today))


def _write(shown: Confirmation, occasion: Occasion, company: Company) -> Mail:
    speech = language(shown.customer.language)
    if not shown.with_calendar:
        return confirmation_mail(shown, speech, company)
    from bot.render.invitation import CONTENT_TYPE, calendar_file  # noqa: PLC0415 - icalendar takes 2 MB

    first = min(each.promise.on for each in shown.agreed)
    name = file_name(f"{speech.gettext('Payment agreed')} {shown.customer.code} {first.isoformat()}.ics")
    days = calendar_file(shown.agreed, shown.customer, speech, company, occasion.now)
    return confirmation_mail(shown, speech, company, calendar=Attachment(name, CONTENT_TYPE, days))
