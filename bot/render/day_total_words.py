"""What the day's total says of payments and handovers, on the phone and in files."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby

from bot.domain.handovers import HANDED_OVER, DayTotal, Handover, HandoverState
from bot.domain.money import Money, total
from bot.domain.receipts import PaymentForm, Receipt, totals
from bot.i18n import Language
from bot.render.plain import one_line
from bot.render.receipt_words import form_name


def sums(receipts: Sequence[Receipt]) -> list[tuple[str, list[tuple[PaymentForm, Money]], Money]]:
    """Each currency with what stands by form of payment, and the sum of these."""
    return [
        (currency, group := list(each), total((amount for _, amount in group), currency))
        for currency, each in groupby(totals(receipts), key=lambda form: form[1].currency)
    ]


def key_and_name(form: PaymentForm, language: Language) -> str:
    """`02 Cheque`: SAT's key, and what people call it."""
    return f"{form.value} {form_name(form, language)}"


def clock(at: datetime, acted_on: date, on: date, zone: tzinfo, language: Language) -> str:
    """The hour where the office is, with the business day when that is not `on`."""
    hour = f"{at.astimezone(zone):%H:%M}"
    return hour if acted_on == on else f"{language.date(acted_on)} {hour}"


def where_it_stands(handover: Handover, zone: tzinfo, language: Language) -> str:
    """What became of a handover, as its collector reads it, in plain text."""
    _, name, on = language.gettext, one_line(handover.to_name), handover.on
    if handover.answered_at is None or handover.answered_on is None:
        at = clock(handover.at, handover.given_on, on, zone, language)
        return _("Handed to %(name)s (%(at)s), to be accepted", name=name, at=at)
    at = clock(handover.answered_at, handover.answered_on, on, zone, language)
    sentences: dict[HandoverState, Callable[[], str]] = {
        HandoverState.ACCEPTED: lambda: _("Accepted by %(name)s (%(at)s)", name=name, at=at),
        HandoverState.REFUSED: lambda: _("%(name)s: it does not match (%(at)s)", name=name, at=at),
        HandoverState.TAKEN_BACK: lambda: _("Handed to %(name)s, taken back (%(at)s)", name=name, at=at),
    }
    return sentences[handover.state]()


def standing(receipt: Receipt, day: DayTotal, zone: tzinfo, language: Language) -> str:
    """Where a payment's money is: to be handed over, with whom; nothing for forms that are not handed over."""
    held = next((h for h in day.handovers if h.holds and any(r.id == receipt.id for r in h.receipts)), None)
    if held:
        return where_it_stands(held, zone, language)
    return language.gettext("To hand over") if receipt.form in HANDED_OVER else ""


def standing_receipts(days: Iterable[DayTotal]) -> list[Receipt]:
    """What counts of several days' payments."""
    return [receipt for day in days for receipt in day.receipts if not receipt.withdrawn]
