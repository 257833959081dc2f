"""Payments reported in the street: what was handed over, not part of the ledger until the ERP has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.errors import OfDocument, Refusal
from bot.domain.money import Money, pesos_first, total
from bot.domain.promises import judged_from, paid_standing
from bot.domain.receivables import Customer, Document


class PaymentForm(StrEnum):
    """How it was paid, by the keys of SAT's c_FormaPago (CFDI 4.0, catalogues): those that are met in the street."""

    CASH = "01"
    CHEQUE = "02"
    TRANSFER = "03"
    CREDIT_CARD = "04"
    DEBIT_CARD = "28"


# Until when a payment in the ledger can be the one that was reported: banking days after the report.
MATCH_DAYS = 3
# For how long what the ledger never got is listed, and taken off what may be paid.
LISTED_DAYS = 90
# Photos of one payment: both sides of a cheque, a deposit slip, what a blurred one repeats.
MAX_PHOTOS = 5
# For how long a photo sent by itself may be of a payment reported just before.
PHOTO_TIME = timedelta(minutes=10)
_FOLIO = re.compile(r"\bR(\d{1,9})-(\d{4})-(\d{4,9})\b")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment as reported, numbered within its collector and year; `withdrawn` when taken back.

    `confirmed` once the ledger has the payment, where that was looked up; `photographed` when photos are kept with it,
    `photo_lost` when it was just recorded without one that came with it.
    """

    id: int
    document: Document
    customer: Customer
    amount: Money
    form: PaymentForm
    comment: str
    taken_by_id: int
    taken_by: str
    number: int
    on: date
    at: datetime
    withdrawn: bool = False
    confirmed: bool = False
    photographed: bool = False
    photo_lost: bool = False

    @property
    def folio(self) -> str:
        """`R3-2019-0001`: the collector's number, the year, the receipt's number."""
        return f"R{self.taken_by_id}-{self.on.year}-{self.number:04}"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a payment: the file kept under its digest (SHA-256) and ending, as its sender called it.

    `is_file` when it was sent as a file, not as a photo: so it is shown again.
    """

    digest: str
    suffix: str
    name: str
    size: int
    is_file: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A payment of which the form is still asked, or whether more than is open is meant.

    `number` is the question's: its buttons carry it. `left` is what is open less what is reported already, `photos` how
    many are kept for it, `unread` what was typed and is no answer.
    """

    number: str
    document: Document
    customer: Customer
    amount: Money
    left: Money
    form: PaymentForm | None
    photos: int = 0
    unread: str = ""


@dataclass
class NotPayable(OfDocument, Refusal):
    """A payment on a document on which nothing is owed (`Document.not_owed`), or all of it is reported."""

    document: str
    reason: str


@dataclass
class NothingPaid(Refusal):
    """A payment of nothing, or of less."""

    amount: Money


@dataclass
class PartMissing(Refusal):
    """A payment of which the document was read and no amount, or the other way round."""

    document: str | None = None
    amount: str | None = None


@dataclass
class TwoAmounts(Refusal):
    """A payment in which two numbers may be what was paid."""

    amount: str
    other: str


@dataclass
class ReceiptNotYours(Refusal):
    """A payment to be taken back that somebody else reported."""

    taken_by: str


@dataclass
class ReceiptHandedOver(Refusal):
    """A payment to be taken back that is with, or on its way to, the person whom it was handed over to."""

    folio: str
    to: str


@dataclass
class ReceiptUndone(Refusal):
    """A photo of a payment that was taken back."""

    folio: str


@dataclass
class TooManyPhotos(Refusal):
    """One photo more than a payment takes; without a folio while it is still being asked about."""

    folio: str
    most: int


@dataclass
class ReceiptOfAnotherDay(Refusal):
    """A payment to be taken back on another day than its own."""

    folio: str
    on: date


def check(document: Document, amount: Money, reported: Money, today: date) -> Money:
    """What is open of the document less what is reported on it already, never below zero.

    Raises NotPayable and NothingPaid.
    """
    left = _left(document, reported, today)
    if amount.minor <= 0:
        raise NothingPaid(amount)
    return left


def all_of(document: Document, reported: Money, today: date) -> Money:
    """The same as an amount that may be paid: raises NotPayable where all is reported already."""
    left = _left(document, reported, today)
    if left.minor <= 0:
        raise NotPayable(document.label, "reported")
    return left


def _left(document: Document, reported: Money, today: date) -> Money:
    if reason := document.not_owed(today):
        raise NotPayable(document.label, reason)
    balance = document.balance_on(today)
    return Money(max(0, (balance - reported).minor), balance.currency)


def check_undo(receipt: Receipt, person_id: int, today: date) -> None:
    """Whether a person may take a payment back; raises ReceiptNotYours and ReceiptOfAnotherDay."""
    if receipt.taken_by_id != person_id:
        raise ReceiptNotYours(receipt.taken_by)
    if receipt.on != today:
        raise ReceiptOfAnotherDay(receipt.folio, receipt.on)


def confirmed(receipts: Sequence[Receipt], today: date) -> frozenset[int]:
    """The ids of the receipts, all those of their documents, whose payment the ledger has: each payment is one's.

    It is of the same amount, of the receipt's day or at most MATCH_DAYS banking days later, and was not reversed.
    """
    payments = {r.document.id: paid_standing(r.document, today) for r in receipts}
    found: set[int] = set()
    for receipt in sorted(receipts, key=lambda r: (r.on, r.id)):
        if receipt.withdrawn:
            continue
        its, end = payments[receipt.document.id], judged_from(receipt.on, MATCH_DAYS)
        # The earliest that fits leaves the most to those reported later.
        fits = (p for p in its if p[1] == receipt.amount.minor and receipt.on <= p[0] < end)
        if payment := next(fits, None):
            its.remove(payment)
            found.add(receipt.id)
    return frozenset(found)


def unconfirmed(receipts: Sequence[Receipt], today: date) -> list[Receipt]:
    """Of receipts, all those of their documents, the ones that stand and wait for the ledger; none over 90 days old."""
    in_ledger, first = confirmed(receipts, today), today - timedelta(days=LISTED_DAYS)
    return [r for r in receipts if not r.withdrawn and r.id not in in_ledger and r.on >= first]


def totals(receipts: Sequence[Receipt]) -> list[tuple[PaymentForm, Money]]:
    """What was handed over by currency, pesos first, and form; withdrawn receipts left out."""
    standing = [receipt for receipt in receipts if not receipt.withdrawn]
    groups = sorted({(r.amount.currency, r.form) for r in standing}, key=lambda g: (pesos_first(g[0]), g[1]))
    return [
        (form, total((r.amount for r in standing if (r.amount.currency, r.form) == (currency, form)), currency))
        for currency, form in groups
    ]


def folio_in(text: str) -> tuple[int, int, int] | None:
    """The only folio in a text as collector, year and number: that of the receipt which is answered, or named."""
    found = {(int(who), int(year), int(number)) for who, year, number in _FOLIO.findall(text)}
    return found.pop() if len(found) == 1 else None
