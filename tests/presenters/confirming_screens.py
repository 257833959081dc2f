"""The screens of a promise confirmed by mail, by the name of their golden files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.domain.confirmations import Agreed, Confirmation
from bot.domain.correspondence import MailState, Posted, SkipReason
from bot.domain.money import Money
from bot.domain.promises import PromiseState
from bot.domain.receivables import AttachmentPolicy, Document
from bot.i18n import Language
from bot.presenters.confirming import back, confirmation
from bot.presenters.reply import Reply
from tests.presenters.values import EIGHT, FIVE, JUAN, NINE, RAMIRO, SAMUEL, SEVEN, document, promise, recorded

THE_23RD, THE_30TH = date(2019, 7, 23), date(2019, 7, 30)
TO = ("pagos@perez.example",)


def agreed(of: Document, on: date = THE_23RD, state: PromiseState = PromiseState.IN_FORCE) -> Agreed:
    return Agreed(of, (made := promise(of, on, state=state)), made.amount)


ONE = Confirmation("promise:1", JUAN, (agreed(SEVEN),))
TWO_CURRENCIES = (agreed(FIVE), agreed(EIGHT, THE_30TH), agreed(document(12, 250_00, RAMIRO, "USD")))
RAMIROS = Confirmation("promise:2", RAMIRO, TWO_CURRENCIES)
NO_ADDRESS = Confirmation("promise:3", SAMUEL, (agreed(NINE),), skipped=SkipReason.NO_ADDRESS)
GONE = tuple(
    agreed(document(n, n * 100_00), THE_23RD, state)
    for n, state in enumerate((PromiseState.RESCHEDULED, PromiseState.WITHDRAWN, PromiseState.IN_FORCE), 31)
)


def _posted(state: MailState, reason: str = "") -> Confirmation:
    return replace(ONE, posted=Posted(state, TO, reason))


def _show(*shown: Confirmation) -> Callable[[Language], Reply]:
    return lambda language: confirmation(shown, 811, language)


CONFIRMATIONS: dict[str, Callable[[Language], Reply]] = {
    "confirm": _show(ONE),
    "confirm_two_currencies": _show(RAMIROS),
    "confirm_without_file": _show(replace(ONE, customer=replace(JUAN, attachments=AttachmentPolicy.PDF_ONLY))),
    "confirm_partly": _show(replace(ONE, fallen=(*GONE, replace(GONE[2], left=Money(0))))),
    "confirm_nothing": _show(replace(ONE, agreed=(), fallen=GONE)),
    "confirm_skipped": _show(NO_ADDRESS),
    "confirm_bounced": _show(replace(ONE, skipped=SkipReason.BAD_ADDRESS, bounced=("pagos@perez.example (550 <no>)",))),
    "confirm_several": _show(ONE, RAMIROS, NO_ADDRESS),
    "confirm_many": _show(
        *(
            replace(RAMIROS, key=f"promise:{n}", agreed=TWO_CURRENCIES * 5, customer=replace(RAMIRO, code=f"CL{n:03}"))
            for n in range(10, 20)
        ),
        NO_ADDRESS,
    ),
    "confirm_leaving": _show(_posted(MailState.SENDING)),
    "confirm_retry": _show(_posted(MailState.RETRY, "Microsoft 365 is busy (429, 100%)")),
    "confirm_sent": _show(_posted(MailState.SENT)),
    "confirm_rehearsed": _show(replace(ONE, rehearsed_to="yo@casa.example")),
    "confirm_failed": _show(_posted(MailState.FAILED, "No such mailbox <x>")),
    "confirm_failed_and_bad": _show(
        replace(
            _posted(MailState.FAILED, "No such mailbox <x>"),
            skipped=SkipReason.BAD_ADDRESS,
            customer=replace(JUAN, email=("pagos@perez",)),
        )
    ),
    "confirm_failed_and_fallen": _show(replace(_posted(MailState.FAILED), fallen=GONE[:1])),
    "confirm_back": lambda language: back([recorded()], language),
}
