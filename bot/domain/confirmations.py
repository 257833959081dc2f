"""What was promised confirmed to its customers by mail: what still holds, and why a mail does not leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import money
from bot.domain.correspondence import MailState, Posted, SkipReason
from bot.domain.money import Money, currencies_of
from bot.domain.promises import Promise, PromiseState
from bot.domain.receivables import AttachmentPolicy, Customer, Document


@dataclass(frozen=True, slots=True)
class Agreed:
    """A promise with the document that it is about; what is confirmed of it is `left`, what has not come yet."""

    document: Document
    promise: Promise
    left: Money

    def holds(self, today: date) -> bool:
        """Whether there is something to confirm: it is in force, its day has not gone by, and something is left."""
        return self.promise.state is PromiseState.IN_FORCE and self.promise.on >= today and self.left.minor > 0


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One customer's part of what was promised at once, as a mail under `key` would confirm it.

    Only what is `agreed` is confirmed; what has `fallen` no longer holds. `skipped` says why the customer gets no mail,
    `bounced` where one bounced, `posted` what became of the mail once it was asked for, `rehearsed_to` where a
    rehearsal of it went.
    """

    key: str
    customer: Customer
    agreed: tuple[Agreed, ...]
    fallen: tuple[Agreed, ...] = ()
    skipped: SkipReason | None = None
    bounced: tuple[str, ...] = ()
    posted: Posted | None = None
    rehearsed_to: str = ""

    @property
    def may_leave(self) -> bool:
        """Whether a mail leaves when asked for; one that failed leaves as it was written, while all of it holds."""
        if self.skipped or not self.agreed:
            return False
        return self.posted is None or (self.posted.has_failed and not self.fallen)

    @property
    def is_leaving(self) -> bool:
        """Whether the mail leaves at this moment, in whoever's hands."""
        return self.posted is not None and self.posted.state is MailState.SENDING

    @property
    def with_calendar(self) -> bool:
        """Whether the days travel as a calendar file: not to who takes no files, or PDF alone."""
        return self.customer.attachments in (AttachmentPolicy.SEPARATE, AttachmentPolicy.ZIP)


def by_currency(agreed: Sequence[Agreed]) -> dict[str, list[Agreed]]:
    """What was agreed in each currency, pesos first."""
    currencies = currencies_of(each.left for each in agreed)
    return {currency: [a for a in agreed if a.left.currency == currency] for currency in currencies}


def totals(agreed: Sequence[Agreed]) -> tuple[Money, ...]:
    """The sum in each currency, pesos first."""
    return money.totals(each.left for each in agreed)
